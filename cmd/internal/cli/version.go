package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newVersionCommand(s *streams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(s.Out, "mcrl devel")
			return err
		},
	}
}
