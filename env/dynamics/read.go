package dynamics

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"unicode/utf8"

	"example.com/mcrl/env"
)

// Load reads the dynamics in the JSON file at path.
func Load(path string) (*Dynamics, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(f, path)
}

// Read reads dynamics from JSON; name is the file's name for error messages. Keys that are unknown or given twice are
// refused. What Read returns has passed Validate.
//
// The error is an *env.ParseError at the first place where the text is no such file; or joins one for each fault of its
// content, 20 at most.
func Read(r io.Reader, name string) (*Dynamics, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f := &file{scanner: scanner{text: bytes.TrimPrefix(text, []byte("\uFEFF"))}, name: name, at: map[string]int{}}
	switch bad := invalid(f.text); {
	case len(text) > MaxBytes:
		return nil, f.errorAt(0, "file too large: want at most %d bytes", MaxBytes)
	case bad >= 0:
		return nil, f.errorAt(bad, "byte %#02x: want UTF-8 text", f.text[bad])
	}
	if err := f.document(); err != nil {
		return nil, err
	}
	return f.dynamics()
}

// invalid returns the offset of the first byte that is not UTF-8, -1 where there is none.
func invalid(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	i := 0
	for {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
}

// row is one list of the file: P[s][a].
type row struct {
	s, a        int
	at          int // its place
	first, last int // its entries
}

// dynamics makes dynamics of what was read.
func (f *file) dynamics() (*Dynamics, error) {
	for _, key := range []string{"states", "actions", "start", "p"} {
		if _, ok := f.at[key]; !ok {
			return nil, f.errorAt(0, "no key %q: want states, actions, start and p", key)
		}
	}
	l := f.checkRows()
	if l.count == 0 {
		f.d.P = make([][][]Transition, f.states)
		for _, r := range f.rows {
			if r.a == 0 {
				f.d.P[r.s] = make([][]Transition, f.actions)
			}
			f.d.P[r.s][r.a] = f.entries[r.first:r.last:r.last]
		}
		f.d.check(l)
	}
	if err := l.join(f.place); err != nil {
		return nil, err
	}
	return &f.d, nil
}

// checkRows sorts the rows and makes sure that each pair has one.
func (f *file) checkRows() *faults {
	var l faults
	if f.states < 1 || f.states > env.MaxPairs {
		l.bad("states", "states", f.states, fmt.Sprintf("a whole number in [1, %d]", env.MaxPairs))
	}
	if f.actions < 1 || f.actions > env.MaxPairs {
		l.bad("actions", "actions", f.actions, fmt.Sprintf("a whole number in [1, %d]", env.MaxPairs))
	}
	if l.count > 0 {
		return &l
	}
	slices.SortStableFunc(f.rows, func(x, y row) int { return cmp.Or(cmp.Compare(x.s, y.s), cmp.Compare(x.a, y.a)) })
	s, a := 0, 0 // the pair that comes next
	missing := func() {
		l.add(fault{"p", s, -1, fmt.Sprintf("p[%d][%d]", s, a), "nothing", "a row: a list of [prob, next, reward, done]"})
	}
	step := func() {
		if a++; a == f.actions {
			s, a = s+1, 0
		}
	}
	for _, r := range f.rows {
		if r.s >= f.states || r.a >= f.actions {
			l.add(fault{"p", r.s, r.a, fmt.Sprintf("p[%d][%d]", r.s, r.a), "a row",
				fmt.Sprintf("states in [0, %d) and actions in [0, %d)", f.states, f.actions)})
			continue
		}
		for ; (s != r.s || a != r.a) && l.count <= maxErrs; step() {
			missing()
		}
		step()
	}
	for ; s < f.states && l.count <= maxErrs; step() {
		missing()
	}
	return &l
}

// place says where in the file a fault is.
func (f *file) place(x fault) error {
	at := f.at[x.key]
	i := slices.IndexFunc(f.rows, func(r row) bool { return r.s == x.s && (r.a == x.a || x.a < 0) })
	if x.key == "p" && i >= 0 {
		at = f.rows[i].at
	}
	return f.errorAt(at, "%s = %v: want %s", x.field, x.value, x.want)
}

// errorAt is an error at byte i of the text.
func (f *file) errorAt(i int, format string, args ...any) error {
	before := f.text[:min(i, len(f.text))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return &env.ParseError{File: f.name, Line: 1 + bytes.Count(before, []byte("\n")), Column: 1 + utf8.RuneCount(before[start:]),
		Msg: fmt.Sprintf(format, args...)}
}
