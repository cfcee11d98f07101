package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// clusters draws m clusters: geometric sizes, returns around centre that share shared of their noise within a cluster.
func clusters(rng *rand.Rand, m int, centre, shared float64) (sums []float64, sizes []int64) {
	for range m {
		n, common := int64(1), rng.NormFloat64()
		for rng.Float64() > 0.2 {
			n++
		}
		sum := 0.0
		for range n {
			sum += centre + shared*common + (1-shared)*rng.NormFloat64()
		}
		sums, sizes = append(sums, sum), append(sizes, n)
	}
	return sums, sizes
}

// The streaming sums are those of the two-pass definition, around a mean of 1e9 too (P40).
func TestSpreadIsTheDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, centre := range []float64{0, -3, 1e9} {
		for _, m := range []int{1, 2, 3, 100, 3000} {
			sums, sizes := clusters(rng, m, centre, 0.7)
			var mean Mean
			var s Spread
			total, n := 0.0, int64(0)
			for e, sum := range sums {
				s.Add(&mean, sum, sizes[e])
				total, n = total+sum, n+sizes[e]
			}
			q, a, c := total/float64(n), 0.0, 0.0
			for e, sum := range sums {
				u, k := sum-q*float64(sizes[e]), float64(sizes[e])
				a, c = a+u*u, c+k*k
			}
			k := float64(n) * float64(n) / c
			want := math.Sqrt(a*k/(k-1)) / float64(n)
			if m == 1 {
				want = math.NaN()
			}
			tolerance := 1e-10 + 3e-15*math.Abs(centre)
			if got := s.StdErr(mean); !(math.Abs(got-want) <= tolerance*want) && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("%d clusters around %g: standard error %.15g, want %.15g", m, centre, got, want)
			}
			if got := s.Clusters(mean); got != k || m == 1 && got != 1 {
				t.Errorf("%d clusters around %g: effectively %g, want %g", m, centre, got, k)
			}
		}
	}
}

// Clusters of one sample each are samples: the standard error and the interval are those of Variance.
func TestSpreadOfSamples(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	var mean Mean
	var s Spread
	var v Variance
	means, spreads := []Mean{{}}, []Spread{{}} // after each number of samples
	for i := range 50 {
		x := rng.ExpFloat64()
		s.Add(&mean, x, 1)
		v.Add(x)
		means, spreads = append(means, mean), append(spreads, s)
		a, b := s.Interval(mean, 0.9), StudentT(v, 0.9)
		if i == 0 {
			if a != everything {
				t.Errorf("one sample: %v, want an infinite interval", a)
			}
			continue
		}
		if math.Abs(a.Lo-b.Lo) > 1e-12 || math.Abs(a.Hi-b.Hi) > 1e-12 {
			t.Fatalf("%d samples: %v, want %v", i+1, a, b)
		}
	}
	for n, got := range SpreadIntervals(means, spreads, 0.9) {
		if want := spreads[n].Interval(means[n], 0.9); got != want {
			t.Errorf("%d samples: %v by SpreadIntervals, want %v", n, got, want)
		}
	}
	for _, level := range []float64{0, 1, math.NaN()} {
		if got := s.Interval(mean, level); got != everything {
			t.Errorf("level %g: %v, want an infinite interval", level, got)
		}
	}
}

// Split anywhere and merged, clusters are what they are at once; the zero value changes nothing on either side; Sums and
// MakeSpread keep every bit.
func TestSpreadMerge(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	sums, sizes := clusters(rng, 40, 5, 0.5)
	add := func(from, to int) (m Mean, s Spread) {
		for e := from; e < to; e++ {
			s.Add(&m, sums[e], sizes[e])
		}
		return m, s
	}
	whole, spread := add(0, 40)
	for cut := range 41 {
		m, s := add(0, cut)
		other, o := add(cut, 40)
		s.Merge(&m, o, other)
		if a, b := s.StdErr(m), spread.StdErr(whole); math.Abs(a-b) > 1e-12*b || m.N() != whole.N() || math.Abs(m.Value()-whole.Value()) > 1e-12 {
			t.Errorf("cut at %d: %v %.15g, want %v %.15g", cut, m, a, whole, b)
		}
		if cut%40 == 0 && s != spread {
			t.Errorf("cut at %d: %v, want the same bits, %v", cut, s, spread)
		}
	}
	if again, err := MakeSpread(spread.Sums()); err != nil || again != spread {
		t.Errorf("%v, %v, want %v", again, err, spread)
	}
	for _, bad := range [][3]float64{{-1, 0, 1}, {1, 0, -1}, {math.NaN(), 0, 1}, {1, math.Inf(1), 1}} {
		if _, err := MakeSpread(bad); err == nil {
			t.Errorf("MakeSpread accepts %v", bad)
		}
	}
	before := spread
	if spread.Add(&whole, 1, 0); spread != before {
		t.Error("a cluster of no samples changes something")
	}
}

// Intervals of clusters of unequal sizes cover what the documentation of Interval says, from 94.0 to 96.2%, within 3.5
// standard errors of 4000 repetitions (P41).
func TestSpreadCoverage(t *testing.T) {
	const runs = 4000
	rng := rand.New(rand.NewPCG(4, 1))
	for _, m := range []int{10, 30, 100} {
		for _, shared := range []float64{0, 1} {
			hits := 0
			for range runs {
				sums, sizes := clusters(rng, m, 1, shared)
				var mean Mean
				var s Spread
				for e, sum := range sums {
					s.Add(&mean, sum, sizes[e])
				}
				if s.Interval(mean, 0.95).Contains(1) {
					hits++
				}
			}
			rate, off := float64(hits)/runs, 3.5*math.Sqrt(0.95*0.05/runs)
			if rate < 0.94-off || rate > 0.962+off {
				t.Errorf("%d clusters, %g of the noise shared: 95%% intervals cover %.2f%%", m, shared, 100*rate)
			}
		}
	}
}
