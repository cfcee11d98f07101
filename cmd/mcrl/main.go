// Command mcrl runs Monte Carlo reinforcement learning experiments on grid worlds and shows every estimate beside its exact
// value.
package main

import (
	"os"

	"example.com/mcrl/cmd/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
