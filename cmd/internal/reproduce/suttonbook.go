package reproduce

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed sutton.json
var suttonJSON []byte

// suttonBook is what Sutton & Barto's figures print.
type suttonBook struct {
	Source string      `json:"source"`
	Fig32  [][]float64 `json:"3.2"`
	Fig35  struct {
		Values [][]float64 `json:"values"`
		Policy []string    `json:"policy"`
	} `json:"3.5"`
	Fig41 []table `json:"4.1"`
}

func readSutton() (*suttonBook, error) {
	b := new(suttonBook)
	if err := json.Unmarshal(suttonJSON, b); err != nil {
		return nil, fmt.Errorf("the book's tables: %w", err)
	}
	return b, nil
}

// sutton are the figures of Sutton & Barto, Reinforcement Learning (2nd edition).
func sutton() []Figure {
	return []Figure{
		{"sutton-3.2", "the grid of example 3.5, values of the random policy", equiprobable},
		{"sutton-3.5", "the grid of example 3.5, optimal values and actions", bestJumps},
		{"sutton-4.1", "the small grid, values of the random policy after k steps", stepByStep},
		{"sutton-5.1", "blackjack, the values of sticking on 20 and 21", stickOn20},
		{"sutton-5.2", "blackjack, the optimal policy by MC Exploring Starts", bestStrategy},
		{"sutton-5.3", "importance sampling of one blackjack hand", oneState},
		{"sutton-5.4", "importance sampling with an infinite variance", infiniteVariance},
		{"sutton-5.5", "racetracks by off-policy MC control (exercise 5.12)", racetracks},
		{"sutton-example-6.5", "the windy grid", windyGrid},
		{"sutton-example-6.6", "the cliff", cliffWalk},
	}
}
