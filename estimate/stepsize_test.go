package estimate_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"example.com/mcrl/estimate"
)

func TestAlpha(t *testing.T) {
	for _, c := range []struct {
		s    estimate.StepSize
		n    int64
		want float64
	}{
		{estimate.StepSize{}, 1, 1},
		{estimate.StepSize{}, 7, 1.0 / 7},
		{estimate.StepSize{Constant: 0.1}, 1, 0.1},
		{estimate.StepSize{Constant: 0.1}, 1_000_000, 0.1},
		{estimate.StepSize{Power: 1}, 7, 1.0 / 7},
		{estimate.StepSize{Scale: 0.5, Power: 1}, 4, 0.125},
		{estimate.StepSize{Power: 0.75}, 1, 1},
		{estimate.StepSize{Power: 0.75}, 16, 0.125},
		{estimate.StepSize{Scale: 0.5, Power: 0.6}, 1024, 0.5 / 64},
	} {
		if got := c.s.Alpha(c.n); math.Abs(got-c.want) > 1e-15*c.want {
			t.Errorf("%+v.Alpha(%d) = %v, want %v", c.s, c.n, got, c.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("Alpha(0) did not panic")
		}
	}()
	estimate.StepSize{}.Alpha(0)
}

func TestStepSizeValidate(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		s    estimate.StepSize
		want []string // the fields reported, in order
	}{
		{estimate.StepSize{}, nil},
		{estimate.StepSize{Constant: 1}, nil},
		{estimate.StepSize{Power: 0.51}, nil},
		{estimate.StepSize{Scale: 1, Power: 1}, nil},
		{estimate.StepSize{Constant: -0.1}, []string{"constant = -0.1"}},
		{estimate.StepSize{Constant: 1.5}, []string{"constant = 1.5"}},
		{estimate.StepSize{Constant: nan}, []string{"constant = NaN"}},
		{estimate.StepSize{Power: 0.5}, []string{"power = 0.5"}},
		{estimate.StepSize{Power: 1.1}, []string{"power = 1.1"}},
		{estimate.StepSize{Scale: 0.5}, []string{"scale = 0.5"}},
		{estimate.StepSize{Constant: 0.1, Power: 1}, []string{"constant = 0.1"}},
		{estimate.StepSize{Constant: 2, Scale: -1, Power: 3}, []string{"constant = 2", "scale = -1", "power = 3", "constant = 2"}},
	} {
		err := c.s.Validate()
		var lines []string
		if err != nil {
			lines = strings.Split(err.Error(), "\n")
		}
		if len(lines) != len(c.want) {
			t.Errorf("%+v: %v, want %d lines", c.s, err, len(c.want))
			continue
		}
		for i, line := range lines {
			if !strings.HasPrefix(line, c.want[i]+": want ") {
				t.Errorf("%+v: line %q, want %q", c.s, line, c.want[i])
			}
		}
	}
}

func TestStepSizeJSON(t *testing.T) {
	for text, s := range map[string]estimate.StepSize{
		`{}`:                         {},
		`{"constant":0.1}`:           {Constant: 0.1},
		`{"scale":0.5,"power":0.75}`: {Scale: 0.5, Power: 0.75},
	} {
		data, err := json.Marshal(s)
		if err != nil || string(data) != text {
			t.Errorf("Marshal(%+v) = %s, %v, want %s", s, data, err, text)
		}
		var back estimate.StepSize
		if err := json.Unmarshal(data, &back); err != nil || back != s {
			t.Errorf("round trip of %s: %+v, %v", text, back, err)
		}
	}
}

// TestUpdate: the zero schedule is Add to the bit; 1/n through Step is the mean
// within rounding; a constant is Step.
func TestUpdate(t *testing.T) {
	var add, zero, inverse, constant, step estimate.Mean
	for i := range 1000 {
		x := float64(i*i%101) / 7
		add.Add(x)
		estimate.StepSize{}.Update(&zero, x)
		estimate.StepSize{Power: 1}.Update(&inverse, x)
		estimate.StepSize{Constant: 0.3}.Update(&constant, x)
		step.Step(x, 0.3)
	}
	if zero != add || constant != step {
		t.Errorf("Update gives %+v and %+v, want %+v and %+v", zero, constant, add, step)
	}
	if math.Abs(inverse.Value()-add.Value()) > 1e-12 {
		t.Errorf("1/n by steps: %v, mean: %v", inverse.Value(), add.Value())
	}
}
