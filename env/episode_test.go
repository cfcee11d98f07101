package env

import (
	"math"
	"testing"
	"time"
)

// P1, P46: G_t starts with R_{t+1} at discount 1 and has the bits of the loop in the book, in one pass.
func TestReturns(t *testing.T) {
	r := NewRand(1, PurposeStatistics)
	for _, n := range []int{0, 1, 2, 7, 1000} {
		for _, gamma := range []float64{0, 0.1, 0.9, 0.99, 1} {
			ep := Episode{Rewards: make([]float64, n)}
			for i := range ep.Rewards {
				ep.Rewards[i] = 20*r.Float64() - 10
			}
			want, g := make([]float64, n), 0.0
			for i := n - 1; i >= 0; i-- {
				g = float64(gamma*g) + ep.Rewards[i]
				want[i] = g
			}
			next := n - 1
			for i, g := range ep.Returns(gamma) {
				if i != next || math.Float64bits(g) != math.Float64bits(want[i]) {
					t.Fatalf("%d steps, gamma %v: (%d, %v), want (%d, %v)", n, gamma, i, g, next, want[next])
				}
				if gamma == 0 && g != ep.Rewards[i] {
					t.Fatalf("gamma 0: G_%d = %v, want R_%d = %v", i, g, i+1, ep.Rewards[i])
				}
				next--
			}
			if next != -1 {
				t.Errorf("%d steps, gamma %v: stopped before t = %d", n, gamma, next)
			}
		}
	}
}

// P1: the 3x3 example of Zhao, section 5.2: three steps to the target and the reward 1 at each step after. With L steps
// q_L = gamma^3 + ... + gamma^(L-1) = (0.9^3 - 0.9^L) / 0.1.
func TestReturnOfTheBook(t *testing.T) {
	for _, length := range []int{1, 3, 4, 10, 1000} {
		ep := Episode{Rewards: make([]float64, length)}
		for i := 3; i < length; i++ {
			ep.Rewards[i] = 1
		}
		want := 0.0
		if length > 3 {
			want = (0.729 - math.Pow(0.9, float64(length))) / 0.1
		}
		got := math.NaN()
		for i, g := range ep.Returns(0.9) {
			if i == 0 {
				got = g
			}
		}
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("L = %d: G_0 = %v, want %v", length, got, want)
		}
	}
}

func TestReturnsStopEarly(t *testing.T) {
	ep := Episode{Rewards: []float64{1, 2, 3, 4}}
	var seen []int
	for i := range ep.Returns(0.5) {
		if seen = append(seen, i); i == 2 {
			break
		}
	}
	if len(seen) != 2 || seen[0] != 3 || seen[1] != 2 {
		t.Errorf("visited %v before the break, want [3 2]", seen)
	}
}

// P46: a pass over 1e6 steps takes milliseconds, not the hours of a sum for each t.
func TestReturnsOfALongEpisode(t *testing.T) {
	ep := Episode{Rewards: make([]float64, 1_000_000)}
	for i := range ep.Rewards {
		ep.Rewards[i] = 1
	}
	begin, first := time.Now(), 0.0
	for _, g := range ep.Returns(0.999) {
		first = g
	}
	if took := time.Since(begin); took > time.Second {
		t.Errorf("1e6 steps took %v", took)
	}
	if want := 1000.0; math.Abs(first-want) > 1e-9 {
		t.Errorf("G_0 = %v, want 1/(1-gamma) = %v", first, want)
	}
}

// P13: a transition is (S_t, A_t, R_{t+1}, S_{t+1}): the state before the step, the reward of the step.
func TestTransitions(t *testing.T) {
	ep := Episode{States: []State{7, 8, 9}, Actions: []Action{1, 2}, Rewards: []float64{0.5, -1}}
	want := []Transition{{7, 1, 0.5, 8}, {8, 2, -1, 9}}
	if ep.Len() != 2 {
		t.Errorf("length %d, want 2", ep.Len())
	}
	n := 0
	for i, step := range ep.All() {
		if i != n || step != want[i] {
			t.Errorf("transition %d: %+v, want %d: %+v", i, step, n, want[n])
		}
		n++
	}
	if n != 2 {
		t.Errorf("%d transitions, want 2", n)
	}
	n = 0
	for range ep.All() {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d transitions up to the break, want 1", n)
	}
}
