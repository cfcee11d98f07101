package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/mcrl/mc/experiment/rundir"
	"example.com/mcrl/mc/experiment/sweep"
	"example.com/mcrl/plots"
)

// settingName is what tells a group from the others of its environment.
func settingName(g *sweep.Group) string {
	name := g.Algorithm
	for _, s := range g.Settings {
		name += ", " + s.Key + " " + s.Value
	}
	return name
}

// SettingNames lists the names of the settings of a plan, each once.
func SettingNames(p *sweep.Plan) (names []string) {
	for i := range p.Groups {
		if n := settingName(&p.Groups[i]); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// Match lists the names of the settings that a user means by text: the name of a setting, that of its group with or without
// the environment, as the cells have it, or the label of an algorithm.
func Match(p *sweep.Plan, text string) (names []string) {
	for _, is := range []func(g *sweep.Group) bool{
		func(g *sweep.Group) bool { return settingName(g) == text },
		func(g *sweep.Group) bool {
			return g.Name() == text || strings.TrimPrefix(g.Name(), rundir.Name(g.Environment)+"-") == text
		},
		func(g *sweep.Group) bool { return g.Algorithm == text },
	} {
		for i := range p.Groups {
			if n := settingName(&p.Groups[i]); is(&p.Groups[i]) && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
		if names != nil {
			break
		}
	}
	return names
}

// maxLabel is the longest name, in runes, that a figure shows as it is.
const maxLabel = 48

// legible is a name on one line, in runes that figures can show.
func legible(name string) string { return plots.Legible(strings.Join(strings.Fields(name), " ")) }

// shortened is text in at most n runes.
func shortened(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:n-1])) + "…"
}

// label is the name of an environment as figures show it.
func label(world string) string { return shortened(legible(world), maxLabel-20) }

// labelSettings gives each setting of an environment a label of its own: its name as figures show it. Of a long one the label
// of the algorithm is shortened first, as settings differ in what follows.
func labelSettings(settings []*Setting) {
	count := map[string]int{}
	for _, s := range settings {
		rest := legible(strings.TrimPrefix(s.Name, s.Group.Algorithm))
		room := maxLabel - utf8.RuneCountInString(rest)
		s.label = shortened(shortened(legible(s.Group.Algorithm), max(room, maxLabel/4))+rest, maxLabel)
		count[s.label]++
	}
	for _, s := range settings {
		if count[s.label] > 1 {
			s.label = fmt.Sprintf("%d: %s", s.place+1, s.label)
		}
	}
}

// Alias is a name and what stands for it in figures.
type Alias struct{ Label, Name string }

// aliases are the names of an environment and its settings for which figures show others.
func (w *World) aliases() (list []Alias) {
	if l := label(w.Name); l != w.Name {
		list = append(list, Alias{l, w.Name})
	}
	for _, s := range w.Settings {
		if s.label != s.Name {
			list = append(list, Alias{s.label, s.Name})
		}
	}
	return list
}

// quoted is text as one word of a shell.
func quoted(text string) string {
	if strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
