package offpolicy

import "example.com/mcrl/estimate"

// The work on one class of states ends where the bounds are near each other, or after so many products.
const (
	nearEnough   = 1e-9
	mostProducts = 200_000_000
)

// growth bounds the spectral radius of M: the largest of those of its classes, the sets of states that reach each other.
func (x *second) growth() estimate.Interval {
	all := estimate.Interval{}
	for _, class := range x.classes() {
		one := x.radius(class)
		all = estimate.Interval{Lo: max(all.Lo, one.Lo), Hi: max(all.Hi, one.Hi)}
	}
	return all
}

// radius bounds the spectral radius of M on one class. There, for any y > 0,
//
//	min over s of (M y)(s)/y(s) <= radius <= max over s of (M y)(s)/y(s)
//
// and y <- y + M y brings the bounds together. The last bits are widened for rounding.
func (x *second) radius(class []int32) estimate.Interval {
	if len(class) == 1 {
		return x.alone(class[0])
	}
	inside, y, z := make(map[int32]int, len(class)), make([]float64, len(class)), make([]float64, len(class))
	for i, s := range class {
		inside[s], y[i] = i, 1
	}
	rows, products := make([][]edge, len(class)), 0
	for i, s := range class {
		for _, e := range x.row[s] {
			if j, ok := inside[e.to]; ok {
				rows[i] = append(rows[i], edge{int32(j), e.x})
				products++
			}
		}
	}
	var bounds estimate.Interval
	for work := 0; work < mostProducts; work += products {
		top := 0.0
		for i, row := range rows {
			sum := 0.0
			for _, e := range row {
				sum += float64(e.x * y[e.to])
			}
			z[i] = y[i] + sum
			q := sum / y[i]
			if i == 0 {
				bounds = estimate.Interval{Lo: q, Hi: q}
			}
			bounds = estimate.Interval{Lo: min(bounds.Lo, q), Hi: max(bounds.Hi, q)}
			top = max(top, z[i])
		}
		for i := range y {
			y[i] = max(z[i]/top, 1e-300)
		}
		if bounds.Hi-bounds.Lo <= float64(nearEnough*bounds.Hi) {
			break
		}
	}
	slack := float64(float64(len(class)+8) * 0x1p-53)
	return estimate.Interval{Lo: bounds.Lo * (1 - slack), Hi: bounds.Hi * (1 + slack)}
}

// alone is the radius of a class of one state: what leads from it to itself.
func (x *second) alone(s int32) estimate.Interval {
	for _, e := range x.row[s] {
		if e.to == s {
			return estimate.Interval{Lo: e.x, Hi: e.x}
		}
	}
	return estimate.Interval{}
}

// classes returns the sets of states that reach each other in M.
//
// Source: R. Tarjan, Depth-First Search and Linear Graph Algorithms, SIAM J. Comput. 1 (1972) 146-160.
func (x *second) classes() (list [][]int32) {
	const done = 1 << 30
	n := len(x.row)
	order := make([]int32, n) // of each state: when it was met, from 1; done: its class is known
	low := make([]int32, n)   // the earliest state that it reaches
	next := make([]int32, n)  // its next edge
	var path, stack []int32   // the path to the present state; the states without a class
	met := int32(0)
	for root := range int32(n) {
		if order[root] != 0 || len(x.row[root]) == 0 {
			continue
		}
		path = append(path, root)
		for len(path) > 0 {
			s := path[len(path)-1]
			if order[s] == 0 {
				met++
				order[s], low[s] = met, met
				stack = append(stack, s)
			}
			if i := next[s]; int(i) < len(x.row[s]) {
				next[s]++
				if to := x.row[s][i].to; order[to] == 0 {
					path = append(path, to)
				} else {
					low[s] = min(low[s], order[to])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				low[path[len(path)-1]] = min(low[path[len(path)-1]], low[s])
			}
			if low[s] == order[s] {
				first := len(stack) - 1
				for stack[first] != s {
					first--
				}
				list = append(list, append([]int32(nil), stack[first:]...))
				for _, member := range stack[first:] {
					order[member] = done
				}
				stack = stack[:first]
			}
		}
	}
	return list
}
