// Package reproduce runs the learners for the figures of chapter 5 of Zhao, Mathematical Foundations of Reinforcement
// Learning, and of chapters 3 to 6 of Sutton & Barto, Reinforcement Learning, and holds what they learn against what the books
// print.
//
// Values are compared to the printed digit, arrows one by one, samples and visits within the exact standard deviation; where
// the print has no numbers, estimates are compared with exact values, within their exact standard errors. What differs is either
// known, with its reason, or a failure.
package reproduce

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"example.com/mcrl/env"
	"example.com/mcrl/plots"
)

// Options are the choices of a reproduction. A result is a function of all but Workers.
type Options struct {
	Seed         uint64
	Workers      int  // goroutines; 0 means 1
	Replications int  // runs with other seeds behind each standard error of figure 5.5; at least 2
	MoreSeeds    int  // repeat figure 5.5 with so many other seeds and count the cells that agree
	Long         bool // Sutton & Barto's figures at the sizes of the book, and beyond, where those take minutes
}

// Validate reports every field that is out of range.
func (o Options) Validate() error {
	var errs []error
	if o.Workers < 0 {
		errs = append(errs, &env.FieldError{Field: "workers", Value: o.Workers, Want: "at least 1 (0 means 1)"})
	}
	if o.Replications < 2 {
		errs = append(errs, &env.FieldError{Field: "replications", Value: o.Replications, Want: "at least 2"})
	}
	if o.MoreSeeds < 0 {
		errs = append(errs, &env.FieldError{Field: "more-seeds", Value: o.MoreSeeds, Want: "at least 0"})
	}
	return errors.Join(errs...)
}

// Figure is one figure of a book.
type Figure struct {
	Number string // such as 5.4 for Zhao's, sutton-5.4 for Sutton & Barto's, sutton-example-6.5
	Title  string
	run    func(ctx context.Context, o Options) (*Result, error)
}

// Figures lists the figures that can be reproduced, book by book.
func Figures() []Figure { return slices.Concat(zhao(), sutton()) }

// Books are the names of the books.
func Books() []string { return []string{"zhao", "sutton"} }

// Book is the name of the figure's book.
func (f Figure) Book() string {
	if strings.HasPrefix(f.Number, "sutton-") {
		return "sutton"
	}
	return "zhao"
}

// zhao are the figures of Zhao's chapter 5.
func zhao() []Figure {
	return []Figure{
		{"5.2", "mean estimation", runningMean},
		{"5.3", "one iteration of MC Basic", oneIteration},
		{"5.4", "MC Basic with episodes of L steps", episodeLengths},
		{"5.5", "MC eps-greedy, two iterations from the uniform policy", twoIterations},
		{"5.6", "eps-greedy policies about the greedy optimum", aboutTheOptimum},
		{"5.7", "optimal eps-greedy policies", softOptima},
		{"5.8", "exploration: visits of state-action pairs in one episode", exploration},
	}
}

// Run reproduces the figure. The error is ctx's where ctx ends it.
func (f Figure) Run(ctx context.Context, o Options) (*Result, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	r, err := f.run(ctx, o)
	if err != nil {
		return nil, err
	}
	for i := range r.Panels {
		p := &r.Panels[i]
		p.Figure = f.Number
		p.Expected = append([]Mismatch{}, p.Expected...) // an empty list in JSON, not null
		p.Unexpected = append([]Mismatch{}, p.Unexpected...)
		p.Checks = append([]Check{}, p.Checks...)
	}
	return r, nil
}

// Result is a figure reproduced.
type Result struct {
	Panels        []Panel
	Width, Height vg.Length // of the picture
	draw          func() (plots.Drawable, error)
}

// Picture draws the figure in the book's manner.
func (r *Result) Picture() (plots.Drawable, error) { return r.draw() }

// Panel is one part of a figure, compared with the print.
type Panel struct {
	Figure     string      `json:"figure"`
	Panel      string      `json:"panel"`
	Cells      int         `json:"cells"`            // numbers or arrows compared
	Match      int         `json:"match"`            // of them, those that agree with the print
	Exact      bool        `json:"exact,omitempty"`  // the print has no numbers: compared with exact values
	Convention string      `json:"convention"`       // in which books and libraries differ
	Values     [][]float64 `json:"values"`           // row by row, at full precision
	Policy     []string    `json:"policy,omitempty"` // row by row: ^ > v < and o for staying

	Expected   []Mismatch `json:"expected_mismatches"` // known to differ from the print
	Unexpected []Mismatch `json:"unexpected_mismatches"`
	Checks     []Check    `json:"checks"` // what must hold beside the print
	Notes      []string   `json:"notes,omitempty"`
}

// Mismatch is a cell that differs from the print. Row and column count from 1.
type Mismatch struct {
	Row      int    `json:"row"`
	Col      int    `json:"col"`
	Printed  any    `json:"printed"` // a number or an arrow
	Computed any    `json:"computed"`
	Reason   string `json:"reason,omitempty"`
}

// Check is a statement about a panel and whether it holds.
type Check struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
}

// OK reports whether nothing differs but what is known to.
func (p *Panel) OK() bool {
	for _, c := range p.Checks {
		if !c.OK {
			return false
		}
	}
	return len(p.Unexpected) == 0
}

func (p *Panel) check(ok bool, name string) { p.Checks = append(p.Checks, Check{name, ok}) }
