package dp

import "math"

// lu is the factorisation P A = L U of a square matrix, by Gaussian elimination with partial pivoting.
type lu struct {
	n    int
	a    []float64 // row by row: U, and L below the diagonal
	perm []int     // row i of P A is row perm[i] of A
}

// factor replaces a, n rows of n. It is false where a pivot is 0: the matrix is singular.
func factor(a []float64, n int) (*lu, bool) {
	f := &lu{n: n, a: a, perm: make([]int, n)}
	for i := range f.perm {
		f.perm[i] = i
	}
	for k := range n {
		p := k
		for i := k + 1; i < n; i++ {
			if math.Abs(a[i*n+k]) > math.Abs(a[p*n+k]) {
				p = i
			}
		}
		if a[p*n+k] == 0 {
			return nil, false
		}
		if p != k {
			f.perm[p], f.perm[k] = f.perm[k], f.perm[p]
			for j := range n {
				a[p*n+j], a[k*n+j] = a[k*n+j], a[p*n+j]
			}
		}
		f.eliminate(k)
	}
	return f, true
}

// eliminate clears column k below the pivot.
func (f *lu) eliminate(k int) {
	n, a := f.n, f.a
	row := a[k*n+k+1 : (k+1)*n]
	for i := k + 1; i < n; i++ {
		if a[i*n+k] == 0 {
			continue
		}
		l := a[i*n+k] / a[k*n+k]
		a[i*n+k] = l
		below := a[i*n+k+1 : (i+1)*n]
		for j, u := range row {
			below[j] -= float64(l * u)
		}
	}
}

// solve returns x with A x = b.
func (f *lu) solve(b []float64) []float64 {
	n, x := f.n, make([]float64, f.n)
	for i := range n {
		sum := b[f.perm[i]]
		for j, l := range f.a[i*n : i*n+i] {
			sum -= float64(l * x[j])
		}
		x[i] = sum
	}
	for i := n - 1; i >= 0; i-- {
		sum := x[i]
		for j := i + 1; j < n; j++ {
			sum -= float64(f.a[i*n+j] * x[j])
		}
		x[i] = sum / f.a[i*n+i]
	}
	return x
}
