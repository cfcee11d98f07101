package main

import (
	"bytes"
	"os"
	"testing"
)

// The committed walks are those of the generator.
func TestLanewalkIsCurrent(t *testing.T) {
	got, err := os.ReadFile("../../lanewalk.go")
	if err != nil {
		t.Fatal(err)
	}
	want, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("env/lanewalk.go is not what go generate ./env writes")
	}
}
