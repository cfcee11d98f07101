package episodefile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"example.com/mcrl/env"
)

// readAll reads a file to its end: what each episode is, or what is wrong.
func readAll(t testing.TB, text string, o Options) (all []string) {
	t.Helper()
	d, err := NewReader(strings.NewReader(text), "log", o)
	if err != nil {
		return []string{err.Error()}
	}
	for e := new(Episode); ; {
		err := d.Next(e)
		if errors.Is(err, io.EOF) {
			return all
		}
		var place *env.ParseError
		if err == nil {
			all = append(all, fmt.Sprintf("%s@%d %v %v %v %v", e.Label, e.Line, e.States, e.Actions, e.Rewards, e.Probs))
		} else if all = append(all, err.Error()); !errors.As(err, &place) {
			return all
		}
	}
}

const head = "episode,t,state,action,reward,probability\n"

func TestRead(t *testing.T) {
	for name, text := range map[string]string{
		"csv":         head + "7,0,3,1,-1,0.25\n7,1,4,0,0.5,1\nx,0,3,2,1e3,0.5\n",
		"other order": "action,extra,behavior_probability,reward,state,t,episode\r\n1,,0.25,-1,3,0,7\r\n0,a,1,0.5,4,1,7\r\n2,b,0.5,1e3,3,0,x\r\n",
		"byte order mark, spaces, no last line feed": "\uFEFFepisode, t, state, action, reward, behaviour_probability\n7, 0, 3, 1, -1, 0.25\n7, 1, 4, 0, .5, 1\nx, 0, 3, 2, 1000, 0.5",
		"json": `
{"episode":7,"t":0,"state":3,"action":1,"reward":-1,"probability":0.25,"more":[1,{"t":9,"State":[]}],"rewards":8,"":0}
{"episode":"7","t":1,"state":4,"action":0,"reward":0.5,"behavior_probability":1}

{"episode":"x","t":0,"state":3,"action":2,"reward":1e3,"behaviour_probability":5e-1}`,
	} {
		got := readAll(t, text, Options{States: 5, Actions: 3})
		line := 2
		third := 4
		if name == "json" {
			third = 5
		}
		want := []string{fmt.Sprintf("7@%d [3 4] [1 0] [-1 0.5] [0.25 1]", line), fmt.Sprintf("x@%d [3] [2] [1000] [0.5]", third)}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	got := readAll(t, "episode,t,state,action,reward\n1,0,0,0,1\n", Options{})
	if want := []string{"1@2 [0] [0] [1] []"}; !reflect.DeepEqual(got, want) {
		t.Errorf("without probabilities: %q, want %q", got, want)
	}
}

// TestFaults: every fault names its line and column, and costs its own episode alone.
func TestFaults(t *testing.T) {
	const a, z = "a,0,0,0,1,1\na,1,1,0,1,1\n", "z,0,0,0,5,1\nz,1,1,0,5,1\n"
	const gotA, gotZ = "a@2 [0 1] [0 0] [1 1] [1 1]", "z@%d [0 1] [0 0] [5 5] [1 1]"
	for _, c := range []struct{ rows, want string }{
		{"b,0,9,0,1,1\n", "log:4:5: state = 9: want an index, 0 to 4"},
		{"b,0,-1,0,1,1\n", "log:4:5: state = -1: want an index, 0 to 4"},
		{"b,0,0,3,1,1\n", "log:4:7: action = 3: want an index, 0 to 2"},
		{"b,0,0,0,NaN,1\n", "log:4:9: reward = NaN: want a finite number"},
		{"b,0,0,0,Inf,1\n", "log:4:9: reward = +Inf: want a finite number"},
		{"b,0,0,0,1e999,1\n", `log:4:9: reward = "1e999": want a finite number`},
		{"b,0,0,0,1,0\n", "log:4:11: probability = 0: want that of an action which was taken, above 0 and at most 1"},
		{"b,0,0,0,1,1.1\n", "log:4:11: probability = 1.1: want that of an action which was taken, above 0 and at most 1"},
		{"b,0,0,0,1,\n", `log:4:11: probability = "": want a number above 0 and at most 1`},
		{"b,0,x,0,1,1\n", `log:4:5: state = "x": want a whole number`},
		{"b,0,1.0,0,1,1\n", `log:4:5: state = "1.0": want a whole number`},
		{"b,0,0\n", "log:4:1: 3 fields: want 6, as in the first row"},
		{",0,0,0,1,1\n", `log:4:1: episode = "": want a label`},
		{"b,1,0,0,1,1\nb,2,0,0,1,1\n", "log:4:3: episode b begins with t = 1: want 0, the rows of an episode stand together and in order"},
		{"b,0,0,0,1,1\nb,2,0,0,1,1\nb,3,0,0,1,1\n", "log:5:3: episode b: t = 2: want 1, one more than in the row before"},
		{"b,0,0,0,1,1\nb,0,0,0,1,1\nb,1,0,0,1,1\n", "log:5:3: episode b: t = 0: want 1, one more than in the row before"},
		{"b,0,0,0,1,1\nb,1,0,0,1,1\nb,2,0,0,1,1\nb,3,0,0,1,1\n", "log:7:3: episode b: more than 3 steps: want a larger limit"},
		{"b,0,0,0,1,1\nb,1,\"0,0,1,1\nb,2,0,0,1,1\n", `log:5:13: extraneous or missing " in quoted-field: want CSV, one row a line`},
	} {
		got := readAll(t, head+a+c.rows+z, Options{States: 5, Actions: 3, Steps: 3})
		lines := strings.Count(c.rows, "\n")
		want := []string{gotA, c.want, fmt.Sprintf(gotZ, 4+lines)}
		if strings.HasPrefix(c.rows, ",") { // the row may belong to the episode before it
			want = want[1:]
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\n got %q\nwant %q", c.rows, got, want)
		}
	}
}

// Each episode that is lost is named once, also where the one before it was lost, and what is left of one is none.
func TestLostEpisodes(t *testing.T) {
	for _, c := range []struct {
		rows string
		want []string
	}{
		{"1,0,x,0,1,1\n1,1,0,0,1,1\n2,0,y,0,1,1\n2,1,0,0,1,1\n3,1,0,0,1,1\n3,2,0,0,1,1\n4,0,0,0,1,1\n", // one behind the other
			[]string{`log:2:5: state = "x"`, `log:4:5: state = "y"`, "log:6:3: episode 3 begins with t = 1", "4@8 [0]"}},
		{"1,0,0,0,1,1\n1,1,x,0,1,1\n1,2,y,0,1,1\n1,3,0,0,1,1\n2,0,0,0,1,1\n", // twice in one
			[]string{`log:3:5: state = "x"`, "2@6 [0]"}},
		{"1,0,0,0,1,1\n?\n1,1,0,0,1,1\n2,0,0,0,1,1\n", // in the middle of 1, which goes on
			[]string{"log:3:1: 1 fields", "2@5 [0]"}},
		{"1,0,0,0,1,1\n2,0,0\n2,1,0,0,1,1\n3,0,0,0,1,1\n", // behind 1
			[]string{"1@2 [0]", "log:3:1: 3 fields", "3@5 [0]"}},
		{"?\n1,1,0,0,1,1\n1,2,0,0,1,1\n2,0,0,0,1,1\n", // the first row of 1, or before it
			[]string{"log:2:1: 1 fields", "2@5 [0]"}},
		{"?\n1,1,0,0,1,1\n2,1,0,0,1,1\n", []string{"log:2:1: 1 fields", "log:4:3: episode 2 begins with t = 1"}},
		{"1,0,0,0,1,1\n2,0,0,0,1,1\n1,1,0,0,1,1\n2,1,0,0,1,1\n", // in turn
			[]string{"1@2 [0]", "2@3 [0]", "log:4:3: episode 1 begins with t = 1", "log:5:3: episode 2 begins with t = 1"}},
	} {
		got := readAll(t, head+c.rows, Options{})
		for i := range got {
			if i < len(c.want) {
				got[i] = got[i][:min(len(got[i]), len(c.want[i]))]
			}
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q:\n got %q\nwant %q", c.rows, got, c.want)
		}
	}
}

func TestFaultsOfJSON(t *testing.T) {
	const a = `{"episode":"a","t":0,"state":0,"action":0,"reward":1}` + "\n"
	const z = `{"episode":"z","t":0,"state":0,"action":0,"reward":5}` + "\n"
	for _, c := range []struct{ row, want string }{
		{`{"episode":"b","t":0,"state":0,"action":0}`, "log:2:1: no reward: want the keys"},
		{`{"episode":"b","t":0,"state":0,"reward":1}`, "log:2:1: no action: want the keys"},
		{`{"episode":"b","t":0,"state":1.5,"action":0,"reward":1}`, "log:2:32: state = number 1.5: want a whole number"},
		{`{"episode":"b","t":0,"state":0,"action":0,"reward":"1"}`, "log:2:54: reward = string: want a finite number"},
		{`{"episode":"b","t":0,"state":0,"action":0,"reward":1,"probability":1}`, "log:2:1: probability: want it in every row or in none"},
		{`{"episode":"b","t":0,"state":0,"state":1,"action":0,"reward":1}`, "log:2:32: key state is there twice: want it once"},
		{`{"episode":"b","t":0,"state":0,"action":0,"reward":1,"Reward":7}`, `log:2:54: key "Reward": want reward`},
		{`{"episode":"b","x":{"y":["\\\"]",{}]},"\u0054":0,"state":0,"action":0,"reward":1}`, `log:2:39: key "\u0054": want t`},
		{`{"episode":"b","behavior_probability":1,"probability":1,"t":0,"state":0,"action":0,"reward":1}`, "log:2:41: key probability is there twice"},
	} {
		got := readAll(t, a+c.row+"\n"+z, Options{})
		want := []string{"a@1 [0] [0] [1] []", c.want, "z@3 [0] [0] [5] []"}
		if len(got) != 3 || got[0] != want[0] || !strings.HasPrefix(got[1], want[1]) || got[2] != want[2] {
			t.Errorf("%s:\n got %q\nwant %q", c.row, got, want)
		}
	}
	for _, c := range []struct{ row, want string }{ // it may belong to the episode before it
		{`{"t":0,"state":0,"action":0,"reward":1}`, "log:2:1: no episode: want the keys"},
		{`{"episode":null,"t":0,"state":0,"action":0,"reward":1}`, "log:2:1: no episode: want the keys"},
		{`{"episode":"b","t":0,`, "log:2:21: not JSON (unexpected end of JSON input)"},
		{`[1,2]`, "log:2:1: not an object"},
	} {
		got := readAll(t, a+c.row+"\n"+z, Options{})
		if len(got) != 2 || !strings.HasPrefix(got[0], c.want) || got[1] != "z@3 [0] [0] [5] []" {
			t.Errorf("%s: %q, want %q and z", c.row, got, c.want)
		}
	}
}

func TestFirstRow(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "log:1:1: no rows: want CSV or JSON Lines",
		" \n ":                                  "log:1:1: no rows: want CSV or JSON Lines",
		"episode,t,state,action\n1,0,0,0\n":     "log:1:1: no column reward: want",
		"episode,t,state,t,action,reward\n":     "log:1:17: column t is there twice",
		"1,0,0,0,1\n":                           "log:1:1: no column episode: want",
		"episode,t,state,action,reward,\"x\n\n": "log:",
		"\x1f\x8b\x08\x00\x00":                  "log:1:1: not text in UTF-8: want CSV or JSON Lines, unpacked", // gzip
		"\x28\xb5\x2f\xfd\"":                    "log:1:1: not text in UTF-8: want CSV or JSON Lines, unpacked", // zstd
		"\xff\xfee\x00p\x00":                    "log:1:1: not text in UTF-8: want CSV or JSON Lines, unpacked", // UTF-16
		"e\x00p\x00i\x00":                       "log:1:1: not text in UTF-8: want CSV or JSON Lines, unpacked",
		`[{"episode":1}]`:                       "log:1:1: a JSON list: want JSON Lines, one object a line",
	} {
		if got := readAll(t, text, Options{}); len(got) != 1 || !strings.HasPrefix(got[0], want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestRoundTrip: what is written is read back with the same bits.
func TestRoundTrip(t *testing.T) {
	g, err := env.NewGrid(env.FrozenLake4(true))
	if err != nil {
		t.Fatal(err)
	}
	gen, err := env.NewGenerator(g, env.NewUniform(g.NumStates(), g.NumActions()), 50, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []Format{CSV, JSONLines} {
		for _, probs := range []bool{false, true} {
			var b bytes.Buffer
			w := NewWriter(&b, f, probs)
			var all []env.Episode
			for range 20 {
				var e env.Episode
				gen.FromState(&e, gen.Start())
				for i := range e.Rewards {
					e.Rewards[i] += 1 / (3 + float64(i)) // digits
				}
				if err := w.Write(&e, bytesToProbs(e.Len())); err != nil {
					t.Fatal(err)
				}
				all = append(all, e)
			}
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			d, err := NewReader(&b, "log", Options{States: g.NumStates(), Actions: g.NumActions()})
			if err != nil {
				t.Fatal(err)
			}
			var e Episode
			for i := range all {
				if err := d.Next(&e); err != nil {
					t.Fatal(err)
				}
				n := all[i].Len()
				if e.Label != fmt.Sprint(i) || !reflect.DeepEqual(e.States, all[i].States[:n]) || !reflect.DeepEqual(e.Actions, all[i].Actions) ||
					!reflect.DeepEqual(e.Rewards, all[i].Rewards) || probs && !reflect.DeepEqual(e.Probs, bytesToProbs(n)) || !probs && len(e.Probs) > 0 {
					t.Fatalf("format %d, probabilities %v, episode %d comes back as %+v, want %+v", f, probs, i, e, all[i])
				}
			}
			if err := d.Next(&e); !errors.Is(err, io.EOF) {
				t.Errorf("after the last episode: %v", err)
			}
		}
	}
}

// bytesToProbs are n probabilities with many digits.
func bytesToProbs(n int) []float64 {
	p := make([]float64, n)
	for i := range p {
		p[i] = math.Sqrt(float64(i+1) / float64(n+1))
	}
	return p
}

// endless is a log of n rows that is never in memory.
type endless struct{ rows, n int }

func (l *endless) Read(p []byte) (int, error) {
	if l.rows == 0 {
		l.rows++
		return copy(p, head), nil
	}
	b := p[:0]
	for cap(b)-len(b) > 64 && l.rows <= l.n {
		b = fmt.Appendf(b, "%d,%d,%d,1,-1,0.5\n", (l.rows-1)/10, (l.rows-1)%10, l.rows%7)
		l.rows++
	}
	if len(b) == 0 {
		return 0, io.EOF
	}
	return len(b), nil
}

// TestConstantMemory: a log of ten times as many rows takes no more memory. P47
func TestConstantMemory(t *testing.T) {
	held := func(n int) uint64 {
		d, err := NewReader(&endless{n: n}, "log", Options{})
		if err != nil {
			t.Fatal(err)
		}
		var e Episode
		episodes := 0
		for ; d.Next(&e) == nil; episodes++ {
			if e.Len() != 10 {
				t.Fatalf("episode %s has %d steps, want 10", e.Label, e.Len())
			}
		}
		if episodes != n/10 || d.Rows() != int64(n) {
			t.Fatalf("%d episodes, %d rows, want %d, %d", episodes, d.Rows(), n/10, n)
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		runtime.KeepAlive(d)
		return m.HeapAlloc
	}
	small, large := held(20_000), held(200_000)
	if large > small+100_000 {
		t.Errorf("%d bytes held after 20,000 rows, %d after 200,000", small, large)
	}
}

func BenchmarkRead(b *testing.B) {
	const n = 100_000
	var text bytes.Buffer
	io.Copy(&text, &endless{n: n})
	b.ReportAllocs()
	for b.Loop() {
		d, err := NewReader(bytes.NewReader(text.Bytes()), "log", Options{})
		if err != nil {
			b.Fatal(err)
		}
		for e := new(Episode); d.Next(e) == nil; {
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
}

func FuzzRead(f *testing.F) {
	f.Add(head + "1,0,0,0,1,1\n1,1,0,0,1,1\n2,0,0,0,1,1\n")
	f.Add(`{"episode":1,"t":0,"state":0,"action":0,"reward":1}`)
	f.Add("\uFEFF episode,t,state,action,reward\n\"a\nb\",0,0,0,1\n")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := NewReader(strings.NewReader(text), "log", Options{States: 100})
		if err != nil {
			return
		}
		var e Episode
		for range 1 + strings.Count(text, "\n")*2 {
			err := d.Next(&e)
			var place *env.ParseError
			switch {
			case err == nil:
				if e.Len() < 1 || len(e.States) != e.Len() || len(e.Rewards) != e.Len() || len(e.Probs) > 0 && len(e.Probs) != e.Len() || e.Label == "" {
					t.Fatalf("%q gives the episode %+v", text, e)
				}
			case errors.As(err, &place):
				if place.Line < 1 || place.Column < 1 {
					t.Fatalf("%q: no place: %v", text, err)
				}
			default:
				return
			}
		}
	})
}

// Parts that are written by themselves make up the file that is written at once.
func TestParts(t *testing.T) {
	ep := func(i int) *env.Episode {
		return &env.Episode{States: []env.State{1, env.State(i), 0}, Actions: []env.Action{0, 1}, Rewards: []float64{0.5, float64(i)}}
	}
	probs := []float64{0.25, 1}
	for _, format := range []Format{CSV, JSONLines} {
		var whole, parts bytes.Buffer
		one, two := NewWriter(&whole, format, true), NewPartWriter(&parts, format, true)
		if err := NewWriter(&parts, format, true).Flush(); err != nil {
			t.Fatal(err)
		}
		for i := range 6 {
			if i%2 == 0 {
				two.SetNumber(int64(i))
			}
			for _, w := range []*Writer{one, two} {
				if err := errors.Join(w.Write(ep(i), probs), w.Flush()); err != nil {
					t.Fatal(err)
				}
			}
		}
		if whole.String() != parts.String() || bytes.Count(whole.Bytes(), []byte("\n")) < 12 {
			t.Errorf("format %d: %q in parts, %q at once", format, parts.String(), whole.String())
		}
	}
}

// The last line of an episode is that of its last row, whatever stands between.
func TestLastLine(t *testing.T) {
	d, err := NewReader(strings.NewReader(head+"1,0,0,0,1,1\n\n1,1,0,0,1,1\n2,0,0,0,1,1\n\n3,0,0,0,1,1\n3,1,0,0,1,1\n"), "log", Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range [][2]int{{2, 4}, {5, 5}, {7, 8}} {
		var e Episode
		if err := d.Next(&e); err != nil || e.Line != want[0] || e.End != want[1] {
			t.Errorf("lines %d to %d, %v, want %v", e.Line, e.End, err, want)
		}
	}
}
