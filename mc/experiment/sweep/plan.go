package sweep

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strconv"
	"strings"

	"example.com/mcrl/env"
	"example.com/mcrl/mc/experiment"
	"example.com/mcrl/mc/experiment/rundir"
)

// MaxCells is the largest number of cells of a plan.
const MaxCells = 1_000_000

// DefaultCheckpoint is the number of episodes between two checkpoints of a cell where a plan states none.
const DefaultCheckpoint = 100_000

// Plan says what is run: every group with every seed.
type Plan struct {
	Title      string
	Groups     []Group
	Seeds      []uint64
	Checkpoint int64 // episodes between two checkpoints of a cell; 0 means DefaultCheckpoint

	// Until ends each group as soon as its seeds say enough; nil: every group has all seeds.
	Until *Until

	// Source is the text that the plan was read from, "" where it was made by a program. It is kept beside the results.
	Source string
}

// Group is one setting, the cells of which differ in their seeds.
type Group struct {
	Environment string          // what the environment is called
	Algorithm   string          // what the algorithm with its options is called
	Settings    []Setting       // what tells the group from others of that name, in the order of the plan
	Spec        experiment.Spec // with seed 0
}

// Setting is one of the options in which groups differ.
type Setting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Name is made of environment, algorithm and settings.
func (g *Group) Name() string {
	parts := []string{g.Environment, g.Algorithm}
	for _, s := range g.Settings {
		parts = append(parts, s.Key, s.Value)
	}
	return rundir.Name(parts...)
}

// Digest is the SHA-256 of the JSON text of the spec. Two groups with equal digests have the same records.
func (g *Group) Digest() ([sha256.Size]byte, error) {
	text, err := json.Marshal(g.Spec)
	return sha256.Sum256(text), err
}

// Cell is one group with one seed.
type Cell struct {
	Index int    // in the order of the plan: group by group, seed by seed
	ID    string // readable, and unlike that of any other spec
	Group *Group
	Seed  uint64
}

// Spec is what the cell runs.
func (c Cell) Spec() experiment.Spec {
	s := c.Group.Spec
	s.Seed = c.Seed
	return s
}

// Len is the number of cells.
func (p *Plan) Len() int { return len(p.Groups) * len(p.Seeds) }

// Cells lists the cells in order. A plan that is not valid may list none.
func (p *Plan) Cells() iter.Seq[Cell] {
	return func(yield func(Cell) bool) {
		for i := range p.Groups {
			cell, err := p.cellsOf(i)
			if err != nil {
				return
			}
			for k := range p.Seeds {
				if !yield(cell(k)) {
					return
				}
			}
		}
	}
}

// cellsOf returns the function from the number of a seed to the cell of a group.
func (p *Plan) cellsOf(i int) (func(k int) Cell, error) {
	g := &p.Groups[i]
	digest, err := g.Digest()
	if err != nil {
		return nil, err
	}
	name := g.Name()
	name = name[:min(len(name), 70)]
	return func(k int) Cell {
		number := strconv.FormatUint(p.Seeds[k], 10)
		sum := sha256.Sum256(append(digest[:], number...))
		id := name + "-seed-" + number + "-" + hex.EncodeToString(sum[:5])
		return Cell{i*len(p.Seeds) + k, id, g, p.Seeds[k]}
	}, nil
}

// SeedRanges writes the seeds as a file has them: 1..30,40.
func (p *Plan) SeedRanges() string {
	var parts []string
	for i := 0; i < len(p.Seeds); {
		k := i
		for k+1 < len(p.Seeds) && p.Seeds[k+1]-1 == p.Seeds[k] && p.Seeds[k+1] != 0 {
			k++
		}
		if k > i {
			parts = append(parts, fmt.Sprintf("%d..%d", p.Seeds[i], p.Seeds[k]))
		} else {
			parts = append(parts, fmt.Sprint(p.Seeds[i]))
		}
		i = k + 1
	}
	return strings.Join(parts, ",")
}

// Validate reports every seed that is given twice, every group that cannot be run, and groups that are the same. What is
// wrong with a group is wrapped with its name.
func (p *Plan) Validate() error {
	if err := p.checkSize(); err != nil {
		return err
	}
	var errs []error
	seen := map[uint64]bool{}
	for i, seed := range p.Seeds {
		if seen[seed] {
			errs = append(errs, &env.FieldError{Field: fmt.Sprintf("seeds[%d]", i), Value: seed, Want: "a seed that is not in the list before"})
		}
		seen[seed] = true
	}
	if p.Checkpoint < 0 {
		errs = append(errs, &env.FieldError{Field: "checkpoint", Value: p.Checkpoint, Want: "a number of episodes, 1 or more (0: the default)"})
	}
	errs = append(errs, p.checkGroups())
	if p.Until != nil {
		errs = append(errs, p.Until.Validate())
	}
	if err := errors.Join(errs...); err != nil || p.Until == nil {
		return err
	}
	return p.checkRanges()
}

func (p *Plan) checkSize() error {
	switch {
	case len(p.Groups) == 0:
		return &env.FieldError{Field: "groups", Value: "none", Want: "at least one"}
	case len(p.Seeds) == 0:
		return &env.FieldError{Field: "seeds", Value: "none", Want: "at least one"}
	case len(p.Groups) > MaxCells/len(p.Seeds):
		return &env.FieldError{Field: "cells", Value: fmt.Sprintf("%d groups with %d seeds", len(p.Groups), len(p.Seeds)),
			Want: fmt.Sprintf("at most %d cells", MaxCells)}
	}
	return nil
}

func (p *Plan) checkGroups() error {
	var errs []error
	var world *experiment.Model
	first := map[[sha256.Size]byte]int{}
	for i := range p.Groups {
		g := &p.Groups[i]
		err := g.Spec.Validate()
		if err == nil && (i == 0 || world == nil || !reflect.DeepEqual(g.Spec.Env, p.Groups[i-1].Spec.Env)) {
			world, err = g.Spec.Env.Model()
		}
		if err == nil {
			err = g.Spec.Check(world.Table)
		}
		if err == nil && g.Spec.Seed != 0 {
			err = &env.FieldError{Field: "seed", Value: g.Spec.Seed, Want: "0: the plan has the seeds"}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("groups[%d], %s: %w", i, g.Name(), err))
			continue
		}
		digest, err := g.Digest()
		if before, twice := first[digest]; twice || err != nil {
			errs = append(errs, err, &env.FieldError{Field: fmt.Sprintf("groups[%d]", i), Value: g.Name(),
				Want: fmt.Sprintf("something else than groups[%d], %s: the same cells", before, p.Groups[before].Name())})
		}
		first[digest] = i
	}
	return errors.Join(errs...)
}
