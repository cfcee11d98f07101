package estimate

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
)

// field is a number to be written under a key, into a place for one to be read.
type (
	field struct {
		key string
		x   float64
	}
	into struct {
		key string
		x   *float64
	}
)

// writeFields writes the JSON object {"n": n, key: x, ...} with the shortest
// decimals that read back to the same bits.
func writeFields(n int64, fields ...field) ([]byte, error) {
	b := strconv.AppendInt([]byte(`{"n":`), n, 10)
	for _, f := range fields {
		if !finite(f.x) {
			return nil, &FieldError{f.key, f.x, "a finite number"}
		}
		b = fmt.Appendf(b, `,%q:`, f.key)
		b = strconv.AppendFloat(b, f.x, 'g', -1, 64)
	}
	return append(b, '}'), nil
}

// readFields reads a JSON object with exactly the keys "n" and those of fields,
// and reports everything that is wrong with it.
func readFields(data []byte, fields ...into) (n int64, err error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return 0, fmt.Errorf("estimate: not a JSON object: %w", err)
	}
	var bad []error
	take := func(key, want string, parse func(string) error) {
		text, ok := raw[key]
		delete(raw, key)
		if !ok {
			bad = append(bad, &FieldError{key, "(missing)", want})
		} else if parse(string(text)) != nil {
			bad = append(bad, &FieldError{key, string(text), want})
		}
	}
	take("n", "an integer >= 0", func(s string) (err error) {
		if n, err = strconv.ParseInt(s, 10, 64); err == nil && n < 0 {
			err = strconv.ErrRange
		}
		return err
	})
	for _, f := range fields {
		take(f.key, "a finite number", func(s string) (err error) {
			*f.x, err = strconv.ParseFloat(s, 64)
			return err
		})
	}
	for _, key := range slices.Sorted(maps.Keys(raw)) {
		bad = append(bad, &FieldError{key, string(raw[key]), "no such key"})
	}
	return n, errors.Join(bad...)
}

// finite reports whether x is neither infinite nor NaN.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
