package classic

import "example.com/mcrl/env"

// tableFor is the table of a world for m, nil where m is not that world itself (see env.Tabled).
func tableFor(w, m env.MDP, t *env.Table) *env.Table {
	if w != m {
		return nil
	}
	return t
}

// TableFor implements env.Tabled.
func (l *FrozenLake) TableFor(m env.MDP) *env.Table { return tableFor(l, m, l.Table) }

// TableFor implements env.Tabled.
func (w *CliffWalking) TableFor(m env.MDP) *env.Table { return tableFor(w, m, w.Table) }

// TableFor implements env.Tabled.
func (t *Taxi) TableFor(m env.MDP) *env.Table { return tableFor(t, m, t.Table) }

// TableFor implements env.Tabled.
func (w *Windy) TableFor(m env.MDP) *env.Table { return tableFor(w, m, w.Table) }

// TableFor implements env.Tabled.
func (g *SmallGrid) TableFor(m env.MDP) *env.Table { return tableFor(g, m, g.Table) }

// TableFor implements env.Tabled.
func (g *JumpGrid) TableFor(m env.MDP) *env.Table { return tableFor(g, m, g.Table) }

// TableFor implements env.Tabled.
func (w *RandomWalk) TableFor(m env.MDP) *env.Table { return tableFor(w, m, w.Table) }

// TableFor implements env.Tabled.
func (l *Loop) TableFor(m env.MDP) *env.Table { return tableFor(l, m, l.Table) }

// TableFor implements env.Tabled.
func (b *Blackjack) TableFor(m env.MDP) *env.Table { return tableFor(b, m, b.Table) }

// TableFor implements env.Tabled.
func (r *Racetrack) TableFor(m env.MDP) *env.Table { return tableFor(r, m, r.Table) }

// TableFor implements env.Tabled.
func (g *Garnet) TableFor(m env.MDP) *env.Table { return tableFor(g, m, g.Table) }
