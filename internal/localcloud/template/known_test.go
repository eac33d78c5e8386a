package template

import (
	"compress/gzip"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// database is what is read of the CDK command line's database of CloudFormation types.
type database struct {
	Schema struct{ Resource, TypeDefinition entities }
}

type entities struct {
	Entities []struct {
		ID                 string `json:"$id"`
		CloudFormationType string
		Properties         members
	}
}

type members = map[string]struct{ Type valueType }

// valueType is a scalar, a reference to an object, or a list or map of elements.
type valueType struct {
	Type      string
	Reference struct {
		Ref string `json:"$ref"`
	}
	Element *valueType
}

func installedDatabase(t *testing.T) (db database) {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "infra", "node_modules", "aws-cdk", "db.json.gz"))
	if err != nil {
		if os.Getenv("ASSEMBLY_REQUIRED") != "" {
			t.Fatal(err) // make test has installed it
		}
		t.Skipf("the CDK command line is not installed (make synth-host installs it): %v", err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(unpacked).Decode(&db); err != nil {
		t.Fatal(err)
	}
	return db
}

// specification returns the path of every property of the types that are judged, in the spelling
// of CloudFormation.
func specification(t *testing.T) map[string]bool {
	t.Helper()
	db := installedDatabase(t)
	paths, objects := map[string]bool{}, map[string]members{}
	for _, object := range db.Schema.TypeDefinition.Entities {
		objects[object.ID] = object.Properties
	}
	var list func(at string, properties members)
	list = func(at string, properties members) {
		for name, p := range properties {
			path, kind := at+"."+name, &p.Type
			paths[path] = true
			for kind.Element != nil {
				if kind.Type == "map" {
					path += ".*"
				}
				kind = kind.Element
			}
			list(path, objects[kind.Reference.Ref])
		}
	}
	for _, resource := range db.Schema.Resource.Entities {
		for _, service := range judged {
			if kind, ok := strings.CutPrefix(resource.CloudFormationType, service); ok {
				paths[kind] = true
				list(kind, resource.Properties)
			}
		}
	}
	return paths
}

func TestR51_TheTableHasEveryPropertyOfTheSpecificationAndNoOther(t *testing.T) {
	paths, known := specification(t), newKnownProperties(known())
	if len(paths) < 200 {
		t.Fatalf("the specification has %d properties: is it read as it is written?", len(paths))
	}
	for path := range paths {
		if !known.has(path) && !known.parents[path] {
			t.Errorf("%s is new: say in known.go what becomes of it", path)
		}
	}
	for key, verdict := range known.rows {
		if path, _, _ := strings.Cut(key, "="); !paths[path] {
			t.Errorf("%s: CloudFormation has no such property", key)
		}
		if (verdict.why == "") != (verdict.class == acts) {
			t.Errorf("%s: a row has a reason if and only if it does not act", key)
		}
	}
}

// constructs returns the properties in the Go module of the CDK that is built into the
// stack: by type of resource, and by type of object in it.
func constructs(t *testing.T) map[[2]string][]string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-cdk-go/awscdk/v2").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "awscognito", "Cfn*.go"))
	if err != nil {
		t.Fatal(err)
	}
	name, all := regexp.MustCompile(`^Cfn([A-Za-z]+?)(?:Props|_(\w+)Property)\.go$`), map[[2]string][]string{}
	for _, path := range files {
		match := name.FindStringSubmatch(filepath.Base(path))
		if match == nil {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if field, ok := node.(*ast.Field); ok && field.Tag != nil {
				tag := reflect.StructTag(strings.Trim(field.Tag.Value, "`")).Get("json")
				all[[2]string{match[1], match[2]}] = append(all[[2]string{match[1], match[2]}], tag)
			}
			return true
		})
	}
	return all
}

// The Go module may know more than the command line. It has no paths and another spelling,
// so an object is recognized by its members: where the table has one of them, it must have
// them all.
func TestR51_TheTableHasEveryPropertyOfTheCDKsConstructs(t *testing.T) {
	all := constructs(t)
	if len(all) < 40 {
		t.Fatalf("the CDK has %d types of Cognito: is it read as it is written?", len(all))
	}
	rows := map[string]verdict{}
	for key, verdict := range known() {
		rows[strings.ToLower(key)] = verdict
	}
	known := newKnownProperties(rows)
	for of, names := range all {
		kind, object := strings.ToLower(of[0]), of[1]
		if _, whole := known.rows[kind]; whole {
			continue
		}
		fewest := names
		for parent := range known.parents {
			if _, covers := known.rows[parent]; covers {
				continue
			}
			missing := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
				path := parent + "." + strings.ToLower(name)
				return known.has(path) || known.parents[path]
			})
			if within := parent == kind || strings.HasPrefix(parent, kind+"."); within && len(missing) < len(fewest) && (object != "") == (parent != kind) {
				fewest = missing
			}
		}
		if len(fewest) > 0 && (object == "" || len(fewest) < len(names)) {
			t.Errorf("%s %s has %q, which are in no row of known.go", of[0], object, fewest)
		}
	}
}

func TestR51_AVerdictHoldsForWhatIsBelowItUnlessItActs(t *testing.T) {
	below := verdict{harmless, "a label"}
	known := newKnownProperties(map[string]verdict{"A.B": below, "A.B.C": {class: acts}, "A.D": {class: acts}, "A.D.E": below})
	for path, want := range map[string]verdict{"A.B.F": below, "A.B.C.G": below, "A.B.C": {class: acts}, "A.D.H": unknown, "A.I": unknown} {
		if got := known.verdict(path, ""); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}
