//go:build !race

package plots

// slow is how many times longer things may take without the race detector.
const slow = 1
