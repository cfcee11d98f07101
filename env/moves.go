package env

import "math"

// moves are the different things that an outcome of a large table can be, if they are at most 256: the code of an outcome is
// all that is stored of it then, one byte.
type moves struct {
	step   [256]uint32 // s' - s, with ends added where s' is terminal
	reward [256]float64
	action [256]Action // where all transitions are certain, the action that the outcome belongs to

	codes keys
}

// find returns the code of a move; false when it is new and there are 256 others.
func (m *moves) find(step uint32, reward float64, a Action) (code uint8, ok bool) {
	code, ok = m.codes.find(key{uint64(step)<<32 | uint64(uint32(a)), math.Float64bits(reward)})
	if ok {
		m.step[code], m.reward[code], m.action[code] = step, reward, a
	}
	return code, ok
}

// after is the state that a move leads to, with ends added where that is terminal.
func (m *moves) after(s uint32, code uint8) uint32 { return s + m.step[code] }

// at is where outcome i, one of state s, leads, and what it pays.
func (t *Table) at(s State, i int) (State, float64) {
	if t.moves != nil {
		code := t.code[i]
		return State(t.moves.after(uint32(s), code) &^ ends), t.moves.reward[code]
	}
	return t.next[i], t.reward.at(i)
}

// put appends an outcome of the pair: its code, as long as 256 codes are enough.
func (c *compiler) put(pair int, next State, reward float64) {
	t := c.t
	if t.moves != nil {
		s, a := pair/t.actions, pair%t.actions
		step := uint32(int(next) - s)
		if t.terminal[next] {
			step += ends
		}
		if t.first != nil { // nobody asks for the action then
			a = 0
		}
		if code, ok := t.moves.find(step, reward, Action(a)); ok {
			t.code = append(t.code, code)
			c.count++
			return
		}
		c.leaveCodes()
	}
	t.next = append(t.next, next)
	c.coder.add(reward)
	c.count++
}

// leaveCodes turns the codes collected so far into the outcomes they name.
func (c *compiler) leaveCodes() {
	t := c.t
	if t.moves == nil {
		return
	}
	room := max(c.count, t.states*t.actions)
	t.next = make([]State, 0, room)
	c.coder.init(room)
	pair := 0
	for i := range c.count {
		if t.first == nil {
			pair = i
		}
		for t.first != nil && pair+1 < len(t.first) && i >= int(t.first[pair+1]) {
			pair++
		}
		next, reward := t.at(State(pair/t.actions), i)
		t.next = append(t.next, next)
		c.coder.add(reward)
	}
	t.moves, t.code = nil, nil
}

// key is what keys numbers.
type key [2]uint64

// keys numbers up to 256 different keys in the order in which they come: open addressing, 1 + number.
type keys struct {
	key   [256]key
	count int
	slot  [1024]uint16
}

// find returns the number of k, a new one if it is new; false when there are 256 others.
func (c *keys) find(k key) (number uint8, ok bool) {
	for h := finalise(k[0]+31*k[1]) % 1024; ; h = (h + 1) % 1024 {
		if c.slot[h] == 0 {
			if c.count == 256 {
				return 0, false
			}
			c.key[c.count] = k
			c.count++
			c.slot[h] = uint16(c.count)
			return uint8(c.count - 1), true
		}
		if number := c.slot[h] - 1; c.key[number] == k {
			return uint8(number), true
		}
	}
}
