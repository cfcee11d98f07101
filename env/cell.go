package env

// CellKind is what stands in one cell of a grid world.
type CellKind uint8

// The kinds of cell. The zero value is a plain cell.
const (
	Plain     CellKind = iota // '.'
	Forbidden                 // 'F': penalised on entry (or not enterable, see GridConfig)
	Target                    // 'T' (FrozenLake: 'G')
	Hole                      // 'H': ends the episode
	Wall                      // '#': not a state
)

// String names the kind in one word.
func (k CellKind) String() string {
	names := [...]string{"plain", "forbidden", "target", "hole", "wall"}
	if int(k) < len(names) {
		return names[k]
	}
	return "unknown"
}
