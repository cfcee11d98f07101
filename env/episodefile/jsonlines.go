package episodefile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// lines reads rows of JSON, one object a line.
type lines struct {
	text
	begun bool
	probs bool // of the first row
}

func newLines(r io.Reader) *lines { return &lines{text: newText(r)} }

func (l *lines) hasProb() bool                   { return l.probs }
func (l *lines) ignored() []string               { return nil }
func (l *lines) place(string) (line, column int) { return l.line, 1 }

// object is a row as JSON has it. What is missing keeps the value that stands there before.
type object struct {
	Episode json.RawMessage `json:"episode"`
	T       int64           `json:"t"`
	State   int64           `json:"state"`
	Action  int64           `json:"action"`
	Reward  float64         `json:"reward"`
	Prob    float64         `json:"probability"`
	Prob2   float64         `json:"behavior_probability"`
	Prob3   float64         `json:"behaviour_probability"`
}

func (l *lines) next(r *row) error {
	line, err := l.read()
	if err != nil {
		return err
	}
	nan := math.NaN()
	o := object{T: missing, State: missing, Action: missing, Reward: nan, Prob: nan, Prob2: nan, Prob3: nan}
	err = json.Unmarshal(line, &o)
	r.episode = label(o.Episode)
	if err != nil {
		return l.wrong(err)
	}
	if err := l.keys(line); err != nil {
		return err
	}
	if o.Prob != o.Prob {
		if o.Prob = o.Prob2; o.Prob != o.Prob {
			o.Prob = o.Prob3
		}
	}
	if !l.begun {
		l.begun, l.probs = true, o.Prob == o.Prob
	}
	if !l.probs && o.Prob == o.Prob {
		return &fault{l.line, 1, "probability: want it in every row or in none, and the first has none"}
	}
	if key := l.absent(&o); key != "" {
		return &fault{l.line, 1, fmt.Sprintf("no %s: want the keys episode, t, state, action, reward in every row, and probability in all or none", key)}
	}
	r.t, r.state, r.action, r.reward, r.prob = o.T, o.State, o.Action, o.Reward, o.Prob
	return nil
}

// keys goes through the keys of an object that package json has read: it takes the last of equal ones, and "T" for "t".
func (l *lines) keys(line []byte) error {
	var seen [len(columns)]bool
	depth, isKey := 0, false
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '{', '[':
			depth++
			isKey = depth == 1
		case '}', ']':
			depth--
		case ',':
			isKey = depth == 1
		case '"':
			start, escaped := i, false
			for i++; line[i] != '"'; i++ {
				if line[i] == '\\' {
					i, escaped = i+1, true
				}
			}
			if !isKey {
				continue
			}
			isKey = false
			name := line[start+1 : i]
			if escaped {
				name = label(line[start : i+1])
			}
			c, want := column(name)
			switch {
			case c < 0:
			case want != "":
				return &fault{l.line, start + 1, fmt.Sprintf("key %s: want %s", line[start:i+1], want)}
			case seen[c]:
				return &fault{l.line, start + 1, fmt.Sprintf("key %s is there twice: want it once", columns[c][0])}
			default:
				seen[c] = true
			}
		}
	}
	return nil
}

// column is the index of the column of a name, -1 where there is none. Where only the case of letters differs, want is the name
// as it should be.
func column(name []byte) (c int, want string) {
	for c, names := range columns {
		for _, x := range names {
			if string(name) == x {
				return c, ""
			}
		}
	}
	for c, names := range columns {
		for _, x := range names {
			if bytes.EqualFold(name, []byte(x)) {
				return c, x
			}
		}
	}
	return -1, ""
}

// missing stands for a number that is not there: none that is valid.
const missing = math.MinInt64

// absent names a key that is not there.
func (l *lines) absent(o *object) string {
	switch {
	case len(label(o.Episode)) == 0:
		return "episode"
	case o.T == missing:
		return "t"
	case o.State == missing:
		return "state"
	case o.Action == missing:
		return "action"
	case o.Reward != o.Reward:
		return "reward"
	case l.probs && o.Prob != o.Prob:
		return "probability"
	}
	return ""
}

// label is the text of a label: of a string without its quotes, of anything else as it stands.
func label(raw json.RawMessage) []byte {
	if bytes.Equal(raw, []byte("null")) {
		return nil
	}
	var text string
	if len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &text) == nil {
		return []byte(text)
	}
	return raw
}

// wrong says what is wrong with a line that is no row.
func (l *lines) wrong(err error) error {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind) && kind.Field != "":
		want := "a finite number"
		if kind.Type.Kind().String() == "int64" {
			want = "a whole number"
		}
		return &fault{l.line, int(max(1, kind.Offset)), fmt.Sprintf("%s = %s: want %s", kind.Field, kind.Value, want)}
	case errors.As(err, &syntax):
		return &fault{l.line, int(max(1, syntax.Offset)), fmt.Sprintf("not JSON (%v): want an object, one row a line", syntax)}
	}
	return &fault{l.line, 1, "not an object: want one row a line, {\"episode\": 1, \"t\": 0, ...}"}
}
