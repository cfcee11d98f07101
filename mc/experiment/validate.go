package experiment

import (
	"errors"
	"fmt"
	"io/fs"
	"math"

	"example.com/mcrl/env"
)

func isAbsent(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// Validate reports the first field that is out of range or does not fit the others.
func (r *Record) Validate() error {
	if r.Format != RecordFormat || r.Version != RecordVersion {
		return &env.FieldError{Field: "format, version", Value: fmt.Sprintf("%.40q, %d", r.Format, r.Version), Want: fmt.Sprintf("%q, %d", RecordFormat, RecordVersion)}
	}
	if err := r.Spec.Validate(); err != nil {
		return fmt.Errorf("spec: %w", first(err))
	}
	m, err := r.Spec.Env.Model() // the spec is valid, so it is not too large
	if err != nil {
		return fmt.Errorf("spec: %w", first(err))
	}
	if _, err := NewLearner(r.Spec, m.Table, 1); err != nil {
		return fmt.Errorf("spec: %w", first(err))
	}
	for _, check := range []func(*env.Table) error{r.checkTable, r.checkIntervals, r.checkPolicy, r.checkProgress, r.checkPoints, r.checkExact} {
		if err := check(m.Table); err != nil {
			return err
		}
	}
	return nil
}

// first is the first of joined errors.
func first(err error) error {
	for {
		joined, ok := err.(interface{ Unwrap() []error })
		if !ok || len(joined.Unwrap()) == 0 {
			return err
		}
		err = joined.Unwrap()[0]
	}
}

func bad(field string, value any, want string, args ...any) error {
	return &env.FieldError{Field: field, Value: value, Want: fmt.Sprintf(want, args...)}
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func (r *Record) checkTable(t *env.Table) error {
	pairs := t.NumStates() * t.NumActions()
	if len(r.Q) != pairs {
		return bad("length of q", len(r.Q), "%d, the number of pairs", pairs)
	}
	if len(r.N) != pairs {
		return bad("length of n", len(r.N), "%d, the number of pairs", pairs)
	}
	unvisited := 0
	for i := range pairs {
		if !finite(r.Q[i]) {
			return bad(fmt.Sprintf("q[%d]", i), r.Q[i], "a finite number")
		}
		if r.N[i] < 0 {
			return bad(fmt.Sprintf("n[%d]", i), r.N[i], "a number of returns, 0 or more")
		}
		if r.N[i] > 0 || t.Terminal(env.State(i/t.NumActions())) {
			continue
		}
		if unvisited < len(r.Unvisited.Pairs) && r.Unvisited.Pairs[unvisited] != i {
			return bad(fmt.Sprintf("unvisited.pairs[%d]", unvisited), r.Unvisited.Pairs[unvisited], "%d, the next pair with n = 0", i)
		}
		unvisited++
	}
	if r.Unvisited.Count != unvisited {
		return bad("unvisited.count", r.Unvisited.Count, "%d, the number of pairs with n = 0", unvisited)
	}
	if n := min(unvisited, maxListed); len(r.Unvisited.Pairs) != n {
		return bad("length of unvisited.pairs", len(r.Unvisited.Pairs), "%d", n)
	}
	return nil
}

func (r *Record) checkPolicy(t *env.Table) error {
	if len(r.Policy) != t.NumStates() {
		return bad("length of policy", len(r.Policy), "%d, the number of states", t.NumStates())
	}
	for s, a := range r.Policy {
		if a < 0 || int(a) >= t.NumActions() {
			return bad(fmt.Sprintf("policy[%d]", s), a, "an action in [0, %d)", t.NumActions())
		}
	}
	if !(r.Epsilon >= 0 && r.Epsilon <= 1) {
		return bad("epsilon", r.Epsilon, "a number in [0, 1]")
	}
	return nil
}

func (r *Record) checkProgress(*env.Table) error {
	p := r.Progress
	switch {
	case p.Episodes < 0 || p.Episodes > r.Spec.Episodes:
		return bad("progress.episodes", p.Episodes, "a number in [0, %d], the episodes of the spec", r.Spec.Episodes)
	case p.Steps < p.Episodes:
		return bad("progress.steps", p.Steps, "at least %d, one for each episode", p.Episodes)
	case p.Truncated < 0 || p.Truncated > p.Episodes:
		return bad("progress.truncated", p.Truncated, "a number in [0, %d], the episodes", p.Episodes)
	case p.Iterations < 0 || p.Iterations > p.Episodes:
		return bad("progress.iterations", p.Iterations, "a number in [0, %d], the episodes", p.Episodes)
	case p.Changed < 0:
		return bad("progress.changed", p.Changed, "0 or more")
	case !finite(p.RewardMax) || p.RewardMax < 0:
		return bad("progress.reward_max", p.RewardMax, "a finite number, 0 or more")
	case r.TruncationBound != nil && !(finite(*r.TruncationBound) && *r.TruncationBound >= 0):
		return bad("truncation_bound", *r.TruncationBound, "a finite number, 0 or more, or null")
	case r.Certain != nil && r.Spec.UntilCertain == 0:
		return bad("certain", "given", "nothing unless the spec says until_certain")
	case r.Certain != nil && !(finite(r.Certain.Loss) && r.Certain.Loss >= 0 && finite(r.Certain.Error) && r.Certain.Error >= 0):
		return bad("certain", *r.Certain, "finite numbers, 0 or more")
	case r.Streams == "":
		return bad("streams", `""`, "the version of the random streams")
	}
	return nil
}

func (r *Record) checkPoints(*env.Table) error {
	before := int64(-1)
	for i, p := range r.Points {
		field := fmt.Sprintf("points[%d].", i)
		switch {
		case p.Episodes <= before:
			return bad(field+"episodes", p.Episodes, "more than %d, those of the point before", before)
		case p.Steps < p.Episodes || p.Truncated < 0 || p.Truncated > p.Episodes || p.Iterations < 0 || p.Iterations > p.Episodes:
			return bad(field+"steps, truncated, iterations", fmt.Sprint(p.Steps, p.Truncated, p.Iterations), "counts that fit %d episodes", p.Episodes)
		case !(p.Epsilon >= 0 && p.Epsilon <= 1):
			return bad(field+"epsilon", p.Epsilon, "a number in [0, 1]")
		case (p.RMSE == nil) != (r.Exact.Skipped != ""):
			return bad(field+"rmse", "null", "a number exactly where the record has exact values")
		}
		if err := p.checkExact(field); err != nil {
			return err
		}
		if v := p.Visits; v != nil && !(v.Unvisited >= 0 && (v.Unvisited > 0) == (v.Min == 0) && float64(v.Min) <= v.Median && finite(v.Median)) {
			return bad(field+"visits", *v, "unvisited > 0 exactly where min = 0, and min of at most median")
		}
		before = p.Episodes
	}
	if before != r.Progress.Episodes {
		return bad("last of points", before, "%d episodes, the progress", r.Progress.Episodes)
	}
	return nil
}

// checkExact reports an exact value that is out of range, or there although the record has no exact values.
func (p *Point) checkExact(field string) error {
	for _, x := range []struct {
		name  string
		value *float64
		least float64
	}{
		{"rmse", p.RMSE, 0}, {"gap", p.Gap, 0}, {"greedy_gap", p.GreedyGap, 0},
		{"return", p.Return, math.Inf(-1)}, {"greedy_return", p.GreedyReturn, math.Inf(-1)},
	} {
		switch {
		case x.value == nil:
		case p.RMSE == nil:
			return bad(field+x.name, *x.value, "null, as rmse is")
		case !(finite(*x.value) && *x.value >= x.least):
			return bad(field+x.name, *x.value, "a finite number%s, or null", map[bool]string{true: ", 0 or more"}[x.least == 0])
		}
	}
	return nil
}

func (r *Record) checkExact(t *env.Table) error {
	e := r.Exact
	for _, x := range []struct {
		field string
		v     []float64
		must  bool
	}{
		{"exact.policy", e.Policy, false}, {"exact.best", e.Best, e.Skipped == ""},
		{"exact.greedy", e.Greedy, false}, {"exact.optimum", e.Optimum, e.Skipped == "" && r.Epsilon > 0 && r.Spec.Gamma < 1},
	} {
		if want := t.NumStates(); (x.must || x.v != nil) && len(x.v) != want {
			return bad("length of "+x.field, len(x.v), "%d, the number of states", want)
		}
		if x.v != nil && e.Skipped != "" {
			return bad(x.field, fmt.Sprintf("%d numbers", len(x.v)), "none where exact values are skipped")
		}
		for s, v := range x.v {
			if !finite(v) {
				return bad(fmt.Sprintf("%s[%d]", x.field, s), v, "a finite number")
			}
		}
	}
	return nil
}
