package env

// rewards holds one reward an outcome: directly, or for large tables as one byte that names one of at most 256 values.
type rewards struct {
	value []float64
	code  []uint8 // nil: value is indexed by the outcome itself
}

func (r *rewards) at(i int) float64 {
	if r.code != nil {
		return r.value[r.code[i]]
	}
	return r.value[i]
}

// rewardCoder collects rewards, as bytes while at most 256 values occur.
type rewardCoder struct {
	value  []float64 // direct, once the palette is full
	code   []uint8
	colour []float64
	index  map[float64]uint8
	last   float64
	lastAt uint8
}

func (c *rewardCoder) init(n int) {
	c.code = make([]uint8, 0, n)
	c.index = map[float64]uint8{}
}

func (c *rewardCoder) add(r float64) {
	if c.code == nil {
		c.value = append(c.value, r)
		return
	}
	if len(c.code) > 0 && r == c.last {
		c.code = append(c.code, c.lastAt)
		return
	}
	i, ok := c.index[r]
	if !ok {
		if len(c.colour) == 256 {
			c.spill()
			c.value = append(c.value, r)
			return
		}
		i = uint8(len(c.colour))
		c.colour = append(c.colour, r)
		c.index[r] = i
	}
	c.code = append(c.code, i)
	c.last, c.lastAt = r, i
}

// spill turns the bytes collected so far into the rewards they name.
func (c *rewardCoder) spill() {
	c.value = make([]float64, len(c.code), cap(c.code))
	for i, k := range c.code {
		c.value[i] = c.colour[k]
	}
	c.code = nil
}

func (c *rewardCoder) finish() rewards {
	if c.code != nil && len(c.code) < codedFrom {
		c.spill()
	}
	if c.code == nil {
		return rewards{value: c.value}
	}
	return rewards{value: c.colour, code: c.code}
}
