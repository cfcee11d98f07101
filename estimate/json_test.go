package estimate_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"example.com/mcrl/estimate"
	"pgregory.net/rapid"
)

// jsonPointer is a pointer to a statistic that reads itself.
type jsonPointer[T any] interface {
	*T
	json.Unmarshaler
}

// roundTrip writes a and reads it back to the same bits.
func roundTrip[T comparable, P jsonPointer[T]](t *rapid.T, a T) {
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatalf("Marshal(%+v): %v", a, err)
	}
	var b T
	if err := json.Unmarshal(data, P(&b)); err != nil || a != b {
		t.Fatalf("%+v comes back from %s as %+v, %v", a, data, b, err)
	}
}

func TestJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var m estimate.Mean
		var v estimate.Variance
		var a estimate.Weighted
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			x := rapid.Float64Range(-1e150, 1e150).Draw(t, "x")
			m.Add(x)
			v.Add(x)
			a.Add(x, rapid.Float64Range(0, 1e9).Draw(t, "w"))
		}
		roundTrip[estimate.Mean](t, m)
		roundTrip[estimate.Variance](t, v)
		roundTrip[estimate.Weighted](t, a)
		m.Forget()
		roundTrip[estimate.Mean](t, m)
	})
}

func TestJSONText(t *testing.T) {
	var v estimate.Variance
	v.Add(1)
	v.Add(-1.5)
	var a estimate.Weighted
	a.Add(3, 0.5)
	for want, s := range map[string]any{
		`{"n":3,"mean":0.1}`: estimate.MakeMean(3, 0.1),
		`{"n":0,"mean":0}`:   estimate.Mean{},
		`{"n":2,"mean":-0.25,"m2":3.125,"min":-1.5,"max":1}`:       v,
		`{"n":1,"mean":3,"top":0.5,"sum":1,"sq":1}`:                a,
		`{"n":9223372036854775807,"mean":1.7976931348623157e+308}`: estimate.MakeMean(math.MaxInt64, math.MaxFloat64),
	} {
		if data, err := json.Marshal(s); err != nil || string(data) != want {
			t.Errorf("%s, %v, want %s", data, err, want)
		}
	}
	// What is not a number is refused in writing, with its name.
	for _, x := range []float64{math.NaN(), math.Inf(1)} {
		_, err := json.Marshal(estimate.MakeMean(1, x))
		var bad *estimate.FieldError
		if !errors.As(err, &bad) || bad.Field != "mean" {
			t.Errorf("Marshal of a mean %v: %v", x, err)
		}
	}
}

// TestJSONMalformed: every fault is an error that names it, and the statistic
// that was to be read into stays as it was.
func TestJSONMalformed(t *testing.T) {
	check := func(text string, err error, unchanged bool, want ...string) {
		t.Helper()
		if err == nil || !unchanged {
			t.Errorf("%s: error %v, unchanged %v", text, err, unchanged)
			return
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: error %q does not say %q", text, err, w)
			}
		}
	}
	for text, want := range map[string][]string{
		``:                                    {"not a JSON object"},
		`[1,2]`:                               {"not a JSON object"},
		`null`:                                {"n = (missing)", "mean = (missing)"},
		`{"n":1}`:                             {"mean = (missing): want a finite number"},
		`{"n":-1,"mean":0}`:                   {"n = -1: want an integer >= 0"},
		`{"n":1.5,"mean":0}`:                  {"n = 1.5"},
		`{"n":"1","mean":"0"}`:                {`n = "1"`, `mean = "0"`},
		`{"n":1e30,"mean":null}`:              {"n = 1e30", "mean = null"},
		`{"n":1,"mean":NaN}`:                  {"not a JSON object"},
		`{"n":1,"mean":1e999}`:                {"mean = 1e999: want a finite number"},
		`{"n":1,"mean":2} {}`:                 {"not a JSON object"},
		`{"N":1,"mean":2,"x":3}`:              {"n = (missing)", "N = 1: want no such key", "x = 3: want no such key"},
		`{"n":99999999999999999999,"mean":0}`: {"n = 99999999999999999999"},
	} {
		m := estimate.MakeMean(3, 4)
		err := m.UnmarshalJSON([]byte(text))
		check(text, err, m == estimate.MakeMean(3, 4), want...)
	}
	for text, want := range map[string]string{
		`{"n":2,"mean":0,"m2":-1,"min":0,"max":0}`: "m2 = -1",
		`{"n":2,"mean":0,"m2":1,"min":3,"max":1}`:  "min = 3",
		`{"n":0,"mean":1,"m2":0,"min":0,"max":0}`:  "n = 0",
		`{"n":2,"mean":0,"m2":1}`:                  "max = (missing)",
	} {
		var v estimate.Variance
		check(text, v.UnmarshalJSON([]byte(text)), v == estimate.Variance{}, want)
	}
	for text, want := range map[string]string{
		`{"n":0,"mean":1,"top":1,"sum":1,"sq":1}`:   "n = 0",
		`{"n":1,"mean":1,"top":-1,"sum":1,"sq":1}`:  "top = -1",
		`{"n":1,"mean":1,"top":1,"sum":0.5,"sq":1}`: "sum = 0.5",
		`{"n":1,"mean":1,"top":1,"sum":1,"sq":0}`:   "sq = 0",
	} {
		var a estimate.Weighted
		check(text, a.UnmarshalJSON([]byte(text)), a == estimate.Weighted{}, want)
	}
}

// FuzzUnmarshalJSON: whatever the bytes, reading them neither panics nor yields
// a statistic that cannot be written and read back to the same bits.
func FuzzUnmarshalJSON(f *testing.F) {
	for _, seed := range []string{
		`{"n":3,"mean":0.1}`, `{"n":0,"mean":-0}`, `{"n":-1,"mean":1e999}`, `null`, `{}`, `{"n":1,"mean":1}x`,
		`{"n":2,"mean":-0.25,"m2":3.125,"min":-1.5,"max":1}`, `{"n":1,"mean":3,"top":0.5,"sum":1,"sq":1}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzOne[estimate.Mean](t, data)
		fuzzOne[estimate.Variance](t, data)
		fuzzOne[estimate.Weighted](t, data)
	})
}

func fuzzOne[T comparable, P jsonPointer[T]](t *testing.T, data []byte) {
	var a, b T
	if P(&a).UnmarshalJSON(data) != nil {
		if a != b {
			t.Fatalf("%q is an error and was read as %+v", data, a)
		}
		return
	}
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatalf("%q reads as %+v, which cannot be written: %v", data, a, err)
	}
	if err := P(&b).UnmarshalJSON(text); err != nil || a != b {
		t.Fatalf("%q reads as %+v, its text %s as %+v, %v", data, a, text, b, err)
	}
}
