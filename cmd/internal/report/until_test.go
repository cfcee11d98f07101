package report

import (
	"math"
	"strings"
	"testing"

	"example.com/mcrl/estimate"
)

// Of a plan that stops on evidence (P42), comparisons are on the seeds of the first round, in the order of the plan, which every
// setting has, and means have no interval for a number of seeds that is fixed beforehand. The control is the same plan without
// until, whose comparisons are on all seeds.
func TestComparisonsOfFirstRound(t *testing.T) {
	const seeds, until = "seeds: [9, 4..8, 1..3, 10..20]\n", "until: {metric: rmse, half_width: 3, every: 6, range: [0, 20]}\n"
	dir := played(t, plan+seeds+until)
	page, html := pageOf(t, dir)
	all := finals(t, dir)
	longer := 0
	for w, section := range page.Sections {
		for _, m := range scored {
			for i, c := range section.Comparisons[m].Rows {
				x, y := all[3*w+i+1][m], all[3*w][m]
				d, err := estimate.Differences(x[:6], y[:6])
				if err != nil || c.N != 6 || math.Abs(c.Difference.X-d.Mean()) > 1e-12 || *c.Difference.Interval != estimate.StudentT(d, 0.95) {
					t.Errorf("%s, %s: %+v on %d seeds, want that of 6 of %v and %v, %v", section.Name, c.Name, c.Difference, c.N, x, y, err)
				}
				if len(x) > 6 && len(y) > 6 {
					longer++
				}
			}
			for i, row := range section.Tables[m].Rows {
				sequence := page.Evidence[3*w+i].Interval
				if m == rmse && *row.Mean.Interval != sequence || m == gap && row.Mean.Interval != nil || row.Median.Interval != nil || row.IQM.Interval != nil {
					t.Errorf("%s, %s: intervals %+v, want that of the sequence alone", section.Name, row.Name, row.Summary)
				}
			}
		}
	}
	t.Logf("%d cells were not needed, %d comparisons could have been on more seeds", page.Unneeded, longer)
	if longer == 0 || page.Unneeded == 0 {
		t.Error("the test compares nothing")
	}
	if j := page.Joint.Rows[1]; j.Mean.Interval != nil || j.IQM.Interval != nil || j.Improvement.Interval == nil {
		t.Errorf("all environments: %+v", j)
	}
	if n := strings.Count(html, "On the first round of seeds alone, 6 seeds:"); n != 4 {
		t.Errorf("the page says %d times which seeds are compared, want 4", n)
	}

	page, html = pageOf(t, played(t, plan+seeds))
	if c := page.Sections[1].Comparisons[rmse].Rows[0]; c.N != 20 || strings.Contains(html, "first round") {
		t.Errorf("without until %d seeds are compared, want 20", c.N)
	}
}
