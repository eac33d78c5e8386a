package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const root = "../../.."

// source is one parsed file, by its path from the repository's root.
type source struct {
	path string
	file *ast.File
	set  *token.FileSet
}

func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

// notOurs are folders of what others wrote, or of what is built.
var notOurs = []string{"node_modules", "dist", "cdk.out", ".git", "testdata"}

// sources parses every Go file of the repository.
func sources(t *testing.T) []source {
	t.Helper()
	all, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(all, func(s source) bool { return s.path == "internal/dev/house/house_test.go" }) {
		t.Fatalf("this file is not among the %d that were found", len(all))
	}
	return all
}

// parsed does it once for all tests.
var parsed = sync.OnceValues(func() (all []source, err error) {
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains(notOurs, entry.Name()) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		all = append(all, source{strings.TrimPrefix(filepath.ToSlash(path), root+"/"), file, set})
		return nil
	})
	return all, err
})

func TestNoFunctionIsLongerThanAScreen(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasPrefix(s.path, "infra/") && strings.Count(s.path, "/") == 1 {
			continue // a resource with its properties is one statement
		}
		for _, decl := range s.file.Decls {
			function, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if lines := s.set.Position(function.End()).Line - s.set.Position(function.Pos()).Line + 1; lines > 60 {
				t.Errorf("%s: %s has %d lines, 60 are allowed", s.path, function.Name.Name, lines)
			}
		}
	}
}

func TestNoFileIsLongerThanThreeHundredLines(t *testing.T) {
	for _, s := range sources(t) {
		if lines := s.set.Position(s.file.End()).Line; lines > 300 && !s.test() && !generated(s.file) {
			t.Errorf("%s has %d lines", s.path, lines)
		}
	}
}

func generated(file *ast.File) bool { return ast.IsGenerated(file) }

func TestEveryPackageIsExplained(t *testing.T) {
	explained := map[string]bool{}
	for _, s := range sources(t) {
		if s.test() {
			continue
		}
		dir := filepath.Dir(s.path)
		explained[dir] = explained[dir] || s.file.Doc != nil
	}
	for dir, ok := range explained {
		if !ok {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

func TestEverythingExportedIsExplained(t *testing.T) {
	for _, s := range sources(t) {
		if s.test() || s.file.Name.Name == "main" {
			continue
		}
		for _, decl := range s.file.Decls {
			for _, name := range unexplained(decl) {
				t.Errorf("%s: %s has no doc comment", s.path, name)
			}
		}
	}
}

// unexplained returns the exported names of a declaration without a comment. A comment on
// a group covers its members.
func unexplained(decl ast.Decl) []string {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && exportedReceiver(d) {
			return []string{d.Name.Name}
		}
	case *ast.GenDecl:
		var names []string
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Name.IsExported() && d.Doc == nil && spec.Doc == nil {
					names = append(names, spec.Name.Name)
				}
			case *ast.ValueSpec:
				if spec.Names[0].IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
					names = append(names, spec.Names[0].Name)
				}
			}
		}
		return names
	}
	return nil
}

func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	receiver := f.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	name, ok := receiver.(*ast.Ident)
	return ok && name.IsExported()
}

// never are packages that nothing in the repository may import, and why.
var never = map[string]string{
	"github.com/aws/aws-lambda-go/events": "its Cognito structs drop members and write nulls that take groups away",
	"io/ioutil":                           "deprecated since Go 1.16",
	"github.com/aws/aws-sdk-go/":          "the first SDK; the second one is used",
}

// mayImport are the packages that may. The tutorial form is what the suite is measured
// against; whoami answers API Gateway and sees no Cognito event.
var mayImport = []string{"internal/dev/bench/tutorial/", "infra/functions/whoami/"}

func TestWhatIsNeverImported(t *testing.T) {
	for _, s := range sources(t) {
		if slices.ContainsFunc(mayImport, func(room string) bool { return strings.HasPrefix(s.path, room) }) {
			continue
		}
		for _, spec := range s.file.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			for banned, why := range never {
				if path == banned || strings.HasSuffix(banned, "/") && strings.HasPrefix(path, banned) {
					t.Errorf("%s imports %s: %s", s.path, path, why)
				}
			}
		}
	}
}

// A main is short: it only connects parts.
func TestMainsOfTheTriggersAreWiring(t *testing.T) {
	for _, s := range sources(t) {
		if !strings.HasPrefix(s.path, "triggers/") || !strings.HasSuffix(s.path, "/main.go") {
			continue
		}
		for _, decl := range s.file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Name.Name == "main" && len(f.Body.List) != 1 {
				t.Errorf("%s: main has %d statements", s.path, len(f.Body.List))
			}
		}
	}
}

// A reader of a SKIP line wants to know what to install.
func TestASkipHasAReason(t *testing.T) {
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			use, ok := call.Fun.(*ast.SelectorExpr)
			if ok && (use.Sel.Name == "SkipNow" || use.Sel.Name == "Skip" && len(call.Args) == 0 && s.test()) {
				t.Errorf("%s:%d: a test is skipped without a reason", s.path, s.set.Position(call.Pos()).Line)
			}
			return true
		})
	}
}
