package coverage

import (
	"math"
	"strings"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// stopping is a source with the half widths at which one stops.
type stopping struct {
	source
	halves []float64
}

func stoppings(t *testing.T) []stopping {
	t.Helper()
	all := sources(t)
	return []stopping{
		{all[0], []float64{10, 5}}, // zhao-5x5, uniform
		{all[3], []float64{10, 5}}, // zhao-5x5, half-optimal
		{all[6], []float64{0.2, 0.1, 0.05}},
		{all[8], []float64{0.2, 0.1, 0.05}},
	}
}

// look is an interval that is looked at after each episode.
type look struct {
	name string
	make func(c source, half float64) looker
}

type looker interface {
	Add(x float64) error
	Interval() estimate.Interval
}

// looks are the sequences, two of which aim at the half width of the stop, and, as a control, Student's t interval from the
// second episode on, which is no sequence.
var looks = []look{
	{"t", func(source, float64) looker { return new(peek) }},
	{"Hoeffding sequence", func(c source, _ float64) looker {
		return must(estimate.NewHoeffdingSequence(c.lo, c.hi, level, tightAt))
	}},
	{"Bernstein sequence", func(c source, _ float64) looker { return must(estimate.NewBernsteinSequence(c.lo, c.hi, level)) }},
	{"aimed Bernstein sequence", func(c source, half float64) looker {
		return must(estimate.NewAimedBernsteinSequence(c.lo, c.hi, level, half))
	}},
	{"betting sequence", func(c source, half float64) looker {
		return seldom{must(estimate.NewBettingSequence(c.lo, c.hi, level, half)), estimate.Interval{Lo: c.lo, Hi: c.hi}}
	}},
}

const tightAt = 300 // of the Hoeffding sequence

type peek struct{ estimate.Variance }

func (p *peek) Add(x float64) error {
	p.Variance.Add(x)
	return nil
}

func (p *peek) Interval() estimate.Interval { return estimate.StudentT(p.Variance, level) }

// seldom is a betting sequence that is looked at after every tenth episode; in between it says nothing.
type seldom struct {
	*estimate.BettingSequence
	nothing estimate.Interval
}

func (s seldom) Interval() estimate.Interval {
	if s.N()%lookEvery != 0 {
		return s.nothing
	}
	return s.BettingSequence.Interval()
}

// below reports whether the half width is below x. That of t is at least 1.95 standard errors, which is quickly told.
func below(l looker, x float64) (estimate.Interval, bool) {
	if p, ok := l.(*peek); ok && !(1.95*p.StdErr() < x) {
		return estimate.Interval{}, false
	}
	i := l.Interval()
	return i, i.Half() < x
}

// stopped are the runs of every test.
const stopped = 250

// stops measures all half widths in one pass: run r is one stream of episodes, which every interval sees until it stops.
func (c stopping) stops() []Stop {
	runs := stopped
	if all() {
		runs = measured
	}
	rows := make([]Stop, 0, len(c.halves)*len(looks))
	episodes := make([]estimate.Mean, cap(rows))
	for _, half := range c.halves {
		for _, l := range looks {
			rows = append(rows, Stop{World: c.world, Policy: c.policy, Start: c.start, Half: half, Interval: l.name, Truth: c.truth})
		}
	}
	g := must(env.NewGenerator(c.grid, c.pi, c.T, c.seed+4000))
	var ep env.Episode
	for r := range runs {
		g.SeekBlock(int64(r) << 20)
		c.run(func() float64 { return c.play(g, &ep) }, func(row int, n int64, i estimate.Interval) {
			s := &rows[row]
			miss := 0
			if !i.Contains(c.truth) {
				miss = 1
			}
			if r < stopped {
				s.Sample++
				s.SampleMisses += miss
			}
			s.Runs++
			s.Misses += miss
			episodes[row].Add(float64(n))
		})
	}
	for i := range rows {
		rows[i].Episodes = fourDigits(episodes[i].Value())
	}
	return rows
}

// run plays episodes until every interval has stopped at every half width that is to be measured.
func (c stopping) run(play func() float64, stop func(row int, n int64, i estimate.Interval)) {
	lookers, left := make([]looker, len(c.halves)*len(looks)), 0
	for row := range lookers {
		if l := looks[row%len(looks)]; wanted(l.name) {
			lookers[row] = l.make(c.source, c.halves[row/len(looks)])
			left++
		}
	}
	for n := int64(1); left > 0; n++ {
		x := play()
		for row, l := range lookers {
			if l == nil {
				continue
			}
			if err := l.Add(x); err != nil {
				panic(err)
			}
			if i, ok := below(l, c.halves[row/len(looks)]); ok {
				stop(row, n, i)
				lookers[row] = nil
				left--
			}
		}
	}
}

// TestSequencesHoldAtStop (P42): a sequence misses at the stop in at most 5% of the runs, within three standard errors corrected
// for the number of rows; Student's t interval, the control, in the full count misses more often beyond them.
func TestSequencesHoldAtStop(t *testing.T) {
	rows := must(printedStops())
	for _, s := range rows {
		chance := beyond(3) / float64(2*len(rows))
		_, upper := tails(s.Misses, s.Runs, 1-level)
		_, upperSample := tails(s.SampleMisses, s.Sample, 1-level)
		if control := s.Interval == "t"; control != (upper < chance) || !control && upperSample < chance {
			t.Errorf("%+v", s)
		}
	}
	if len(rows) == 0 {
		t.Error("nothing was measured")
	}
}

// atStopExactly returns the probability that the interval misses p at the stop, and mean and variance of the number of trials
// to it, by dynamic programming over the number of successes. at gives the interval after n trials.
func atStopExactly(p, half float64, at func(n int) func(k int) estimate.Interval) (misses, mean, variance float64) {
	alive, left, square := []float64{1}, 1.0, 0.0 // P(k successes, not stopped)
	for n := 1; left > 1e-12; n++ {
		mean += left // P(N >= n)
		square += float64(2*n-1) * left
		next := make([]float64, n+1)
		for k, w := range alive {
			next[k] += w * (1 - p)
			next[k+1] += w * p
		}
		left = 0
		interval := at(n)
		for k, w := range next {
			if w == 0 {
				continue
			}
			if i := interval(k); i.Half() < half {
				next[k] = 0
				if !i.Contains(p) {
					misses += w
				}
			}
			left += next[k]
		}
		alive = next
	}
	return misses, mean, square - mean*mean
}

// TestStopsExactly: on success rates the stop of t and of the Hoeffding sequence has a law that can be computed. What is measured
// agrees with it within 4.5 standard errors: the errors and the number of episodes.
func TestStopsExactly(t *testing.T) {
	checked := 0
	for _, r := range must(printedStops()) {
		if !strings.HasPrefix(r.World, "frozenlake") || r.Interval != "t" && r.Interval != "Hoeffding sequence" {
			continue
		}
		var v, w estimate.Variance // of a success, of a failure
		v.Add(1)
		w.Add(0)
		at := func(n int) func(k int) estimate.Interval {
			return func(k int) estimate.Interval { return estimate.StudentT(merged(v, w, k, n-k), level) }
		}
		if r.Interval == "Hoeffding sequence" {
			s := must(estimate.NewHoeffdingSequence(0, 1, level, tightAt))
			at = func(n int) func(k int) estimate.Interval {
				half := halfOf(s)
				return func(k int) estimate.Interval {
					mean := float64(k) / float64(n)
					return estimate.Interval{Lo: max(0, mean-half), Hi: min(1, mean+half)}
				}
			}
		}
		misses, mean, variance := atStopExactly(r.Truth, r.Half, at)
		t.Logf("%s %s %v %s: exactly %.5f, %.2f episodes; measured %.5f, %v", r.World, r.Policy, r.Half, r.Interval, misses, mean,
			float64(r.Misses)/float64(r.Runs), r.Episodes)
		for _, c := range [][2]int{{r.Misses, r.Runs}, {r.SampleMisses, r.Sample}} {
			if lower, upper := tails(c[0], c[1], misses); min(lower, upper) < beyond(4.5) {
				t.Errorf("%+v: %d misses of %d, want %.5f", r, c[0], c[1], misses)
			}
		}
		if rounding := 0.0005 * mean; math.Abs(r.Episodes-mean) > 4.5*math.Sqrt(variance/float64(r.Runs))+rounding {
			t.Errorf("%+v: want %.3f episodes", r, mean)
		}
		checked++
	}
	if checked != 2*3*2 {
		t.Errorf("%d rows were compared", checked)
	}
}

// merged returns the statistics of k times v and m times w, by doubling.
func merged(v, w estimate.Variance, k, m int) (sum estimate.Variance) {
	for ; k > 0; k, v = k/2, double(v) {
		if k%2 == 1 {
			sum.Merge(v)
		}
	}
	for ; m > 0; m, w = m/2, double(w) {
		if m%2 == 1 {
			sum.Merge(w)
		}
	}
	return sum
}

func double(v estimate.Variance) estimate.Variance {
	v.Merge(v)
	return v
}
