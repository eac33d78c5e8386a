package schemata_test

import (
	"bytes"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/mutate/schemata"
)

// compiled imports the standard library's compiled packages.
func compiled() types.Importer { return importer.ForCompiler(token.NewFileSet(), "gc", nil) }

// rewrite rewrites one file, checks that the result is a program with the same lines, and
// returns its mutants as "operator: before → after".
func rewrite(t *testing.T, imports types.Importer, text string) []string {
	t.Helper()
	fset := token.NewFileSet()
	file := parse(t, fset, "p.go", text)
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{},
	}
	config := types.Config{Importer: imports}
	pkg, err := config.Check("p", fset, []*ast.File{file}, info)
	if err != nil {
		t.Fatal(err)
	}
	texts, mutants := schemata.Rewrite(fset, pkg, info, []schemata.Source{{Name: "p.go", Text: []byte(text), Syntax: file}})
	rewritten := parse(t, fset, "rewritten.go", string(texts[0]))
	helpers := parse(t, fset, "switch.go", string(schemata.Switch("p", len(mutants))))
	if _, err := config.Check("p", fset, []*ast.File{rewritten, helpers}, nil); err != nil {
		t.Fatalf("%v\n%s", err, texts[0])
	}
	if bytes.Count(texts[0], []byte("\n")) != strings.Count(text, "\n") {
		t.Errorf("the lines moved:\n%s", texts[0])
	}
	said := make([]string, len(mutants))
	for i, m := range mutants {
		_, said[i], _ = strings.Cut(m.Key(), "f ")
	}
	return said
}

func parse(t *testing.T, fset *token.FileSet, name, text string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(fset, name, text, parser.ParseComments)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return file
}

func TestTheMutantsOfEveryOperator(t *testing.T) {
	imports := compiled()
	for _, test := range []struct {
		code string
		want []string
	}{
		{"func f(a, b int) { _ = a == b }", []string{"comparison: _ = a == b → _ = a != b"}},
		{"func f(a, b int) { _ = a < b }", []string{"comparison: _ = a < b → _ = a <= b", "comparison: _ = a < b → _ = a >= b"}},
		{"func f(a int) { _ = a >= 3 }", []string{"comparison: _ = a >= 3 → _ = a < 3", "integer: _ = a >= 3 → _ = a >= 4", "integer: _ = a >= 3 → _ = a >= 2"}},
		{"func f(a, b bool) { _ = a && b }", []string{"logic: _ = a && b → _ = a || b"}},
		{"func f(a, b int) { _ = a * b }", []string{"arithmetic: _ = a * b → _ = a / b"}},
		{"func f(a, b string) { _ = a + b }", nil},
		{"func f(a uint8) { _ = a & 0x0f }", []string{"integer: _ = a & 0x0f → _ = a & 0x0f+1", "integer: _ = a & 0x0f → _ = a & 0x0f-1"}},
		{"func f(ok bool) { ok = true }", []string{"deletion: ok = true → {}", "boolean: ok = true → ok = false"}},
		{"func f(ok func() bool) { for ok() { } }", []string{"condition: ok() → !(ok())"}},
		{"func f(g func()) { defer g(); g() }", []string{"deletion: defer g() → {}", "deletion: g() → {}"}},
		{"func f(n int) { n += n; n-- }", []string{
			"arithmetic: n += n → n -= n", "deletion: n += n → {}", "arithmetic: n-- → n++", "deletion: n-- → {}",
		}},
		{"func f(err error) (int, error) { return 3, err }", []string{
			"zero: return 3, err → return 0, err", "zero: return 3, err → return 3, nil",
			"integer: return 3, err → return 4, err", "integer: return 3, err → return 2, err",
		}},
		{"func f(g func() (int, error)) (int, error) { return g() }", []string{"zero: return g() → return 0, nil"}},
		{"func f[T any](v T) T { return v }", []string{"zero: return v → return *new(T)"}},
		{`func f() any { return "a" + "b" }`, []string{`zero: return "a" + "b" → return nil`, `empty: return "a" + "b" → return ""`}},
		{"func f(s []int, n int) { _ = s[n:] }", []string{"bound: _ = s[n:] → _ = s[n+1:]", "bound: _ = s[n:] → _ = s[n-1:]"}},
		{"func f(s []int) { for range s { if len(s) == cap(s) { continue } } }", []string{
			"comparison: len(s) == cap(s) → len(s) != cap(s)",
			"body: if len(s) == cap(s) { continue } → if len(s) == cap(s) {}", "branch: continue → break",
		}},
		{"func f(ok func() bool) int { switch { case ok(): return len(\"\") }; return 0 }", []string{
			"body: case ok(): return len(\"\") → case ok():", "condition: ok() → !(ok())",
			"integer: return 0 → return 1", "integer: return 0 → return -1",
		}},
	} {
		if got := rewrite(t, imports, "package p\n"+test.code+"\n"); !slices.Equal(got, test.want) {
			t.Errorf("%s\ngot  %q\nwant %q", test.code, got, test.want)
		}
	}
}

// Places where the language needs a constant or a type, or where no test could see a
// change.
func TestNothingIsChangedWhereAConstantIsWanted(t *testing.T) {
	imports := compiled()
	for _, code := range []string{
		`const f = 1 << 3`, `type f [4]struct{ A int "tag" }`, `func f(b [4]int) { var _ [2 + 3]int }`,
		`func f(n int) { switch n { case 1, 2: case 3: } }`, `func f(n any) { switch n { case "a": } }`,
		`func f(v int) { _ = []int{2: v, 5: v} }`, `func f(n int) { _ = make([]int, n, 9); _ = make(map[int]int, 9) }`,
		`type b bool; func f(x, y b) { _ = x && y }`,
	} {
		if got := rewrite(t, imports, "package p\n"+code+"\n"); len(got) != 0 {
			t.Errorf("%s\ngot %q", code, got)
		}
	}
}

// Programs that are hard to rewrite: each must still compile.
func TestWhatIsRewrittenCompiles(t *testing.T) {
	imports := compiled()
	for _, code := range []string{
		`import "time"; func f(d time.Duration) bool { return d*2 > 5*time.Second }`,
		`func f() float64 { return 1<<3 + 2 }`,
		`func f() uint8 { return uint8(300 - 50) }`,
		`func f() uint64 { return 1<<63 + 1 }`,
		`func f(n uint) int64 { return 1 << n }`,
		"func f(a, b, c bool, n int) bool {\n\treturn a && // why\n\t\t(b || !c && n+1 < 2*n-n/3) // not\n}",
		"func f(g func(int) int) int {\n\treturn g(\n\t\t1, // one\n\t)\n}",
		"func f(c chan int) int {\nouter:\n\tfor {\n\t\tselect {\n\t\tcase n := <-c:\n\t\t\tif n > 3 {\n\t\t\t\tbreak outer\n\t\t\t}\n\t\t\tcontinue outer\n\t\tdefault:\n\t\t\tbreak\n\t\t}\n\t}\n\treturn 2\n}",
		"func f(n int) int {\n\tswitch {\n\tcase n == 1:\n\t\tn = 2\n\t\tfallthrough\n\tdefault:\n\t\treturn n // last\n\t}\n}",
		"func f(n int) (r int) {\n\tfor {\n\t\tif n := n - 1; n < 0 {\n\t\t\treturn n\n\t\t} else {\n\t\t\tr++\n\t\t\tr *= 2\n\t\t}\n\t}\n}",
		`type S struct{ A, B int }; type named string; func f(s *S) (S, named, [2]int, error) { s.A = 3; return *s, "x", [2]int{1, s.B}, nil }`,
		`var table = map[string]func(int) bool{"a": func(n int) bool { return n != 1 }}`,
		`type T[K comparable] struct{ m map[K]int }; func (t *T[K]) f(k K) (v int, ok bool) { v, ok = t.m[k]; return v, ok && true }`,
		`func f(p, q *int, e error) bool { return p == nil || q != p && e == nil }`,
	} {
		rewrite(t, imports, "package p\n"+code+"\n")
	}
}
