package mc

import (
	"math/bits"

	"example.com/mcrl/env"
)

// largeTable is the number of pairs from which the scores of an episode are found by places.
const largeTable = 1 << 20

// scatteredVisits is firstVisits and sumVisits for a large table: the same scores.
func (y *tally) scatteredVisits(tr *env.Trace, end int, g float64) {
	y.taken.begin(end)
	first := len(y.scores)
	last, of := int32(-1), (*score)(nil)
	for t := end - 1; t >= 0; t-- {
		g = float64(y.gamma*g) + tr.Rewards[tr.Index[t]]
		if pair := tr.Pairs[t]; pair != last {
			i, before := y.taken.put(pair, int32(len(y.scores)))
			if !before {
				y.scores = append(y.scores, score{pair: pair})
			}
			last, of = pair, &y.scores[i]
		}
		if y.visit == FirstVisit {
			of.n, of.sum = int32(t), g
		} else {
			of.n, of.sum = of.n+1, of.sum+g
		}
	}
	if y.visit == FirstVisit {
		y.settle(y.scores[first:])
	}
}

// places tells where the score of each pair of an episode stands: a hash table in proportion to the episode, not to the world,
// so that it stays in the cache.
type places struct {
	slot    []place
	shift   int
	episode uint32 // the present one
}

// place is a pair of some episode and where its score stands.
type place struct {
	episode  uint32
	pair, at int32
}

// begin forgets the last episode and makes room for n pairs.
func (p *places) begin(n int) {
	if p.episode++; p.episode == 0 || 2*n > len(p.slot) {
		size := bits.Len(uint(max(4*n, 64)) - 1)
		p.slot, p.shift, p.episode = make([]place, 1<<size), 64-size, 1
	}
}

// put notes that the score of the pair stands at i, unless it has one: then it returns where that stands.
func (p *places) put(pair, i int32) (at int32, before bool) {
	for h := uint64(uint32(pair)) * 0x9E3779B97F4A7C15 >> p.shift; ; h++ {
		switch x := &p.slot[h&uint64(len(p.slot)-1)]; {
		case x.episode != p.episode:
			*x = place{p.episode, pair, i}
			return i, false
		case x.pair == pair:
			return x.at, true
		}
	}
}
