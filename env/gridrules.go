package env

import (
	"fmt"
	"slices"
	"strings"
)

// EdgeRule says what a bump pays: a move off the grid or into a wall.
type EdgeRule uint8

// The edge rules. They differ only where the cell stayed in pays something itself: on Zhao's 5 x 5 grid, moving down from
// the forbidden cell of the last row (-1 or -11), and moves off the edge from no other cell.
const (
	BoundaryOnly     EdgeRule = iota // r_boundary: Zhao's text, table 4.1
	BoundaryPlusCell                 // r_boundary + the reward of the cell: Zhao's figures 5.6 and 5.7
)

// TargetRule says what happens after the target is entered.
type TargetRule uint8

// The target rules.
const (
	TargetPays    TargetRule = iota // the episode goes on, and staying pays r_target again: Zhao
	TargetEnds                      // the episode ends
	TargetAbsorbs                   // the agent stays for ever, paid 0
)

// RewardOn says which cell's reward a step pays.
type RewardOn uint8

// The two ways.
const (
	OnEntry RewardOn = iota // that of the cell entered or stayed in: Zhao, Sutton & Barto
	OnExit                  // that of the cell left or stayed in
)

var (
	edgeNames     = []string{"boundary", "boundary+cell"}
	targetNames   = []string{"pays", "ends", "absorbs"}
	rewardOnNames = []string{"entry", "exit"}
)

// String names the rule: boundary or boundary+cell.
func (e EdgeRule) String() string { return ruleName(edgeNames, uint8(e)) }

// MarshalText writes the rule's name.
func (e EdgeRule) MarshalText() ([]byte, error) { return ruleText("edge", edgeNames, uint8(e)) }

// UnmarshalText reads the rule's name.
func (e *EdgeRule) UnmarshalText(b []byte) error {
	return readRule("edge", edgeNames, b, (*uint8)(e))
}

// String names the rule: pays, ends or absorbs.
func (t TargetRule) String() string { return ruleName(targetNames, uint8(t)) }

// MarshalText writes the rule's name.
func (t TargetRule) MarshalText() ([]byte, error) { return ruleText("target", targetNames, uint8(t)) }

// UnmarshalText reads the rule's name.
func (t *TargetRule) UnmarshalText(b []byte) error {
	return readRule("target", targetNames, b, (*uint8)(t))
}

// String names the rule: entry or exit.
func (r RewardOn) String() string { return ruleName(rewardOnNames, uint8(r)) }

// MarshalText writes the rule's name.
func (r RewardOn) MarshalText() ([]byte, error) {
	return ruleText("reward_on", rewardOnNames, uint8(r))
}

// UnmarshalText reads the rule's name.
func (r *RewardOn) UnmarshalText(b []byte) error {
	return readRule("reward_on", rewardOnNames, b, (*uint8)(r))
}

func ruleName(names []string, i uint8) string {
	if int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprintf("rule %d", i)
}

func ruleText(field string, names []string, i uint8) ([]byte, error) {
	if int(i) >= len(names) {
		return nil, &FieldError{field, i, oneOf(names)}
	}
	return []byte(names[i]), nil
}

func readRule(field string, names []string, text []byte, rule *uint8) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return &FieldError{field, string(text), oneOf(names)}
	}
	*rule = uint8(i)
	return nil
}

func oneOf(names []string) string { return "one of " + strings.Join(names, ", ") }
