package env_test

import (
	"fmt"

	"example.com/mcrl/env"
)

// The book's 3 x 3 grid world with slippery cells: what can come of moving right from the top left.
func ExampleNewGrid() {
	c := env.Zhao3()
	c.Slip = env.Slip{Left: 0.1, Right: 0.1}
	g, err := env.NewGrid(c)
	if err != nil {
		fmt.Println(err)
		return
	}
	s, _ := g.At(0, 0)
	for _, o := range g.Outcomes(s, 1) {
		row, col := g.Cell(o.Next)
		fmt.Printf("to (%d, %d) with probability %.1f, paid %v\n", row, col, o.Prob, o.Reward)
	}
	// Output:
	// to (0, 1) with probability 0.8, paid 0
	// to (0, 0) with probability 0.1, paid -1
	// to (1, 0) with probability 0.1, paid 0
}

func ExampleParseGrid() {
	_, err := env.ParseGrid("....\n.FT\n")
	fmt.Println(err)
	// Output: 2:4: the row ends after 3 cells: want 4, as in the first row
}
