package gridfile

import (
	"encoding"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/env/gridfile/yamldoc"
	"github.com/goccy/go-yaml/ast"
)

const keys = "name, map, legend, actions, rewards, edge, enterable, target, reward_on, slip, wind, wind_noise, starts"

// document reads the keys of a file.
func (d *decoder) document(root ast.Node) {
	c := &d.config
	d.object(root, "", keys, func(key, field string, n ast.Node) bool {
		switch key {
		case "name":
			c.Name, _, _ = d.text(n, field, "a line of text")
		case "map":
			d.checkBlock()
		case "legend":
			d.legend(n)
		case "actions":
			d.actions(n)
		case "rewards":
			d.rewards(n)
		case "edge":
			d.rule(n, field, &c.Edge)
		case "enterable":
			d.enterable(n)
		case "target":
			d.rule(n, field, &c.Target)
		case "reward_on":
			d.rule(n, field, &c.RewardOn)
		case "slip":
			d.slip(n)
		case "wind":
			d.wind(n)
		case "wind_noise":
			d.number(n, field, &c.WindNoise)
		case "starts":
			d.starts(n)
		default:
			return false
		}
		return true
	})
	if _, ok := d.at["map"]; !ok && len(d.errs) == 0 {
		d.bad(place{1, 1}, "no map: want the key map")
	}
}

// checkBlock makes sure that the map of the document is the one that was cut out.
func (d *decoder) checkBlock() {
	if at := d.at["map"]; at.line != d.block.key {
		d.bad(at, "map: want a line \"map: |\" and the rows below it, indented")
	}
	d.at["map"] = place{d.block.key, 1}
}

func (d *decoder) legend(n ast.Node) {
	legend := map[string]string{}
	d.object(n, "legend", "", func(symbol, field string, n ast.Node) bool {
		if meaning, _, ok := d.text(n, field, "plain, forbidden, target, hole, wall or start"); ok {
			legend[symbol] = meaning
		}
		return true
	})
	if len(legend) > 0 {
		d.config.Legend = legend
	}
}

func (d *decoder) actions(n ast.Node) {
	if text, ok := scalar(n); ok {
		number, err := strconv.Atoi(text)
		if err == nil {
			d.config.Actions, err = env.ActionSet(number)
		}
		if err != nil {
			d.bad(placeOf(n.GetToken()), "actions = %s: want 4, 5, 8, 9 or a list of names", yamldoc.Shorten(text))
		}
		return
	}
	d.list(n, "actions", "4, 5, 8, 9 or a list of names", func(field string, n ast.Node) {
		if name, _, ok := d.text(n, field, "the name of an action"); ok {
			d.config.Actions = append(d.config.Actions, name)
		}
	})
}

func (d *decoder) rewards(n ast.Node) {
	r := &d.config.Rewards
	d.numbers(n, "rewards", map[string]*float64{
		"step": &r.Step, "boundary": &r.Boundary, "forbidden": &r.Forbidden, "target": &r.Target, "hole": &r.Hole,
	})
}

func (d *decoder) slip(n ast.Node) {
	s := &d.config.Slip
	ahead := -1.0
	before := len(d.errs)
	d.numbers(n, "slip", map[string]*float64{
		"ahead": &ahead, "left": &s.Left, "right": &s.Right, "back": &s.Back, "random": &s.Random,
	})
	at, stated := d.at["slip.ahead"]
	if !stated || len(d.errs) > before {
		return
	}
	if sum := ahead + s.Left + s.Right + s.Back + s.Random; !(ahead >= 0 && ahead <= 1) {
		d.bad(at, "slip.ahead = %v: want a probability in [0, 1]", ahead)
	} else if math.Abs(sum-1) > 1e-9 {
		d.bad(at, "slip = %v: want ahead + left + right + back + random = 1", sum)
	}
}

// numbers reads an object whose values are all numbers.
func (d *decoder) numbers(n ast.Node, path string, known map[string]*float64) {
	names := strings.Join(slices.Sorted(maps.Keys(known)), ", ")
	d.object(n, path, names, func(key, field string, n ast.Node) bool {
		x, ok := known[key]
		if ok {
			d.number(n, field, x)
		}
		return ok
	})
}

func (d *decoder) number(n ast.Node, field string, x *float64) {
	text, at, ok := d.text(n, field, "a number")
	if !ok {
		return
	}
	value, want := number(text)
	if want != "" {
		d.bad(at, "%s = %s: want %s", field, yamldoc.Shorten(text), want)
		return
	}
	*x = value
}

func (d *decoder) rule(n ast.Node, field string, rule encoding.TextUnmarshaler) {
	text, at, ok := d.text(n, field, "the name of a rule")
	if !ok {
		return
	}
	if err := rule.UnmarshalText([]byte(text)); err != nil {
		d.bad(at, "%v", err)
	}
}

func (d *decoder) enterable(n ast.Node) {
	text, at, ok := d.text(n, "enterable", "true or false")
	switch {
	case !ok:
	case text != "true" && text != "false":
		d.bad(at, "enterable = %s: want true or false", yamldoc.Shorten(text))
	default:
		d.config.NotEnterable = text == "false"
	}
}

func (d *decoder) wind(n ast.Node) {
	d.list(n, "wind", "a list of whole numbers, one for each column", func(field string, n ast.Node) {
		d.config.Wind = append(d.config.Wind, d.whole(n, field))
	})
}

func (d *decoder) starts(n ast.Node) {
	const want = "a list of cells [row, column]"
	d.list(n, "starts", want, func(field string, n ast.Node) {
		var pair []int
		d.list(n, field, "a cell [row, column]", func(part string, n ast.Node) {
			pair = append(pair, d.whole(n, part))
		})
		if _, ok := n.(*ast.SequenceNode); ok && len(pair) != 2 {
			d.bad(d.at[field], "%s: %d numbers: want 2, [row, column]", field, len(pair))
		} else if ok {
			d.config.Starts = append(d.config.Starts, env.Cell{Row: pair[0], Col: pair[1]})
		}
	})
}

func (d *decoder) whole(n ast.Node, field string) int {
	text, at, ok := d.text(n, field, "a whole number")
	if !ok {
		return 0
	}
	x, err := strconv.Atoi(text)
	if err != nil {
		d.bad(at, "%s = %s: want a whole number", field, yamldoc.Shorten(text))
	}
	return x
}
