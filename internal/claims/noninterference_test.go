package claims

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"pgregory.net/rapid"
)

func TestR9R10_ARequestHasNoPlaceForTheCallersWords(t *testing.T) {
	fields := func(of reflect.Type) string {
		list := ""
		for i := range of.NumField() {
			list += fmt.Sprintf("%s %s; ", of.Field(i).Name, of.Field(i).Type)
		}
		return list
	}
	want := "Version string; Source string; Machine bool; Authz *claims.Authz; StoreFailed bool; "
	if got := fields(reflect.TypeFor[Request]()); got != want {
		t.Errorf("Request has %s", got)
	}
	want = "Roles []string; Tenant string; Suspended bool; Deleted bool; Extra map[string]interface {}; "
	if got := fields(reflect.TypeFor[Authz]()); got != want {
		t.Errorf("Authz has %s", got)
	}
}

// event is a token event with words of the caller's choice: metadata of the API
// call, and attributes that an app client may write.
func event(t *rapid.T, version, source, label string) *cognito.Event {
	words := rapid.MapOfN(rapid.SampledFrom([]string{
		"role", "roles", "tenant", "custom:role", "custom:tenant", "email", "sub", "scope", "suspended", "x",
	}), rapid.SampledFrom([]string{"admin", "true", "globex", `["admin"]`, "", "user"}), 0, 4)
	doc, err := json.Marshal(map[string]any{
		"version": version, "triggerSource": source, "userPoolId": "us-east-1_AbCdEf123",
		"request": map[string]any{
			"clientMetadata": words.Draw(t, label+" clientMetadata"),
			"validationData": words.Draw(t, label+" validationData"),
			"userAttributes": words.Draw(t, label+" userAttributes"),
		},
		"response": map[string]any{},
	})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := cognito.Parse(doc)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// request makes a request of all that an event can say to this room.
func request(t *rapid.T, e *cognito.Event, row *Authz) Request {
	view, err := e.TokenGeneration()
	if err != nil {
		t.Fatal(err)
	}
	return Request{Version: view.Version, Source: string(view.Source), Machine: view.Machine(), Authz: row}
}

// Events that differ in the caller's words only are answered with equal bytes,
// whatever was asked in between and in whatever order a map is walked.
func TestR9R10_TheCallersWordsChangeNothing(t *testing.T) {
	p := compiled(t, everything)
	property(t, "10000", func(t *rapid.T) {
		row, other := anyAuthz().Draw(t, "row"), anyAuthz().Draw(t, "another user's row")
		version := rapid.SampledFrom(versions).Draw(t, "version")
		source := rapid.SampledFrom(append([]string{machineSource}, userSources...)).Draw(t, "source")
		one := p.For(request(t, event(t, version, source, "one"), row))
		p.For(person(version, other)).Response(version)
		two := p.For(request(t, event(t, version, source, "two"), rebuilt(row)))
		if a, b := one.Response(version), two.Response(version); !bytes.Equal(a, b) {
			t.Fatalf("one %s\ntwo %s", a, b)
		}
		if !reflect.DeepEqual(one.Dropped, two.Dropped) {
			t.Fatalf("one dropped %v, two %v", one.Dropped, two.Dropped)
		}
	})
}

// rebuilt copies a row into a map of another layout.
func rebuilt(row *Authz) *Authz {
	again := *row
	again.Extra = map[string]any{}
	for _, name := range sortedNames(row.Extra) {
		again.Extra[name] = row.Extra[name]
	}
	return &again
}
