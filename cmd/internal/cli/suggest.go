package cli

import "strings"

// orSuggest is suggest, and advice where no name is near.
func orSuggest(given string, names []string, advice string) string {
	if s := suggest(given, names); s != "" {
		return s
	}
	return "; " + advice
}

// suggest returns `; did you mean "NAME"?` for the name that is nearest to what was given, or nothing where none is near.
func suggest(given string, names []string) string {
	best, nearest := "", max(2, len(given)/3)+1
	for _, name := range names {
		d := distance(strings.ToLower(given), strings.ToLower(name))
		if len(given) >= 2 && strings.HasPrefix(name, given) {
			d = min(d, 2)
		}
		if d < nearest && d < max(len(given), 2) {
			best, nearest = name, d
		}
	}
	if best == "" {
		return ""
	}
	return `; did you mean "` + best + `"?`
}

// distance is the number of insertions, deletions, replacements and swaps of neighbours that turn a into b, no letter being
// touched twice.
//
// Source: Damerau, A Technique for Computer Detection and Correction of Spelling Errors (1964).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row[0] = i + 1
		for j := range y {
			replaced := last[j]
			if x[i] != y[j] {
				replaced++
			}
			row[j+1] = min(replaced, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
