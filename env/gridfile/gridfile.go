// Package gridfile reads and writes grid worlds as files.
//
// A file is either a bare text map, as [env.ParseGrid] reads it, or YAML with the map as a block and everything else by
// name. Each key but map may be left out, and then has the value that stands here:
//
//	name: my grid
//	map: |                  # one line a row; rows of one length
//	  .....
//	  .FF..
//	  ..T..
//	legend: {".": plain, F: forbidden, T: target, H: hole, "#": wall, S: start}
//	actions: 5              # 4, 5, 8, 9, or a list: [up, right, down, left, stay]
//	rewards: {step: 0, boundary: -1, forbidden: -10, target: 1, hole: 0}
//	edge: boundary          # or boundary+cell
//	enterable: true         # false: forbidden cells refuse the agent
//	target: pays            # or ends, absorbs
//	reward_on: entry        # or exit
//	slip: {left: 0, right: 0, back: 0, random: 0}
//	wind: []                # one whole number for each column
//	wind_noise: 0
//	starts: []              # list of [row, column], from 0, e.g. [[3, 0]]
//
// The name left out is empty. Numbers may be fractions of whole numbers, 1/3 or -1/2. In slip the key ahead may state the
// probability of the intended way; then all must sum to 1. The keys mean what the fields of [env.GridConfig] mean.
//
// Every error names file, line and column. Anchors, aliases, tags, directives, tabs and several documents are refused.
package gridfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"example.com/mcrl/env"
)

// Limits of a file.
const (
	MaxBytes  = 128 << 20 // of the whole file
	MaxHeader = 64 << 10  // bytes of a YAML file outside its map
)

// Load reads the grid world in the file at path.
func Load(path string) (env.GridConfig, error) {
	f, err := os.Open(path)
	if err != nil {
		return env.GridConfig{}, err
	}
	defer f.Close()
	return Read(f, path)
}

// Read reads a grid world; name is the file's name for error messages. The configuration has been validated. The error joins
// an *env.ParseError for each fault found, in the order of the file.
func Read(r io.Reader, name string) (env.GridConfig, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return env.GridConfig{}, fmt.Errorf("%s: %w", name, err)
	}
	text, fault := clean(b)
	if fault != nil {
		fault.File = name
		return env.GridConfig{}, fault
	}
	if isYAML(text) {
		return readYAML(text, name)
	}
	c, err := env.ParseGrid(text)
	if at := (*env.ParseError)(nil); errors.As(err, &at) {
		at.File = name
	}
	return c, err
}

// clean drops a byte order mark and carriage returns at the ends of lines, and refuses what no grid file may hold.
func clean(b []byte) (string, *env.ParseError) {
	if len(b) > MaxBytes {
		return "", fault(b, 0, fmt.Sprintf("file too large: want at most %d bytes", MaxBytes))
	}
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	if bytes.IndexByte(b, '\r') >= 0 {
		b = bytes.TrimSuffix(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\r"))
	}
	if bytes.Count(b, []byte("\n")) > env.MaxSide+MaxHeader {
		return "", fault(b, 0, fmt.Sprintf("too many lines: want at most %d rows", env.MaxSide))
	}
	valid := 0 // bytes known to be UTF-8 without tabs
	for valid < len(b) {
		r, size := rune(b[valid]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(b[valid:])
		}
		switch {
		case r == utf8.RuneError && size == 1:
			return "", fault(b, valid, fmt.Sprintf("byte %#02x: want UTF-8 text", b[valid]))
		case r == '\t':
			return "", fault(b, valid, "tab: want none, spaces where YAML needs them")
		case r == '\r':
			return "", fault(b, valid, "carriage return within a line: want none")
		}
		valid += size
	}
	return string(b), nil
}

// fault returns an error at byte i of the text.
func fault(text []byte, i int, msg string) *env.ParseError {
	before := text[:i]
	start := bytes.LastIndexByte(before, '\n') + 1
	return &env.ParseError{Line: 1 + bytes.Count(before, []byte("\n")), Column: 1 + utf8.RuneCount(before[start:]), Msg: msg}
}

// isYAML reports whether a line begins with a key: small letters, a colon, and a space or the end of the line.
func isYAML(text string) bool {
	for line := range strings.Lines(text) {
		n := 0
		for n < len(line) && (line[n] >= 'a' && line[n] <= 'z' || line[n] == '_') {
			n++
		}
		if rest := line[n:]; n > 0 && (rest == ":" || strings.HasPrefix(rest, ":\n") || strings.HasPrefix(rest, ": ")) {
			return true
		}
	}
	return false
}
