package cli

import (
	"encoding/json"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment/sweep"
)

// sweepManifest says when, where and by what an experiment was run.
type sweepManifest struct {
	Format  string         `json:"format"`
	Version int            `json:"version"`
	Status  string         `json:"status"` // running, finished, interrupted or failed
	Title   string         `json:"title,omitempty"`
	Streams string         `json:"streams"`
	Cells   int            `json:"cells"`
	Seeds   string         `json:"seeds"`
	Parts   []sweepSession `json:"parts"` // one for each time it was run or resumed
}

// sweepSession is one of these times; its counts are null while it runs, or where it was killed.
type sweepSession struct {
	session
	Kept     *int `json:"kept"`
	Finished *int `json:"finished"`
	Failed   *int `json:"failed"`
}

const sweepManifestFormat = "mcrl sweep manifest"

func openSweepManifest(run *sweep.Run, workers int) *sweepManifest {
	p := run.Plan()
	m := &sweepManifest{Format: sweepManifestFormat, Version: 1, Status: "running", Title: p.Title, Streams: env.StreamVersion,
		Cells: p.Len(), Seeds: p.SeedRanges()}
	var old sweepManifest
	if text, err := run.Directory().Read(manifestFile); err == nil && json.Unmarshal(text, &old) == nil && old.Format == m.Format {
		m.Parts = old.Parts
	}
	m.Parts = append(m.Parts, sweepSession{session: beginSession(workers)})
	return m
}

func (m *sweepManifest) write(run *sweep.Run) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return run.Directory().Put(manifestFile, append(text, '\n'))
}

// end notes how the session ended.
func (m *sweepManifest) end(run *sweep.Run, status string, done played) error {
	part := &m.Parts[len(m.Parts)-1]
	part.end(status)
	part.Kept, part.Finished, part.Failed = &done.Kept, &done.Finished, &done.Failed
	m.Status = status
	return m.write(run)
}
