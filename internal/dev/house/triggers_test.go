package house

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// The Makefile builds what has a folder, everything else goes by the table.
func TestEveryRowOfTheTriggersHasItsFolder(t *testing.T) {
	mains, err := filepath.Glob(root + "/triggers/*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, main := range mains {
		folders = append(folders, filepath.Base(filepath.Dir(main)))
	}
	if rows := slices.Sorted(slices.Values(triggers.Rooms())); !slices.Equal(folders, rows) {
		t.Errorf("triggers/ has the functions %v, the table the rows %v", folders, rows)
	}
}

func TestTheCommonEventOfATriggerIsItsOwnAndAnswered(t *testing.T) {
	for _, trigger := range triggers.All() {
		file := filepath.Join(root, "events", trigger.Room, trigger.Common)
		if _, err := os.Stat(file + ".want.json"); err != nil {
			t.Errorf("no test of triggers/%s replays its events (kerneltest.Replay): %v", trigger.Room, err)
		}
		text, err := os.ReadFile(file + ".json")
		if err != nil {
			t.Error(err)
			continue
		}
		var event struct{ TriggerSource string }
		if err := json.Unmarshal(text, &event); err != nil || !strings.HasPrefix(event.TriggerSource, trigger.Source+"_") {
			t.Errorf("%s/%s is an event of %q (%v), and the row says %s", trigger.Room, trigger.Common, event.TriggerSource, err, trigger.Source)
		}
	}
}

// ownLists name several triggers for a reason of their own.
var ownLists = map[string]string{
	"internal/localcloud/userpool.Fires": "what the local pool fires is a fact of the pool, tested to cover the table",
	"internal/dev/bench/tutorial.main":   "the tutorials' form is measured for three functions and no further one",
}

// A second list of triggers is one that an author forgets: whatever lists them loops
// over the table.
func TestOnlyTheTableListsTheTriggers(t *testing.T) {
	all := sources(t)
	constants, found := texts(all), map[string]bool{}
	for _, s := range all {
		if s.test() || strings.HasPrefix(s.path, "triggers/") {
			continue
		}
		for _, decl := range s.file.Decls {
			named := list(decl, func(e ast.Expr) string { return constants.of(s, e) })
			if len(named) < 2 {
				continue
			}
			place := path.Dir(s.path) + "." + nameOf(decl)
			if found[place] = true; ownLists[place] == "" {
				t.Errorf("%s: %s lists %v: loop over package triggers", s.path, nameOf(decl), named)
			}
		}
	}
	for place := range ownLists {
		if !found[place] {
			t.Errorf("%s lists no triggers any more: take it out of ownLists", place)
		}
	}
}

// list returns the triggers that one composite literal or the cases of one switch
// name; the longest list of the declaration.
func list(decl ast.Decl, text func(ast.Expr) string) []string {
	var longest []string
	ast.Inspect(decl, func(n ast.Node) bool {
		var parts []ast.Node
		switch n := n.(type) {
		case *ast.CompositeLit:
			parts = append(parts, n)
		case *ast.SwitchStmt:
			for _, clause := range n.Body.List {
				for _, value := range clause.(*ast.CaseClause).List {
					parts = append(parts, value)
				}
			}
		}
		var named []string
		for _, part := range parts {
			ast.Inspect(part, func(n ast.Node) bool {
				if e, ok := n.(ast.Expr); ok {
					i := slices.IndexFunc(triggers.All(), func(t triggers.Trigger) bool { s := text(e); return s == t.Name || s == t.Room })
					if i >= 0 && !slices.Contains(named, triggers.Names()[i]) {
						named = append(named, triggers.Names()[i])
					}
				}
				return true
			})
		}
		if len(named) > len(longest) {
			longest = named
		}
		return true
	})
	return longest
}

// constants are the values of the text constants, by folder and name.
type constants map[string]string

func texts(all []source) constants {
	found := constants{}
	for _, s := range all {
		for _, decl := range s.file.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			for _, spec := range group.Specs {
				spec := spec.(*ast.ValueSpec)
				for i, value := range spec.Values {
					found[path.Dir(s.path)+"."+spec.Names[i].Name] = found.of(s, value)
				}
			}
		}
	}
	return found
}

// of returns the text that an expression stands for: a literal, or a constant of
// this repository.
func (c constants) of(s source, e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value)
		return text
	case *ast.Ident:
		return c[path.Dir(s.path)+"."+e.Name]
	case *ast.SelectorExpr:
		pkg, ok := e.X.(*ast.Ident)
		if !ok {
			return ""
		}
		for _, spec := range s.file.Imports {
			at := strings.Trim(spec.Path.Value, `"`)
			if dir, own := strings.CutPrefix(at, module); own && path.Base(at) == pkg.Name {
				return c[dir+"."+e.Sel.Name]
			}
		}
	}
	return ""
}

// nameOf is the name of a function, or of the first thing that a group declares.
func nameOf(decl ast.Decl) string {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		return d.Name.Name
	case *ast.GenDecl:
		switch spec := d.Specs[0].(type) {
		case *ast.ValueSpec:
			return spec.Names[0].Name
		case *ast.TypeSpec:
			return spec.Name.Name
		}
	}
	return "an import"
}
