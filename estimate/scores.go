package estimate

import "fmt"

// checkStrata reports strata without any, of fewer than least runs, or with a
// score that is not finite.
func checkStrata(name string, strata [][]float64, least int) (bad []error) {
	if len(strata) == 0 {
		bad = append(bad, &FieldError{name, "[]", "at least one stratum"})
	}
	for m, x := range strata {
		bad = append(bad, checkScores(fmt.Sprintf("%s[%d]", name, m), x, least)...)
	}
	return bad
}

// checkScores reports fewer than least scores and every one that is not finite.
func checkScores(name string, x []float64, least int) (bad []error) {
	if len(x) < least {
		bad = append(bad, &FieldError{name, count(len(x), "run", "runs"), fmt.Sprintf("at least %d", least)})
	}
	for i, v := range x {
		if !finite(v) {
			bad = append(bad, &FieldError{fmt.Sprintf("%s[%d]", name, i), v, "a finite number"})
		}
	}
	return bad
}

// checkPairs reports that y, of the name given, has not as many runs as x.
func checkPairs(name string, x, y []float64) (bad []error) {
	if len(x) != len(y) {
		bad = append(bad, &FieldError{name, count(len(y), "run", "runs"), fmt.Sprintf("%d, one for each of x", len(x))})
	}
	return bad
}

// count is "1 run", "2 runs".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
