package estimate

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want, rel float64) {
	t.Helper()
	if !(math.Abs(got-want) <= rel*math.Abs(want)) {
		t.Errorf("%s = %.12g, want %.12g within %.0e (relative)", what, got, want, rel)
	}
}

// TestStudentTable compares with the printed tables of t_0.975 and z_0.975.
func TestStudentTable(t *testing.T) {
	for nu, want := range map[int64]float64{
		1: 12.706204736, 2: 4.302652730, 5: 2.570581836, 10: 2.228138852, 30: 2.042272456, 100: 1.983971519,
	} {
		near(t, "t_0.975", studentQuantile((1-0.95)/2, nu), want, 2.5e-10)
	}
	near(t, "z_0.975", normalQuantile((1-0.95)/2), 1.959963984540054, 1e-14)
}

// TestStudentClosedForms compares with the quantiles that have a closed form:
// with a = 4 q (1-q),
//
//	nu = 1: cot(pi q)
//	nu = 2: (1 - 2q) sqrt(2/a)
//	nu = 4: 2 sqrt(cos(acos(sqrt a)/3)/sqrt a - 1)
func TestStudentClosedForms(t *testing.T) {
	for _, q := range []float64{0.4999, 0.45, 0.3, 0.1, 0.025, 1e-3, 5e-7, 1e-9, 1e-14} {
		a := 4 * q * (1 - q)
		near(t, "nu = 1", studentQuantile(q, 1), 1/math.Tan(math.Pi*q), 1e-12)
		near(t, "nu = 2", studentQuantile(q, 2), (1-2*q)*math.Sqrt(2/a), 1e-12)
		if q < 0.4 { // the form itself loses digits beyond
			near(t, "nu = 4", studentQuantile(q, 4), 2*math.Sqrt(math.Cos(math.Acos(math.Sqrt(a))/3)/math.Sqrt(a)-1), 1e-11)
		}
	}
}

// TestQuantileInvertsTail: the tail beyond the quantile is q, by an independent
// method: math.Erfc, and Simpson's rule for Student's density.
func TestQuantileInvertsTail(t *testing.T) {
	for _, q := range []float64{0.49, 0.2, 0.05, 0.025, 1e-3, 5e-7, 1e-12} {
		z := normalQuantile(q)
		near(t, "normal tail", math.Erfc(z/math.Sqrt2)/2, q, 1e-12)
		for _, nu := range []int64{1, 3, 7, 30, 333, 5000, 9999, 10_000, 1 << 40} {
			if q >= 1e-3 { // 1/2 - area cannot see a smaller tail
				near(t, "Student tail", simpsonTail(studentQuantile(q, nu), float64(nu)), q, 1e-8)
			}
		}
	}
}

// simpsonTail returns 1/2 minus the integral of Student's density over [0, t].
func simpsonTail(t, nu float64) float64 {
	g1, _ := math.Lgamma((nu + 1) / 2)
	g2, _ := math.Lgamma(nu / 2)
	c := math.Exp(g1-g2) / math.Sqrt(nu*math.Pi)
	if nu > 1e6 {
		c = 1 / math.Sqrt(2*math.Pi)
	}
	// T = sqrt(nu) tan(theta) turns the density into c sqrt(nu) cos(theta)^(nu-1).
	end := math.Atan(t / math.Sqrt(nu))
	f := func(theta float64) float64 {
		s := math.Sin(theta)
		return math.Exp((nu - 1) / 2 * math.Log1p(-s*s))
	}
	const m = 2000
	sum := f(0) + f(end)
	for i := 1; i < m; i++ {
		sum += f(end*float64(i)/m) * float64(2+i%2*2)
	}
	return 0.5 - c*math.Sqrt(nu)*sum*end/m/3
}

// TestStudentSeam: the expansion for many degrees of freedom meets the exact
// inversion where one takes over from the other.
func TestStudentSeam(t *testing.T) {
	for _, q := range []float64{0.4, 0.025, 5e-7, 1e-12} {
		exact := invert(studentTail(10_000), q)
		near(t, "t at nu = 10000", studentQuantile(q, 10_000), exact, 2e-12)
	}
	if a, b := studentQuantile(0.025, 9_999), studentQuantile(0.025, 10_000); !(a > b) {
		t.Errorf("quantile rises from %v to %v at the seam", a, b)
	}
}
