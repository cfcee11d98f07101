package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/worldfile"
)

// loadWorld returns the world that NAME|FILE stands for: the grid world of that name, else the classic world, else the world in
// the file at that path.
func loadWorld(name string) (experiment.World, error) {
	w, nameErr := worldfile.ByName(name)
	if nameErr == nil {
		return w, nil
	}
	_, err := os.Stat(name)
	switch {
	case err == nil:
		w, err = worldfile.Load(name)
		if err != nil {
			return w, &exitError{exitUsage, err}
		}
		return w, nil
	case !errors.Is(err, fs.ErrNotExist):
		return w, usageErrorf("environment %q: %w", name, reason(err))
	case strings.HasPrefix(name, "open-"):
		return w, usageErrorf("environment %q: %w", name, nameErr)
	}
	return w, usageErrorf("environment %q: no such name, no such file%s", name, orSuggest(name, worldfile.Names(), "`mcrl envs` lists the names"))
}

// loadModel is loadWorld that builds the world.
func loadModel(name string) (*experiment.Model, error) {
	w, err := loadWorld(name)
	if err != nil {
		return nil, err
	}
	return w.Model()
}

// boarded is a world whose states lie on a board.
type boarded struct {
	*experiment.Model
	experiment.Layout
}

// onBoard returns the world with its board; false where it has none.
func onBoard(m *experiment.Model) (boarded, bool) { return boarded{m, m.Layout}, m.Layout != nil }

// placeOf names a state: on a board by row and column, counted from 1 as in the book.
func placeOf(m *experiment.Model, s env.State) string {
	if m.Layout == nil {
		return m.StateName(s)
	}
	row, col := m.Layout.Cell(s)
	return fmt.Sprintf("row %d, column %d", row+1, col+1)
}

// completeEnvironments offers the names of the environments for the first argument, and files beside them.
func completeEnvironments(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return worldfile.Names(), cobra.ShellCompDirectiveDefault
}
