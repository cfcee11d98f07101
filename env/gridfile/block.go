package gridfile

import (
	"fmt"
	"regexp"
	"strings"

	"example.com/mcrl/env"
)

// block is the map of a YAML file: the literal block below the line "map: |". It is cut out before the YAML is parsed, so
// that its lines are never anything but rows and its size is no burden to the parser.
type block struct {
	key    int      // line of "map: |"; 0: there is none
	lines  int      // below the key
	first  int      // line of the first row
	indent int      // of every row
	rows   []string // without indentation
}

var blockKey = regexp.MustCompile(`^map: *\|[-+]? *( #.*)?$`)

// cut takes the map out of the text and leaves "map: ~" and empty lines in its place.
func cut(text string) (header string, b block, fault *env.ParseError) {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "map:") && blockKey.MatchString(line) {
			b.key = i + 1
			break
		}
	}
	if b.key == 0 {
		return text, b, nil
	}
	end := b.key
	for end < len(lines) && (lines[end] == "" || lines[end][0] == ' ') {
		end++
	}
	b.lines = end - b.key
	fault = b.take(lines[b.key:end])
	clear(lines[b.key:end])
	lines[b.key-1] = "map: ~"
	return strings.Join(lines, "\n"), b, fault
}

// take reads the rows from the lines of the block.
func (b *block) take(lines []string) *env.ParseError {
	b.first = b.key + 1
	for len(lines) > 0 && strings.Trim(lines[0], " ") == "" {
		lines = lines[1:]
		b.first++
	}
	for len(lines) > 0 && strings.Trim(lines[len(lines)-1], " ") == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 {
		return &env.ParseError{Line: b.key, Column: 1, Msg: "map: no rows: want them below, indented"}
	}
	b.indent = len(lines[0]) - len(strings.TrimLeft(lines[0], " "))
	for i, line := range lines {
		own := len(line) - len(strings.TrimLeft(line, " "))
		if own < b.indent && own < len(line) {
			msg := fmt.Sprintf("map: row indented by %d: want %d, as in the first row", own, b.indent)
			return &env.ParseError{Line: b.first + i, Column: own + 1, Msg: msg}
		}
		b.rows = append(b.rows, line[min(b.indent, len(line)):])
	}
	return nil
}

// maxLines bounds the lines of a header, beyond which the YAML parser takes long.
const maxLines = 4096

// guard refuses a header beyond the limits.
func guard(header string, b block) *env.ParseError {
	if n := len(header) - b.lines; n > MaxHeader {
		msg := fmt.Sprintf("%d bytes outside the map: want at most %d, and the map as a block below a line \"map: |\"", n, MaxHeader)
		return &env.ParseError{Line: 1, Column: 1, Msg: msg}
	}
	if n := strings.Count(header, "\n") - b.lines; n > maxLines {
		return &env.ParseError{Line: 1, Column: 1, Msg: fmt.Sprintf("%d lines outside the map: want at most %d", n, maxLines)}
	}
	return nil
}
