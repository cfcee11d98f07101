package dynamics

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// scanner reads JSON token by token. Each token it hands out is part of the text.
type scanner struct {
	text []byte
	pos  int // where the token read last begins
	next int // what is behind it
}

// peek is the first byte of the next token, where next is left; 0 at the end of the text.
func (s *scanner) peek() byte {
	for s.next < len(s.text) {
		switch c := s.text[s.next]; c {
		case ' ', '\t', '\r', '\n':
			s.next++
		default:
			return c
		}
	}
	return 0
}

// token reads a string with its quotes, a number or a word, or one other character; nothing at the end of the text.
func (s *scanner) token() []byte {
	first := s.peek()
	s.pos = s.next
	switch {
	case s.next == len(s.text):
	case first == '"':
		s.toQuote()
	case inWord(first):
		for s.next < len(s.text) && inWord(s.text[s.next]) {
			s.next++
		}
	default:
		_, size := utf8.DecodeRune(s.text[s.next:])
		s.next += size
	}
	return s.text[s.pos:s.next]
}

// toQuote goes behind the end of a string, or to the end of the text.
func (s *scanner) toQuote() {
	for s.next++; s.next < len(s.text); s.next++ {
		switch s.text[s.next] {
		case '\\':
			s.next++
		case '"':
			s.next++
			return
		}
	}
	s.next = len(s.text)
}

// inWord reports whether a character belongs to a number or a word.
func inWord(c byte) bool {
	return c >= '0' && c <= '9' || c == '.' || c == '-' || c == '+' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// shown is the token read last, for error messages.
func (s *scanner) shown() string {
	switch text := s.text[s.pos:s.next]; {
	case len(text) == 0:
		return "the end of the text"
	case len(text) > 40 || !strconv.CanBackquote(string(text)):
		return fmt.Sprintf("%.40q", text)
	default:
		return string(text)
	}
}

// isNumber reports whether a token is a number as JSON has them: -? (0 | [1-9] [0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
func isNumber(b []byte) bool {
	digits := func() (n int) {
		for len(b) > 0 && b[0] >= '0' && b[0] <= '9' {
			b = b[1:]
			n++
		}
		return n
	}
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	zero := len(b) > 0 && b[0] == '0'
	if n := digits(); n == 0 || zero && n > 1 {
		return false
	}
	if len(b) > 0 && b[0] == '.' {
		if b = b[1:]; digits() == 0 {
			return false
		}
	}
	if len(b) > 0 && (b[0] == 'e' || b[0] == 'E') {
		if b = b[1:]; len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		if digits() == 0 {
			return false
		}
	}
	return len(b) == 0
}

// numberOf is the value of a number that a float64 can hold.
func numberOf(token []byte) (float64, bool) {
	if !isNumber(token) {
		return 0, false
	}
	x, err := strconv.ParseFloat(string(token), 64)
	return x, err == nil
}

// wholeOf is the value of a whole number of at least 0 that a state can have.
func wholeOf(token []byte) (int, bool) {
	if !isNumber(token) {
		return 0, false
	}
	i, err := strconv.ParseInt(string(token), 10, 64)
	return int(i), err == nil && i >= 0 && i <= math.MaxInt32
}

// stringOf is what a string token says.
func stringOf(token []byte) (text string, ok bool) {
	if len(token) == 0 || token[0] != '"' {
		return "", false
	}
	if n := len(token) - 1; n > 0 && token[n] == '"' && plain(token[1:n]) {
		return string(token[1:n]), true
	}
	return text, json.Unmarshal(token, &text) == nil
}

// plain reports whether what stands between quotes means itself.
func plain(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c == '\\' {
			return false
		}
	}
	return true
}
