package planfile

import (
	"errors"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/env/gridfile/yamldoc"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/sweep"
	"github.com/goccy/go-yaml/ast"
)

var untilKeys = []string{"metric", "half_width", "confidence", "range", "every"}

// until reads the rule by which groups stop, and the places of its values; "" is that of the rule.
func (d *decoder) until(n ast.Node) (*sweep.Until, map[string]place) {
	var u sweep.Until
	before := len(d.faults)
	at := map[string]place{"": placeOf(n)}
	d.object(n, "until", untilKeys, func(key string, _ place, v ast.Node) bool {
		at[key] = placeOf(v)
		switch key {
		case "metric":
			name, _ := d.text(v, "until: metric", "one of "+metricNames())
			u.Metric = experiment.Metric(name)
		case "half_width":
			u.HalfWidth = d.number(v, "until: half_width")
		case "confidence":
			u.Confidence = d.number(v, "until: confidence")
		case "every":
			text, _ := scalar(v)
			n, err := parseWhole(text)
			if err != nil || n < 1 || n > sweep.MaxCells {
				d.bad(at[key], "until: every = %s: want a number of seeds, 1 or more", yamldoc.Shorten(label(v)))
			}
			u.Every = int(n)
		case "range":
			d.list(v, "until: range", "two numbers, lo and hi", func(item ast.Node) { u.Range = append(u.Range, d.number(item, "until: range")) })
		default:
			return false
		}
		return true
	})
	if len(d.faults) == before {
		for _, key := range untilKeys[:2] {
			if _, ok := at[key]; !ok {
				d.bad(at[""], "until: no %s: want the key %s", key, key)
			}
		}
	}
	if _, stated := at["confidence"]; stated && u.Confidence == 0 && len(d.faults) == before {
		d.bad(at["confidence"], "until: confidence = 0: want a number between 0 and 1, such as 0.95")
	}
	if len(d.faults) == before {
		d.unruly(u.Validate(), at)
	}
	return &u, at
}

// number reads a number.
func (d *decoder) number(n ast.Node, what string) float64 {
	text, _ := scalar(n)
	x, err := parseNumber(text)
	if err != nil {
		d.bad(placeOf(n), "%s = %s: want %v", what, yamldoc.Shorten(label(n)), err)
	}
	return x
}

func metricNames() string {
	var names []string
	for _, m := range experiment.Metrics() {
		names = append(names, string(m))
	}
	return join(names)
}

// unruly reports the fields of the rule that are out of range, at their places.
func (d *decoder) unruly(err error, at map[string]place) {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return
	}
	for _, e := range joined.Unwrap() {
		var field *env.FieldError
		if errors.As(e, &field) {
			d.bad(at[field.Field], "until: %v", e)
		}
	}
}

// unbounded reports a metric that a group has no value of, or no range.
func (d *decoder) unbounded(err error, c *document, group string) {
	if err == nil {
		return
	}
	p := c.until["metric"]
	if field := (*env.FieldError)(nil); errors.As(err, &field) && field.Field == "range" {
		p = c.until[""]
	}
	d.bad(p, "until: %s (%s)", strings.ReplaceAll(err.Error(), "\n", "; "), group)
}
