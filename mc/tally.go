package mc

import (
	"slices"

	"example.com/mcrl/env"
)

// tally turns episodes into scores: the updates of an episode, in their order.
type tally struct {
	gamma  float64
	visit  Visit
	single bool // every return is a score of its own
	steps  bool // the policy improves after each score
	direct bool // episodes are scored by learnRuns
	tail   int  // steps at the end of a truncated episode that are not scored
	piece  int  // steps of an episode whose returns are summed apart; 0: all
	scores []score

	pairs int     // |S||A|
	at    []int32 // of each pair: where its score stands, if it has one in this episode; nil: taken tells
	taken places
	sums  []sums // of each pair; zero outside an episode; long episodes
	warm  int    // W: gamma^W < 2^-60

	series series // for cycles
}

// score is an update of one pair: n returns with the given sum.
type score struct {
	pair int32
	n    int32
	sum  float64
}

func newTally(pairs int, gamma float64, horizon int, r *rules) *tally {
	y := &tally{gamma: gamma, visit: r.visit, single: r.single(), steps: r.improve == ImproveStep, tail: r.tail, piece: r.piece, pairs: pairs, warm: warmUp(gamma),
		direct: r.direct(pairs, horizon)}
	if r.cycles {
		y.series = newSeries(gamma, horizon)
	} else if !y.single && !y.direct || r.visit == FirstVisit {
		if pairs >= largeTable && horizon <= pairs/16 {
			y.taken.begin(horizon)
		} else {
			y.at = make([]int32, pairs)
		}
	}
	return y
}

// score appends the scores of one episode.
func (y *tally) score(tr *env.Trace) {
	if y.direct {
		return
	}
	end, g := y.ahead(tr)
	switch {
	case y.series.sum != nil || y.single && y.visit != FirstVisit || y.visit == InitialVisit: // no pair comes twice, or each visit counts
		y.everyVisit(tr, end, g)
	case y.visit == FirstVisit:
		y.firstVisits(tr, end, g)
	case y.piece > 0:
		y.sumPieces(tr, end, g)
	case end >= perPair*y.pairs:
		y.sumPairs(tr, end, g)
	default:
		y.sumVisits(tr, end, g)
	}
}

// ahead returns how many of the recorded steps are scored, and the return of what follows them.
func (y *tally) ahead(tr *env.Trace) (end int, g float64) {
	end, n := tr.Len(), len(tr.Pairs)
	if tr.Truncated {
		end = max(0, end-y.tail)
	}
	if y.visit == InitialVisit {
		end = min(end, 1)
	}
	if tr.Repeat > 0 {
		g = y.repetition(tr, n-tr.Period, n)
	}
	end = min(end, n)
	return end, y.back(tr, n, end, g)
}

// back takes g backwards through the steps from-1, ..., to without scoring: g <- gamma g + r_{t+1}.
func (y *tally) back(tr *env.Trace, from, to int, g float64) float64 {
	for t := from - 1; t >= to; t-- {
		g = float64(y.gamma*g) + tr.Rewards[tr.Index[t]]
	}
	return g
}

// everyVisit makes every return a score: t = T-1, ..., 0, g <- gamma g + r_{t+1}.
func (y *tally) everyVisit(tr *env.Trace, end int, g float64) {
	for t := end - 1; t >= 0; t-- {
		g = float64(y.gamma*g) + tr.Rewards[tr.Index[t]]
		y.scores = append(y.scores, score{tr.Pairs[t], 1, g})
	}
}

// firstVisits makes a score of each pair: of the returns that overwrite each other, that of the earliest step is the last.
func (y *tally) firstVisits(tr *env.Trace, end int, g float64) {
	if y.at == nil {
		y.scatteredVisits(tr, end, g)
		return
	}
	before := len(y.scores)
	for t := end - 1; t >= 0; t-- {
		g = float64(y.gamma*g) + tr.Rewards[tr.Index[t]]
		of := y.scoreOf(tr.Pairs[t], before)
		of.n, of.sum = int32(t), g
	}
	y.settle(y.scores[before:])
}

// settle makes scores of first visits, whose n are their steps. Where the policy improves after each, the scores come in the order of
// the book, the last first visit first: of actions that are equally good, the policy may depend on it.
func (y *tally) settle(firsts []score) {
	if y.steps {
		slices.SortFunc(firsts, func(a, b score) int { return int(b.n) - int(a.n) })
	}
	for i := range firsts {
		firsts[i].n = 1
	}
}

// sumVisits makes a score of each pair. The runs of visits to one pair without another between them are summed at once.
func (y *tally) sumVisits(tr *env.Trace, end int, g float64) {
	if y.at == nil {
		y.scatteredVisits(tr, end, g)
		return
	}
	pairs, index, rewards, gamma := tr.Pairs[:end], tr.Index[:end], tr.Rewards, y.gamma
	before := len(y.scores)
	for t := end - 1; t >= 0; {
		of := y.scoreOf(pairs[t], before)
		n, sum := of.n, of.sum
		for ; t >= 0 && pairs[t] == of.pair; t-- {
			g = float64(gamma*g) + rewards[index[t]]
			sum += g // Returns(s_t, a_t) += g
			n++      // Num(s_t, a_t) += 1
		}
		of.n, of.sum = n, sum
	}
}

// scoreOf returns the score of the pair among those of the present episode, which begin at before: a new one if it has none.
func (y *tally) scoreOf(pair int32, before int) *score {
	i := int(y.at[pair])
	if i < before || i >= len(y.scores) || y.scores[i].pair != pair {
		i = len(y.scores)
		y.at[pair] = int32(i)
		y.scores = append(y.scores, score{pair: pair})
	}
	return &y.scores[i]
}
