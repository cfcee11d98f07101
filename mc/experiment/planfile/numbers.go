package planfile

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"example.com/mcrl/env/gridfile/yamldoc"
	"example.com/mcrl/mc/experiment/sweep"
	"github.com/goccy/go-yaml/ast"
)

var (
	decimal  = regexp.MustCompile(`^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$`)
	fraction = regexp.MustCompile(`^[-+]?[0-9]{1,40}/[0-9]{1,40}$`)
	span     = regexp.MustCompile(`^([0-9_]{1,30})\.\.([0-9_]{1,30})$`)
)

// parseNumber reads a decimal number or a fraction of whole numbers.
func parseNumber(text string) (float64, error) {
	x, err := 0.0, error(nil)
	if q, ok := new(big.Rat).SetString(text); fraction.MatchString(text) && ok {
		x, _ = q.Float64()
	} else if x, err = strconv.ParseFloat(text, 64); !decimal.MatchString(text) {
		err = strconv.ErrSyntax
	}
	if err != nil || math.IsInf(x, 0) {
		return 0, fmt.Errorf("a finite number such as 0.5 or 1/3")
	}
	return x, nil
}

// parseWhole reads a whole number of at least 0, such as 1000000, 1_000_000 or 1e6.
func parseWhole(text string) (int64, error) {
	plain := strings.ReplaceAll(text, "_", "")
	if n, err := strconv.ParseInt(plain, 10, 64); err == nil && n >= 0 {
		return n, nil
	}
	x, err := strconv.ParseFloat(plain, 64)
	if err != nil || !decimal.MatchString(plain) || x < 0 || x > 1<<53 || x != math.Floor(x) {
		return 0, fmt.Errorf("a whole number, 0 or more, such as 1000 or 1e6")
	}
	return int64(x), nil
}

// seedRange is the seeds from first to last.
type seedRange struct {
	first, last uint64
	at          place
}

// seeds reads a number, a range such as 1..30, or a list of both.
func (d *decoder) seeds(n ast.Node) (all []seedRange) {
	const want = "a seed, a range such as 1..30, or a list of them"
	one := func(item ast.Node) {
		text, ok := d.text(item, "seeds", want)
		if !ok {
			return
		}
		r := seedRange{at: placeOf(item)}
		first, last := text, text
		if m := span.FindStringSubmatch(text); m != nil {
			first, last = m[1], m[2]
		}
		var err, e error
		r.first, err = strconv.ParseUint(strings.ReplaceAll(first, "_", ""), 10, 64)
		r.last, e = strconv.ParseUint(strings.ReplaceAll(last, "_", ""), 10, 64)
		switch {
		case err != nil || e != nil:
			d.bad(r.at, "seeds = %s: want %s", yamldoc.Shorten(text), want)
			return
		case r.last < r.first:
			d.bad(r.at, "seeds = %s: an empty range: want the smaller number first", text)
			return
		}
		for _, before := range all {
			if r.first <= before.last && before.first <= r.last {
				d.bad(r.at, "seeds: %d is given twice, here and in line %d", max(r.first, before.first), before.at.line)
				return
			}
		}
		all = append(all, r)
	}
	if _, ok := n.(*ast.SequenceNode); ok {
		d.list(n, "seeds", want, one)
	} else {
		one(n)
	}
	return all
}

// count is the number of cells of so many groups, exactly.
func count(groups *big.Int, seeds []seedRange) *big.Int {
	n := new(big.Int)
	for _, r := range seeds {
		n.Add(n, new(big.Int).SetUint64(r.last-r.first))
		n.Add(n, big.NewInt(1))
	}
	return n.Mul(n, groups)
}

func tooMany(cells *big.Int) bool { return cells.Cmp(big.NewInt(sweep.MaxCells)) > 0 }

func enumerate(ranges []seedRange) (seeds []uint64) {
	for _, r := range ranges {
		for s := r.first; ; s++ {
			if seeds = append(seeds, s); s == r.last {
				break
			}
		}
	}
	return seeds
}
