package classic_test

import (
	"bytes"
	"fmt"
	"log"

	"example.com/mcrl/env/classic"
	"example.com/mcrl/env/dp"
	"example.com/mcrl/env/dynamics"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// The slippery lake of 8 x 8 cells: its exact value, and its table as a file that Python reads.
func Example() {
	var file bytes.Buffer
	lake, err := classic.NewFrozenLake(classic.FrozenLakeConfig{Map: classic.LakeMap8()})
	check(err)
	optimum, err := dp.PolicyIteration(lake, 0.99, dp.Options{})
	check(err)
	value, _ := optimum.Start()
	fmt.Printf("from %s: %.7f\n", lake.StateName(0), value)
	table, err := dynamics.Of(lake)
	check(err)
	check(dynamics.Write(&file, table))
	fmt.Println(table.P[55][2])
	// Output:
	// from (0,0): 0.4146404
	// [{0.33333333333333337 1 63 true} {0.3333333333333333 0 55 false} {0.33333333333333337 0 47 false}]
}

// A lake on a map of one's own, drawn with a seed.
func ExampleRandomLakeMap() {
	rows, err := classic.RandomLakeMap(6, 0.8, 1)
	check(err)
	for _, row := range rows {
		fmt.Println(row)
	}
	// Output:
	// SHFFFF
	// FFFHFF
	// FFFFFF
	// FFFHFH
	// HHFFFF
	// FFFFFG
}
