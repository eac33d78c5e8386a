package infra

import (
	"encoding/binary"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// All tests share one jsii kernel. It is not safe for concurrent use, so no test here is
// parallel (github.com/aws/jsii#4218).
func TestMain(m *testing.M) {
	code := m.Run()
	// Closing reports a race in jsii about every other time; see infra/app.
	if nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = nowhere
	}
	jsii.Close()
	os.Exit(code)
}

// stubs writes a folder with all functions, each only an ELF header, so that no test
// needs compiled functions.
func stubs(t testing.TB, architecture Architecture) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range append(triggers.Rooms(), registerFolder, attachFolder, tripwireFolder, whoamiFolder, reconcileFolder) {
		writeStub(t, filepath.Join(folder, name), architecture)
	}
	return folder
}

// stubsWith is stubs with a tail behind one function's header: another build.
func stubsWith(t testing.TB, architecture Architecture, name, tail string) string {
	t.Helper()
	folder := stubs(t, architecture)
	path := filepath.Join(folder, name, bootstrapFile)
	header, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(header, tail...), 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

// writeStub writes one bootstrap.
func writeStub(t testing.TB, folder string, architecture Architecture) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	header := make([]byte, 64)
	copy(header, "\x7fELF\x02\x01\x01")                                        // 64 bit, little endian
	binary.LittleEndian.PutUint16(header[16:], 2)                              // an executable
	binary.LittleEndian.PutUint16(header[18:], uint16(machines[architecture])) // the processor
	binary.LittleEndian.PutUint32(header[20:], 1)                              // the version
	binary.LittleEndian.PutUint16(header[52:], 64)                             // the header's size
	if err := os.WriteFile(filepath.Join(folder, bootstrapFile), header, 0o755); err != nil {
		t.Fatal(err)
	}
}

// staged is a stage of the project, ready to be built from stubs.
type staged struct {
	name string
	Props
}

// stage loads a stage.
func stage(t testing.TB, name string) staged {
	t.Helper()
	s, err := settings.FindStage("stages", name)
	if err != nil {
		t.Fatal(err)
	}
	return staged{name, Props{Settings: s.Settings, Bundles: stubs(t, ARM64)}}
}

// stackOf makes the stack of a stage.
func stackOf(app awscdk.App, s staged) (awscdk.Stack, *TriggerSuite) {
	return NewStack(app, s.name, &s.Props)
}

// quiet returns a stage without alarms and dashboard, which are most of a synthesis, for
// tests of something else.
func quiet(t testing.TB, name string) staged {
	t.Helper()
	s := stage(t, name)
	s.Monitoring = Monitoring{NoAlarms: true, NoDashboard: true}
	return s
}

// newApp makes an app as the CDK command line does: with the context of cdk.json, which a
// test does not read by itself, and what the command line adds to it. It leaves out the
// tree and the stack traces, which nothing here reads and which would take a third of its
// time.
func newApp(t testing.TB) awscdk.App {
	t.Helper()
	context := map[string]any{
		"aws:cdk:enable-path-metadata":      true,
		"aws:cdk:enable-asset-metadata":     true,
		"aws:cdk:version-reporting":         false,
		"aws:cdk:disable-version-reporting": true,
	}
	maps.Copy(context, flags(t))
	return awscdk.NewApp(&awscdk.AppProps{
		Context: &context, Outdir: new(t.TempDir()), AnalyticsReporting: new(false),
		TreeMetadata: new(false), StackTraces: new(false),
	})
}

// flags returns the feature flags in cdk.json.
func flags(t testing.TB) map[string]any {
	t.Helper()
	src, err := os.ReadFile("../cdk.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Context map[string]any }
	if err := json.Unmarshal(src, &file); err != nil {
		t.Fatal(err)
	}
	return file.Context
}

// template is a synthesized stack in plain Go: no call into jsii, no panic of its
// matchers.
type template map[string]any

// made are the templates that several tests read, each made once: a synthesis is most of
// the cost of a test here.
var made = map[string]template{}

// once returns what was made under this name, a copy for each caller.
func once(t testing.TB, name string, build func() template) template {
	t.Helper()
	if made[name] == nil {
		made[name] = build()
	}
	return made[name].clone(t)
}

// ofStage returns the template of a stage of the project.
func ofStage(t testing.TB, name string) template {
	t.Helper()
	return once(t, name, func() template { return synthesize(t, stage(t, name)) })
}

// ofQuiet returns the template of a stage without alarms and dashboard.
func ofQuiet(t testing.TB, name string) template {
	t.Helper()
	return once(t, "quiet "+name, func() template { return synthesize(t, quiet(t, name)) })
}

// synthesize makes the stage's template. FromStack refuses one with a cycle.
func synthesize(t testing.TB, s staged) template {
	t.Helper()
	stack, _ := stackOf(newApp(t), s)
	return *assertions.Template_FromStack(stack, nil).ToJSON()
}

// resources returns those of one type, by logical id.
func (tpl template) resources(kind string) map[string]map[string]any {
	found := make(map[string]map[string]any)
	for id, resource := range tpl["Resources"].(map[string]any) {
		if r := resource.(map[string]any); r["Type"] == kind {
			found[id] = r
		}
	}
	return found
}

// properties returns those of one resource, by the id of its construct, and by that of
// the construct around it if the first is ambiguous.
func (tpl template) properties(t testing.TB, kind, construct string, around ...string) map[string]any {
	t.Helper()
	end := "/" + strings.Join(append(around, construct), "/")
	for id, r := range tpl.resources(kind) {
		if path := at(r, "Metadata", "aws:cdk:path"); path != nil && strings.HasSuffix(filepath.Dir(path.(string)), end) {
			if p, ok := r["Properties"].(map[string]any); ok {
				return p
			}
			t.Fatalf("%s has no properties", id)
		}
	}
	t.Fatalf("no %s from %s", kind, construct)
	return nil
}

// at follows keys and indexes into decoded JSON; nil if one leads nowhere.
func at(value any, path ...any) any {
	for _, step := range path {
		switch v := value.(type) {
		case map[string]any:
			key, _ := step.(string)
			value = v[key]
		case []any:
			i, ok := step.(int)
			if !ok || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

// clone copies decoded JSON.
func (tpl template) clone(t testing.TB) template {
	t.Helper()
	src, err := json.Marshal(tpl)
	if err != nil {
		t.Fatal(err)
	}
	var copied template
	if err := json.Unmarshal(src, &copied); err != nil {
		t.Fatal(err)
	}
	return copied
}

// texts returns the strings of a JSON list, or the one string in its place.
func texts(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, item := range v {
			text, _ := item.(string)
			all = append(all, text)
		}
		return all
	}
	return nil
}
