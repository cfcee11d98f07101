package mc

import "example.com/mcrl/env"

// perPair is how many steps an episode has for each pair, at least, if its returns are summed pair by pair. Shorter episodes
// visit few of the pairs.
const perPair = 4

// sums are the returns of a pair in an episode, those of each of its four parts apart.
type sums [4]struct {
	sum float64
	n   int64
}

// sumPairs makes a score of each pair visited. An episode much longer than its memory W is scored in four parts side by
// side, since one return waits for the next: the parts but the last begin W steps behind their end, where the return of what
// follows counts for less than the last bit.
func (y *tally) sumPairs(tr *env.Trace, end int, last float64) {
	if y.sums == nil {
		y.sums = make([]sums, y.pairs)
	}
	size := end / 4
	if y.warm > size/4 {
		size = 0 // one part
	}
	g := [4]float64{3: last}
	for k := 1; k < 4; k++ {
		g[k-1] = y.back(tr, min(tr.Len(), k*size+y.warm), k*size, 0)
	}
	for t := end - 1; t >= 4*size; t-- {
		g[3] = float64(y.gamma*g[3]) + tr.Rewards[tr.Index[t]]
		y.sums[tr.Pairs[t]][3].sum += g[3]
		y.sums[tr.Pairs[t]][3].n++
	}
	y.sumParts(tr, size, g)
	for pair := range y.sums {
		if s := &y.sums[pair]; s[0].n+s[1].n+s[2].n+s[3].n > 0 {
			n, sum := s[0].n+s[1].n+s[2].n+s[3].n, s[0].sum+s[1].sum+s[2].sum+s[3].sum
			y.scores = append(y.scores, score{int32(pair), int32(n), sum})
			*s = sums{}
		}
	}
}

// sumParts takes a step of each part at a time.
func (y *tally) sumParts(tr *env.Trace, size int, g [4]float64) {
	gamma, r, all := y.gamma, tr.Rewards, y.sums
	p0, i0 := tr.Pairs[:size], tr.Index[:size]
	p1, i1 := tr.Pairs[size:][:len(p0)], tr.Index[size:][:len(p0)]
	p2, i2 := tr.Pairs[2*size:][:len(p0)], tr.Index[2*size:][:len(p0)]
	p3, i3 := tr.Pairs[3*size:][:len(p0)], tr.Index[3*size:][:len(p0)]
	g0, g1, g2, g3 := g[0], g[1], g[2], g[3]
	for t := len(p0) - 1; t >= 0; t-- {
		g0 = float64(gamma*g0) + r[i0[t]]
		s0 := &all[p0[t]][0]
		s0.sum += g0
		s0.n++
		g1 = float64(gamma*g1) + r[i1[t]]
		s1 := &all[p1[t]][1]
		s1.sum += g1
		s1.n++
		g2 = float64(gamma*g2) + r[i2[t]]
		s2 := &all[p2[t]][2]
		s2.sum += g2
		s2.n++
		g3 = float64(gamma*g3) + r[i3[t]]
		s3 := &all[p3[t]][3]
		s3.sum += g3
		s3.n++
	}
}

// warmUp returns the least W with gamma^W < 2^-60, or 2^40 where W would be beyond any episode's length.
func warmUp(gamma float64) int {
	if gamma == 1 {
		return 1 << 40
	}
	w := 0
	for x := 1.0; x >= 0x1p-60; w++ {
		if w == 1<<16 {
			return 1 << 40
		}
		x *= gamma
	}
	return w
}

// sumPieces makes a score of each pair in each piece of the episode, steps [0, L), [L, 2L), ...; the last may be shorter.
func (y *tally) sumPieces(tr *env.Trace, end int, g float64) {
	for from := (end - 1) / y.piece * y.piece; end > 0; from -= y.piece {
		piece := env.Trace{Pairs: tr.Pairs[from:end], Index: tr.Index[from:end], Rewards: tr.Rewards}
		y.sumVisits(&piece, end-from, g)
		g, end = y.back(tr, end, from, g), from
	}
}
