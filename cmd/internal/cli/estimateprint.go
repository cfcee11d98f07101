package cli

import (
	"fmt"
	"io"
	"math"
	"strings"

	"example.com/mcrl/estimate"
)

// namedInterval is an interval for the mean, infinite where it is not defined.
type namedInterval struct {
	name string
	estimate.Interval
}

// intervals lists the intervals for the mean: only the first where no range is known, and only the one that holds for it where
// sampling was stopped by what it showed.
func (r *estimateResult) intervals(level float64) []namedInterval {
	v := r.trace.stat
	if r.stop != nil {
		return []namedInterval{{"confidence sequence", r.stop.interval}}
	}
	list := []namedInterval{{"Student t", estimate.StudentT(v, level)}}
	if r.bounds != nil {
		lo, hi := r.bounds[0], r.bounds[1]
		list = append(list, namedInterval{"Hoeffding", estimate.Hoeffding(v.N(), v.Mean(), lo, hi, level)},
			namedInterval{"empirical Bernstein", estimate.EmpiricalBernstein(v, lo, hi, level)})
	}
	return list
}

func (r *estimateResult) exactMean() *float64 {
	if r.exact == nil {
		return nil
	}
	mean := r.exact.Mean()
	return &mean
}

func (r *estimateResult) print(w io.Writer, o estimateOptions) error {
	var b strings.Builder
	v := r.trace.stat
	fmt.Fprintf(&b, "%12s  %s\n", "samples", "running mean")
	for _, p := range r.trace.milestones() {
		fmt.Fprintf(&b, "%12d  %.6g\n", p.n, p.mean)
	}
	fmt.Fprintf(&b, "\n%-20s %.10g\n", "mean", v.Mean())
	if v.N() > 1 {
		fmt.Fprintf(&b, "%-20s %.6g\n%-20s %.6g\n", "standard deviation", math.Sqrt(v.Var()), "standard error", v.StdErr())
	}
	for i, in := range r.intervals(float64(o.level)) {
		name := in.name
		if i == 0 {
			fmt.Fprintf(&b, "%s intervals\n", percent(float64(o.level)))
		}
		if math.IsInf(in.Hi, 0) {
			fmt.Fprintf(&b, "  %-18s  needs more samples\n", name)
			continue
		}
		fmt.Fprintf(&b, "  %-18s  %.6g to %.6g\n", name, in.Lo, in.Hi)
	}
	if r.stop != nil {
		fmt.Fprintf(&b, "%-20s %s\n", "stopped", r.stop.verdict(v.N()))
	}
	if r.bounds == nil {
		fmt.Fprint(&b, "  (--range lo,hi adds those that hold for every n)\n")
	}
	if exact := r.exactMean(); exact != nil {
		fmt.Fprintf(&b, "%-20s %.10g\n%-20s %.6g", "exact mean", *exact, "error", v.Mean()-*exact)
		if se := math.Sqrt(r.exact.Var() / float64(v.N())); se > 0 {
			fmt.Fprintf(&b, ", %.2f exact standard errors", math.Abs(v.Mean()-*exact)/se)
		}
		fmt.Fprintln(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// estimateDocument is what `mcrl estimate --json` prints; null is what is not known or not defined.
type estimateDocument struct {
	N         int64        `json:"n"`
	Mean      float64      `json:"mean"`
	Variance  *float64     `json:"variance"`
	StdErr    *float64     `json:"std_err"`
	Min       float64      `json:"min"`
	Max       float64      `json:"max"`
	Level     float64      `json:"level"`
	Range     []float64    `json:"range"`
	Student   []float64    `json:"student_t"`
	Hoeffding []float64    `json:"hoeffding"`
	Bernstein []float64    `json:"empirical_bernstein"`
	Exact     *float64     `json:"exact_mean"`
	ExactVar  *float64     `json:"exact_variance"`
	Error     *float64     `json:"error"`
	Seed      *uint64      `json:"seed"`
	Running   [][2]float64 `json:"running"` // n, mean of the first n samples

	Until    float64   `json:"until,omitempty"`    // the half-width that was enough
	Sequence []float64 `json:"sequence,omitempty"` // with until: the interval that holds whenever one looks
	Enough   *bool     `json:"enough,omitempty"`   // with until: it was reached
}

func (r *estimateResult) document(o estimateOptions) estimateDocument {
	v := r.trace.stat
	d := estimateDocument{N: v.N(), Mean: v.Mean(), Min: v.Min(), Max: v.Max(), Level: float64(o.level), Range: r.bounds}
	d.Variance, d.StdErr = orNull(v.Var()), orNull(v.StdErr())
	ends := []*[]float64{&d.Student, &d.Hoeffding, &d.Bernstein}
	if r.stop != nil {
		ends, d.Until, d.Enough = []*[]float64{&d.Sequence}, float64(o.until), &r.stop.enough
	}
	for i, in := range r.intervals(float64(o.level)) {
		if !math.IsInf(in.Hi, 0) {
			*ends[i] = []float64{in.Lo, in.Hi}
		}
	}
	if d.Exact = r.exactMean(); d.Exact != nil {
		d.ExactVar, d.Error, d.Seed = orNull(r.exact.Var()), orNull(v.Mean()-*d.Exact), &o.seed
	}
	for _, p := range r.trace.milestones() {
		d.Running = append(d.Running, [2]float64{float64(p.n), p.mean})
	}
	return d
}

// orNull is what JSON cannot say as null.
func orNull(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}
