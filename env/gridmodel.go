package env

// gridModel is the dynamics of a grid world for Compile. Every pair of a non-terminal state has the same number of outcomes
// with the same probabilities in the same order, equal outcomes unmerged, so that the table has one distribution for all.
type gridModel struct {
	g    *Grid
	ways [][]way // of each action
	pays [Wall]float64
}

// way is one of the things that can come of an action.
type way struct {
	move
	gust int // added to the wind of a column that has wind
	prob float64
}

func newGridModel(g *Grid) *gridModel {
	w := g.config.Rewards
	m := &gridModel{g: g, pays: [...]float64{Plain: w.Step, Forbidden: w.Forbidden, Target: w.Target, Hole: w.Hole}}
	for _, move := range g.moves {
		m.ways = append(m.ways, g.config.ways(move, g.moves))
	}
	return m
}

// ways lists what can come of a move, in the order: as intended, left, right, back, each action at random; each of them
// with the wind as it is, one more, one less. What has probability 0 is left out.
func (c *GridConfig) ways(intended move, all []move) []way {
	s := &c.Slip
	straight := 1 - s.sum()
	if straight < 1e-12 { // what 1 - 1/3 - 1/3 - 1/3 may leave
		straight = 0
	}
	turns := []way{
		{intended, 0, straight}, {intended.left(), 0, s.Left}, {intended.right(), 0, s.Right}, {intended.back(), 0, s.Back},
	}
	for _, m := range all {
		turns = append(turns, way{m, 0, s.Random / float64(len(all))})
	}
	noise := 0.0
	if len(c.Wind) > 0 {
		noise = c.WindNoise
	}
	var list []way
	for _, t := range turns {
		for _, gust := range []way{{gust: 0, prob: 1 - noise}, {gust: 1, prob: noise / 2}, {gust: -1, prob: noise / 2}} {
			if p := t.prob * gust.prob; p > 0 {
				list = append(list, way{t.move, gust.gust, p})
			}
		}
	}
	return list
}

func (m *gridModel) NumStates() int {
	if m.g.cell == nil {
		return len(m.g.layout.kind)
	}
	return len(m.g.cell)
}

func (m *gridModel) NumActions() int { return len(m.g.moves) }

func (m *gridModel) Terminal(s State) bool {
	return m.g.config.ends(m.g.layout.kind[m.g.cellOf(s)])
}

func (m *gridModel) Step(s State, a Action, rng *Rand) (State, float64) {
	ways := m.ways[a]
	probs := make([]float64, len(ways))
	for i, w := range ways {
		probs[i] = w.prob
	}
	row, col := m.g.Cell(s)
	return m.follow(row, col, ways[search(cumulative(probs), rng.word())])
}

func (m *gridModel) Outcomes(s State, a Action) []Outcome { return m.AppendOutcomes(nil, s, a) }

func (m *gridModel) AppendOutcomes(dst []Outcome, s State, a Action) []Outcome {
	row, col := m.g.Cell(s)
	for _, w := range m.ways[a] {
		next, reward := m.follow(row, col, w)
		dst = append(dst, Outcome{next, reward, w.prob})
	}
	return dst
}

// StartProbs lists the cells in which episodes begin; none where every non-terminal state is as likely.
func (m *gridModel) StartProbs() (states []State, probs []float64) {
	cells := m.g.config.Starts
	if len(cells) == 0 {
		cells = m.g.layout.starts
	}
	for _, c := range cells {
		s, _ := m.g.At(c.Row, c.Col)
		states = append(states, s)
		probs = append(probs, 1/float64(len(cells)))
	}
	return states, probs
}

// follow is the step that GridConfig describes.
func (m *gridModel) follow(row, col int, w way) (State, float64) {
	l, c := m.g.layout, &m.g.config
	from := l.at(row, col)
	if from == Target && c.Target == TargetAbsorbs {
		return m.g.stateOf(row*l.cols + col), 0
	}
	wind := m.wind(col, w.gust)
	r, k := row+w.dr, col+w.dc
	kind := l.look(r, k)
	carried := r == l.rows && wind > 0 && m.open(r-1, k) // the wind brings it back over the lower edge
	bump := kind == Wall && !carried
	refusal := kind == Forbidden && c.NotEnterable && w.move != move{}
	if bump || refusal {
		r, k = row, col
	}
	for ; wind > 0 && m.open(r-1, k); wind-- {
		r--
	}
	paidFor := from
	if c.RewardOn == OnEntry {
		paidFor = l.at(r, k)
	}
	next, reward := m.g.stateOf(r*l.cols+k), m.pays[paidFor]
	switch {
	case bump && c.Edge == BoundaryOnly:
		reward = c.Rewards.Boundary
	case bump:
		reward += c.Rewards.Boundary
	case refusal:
		reward = c.Rewards.Forbidden
	}
	return next, reward
}

func (m *gridModel) wind(col, gust int) int {
	if c := &m.g.config; len(c.Wind) > 0 && c.Wind[col] > 0 {
		return c.Wind[col] + gust
	}
	return 0
}

// open reports whether the wind can push the agent into a cell.
func (m *gridModel) open(row, col int) bool {
	kind := m.g.layout.look(row, col)
	return kind != Wall && !(kind == Forbidden && m.g.config.NotEnterable)
}
