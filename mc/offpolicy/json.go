package offpolicy

import (
	"encoding/json"
	"strconv"

	"example.com/mcrl/env"
	"example.com/mcrl/estimate"
)

// number is a float64 whose JSON is a number where it is finite, else the string "NaN", "+Inf" or "-Inf". It reads back to
// the same value.
type number float64

func (x number) MarshalJSON() ([]byte, error) {
	text := strconv.FormatFloat(float64(x), 'g', -1, 64)
	if text == "NaN" || text[1:] == "Inf" {
		return strconv.AppendQuote(nil, text), nil
	}
	return []byte(text), nil
}

func (x *number) UnmarshalJSON(b []byte) error {
	text := string(b)
	if inner, err := strconv.Unquote(text); err == nil {
		text = inner
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return &env.FieldError{Field: "number", Value: text, Want: `a number, "NaN", "+Inf" or "-Inf"`}
	}
	*x = number(v)
	return nil
}

func endsOf(i estimate.Interval) [2]number { return [2]number{number(i.Lo), number(i.Hi)} }

func between(ends [2]number) estimate.Interval {
	return estimate.Interval{Lo: float64(ends[0]), Hi: float64(ends[1])}
}

type estimateJSON struct {
	Estimator Estimator  `json:"estimator"`
	Value     number     `json:"value"`
	StdErr    number     `json:"std_err"`
	Interval  *[2]number `json:"interval"`
	Note      string     `json:"note,omitempty"`
}

// MarshalJSON writes {"estimator", "value", "std_err", "interval": [lo, hi] or null, "note"}.
func (x Estimate) MarshalJSON() ([]byte, error) {
	y := estimateJSON{x.Estimator, number(x.Value), number(x.StdErr), nil, x.Note}
	if x.Interval != nil {
		ends := endsOf(*x.Interval)
		y.Interval = &ends
	}
	return json.Marshal(y)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (x *Estimate) UnmarshalJSON(b []byte) error {
	var y estimateJSON
	if err := json.Unmarshal(b, &y); err != nil {
		return err
	}
	*x = Estimate{y.Estimator, float64(y.Value), float64(y.StdErr), nil, y.Note}
	if y.Interval != nil {
		i := between(*y.Interval)
		x.Interval = &i
	}
	return nil
}

type diagnosticsJSON struct {
	ESS          number `json:"ess"`
	MaxShare     number `json:"max_share"`
	Positive     int64  `json:"positive"`
	Capped       int64  `json:"capped,omitempty"`
	MeanWeight   number `json:"mean_weight"`
	ZScore       number `json:"z_score"`
	MaxLogWeight number `json:"max_log_weight"`
}

// MarshalJSON writes {"ess", "max_share", "positive", "capped", "mean_weight", "z_score", "max_log_weight"}.
func (d Diagnostics) MarshalJSON() ([]byte, error) {
	return json.Marshal(diagnosticsJSON{number(d.ESS), number(d.MaxShare), d.Positive, d.Capped, number(d.MeanWeight),
		number(d.ZScore), number(d.MaxLogWeight)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Diagnostics) UnmarshalJSON(b []byte) error {
	var y diagnosticsJSON
	if err := json.Unmarshal(b, &y); err != nil {
		return err
	}
	*d = Diagnostics{float64(y.ESS), float64(y.MaxShare), y.Positive, y.Capped, float64(y.MeanWeight), float64(y.ZScore),
		float64(y.MaxLogWeight)}
	return nil
}

type verdictJSON struct {
	Growth     [2]number `json:"growth"`
	Discounted [2]number `json:"discounted"`
	Missing    []int     `json:"missing,omitempty"`
	OnPolicy   bool      `json:"on_policy,omitempty"`
}

// MarshalJSON writes {"growth": [lo, hi], "discounted": [lo, hi], "missing", "on_policy"}.
func (v Verdict) MarshalJSON() ([]byte, error) {
	return json.Marshal(verdictJSON{endsOf(v.Growth), endsOf(v.Discounted), v.Missing, v.OnPolicy})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (v *Verdict) UnmarshalJSON(b []byte) error {
	var y verdictJSON
	if err := json.Unmarshal(b, &y); err != nil {
		return err
	}
	*v = Verdict{between(y.Growth), between(y.Discounted), y.Missing, y.OnPolicy}
	return nil
}
