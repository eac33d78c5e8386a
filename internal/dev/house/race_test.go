package house

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestRoomsOutsideTheRaceLaneStartNoGoroutine: make test runs them without the race
// detector, but for the tests that are named AtOnce.
func TestRoomsOutsideTheRaceLaneStartNoGoroutine(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	pattern := regexp.MustCompile(`(?m)^PURE := (.+)$`).FindSubmatch(text)
	if pattern == nil {
		t.Fatal("the Makefile names no PURE rooms")
	}
	pure, rooms := regexp.MustCompile(strings.ReplaceAll(string(pattern[1]), "$$", "$")), 0
	for _, s := range sources(t) {
		if !pure.MatchString("/" + filepath.ToSlash(filepath.Dir(s.path))) {
			continue
		}
		rooms++
		for _, decl := range s.file.Decls {
			f, isFunction := decl.(*ast.FuncDecl)
			if isFunction && s.test() && strings.Contains(f.Name.Name, "AtOnce") {
				continue
			}
			ast.Inspect(decl, func(n ast.Node) bool {
				if startsGoroutine(n) {
					t.Errorf("%s:%d: a goroutine is started: take the room out of PURE, or call the test AtOnce", s.path, s.set.Position(n.Pos()).Line)
				}
				return true
			})
		}
	}
	if rooms == 0 {
		t.Errorf("no room is %s", pure)
	}
}

// startsGoroutine reports whether a node is a go statement or a call of
// sync.WaitGroup's Go.
func startsGoroutine(n ast.Node) bool {
	if _, ok := n.(*ast.GoStmt); ok {
		return true
	}
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return false
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	return ok && method.Sel.Name == "Go"
}
