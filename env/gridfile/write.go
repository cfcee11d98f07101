package gridfile

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"example.com/mcrl/env"
)

// Write writes a grid world as YAML that Read reads back to the same configuration (an empty list or legend as nil). It
// refuses a configuration that is not valid, and one with more than MaxHeader bytes outside its map, as many starts may make.
func Write(w io.Writer, c env.GridConfig) error {
	if err := c.Validate(); err != nil {
		return err
	}
	var head, tail strings.Builder
	if c.Name != "" {
		fmt.Fprintf(&head, "name: %s\n", quote(c.Name))
	}
	head.WriteString("map: |\n")
	writeFields(&tail, &c)
	if n := head.Len() + tail.Len(); n > MaxHeader {
		return &env.FieldError{Field: "configuration", Value: fmt.Sprintf("%d bytes outside the map", n), Want: fmt.Sprintf("at most %d", MaxHeader)}
	}
	out := bufio.NewWriter(w)
	out.WriteString(head.String())
	for _, row := range c.Map {
		out.WriteString("  ")
		out.WriteString(row)
		out.WriteByte('\n')
	}
	out.WriteString(tail.String())
	return out.Flush()
}

func writeFields(b *strings.Builder, c *env.GridConfig) {
	if len(c.Legend) > 0 {
		b.WriteString("legend:\n")
		for _, symbol := range slices.Sorted(maps.Keys(c.Legend)) {
			fmt.Fprintf(b, "  %s: %s\n", quote(symbol), c.Legend[symbol])
		}
	}
	if len(c.Actions) > 0 {
		fmt.Fprintf(b, "actions: [%s]\n", strings.Join(c.Actions, ", "))
	}
	r := c.Rewards
	fmt.Fprintf(b, "rewards: {step: %s, boundary: %s, forbidden: %s, target: %s, hole: %s}\n",
		decimalOf(r.Step), decimalOf(r.Boundary), decimalOf(r.Forbidden), decimalOf(r.Target), decimalOf(r.Hole))
	if c.Edge != 0 {
		fmt.Fprintf(b, "edge: %v\n", c.Edge)
	}
	if c.NotEnterable {
		b.WriteString("enterable: false\n")
	}
	if c.Target != 0 {
		fmt.Fprintf(b, "target: %v\n", c.Target)
	}
	if c.RewardOn != 0 {
		fmt.Fprintf(b, "reward_on: %v\n", c.RewardOn)
	}
	if s := c.Slip; s != (env.Slip{}) {
		fmt.Fprintf(b, "slip: {left: %s, right: %s, back: %s, random: %s}\n",
			decimalOf(s.Left), decimalOf(s.Right), decimalOf(s.Back), decimalOf(s.Random))
	}
	if len(c.Wind) > 0 {
		fmt.Fprintf(b, "wind: [%s]\n", join(c.Wind, strconv.Itoa))
	}
	if c.WindNoise != 0 {
		fmt.Fprintf(b, "wind_noise: %s\n", decimalOf(c.WindNoise))
	}
	if len(c.Starts) > 0 {
		fmt.Fprintf(b, "starts: [%s]\n", join(c.Starts, func(s env.Cell) string { return fmt.Sprintf("[%d, %d]", s.Row, s.Col) }))
	}
}

func join[T any](list []T, text func(T) string) string {
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = text(x)
	}
	return strings.Join(parts, ", ")
}

// decimalOf writes the shortest decimal that reads back to x.
func decimalOf(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// quote writes a line of printable text as a YAML scalar.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
