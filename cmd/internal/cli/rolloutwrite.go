package cli

import (
	"bytes"
	"context"
	"io"

	"example.com/mcrl/env"
	"example.com/mcrl/env/episodefile"
)

// rollout plays episodes and writes them.
type rollout struct {
	world    world
	policy   policy
	horizon  int
	episodes int64
	seed     uint64
	starts   string
	format   episodefile.Format
	workers  int

	steps, cut int64 // so far; cut: by the horizon
}

// block is a block of episodes as rows.
type block struct {
	rows       bytes.Buffer
	writer     *episodefile.Writer // to rows
	steps, cut int64
	err        error
}

func newBlock(f episodefile.Format) *block {
	b := new(block)
	b.writer = episodefile.NewPartWriter(&b.rows, f, true)
	return b
}

// write writes all episodes. Worker k of W plays the blocks k, k+W, k+2W, ..., each with random streams of its own
// (env.BlockSize), and the rows are written block by block in order.
func (r *rollout) write(ctx context.Context, w io.Writer) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	size := env.BlockSize(r.horizon)
	blocks := (r.episodes + size - 1) / size
	workers := int(min(int64(r.workers), blocks))
	done, free := make([]chan *block, workers), make([]chan *block, workers)
	for k := range workers {
		done[k], free[k] = make(chan *block, 2), make(chan *block, 2)
		free[k] <- newBlock(r.format)
		free[k] <- newBlock(r.format)
		p, err := r.newPlayer()
		if err != nil {
			return err
		}
		go p.play(ctx, int64(k), int64(workers), free[k], done[k])
	}
	if err := episodefile.NewWriter(w, r.format, true).Flush(); err != nil {
		return err
	}
	for i := range blocks {
		k := int(i % int64(workers))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case b := <-done[k]:
			if b.err != nil {
				return b.err
			}
			if _, err := w.Write(b.rows.Bytes()); err != nil {
				return err
			}
			r.steps += b.steps
			r.cut += b.cut
			free[k] <- b
		}
	}
	return nil
}

// player plays blocks of episodes.
type player struct {
	*rollout
	gen   *env.Generator
	live  []env.State // not terminal
	ep    env.Episode
	probs []float64
}

func (r *rollout) newPlayer() (*player, error) {
	gen, err := env.NewGenerator(r.world.model.Table, r.policy, r.horizon, r.seed)
	p := &player{rollout: r, gen: gen}
	for s := range env.State(r.world.states) {
		if r.starts != "environment" && !r.world.model.Terminal(s) {
			p.live = append(p.live, s)
		}
	}
	return p, err
}

// play plays every step-th block from the first on, until there are no more of them or ctx ends.
func (p *player) play(ctx context.Context, first, step int64, free <-chan *block, done chan<- *block) {
	for i := first; ; i += step {
		select {
		case <-ctx.Done():
			return
		case b := <-free:
			if i*env.BlockSize(p.horizon) >= p.episodes {
				return
			}
			p.fill(b, i)
			done <- b // has room: there are two blocks
		}
	}
}

// fill plays block i.
func (p *player) fill(b *block, i int64) {
	defer func() {
		if x := recover(); x != nil {
			b.err = bug(x)
		}
	}()
	b.rows.Reset()
	b.steps, b.cut = 0, 0
	size := env.BlockSize(p.horizon)
	b.writer.SetNumber(i * size)
	p.gen.SeekBlock(i)
	for range min(size, p.episodes-i*size) {
		p.next()
		b.steps += int64(p.ep.Len())
		if p.ep.Truncated {
			b.cut++
		}
		if b.err = b.writer.Write(&p.ep, p.probs); b.err != nil {
			return
		}
	}
	b.err = b.writer.Flush()
}

// next plays the next episode.
func (p *player) next() {
	given := false // the first action
	switch rng := p.gen.Starts(); p.starts {
	case "environment":
		p.gen.FromState(&p.ep, p.gen.Start())
	case "uniform":
		p.gen.FromState(&p.ep, p.live[rng.Intn(len(p.live))])
	default:
		pair := rng.Intn(len(p.live) * p.world.actions)
		p.gen.From(&p.ep, p.live[pair/p.world.actions], env.Action(pair%p.world.actions))
		given = true
	}
	p.probs = p.probs[:0]
	for t, a := range p.ep.Actions {
		p.probs = append(p.probs, p.policy.Prob(p.ep.States[t], a))
	}
	if given {
		p.probs[0] = 1 / float64(p.world.actions)
	}
}
