package env

import "fmt"

// FieldError says that one field of a configuration is out of range.
type FieldError struct {
	Field string // the field's name as the user wrote it
	Value any    // what was given
	Want  string // what would be right
}

// Error implements error: one line naming field, value and what would be right.
func (e *FieldError) Error() string {
	return fmt.Sprintf("%s = %v: want %s", e.Field, e.Value, e.Want)
}
