package env_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module  = "example.com/mcrl"
	expRand = "golang.org/x/exp/rand"
)

// goList runs go list in the module and returns its lines.
func goList(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	if exit, ok := err.(*exec.ExitError); ok {
		t.Fatalf("go list %s: %v\n%s", strings.Join(args, " "), err, exit.Stderr)
	} else if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(string(out), "\n"), func(line string) bool { return line == "" })
}

// under reports whether a package is one of the trees given, the root or below it.
func under(pkg string, roots ...string) bool {
	return slices.ContainsFunc(roots, func(root string) bool { return pkg == root || strings.HasPrefix(pkg, root+"/") })
}

// What a package may depend on, directly or not, beside the standard library. Nobody who imports the core is to pay for the
// plots or the command.
func TestDependencies(t *testing.T) {
	core := []string{module + "/env", module + "/estimate", expRand}
	allowed := map[string][]string{
		module + "/estimate":     {module + "/estimate"},
		module + "/env":          {module + "/env", expRand},
		module + "/env/classic":  {module + "/env", expRand},
		module + "/env/dp":       {module + "/env", expRand},
		module + "/env/dynamics": {module + "/env", expRand},
		module + "/env/envtest":  {module + "/env", expRand},
		module + "/mc":           append([]string{module + "/mc"}, core...),
		module + "/mc/offpolicy": append([]string{module + "/mc"}, core...),
	}
	found := 0
	for _, pkg := range goList(t, "-e", module+"/...") {
		roots, ruled := allowed[pkg]
		plots := under(pkg, module+"/plots")
		if !ruled && !plots {
			continue
		}
		found++
		for _, dep := range goList(t, "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", pkg) {
			if ruled && !under(dep, roots...) {
				t.Errorf("%s depends on %s", pkg, dep)
			}
			if plots && under(dep, module+"/mc") {
				t.Errorf("%s depends on %s", pkg, dep)
			}
		}
	}
	if found < 2 {
		t.Errorf("the rules apply to %d packages: the list of packages is wrong", found)
	}
}

func moduleRoot(t *testing.T) string {
	return goList(t, "-m", "-f", "{{.Dir}}", module)[0]
}

func parse(t *testing.T, path string, source any, mode parser.Mode) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, source, mode)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// The deprecated generator package is imported by one file, tests and commands included, so that leaving it is a change to
// one file.
func TestOneFileImportsTheGenerator(t *testing.T) {
	root := moduleRoot(t)
	var importers []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
			return filepath.SkipDir
		}
		if entry.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		for _, spec := range parse(t, path, nil, parser.ImportsOnly).Imports {
			if spec.Path.Value == strconv.Quote(expRand) {
				relative, _ := filepath.Rel(root, path)
				importers = append(importers, filepath.ToSlash(relative))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(importers, []string{"env/rand.go"}) {
		t.Errorf("%s is imported by %v, want env/rand.go alone", expRand, importers)
	}
}

// exact lists what of package math has the same bits on every machine: what is exact by definition, and Sqrt, which
// IEEE 754 rounds correctly. A name that ends in * stands for all that begin so.
var exact = []string{
	"Sqrt", "Floor", "Ceil", "Trunc", "Round", "RoundToEven", "Abs", "Copysign", "Signbit", "Inf", "IsNaN", "IsInf", "NaN",
	"Float64bits", "Float64frombits", "Float32bits", "Float32frombits", "Frexp", "Ldexp", "Max*", "Min*", "Small*",
	"Pi", "E", "Phi", "Sqrt2", "SqrtE", "SqrtPi", "SqrtPhi", "Ln2", "Ln10", "Log2E", "Log10E",
}

// inexact returns what a file uses of package math that is not in exact.
func inexact(file *ast.File) (names []string) {
	local := ""
	for _, spec := range file.Imports {
		if spec.Path.Value == `"math"` {
			if local = "math"; spec.Name != nil {
				local = spec.Name.Name
			}
		}
	}
	if local == "." {
		return []string{"a dot import"}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && local != "" && x.Name == local {
			name := selector.Sel.Name
			if !slices.ContainsFunc(exact, func(e string) bool {
				prefix, all := strings.CutSuffix(e, "*")
				return name == e || all && strings.HasPrefix(name, prefix)
			}) {
				names = append(names, name)
			}
		}
		return true
	})
	return names
}

// P49: nothing that reaches recorded bytes may call what differs between machines (Log, Exp, Pow, Erf, FMA, ...).
func TestMathIsExact(t *testing.T) {
	control := parse(t, "control.go", `package p; import m "math"; var x = m.Log(2) + m.Sqrt(2) + m.MaxFloat64 + m.Pow(2, m.Pi)`, 0)
	if got := inexact(control); !slices.Equal(got, []string{"Log", "Pow"}) {
		t.Fatalf("the control uses %v, want [Log Pow]: the test detects nothing", got)
	}
	files := 0
	for _, pkg := range goList(t, "-e", module+"/...") {
		if !slices.Contains([]string{module + "/env", module + "/env/classic", module + "/env/dp", module + "/env/dynamics", module + "/mc", module + "/mc/offpolicy", module + "/estimate"}, pkg) {
			continue
		}
		for _, path := range goList(t, "-e", "-f", `{{range .GoFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}`, pkg) {
			files++
			for _, name := range inexact(parse(t, path, nil, 0)) {
				t.Errorf("%s: math.%s is not the same on every machine", path, name)
			}
		}
	}
	if files < 10 {
		t.Errorf("%d files were looked at: the list of files is wrong", files)
	}
}
