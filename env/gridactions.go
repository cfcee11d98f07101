package env

// move is the displacement of an action: rows down, columns right.
type move struct{ dr, dc int }

// left and right are the move after a quarter turn, back the opposite one.
func (m move) left() move  { return move{-m.dc, m.dr} }
func (m move) right() move { return move{m.dc, -m.dr} }
func (m move) back() move  { return move{-m.dr, -m.dc} }

// compass holds the vocabulary of actions; the first five are the book's, in the book's order.
var compass = [...]struct {
	name string
	move move
}{
	{"up", move{-1, 0}}, {"right", move{0, 1}}, {"down", move{1, 0}}, {"left", move{0, -1}}, {"stay", move{}},
	{"up-right", move{-1, 1}}, {"down-right", move{1, 1}}, {"down-left", move{1, -1}}, {"up-left", move{-1, -1}},
}

// ActionSet returns the actions of a grid world with n of them: 4 (up, right, down, left), 5 (these and stay), 8 (these four
// and up-right, down-right, down-left, up-left) or 9 (all).
//
// Source: five: Zhao, section 1.3; eight and nine: Sutton & Barto, exercise 6.9.
func ActionSet(n int) ([]string, error) {
	if n != 4 && n != 5 && n != 8 && n != 9 {
		return nil, &FieldError{"actions", n, "4, 5, 8 or 9 actions, or a list of their names"}
	}
	var names []string
	for i, c := range compass {
		if i < n && !(n == 8 && c.name == "stay") || n == 8 && i == 8 {
			names = append(names, c.name)
		}
	}
	return names, nil
}

func compassNames() []string {
	names := make([]string, len(compass))
	for i, c := range compass {
		names[i] = c.name
	}
	return names
}

// moveOf returns the move of an action by its name.
func moveOf(name string) (move, bool) {
	for _, c := range compass {
		if c.name == name {
			return c.move, true
		}
	}
	return move{}, false
}

// actionNames returns the names of the configuration's actions, the book's five where it states none.
func (c *GridConfig) actionNames() []string {
	if len(c.Actions) == 0 {
		return compassNames()[:5]
	}
	return c.Actions
}
