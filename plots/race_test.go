//go:build race

package plots

// slow is how many times longer things may take under the race detector.
const slow = 40
