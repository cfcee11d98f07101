package mc

import "example.com/mcrl/env"

// tally turns episodes into scores: for each episode, and in the order of its backward pass, the pairs to update, how many
// returns each received and their sum.
type tally struct {
	actions int
	single  bool // every return is a score of its own
	tail    int  // steps at the end of a truncated episode that are not scored

	sum     []float64 // length |S||A|; zero outside an episode
	n       []int32   // likewise
	touched []int32   // pairs with n > 0
	scores  []score
}

// score is an update of one pair: n returns with the given sum.
type score struct {
	pair int32
	n    int32
	sum  float64
}

func newTally(states, actions int, single bool, tail int) *tally {
	return &tally{actions: actions, single: single, tail: tail,
		sum: make([]float64, states*actions), n: make([]int32, states*actions)}
}

// score appends the scores of one episode: t = T-1, ..., 0, g <- gamma g + r_{t+1}.
func (y *tally) score(ep *env.Episode, gamma float64, visit Visit) {
	end := ep.Len()
	if ep.Truncated {
		end -= y.tail
	}
	for t, g := range ep.Returns(gamma) {
		if t >= end {
			continue
		}
		pair := int32(int(ep.States[t])*y.actions + int(ep.Actions[t]))
		switch visit {
		case EveryVisit:
			y.add(pair, g)
		case FirstVisit: // of the returns that overwrite each other, that of the earliest step is the last
			y.set(pair, g)
		case InitialVisit:
			if t == 0 {
				y.add(pair, g)
			}
		}
	}
	for _, pair := range y.touched {
		y.scores = append(y.scores, score{pair, y.n[pair], y.sum[pair]})
		y.sum[pair], y.n[pair] = 0, 0
	}
	y.touched = y.touched[:0]
}

// add is Returns(s_t, a_t) += g; Num(s_t, a_t) += 1.
func (y *tally) add(pair int32, g float64) {
	if y.single {
		y.scores = append(y.scores, score{pair, 1, g})
		return
	}
	if y.n[pair] == 0 {
		y.touched = append(y.touched, pair)
	}
	y.n[pair]++
	y.sum[pair] += g
}

func (y *tally) set(pair int32, g float64) {
	if y.n[pair] == 0 {
		y.touched = append(y.touched, pair)
	}
	y.n[pair], y.sum[pair] = 1, g
}
