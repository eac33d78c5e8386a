package schemata

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// returned replaces the values of a return by zero values, one at a time; those of a call
// with several results, all at once.
func (w *walker) returned(n *ast.ReturnStmt) {
	results := w.results()
	if results == nil || len(n.Results) == 0 {
		return
	}
	var forms strings.Builder
	if len(n.Results) == 1 && results.Len() > 1 {
		zeros := make([]string, 0, results.Len())
		for v := range results.Variables() {
			zero, ok := w.zero(v.Type())
			if !ok {
				return
			}
			zeros = append(zeros, zero)
		}
		w.zeroed(&forms, n.Results[0], n, strings.Join(zeros, ", "))
	} else {
		for i, result := range n.Results {
			zero, ok := w.zero(results.At(i).Type())
			if ok && !w.isZero(result) && !w.changesItself(result) {
				w.zeroed(&forms, result, n, zero)
			}
		}
	}
	if forms.Len() > 0 {
		w.wrap(n, forms.String(), "")
	}
}

// zeroed writes the return with one of its values replaced.
func (w *walker) zeroed(forms *strings.Builder, value ast.Expr, n *ast.ReturnStmt, zero string) {
	id := w.add(Zero, value.Pos(), value.End(), zero)
	fmt.Fprintf(forms, "if mutantOn(%d) { %s }; ", id, w.text(n.Pos(), value.Pos())+zero+w.text(value.End(), n.End()))
}

// changesItself reports whether the expression's own operator makes it zero: a string, a
// boolean and a 1.
func (w *walker) changesItself(e ast.Expr) bool {
	value := w.info.Types[e].Value
	if value == nil {
		return false
	}
	switch e := e.(type) {
	case *ast.Ident:
		return value.Kind() == constant.Bool && e.Name == "true"
	case *ast.BasicLit:
		return e.Kind == token.STRING || e.Kind == token.INT && e.Value == "1"
	}
	return false
}

// results returns the result types of the function under visit.
func (w *walker) results() *types.Tuple {
	for i := len(w.stack) - 1; i >= 0; i-- {
		switch n := w.stack[i].node.(type) {
		case *ast.FuncLit:
			return w.info.TypeOf(n).(*types.Signature).Results()
		case *ast.FuncDecl:
			return w.info.Defs[n.Name].Type().(*types.Signature).Results()
		}
	}
	return nil
}

// terminate ends a function with results in a way that the compiler accepts: a return
// behind a switch is not enough.
func (w *walker) terminate(t *ast.FuncType, body *ast.BlockStmt) {
	if body != nil && t.Results != nil {
		w.between(body.Rbrace, body.Rbrace, "", `; panic("a mutant ran off the end") `)
	}
}

// jump turns a continue into a break and back inside a loop.
func (w *walker) jump(n *ast.BranchStmt) {
	if n.Tok != token.BREAK && n.Tok != token.CONTINUE || !w.targetsLoop(n.Label) {
		return
	}
	other := swaps[n.Tok].String() + strings.TrimPrefix(w.textOf(n), n.Tok.String())
	id := w.record(Branch, n.Pos(), w.textOf(n), other)
	w.wrap(n, fmt.Sprintf("if mutantOn(%d) { %s }; ", id, other), "")
}

// targetsLoop reports whether a loop of the same function has the label, or exists at all
// for a jump without one.
func (w *walker) targetsLoop(label *ast.Ident) bool {
	for i := len(w.stack) - 1; i > 0; i-- {
		switch w.stack[i].node.(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return false
		case *ast.ForStmt, *ast.RangeStmt:
			if label == nil {
				return true
			}
			if outer, ok := w.stack[i-1].node.(*ast.LabeledStmt); ok && outer.Label.Name == label.Name {
				return true
			}
		}
	}
	return false
}
