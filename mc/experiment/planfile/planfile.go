// Package planfile reads plans of sweeps from files: YAML, or JSON, which is YAML.
//
// [Example] has every key that most plans need, with what it means, and [Schema] all of them. Every error names line and column,
// and shows the line. Anchors, aliases and several documents are refused.
package planfile

import (
	"errors"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/env/gridfile/yamldoc"
	"example.com/mcrl/estimate"
	"example.com/mcrl/mc/experiment/sweep"
	"github.com/goccy/go-yaml/ast"
)

// Load reads the plan in the file at path. Files that it names are relative to its directory.
func Load(path string) (*sweep.Plan, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(f, path)
}

// Read reads a plan; name is the file's name for error messages, and its directory the one that names of files are relative
// to. The plan has been validated. The error joins an *Error for each fault found, in the order of the file.
func Read(r io.Reader, name string) (*sweep.Plan, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, err
	}
	d := &decoder{dir: filepath.Dir(name)}
	var p *sweep.Plan
	if root := d.parse(text); root != nil {
		p = d.document(root)
	}
	if len(d.faults) > 0 {
		return nil, d.failure(name)
	}
	p.Source = string(text)
	return p, nil
}

// document is the content of a file.
type document struct {
	plan     sweep.Plan
	worlds   []world
	learners []learner
	seeds    []seedRange
	given    []given
	at       map[string]place // of the keys at the top
	until    map[string]place // of the values of until
}

var topKeys = append([]string{"title", "environments", "algorithms", "seeds", "until", "checkpoint"}, optionKeys(true)...)

func (d *decoder) document(root ast.Node) *sweep.Plan {
	c := document{at: map[string]place{}}
	d.object(root, "file", topKeys, func(key string, at place, n ast.Node) bool {
		c.at[key] = at
		switch key {
		case "title":
			c.plan.Title, _ = d.text(n, "title", "a line of text")
		case "environments":
			c.worlds = d.environments(n)
		case "algorithms":
			c.learners = d.algorithms(n)
		case "seeds":
			c.seeds = d.seeds(n)
		case "until":
			c.plan.Until, c.until = d.until(n)
		case "checkpoint":
			text, _ := scalar(n)
			var err error
			if c.plan.Checkpoint, err = parseWhole(text); err != nil || c.plan.Checkpoint < 1 {
				d.bad(placeOf(n), "checkpoint: want a number of episodes, 1 or more")
			}
		default:
			o, known := optionOf(key)
			c.given = append(c.given, given{o, n, at, "top"})
			return known && o.run
		}
		return true
	})
	for _, key := range []string{"environments", "algorithms", "seeds"} {
		if _, ok := c.at[key]; !ok && len(d.faults) == 0 {
			d.bad(place{1, 1}, "no %s: want the key %s", key, key)
		}
	}
	if len(d.faults) == 0 {
		d.expand(&c)
	}
	return &c.plan
}

// expand makes the groups, unless there are too many.
func (d *decoder) expand(c *document) {
	groups := new(big.Int)
	for i := range c.learners {
		groups.Add(groups, c.learners[i].variants())
	}
	groups.Mul(groups, big.NewInt(int64(len(c.worlds))))
	if cells := count(groups, c.seeds); tooMany(cells) {
		d.bad(c.at["seeds"], "%v cells, %v settings with each seed: want at most %d", cells, groups, sweep.MaxCells)
		return
	}
	c.plan.Seeds = enumerate(c.seeds)
	first := map[[32]byte]*learner{}
	for i := range c.worlds {
		for k := range c.learners {
			w, l := &c.worlds[i], &c.learners[k]
			l.each(func(options []given, labels []sweep.Setting) {
				g, ok := d.group(c, w, l, options, labels)
				if !ok {
					return
				}
				digest, err := g.Digest()
				if err != nil {
					d.bad(l.at, "%v", err)
					return
				}
				if other := first[digest]; other != nil {
					d.bad(l.at, "%s: the same cells as those of line %d: want one of the two", describe(l, w, labels), other.at.line)
					return
				}
				first[digest] = l
				c.plan.Groups = append(c.plan.Groups, g)
			})
		}
	}
}

// maxHorizon is the largest horizon.
const maxHorizon = 10_000_000

// group makes the spec of one setting and checks it.
func (d *decoder) group(c *document, w *world, l *learner, options []given, labels []sweep.Setting) (g sweep.Group, ok bool) {
	before := len(d.faults)
	var s settings
	at := map[string]given{}
	for _, list := range [][]given{c.given, w.given, options} {
		for _, o := range list {
			if other, twice := at[o.option.key]; twice && other.where != "top" && other.where != o.where {
				d.bad(o.at, "%s is given by the environment, too, line %d: want one of the two", o.option.key, other.at.line)
			}
			at[o.option.key] = o
			if err := o.option.set(&s, o.value); err != nil {
				d.bad(placeOf(o.value), "%s = %s: want %v", o.option.key, yamldoc.Shorten(label(o.value)), err)
			}
		}
	}
	for _, key := range []string{"gamma", "horizon", "episodes"} {
		if _, given := at[key]; !given {
			d.bad(l.at, "no %s: want the key %s, at the top, in the environment or in the algorithm", key, key)
		}
	}
	if len(d.faults) > before {
		return g, false
	}
	if s.spec.Horizon > maxHorizon {
		d.bad(placeOf(at["horizon"].value), "horizon = %d: want at most %d: an episode is kept in memory", s.spec.Horizon, maxHorizon)
		return g, false
	}
	spec := s.of(l.algorithm)
	spec.Env = w.model.World
	err := spec.Validate()
	if err == nil {
		err = spec.Check(w.model.Table)
	}
	d.misfits(err, l, at, describe(l, w, labels))
	if err == nil && c.plan.Until != nil {
		_, err = c.plan.Until.Bounds(spec, w.model.Table)
		d.unbounded(err, c, describe(l, w, labels))
	}
	return sweep.Group{Environment: w.name, Algorithm: l.name, Settings: labels, Spec: spec}, err == nil
}

// misfits reports what the learner says of its options, at the place of each.
func (d *decoder) misfits(err error, l *learner, at map[string]given, group string) {
	if err == nil {
		return
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			d.misfits(e, l, at, group)
		}
		return
	}
	p := l.at
	var field *env.FieldError
	var number *estimate.FieldError
	name := ""
	if errors.As(err, &field) {
		name = field.Field
	} else if errors.As(err, &number) {
		name = number.Field
	}
	if g, ok := at[keyOf(name)]; ok {
		p = placeOf(g.value)
	}
	d.bad(p, "%v (%s)", err, group)
}

// keyOf is the key of the file for a field of the options.
func keyOf(field string) string {
	switch field {
	case "constant", "scale", "power":
		return "step"
	case "episodes per pair":
		return "per_pair"
	case "initial value":
		return "optimistic"
	}
	if strings.HasPrefix(field, "epsilon") {
		return "epsilon"
	}
	return strings.ReplaceAll(field, " ", "_")
}
