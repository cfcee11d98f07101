package planfile

import (
	"encoding"
	"fmt"
	"slices"

	"example.com/mcrl/estimate"
	"example.com/mcrl/mc"
	"example.com/mcrl/mc/experiment"
	"github.com/goccy/go-yaml/ast"
)

// settings are the options of one group, as they are collected.
type settings struct {
	spec    experiment.Spec // gamma, horizon, episodes, until_certain
	starts  mc.StartsOptions
	epsilon mc.Schedule
	shared  bool
}

// kind is what an option takes.
type kind int

const (
	takesNumber kind = iota
	takesWhole
	takesFlag
	takesName
	takesStep
	takesSchedule
)

// option is a key of an algorithm.
type option struct {
	key   string
	kind  kind
	names []string // takesName
	about string
	run   bool // may stand at the top of the file and in environments, too
	basic bool // means something to MC Basic
	only  experiment.Algorithm
	to    func(*settings) any // what it is stored in
}

// options lists the keys, in the order in which they are explained.
var options = []option{
	{key: "gamma", run: true, basic: true,
		about: "the discount, in [0, 1]",
		to:    func(s *settings) any { return &s.spec.Gamma }},
	{key: "horizon", kind: takesWhole, run: true, basic: true,
		about: "episodes are cut after so many steps",
		to:    func(s *settings) any { return &s.spec.Horizon }},
	{key: "episodes", kind: takesWhole, run: true, basic: true,
		about: "episodes of each cell",
		to:    func(s *settings) any { return &s.spec.Episodes }},
	{key: "until_certain", run: true, basic: true,
		about: "end as soon as policy and values are proven to be within this of the best",
		to:    func(s *settings) any { return &s.spec.UntilCertain }},
	{key: "epsilon", kind: takesSchedule, only: experiment.EpsilonGreedy,
		about: "the exploration: a number, or a schedule {start, decay, end, over, rate}",
		to:    func(s *settings) any { return &s.epsilon }},
	{key: "visit", kind: takesName, names: []string{"as-printed", "initial", "first", "every"}, basic: true,
		about: "the visits of a pair that are scored",
		to:    func(s *settings) any { return &s.starts.Visit }},
	{key: "improve", kind: takesName, names: []string{"step", "episode", "batch", "sweep"},
		about: "when the policy is improved",
		to:    func(s *settings) any { return &s.starts.Improve }},
	{key: "batch", kind: takesWhole,
		about: "episodes between improvements, improve: batch",
		to:    func(s *settings) any { return &s.starts.Batch }},
	{key: "average", kind: takesName, names: []string{"as-printed", "cumulative", "reset"}, basic: true,
		about: "average all returns or those since the last improvement",
		to:    func(s *settings) any { return &s.starts.Average }},
	{key: "step", kind: takesStep, basic: true,
		about: "a constant step size in (0, 1] in place of an average, or {scale, power} for scale/n^power",
		to:    func(s *settings) any { return &s.starts.Step }},
	{key: "ties", kind: takesName, names: []string{"lowest", "random", "keep"}, basic: true,
		about: "which of equal actions is greedy",
		to:    func(s *settings) any { return &s.starts.Ties }},
	{key: "starts", kind: takesName, names: []string{"as-printed", "uniform-pairs", "sweep-pairs", "environment"},
		about: "where episodes begin",
		to:    func(s *settings) any { return &s.starts.Starts }},
	{key: "per_pair", kind: takesWhole, basic: true,
		about: "consecutive episodes from each pair: basic, and starts: sweep-pairs",
		to:    func(s *settings) any { return &s.starts.Episodes }},
	{key: "tail", kind: takesWhole,
		about: "steps at the end of an episode that is cut that are not scored",
		to:    func(s *settings) any { return &s.starts.Tail }},
	{key: "optimistic",
		about: "the value of pairs that were not visited, which then compete",
		to:    func(s *settings) any { return &optimism{s} }},
	{key: "cycles", kind: takesFlag, only: experiment.ExploringStarts,
		about: "add up the cycles of greedy episodes where transitions are certain",
		to:    func(s *settings) any { return &s.starts.Cycles }},
	{key: "intervals", kind: takesFlag, basic: true,
		about: "keep what a confidence interval for every value needs; not with step, shared or improve: step",
		to:    func(s *settings) any { return &s.starts.Intervals }},
	{key: "shared", kind: takesFlag, only: experiment.Basic, basic: true,
		about: "step each state once an iteration where transitions are certain",
		to:    func(s *settings) any { return &s.shared }},
}

// optimism is the initial value, which makes a learner optimistic.
type optimism struct{ *settings }

func optionOf(key string) (option, bool) {
	i := slices.IndexFunc(options, func(o option) bool { return o.key == key })
	if i < 0 {
		return option{}, false
	}
	return options[i], true
}

// optionKeys lists the keys; those that may stand at the top of the file, or all.
func optionKeys(run bool) (keys []string) {
	for _, o := range options {
		if o.run || !run {
			keys = append(keys, o.key)
		}
	}
	return keys
}

// of reports whether the option means something to the algorithm.
func (o option) of(a experiment.Algorithm) bool {
	if o.only != "" {
		return o.only == a
	}
	return o.basic || a != experiment.Basic
}

// set stores a value. The error says what would be right.
func (o option) set(s *settings, n ast.Node) error {
	text, plain := scalar(n)
	if m, ok := n.(*ast.MappingNode); ok && o.kind == takesStep {
		s.starts.Step = estimate.StepSize{}
		return setEach(m, map[string]any{"constant": &s.starts.Step.Constant, "scale": &s.starts.Step.Scale, "power": &s.starts.Step.Power})
	} else if ok && o.kind == takesSchedule {
		e := &s.epsilon
		*e = mc.Schedule{}
		return setEach(m, map[string]any{"start": &e.Start, "decay": &e.Decay, "end": &e.End, "over": &e.Over, "rate": &e.Rate})
	}
	if !plain {
		return fmt.Errorf("%s", o.wants())
	}
	if err := store(o.to(s), text); err != nil {
		return fmt.Errorf("%s", o.wants())
	}
	return nil
}

func (o option) wants() string {
	switch o.kind {
	case takesWhole:
		return "a whole number, 0 or more, such as 1000 or 1e6"
	case takesFlag:
		return "true or false"
	case takesName:
		return fmt.Sprint("one of ", join(o.names))
	case takesStep:
		return "a number, or {scale: c, power: w}"
	case takesSchedule:
		return "a number, or {start: x, decay: harmonic, end: y}"
	}
	return "a finite number such as 0.5 or 1/3"
}

// setEach stores the values of a mapping.
func setEach(m *ast.MappingNode, to map[string]any) error {
	for _, pair := range m.Values {
		key, _ := scalar(pair.Key)
		text, plain := scalar(pair.Value)
		v, known := to[key]
		if !known || !plain {
			return fmt.Errorf("values of %s", join(sortedKeys(to)))
		}
		if err := store(v, text); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

// store reads a text into what v points to.
func store(v any, text string) (err error) {
	switch v := v.(type) {
	case *float64:
		*v, err = parseNumber(text)
	case *int64:
		*v, err = parseWhole(text)
	case *int:
		var n int64
		if n, err = parseWhole(text); n > 1<<31-1 {
			err = fmt.Errorf("a smaller number")
		}
		*v = int(n)
	case *bool:
		if *v = text == "true"; text != "true" && text != "false" {
			err = fmt.Errorf("true or false")
		}
	case *mc.Schedule:
		*v = mc.Schedule{}
		v.Start, err = parseNumber(text)
	case *estimate.StepSize:
		*v = estimate.StepSize{}
		v.Constant, err = parseNumber(text)
	case *optimism:
		v.starts.Optimistic = true
		v.starts.InitialValue, err = parseNumber(text)
	case encoding.TextUnmarshaler:
		err = v.UnmarshalText([]byte(text))
	}
	return err
}

// of turns the settings into a spec.
func (s settings) of(a experiment.Algorithm) experiment.Spec {
	spec := s.spec
	spec.Algorithm = a
	switch a {
	case experiment.Basic:
		o := s.starts
		spec.Basic = &mc.BasicOptions{Episodes: o.Episodes, Visit: o.Visit, Average: o.Average, Step: o.Step, Ties: o.Ties,
			Shared: s.shared, Intervals: o.Intervals}
	case experiment.ExploringStarts:
		spec.Starts = &s.starts
	default:
		spec.EpsilonGreedy = &mc.EpsilonOptions{Epsilon: s.epsilon, StartsOptions: s.starts}
	}
	return spec
}
