package cognito_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"pgregory.net/rapid"
)

func TestGroupsAreReadAsTheyCome(t *testing.T) {
	for name, c := range map[string]struct {
		groups string
		want   cognito.GroupConfiguration
	}{
		"as documented": {
			`{"groupsToOverride":["a","b\u0041"],"iamRolesToOverride":["r1"],"preferredRole":"r1"}`,
			cognito.GroupConfiguration{Names: []string{"a", "bA"}, IAMRoles: []byte(`["r1"]`), PreferredRole: []byte(`"r1"`)},
		},
		"with blanks": {
			"{ \"groupsToOverride\" : [ \"a\" , \n\"b\" ] , \"preferredRole\" : null }",
			cognito.GroupConfiguration{Names: []string{"a", "b"}, PreferredRole: []byte("null")},
		},
		"a role in a list":    {`{"preferredRole":["r"],"iamRolesToOverride":[ ]}`, cognito.GroupConfiguration{IAMRoles: []byte("[ ]"), PreferredRole: []byte(`["r"]`)}},
		"no texts":            {`{"groupsToOverride":[1,null,["a"],{"b":1},"c",true]}`, cognito.GroupConfiguration{Names: []string{"c"}}},
		"empty":               {`{"groupsToOverride":[]}`, cognito.GroupConfiguration{}},
		"no list":             {`{"groupsToOverride":"admins"}`, cognito.GroupConfiguration{}},
		"an object as a list": {`{"groupsToOverride":{"0":"admins"}}`, cognito.GroupConfiguration{}},
		"null":                {`null`, cognito.GroupConfiguration{}},
		"a list":              {`[]`, cognito.GroupConfiguration{}},
		"another case":        {`{"GroupsToOverride":["admins"],"PreferredRole":"r"}`, cognito.GroupConfiguration{}},
		"nested texts":        {`{"groupsToOverride":[["]","a"],"b"]}`, cognito.GroupConfiguration{Names: []string{"b"}}},
	} {
		view, err := parse(t, `{"request":{"groupConfiguration":`+c.groups+`}}`).TokenGeneration()
		if err != nil || !reflect.DeepEqual(view.Groups, c.want) {
			t.Errorf("%s: %+v, %v", name, view.Groups, err)
		}
	}
	_, err := parse(t, `{"request":{"groupConfiguration":{"groupsToOverride":[],"groupsToOverride":["admins"]}}}`).TokenGeneration()
	if !errors.Is(err, cognito.ErrDuplicate) {
		t.Errorf("groups given twice: %v", err)
	}
	_, err = parse(t, `{"request":{"groupConfiguration":{},"groupConfiguration":{}}}`).TokenGeneration()
	if !errors.Is(err, cognito.ErrDuplicate) {
		t.Errorf("two configurations: %v", err)
	}
}

// Of the caller's clientMetadata, only the tenant is read, unchanged.
func TestTheTenantAskedForIsTheOneWordOfMetadata(t *testing.T) {
	for metadata, want := range map[string]string{
		`{"tenant":"globex"}`:               "globex",
		`{"a":"b","tenant":"gl\u006fbex"}`:  "globex",
		`{"Tenant":"globex"}`:               "",
		`{"tenants":"globex"}`:              "",
		`{"tenant":7}`:                      "",
		`{"tenant":true}`:                   "",
		`{"tenant":null}`:                   "",
		`{"tenant":["globex"]}`:             "",
		`{"tenant":{"a":"globex"}}`:         "",
		`{"x":{"tenant":"globex"}}`:         "",
		`{"tenant":"acme","tenant":"acme"}`: "", // two readers could see two tenants
		`{"a":1,"a":2,"tenant":"globex"}`:   "",
		`null`:                              "",
		`"tenant"`:                          "",
		`[]`:                                "",
		`{}`:                                "",
	} {
		view, err := parse(t, `{"request":{"clientMetadata":`+metadata+`,"validationData":{"tenant":"initech"}}}`).TokenGeneration()
		if err != nil || view.AskedTenant != want {
			t.Errorf("%s asks for %q, %v", metadata, view.AskedTenant, err)
		}
	}
}

// Nothing else that the caller writes there changes the view.
func TestNothingElseOfMetadataIsInTheView(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.MapOfN(rapid.String().Filter(func(s string) bool { return s != "tenant" }), rapid.String(), 0, 5)
		event := func(metadata map[string]string) cognito.TokenGeneration {
			doc, err := json.Marshal(map[string]any{"request": map[string]any{
				"userAttributes": map[string]string{"sub": "s"}, "clientMetadata": metadata, "validationData": words.Draw(t, "validationData"),
			}})
			if err != nil {
				t.Fatal(err)
			}
			e, err := cognito.Parse(doc)
			if err != nil {
				t.Fatal(err)
			}
			view, err := e.TokenGeneration()
			if err != nil {
				t.Fatal(err)
			}
			return view
		}
		one, two := event(words.Draw(t, "one")), event(words.Draw(t, "two"))
		if !reflect.DeepEqual(one, two) {
			t.Fatalf("%+v and %+v", one, two)
		}
	})
}
