package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// source is what the Go source says about types and reflection does not, by the name of a
// type, or of a type and its field.
type source struct {
	comments  map[string]string
	values    map[string][]any    // of the constants of a type, in their order
	constants map[string][]string // their names
	meanings  map[string]string   // of those that have a comment
	words     map[string]string   // of a stage file, by the Go name of a constant or Type.Field
}

// readSource reads the packages that have the types of a stage file.
func readSource(root string) (source, error) {
	s := source{map[string]string{}, map[string][]any{}, map[string][]string{}, map[string]string{}, map[string]string{}}
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
	s.spell()
	return s, nil
}

// declaration reads the types or constants of a declaration.
func (s source) declaration(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if s.comments[spec.Name.Name] != "" {
				continue // the settings, which are read first, have a type of this name, and they are what a stage says
			}
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
			if field.Tag != nil {
				tag, _ := strconv.Unquote(field.Tag.Value)
				s.words[of+"."+name.Name], _, _ = strings.Cut(reflect.StructTag(tag).Get("yaml"), ",")
			}
		}
	}
}

// constant notes the constants of a named type that are written as a literal.
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
				s.words[spec.Names[i].Name] = text
				s.meaning(of.Name, text, spec.Comment)
			}
		}
	}
}

// meaning adds the meaning of a value to the comment of its type.
func (s source) meaning(of, value string, comment *ast.CommentGroup) {
	if comment == nil {
		return
	}
	said := "`" + value + "`: " + strings.TrimSpace(comment.Text()) + "."
	if old, ok := strings.CutSuffix(s.meanings[of], "."); ok {
		said = old + "; " + said
	}
	s.meanings[of] = said
}

// text returns the comments without the name that they begin with, a line for each
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

// goName matches a word that may be a Go name, or text in backquotes.
var goName = regexp.MustCompile("`[^`]*`|\\b[A-Z][A-Za-z0-9_]*(\\.[A-Z][A-Za-z0-9]*)?\\b")

// spell replaces Go names by the words of a stage file: PlanPlus becomes plus,
// MFA.Mode becomes mfa.mode.
func (s source) spell() {
	for of, comment := range s.comments {
		owner, _, _ := strings.Cut(of, ".")
		s.comments[of] = goName.ReplaceAllStringFunc(comment, func(name string) string {
			if word := s.word(owner, name); word != "" && (name != strings.ToUpper(name) || strings.HasPrefix(comment, name)) {
				return "`" + word + "`"
			}
			return name // an abbreviation such as API is not a key within a sentence
		})
	}
}

// word returns the word in a stage file for a field of a type, of the Settings or of
// another type, or for a constant; "" for any other name.
func (s source) word(owner, name string) string {
	if word := s.words[owner+"."+name]; word != "" {
		return word
	}
	if of, _, dotted := strings.Cut(name, "."); dotted && s.words[name] != "" && of != "Settings" {
		return strings.ToLower(of[:1]) + of[1:] + "." + s.words[name]
	}
	if compound := strings.ContainsFunc(name[1:], unicode.IsUpper); compound && s.words["Settings."+name] != "" {
		return s.words["Settings."+name]
	}
	return s.words[name]
}
