package env

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// FieldError says that one field of a configuration is out of range.
type FieldError struct {
	Field string // the field's name as the user wrote it
	Value any    // what was given
	Want  string // what would be right
}

// Error implements error: one line naming field, value and what would be right. A value that is no printable text, or long, is quoted
// and cut.
func (e *FieldError) Error() string {
	value := fmt.Sprint(e.Value)
	if len(value) > 200 || !utf8.ValidString(value) || strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsPrint(r) }) {
		value = fmt.Sprintf("%.40q", value)
	}
	return fmt.Sprintf("%s = %s: want %s", e.Field, value, e.Want)
}
