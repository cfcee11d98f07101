package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newDocsCommand(s *streams) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:     "docs DIRECTORY",
		Short:   "Write the manual pages",
		Hidden:  true,
		Example: `  mcrl docs --format man share/man/man1`,
		Args:    oneArgument("the directory to write to"),
		RunE: func(cmd *cobra.Command, args []string) error {
			render, extension := manPage, ".1"
			switch format {
			case "man":
			case "markdown":
				render, extension = markdownPage, ".md"
			default:
				return usageErrorf("--format = %s: want man or markdown%s", format, suggest(format, []string{"man", "markdown"}))
			}
			if err := os.MkdirAll(args[0], 0o777); err != nil {
				return &exitError{exitUsage, err}
			}
			pages := documented(cmd.Root())
			for _, c := range pages {
				path := filepath.Join(args[0], strings.ReplaceAll(c.CommandPath(), " ", "-")+extension)
				if err := os.WriteFile(path, []byte(render(c)), 0o666); err != nil {
					return err
				}
			}
			s.notef("%d pages in %s", len(pages), args[0])
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "man", "man or markdown")
	return cmd
}

// documented lists the commands that have a page, parents first.
func documented(cmd *cobra.Command) []*cobra.Command {
	list := []*cobra.Command{cmd}
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			list = append(list, documented(c)...)
		}
	}
	return list
}

func description(c *cobra.Command) string {
	if c.Long != "" {
		return c.Long
	}
	return c.Short + "."
}

// eachFlag visits the flags that a page lists, those of the parents last.
func eachFlag(c *cobra.Command, visit func(f *pflag.Flag, name string)) {
	show := func(f *pflag.Flag) {
		kind, _ := pflag.UnquoteUsage(f)
		name := strings.TrimSpace("--" + f.Name + " " + kind)
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if !f.Hidden {
			visit(f, name)
		}
	}
	c.InitDefaultHelpFlag()
	c.LocalFlags().VisitAll(show)
	c.InheritedFlags().VisitAll(show)
}

func markdownPage(c *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", c.CommandPath(), c.Short)
	if c.Runnable() {
		fmt.Fprintf(&b, "\n```\n%s\n```\n", c.UseLine())
	}
	fmt.Fprintf(&b, "\n```text\n%s\n```\n", description(c))
	if c.Example != "" {
		fmt.Fprintf(&b, "\n## Examples\n\n```\n%s\n```\n", c.Example)
	}
	if c.Runnable() {
		fmt.Fprint(&b, "\n## Flags\n\n")
		eachFlag(c, func(f *pflag.Flag, name string) { fmt.Fprintf(&b, "- `%s`: %s\n", name, f.Usage) })
	}
	if c.HasSubCommands() {
		fmt.Fprint(&b, "\n## Commands\n\n")
		for _, sub := range c.Commands() {
			if !sub.Hidden {
				path := sub.CommandPath()
				fmt.Fprintf(&b, "- [%s](%s.md): %s\n", path, strings.ReplaceAll(path, " ", "-"), sub.Short)
			}
		}
	}
	return b.String()
}

// manPage writes the page in the macros of man(7).
func manPage(c *cobra.Command) string {
	var b strings.Builder
	name := strings.ReplaceAll(c.CommandPath(), " ", "-")
	fmt.Fprintf(&b, ".TH %q 1\n.SH NAME\n%s \\- %s\n", strings.ToUpper(name), roff(name), roff(c.Short))
	if c.Runnable() {
		fmt.Fprintf(&b, ".SH SYNOPSIS\n%s\n", roff(c.UseLine()))
	}
	fmt.Fprintf(&b, ".SH DESCRIPTION\n.nf\n%s\n.fi\n", roff(description(c)))
	if c.Runnable() {
		fmt.Fprint(&b, ".SH OPTIONS\n")
		eachFlag(c, func(f *pflag.Flag, name string) { fmt.Fprintf(&b, ".TP\n%s\n%s\n", roff(name), roff(f.Usage)) })
	}
	if c.Example != "" {
		fmt.Fprintf(&b, ".SH EXAMPLES\n.nf\n%s\n.fi\n", roff(c.Example))
	}
	var also []string
	for _, sub := range c.Commands() {
		if !sub.Hidden {
			also = append(also, roff(strings.ReplaceAll(sub.CommandPath(), " ", "-"))+"(1)")
		}
	}
	if also != nil {
		fmt.Fprintf(&b, ".SH SEE ALSO\n%s\n", strings.Join(also, ", "))
	}
	return b.String()
}

// roff escapes what the formatter would take for a command.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, `-`, `\-`, `'`, `\(aq`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
