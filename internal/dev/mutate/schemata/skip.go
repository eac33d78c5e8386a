package schemata

import (
	"go/ast"
	"go/token"
	"go/types"
)

// skips reports whether nothing may change in a node: it is a type, or the language needs
// a constant there, or no test could see a change.
func (w *walker) skips(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GenDecl:
		return n.Tok != token.VAR
	case *ast.ArrayType, *ast.StructType, *ast.FuncType, *ast.InterfaceType, *ast.MapType, *ast.ChanType, *ast.FieldList:
		return true
	case ast.Expr:
		return w.isLabel(n) || w.isArrayKey(n) || w.isCapacity(n)
	}
	return false
}

// isLabel reports whether n labels a case of a switch with a tag: these are mostly
// constants, and two equal ones are an error.
func (w *walker) isLabel(n ast.Expr) bool {
	clause, ok := w.parent(0).(*ast.CaseClause)
	return ok && isOneOf(n, clause.List) && !w.tagless(1)
}

// tagless reports whether the clause's switch, from the given place on the stack, has
// neither a tag nor types to choose by.
func (w *walker) tagless(up int) bool {
	choice, ok := w.parent(up + 1).(*ast.SwitchStmt)
	return ok && choice.Tag == nil
}

func (w *walker) isArrayKey(n ast.Expr) bool {
	pair, ok := w.parent(0).(*ast.KeyValueExpr)
	if !ok || pair.Key != n {
		return false
	}
	literal, ok := w.parent(1).(*ast.CompositeLit)
	if !ok {
		return false
	}
	switch w.info.TypeOf(literal).Underlying().(type) {
	case *types.Array, *types.Slice:
		return true
	}
	return false
}

// isCapacity reports whether n is the capacity in make([]T, n, capacity) or the hint in
// make(map[K]V, hint).
func (w *walker) isCapacity(n ast.Expr) bool {
	call, ok := w.parent(0).(*ast.CallExpr)
	if !ok || len(call.Args) < 2 || !w.isBuiltin(call.Fun, "make") {
		return false
	}
	if len(call.Args) == 3 {
		return call.Args[2] == n
	}
	_, isMap := w.info.TypeOf(call.Args[0]).Underlying().(*types.Map)
	return isMap && call.Args[1] == n
}

func (w *walker) isBuiltin(fun ast.Expr, name string) bool {
	id, ok := fun.(*ast.Ident)
	return ok && w.info.Uses[id] == types.Universe.Lookup(name)
}

func isOneOf(n ast.Expr, list []ast.Expr) bool {
	for _, other := range list {
		if other == n {
			return true
		}
	}
	return false
}
