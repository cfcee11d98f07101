package dp

// graph lists the successors of each state: next[first[s]:first[s+1]].
type graph struct {
	first []int32
	next  []int32
}

// graph is the graph of the pairs in keep; nil keeps all.
func (m *sparse) graph(keep []bool) graph {
	g := graph{first: make([]int32, m.states+1), next: m.next}
	if keep != nil {
		g.next = nil
	}
	for s := range m.states {
		for pair := s * m.actions; pair < (s+1)*m.actions; pair++ {
			next, _ := m.outcomes(pair)
			if keep == nil {
				g.first[s+1] += int32(len(next))
			} else if keep[pair] {
				g.next = append(g.next, next...)
			}
		}
		if keep == nil {
			g.first[s+1] += g.first[s]
		} else {
			g.first[s+1] = int32(len(g.next))
		}
	}
	return g
}

// reverse is the graph with all edges turned round.
func (g graph) reverse() graph {
	n := len(g.first) - 1
	r := graph{first: make([]int32, n+1), next: make([]int32, len(g.next))}
	for _, to := range g.next {
		r.first[to+1]++
	}
	for s := range n {
		r.first[s+1] += r.first[s]
	}
	at := append([]int32(nil), r.first...)
	for s := range n {
		for _, to := range g.next[g.first[s]:g.first[s+1]] {
			r.next[at[to]] = int32(s)
			at[to]++
		}
	}
	return r
}

// classes yields the strongly connected components, each after all those that it leads to, and numbers them from 0: class[s]
// is the number of the component of s. The slice given to yield is valid during the call alone.
//
// Source: Tarjan, Depth-first Search and Linear Graph Algorithms (1972), without recursion.
func (g graph) classes(yield func(states []int32)) (class []int32) {
	n := len(g.first) - 1
	class = make([]int32, n)
	order := make([]int32, n) // 0: unseen; else the time of discovery
	low := make([]int32, n)
	at := make([]int32, n) // the next edge to look at
	var path, open []int32
	time, count := int32(0), int32(0)
	for root := range int32(n) {
		if order[root] != 0 {
			continue
		}
		path = append(path, root)
		for len(path) > 0 {
			s := path[len(path)-1]
			if order[s] == 0 {
				time++
				order[s], low[s], at[s], class[s] = time, time, g.first[s], -1
				open = append(open, s)
			}
			if at[s] < g.first[s+1] {
				to := g.next[at[s]]
				switch {
				case order[to] == 0:
					path = append(path, to)
					continue
				case class[to] < 0:
					low[s] = min(low[s], low[to])
				}
				at[s]++
				continue
			}
			path = path[:len(path)-1]
			if low[s] == order[s] {
				i := len(open) - 1
				for open[i] != s {
					i--
				}
				for _, member := range open[i:] {
					class[member] = count
				}
				if yield != nil {
					yield(open[i:])
				}
				open = open[:i]
				count++
			}
		}
	}
	return class
}

// layers returns for each state the least number of steps in which the goal can be reached, -1 where it cannot.
func (g graph) layers(goal func(s int) bool) []int32 {
	back := g.reverse()
	layer := make([]int32, len(g.first)-1)
	var queue []int32
	for s := range layer {
		layer[s] = -1
		if goal(s) {
			layer[s] = 0
			queue = append(queue, int32(s))
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		for _, from := range back.next[back.first[s]:back.first[s+1]] {
			if layer[from] < 0 {
				layer[from] = layer[s] + 1
				queue = append(queue, from)
			}
		}
	}
	return layer
}

// endComponents narrows keep to the pairs that can be taken for ever: the maximal end components. It returns the number of
// the component of each state, -1 for states in none.
//
// Source: de Alfaro, Formal Verification of Probabilistic Systems (1997), section 3.3.
func (m *sparse) endComponents(keep []bool) []int32 {
	for {
		class := m.graph(keep).classes(nil)
		changed := false
		stays := make([]bool, m.states)
		for pair, kept := range keep {
			s := pair / m.actions
			if !kept {
				continue
			}
			next, _ := m.outcomes(pair)
			for _, to := range next {
				kept = kept && class[to] == class[s]
			}
			stays[s] = stays[s] || kept
			changed = changed || !kept
			keep[pair] = kept
		}
		if changed {
			continue
		}
		for s := range class {
			if !stays[s] {
				class[s] = -1
			}
		}
		return class
	}
}
