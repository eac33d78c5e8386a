package schemata

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// statement mutates a statement of a list as a whole.
func (w *walker) statement(n ast.Stmt) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		w.assignment(n)
	case *ast.IncDecStmt:
		w.deletion(n, w.swapped(n, n.TokPos, n.Tok))
	case *ast.ExprStmt, *ast.DeferStmt, *ast.GoStmt:
		if deletable(n) {
			w.deletion(n, "")
		}
	case *ast.ReturnStmt:
		w.returned(n)
	case *ast.BranchStmt:
		w.jump(n)
	}
}

func (w *walker) assignment(n *ast.AssignStmt) {
	if !deletable(n) {
		return
	}
	other := ""
	if _, ok := swaps[n.Tok]; ok && basicOf(w.info.TypeOf(n.Lhs[0]))&(types.IsInteger|types.IsFloat) != 0 {
		other = w.swapped(n, n.TokPos, n.Tok)
	}
	w.deletion(n, other)
}

// swapped records the statement with the opposite operator and returns the text that
// selects it.
func (w *walker) swapped(n ast.Stmt, at token.Pos, old token.Token) string {
	end := at + token.Pos(len(old.String()))
	other := swaps[old].String()
	id := w.add(Arithmetic, at, end, other)
	return fmt.Sprintf("if mutantOn(%d) { %s } else ", id, w.text(n.Pos(), at)+other+w.text(end, n.End()))
}

func (w *walker) deletion(n ast.Stmt, before string) {
	id := w.record(Deletion, n.Pos(), w.textOf(n), "{}")
	w.wrap(n, fmt.Sprintf("%sif !mutantOn(%d) { ", before, id), " }")
}

// deletable reports whether a statement can be left out alone: it declares nothing, and
// its value is used.
func deletable(n ast.Stmt) bool {
	switch n := n.(type) {
	case *ast.ExprStmt:
		_, ok := n.X.(*ast.CallExpr)
		return ok
	case *ast.AssignStmt:
		return n.Tok != token.DEFINE && !allBlank(n.Lhs)
	case *ast.IncDecStmt, *ast.DeferStmt, *ast.GoStmt:
		return true
	}
	return false
}

func allBlank(list []ast.Expr) bool {
	for _, e := range list {
		if id, ok := e.(*ast.Ident); !ok || id.Name != "_" {
			return false
		}
	}
	return true
}

// branchOfIf leaves out the body of an if or of its else.
func (w *walker) branchOfIf(n *ast.BlockStmt) {
	choice, ok := w.parent(1).(*ast.IfStmt)
	if !ok || !w.worthRemoving(n.List) {
		return
	}
	head := "if " + w.textOf(choice.Cond)
	if choice.Else == n {
		head += " {…} else"
	}
	id := w.record(Body, n.Pos(), head+" "+w.textOf(n), head+" {}")
	w.between(n.Lbrace+1, n.Rbrace, fmt.Sprintf(" if !mutantOn(%d) {", id), "} ")
}

// branchOfSwitch leaves out the body of a case.
func (w *walker) branchOfSwitch(n *ast.CaseClause) {
	if !w.worthRemoving(n.Body) {
		return
	}
	first, last := n.Body[0], n.Body[len(n.Body)-1]
	if jump, ok := last.(*ast.BranchStmt); ok && jump.Tok == token.FALLTHROUGH {
		return
	}
	id := w.record(Body, n.Pos(), w.text(n.Pos(), last.End()), w.text(n.Pos(), n.Colon+1))
	w.between(first.Pos(), last.End(), fmt.Sprintf("if !mutantOn(%d) { ", id), " }")
}

// worthRemoving reports whether a body has more than one statement that is deleted
// anyway.
func (w *walker) worthRemoving(body []ast.Stmt) bool {
	return len(body) > 1 || len(body) == 1 && !deletable(body[0])
}
