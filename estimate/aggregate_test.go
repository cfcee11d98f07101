package estimate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestAggregates compares with values computed by hand.
func TestAggregates(t *testing.T) {
	for _, c := range []struct {
		x                          []float64
		average, median, iqm, gap2 float64 // gap2: to a target of 2
	}{
		{[]float64{7}, 7, 7, 7, 0},
		{[]float64{1, 4}, 2.5, 2.5, 2.5, 0.5},
		{[]float64{9, 0, 3}, 4, 3, (0.25*0 + 3 + 0.25*9) / 1.5, 2. / 3},
		{[]float64{100, 1, 2, 3}, 26.5, 2.5, 2.5, 0.25},
		{[]float64{-100, 1, 2, 4, 100}, 1.4, 2, (0.75*1 + 2 + 0.75*4) / 2.5, 103. / 5},
		{[]float64{6, 5, 4, 3, 2, 1}, 3.5, 3.5, (0.5*2 + 3 + 4 + 0.5*5) / 3, 1. / 6},
		{[]float64{8, 7, 6, 5, 4, 3, 2, 1}, 4.5, 4.5, 4.5, 1. / 8},
	} {
		for _, a := range []struct {
			name      string
			got, want float64
		}{
			{"Average", Average(c.x), c.average}, {"Median", Median(c.x), c.median},
			{"InterquartileMean", InterquartileMean(c.x), c.iqm}, {"OptimalityGap", OptimalityGap(c.x, 2), c.gap2},
		} {
			if math.Abs(a.got-a.want) > 1e-15*math.Abs(a.want) {
				t.Errorf("%s(%v) = %v, want %v", a.name, c.x, a.got, a.want)
			}
		}
	}
	strata := [][]float64{{1, 3}, {4, 4, 4}, {0, 18}}
	if got := ByStratum(Average, Median)(strata); got != 4 {
		t.Errorf("median of averages = %v, want 4", got)
	}
	if got := Pooled(Average)(strata); got != 34./7 {
		t.Errorf("average of all = %v, want 34/7", got)
	}
}

// TestAggregateOrder: order does not matter, to the bit where scores are sorted;
// with every score four times, cutting a quarter of them on either side cuts
// whole scores and gives the interquartile mean of the scores.
func TestAggregateOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for n := 1; n <= 40; n++ {
		x := scores(rng, n, exponential)
		iqm, median := InterquartileMean(x), Median(x)
		four := slices.Concat(x, x, x, x)
		slices.Sort(four)
		if want := Average(four[n : 3*n]); math.Abs(iqm-want) > 1e-14*want {
			t.Errorf("n = %d: %v, the mean of the middle half is %v", n, iqm, want)
		}
		before := slices.Clone(x)
		rng.Shuffle(n, func(i, j int) { x[i], x[j] = x[j], x[i] })
		shuffled := slices.Clone(x)
		if InterquartileMean(x) != iqm || Median(x) != median {
			t.Errorf("n = %d: another order changes the result", n)
		}
		if !slices.Equal(x, shuffled) {
			t.Errorf("n = %d: the scores have been sorted in place", n)
		}
		slices.Sort(before)
		if iqm < before[n/4] || iqm > before[n-1-n/4] {
			t.Errorf("n = %d: %v is outside the middle half", n, iqm)
		}
	}
}

// TestAggregateNothing: without scores, or with a NaN, no number comes out.
func TestAggregateNothing(t *testing.T) {
	nan := math.NaN()
	for name, f := range map[string]func([]float64) float64{
		"Average": Average, "Median": Median, "InterquartileMean": InterquartileMean,
		"OptimalityGap": func(x []float64) float64 { return OptimalityGap(x, 1) },
	} {
		for _, x := range [][]float64{nil, {nan}, {1, 2, nan, 3, 4, 5, 6}} {
			if got := f(x); !math.IsNaN(got) {
				t.Errorf("%s(%v) = %v, want NaN", name, x, got)
			}
		}
	}
}
