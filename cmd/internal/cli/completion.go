package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

var shells = []string{"bash", "zsh", "fish", "powershell"}

func newCompletionCommand(s *streams) *cobra.Command {
	return &cobra.Command{
		Use:   "completion " + strings.Join(shells, "|"),
		Short: "Print the completion script of a shell",
		Long: `Print the script that makes a shell complete mcrl's commands, flags,
environments and algorithms.

  bash        source <(mcrl completion bash)
  zsh         mcrl completion zsh > "${fpath[1]}/_mcrl"
  fish        mcrl completion fish > ~/.config/fish/completions/mcrl.fish
  powershell  mcrl completion powershell | Out-String | Invoke-Expression`,
		Example:   `  source <(mcrl completion bash)`,
		Args:      oneArgument("a shell: " + strings.Join(shells, ", ")),
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(s.Out, true)
			case "zsh":
				return root.GenZshCompletion(s.Out)
			case "fish":
				return root.GenFishCompletion(s.Out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(s.Out)
			}
			return usageErrorf("shell %q: want one of %s%s", args[0], strings.Join(shells, ", "), suggest(args[0], shells))
		},
	}
}

// completeFrom offers names for the value of a flag.
func completeFrom(names ...string) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return slices.Clone(names), cobra.ShellCompDirectiveNoFileComp
	}
}
