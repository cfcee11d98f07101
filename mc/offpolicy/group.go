package offpolicy

// group holds the sums of one group of episodes, from which the self-normalised estimators are made.
type group struct {
	n        int64
	weight   scaled   // sum of w
	weighted scaled   // sum of w G
	aware    aware    // sums of x and y, see Estimator
	base     float64  // sum of v(s_0)
	cells    []cell   // of each step
	ended    []scaled // sum of w over the episodes of each length
}

// cell holds the sums of one step over the episodes of a group that have it, relative to 2^(128 e).
type cell struct {
	weight float64 // of w_t
	reward float64 // of w_t r
	change float64 // of w_t (r - q(s, a) + gamma v(s'))
	e      int
}

// room returns the cells of n steps.
func (g *group) room(n int) []cell {
	for len(g.cells) < n {
		g.cells = append(g.cells, cell{})
	}
	for len(g.ended) <= n {
		g.ended = append(g.ended, scaled{})
	}
	return g.cells[:n]
}

// add adds a step of weight w > 0.
func (c *cell) add(w scaled, r, change float64) {
	if c.e != w.e {
		w = c.align(w)
	}
	c.weight += w.m
	c.reward += float64(w.m * r)
	c.change += float64(w.m * change)
}

// align brings c and w to the same e and returns w.
func (c *cell) align(w scaled) scaled {
	if c.weight == 0 {
		c.e = w.e
	}
	if c.e < w.e {
		f := lowered(1, w.e-c.e)
		*c = cell{c.weight * f, c.reward * f, c.change * f, w.e}
	}
	return scaled{lowered(w.m, c.e-w.e), c.e}
}

// finish counts an episode of n steps.
func (g *group) finish(n int, w, ret scaled) {
	g.n++
	g.ended[n] = g.ended[n].plus(w)
	g.weight = g.weight.plus(w)
	g.weighted = g.weighted.plus(scaled{float64(w.m * ret.m), w.e + ret.e})
}

func (g *group) merge(o *group) {
	g.room(len(o.cells))
	for t, c := range o.cells {
		if c.weight > 0 {
			x := &g.cells[t]
			one := x.align(scaled{1, c.e})
			x.weight += float64(one.m * c.weight)
			x.reward += float64(one.m * c.reward)
			x.change += float64(one.m * c.change)
		}
	}
	for n, w := range o.ended {
		g.ended[n] = g.ended[n].plus(w)
	}
	g.n += o.n
	g.weight = g.weight.plus(o.weight)
	g.weighted = g.weighted.plus(o.weighted)
	g.aware = g.aware.plus(o.aware)
	g.base += o.base
}

// ratios are the self-normalised estimates from some of the groups.
type ratios struct {
	weighted, perDecision, discountingAware, doublyRobust float64

	noWeight bool // all w = 0
	noStep   int  // the first step that counts, gamma^t > 0, at which all weights are 0, -1 if there is none
}

// pooled returns the estimates from all groups and from all but each of the groups that are not empty.
func (e *Evaluator) pooled() (all ratios, without []ratios) {
	var groups []*group
	longest := 0
	for k := range e.groups {
		if g := &e.groups[k]; g.n > 0 {
			groups = append(groups, g)
			longest = max(longest, len(g.cells))
		}
	}
	r := newReducer(groups)
	r.begin()
	for t := range longest {
		r.step(t, e.discount[t].float())
	}
	return r.out[len(groups)], r.out[:len(groups)]
}

// reducer makes estimates from all groups but k, for each k, and from all of them, k = len(groups).
type reducer struct {
	groups []*group
	done   []scaled    // of each group: the weight of the episodes that have ended
	sums   [][3]scaled // of each group
	rest   [][3]scaled // of all but it
	out    []ratios
}

func newReducer(groups []*group) *reducer {
	k := len(groups)
	r := &reducer{groups, make([]scaled, k), make([][3]scaled, k), make([][3]scaled, k+1), make([]ratios, k+1)}
	for i := range r.out {
		r.out[i].noStep = -1
	}
	return r
}

// begin does what concerns whole episodes.
func (r *reducer) begin() {
	for k, g := range r.groups {
		r.sums[k] = [3]scaled{g.weight, g.weighted, {g.base, 0}}
	}
	r.leaveOneOut()
	n := int64(0)
	for _, g := range r.groups {
		n += g.n
	}
	for k, x := range r.rest {
		y, m := &r.out[k], n
		if k < len(r.groups) {
			m -= r.groups[k].n
		}
		if y.noWeight = x[0].m == 0; !y.noWeight {
			y.weighted = x[1].over(x[0])
		}
		if m > 0 {
			y.doublyRobust = x[2].float() / float64(m)
		}
	}
	r.beginAware()
}

// beginAware divides the sums of x by those of y.
func (r *reducer) beginAware() {
	for k, g := range r.groups {
		r.sums[k] = [3]scaled{g.aware.y, g.aware.x}
	}
	r.leaveOneOut()
	for k, x := range r.rest {
		if x[0].m != 0 {
			r.out[k].discountingAware = x[1].over(x[0])
		}
	}
}

// step adds what is known of step t. Episodes that ended before it keep their last weight, and pay nothing.
func (r *reducer) step(t int, discount float64) {
	for k, g := range r.groups {
		if t < len(g.ended) {
			r.done[k] = r.done[k].plus(g.ended[t])
		}
		r.sums[k] = [3]scaled{r.done[k]}
		if t < len(g.cells) {
			c := g.cells[t]
			r.sums[k] = [3]scaled{r.done[k].plus(scaled{c.weight, c.e}), {c.reward, c.e}, {c.change, c.e}}
		}
	}
	r.leaveOneOut()
	for k, x := range r.rest {
		y := &r.out[k]
		if x[0].m == 0 {
			if y.noStep < 0 && discount > 0 {
				y.noStep = t
			}
			continue
		}
		y.perDecision += float64(discount * x[1].over(x[0]))
		y.doublyRobust += float64(discount * x[2].over(x[0]))
	}
}

// leaveOneOut adds the sums of all groups but one, without subtracting: the one may be all there is.
func (r *reducer) leaveOneOut() {
	last := len(r.groups)
	for i := range 3 {
		var before, after scaled
		for k := range r.groups {
			r.rest[k][i] = before
			before = before.plus(r.sums[k][i])
		}
		r.rest[last][i] = before
		for k := last - 1; k >= 0; k-- {
			r.rest[k][i] = r.rest[k][i].plus(after)
			after = after.plus(r.sums[k][i])
		}
	}
}
