package classic

import "testing"

// A line from the centre of a cell in the direction (dx, dy) meets the interior of the unit square about (x, y) where the corners
// are on both sides of it: |dx y - dy x| < (|dx| + |dy|) / 2.
func TestPath(t *testing.T) {
	const far = 12
	for dx := -far; dx <= far; dx++ {
		for dy := -far; dy <= far; dy++ {
			entered := map[offset]bool{}
			at := offset{}
			for _, o := range path(dx, dy) {
				if right, up := (o.right-at.right)*sign(dx), (o.up-at.up)*sign(dy); right < 0 || right > 1 || up < 0 || up > 1 || right+up == 0 {
					t.Fatalf("(%d,%d): from %v to %v", dx, dy, at, o)
				}
				entered[o], at = true, o
			}
			if (at != offset{dx, dy}) {
				t.Errorf("(%d,%d) ends at %v", dx, dy, at)
			}
			for x := min(0, dx); x <= max(0, dx); x++ {
				for y := min(0, dy); y <= max(0, dy); y++ {
					cross := dx*y - dy*x
					meets := 2*max(cross, -cross) < dx*sign(dx)+dy*sign(dy) && (x != 0 || y != 0)
					if entered[offset{x, y}] != meets {
						t.Errorf("(%d,%d): (%d,%d) entered %v, want %v", dx, dy, x, y, !meets, meets)
					}
				}
			}
		}
	}
}
