package gridfile_test

import (
	"fmt"
	"os"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/env/gridfile"
)

func ExampleRead() {
	c, err := gridfile.Read(strings.NewReader(`
name: the pond
map: |
  S.H
  ..T
rewards: {target: 1, hole: -1, boundary: 0}
target: ends
slip: {left: 1/3, right: 1/3}
`), "pond.yaml")
	fmt.Println(c.Name, c.Rewards.Hole, c.Target, err)

	_, err = gridfile.Read(strings.NewReader("map: |\n  ..T\n  .FX\nrewards: {target: 1/0}\n"), "bad.yaml")
	fmt.Println(err)
	// Output:
	// the pond -1 ends <nil>
	// bad.yaml:4:19: rewards.target = "1/0": want a fraction whose denominator is not 0
}

func ExampleWrite() {
	if err := gridfile.Write(os.Stdout, env.FrozenLake4(false)); err != nil {
		fmt.Println(err)
	}
	// Output:
	// map: |
	//   S...
	//   .H.H
	//   ...H
	//   H..T
	// actions: [left, down, right, up]
	// rewards: {step: 0, boundary: 0, forbidden: 0, target: 1, hole: 0}
	// target: ends
}
