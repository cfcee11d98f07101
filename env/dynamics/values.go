package dynamics

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// shown is the token read last, for error messages.
func (f *file) shown() string {
	text := f.text[min(f.pos, len(f.text)):min(int(f.dec.InputOffset()), len(f.text))]
	if len(text) > 40 {
		return fmt.Sprintf("%.40q...", text)
	}
	return string(text)
}

func (f *file) number(what string, x *float64) error {
	token, err := f.token()
	if err != nil {
		return err
	}
	n, ok := token.(json.Number)
	if ok {
		*x, err = strconv.ParseFloat(n.String(), 64)
	}
	if !ok || err != nil {
		return f.errorAt(f.pos, "%s: want %s", f.shown(), what)
	}
	return nil
}

func (f *file) whole(field string, x *int) error {
	token, err := f.token()
	if err != nil {
		return err
	}
	n, ok := token.(json.Number)
	i := int64(0)
	if ok {
		i, err = strconv.ParseInt(n.String(), 10, 64)
	}
	if !ok || err != nil || i < 0 || i > math.MaxInt32 {
		return f.errorAt(f.pos, "%s = %s: want a whole number of at least 0", field, f.shown())
	}
	*x = int(i)
	return nil
}

func (f *file) boolean(field string, x *bool) error {
	token, err := f.token()
	if err != nil {
		return err
	}
	b, ok := token.(bool)
	if !ok {
		return f.errorAt(f.pos, "%s = %s: want true or false", field, f.shown())
	}
	*x = b
	return nil
}

func (f *file) string(s *string) error {
	token, err := f.token()
	if err != nil {
		return err
	}
	text, ok := token.(string)
	if !ok {
		return f.errorAt(f.pos, "%s: want a string", f.shown())
	}
	*s = text
	return nil
}

func (f *file) strings(field string, list *[]string) error {
	return f.list(field, "a list of strings", func() error {
		*list = append(*list, "")
		return f.string(&(*list)[len(*list)-1])
	})
}
