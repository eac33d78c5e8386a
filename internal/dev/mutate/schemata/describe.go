package schemata

import (
	"go/ast"
	"go/token"
	"strings"
)

// add records a mutant that changes the source of the visited node, or of a part of it,
// and returns its number.
func (w *walker) add(operator string, start, end token.Pos, after string) int {
	from, to := w.around(start, end)
	return w.record(operator, start, w.text(from, to), w.text(from, start)+after+w.text(end, to))
}

func (w *walker) record(operator string, at token.Pos, before, after string) int {
	id := len(w.mutants) + 1
	w.mutants = append(w.mutants, Mutant{
		ID: id, File: w.source.Name, Line: w.file.Line(at), Func: w.funcName(), Operator: operator,
		Before: oneLine(before), After: oneLine(after),
	})
	return id
}

// around returns the largest expression or simple statement around a place that fits on a
// short line: a change of 1 into 2 says little without it.
func (w *walker) around(start, end token.Pos) (from, to token.Pos) {
	const short = 70
	from, to = start, end
	for i := len(w.stack) - 1; i >= 0; i-- {
		n := w.stack[i].node
		if n.Pos() > from || n.End() < to {
			continue
		}
		text := w.textOf(n)
		if !isPhrase(n) || len(text) > short || strings.Contains(text, "\n") {
			break
		}
		from, to = n.Pos(), n.End()
	}
	return from, to
}

func isPhrase(n ast.Node) bool {
	switch n.(type) {
	case ast.Expr, *ast.AssignStmt, *ast.ExprStmt, *ast.ReturnStmt, *ast.IncDecStmt, *ast.DeferStmt, *ast.GoStmt, *ast.ValueSpec:
		return true
	}
	return false
}

// funcName returns the declared function or variable under visit.
func (w *walker) funcName() string {
	for _, f := range w.stack {
		switch n := f.node.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil || len(n.Recv.List) == 0 {
				return n.Name.Name
			}
			return receiver(n.Recv.List[0].Type) + "." + n.Name.Name
		case *ast.ValueSpec:
			return n.Names[0].Name
		}
	}
	return "-"
}

// receiver returns the type's name without star and type parameters.
func receiver(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.IndexListExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	}
	return "?"
}
