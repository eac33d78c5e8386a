package infra

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
)

var update = flag.Bool("update", false, "rewrite the golden templates")

// assetHash is the template's reference to a function's files. A version's resource has
// another hash, over the function, at the end of its logical id.
var (
	assetHash   = regexp.MustCompile(`[0-9a-f]{64}`)
	versionHash = regexp.MustCompile(`(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}`)
)

// masked hides both: they change with every build of a function. The rest is still a
// template that a linter can read.
func masked(src []byte) []byte {
	return versionHash.ReplaceAll(assetHash.ReplaceAll(src, []byte("<hash>")), []byte("${1}HASH"))
}

// The golden files show a reviewer what a change of the code means for the stack.
func TestGoldenTemplates(t *testing.T) {
	for name, tpl := range map[string]func(testing.TB) template{
		"dev":    func(t testing.TB) template { return ofStage(t, "dev") },
		"prod":   func(t testing.TB) template { return ofStage(t, "prod") },
		"full":   everything,     // all that is off by default
		"pool":   pooled,         // hooked into a pool of the app
		"two":    two,            // both beside each other
		"owner":  ownersTemplate, // for a pool that somebody else makes
		"attach": tripped,        // the same, hooked and looked after
	} {
		t.Run(name, func(t *testing.T) {
			got := masked(printed(t, tpl(t)))
			file := filepath.Join("testdata", name+".template.json")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("the template differs from %s; look at the difference with `go test ./infra -run Golden -update && git diff infra/testdata`", file)
			}
		})
	}
}

// printed returns a template as indented JSON.
func printed(t *testing.T, tpl template) []byte {
	t.Helper()
	src, err := json.MarshalIndent(tpl, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(src, '\n')
}

// The local cloud runs what is synthesized for its own processor: in everything else that
// must be the deployed stack.
func TestHostTemplateDiffersInArchitectureAssetAndVersionOnly(t *testing.T) {
	host := quiet(t, "dev")
	host.Architecture, host.Bundles = AMD64, stubs(t, AMD64)
	arm, amd := ofQuiet(t, "dev"), synthesize(t, host)
	if reflect.DeepEqual(arm, amd) {
		t.Fatal("the templates are the same")
	}
	for id, r := range amd.resources(functionType) {
		p, same := r["Properties"].(map[string]any), arm.resources(functionType)[id]
		if !reflect.DeepEqual(p["Architectures"], []any{"x86_64"}) || !reflect.DeepEqual(at(same, "Properties", "Architectures"), []any{"arm64"}) {
			t.Errorf("%s: %v instead of %v", id, p["Architectures"], at(same, "Properties", "Architectures"))
		}
		if at(p, "Code", "S3Key") == at(same, "Properties", "Code", "S3Key") {
			t.Errorf("%s has the same asset", id)
		}
		p["Architectures"] = at(same, "Properties", "Architectures")
		p["Code"].(map[string]any)["S3Key"] = at(same, "Properties", "Code", "S3Key")
		r["Metadata"].(map[string]any)["aws:asset:path"] = at(same, "Metadata", "aws:asset:path")
	}
	// A version is named after a hash over its function.
	if a, b := versionHash.ReplaceAll(printed(t, arm), []byte("$1")), versionHash.ReplaceAll(printed(t, amd), []byte("$1")); !bytes.Equal(a, b) {
		t.Error("the templates differ in more than architecture, asset and version")
	}
}

// All that the CDK writes is equal byte for byte: template, asset list and manifest.
func TestR39_SynthesisIsTheSameFromAnyDirectory(t *testing.T) {
	files := []string{"CognitoTriggers-dev.template.json", "CognitoTriggers-dev.assets.json", "manifest.json"}
	var first map[string][]byte
	for range 2 {
		app := newApp(t)
		s := quiet(t, "dev") // from stubs in a new folder; the rest is in the golden templates
		stackOf(app, s)
		got := written(t, app, files)
		if first == nil {
			first = got
		}
		for _, file := range files {
			if !bytes.Equal(got[file], first[file]) {
				t.Errorf("%s differs", file)
			}
			if bytes.Contains(got[file], []byte(os.TempDir())) {
				t.Errorf("%s names a folder of this machine", file)
			}
		}
	}
}

// written synthesizes and returns files of the result.
func written(t *testing.T, app awscdk.App, files []string) map[string][]byte {
	t.Helper()
	folder := *app.Synth(nil).Directory()
	got := make(map[string][]byte)
	for _, file := range files {
		src, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		got[file] = src
	}
	return got
}
