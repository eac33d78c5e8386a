package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

const file = "../../stages/stage.schema.json"

func TestWhatIsGeneratedIsThatOfTheTypes(t *testing.T) {
	const root = "../../.."
	files, err := generate(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		if got, err := os.ReadFile(filepath.Join(root, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the types say (%v): run `make schema`", name, err)
		}
	}
}

// compiled returns the schema as another implementation of JSON Schema reads it.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// refused returns the schema's objection to a stage file.
func refused(t *testing.T, schema *jsonschema.Schema, src []byte) error {
	t.Helper()
	var value any
	if err := yaml.Unmarshal(src, &value); err != nil {
		return err
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(document)
}

// loaded returns synth's objection to it.
func loaded(t *testing.T, src []byte) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.yaml")
	if err := os.WriteFile(path, src, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := settings.LoadStage(path)
	return err
}

func TestEveryStageFileIsSoundAndNamesTheSchema(t *testing.T) {
	schema := compiled(t)
	for pattern, reference := range map[string]string{"../../stages/*.yaml": "stage.schema.json", "../../app/testdata/*.yaml": "../../stages/stage.schema.json", "../../cmd/local/sample/shop/*.yaml": "../../../../stages/stage.schema.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no file is like %s: %v", pattern, err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := refused(t, schema, src); err != nil {
				t.Errorf("%s: %v", file, err)
			}
			if line, _, _ := strings.Cut(string(src), "\n"); line != "# yaml-language-server: $schema="+reference {
				t.Errorf("%s begins with %q", file, line)
			}
		}
	}
}

// sound is a stage without a mistake, up to the sign-up policy.
const sound = `domain: {prefix: example}
clients: {web: {callbackUrls: [https://app.example/callback]}}
resourceServer: {identifier: app, scopes: [{name: read}]}
`

// structural are the faults that a schema can see: wrong forms, unknown keys and values.
var structural = []string{": unknown key ", "must be a list", "must be a mapping", "must be true or false", "must be a whole number", "must be a text", "there is no mode ", "has no value", "there is no origin "}

// The schema must refuse every bad policy of package settings whose fault it can see.
func TestBadPoliciesAreRefusedWhereAFormIsWrong(t *testing.T) {
	schema := compiled(t)
	src, err := os.ReadFile("../../settings/testdata/bad-policies.txt")
	if err != nil {
		t.Fatal(err)
	}
	seen, taken := 0, 0
	for _, c := range strings.Split(string(src), "\n\n") {
		name, text, _ := strings.Cut(c, "\n")
		var body, faults strings.Builder
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, ">") {
				faults.WriteString(line)
			} else {
				body.WriteString("    " + line)
			}
		}
		err := refused(t, schema, []byte(sound+"policy:\n  signUp:\n"+body.String()+"\n"))
		visible := false
		for _, text := range structural {
			visible = visible || strings.Contains(faults.String(), text)
		}
		seen++
		if err == nil {
			taken++
			if visible {
				t.Errorf("%s is taken, and has\n%s", name, faults.String())
			}
		}
	}
	if taken == 0 || taken == seen {
		t.Errorf("%d cases, %d taken", seen, taken)
	}
}

func TestWhatTheSchemaRefusesSynthRefuses(t *testing.T) {
	schema := compiled(t)
	if err := refused(t, schema, []byte(sound)); err != nil || loaded(t, []byte(sound)) != nil {
		t.Fatalf("the sound stage: %v, %v", err, loaded(t, []byte(sound)))
	}
	for name, src := range map[string]string{
		"unknown key":        sound + "selfSignup: true\n",
		"unknown inner key":  sound + "passkeys: {rpId: x}\n",
		"text for a switch":  sound + "disposable: \"yes\"\n",
		"text for a number":  sound + "memoryMiB: \"256\"\n",
		"fraction":           sound + "memoryMiB: 256.5\n",
		"value for a list":   sound + "groups: admins\n",
		"list for settings":  sound + "monitoring: [x]\n",
		"unknown trigger":    sound + "functions: {PreSignup: {memoryMiB: 256}}\n",
		"no value":           sound + "plan:\n",
		"no prefix":          strings.Replace(sound, "domain: {prefix: example}\n", "", 1),
		"no client":          strings.Replace(sound, "clients: {web: {callbackUrls: [https://app.example/callback]}}\n", "", 1),
		"unknown client key": strings.Replace(sound, "callbackUrls", "callbackUrl", 1),
		"no scopes":          strings.Replace(sound, ", scopes: [{name: read}]", "", 1),
		"invite without id":  sound + "policy: {signUp: {access: {mode: invite, keys: [{publicKey: x}]}}}\n",
		"claim without name": sound + "policy: {tokens: {profiles: {app: {id: {claims: [{from: authz.roles}]}}}}}\n",
		"role without claim": sound + "identityPool: {roles: [{name: A, value: x}]}\n",
		"prefix with a dot":  strings.Replace(sound, "prefix: example}", "prefix: a.b}", 1),
	} {
		if err := refused(t, schema, []byte(src)); err == nil {
			t.Errorf("%s: the schema takes it", name)
		}
		if loaded(t, []byte(src)) == nil {
			t.Errorf("%s: synth takes it", name)
		}
	}
}

// An author must see the default of each prop, and an example.
func TestEveryPropSaysItsDefaultAndShowsAnExample(t *testing.T) {
	source, err := readSource("../../..")
	if err != nil {
		t.Fatal(err)
	}
	props := 0
	for _, of := range []reflect.Type{
		reflect.TypeFor[settings.Settings](), reflect.TypeFor[settings.Client](), reflect.TypeFor[settings.Domain](), reflect.TypeFor[settings.ResourceServer](),
		reflect.TypeFor[settings.Scope](), reflect.TypeFor[settings.Passkeys](), reflect.TypeFor[settings.Monitoring](), reflect.TypeFor[settings.FunctionSettings](),
		reflect.TypeFor[settings.API](), reflect.TypeFor[settings.Reconcile](), reflect.TypeFor[settings.IdentityPool](), reflect.TypeFor[settings.IdentityRole](),
	} {
		for field := range of.Fields() {
			props++
			comment := source.comments[of.Name()+"."+field.Name]
			nested := field.Type.Kind() == reflect.Struct || field.Type.Kind() == reflect.Interface
			if !strings.Contains(comment, "efault") && !nested || !strings.Contains(comment, "Example: ") && !nested {
				t.Errorf("%s.%s: %s", of.Name(), field.Name, comment)
			}
			if comment == "" {
				t.Errorf("%s.%s has no comment", of.Name(), field.Name)
			}
		}
	}
	if props < 50 {
		t.Errorf("only %d props", props)
	}
}

// So must the author of a policy, where a value is free.
func TestEveryFreeValueOfThePolicyHasAnExample(t *testing.T) {
	source, err := readSource("../../..")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, of := range named(reflect.TypeFor[policy.Document](), nil) {
		if of.Kind() != reflect.Struct {
			continue
		}
		for field := range of.Fields() {
			kind, comment := field.Type.Kind(), source.comments[of.Name()+"."+field.Name]
			free := kind != reflect.Struct && kind != reflect.Pointer && kind != reflect.Bool && source.values[field.Type.Name()] == nil
			if !free || field.Name == "AppliesTo" || field.Tag.Get("yaml") == "-" {
				continue
			}
			if found++; !strings.Contains(comment, "Example: ") {
				t.Errorf("%s.%s: %s", of.Name(), field.Name, comment)
			}
		}
	}
	if found == 0 {
		t.Error("no value is found")
	}
}
