package estimate

import "math"

// normalQuantile returns the z >= 0 with P(Z > z) = q for standard normal Z and
// 0 < q <= 1/2.
func normalQuantile(q float64) float64 { return invert(normalTail, q) }

// studentQuantile returns the t >= 0 with P(T > t) = q for Student's T with nu
// degrees of freedom, nu >= 1 and 0 < q <= 1/2. From 10,000 degrees of freedom
// it expands about the normal quantile (Abramowitz and Stegun 26.7.5), where
// the first term left out is below 1e-11.
func studentQuantile(q float64, nu int64) float64 {
	if nu < 10_000 {
		tail := studentTail(float64(nu))
		return invert(tail, q)
	}
	z := normalQuantile(q)
	s, n := float64(z*z), float64(nu)
	g1 := float64((s + 1) * z / 4)
	g2 := (float64((float64(5*s)+16)*s) + 3) * z / 96
	g3 := (float64((float64((float64(3*s)+19)*s)+17)*s) - 15) * z / 384
	return z + (g1+(g2+g3/n)/n)/n
}

// invert solves tail(t) = q for t >= 0, tail being the upper tail of a density
// that falls on t > 0. Such a tail is convex, so Newton's iteration climbs to
// the solution from the left without ever passing it.
func invert(tail func(t float64) (p, density float64), q float64) float64 {
	t := 0.0
	for next := 1.0; ; next += next { // start within a factor of 2
		if p, _ := tail(next); p <= q {
			break
		}
		t = next
	}
	for range 100 {
		p, density := tail(t)
		next := t + (p-q)/density
		if !(next > float64(t*(1+0x1p-52))) {
			break
		}
		t = next
	}
	return t
}

// normalTail returns P(Z > z) and the density at z >= 0 of the standard normal:
//
//	z < 2:  1/2 - phi(z) (z + z^3/3 + z^5/(3*5) + ...)
//	else:   phi(z) / (z + 1/(z + 2/(z + 3/(z + ...))))
func normalTail(z float64) (p, density float64) {
	density = exp(-z*z/2) / math.Sqrt(2*math.Pi)
	if z < 2 {
		term, sum := z, z
		for k := 3.0; term > 0x1p-60*sum; k += 2 {
			term = float64(term * z * z / k)
			sum += term
		}
		return 0.5 - float64(density*sum), density
	}
	f := z
	for k := 80.0; k >= 1; k-- {
		f = z + k/f
	}
	return density / f, density
}

// studentTail returns the function t -> P(T > t), density, for t >= 0 and nu
// degrees of freedom. With a = nu/2, b = 1/2, x = nu/(nu + t^2),
//
//	density  = x^(a+1/2) R/sqrt(nu pi),   R = Gamma(a + 1/2)/Gamma(a)
//	P(T > t) = I_x(a, b)/2
//
// I being the regularised incomplete beta function (DLMF 8.17).
func studentTail(nu float64) func(t float64) (p, density float64) {
	a, b := nu/2, 0.5
	c := gammaRatio(a) / math.Sqrt(math.Pi) // 1/B(a, b)
	return func(t float64) (p, density float64) {
		u := float64(t * t / nu)
		x := 1 / (1 + u)
		xa := exp(float64(-a * log1p(u)))
		density = float64(c / math.Sqrt(nu) * xa * math.Sqrt(x))
		front := float64(density * t) // x^a (1-x)^b / B(a, b)
		if x < (a+1)/(a+b+2) {
			return float64(front / nu * betaFraction(a, b, x)), density
		}
		return 0.5 - float64(front*betaFraction(b, a, float64(u*x))), density
	}
}

// gammaRatio returns Gamma(a + 1/2)/Gamma(a): the asymptotic series of its
// logarithm at a >= 20, carried down by R(a) = R(a+1) a/(a + 1/2).
func gammaRatio(a float64) float64 {
	r := 1.0
	for a < 20 {
		r = float64(r * a / (a + 0.5))
		a++
	}
	z := 1 / a / a
	s := float64(z*(1.0/192-float64(z*(1.0/640-float64(z*(17.0/14336)))))) - 1.0/8
	return float64(r * math.Sqrt(a) * exp(s/a))
}

// betaFraction returns the continued fraction of the incomplete beta function,
// DLMF 8.17.22,
//
//	I_x(a, b) = x^a (1-x)^b / (a B(a, b)) * 1/(1 + d_1/(1 + d_2/(1 + ...)))
//	d_2m   =  m (b-m) x / ((a+2m-1) (a+2m))
//	d_2m+1 = -(a+m) (a+b+m) x / ((a+2m) (a+2m+1))
//
// by the modified Lentz method, for x < (a+1)/(a+b+2).
func betaFraction(a, b, x float64) float64 {
	f, c, d := 1.0, 1.0, 0.0
	for i := range 10_000 {
		m := float64((i + 1) / 2)
		num := -(a + m) * (a + b + m) * x / (a + m + m) / (a + m + m + 1)
		if i%2 == 1 {
			num = m * (b - m) * x / (a + m + m - 1) / (a + m + m)
		}
		d = 1 / (1 + float64(num*d))
		c = 1 + num/c
		step := float64(c * d)
		f = float64(f * step)
		if math.Abs(step-1) < 0x1p-52 {
			break
		}
	}
	return 1 / f
}
