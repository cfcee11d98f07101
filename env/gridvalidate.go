package env

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"unicode"
	"unicode/utf8"
)

// Validate reports every bad field at once, joined FieldErrors whose fields are named as in JSON: name, map, map[row][col],
// legend, legend[symbol], actions[i], rewards.step, edge, target, reward_on, slip, slip.left, wind, wind[i], wind_noise,
// starts[i].
func (c GridConfig) Validate() error {
	_, err := c.read()
	return err
}

// read checks the configuration and reads its map.
func (c *GridConfig) read() (*layout, error) {
	v := validator{c: c}
	v.checkName()
	v.checkActions()
	v.checkRules()
	v.checkNumbers()
	if !v.checkLegend() {
		return nil, errors.Join(v.errs...)
	}
	l, fault := readMap(c.Map, c.legend())
	if fault != nil {
		v.errs = append(v.errs, fault.fieldError())
		return nil, errors.Join(v.errs...)
	}
	v.checkLayout(l)
	return l, errors.Join(v.errs...)
}

func (c *GridConfig) legend() map[string]string {
	if len(c.Legend) == 0 {
		return StandardLegend()
	}
	return c.Legend
}

type validator struct {
	c    *GridConfig
	errs []error
}

func (v *validator) bad(field string, value any, want string) {
	v.errs = append(v.errs, &FieldError{field, value, want})
}

const maxName = 200

func (v *validator) checkName() {
	name := v.c.Name
	ok := utf8.ValidString(name) && len(name) <= maxName
	for _, r := range name {
		ok = ok && unicode.IsPrint(r)
	}
	if !ok {
		v.bad("name", fmt.Sprintf("%.40q", name), fmt.Sprintf("one line of printable text, at most %d bytes", maxName))
	}
}

// checkLegend reports whether the map can be read with the legend.
func (v *validator) checkLegend() bool {
	before := len(v.errs)
	for _, symbol := range slices.Sorted(maps.Keys(v.c.Legend)) {
		field := fmt.Sprintf("legend[%s]", symbol)
		if r, size := utf8.DecodeRuneInString(symbol); size != len(symbol) || r == ' ' || r == utf8.RuneError || !unicode.IsPrint(r) {
			v.bad(field, fmt.Sprintf("%.40q", symbol), "a symbol of one printable character that is no space")
		}
		if meaning := v.c.Legend[symbol]; !slices.Contains(meanings, meaning) {
			v.bad(field, fmt.Sprintf("%.40q", meaning), oneOf(meanings))
		}
	}
	return len(v.errs) == before
}

func (v *validator) checkActions() {
	for i, name := range v.c.Actions {
		field := fmt.Sprintf("actions[%d]", i)
		if _, ok := moveOf(name); !ok {
			v.bad(field, fmt.Sprintf("%.40q", name), oneOf(compassNames()))
		} else if slices.Contains(v.c.Actions[:i], name) {
			v.bad(field, name, "each action once")
		}
		if i == len(compass) {
			return
		}
	}
}

func (v *validator) checkRules() {
	c := v.c
	if int(c.Edge) >= len(edgeNames) {
		v.bad("edge", c.Edge, oneOf(edgeNames))
	}
	if int(c.Target) >= len(targetNames) {
		v.bad("target", c.Target, oneOf(targetNames))
	}
	if int(c.RewardOn) >= len(rewardOnNames) {
		v.bad("reward_on", c.RewardOn, oneOf(rewardOnNames))
	}
	if c.RewardOn == OnExit && c.Target != TargetPays && c.Rewards.Target != 0 {
		v.bad("reward_on", c.RewardOn, "entry where the target "+c.Target.String()+": it is never left, so rewards.target would never be paid")
	}
	if c.RewardOn == OnExit && c.Rewards.Hole != 0 {
		v.bad("reward_on", c.RewardOn, "entry where rewards.hole is not 0: a hole is never left, so it would never be paid")
	}
}

func (v *validator) checkNumbers() {
	w, s := v.c.Rewards, v.c.Slip
	for _, x := range []struct {
		field string
		value float64
	}{{"step", w.Step}, {"boundary", w.Boundary}, {"forbidden", w.Forbidden}, {"target", w.Target}, {"hole", w.Hole}} {
		if math.IsNaN(x.value) || math.IsInf(x.value, 0) {
			v.bad("rewards."+x.field, x.value, "a finite number")
		}
	}
	if v.c.Edge == BoundaryPlusCell {
		for _, x := range []float64{w.Step, w.Forbidden, w.Target} {
			if math.IsInf(w.Boundary+x, 0) && !math.IsInf(w.Boundary, 0) && !math.IsInf(x, 0) {
				v.bad("rewards.boundary", w.Boundary, "a number whose sum with each cell's reward is finite")
				break
			}
		}
	}
	for _, x := range []struct {
		field string
		value float64
	}{{"slip.left", s.Left}, {"slip.right", s.Right}, {"slip.back", s.Back}, {"slip.random", s.Random}, {"wind_noise", v.c.WindNoise}} {
		if !(x.value >= 0 && x.value <= 1) {
			v.bad(x.field, x.value, "a probability in [0, 1]")
		}
	}
	if sum := s.sum(); sum > 1+1e-9 {
		v.bad("slip", sum, "left + right + back + random at most 1")
	}
}

func (s *Slip) sum() float64 { return s.Left + s.Right + s.Back + s.Random }

// checkLayout checks what depends on the map.
func (v *validator) checkLayout(l *layout) {
	if n := len(v.c.Wind); n > 0 && n != l.cols {
		v.bad("wind", fmt.Sprintf("%d numbers", n), fmt.Sprintf("%d, one for each column", l.cols))
	} else {
		for i, w := range v.c.Wind {
			if w < 0 || w > MaxWind {
				v.bad(fmt.Sprintf("wind[%d]", i), w, fmt.Sprintf("a whole number in [0, %d]", MaxWind))
			}
		}
	}
	open := slices.ContainsFunc(l.kind, func(k CellKind) bool { return k != Wall && !v.c.ends(k) })
	if !open {
		v.bad("map", "no cell to start in", "at least one cell that neither ends the episode nor is a wall")
	}
	seen := map[Cell]bool{}
	for i, cell := range v.c.Starts {
		field, value := fmt.Sprintf("starts[%d]", i), fmt.Sprintf("[%d, %d]", cell.Row, cell.Col)
		switch {
		case cell.Row < 0 || cell.Row >= l.rows || cell.Col < 0 || cell.Col >= l.cols:
			v.bad(field, value, fmt.Sprintf("a row in [0, %d) and a column in [0, %d)", l.rows, l.cols))
		case l.at(cell.Row, cell.Col) == Wall || v.c.ends(l.at(cell.Row, cell.Col)):
			v.bad(field, value+" "+l.at(cell.Row, cell.Col).String(), "a cell that neither ends the episode nor is a wall")
		case seen[cell]:
			v.bad(field, value, "each cell once")
		}
		seen[cell] = true
	}
}

// ends reports whether an episode ends on entering a cell of the kind.
func (c *GridConfig) ends(k CellKind) bool {
	return k == Hole || k == Target && c.Target == TargetEnds
}

func (l *layout) at(row, col int) CellKind { return l.kind[row*l.cols+col] }
