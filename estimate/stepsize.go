package estimate

import "errors"

// StepSize is the sequence alpha_1, alpha_2, ... of an incremental mean
// w <- w + alpha_n (x_n - w). It is plain data:
//
//	StepSize{}                      alpha_n = 1/n, the mean of all samples
//	StepSize{Constant: a}           alpha_n = a, the recent samples
//	StepSize{Scale: c, Power: w}    alpha_n = c/n^w, in between; Scale 0 is c = 1
//
// With probability 1 the estimate converges to the mean when
// sum alpha_n = infinity and sum alpha_n^2 < infinity (Robbins and Monro 1951;
// [Zhao] theorem 6.1, [S&B] equation 2.7). 1/n meets both conditions and
// c/n^w does for 1/2 < w <= 1. A constant never settles: it follows a mean that
// moves, which is what the returns of an improving policy need.
//
// Any other sequence f needs no type: m.Step(x, f(m.N()+1)).
type StepSize struct {
	Constant float64 `json:"constant,omitempty" yaml:"constant,omitempty"` // a in (0, 1]; 0: not constant
	Scale    float64 `json:"scale,omitempty" yaml:"scale,omitempty"`       // c in (0, 1]; 0: 1; needs Power
	Power    float64 `json:"power,omitempty" yaml:"power,omitempty"`       // w in (0.5, 1]; 0: no power
}

// Validate reports every field that is out of range or contradicts another.
func (s StepSize) Validate() error {
	var bad []error
	check := func(ok bool, field string, value float64, want string) {
		if !ok {
			bad = append(bad, &FieldError{field, value, want})
		}
	}
	check(s.Constant == 0 || s.Constant > 0 && s.Constant <= 1, "constant", s.Constant, "0 < alpha <= 1 (0: not constant)")
	check(s.Scale == 0 || s.Scale > 0 && s.Scale <= 1, "scale", s.Scale, "0 < c <= 1 (0: 1)")
	check(s.Power == 0 || s.Power > 0.5 && s.Power <= 1, "power", s.Power,
		"0.5 < omega <= 1, for sum alpha_n^2 < infinity = sum alpha_n (0: none)")
	check(s.Scale == 0 || s.Power != 0, "scale", s.Scale, "none without a power")
	check(s.Constant == 0 || s.Power == 0, "constant", s.Constant, "either a constant or a power")
	return errors.Join(bad...)
}

// Alpha returns the step size alpha_n of the n-th sample, n = 1, 2, ...; it
// panics if n < 1.
func (s StepSize) Alpha(n int64) float64 {
	if n < 1 {
		panic("estimate: StepSize.Alpha: n < 1: the first sample is n = 1")
	}
	if s.Constant != 0 {
		return s.Constant
	}
	c := s.Scale
	if c == 0 {
		c = 1
	}
	if s.Power == 0 || s.Power == 1 {
		return c / float64(n)
	}
	return c / pow(float64(n), s.Power)
}

// Update moves m by one sample x with the step size of that sample. The zero
// value is m.Add(x), to the bit; any other is m.Step(x, s.Alpha(m.N()+1)).
func (s StepSize) Update(m *Mean, x float64) {
	if s == (StepSize{}) {
		m.Add(x)
		return
	}
	m.Step(x, s.Alpha(m.n+1))
}
