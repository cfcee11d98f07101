package estimate

// Mean is the running mean of a stream of samples: an estimate w and the number
// n of samples behind it, 16 bytes. The zero value has seen nothing and says 0.
type Mean struct {
	n int64
	w float64
}

// MakeMean returns a Mean that has seen n samples and stands at w: a restored
// checkpoint, or an initial guess worth n samples. It panics if n < 0.
func MakeMean(n int64, w float64) Mean {
	if n < 0 {
		panic("estimate: MakeMean: n < 0")
	}
	return Mean{n, w}
}

// Add counts one sample and moves the estimate to the mean of all samples:
//
//	n <- n + 1
//	w <- w + (x - w)/n
//
// The first sample replaces w exactly. [Zhao] section 6.1, [S&B] equation 2.3.
func (m *Mean) Add(x float64) {
	m.n++
	if m.n == 1 {
		m.w = x
		return
	}
	m.w += (x - m.w) / float64(m.n)
}

// Step counts one sample and moves the estimate by the step size alpha:
//
//	n <- n + 1
//	w <- w + alpha (x - w)
//
// It is literal from the first sample on: with a constant alpha the initial w
// keeps the weight (1-alpha)^n. [Zhao] section 6.1, [S&B] equation 2.5.
func (m *Mean) Step(x, alpha float64) {
	m.n++
	m.w += float64(alpha * (x - m.w))
}

// AddSum adds n samples of which only the sum is known:
//
//	N <- N + n
//	w <- w + (sum - n w)/N
//
// n <= 0 adds nothing.
func (m *Mean) AddSum(sum float64, n int64) {
	if n <= 0 {
		return
	}
	k := float64(n)
	if m.n == 0 {
		*m = Mean{n, sum / k}
		return
	}
	m.n += n
	m.w += (sum - float64(k*m.w)) / float64(m.n)
}

// Merge adds the samples of o:
//
//	N <- n + n_o
//	w <- w + (w_o - w) n_o/N
//
// The zero value changes nothing on either side. An estimate without samples
// (see Forget) gives way to one with samples.
func (m *Mean) Merge(o Mean) {
	if m.n == 0 && (o.n > 0 || m.w == 0) {
		*m = o
		return
	}
	if o.n == 0 {
		return
	}
	m.n += o.n
	m.w += (o.w - m.w) * float64(o.n) / float64(m.n)
}

// Forget drops the samples and keeps the estimate: n = 0, w as it is. The next
// Add, AddSum or Merge replaces w; the next Step moves on from it.
func (m *Mean) Forget() { m.n = 0 }

// N returns the number of samples.
func (m Mean) N() int64 { return m.n }

// Value returns the estimate w.
func (m Mean) Value() float64 { return m.w }

// MarshalJSON writes {"n": n, "mean": w}, which UnmarshalJSON reads back to the
// same bits. An estimate that is not finite is an error.
func (m Mean) MarshalJSON() ([]byte, error) {
	return writeFields(m.n, field{"mean", m.w})
}

// UnmarshalJSON reads what MarshalJSON writes, both keys and no other.
func (m *Mean) UnmarshalJSON(data []byte) error {
	var w float64
	n, err := readFields(data, into{"mean", &w})
	if err != nil {
		return err
	}
	*m = Mean{n, w}
	return nil
}
