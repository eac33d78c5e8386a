package schemata

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strconv"
)

// importNames returns the names under which a file knows its imports.
func importNames(file *ast.File, info *types.Info) map[string]string {
	names := make(map[string]string, len(file.Imports))
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if spec.Name != nil {
			names[path] = spec.Name.Name
		} else if name, ok := info.Implicits[spec].(*types.PkgName); ok {
			names[path] = name.Name()
		}
	}
	return names
}

// typeName returns a type as the file may write it; false if it may not.
func (w *walker) typeName(t types.Type) (string, bool) {
	nameable := true
	name := types.TypeString(t, func(pkg *types.Package) string {
		if pkg == w.pkg {
			return ""
		}
		imported := w.imports[pkg.Path()]
		nameable = nameable && imported != "" && imported != "_" && imported != "."
		return imported
	})
	if named, ok := types.Unalias(t).(*types.Named); ok && named.Obj().Pkg() != w.pkg {
		nameable = nameable && (named.Obj().Pkg() == nil || named.Obj().Exported())
	}
	return name, nameable
}

// basicOf returns the BasicInfo of a type's underlying type. It is 0 for untyped values,
// type parameters and types that are not basic.
func basicOf(t types.Type) types.BasicInfo {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok || t == nil {
		return 0
	}
	basic, ok := t.Underlying().(*types.Basic)
	if !ok || basic.Info()&types.IsUntyped != 0 {
		return 0
	}
	return basic.Info()
}

// isPlainBool excludes named boolean types, which do not mix with the switch's bool.
func isPlainBool(t types.Type) bool {
	return t != nil && types.Identical(types.Default(t), types.Typ[types.Bool])
}

// zero returns the zero value of a type as an expression; false if this file cannot write
// it.
func (w *walker) zero(t types.Type) (string, bool) {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		name, ok := w.typeName(t)
		return "*new(" + name + ")", ok
	}
	switch under := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case under.Info()&types.IsBoolean != 0:
			return "false", true
		case under.Info()&types.IsString != 0:
			return `""`, true
		case under.Info()&types.IsNumeric != 0:
			return "0", true
		}
	case *types.Struct, *types.Array:
		name, ok := w.typeName(t)
		return name + "{}", ok
	}
	return "nil", true
}

// isZero reports whether an expression is visibly the zero value already.
func (w *walker) isZero(e ast.Expr) bool {
	value := w.info.Types[e]
	if value.IsNil() {
		return true
	}
	if literal, ok := e.(*ast.CompositeLit); ok && len(literal.Elts) == 0 {
		switch value.Type.Underlying().(type) {
		case *types.Struct, *types.Array:
			return true
		}
	}
	return value.Value != nil && isZeroConstant(value.Value)
}

func isZeroConstant(v constant.Value) bool {
	switch v.Kind() {
	case constant.Bool:
		return !constant.BoolVal(v)
	case constant.String:
		return constant.StringVal(v) == ""
	case constant.Int, constant.Float:
		return constant.Sign(v) == 0
	}
	return false
}
