package env

import (
	"math"
	"math/big"
	"slices"
	"testing"
)

var testEpsilons = []float64{1e-6, 0.01, 0.1, 0.3, 0.5, 0.9, 0.999}

// By counting, not sampling: the cells of each wait k, and its share of the cells that belong to nobody, make up
// (1-eps)^k eps within 2^-52; the code of a long wait makes up (1-eps)^waitMax within 2^-48, the roundings of a power.
func TestWaitsExactly(t *testing.T) {
	const precision = 300
	number := func(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }
	list := append([]float64{5e-324, 0x1p-53, 1e-9, 1.0 / 3, 1 - 0x1p-12, 1 - 0x1p-53}, testEpsilons...)
	for i := range 127 {
		list = append(list, float64(i+1)/128, float64(i+1)/1000)
	}
	for _, eps := range list {
		w := NewWaits(eps)
		cells := [256]int{}
		for _, code := range w.cell[:waitCells] {
			cells[code]++
		}
		if !slices.IsSorted(w.cum[:]) || w.cum[waitMax] != 1<<63 {
			t.Fatalf("eps %v: the residue is not a cumulative table", eps)
		}
		stay, q := new(big.Float).Sub(number(1), number(eps)), number(1)
		before, all := uint64(0), cells[waitSplit]
		for k := range waitMax + 1 {
			share := number(float64(cells[waitSplit]))
			share.Mul(share, new(big.Float).SetUint64(w.cum[k]-before))
			share.Mul(share, number(0x1p-63))
			before = w.cum[k]
			all += cells[k]
			got := share.Add(share, number(float64(cells[k])))
			got.Mul(got, number(1.0/waitCells))
			want, within := new(big.Float).SetPrec(precision).Set(q), 0x1p-48
			if k < waitMax {
				want.Mul(want, number(eps))
				within = 0x1p-52
			}
			if diff, _ := got.Sub(got, want).Float64(); math.Abs(diff) > within {
				t.Errorf("eps %v, wait %d: probability off by %g", eps, k, diff)
			}
			q.Mul(q, stay)
		}
		if all != waitCells {
			t.Errorf("eps %v: %d cells stand for a wait or for none, want %d", eps, all, waitCells)
		}
	}
}

// Explore is true with probability eps, and independently of the step before. The variance of the number of successive
// pairs is that of a 1-dependent sum, n (p^2 + 2p^3 - 3p^4) for p = eps.
func TestExplore(t *testing.T) {
	for i, eps := range testEpsilons {
		n := 3_000_000
		w, r := NewWaits(eps), NewRand(1, PurposePolicy, uint64(i))
		count, pairs, before := 0, 0, false
		for range n {
			now := r.Explore(w)
			if now {
				count++
				if before {
					pairs++
				}
			}
			before = now
		}
		if z := binomialZ(count, n, eps); math.Abs(z) > 4.5 {
			t.Errorf("eps %v: %d of %d steps explore, %.2f standard deviations", eps, count, n, z)
		}
		sd := math.Sqrt(float64(n) * eps * eps * (1 + 2*eps - 3*eps*eps))
		if eps > 0.001 && math.Abs(float64(pairs)-float64(n-1)*eps*eps) > 4.5*sd || eps < 0.001 && pairs > 0 {
			t.Errorf("eps %v: %d pairs of exploratory steps, want %.0f", eps, pairs, float64(n-1)*eps*eps)
		}
	}
}

// The waits themselves have the geometric law, also beyond the cut at waitMax.
func TestWaitsAreGeometric(t *testing.T) {
	for i, eps := range []float64{0.01, 0.1, 0.5} {
		w, r := NewWaits(eps), NewRand(2, PurposePolicy, uint64(i))
		bins := int(8 / eps)
		counts, probs := make([]int, bins+1), make([]float64, bins+1)
		left := 1.0
		for k := range bins {
			probs[k] = left * eps
			left -= probs[k]
		}
		probs[bins] = left
		for range 300_000 {
			wait := 0
			for !r.Explore(w) {
				wait++
			}
			counts[min(wait, bins)]++
		}
		if z := chiSquareZ(t, counts, probs); math.Abs(z) > 4.5 {
			t.Errorf("eps %v: waits are %.2f standard deviations from geometric", eps, z)
		}
	}
}

// A change of epsilon in the middle of a wait leaves both unbiased, whether the change is by the clock or by what was drawn.
func TestEpsilonMayChange(t *testing.T) {
	waits := []*Waits{NewWaits(0.1), NewWaits(0.5), NewWaits(0.01)}
	rules := map[string]func(step int, explored bool, now int) int{
		"every 7 steps":            func(step int, _ bool, _ int) int { return step / 7 % 3 },
		"every step":               func(step int, _ bool, _ int) int { return step % 3 },
		"after exploring":          func(_ int, explored bool, now int) int { return (now + b2i(explored)) % 3 },
		"after exploiting, mostly": func(step int, explored bool, now int) int { return (now + b2i(!explored && step%5 > 0)) % 3 },
	}
	for name, rule := range rules {
		r := NewRand(3, PurposePolicy, uint64(len(name)))
		var steps, count [3]int
		for step, now := 0, 0; step < 2_000_000; step++ {
			explored := r.Explore(waits[now])
			steps[now]++
			count[now] += b2i(explored)
			now = rule(step, explored, now)
		}
		for i, w := range waits {
			if z := binomialZ(count[i], steps[i], w.eps); math.Abs(z) > 4.5 || steps[i] < 1000 {
				t.Errorf("change %s: eps %v in %d of %d steps, %.2f standard deviations", name, w.eps, count[i], steps[i], z)
			}
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// P44: epsilon = 0 is greedy to the last step and draws nothing; epsilon = 1 is uniform; neither is a limit of Waits.
func TestEpsilonZeroAndOne(t *testing.T) {
	best := []Action{3, 1}
	greedy, err := NewSoft(best, 5, 0)
	if err != nil {
		t.Fatal(err)
	}
	r := NewRand(4, PurposePolicy)
	before := *r
	for i := range 1_000_000 {
		if a := greedy.Act(State(i%2), r); a != best[i%2] {
			t.Fatalf("epsilon 0, step %d: action %d, want %d", i, a, best[i%2])
		}
	}
	if *r != before {
		t.Error("epsilon 0 draws from the stream")
	}
	uniform, err := NewSoft(best, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	counts := make([]int, 5)
	for i := range 1_000_000 {
		counts[uniform.Act(State(i%2), r)]++
	}
	if z := chiSquareZ(t, counts, uniformProbs(5)); math.Abs(z) > 4.5 {
		t.Errorf("epsilon 1: %.2f standard deviations from uniform", z)
	}
}
