package schemata

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// ordered are the helpers of the comparisons with a boundary: the mutants move the
// boundary and negate.
var ordered = map[token.Token]struct {
	helper            string
	boundary, negated token.Token
}{
	token.LSS: {"mutantLess", token.LEQ, token.GEQ},
	token.LEQ: {"mutantLessEqual", token.LSS, token.GTR},
	token.GTR: {"mutantGreater", token.GEQ, token.LEQ},
	token.GEQ: {"mutantGreaterEqual", token.GTR, token.LSS},
}

// swaps are the operators that replace each other.
var swaps = map[token.Token]token.Token{
	token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.LAND: token.LOR, token.LOR: token.LAND,
	token.ADD: token.SUB, token.SUB: token.ADD,
	token.MUL: token.QUO, token.QUO: token.MUL,
	token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
	token.MUL_ASSIGN: token.QUO_ASSIGN, token.QUO_ASSIGN: token.MUL_ASSIGN,
	token.INC: token.DEC, token.DEC: token.INC,
	token.BREAK: token.CONTINUE, token.CONTINUE: token.BREAK,
}

var arithmetic = map[token.Token]string{
	token.ADD: "mutantAdd", token.SUB: "mutantSubtract", token.MUL: "mutantMultiply", token.QUO: "mutantDivide",
}

// binary mutates an operator and reports whether to visit the operands.
func (w *walker) binary(n *ast.BinaryExpr) bool {
	value := w.info.Types[n]
	if value.Value != nil {
		return !w.emptied(n)
	}
	switch n.Op {
	case token.EQL, token.NEQ:
		if isPlainBool(value.Type) {
			w.wrap(n, "((", fmt.Sprintf(") != mutantOn(%d))", w.operator(Comparison, n, swaps[n.Op])))
		}
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		w.ordered(n)
	case token.LAND, token.LOR:
		w.logic(n)
	case token.ADD, token.SUB, token.MUL, token.QUO:
		w.arithmetic(n)
	}
	return true
}

// operator records the mutant with another operator.
func (w *walker) operator(kind string, n *ast.BinaryExpr, other token.Token) int {
	return w.add(kind, n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), other.String())
}

func (w *walker) ordered(n *ast.BinaryExpr) {
	if !isPlainBool(w.info.TypeOf(n)) || basicOf(w.operandType(n))&types.IsOrdered == 0 {
		return
	}
	forms := ordered[n.Op]
	if basicOf(w.operandType(n))&types.IsInteger != 0 && (isLiteral(n.X) || isLiteral(n.Y)) {
		// x < 5 with another boundary is x < 6, a mutant of the literal.
		w.wrap(n, "((", fmt.Sprintf(") != mutantOn(%d))", w.operator(Comparison, n, forms.negated)))
		return
	}
	id := w.operator(Comparison, n, forms.boundary)
	w.operator(Comparison, n, forms.negated)
	w.call(n, forms.helper, id)
}

// operandType returns the type of the operand that is no untyped constant.
func (w *walker) operandType(n *ast.BinaryExpr) types.Type {
	if w.info.Types[n.X].Value == nil {
		return w.info.TypeOf(n.X)
	}
	return w.info.TypeOf(n.Y)
}

// call makes the two operands the arguments of a helper.
func (w *walker) call(n *ast.BinaryExpr, helper string, id int) {
	w.wrap(n, fmt.Sprintf("%s(%d, ", helper, id), ")")
	w.replace(n.OpPos, n.Op.String(), ",")
}

// logic writes a || b as !(!a && !b), with each ! as "!= switch". The second operand is
// evaluated exactly when it was before.
func (w *walker) logic(n *ast.BinaryExpr) {
	if !isPlainBool(w.info.TypeOf(n)) || !isPlainBool(w.info.TypeOf(n.X)) || !isPlainBool(w.info.TypeOf(n.Y)) {
		return
	}
	on := fmt.Sprintf(") != mutantOn(%d)", w.operator(Logic, n, swaps[n.Op]))
	w.wrap(n, "((((", on+")"+on+")")
	w.replace(n.OpPos, n.Op.String(), on+") "+n.Op.String()+" ((")
}

func (w *walker) arithmetic(n *ast.BinaryExpr) {
	if basicOf(w.info.TypeOf(n))&(types.IsInteger|types.IsFloat) == 0 {
		return // + also joins strings
	}
	w.call(n, arithmetic[n.Op], w.operator(Arithmetic, n, swaps[n.Op]))
}

// condition negates the condition of an if, a for or a tagless case. A comparison negates
// itself.
func (w *walker) condition(n ast.Expr) {
	if !w.isCondition(n) || !isPlainBool(w.info.TypeOf(n)) || w.info.Types[n].Value != nil {
		return
	}
	if b, ok := n.(*ast.BinaryExpr); ok && b.Op != token.LAND && b.Op != token.LOR {
		return
	}
	id := w.add(Condition, n.Pos(), n.End(), "!("+w.textOf(n)+")")
	w.wrap(n, "((", fmt.Sprintf(") != mutantOn(%d))", id))
}

func (w *walker) isCondition(n ast.Expr) bool {
	switch parent := w.parent(1).(type) {
	case *ast.IfStmt:
		return parent.Cond == n
	case *ast.ForStmt:
		return parent.Cond == n
	case *ast.CaseClause:
		return isOneOf(n, parent.List) && w.tagless(2)
	}
	return false
}
