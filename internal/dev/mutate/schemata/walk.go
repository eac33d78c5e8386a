package schemata

import (
	"go/ast"
	"go/token"
	"go/types"
)

// walker visits one file and collects its edits and mutants.
type walker struct {
	source  Source
	file    *token.File
	pkg     *types.Package
	info    *types.Info
	imports map[string]string // import path → its name in this file
	edits   []edit
	mutants []Mutant
	stack   []frame
}

// frame is a node under visit with what must be written after it.
type frame struct {
	node  ast.Node
	after []edit
}

func (w *walker) walk(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			w.leave()
			return true
		}
		if w.skips(n) {
			return false
		}
		w.stack = append(w.stack, frame{node: n})
		if w.enter(n) {
			return true
		}
		w.leave() // Inspect does not call back for a node whose children it skips
		return false
	})
}

// leave writes what the node's edits left for its end, the inner first.
func (w *walker) leave() {
	top := w.stack[len(w.stack)-1]
	w.stack = w.stack[:len(w.stack)-1]
	for i := len(top.after) - 1; i >= 0; i-- {
		w.edits = append(w.edits, top.after[i])
	}
}

// enter mutates a node and reports whether to visit its children.
func (w *walker) enter(n ast.Node) bool {
	if expr, ok := n.(ast.Expr); ok {
		w.condition(expr)
		w.bound(expr)
	}
	if stmt, ok := n.(ast.Stmt); ok && w.inList(stmt) {
		w.statement(stmt)
	}
	switch n := n.(type) {
	case *ast.FuncDecl:
		w.terminate(n.Type, n.Body)
	case *ast.FuncLit:
		w.terminate(n.Type, n.Body)
	case *ast.BlockStmt:
		w.branchOfIf(n)
	case *ast.CaseClause:
		w.branchOfSwitch(n)
	case *ast.BinaryExpr:
		return w.binary(n)
	case *ast.BasicLit:
		w.literal(n)
	case *ast.Ident:
		w.boolean(n)
	}
	return true
}

// parent returns the node around the one under visit, n nodes up.
func (w *walker) parent(n int) ast.Node {
	if at := len(w.stack) - 1 - n; at >= 0 {
		return w.stack[at].node
	}
	return nil
}

// inList reports whether the statement under visit is in a list of statements.
func (w *walker) inList(stmt ast.Stmt) bool {
	switch parent := w.parent(1).(type) {
	case *ast.BlockStmt, *ast.CaseClause:
		return true
	case *ast.CommClause:
		return parent.Comm != stmt
	}
	return false
}

// wrap puts text before and after the node under visit.
func (w *walker) wrap(n ast.Node, before, after string) { w.between(n.Pos(), n.End(), before, after) }

func (w *walker) between(start, end token.Pos, before, after string) {
	at, until := w.file.Offset(start), w.file.Offset(end)
	w.edits = append(w.edits, edit{at, at, opens, before})
	top := &w.stack[len(w.stack)-1]
	top.after = append(top.after, edit{until, until, closes, after})
}

// replace puts text in place of a token.
func (w *walker) replace(at token.Pos, old, text string) {
	start := w.file.Offset(at)
	w.edits = append(w.edits, edit{start, start + len(old), replaces, text})
}

// text returns a piece of the file as written.
func (w *walker) text(start, end token.Pos) string {
	return string(w.source.Text[w.file.Offset(start):w.file.Offset(end)])
}

func (w *walker) textOf(n ast.Node) string { return w.text(n.Pos(), n.End()) }
