package cli

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"example.com/mcrl/mc/experiment/sweep"
)

// evidence is what the seeds of a setting come to, in an experiment that stops on evidence.
type evidence struct {
	Setting  string    `json:"setting"`
	Metric   string    `json:"metric"`
	Seeds    int       `json:"seeds"` // that count: of whole rounds
	Most     int       `json:"most"`  // of the plan
	Mean     *float64  `json:"mean"`  // null: none yet, or infinite
	Interval []float64 `json:"interval"`
	Level    float64   `json:"confidence"`
	Range    []float64 `json:"range"`
	Outside  *string   `json:"outside,omitempty"` // a value that contradicts the range: no interval holds
	Enough   bool      `json:"enough"`
}

// evidenceOf lists what the settings of an experiment come to; none without until.
func evidenceOf(r *sweep.Results) ([]evidence, error) {
	all, err := r.Evidence()
	if err != nil {
		return nil, err
	}
	u := r.Plan().Until
	var list []evidence
	for _, e := range all {
		x := evidence{Setting: e.Group.Name(), Metric: string(u.Metric), Seeds: e.Seeds, Most: len(r.Plan().Seeds), Mean: orNull(e.Mean),
			Level: u.Confidence, Range: []float64{e.Bounds.Lo, e.Bounds.Hi}, Enough: e.Enough}
		if e.Outside != nil {
			text := shortest(*e.Outside)
			x.Outside = &text
		} else {
			x.Interval = []float64{e.Interval.Lo, e.Interval.Hi}
		}
		list = append(list, x)
	}
	return list, nil
}

// printEvidence prints a line for each setting.
func printEvidence(w io.Writer, list []evidence) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0) // it keeps the first error
	for _, e := range list {
		fmt.Fprintf(t, "%s\t%s seeds\t", e.Setting, grouped(int64(e.Seeds)))
		mean := math.NaN()
		if e.Mean != nil {
			mean = *e.Mean
		}
		switch {
		case e.Seeds == 0:
			fmt.Fprintln(t, "no round is finished")
		case e.Outside != nil:
			fmt.Fprintf(t, "mean %s %.6g\tno interval: %s is outside of the range %.6g to %.6g\n", e.Metric, mean, *e.Outside, e.Range[0], e.Range[1])
		default:
			fmt.Fprintf(t, "mean %s %.6g\t%s interval %.6g to %.6g\t%s\n", e.Metric, mean, percent(e.Level), e.Interval[0], e.Interval[1], e.verdict())
		}
	}
	return t.Flush()
}

// verdict says why no seeds are added, or that there will be more.
func (e evidence) verdict() string {
	half := (e.Interval[1] - e.Interval[0]) / 2
	switch {
	case e.Enough:
		return "enough"
	case e.Seeds == e.Most:
		return fmt.Sprintf("all seeds, at half-width %.3g", half)
	}
	return fmt.Sprintf("half-width %.3g so far", half)
}

// untilText is the rule in words.
func untilText(u *sweep.Until) string {
	level := u.Confidence
	if level == 0 {
		level = sweep.DefaultConfidence
	}
	return fmt.Sprintf("%s has a %s interval of half-width below %s", u.Metric, percent(level), shortest(u.HalfWidth))
}
