package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

// source is what the Go source says of types that reflection does not: by the name
// of a type, or of a type and its field.
type source struct {
	comments  map[string]string
	values    map[string][]any    // of the constants of a type, in their order
	constants map[string][]string // their names
}

// readSource reads the packages that a stage file's types are of.
func readSource(root string) (source, error) {
	s := source{comments: map[string]string{}, values: map[string][]any{}, constants: map[string][]string{}}
	for _, folder := range []string{"infra/settings", "internal/policy"} {
		files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil || len(files) == 0 {
			return s, fmt.Errorf("there is no Go source in %s: run it from the project's folder", filepath.Join(root, folder))
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
			if err != nil {
				return s, fmt.Errorf("reading the Go source: %w", err)
			}
			for _, declaration := range parsed.Decls {
				if general, ok := declaration.(*ast.GenDecl); ok {
					s.declaration(general)
				}
			}
		}
	}
	return s, nil
}

// declaration reads the types or constants of one.
func (s source) declaration(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			s.comments[spec.Name.Name] = text(spec.Name.Name, d.Doc, spec.Doc)
			if fields, ok := spec.Type.(*ast.StructType); ok {
				s.fields(spec.Name.Name, fields)
			}
		case *ast.ValueSpec:
			if d.Tok == token.CONST {
				s.constant(spec)
			}
		}
	}
}

func (s source) fields(of string, fields *ast.StructType) {
	for _, field := range fields.Fields.List {
		for _, name := range field.Names {
			s.comments[of+"."+name.Name] = text(name.Name, field.Doc, field.Comment)
		}
	}
}

// constant notes those of a named type with a text written out.
func (s source) constant(spec *ast.ValueSpec) {
	of, ok := spec.Type.(*ast.Ident)
	if !ok || of.Name == "string" {
		return
	}
	for i, value := range spec.Values {
		if literal, ok := value.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if text, err := strconv.Unquote(literal.Value); err == nil {
				s.values[of.Name] = append(s.values[of.Name], text)
				s.constants[of.Name] = append(s.constants[of.Name], spec.Names[i].Name)
			}
		}
	}
}

// text gives the comments without the name that they begin with, a line for each
// paragraph.
func text(name string, comments ...*ast.CommentGroup) string {
	var all []string
	for _, group := range comments {
		if group == nil {
			continue
		}
		for _, paragraph := range strings.Split(strings.TrimSpace(group.Text()), "\n\n") {
			all = append(all, strings.Join(strings.Fields(paragraph), " "))
		}
	}
	joined := strings.Join(all, "\n")
	for _, verb := range []string{" is ", " are "} {
		if rest, ok := strings.CutPrefix(joined, name+verb); ok && rest != "" {
			return strings.ToUpper(rest[:1]) + rest[1:]
		}
	}
	return joined
}
