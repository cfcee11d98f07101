package estimate

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// exactMath lists the parts of package math whose results are the same bits on
// every machine.
var exactMath = []string{
	"Sqrt", "Floor", "Ceil", "Abs", "Inf", "IsNaN", "IsInf", "NaN", "Frexp", "Ldexp",
	"Float64bits", "Float64frombits", "MaxInt64", "MaxFloat64", "Pi", "Ln2", "Sqrt2",
}

// TestSourceRules (P49) reads the package's own source: only exact functions of
// math, no random numbers of its own, and no product that the compiler could
// fuse with an addition.
func TestSourceRules(t *testing.T) {
	fset := token.NewFileSet()
	files := parse(t, fset)
	info := checked(t, fset, files)
	calls := 0
	for _, file := range files {
		for _, imp := range file.Imports {
			if path := imp.Path.Value; strings.Contains(path, ".") || strings.Contains(path, "rand") {
				t.Errorf("%s: imports %s", fset.Position(imp.Pos()), path)
			}
		}
		for id, obj := range info.Uses {
			if obj.Pkg() != nil && obj.Pkg().Path() == "math" && within(file, id) {
				calls++
				if !slices.Contains(exactMath, obj.Name()) {
					t.Errorf("%s: math.%s differs between machines", fset.Position(id.Pos()), obj.Name())
				}
			}
		}
		for _, pos := range fusable(file, info) {
			t.Errorf("%s: a product that may be fused with an addition: round it, float64(x*y)", fset.Position(pos))
		}
	}
	if len(files) < 8 || calls < 20 {
		t.Errorf("saw %d files and %d uses of math: the test looks at the wrong place", len(files), calls)
	}
}

// TestSourceRulesBite: the rule against fusing finds what it is meant to find.
func TestSourceRulesBite(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "x.go", `package x
func bad(x, y, z float64) (r float64) { r = x*y + z; r += x*y; r *= y; t := x*y/z*y; return r - (x*y) + t }
func good(x, y, z float64, i int) float64 { const c = 2.5*3; i = i*3 + 1; return float64(x*y) + z - x*y/c + float64(i) }`, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(fusable(file, checked(t, fset, []*ast.File{file}))); got != 5 {
		t.Errorf("found %d fusable products, want 5", got)
	}
}

// parse reads the files of the package that are not tests.
func parse(t *testing.T, fset *token.FileSet) (files []*ast.File) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

func checked(t *testing.T, fset *token.FileSet, files []*ast.File) *types.Info {
	t.Helper()
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	if _, err := conf.Check("estimate", fset, files, info); err != nil {
		t.Fatal(err)
	}
	return info
}

func within(file *ast.File, n ast.Node) bool { return file.Pos() <= n.Pos() && n.Pos() < file.End() }

// fusable returns the floating-point products that are not rounded at once: by a
// conversion, by being an operand of another product or quotient, or by being
// compared.
func fusable(file *ast.File, info *types.Info) (bad []token.Pos) {
	var path []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		switch n := n.(type) {
		case *ast.BinaryExpr:
			tv := info.Types[n]
			if n.Op == token.MUL && isFloat(tv.Type) && tv.Value == nil && !rounded(path, info) {
				bad = append(bad, n.Pos())
			}
		case *ast.AssignStmt:
			if n.Tok == token.MUL_ASSIGN && isFloat(info.Types[n.Lhs[0]].Type) {
				bad = append(bad, n.Pos())
			}
		}
		path = append(path, n)
		return true
	})
	return bad
}

func rounded(path []ast.Node, info *types.Info) bool {
	for _, parent := range slices.Backward(path) {
		switch p := parent.(type) {
		case *ast.ParenExpr:
			continue
		case *ast.BinaryExpr:
			return p.Op != token.ADD && p.Op != token.SUB
		case *ast.CallExpr:
			if info.Types[p.Fun].IsType() {
				return true
			}
			sel, ok := p.Fun.(*ast.SelectorExpr)
			return ok && info.Uses[sel.Sel].Pkg().Path() == "math"
		}
		return false
	}
	return false
}

func isFloat(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsFloat != 0
}
