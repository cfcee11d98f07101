package planfile

import (
	"encoding/json"

	"example.com/mcrl/mc/experiment"
)

// schema is a JSON Schema, as far as it is used here.
type schema struct {
	Draft       string             `json:"$schema,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Type        string             `json:"type,omitempty"`
	Enum        []string           `json:"enum,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	Minimum     *int64             `json:"minimum,omitempty"`
	MinItems    int                `json:"minItems,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Items       *schema            `json:"items,omitempty"`
	AnyOf       []*schema          `json:"anyOf,omitempty"`
	Closed      *bool              `json:"additionalProperties,omitempty"`
}

// Schema returns the JSON Schema (draft 2020-12) of a plan. It knows the keys and what they take; what fits together is left
// to Read.
func Schema() []byte {
	environment := object("", runProperties(map[string]*schema{
		"name": {Type: "string", Description: "what it is called; not given: its name, or that of the file"},
		"env":  {Type: "string", Description: "a name of mcrl envs, or a file, a grid world or a JSON table, relative to the plan's"},
		"map":  {Type: "string", Description: "the text of an environment file: rows of symbols, or YAML"},
	}))
	top := object("", runProperties(map[string]*schema{
		"title":        {Type: "string"},
		"environments": {Type: "array", MinItems: 1, Items: &schema{AnyOf: []*schema{{Type: "string"}, environment}}},
		"algorithms":   {Type: "array", MinItems: 1, Items: &schema{AnyOf: []*schema{algorithmName(), algorithmSchema()}}},
		"seeds":        seedsSchema(),
		"until":        untilSchema(),
		"checkpoint":   wholeSchema("episodes between two checkpoints of a cell"),
	}), "environments", "algorithms", "seeds")
	top.Draft, top.Title = "https://json-schema.org/draft/2020-12/schema", "mcrl plan of experiments"
	text, err := json.MarshalIndent(top, "", "  ")
	if err != nil {
		panic(err) // it holds texts and numbers alone
	}
	return append(text, '\n')
}

func object(about string, properties map[string]*schema, required ...string) *schema {
	closed := false
	return &schema{Type: "object", Description: about, Properties: properties, Required: required, Closed: &closed}
}

// runProperties adds the keys that may stand at the top of the file and in environments.
func runProperties(p map[string]*schema) map[string]*schema {
	for _, o := range options {
		if o.run {
			p[o.key] = o.schema()
		}
	}
	return p
}

func algorithmName() *schema {
	return &schema{Type: "string", Enum: []string{"basic", "es", "epsilon-greedy"}}
}

func algorithmSchema() *schema {
	properties, grid := map[string]*schema{}, map[string]*schema{}
	for _, o := range options {
		properties[o.key] = o.schema()
		grid[o.key] = &schema{Type: "array", MinItems: 1, Items: o.schema()}
	}
	properties["name"] = &schema{Type: "string", Description: "what it is called; not given: the algorithm"}
	properties["algorithm"] = algorithmName()
	properties["grid"] = object("options with a list of values each: every combination is run", grid)
	return object("", properties, "algorithm")
}

func seedsSchema() *schema {
	one := &schema{AnyOf: []*schema{wholeSchema(""), {Type: "string", Pattern: `^[0-9_]+\.\.[0-9_]+$`}}}
	return &schema{Description: "a seed, a range such as 1..30, or a list of them",
		AnyOf: append(one.AnyOf, &schema{Type: "array", MinItems: 1, Items: one})}
}

func untilSchema() *schema {
	var names []string
	for _, m := range experiment.Metrics() {
		names = append(names, string(m))
	}
	return object("stop adding seeds to a setting once the mean of a metric over them is known well enough; seeds are the most that are run",
		map[string]*schema{
			"metric":     {Type: "string", Enum: names, Description: "what is averaged over seeds, at the end of a run"},
			"half_width": numberSchema("enough: the interval for the mean is less than this to either side"),
			"confidence": numberSchema("of the intervals, however often one looks; not given: 0.95"),
			"every":      wholeSchema("seeds between two looks; not given: 10"),
			"range":      {Type: "array", MinItems: 2, Items: numberSchema(""), Description: "lo and hi: the metric of every run is between them; not given: what follows from the world, where its values are finite"},
		}, "metric", "half_width")
}

func wholeSchema(about string) *schema {
	zero := int64(0)
	return &schema{Type: "integer", Minimum: &zero, Description: about}
}

func numberSchema(about string) *schema { return &schema{Type: "number", Description: about} }

// schema says what an option takes.
func (o option) schema() *schema {
	switch o.kind {
	case takesWhole:
		return wholeSchema(o.about)
	case takesFlag:
		return &schema{Type: "boolean", Description: o.about}
	case takesName:
		return &schema{Type: "string", Enum: o.names, Description: o.about}
	case takesStep:
		return &schema{Description: o.about, AnyOf: []*schema{numberSchema(""),
			object("", map[string]*schema{"constant": numberSchema(""), "scale": numberSchema(""), "power": numberSchema("")})}}
	case takesSchedule:
		return &schema{Description: o.about, AnyOf: []*schema{numberSchema(""), object("", map[string]*schema{
			"start": numberSchema(""), "end": numberSchema(""), "rate": numberSchema(""), "over": wholeSchema("iterations"),
			"decay": {Type: "string"}})}}
	}
	return numberSchema(o.about)
}
