package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// knownCommand allows no arguments: what is left over is a command that does not exist.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	return usageErrorf("unknown command %q for %q%s",
		args[0], cmd.CommandPath(), orSuggest(args[0], names, "`"+cmd.CommandPath()+" --help` lists the commands"))
}

// nameOf is the path of a command without the program.
func nameOf(cmd *cobra.Command) string {
	return strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")
}

// noArguments is cobra.NoArgs in this command's words.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usageErrorf("%s: unexpected argument %q", nameOf(cmd), args[0])
}

// oneArgument demands exactly one argument and says what it is.
func oneArgument(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return usageErrorf("%s: want %s; see `%s --help`", nameOf(cmd), what, cmd.CommandPath())
		case 1:
			return nil
		}
		return usageErrorf("%s: unexpected argument %q after %q: want one, %s", nameOf(cmd), args[1], args[0], what)
	}
}

// atMostOne allows one argument and says what it is.
func atMostOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usageErrorf("%s: unexpected argument %q after %q: want one, %s", nameOf(cmd), args[1], args[0], what)
		}
		return nil
	}
}

// someArguments demands at least one argument and says what they are.
func someArguments(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return nil
		}
		return usageErrorf("%s: want %s; see `%s --help`", nameOf(cmd), what, cmd.CommandPath())
	}
}

// required demands flags that are not empty, and says what each is.
func required(cmd *cobra.Command, flags ...string) error {
	var errs []error
	for _, name := range flags {
		if f := cmd.Flags().Lookup(name); !f.Changed || f.Value.String() == "" {
			errs = append(errs, usageErrorf("%s: want --%s, %s", nameOf(cmd), name, strings.ReplaceAll(f.Usage, "`", "")))
		}
	}
	return errors.Join(errs...)
}

// exclusive refuses two flags together.
func exclusive(cmd *cobra.Command, one, other string) error {
	if cmd.Flags().Changed(one) && cmd.Flags().Changed(other) {
		return usageErrorf("--%s with --%s: want one of the two", one, other)
	}
	return nil
}

// flagError rewords what the flag parser says.
func flagError(cmd *cobra.Command, err error) error {
	if words := cmd.Flags().Args(); cmd.HasSubCommands() && len(words) > 0 {
		return knownCommand(cmd, words) // its flags are unknown because it is
	}
	var unknown *pflag.NotExistError
	var value *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				names = append(names, f.Name)
			}
		})
		given, dashes := unknown.GetSpecifiedName(), "--"
		if short := unknown.GetSpecifiedShortnames(); short != "" {
			given, dashes = short, "-"
		}
		hint := orSuggest(given, names, "`"+cmd.CommandPath()+" --help` lists the flags")
		hint = strings.Replace(hint, `"`, `"--`, 1)
		return usageErrorf("unknown flag %s%s for %q%s", dashes, given, cmd.CommandPath(), hint)
	case errors.As(err, &value):
		f := value.GetFlag()
		return usageErrorf("--%s = %s: want %s", f.Name, value.GetValue(), wanted(f, value))
	}
	return usageErrorf("%s: %w", nameOf(cmd), err)
}

// wanted says what a flag takes: the words of the flag's own type, or plain ones for Go's types.
func wanted(f *pflag.Flag, err *pflag.InvalidValueError) string {
	switch f.Value.Type() {
	case "int", "int64":
		return "a whole number"
	case "uint", "uint64":
		return "a whole number of at least 0"
	case "float64":
		return "a number"
	case "bool":
		return "true or false"
	case "duration":
		return "a duration, such as 90s or 5m"
	}
	return err.Unwrap().Error()
}

// count is a flag for a whole number of at least 0 that may be written 1000000, 1_000_000 or 1e6.
type count int64

// String implements pflag.Value.
func (c *count) String() string { return fmt.Sprint(int64(*c)) }

// Type implements pflag.Value.
func (c *count) Type() string { return "N" }

// Set implements pflag.Value.
func (c *count) Set(text string) error {
	n, err := parseCount(text)
	*c = count(n)
	return err
}
