package sweep

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
)

// Format and version of a plan as a file.
const (
	Format  = "mcrl sweep"
	Version = 1
)

// planText is a plan as JSON. Worlds stand once.
type planText struct {
	Format     string             `json:"format"`
	Version    int                `json:"version"`
	Streams    string             `json:"streams"` // env.StreamVersion
	Title      string             `json:"title,omitempty"`
	Checkpoint int64              `json:"checkpoint"`
	Until      *Until             `json:"until,omitempty"`
	Seeds      []uint64           `json:"seeds"`
	Worlds     []experiment.World `json:"worlds"`
	Groups     []groupText        `json:"groups"`
	Source     string             `json:"source,omitempty"`
}

type groupText struct {
	Environment string    `json:"environment"`
	Algorithm   string    `json:"algorithm"`
	Settings    []Setting `json:"settings,omitempty"`
	Spec        specText  `json:"spec"`
}

// specText is a spec with the number of its world in place of the world.
type specText struct {
	World int `json:"env"`
	experiment.Spec
}

// Encode returns the JSON text of the plan. Equal plans give equal bytes.
func (p *Plan) Encode() ([]byte, error) {
	t := planText{Format: Format, Version: Version, Streams: env.StreamVersion,
		Title: p.Title, Checkpoint: p.checkpoint(), Seeds: p.Seeds, Source: p.Source}
	if p.Until != nil {
		u := p.Until.filled()
		t.Until = &u
	}
	for i, g := range p.Groups {
		if i == 0 || !reflect.DeepEqual(g.Spec.Env, t.Worlds[len(t.Worlds)-1]) {
			t.Worlds = append(t.Worlds, g.Spec.Env)
		}
		t.Groups = append(t.Groups, groupText{g.Environment, g.Algorithm, g.Settings, specText{len(t.Worlds) - 1, g.Spec}})
	}
	text, err := json.MarshalIndent(t, "", " ")
	return append(text, '\n'), err
}

func (p *Plan) checkpoint() int64 {
	if p.Checkpoint == 0 {
		return DefaultCheckpoint
	}
	return p.Checkpoint
}

// Decode reads what Encode returned. The error says which format, version or random streams a file has that are not those of
// this program.
func Decode(text []byte) (*Plan, error) {
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
		Streams string `json:"streams"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, fmt.Errorf("not a plan: %w", err)
	}
	if head.Format != Format || head.Version != Version {
		return nil, &env.FieldError{Field: "format, version", Value: fmt.Sprintf("%.40q, %d", head.Format, head.Version),
			Want: fmt.Sprintf("%q, %d", Format, Version)}
	}
	if head.Streams != env.StreamVersion {
		return nil, &env.FieldError{Field: "streams", Value: fmt.Sprintf("%.40q", head.Streams),
			Want: fmt.Sprintf("%q: with other random streams the records are others", env.StreamVersion)}
	}
	var t planText
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return nil, fmt.Errorf("not a plan: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("not a plan: something follows the JSON value")
	}
	p := &Plan{Title: t.Title, Seeds: t.Seeds, Checkpoint: t.Checkpoint, Until: t.Until, Source: t.Source}
	for i, g := range t.Groups {
		if w := g.Spec.World; w < 0 || w >= len(t.Worlds) {
			return nil, &env.FieldError{Field: fmt.Sprintf("groups[%d].spec.env", i), Value: w,
				Want: fmt.Sprintf("the number of a world, below %d", len(t.Worlds))}
		}
		g.Spec.Spec.Env = t.Worlds[g.Spec.World]
		p.Groups = append(p.Groups, Group{g.Environment, g.Algorithm, g.Settings, g.Spec.Spec})
	}
	return p, p.Validate()
}
