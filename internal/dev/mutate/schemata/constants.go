package schemata

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"runtime"
)

func (w *walker) literal(n *ast.BasicLit) {
	switch n.Kind {
	case token.INT:
		w.integer(n)
	case token.STRING:
		w.emptied(n)
	}
}

// integer makes a literal one higher and one lower.
func (w *walker) integer(n *ast.BasicLit) {
	value := w.info.Types[n]
	basic := basicOf(value.Type)
	isNumber := basic&types.IsInteger != 0 || basic&types.IsFloat != 0 && !w.inShift()
	name, ok := w.typeName(value.Type)
	if !ok || !isNumber || !w.fits(value) {
		return
	}
	id := w.add(Integer, n.Pos(), n.End(), neighbour(n, value.Value, token.ADD))
	w.add(Integer, n.Pos(), n.End(), neighbour(n, value.Value, token.SUB))
	w.wrap(n, fmt.Sprintf("mutantStep[%s](%d, ", name, id), ")")
}

// neighbour is the literal one higher or lower, for the report.
func neighbour(n *ast.BasicLit, value constant.Value, op token.Token) string {
	if value.ExactString() != n.Value {
		return n.Value + op.String() + "1" // 0x2029, 1_000
	}
	return constant.BinaryOp(value, op, constant.MakeInt64(1)).String()
}

// inShift reports whether the literal is in a shift: a shift that is no longer constant
// needs an integer.
func (w *walker) inShift() bool {
	b, ok := w.parent(1).(*ast.BinaryExpr)
	return ok && (b.Op == token.SHL || b.Op == token.SHR)
}

// fits reports whether a part of a constant expression is itself a value of the
// expression's type: in uint8(300 - 50) the 300 is not.
func (w *walker) fits(value types.TypeAndValue) bool {
	if basicOf(value.Type)&types.IsInteger == 0 {
		return true
	}
	bits := uint(8 * types.SizesFor("gc", runtime.GOARCH).Sizeof(value.Type))
	if basicOf(value.Type)&types.IsUnsigned == 0 {
		bits--
	}
	return constant.BitLen(value.Value) <= int(bits)
}

// emptied empties a constant string, a literal or several joined, and reports whether it
// was one.
func (w *walker) emptied(n ast.Expr) bool {
	value := w.info.Types[n]
	name, ok := w.typeName(value.Type)
	if !ok || basicOf(value.Type)&types.IsString == 0 || value.Value == nil || isZeroConstant(value.Value) {
		return false
	}
	id := w.add(Empty, n.Pos(), n.End(), `""`)
	w.wrap(n, fmt.Sprintf("mutantEmpty[%s](%d, ", name, id), ")")
	return true
}

func (w *walker) boolean(n *ast.Ident) {
	other := ""
	switch w.info.Uses[n] {
	case types.Universe.Lookup("true"):
		other = "false"
	case types.Universe.Lookup("false"):
		other = "true"
	default:
		return
	}
	w.wrap(n, "(", fmt.Sprintf(" != mutantOn(%d))", w.add(Boolean, n.Pos(), n.End(), other)))
}

// bound makes a bound of a slice one higher and one lower. A literal does that itself,
// also as the last part of a sum.
func (w *walker) bound(n ast.Expr) {
	slice, ok := w.parent(1).(*ast.SliceExpr)
	if !ok || n != slice.Low && n != slice.High && n != slice.Max || isLiteral(n) {
		return
	}
	if sum, ok := n.(*ast.BinaryExpr); ok && (sum.Op == token.ADD || sum.Op == token.SUB) && isLiteral(sum.Y) {
		return
	}
	if basicOf(w.info.TypeOf(n))&types.IsInteger == 0 {
		return
	}
	id := w.add(Bound, n.Pos(), n.End(), w.textOf(n)+"+1")
	w.add(Bound, n.Pos(), n.End(), w.textOf(n)+"-1")
	w.wrap(n, fmt.Sprintf("mutantStep(%d, ", id), ")")
}

func isLiteral(n ast.Expr) bool {
	literal, ok := n.(*ast.BasicLit)
	return ok && literal.Kind == token.INT
}
