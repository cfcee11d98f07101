package dynamics_test

import (
	"bytes"
	"testing"

	"example.com/mcrl/env"
	"example.com/mcrl/env/dynamics"
)

// BenchmarkFile reads and writes the table of a grid of 100 x 100 cells.
func BenchmarkFile(b *testing.B) {
	c, err := env.RandomGrid(100, 0.2, 0)
	if err != nil {
		b.Fatal(err)
	}
	g, err := env.NewGrid(c)
	if err != nil {
		b.Fatal(err)
	}
	d, err := dynamics.Of(g)
	if err != nil {
		b.Fatal(err)
	}
	var text bytes.Buffer
	b.Run("Write", func(b *testing.B) {
		for b.Loop() {
			text.Reset()
			if err := dynamics.Write(&text, d); err != nil {
				b.Fatal(err)
			}
		}
		b.SetBytes(int64(text.Len()))
	})
	b.Run("Read", func(b *testing.B) {
		for b.Loop() {
			if _, err := dynamics.Read(bytes.NewReader(text.Bytes()), "file"); err != nil {
				b.Fatal(err)
			}
		}
		b.SetBytes(int64(text.Len()))
	})
}
