package signup_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// comparing are the rooms that compare identities.
var comparing = []string{".", "challenge", "email", "invite", "lists", "phone", "sentence", "table"}

// allowed are the packages that each room may import: no network, no store, nothing of
// AWS, no randomness (law 3). Of time only the type is used: see clocks.
var allowed = map[string][]string{
	".": {
		"fmt", "maps", "regexp", "slices", "strconv", "strings", "time", "unicode", "unicode/utf8",
		project + "cognito", project + "deny", project + "policy",
		project + "signup/challenge", project + "signup/email", project + "signup/idn", project + "signup/invite", project + "signup/lists",
		project + "signup/phone", project + "signup/sentence", project + "signup/username",
	},
	"challenge": {"crypto/sha256", "encoding/binary", "errors", "math/bits", "strconv", "strings", "time", project + "deny", project + "policy"},
	"email":     {"errors", "slices", "strings"},
	"idn":       {"unicode", "golang.org/x/net/idna"},
	"invite":    {"crypto/ed25519", "encoding/base64", "errors", "slices", "strconv", "strings", "time", project + "deny", project + "policy"},
	"lists":     {"embed", "strings", project + "signup/email", project + "signup/table"},
	"phone":     {"embed", "errors", "slices", "strconv", "strings", project + "signup/table"},
	"sentence":  {"bytes", "fmt", "maps", "slices", "strconv", "strings", "unicode", "unicode/utf8", project + "deny", project + "policy"},
	"table":     {"strings"},
	"username": {
		"embed", "fmt", "slices", "strconv", "strings", "unicode", "unicode/utf8", "golang.org/x/text/secure/bidirule", "golang.org/x/text/unicode/norm",
		project + "deny", project + "policy", project + "signup/email", project + "signup/table",
	},
}

const project = "github.com/cognito-triggers/cognito-triggers/internal/"

// banned are functions that join characters which are not equal; on an identity they make
// two users one (R7).
var banned = []string{
	"ToLower", "ToUpper", "ToTitle", "EqualFold", "ToLowerSpecial", "ToUpperSpecial", "Title", "SimpleFold", "ParseAddress", "Fold", "NFKC", "NFC", "ToASCII",
}

// clocks are the functions that ask for the time or for randomness.
var clocks = []string{"time.Now", "time.Since", "time.Until", "time.After", "time.Tick", "ed25519.GenerateKey"}

// sources parses the files of a room.
func sources(t *testing.T, room string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(room, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, parsed(t, name, text))
	}
	if len(files) == 0 {
		t.Fatalf("%s has no sources", room)
	}
	return files
}

func parsed(t *testing.T, name string, text []byte) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// misuses returns the given functions that a file names, with or without their package.
func misuses(file *ast.File, functions []string) []string {
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		if use, ok := n.(*ast.SelectorExpr); ok {
			if name := fmt.Sprintf("%v.%s", use.X, use.Sel.Name); slices.Contains(functions, use.Sel.Name) || slices.Contains(functions, name) {
				found = append(found, name)
			}
		}
		return true
	})
	return found
}

func TestR7_IdentitiesAreNeverFoldedByUnicode(t *testing.T) {
	for _, room := range comparing {
		for _, file := range sources(t, room) {
			if found := misuses(file, banned); len(found) > 0 {
				t.Errorf("%s uses %v", room, found)
			}
		}
	}
	probe := parsed(t, "probe.go", []byte("package p\nvar _ = strings.EqualFold(strings.ToLower(a), f.ToUpper, time.Now(), who.Now)"))
	if found := misuses(probe, slices.Concat(banned, clocks)); len(found) != 4 {
		t.Errorf("the test is blind: it finds %v in the probe", found)
	}
}

func TestTheRoomsHaveNeitherClockNorChanceNorNetwork(t *testing.T) {
	for room := range allowed {
		for _, file := range sources(t, room) {
			if found := misuses(file, clocks); len(found) > 0 {
				t.Errorf("%s uses %v", room, found)
			}
			for _, spec := range file.Imports {
				path, err := strconv.Unquote(spec.Path.Value)
				if err != nil || !slices.Contains(allowed[room], path) {
					t.Errorf("%s imports %s", room, spec.Path.Value)
				}
			}
		}
	}
}

// Every refusal has a meaning, and a row names it: sentences, tables for clients and ops
// explain know only those.
func TestEveryRefusalStandsInTheTableWithItsMeaning(t *testing.T) {
	listed := map[string]bool{}
	for _, r := range signup.Refusals() {
		listed[r.Code] = true
		if r.Meaning == "" || strings.HasSuffix(r.Meaning, ".") || strings.Contains(r.Meaning, "\n") {
			t.Errorf("%s means %q to an operator: write it beside its sentence", r.Code, r.Meaning)
		}
	}
	for room := range allowed {
		for _, file := range sources(t, room) {
			ast.Inspect(file, func(n ast.Node) bool {
				if member, ok := n.(*ast.KeyValueExpr); ok && fmt.Sprint(member.Key) == "Code" {
					if code, err := strconv.Unquote(member.Value.(*ast.BasicLit).Value); err != nil || !listed[code] {
						t.Errorf("%s refuses with %s, which no row of rules.go names", room, code)
					}
				}
				return true
			})
		}
	}
}

func TestR21_TheRoomLinksNoStore(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, "strings") {
		t.Fatal("the list of packages is empty")
	}
	for _, dep := range deps {
		if dep == "net" || dep == "net/http" || dep == "net/mail" || strings.Contains(dep, "aws") || strings.Contains(dep, "yaml") {
			t.Errorf("links %s", dep)
		}
		// What is slow at start stays in the generators.
		for _, heavy := range []string{"phonenumbers", "protobuf", "secure/precis", "x/text/cases", "x/text/language", "publicsuffix"} {
			if strings.Contains(dep, heavy) {
				t.Errorf("links %s", dep)
			}
		}
	}
}
