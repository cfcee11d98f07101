package planfile

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"example.com/mcrl/env/gridfile/yamldoc"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/sweep"
	"github.com/goccy/go-yaml/ast"
)

// given is an option as it stands in the file.
type given struct {
	option option
	value  ast.Node
	at     place
	where  string // top, environment, algorithm or grid
}

// learner is an algorithm of the file with its options.
type learner struct {
	name      string
	algorithm experiment.Algorithm
	at        place // of the entry
	kindAt    place // of the key algorithm
	given     []given
	grid      []axis
}

// axis is one option of a grid, with its values.
type axis struct {
	option option
	at     place
	values []ast.Node
}

var learnerKeys = append([]string{"name", "algorithm", "grid"}, optionKeys(false)...)

// algorithms reads the list of algorithms.
func (d *decoder) algorithms(n ast.Node) []learner {
	return named(d, n, "algorithms", "a list of algorithms", d.learner,
		func(l learner) (string, place) { return l.name, l.at })
}

func (d *decoder) learner(n ast.Node) (l learner, ok bool) {
	l.at = placeOf(n)
	before := len(d.faults)
	if text, plain := scalar(n); plain {
		l.kindAt = l.at
		d.setAlgorithm(&l, text)
	} else {
		d.object(n, "algorithm", learnerKeys, func(key string, at place, v ast.Node) bool {
			switch key {
			case "name":
				l.name, _ = d.text(v, "name", "a line of text")
			case "algorithm":
				l.kindAt = at
				if text, plain := d.text(v, "algorithm", "one of "+algorithmNames()); plain {
					d.setAlgorithm(&l, text)
				}
			case "grid":
				d.object(v, "grid", optionKeys(false), func(key string, at place, v ast.Node) bool { return d.axis(&l, key, at, v) })
				if len(l.grid) == 0 && len(d.faults) == before {
					d.bad(at, "grid: no options: want at least one")
				}
			default:
				o, known := optionOf(key)
				l.given = append(l.given, given{o, v, at, "algorithm"})
				return known
			}
			return true
		})
	}
	if len(d.faults) == before && l.algorithm == "" {
		d.bad(l.at, "algorithm: want the key algorithm, one of %s", algorithmNames())
	}
	if l.name == "" {
		l.name = string(l.algorithm)
	}
	if len(d.faults) == before {
		d.checkLearner(&l)
	}
	return l, len(d.faults) == before
}

func (d *decoder) setAlgorithm(l *learner, text string) {
	if !slices.Contains(experiment.Algorithms(), experiment.Algorithm(text)) {
		d.bad(l.kindAt, "algorithm = %s: want one of %s", yamldoc.Shorten(text), algorithmNames())
		return
	}
	l.algorithm = experiment.Algorithm(text)
}

func algorithmNames() string {
	var names []string
	for _, a := range experiment.Algorithms() {
		names = append(names, string(a))
	}
	return join(names)
}

// axis reads the values of one option of a grid.
func (d *decoder) axis(l *learner, key string, at place, n ast.Node) bool {
	o, known := optionOf(key)
	if !known {
		return false
	}
	a := axis{option: o, at: at}
	seen := map[string]place{}
	d.list(n, "grid: "+key, "a list of at least one value", func(item ast.Node) {
		if before, twice := seen[label(item)]; twice {
			d.bad(placeOf(item), "grid: %s = %s is in the list twice, here and in line %d", key, label(item), before.line)
		}
		seen[label(item)] = placeOf(item)
		a.values = append(a.values, item)
	})
	l.grid = append(l.grid, a)
	return true
}

// label is a value in words.
func label(n ast.Node) string {
	if m, ok := n.(*ast.MappingNode); ok {
		var parts []string
		for _, pair := range m.Values {
			parts = append(parts, label(pair.Key)+"="+label(pair.Value))
		}
		return strings.Join(parts, ",")
	}
	text, _ := scalar(n)
	return text
}

// checkLearner reports options that contradict each other, with both lines.
func (d *decoder) checkLearner(l *learner) {
	at := map[string]place{}
	text := map[string]string{}
	for _, g := range l.given {
		at[g.option.key], text[g.option.key] = g.at, label(g.value)
	}
	for _, a := range l.grid {
		if other, twice := at[a.option.key]; twice {
			d.bad(a.at, "grid: %s is an option of the algorithm, too, line %d: want one of the two", a.option.key, other.line)
		}
		at[a.option.key], text[a.option.key] = a.at, ""
	}
	for key, p := range at {
		if o, _ := optionOf(key); !o.of(l.algorithm) {
			d.bad(p, "%s means nothing to algorithm: %s, line %d", key, l.algorithm, l.kindAt.line)
		}
	}
	clash := func(key, other, value string) {
		p, one := at[key]
		q, two := at[other]
		if one && two && (value == "" || text[other] != "" && text[other] != value) {
			d.bad(p, "%s contradicts %s: %s, line %d: want one of the two", key, other, text[other], q.line)
		}
	}
	clash("batch", "improve", "batch")
	clash("step", "average", "")
	if _, ok := at["epsilon"]; !ok && l.algorithm == experiment.EpsilonGreedy {
		d.bad(l.at, "no epsilon: want the key epsilon, the exploration of %s", l.name)
	}
}

// variants is the number of settings of a grid.
func (l *learner) variants() *big.Int {
	n := big.NewInt(1)
	for _, a := range l.grid {
		n.Mul(n, big.NewInt(int64(len(a.values))))
	}
	return n
}

// each visits the settings of the grid, the last option fastest.
func (l *learner) each(visit func(options []given, labels []sweep.Setting)) {
	index := make([]int, len(l.grid))
	for {
		options := slices.Clone(l.given)
		var labels []sweep.Setting
		for i, a := range l.grid {
			v := a.values[index[i]]
			options = append(options, given{a.option, v, placeOf(v), "grid"})
			labels = append(labels, sweep.Setting{Key: a.option.key, Value: label(v)})
		}
		visit(options, labels)
		i := len(index) - 1
		for ; i >= 0; i-- {
			if index[i]++; index[i] < len(l.grid[i].values) {
				break
			}
			index[i] = 0
		}
		if i < 0 {
			return
		}
	}
}

func join(names []string) string { return strings.Join(names, ", ") }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// describe names a group in a message.
func describe(l *learner, w *world, labels []sweep.Setting) string {
	text := fmt.Sprintf("%s on %s", l.name, w.name)
	for _, s := range labels {
		text += fmt.Sprintf(", %s = %s", s.Key, s.Value)
	}
	return text
}
