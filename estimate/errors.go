package estimate

import "fmt"

// FieldError says that one input is out of range. Its layout is that of
// env.FieldError, so one converts to the other.
type FieldError struct {
	Field string // the input's name, with its index where it has one
	Value any    // what was given
	Want  string // what would be right
}

// Error implements error: one line naming field, value and what would be right.
func (e *FieldError) Error() string {
	return fmt.Sprintf("%s = %v: want %s", e.Field, e.Value, e.Want)
}
