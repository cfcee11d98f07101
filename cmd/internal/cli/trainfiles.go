package cli

import (
	"bufio"
	"encoding/json"
	"io"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/rundir"
)

// manifest says when, where and by what a run was made: all that is no part of its record.
type manifest struct {
	Format  string         `json:"format"`
	Version int            `json:"version"`
	Status  string         `json:"status"` // running, finished, interrupted or failed
	Parts   []manifestPart `json:"parts"`  // one for each time the run was started or resumed
}

const manifestFormat = "mcrl manifest"

type manifestPart struct {
	session
	From int64  `json:"from_episode"`
	To   *int64 `json:"to_episode"`
}

// session is one time that a process worked on a run.
type session struct {
	Command []string    `json:"command"`
	Mcrl    versionInfo `json:"mcrl"`
	Host    string      `json:"host"`
	OS      string      `json:"os"`
	Arch    string      `json:"arch"`
	CPUs    int         `json:"cpus"`
	Workers int         `json:"workers"`
	Started time.Time   `json:"started"`
	Ended   *time.Time  `json:"ended"`  // null while it runs, or where it was killed
	Status  string      `json:"status"` // running, finished, interrupted or failed
}

func beginSession(workers int) session {
	host, _ := os.Hostname() // "" where it is unknown
	return session{Command: os.Args, Mcrl: readVersion(), Host: host, OS: runtime.GOOS, Arch: runtime.GOARCH,
		CPUs: runtime.NumCPU(), Workers: workers, Started: time.Now().UTC(), Status: "running"}
}

func (s *session) end(status string) {
	now := time.Now().UTC()
	s.Ended, s.Status = &now, status
}

// read takes over the parts of an earlier manifest, if there is one that can be read.
func (m *manifest) read(d *rundir.Dir) {
	var old manifest
	if text, err := d.Read(manifestFile); err == nil && json.Unmarshal(text, &old) == nil && old.Format == manifestFormat {
		m.Parts = old.Parts
	}
}

func (m *manifest) begin(t *experiment.Trial, workers int) {
	m.Format, m.Version, m.Status = manifestFormat, 1, "running"
	m.Parts = append(m.Parts, manifestPart{session: beginSession(workers), From: t.Learner().Progress().Episodes})
}

// end notes how the run ended.
func (t *training) end(status string) error {
	to := t.trial.Learner().Progress().Episodes
	part := &t.manifest.Parts[len(t.manifest.Parts)-1]
	part.To = &to
	part.end(status)
	t.manifest.Status = status
	return t.writeManifest()
}

func (t *training) writeManifest() error {
	text, err := json.MarshalIndent(t.manifest, "", "  ")
	if err != nil {
		return err
	}
	return t.dir.Put(manifestFile, append(text, '\n'))
}

// writePairs writes q.csv; exact may be nil. A state that lies on no board has its name in place of row and column. With intervals
// there are two columns more, empty where a value has none.
func writePairs(w io.Writer, m *experiment.Model, r *experiment.Record, exact []float64) error {
	b := bufio.NewWriterSize(w, 1<<16) // it keeps the first error
	b.WriteString(choose(m.Layout != nil, "state,row,col,action,q,n,exact_q", "state,name,action,q,n,exact_q"))
	b.WriteString(choose(r.Intervals != nil, ",lo,hi\n", "\n"))
	names := m.ActionNames()
	for i, name := range names {
		names[i] = cell(name)
	}
	for i, q := range r.Q {
		s := env.State(i / len(names))
		line := append(strconv.AppendInt(b.AvailableBuffer(), int64(s), 10), ',')
		if m.Layout != nil {
			row, col := m.Layout.Cell(s)
			line = append(strconv.AppendInt(line, int64(row), 10), ',')
			line = append(strconv.AppendInt(line, int64(col), 10), ',')
		} else {
			line = append(append(line, cell(m.StateName(s))...), ',')
		}
		line = append(append(line, names[i%len(names)]...), ',')
		line = append(strconv.AppendFloat(line, q, 'g', -1, 64), ',')
		line = append(strconv.AppendInt(line, r.N[i], 10), ',')
		if exact != nil {
			line = strconv.AppendFloat(line, exact[i], 'g', -1, 64)
		}
		if r.Intervals != nil {
			line = appendEnds(line, q, r.Intervals.Half[i])
		}
		b.Write(append(line, '\n'))
	}
	return b.Flush()
}

// appendEnds appends the ends of an interval, nothing where it is infinite.
func appendEnds(line []byte, q, half float64) []byte {
	if math.IsInf(half, 0) {
		return append(line, ",,"...)
	}
	line = strconv.AppendFloat(append(line, ','), q-half, 'g', -1, 64)
	return strconv.AppendFloat(append(line, ','), q+half, 'g', -1, 64)
}

// cell is a text as a cell of a CSV file.
func cell(text string) string {
	if strings.ContainsAny(text, "\",\r\n") {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}

// quoted is a path as a shell reads it.
func quoted(path string) string {
	if strings.ContainsFunc(path, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("'\"\\$`!*?[](){}<>|&;#~", r) }) {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}

// grouped prints a whole number with commas between thousands.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
