package coverage

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// column is an interval under a heading of two lines.
type column struct{ interval, above, below string }

var (
	forMeans = []column{
		{"t", "", "t"}, {"Wilson", "", "Wils."}, {"percentile", "boot", "perc."}, {"expanded", "strap", "exp."},
		{"Hoeffding", "", "Hoef."}, {"Bernstein", "", "Bern."},
	}
	forSequences = []column{
		{"Hoeffding sequence", "", "Hoef."}, {"Bernstein sequence", "", "Bern."},
		{"aimed Bernstein sequence", "aimed", "Bern."}, {"betting sequence", "bet-", "ting"},
	}
	forShort = []column{
		{"t", "", "t"}, {"Wilson", "", "Wils."}, {"percentile", "boot", "perc."}, {"expanded", "strap", "exp."},
		{"Hoeffding", "", "Hoef."}, {"Bernstein sequence", "seq.", "Bern."}, {"aimed Bernstein sequence", "seq.", "aimed"},
		{"betting sequence", "seq.", "bet."},
	}
	forScores = []column{
		{"t", "mean", "t"}, {"percentile", "mean", "perc."}, {"expanded", "mean", "exp."},
		{"percentile, median", "med.", "perc."}, {"expanded, median", "med.", "exp."},
		{"percentile, IQM", "IQM", "perc."}, {"expanded, IQM", "IQM", "exp."},
	}
	forPairs = []column{
		{"paired t, difference", "diff.", "t"}, {"percentile, improvement", "P>", "perc."}, {"expanded, improvement", "P>", "exp."},
		{"expanded, paired improvement", "P>", "pair."}, {"expanded, profile", "pro-", "file"},
	}
	forVisits = []column{{"t", "first", "visit"}, {"t, every visit", "every", "visit"}}
)

// coverage is the share of intervals that contain the truth, in percent.
func coverage(r Row) string { return fmt.Sprintf("%.1f", 100*float64(r.Hits)/float64(r.Runs)) }

// width is the mean half width.
func width(r Row) string {
	if r.Half < 10 {
		return fmt.Sprintf("%.3f", r.Half)
	}
	return fmt.Sprintf("%.1f", r.Half)
}

// table prints one line for each source and n, a dash for what was not measured.
func table(rows []Row, columns []column, source, cell func(r Row) string) string {
	wide := 0
	for _, r := range rows {
		wide = max(wide, len(source(r)))
	}
	var b strings.Builder
	heading := func(n string, text func(c column) string) {
		line := fmt.Sprintf("  %-*s %3s", wide, "", n)
		for _, c := range columns {
			line += fmt.Sprintf(" %5s", text(c))
		}
		fmt.Fprintln(&b, strings.TrimRight(line, " "))
	}
	heading("", func(c column) string { return c.above })
	heading("n", func(c column) string { return c.below })
	for len(rows) > 0 {
		first := rows[0]
		end := slices.IndexFunc(rows, func(r Row) bool { return source(r) != source(first) || r.N != first.N })
		if end < 0 {
			end = len(rows)
		}
		fmt.Fprintf(&b, "  %-*s %3d", wide, source(first), first.N)
		for _, c := range columns {
			text := "-"
			if i := slices.IndexFunc(rows[:end], func(r Row) bool { return r.Interval == c.interval }); i >= 0 {
				text = cell(rows[i])
			}
			fmt.Fprintf(&b, " %5s", text)
		}
		fmt.Fprintln(&b)
		rows = rows[end:]
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// from is world and policy, and the start or, of a lake, the success rate.
func from(r Row) string {
	if !strings.HasPrefix(r.World, "frozenlake") {
		return fmt.Sprintf("%s %s %s", r.World, r.Policy, r.Start)
	}
	return fmt.Sprintf("%s %s p=%.3f", lake(r.World), r.Policy, r.Truth)
}

// lake shortens the name of a lake.
func lake(name string) string {
	return strings.TrimSuffix(strings.Replace(name, "frozenlake", "lake", 1), "-slippery")
}

func policy(r Row) string { return r.Policy }

// only returns the rows that ok approves.
func only(rows []Row, ok func(r Row) bool) []Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return !ok(r) })
}

func ofVisits(r Row) bool { return strings.HasSuffix(r.Policy, "steps") }
func ofPairs(r Row) bool  { return strings.Contains(r.Policy, " vs ") }
func ofScores(r Row) bool { return r.Start == "" && !ofPairs(r) }
func ofMeans(r Row) bool  { return r.Start != "" && !ofVisits(r) }

// tables are the figures of the documentation, as its templates name them.
type tables struct {
	Means, Widths, Sequences, SequenceWidths, Scores, Pairs, Visits, Stops, Short, Skewness string

	Fewer string // by how much fewer episodes the betting sequence needs to a stop than the best other one, in percent
}

func newTables(rows []Row, stops []Stop) tables {
	wide := only(rows, func(r Row) bool {
		return ofMeans(r) && r.Start == "0:0" && (r.Policy == "uniform") == (r.World == "zhao-5x5") && r.N != 5 && r.Policy != "half-optimal"
	})
	return tables{
		Means:          table(only(rows, ofMeans), forMeans, from, coverage),
		Widths:         table(wide, forMeans, from, width),
		Sequences:      table(only(rows, func(r Row) bool { return ofMeans(r) && r.N == 100 }), forSequences, from, coverage),
		SequenceWidths: table(wide, forSequences, from, width),
		Scores:         table(only(rows, ofScores), forScores, policy, coverage),
		Pairs:          table(only(rows, ofPairs), forPairs, policy, coverage),
		Visits:         table(only(rows, ofVisits), forVisits, from, coverage),
		Stops:          atStop(stops),
		Fewer:          fewer(stops),
		Short: table(only(rows, func(r Row) bool {
			return ofMeans(r) && r.Start == "0:0" && r.N != 5 && !strings.Contains(r.World, "8x8")
		}), forShort, from, coverage),
	}
}

// atStop prints the share of stops at which the interval misses, in percent, and the mean number of episodes.
func atStop(rows []Stop) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %-23s %4s   %-24s %8s %9s", "", "x", "interval", "misses", "episodes")
	for _, s := range rows {
		source := lake(s.World) + " " + s.Policy
		fmt.Fprintf(&b, "\n  %-23s %4v   %-24s %8.2f %9v", source, s.Half, s.Interval, 100*float64(s.Misses)/float64(s.Runs), s.Episodes)
	}
	return b.String()
}

// fewer is the span of what the betting sequence saves to a stop, against the best of the other sequences there.
func fewer(rows []Stop) string {
	var saved []float64
	for _, b := range rows {
		if b.Interval != "betting sequence" {
			continue
		}
		best := math.Inf(1)
		for _, s := range rows {
			if s.World == b.World && s.Policy == b.Policy && s.Half == b.Half && s.Interval != b.Interval && s.Interval != "t" {
				best = min(best, s.Episodes)
			}
		}
		saved = append(saved, 100*(1-b.Episodes/best))
	}
	if len(saved) == 0 {
		return ""
	}
	least, most := span(saved)
	return fmt.Sprintf("%.0f%% to %.0f%%", least, most)
}
