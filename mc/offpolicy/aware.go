package offpolicy

// aware are x and y of the discounting-aware estimators, see [Estimator], of an episode or summed over episodes.
type aware struct{ x, y scaled }

func (p aware) plus(q aware) aware { return aware{p.x.plus(q.x), p.y.plus(q.y)} }

// finishAware counts an episode of n steps. p has the sums of gamma^t w_t F_t and gamma^t w_t over all steps but the last, which
// has the share of all that would come after it:
//
//	x = (1-gamma) p.x + gamma^(T-1) w F_(T-1),   y = (1-gamma) p.y + gamma^(T-1) w
//
// flat is F_(T-1). An episode of no steps has x = 0 and y = 1.
func (e *Evaluator) finishAware(g *group, n int, w scaled, p aware, flat float64) {
	if n > 0 {
		d := e.discount[n-1]
		w = scaled{float64(d.m * w.m), d.e + w.e}
	}
	rest := 1 - e.problem.Gamma
	whole := aware{scaled{float64(rest * p.x.m), p.x.e}.plus(scaled{float64(w.m * flat), w.e}),
		scaled{float64(rest * p.y.m), p.y.e}.plus(w)}
	g.aware = g.aware.plus(whole)
	e.discountingAware.add(whole.x)
}
