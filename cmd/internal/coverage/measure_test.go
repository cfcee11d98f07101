package coverage

import (
	"flag"
	"math"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

var (
	long   = flag.Bool("long", false, "measure every interval of the tables, not the first thousand of each row")
	update = flag.Bool("update", false, "measure the tables and write them")
	chosen = flag.String("intervals", "", "measure those intervals of returns alone whose names match a regular expression; the other rows stay")
)

// wanted reports whether an interval of that name is to be measured.
func wanted(name string) bool {
	return *chosen == "" || regexp.MustCompile(*chosen).MatchString(name)
}

// filled puts the printed row of the same name in the place of each row that was not to be measured.
func filled[T any](rows, printed []T, empty func(r T) bool, same func(r, s T) bool) []T {
	for i, r := range rows {
		if k := slices.IndexFunc(printed, func(s T) bool { return same(r, s) }); k >= 0 && empty(r) {
			rows[i] = printed[k]
		}
	}
	return rows
}

const (
	sampled   = 1_000  // intervals of a row in every test
	resampled = 100    // if they are made by resampling
	measured  = 10_000 // in all
)

// all reports whether the tables are measured in full.
func all() bool { return *long || *update }

// inTurn calls f(0), ..., f(n-1), as many at once as there are cores.
func inTurn(n int, f func(i int)) {
	var wait sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wait.Wait()
}

// tally counts the intervals of one row.
type tally struct {
	row  Row
	part int // the intervals that every test measures
	runs int // all that this one does
	make func(x, y []float64, rng *env.Rand) estimate.Interval
	half estimate.Mean
}

func (c *tally) add(r int, i estimate.Interval) {
	hit := 0
	if i.Contains(c.row.Truth) {
		hit = 1
	}
	if r < c.part {
		c.row.Sample++
		c.row.SampleHits += hit
	}
	c.row.Runs++
	c.row.Hits += hit
	c.half.Add(i.Half())
}

// replications are samples x and y of a source, n of each in replication r.
type replications struct {
	row    Row
	seed   uint64 // of what the bootstrap draws: stream (seed, r, n, interval)
	ns     []int
	runs   func(n int) (part, whole int) // of which there are so many
	sample func(r, n int) (x, y []float64)
}

// measure returns the rows of the intervals.
func (s replications) measure(forms []interval, truth map[string]float64) []Row {
	var rows []Row
	row := s.row
	for _, n := range s.ns {
		part, runs := s.runs(n)
		if !all() {
			runs = part
		}
		var tallies []*tally
		for _, f := range forms {
			if f.atMost == 0 || n <= f.atMost {
				row.N, row.Interval, row.Truth = n, f.name, truth[f.truth]
				c := &tally{row: row, part: part, runs: runs, make: f.make}
				if f.resamples {
					c.part = min(part, resampled)
				}
				if !all() {
					c.runs = c.part
				}
				if !wanted(f.name) {
					c.runs = 0
				}
				tallies = append(tallies, c)
			}
		}
		for r := range runs {
			x, y := s.sample(r, n)
			for k, c := range tallies {
				if r >= c.runs {
					continue
				}
				c.add(r, c.make(x, y, env.NewRand(s.seed, env.PurposeStatistics, uint64(r), uint64(n), uint64(k))))
			}
		}
		for _, c := range tallies {
			c.row.Half = fourDigits(c.half.Value())
			rows = append(rows, c.row)
		}
	}
	return rows
}

func fourDigits(x float64) float64 {
	return must(strconv.ParseFloat(strconv.FormatFloat(x, 'g', 4, 64), 64))
}

// returns measures a source: its episodes are the same for every n, the first n of each replication.
func (c source) returns(printed []Row) []Row {
	runs := sampled
	if all() {
		runs = measured
	}
	draw := c.sampler(c.seed)
	most := slices.Max(c.ns)
	x := make([]float64, runs*most)
	for r := range runs {
		draw(r, x[r*most:][:most])
	}
	row := Row{World: c.world, Policy: c.policy, Start: c.start}
	s := replications{row, c.seed, c.ns, func(int) (part, whole int) { return sampled, measured },
		func(r, n int) (_, _ []float64) { return x[r*most:][:n], nil }}
	return s.measure(c.intervals(), c.truths(row, printed))
}

// truths are the exact mean and, for bootstrap intervals of other aggregates, the aggregates of a million further episodes;
// where not all is measured, those of the table.
func (c source) truths(row Row, printed []Row) map[string]float64 {
	truth := map[string]float64{"mean": c.truth}
	if c.success() || !c.resampled {
		return truth
	}
	if all() && *chosen == "" {
		x := make([]float64, 1_000_000)
		c.sampler(c.seed+1000)(0, x)
		truth["median"], truth["IQM"] = estimate.Median(x), estimate.InterquartileMean(x)
		return truth
	}
	return printedTruths(truth, row, printed, c.intervals())
}

// printedTruths adds to truth those of the table that are missing.
func printedTruths(truth map[string]float64, row Row, printed []Row, forms []interval) map[string]float64 {
	for _, p := range printed {
		if p.World == row.World && p.Policy == row.Policy && p.Start == row.Start {
			for _, f := range forms {
				if _, ok := truth[f.truth]; !ok && f.name == p.Interval {
					truth[f.truth] = p.Truth
				}
			}
		}
	}
	return truth
}

// near reports whether two truths are equal but for the last bits of a solver.
func near(x, y float64) bool { return math.Abs(x-y) <= 1e-9*(1+math.Abs(x)) }
