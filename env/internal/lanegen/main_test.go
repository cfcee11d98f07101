package main

import (
	"bytes"
	"os"
	"testing"
)

// The committed walks are those of the generator.
func TestWalksAreCurrent(t *testing.T) {
	for name, forms := range files {
		got, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := generate(forms)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("env/%s is not what go generate ./env writes", name)
		}
	}
}
