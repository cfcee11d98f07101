package coverage

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/estimate"
)

// binomial returns P(K = 0), ..., P(K = n) of n trials with success p.
func binomial(n int, p float64) []float64 {
	lgamma := func(x int) float64 { y, _ := math.Lgamma(float64(x + 1)); return y }
	law := make([]float64, n+1)
	for k := range law {
		switch {
		case p == 0 || p == 1:
			if float64(k) == p*float64(n) {
				law[k] = 1
			}
		default:
			law[k] = math.Exp(lgamma(n) - lgamma(k) - lgamma(n-k) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
		}
	}
	return law
}

// tails returns P(K <= k) and P(K >= k).
func tails(k, n int, p float64) (lower, upper float64) {
	for i, w := range binomial(n, p) {
		if i <= k {
			lower += w
		}
		if i >= k {
			upper += w
		}
	}
	return lower, upper
}

// What a test takes for chance: a tail of the binomial law no smaller than that of the normal law beyond so many standard
// errors.
func beyond(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

// counted are the two counts of a row: of all intervals and of those measured in every test.
func (r Row) counted() [][2]int { return [][2]int{{r.Hits, r.Runs}, {r.SampleHits, r.Sample}} }

func (r Row) String() string {
	return strings.Join(strings.Fields(fmt.Sprintf("%s %s %s n=%d %s", r.World, r.Policy, r.Start, r.N, r.Interval)), " ")
}

// outcome returns n samples, k of them 1 and the others 0.
func outcome(k, n int) []float64 {
	x := make([]float64, n)
	for i := range k {
		x[i] = 1
	}
	return x
}

// exactCoverage returns the probability that the interval from n returns of 0 or 1 contains the truth p, a finite sum over the
// number of successes. It knows every interval but the sequences.
func exactCoverage(form interval, n int, p float64) float64 {
	sum := 0.0
	for k, w := range binomial(n, p) {
		switch {
		case strings.HasPrefix(form.name, "percentile"):
			sum += w * percentileCovers(percentile, k, n, p)
		case strings.HasPrefix(form.name, "expanded"):
			sum += w * percentileCovers(expandedOne[n], k, n, p)
		case form.make(outcome(k, n), nil, nil).Contains(p):
			sum += w
		}
	}
	return sum
}

// percentileCovers returns the probability that the bootstrap interval from k successes of n contains p. It misses on the right
// if fewer than rank of the B resamples have a mean of at most p, and on the left if fewer have one of at least p.
func percentileCovers(r resamples, k, n int, p float64) float64 {
	atMost, atLeast := 0.0, 0.0
	for j, w := range binomial(n, float64(k)/float64(n)) {
		if mean := float64(j) / float64(n); mean <= p {
			atMost += w
		} else {
			atLeast += w
		}
	}
	fewer := func(share float64) float64 {
		lower, _ := tails(r.rank-1, r.B, min(share, 1))
		return lower
	}
	return 1 - fewer(atMost) - fewer(atLeast)
}

// exactSequence returns the probability that the intervals of a Hoeffding sequence contain p after each of n trials. They are
// centred at the mean, with a half width that does not depend on it.
func exactSequence(last int, p float64, tight int64) float64 {
	s := must(estimate.NewHoeffdingSequence(0, 1, level, tight))
	alive := []float64{1} // P(k successes, and none has missed)
	for n := 1; n <= last; n++ {
		half := halfOf(s)
		next := make([]float64, n+1)
		for k, w := range alive {
			next[k] += w * (1 - p)
			next[k+1] += w * p
		}
		for k := range next {
			if math.Abs(float64(k)/float64(n)-p) > half {
				next[k] = 0
			}
		}
		alive = next
	}
	sum := 0.0
	for _, w := range alive {
		sum += w
	}
	return sum
}

// halfOf adds a sample of 0 and returns the half width of an interval that is cut off at 0; where it is cut off at 1 too, no
// interval misses.
func halfOf(s *estimate.HoeffdingSequence) float64 {
	if err := s.Add(0); err != nil {
		panic(err)
	}
	return s.Interval().Hi
}

// TestSuccessRates (P42): returns of 0 or 1 are trials with a success rate that package dp knows, so the coverage is a finite
// sum. What is measured agrees with it within 4.5 standard errors, however far from 95% it is.
func TestSuccessRates(t *testing.T) {
	forms := map[string]interval{}
	for _, c := range sources(t) {
		for _, f := range c.intervals() {
			if c.success() {
				forms[f.name] = f
			}
		}
	}
	checked, far := 0, 0
	for _, r := range must(printedRows()) {
		form, ok := forms[r.Interval]
		if !strings.HasPrefix(r.World, "frozenlake") || ofVisits(r) || !ok || strings.HasSuffix(r.Interval, "sequence") && r.Interval != "Hoeffding sequence" {
			continue
		}
		want := 0.0
		if r.Interval == "Hoeffding sequence" {
			want = exactSequence(r.N, r.Truth, 100)
		} else {
			want = exactCoverage(form, r.N, r.Truth)
		}
		t.Logf("%v: exact %.4f, measured %.4f", r, want, float64(r.Hits)/float64(r.Runs))
		for _, c := range r.counted() {
			if lower, upper := tails(c[0], c[1], want); min(lower, upper) < beyond(4.5) {
				t.Errorf("%v covers %d times of %d, want a probability of %.5f", r, c[0], c[1], want)
			}
		}
		checked++
		if want < 0.9 {
			far++
		}
	}
	if checked != 4*3*7 || far == 0 {
		t.Errorf("%d rows were compared, %d of them far from 95%%", checked, far)
	}
}

// TestConservative: intervals that hold for every law, and those that hold after each sample, cover at least as often as they
// say: not less than 95% minus three standard errors, corrected for the number of rows.
func TestConservative(t *testing.T) {
	var rows []Row
	for _, r := range must(printedRows()) {
		if r.Interval == "Hoeffding" || r.Interval == "Bernstein" || strings.HasSuffix(r.Interval, "sequence") {
			rows = append(rows, r)
		}
	}
	for _, r := range rows {
		for _, c := range r.counted() {
			if lower, _ := tails(c[0], c[1], level); lower < beyond(3)/float64(2*len(rows)) {
				t.Errorf("%v covers %d times of %d", r, c[0], c[1])
			}
		}
	}
	if len(rows) != (6*4+4*3)*6 {
		t.Errorf("%d rows", len(rows))
	}
}

// moments are mean, variance, skewness and excess kurtosis of the return of T steps from s0:
//
//	E[G^k | s] = sum_a pi(a|s) sum p(s', r | s, a) E[(r + gamma G')^k],   G' from s', of a step less
func (c source) moments() (mean, variance, skewness, kurtosis float64) {
	states, actions := c.grid.NumStates(), c.grid.NumActions()
	raw := make([][5]float64, states)
	for s := range raw {
		raw[s][0] = 1
	}
	for range c.T {
		next := make([][5]float64, states)
		for s := range next {
			next[s][0] = 1
			for a := range actions * map[bool]int{true: 0, false: 1}[c.grid.Terminal(env.State(s))] {
				for _, o := range c.grid.Outcomes(env.State(s), env.Action(a)) {
					w, m := o.Prob*c.pi.Prob(env.State(s), env.Action(a)), raw[o.Next]
					r, g1, g2, g3, g4 := o.Reward, c.gamma*m[1], c.gamma*c.gamma*m[2], math.Pow(c.gamma, 3)*m[3], math.Pow(c.gamma, 4)*m[4]
					next[s][1] += w * (r + g1)
					next[s][2] += w * (r*r + 2*r*g1 + g2)
					next[s][3] += w * (r*r*r + 3*r*r*g1 + 3*r*g2 + g3)
					next[s][4] += w * (r*r*r*r + 4*r*r*r*g1 + 6*r*r*g2 + 4*r*g3 + g4)
				}
			}
		}
		raw = next
	}
	m := raw[c.s0]
	mean = m[1]
	variance = m[2] - mean*mean
	third := m[3] - 3*mean*m[2] + 2*mean*mean*mean
	fourth := m[4] - 4*mean*m[3] + 6*mean*mean*m[2] - 3*mean*mean*mean*mean
	return mean, variance, third / math.Pow(variance, 1.5), fourth/variance/variance - 3
}

// shortfall is by how much Student's t interval of 95% covers more (or, negative, less) often than it says, in the order 1/n:
//
//	(2 z phi(z)/n) [ kurtosis (z^2 - 3)/12 - skewness^2 (z^4 + 2 z^2 - 3)/18 ],   z = 1.96
//
// P. Hall, The Bootstrap and Edgeworth Expansion, 1992, section 2.6.
func shortfall(n int, skewness, kurtosis float64) float64 {
	const z = 1.959963984540054
	phi := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
	return 2 * z * phi / float64(n) * (kurtosis*(z*z-3)/12 - skewness*skewness*(z*z*z*z+2*z*z-3)/18)
}

// nominal is the shortfall up to which an interval is required to cover 95%: at 10,000 intervals a standard error is 0.22%.
const nominal = 0.0025

// TestNominal: where skewness and kurtosis, known exactly, let Student's t interval miss 95% by less than a quarter of a percent,
// the t interval and the expanded bootstrap interval of the mean cover 95% within three standard errors, corrected for the
// number of rows. From 30 episodes on, the t interval covers as often as the expansion says, above the quarter too.
func TestNominal(t *testing.T) {
	type check struct {
		row  Row
		want float64
	}
	var checks []check
	for _, c := range sources(t) {
		if c.success() {
			continue
		}
		mean, variance, skewness, kurtosis := c.moments()
		exact := must(dp.HorizonMoments(c.grid, c.pi, c.gamma, c.T))
		if math.Abs(mean-c.truth) > 1e-9 || math.Abs(variance-exact.StateVar[c.s0]) > 1e-6 {
			t.Fatalf("%s: mean %v, variance %v: want %v, %v", c.name(), mean, variance, c.truth, exact.StateVar[c.s0])
		}
		t.Logf("%s: mean %.4f, sd %.4f, skewness %.3f, excess kurtosis %.3f", c.name(), mean, math.Sqrt(variance), skewness, kurtosis)
		for _, r := range must(printedRows()) {
			if r.World != c.world || r.Policy != c.policy || r.Start != c.start || r.Interval != "t" && r.Interval != "expanded" {
				continue
			}
			off := shortfall(r.N, skewness, kurtosis)
			t.Logf("%v: expected %.4f, measured %.4f", r, level+off, float64(r.Hits)/float64(r.Runs))
			if math.Abs(off) < nominal {
				checks = append(checks, check{r, level})
			} else if r.N >= 30 && r.Interval == "t" {
				checks = append(checks, check{r, level + off})
			}
		}
	}
	for _, c := range checks {
		for _, k := range c.row.counted() {
			if lower, upper := tails(k[0], k[1], c.want); min(lower, upper) < beyond(3)/float64(2*len(checks)) {
				t.Errorf("%v covers %d times of %d, want %.4f", c.row, k[0], k[1], c.want)
			}
		}
	}
	if len(checks) < 16 {
		t.Errorf("%d rows are checked: the test asks for little", len(checks))
	}
}
