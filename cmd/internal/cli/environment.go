package cli

import (
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.com/mcrl/env"
	"example.com/mcrl/env/gridfile"
)

// loadGrid returns the grid world that NAME|FILE stands for: the preset of that name, else the one in the file at that path.
// The other names are those that the command knows besides, for suggestions.
func loadGrid(name string, others ...string) (*env.Grid, error) {
	c, err := loadConfig(name, others...)
	if err != nil {
		return nil, err
	}
	return env.NewGrid(c)
}

// loadConfig is loadGrid without building the grid world.
func loadConfig(name string, others ...string) (env.GridConfig, error) {
	c, presetErr := env.Preset(name)
	if presetErr == nil {
		return c, nil
	}
	_, err := os.Stat(name)
	switch {
	case err == nil:
		c, err = gridfile.Load(name)
		if err != nil {
			return c, &exitError{exitUsage, err}
		}
		return c, nil
	case strings.HasPrefix(name, "open-"):
		return c, usageErrorf("environment %q: %w", name, presetErr)
	}
	return c, usageErrorf("environment %q: no such name, no such file%s",
		name, orSuggest(name, slices.Concat(env.Presets(), others), "`mcrl envs` lists the names"))
}

// completeEnvironments offers the names of the environments for the first argument, and files beside them.
func completeEnvironments(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return env.Presets(), cobra.ShellCompDirectiveDefault
}
