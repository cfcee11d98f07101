package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// blocks returns the fenced blocks of the README in the given language.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		found = append(found, m[1])
	}
	return found
}

// Every Go snippet of the README stands in an example that is compiled and run.
func TestReadmeGo(t *testing.T) {
	flatten := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	code := ""
	for _, file := range []string{"env/classic/example_test.go", "mc/example_test.go", "mc/experiment/sweep/example_test.go"} {
		text, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		code += flatten(string(text))
	}
	snippets := blocks(t, "go")
	if len(snippets) < 2 {
		t.Fatalf("%d snippets, want at least 2", len(snippets))
	}
	for _, snippet := range snippets {
		if !strings.Contains(code, flatten(snippet)) {
			t.Errorf("no example has this snippet:\n%s", snippet)
		}
	}
}

// Every shell snippet of the README runs.
func TestReadmeShell(t *testing.T) {
	bin := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(bin, "mcrl"), ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	snippets := blocks(t, "sh")
	if len(snippets) < 2 {
		t.Fatalf("%d snippets, want at least 2", len(snippets))
	}
	for _, snippet := range snippets {
		shell := exec.Command("sh", "-e")
		shell.Dir = t.TempDir()
		shell.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
		shell.Stdin = strings.NewReader(snippet)
		if out, err := shell.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s\nprinted\n%s", err, snippet, out)
		}
	}
}
