package claims

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
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
	// Tenant is a wish among what Authz lists; Attributes are looked at by the name
	// that a policy gives, and Compile refuses those that a client may write.
	want := "Version string; Source string; Machine bool; Profile string; Authz *claims.Authz; StoreFailed bool; " +
		"Tenant string; Groups claims.EventGroups; Attributes map[string]string; "
	if got := fields(reflect.TypeFor[Request]()); got != want {
		t.Errorf("Request has %s", got)
	}
	want = "Roles []string; Tenant string; Tenants []string; Status string; Suspended bool; Deleted bool; Extra map[string]interface {}; Version int64; "
	if got := fields(reflect.TypeFor[Authz]()); got != want {
		t.Errorf("Authz has %s", got)
	}
}

// event is a token event with words of the caller's choice: metadata of the API
// call, and attributes that an app client may write. locked are the others.
func event(t *rapid.T, version, source, label string, locked map[string]string) *cognito.Event {
	words := rapid.MapOfN(rapid.SampledFrom([]string{
		"role", "roles", "tenant", "custom:role", "custom:tenant", "email", "name", "scope", "suspended", "x", "locale",
	}), rapid.SampledFrom([]string{"admin", "true", "globex", "acme", `["admin"]`, "", "user"}), 0, 4)
	attributes := words.Draw(t, label+" userAttributes")
	maps.Copy(attributes, locked)
	doc, err := json.Marshal(map[string]any{
		"version": version, "triggerSource": source, "userPoolId": "us-east-1_AbCdEf123",
		"request": map[string]any{
			"clientMetadata": words.Draw(t, label+" clientMetadata"),
			"validationData": words.Draw(t, label+" validationData"),
			"userAttributes": attributes,
			"groupConfiguration": map[string]any{
				"groupsToOverride": []string{"members"}, "iamRolesToOverride": []string{}, "preferredRole": nil,
			},
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
func request(t *rapid.T, e *cognito.Event, profile string, row *Authz) Request {
	view, err := e.TokenGeneration()
	if err != nil {
		t.Fatal(err)
	}
	return Request{
		Version: view.Version, Source: string(view.Source), Machine: view.Machine(), Profile: profile, Authz: row,
		Tenant: view.AskedTenant, Groups: EventGroups(view.Groups), Attributes: view.Attributes,
	}
}

// drawn are two requests that differ in the caller's words only.
func drawn(t *rapid.T, row *Authz) (one, two Request) {
	version := rapid.SampledFrom(versions).Draw(t, "version")
	source := rapid.SampledFrom(append([]string{machineSource}, userSources...)).Draw(t, "source")
	profile := rapid.SampledFrom([]string{"app", "console", "bare", "service", "", "none"}).Draw(t, "profile")
	locked := map[string]string{"zoneinfo": "Europe/Berlin", "sub": "a"}
	return request(t, event(t, version, source, "one", locked), profile, row),
		request(t, event(t, version, source, "two", locked), profile, rebuilt(row))
}

// Events that differ in the caller's words only are answered with equal bytes,
// whatever was asked in between and in whatever order a map is walked. The row has
// one tenant: there is nothing to select.
func TestR9R10_TheCallersWordsChangeNothing(t *testing.T) {
	t.Parallel()
	p := compiled(t, everything)
	form.Check(t, 1_000, 10_000, 100_000, func(t *rapid.T) {
		row, other := anyAuthz().Draw(t, "row"), anyAuthz().Draw(t, "another user's row")
		row.Tenants = nil
		one, two := drawn(t, row)
		a := p.For(one)
		p.For(person(one.Version, other)).Response(one.Version)
		sameGrants(t, a, p.For(two), one.Version)
	})
}

// With tenants to select from, the metadata selects one of them and does nothing
// else: the answer is that of a row whose default it is.
func TestR9_AskingForATenantSelectsAmongThoseOfTheRowAndNoMore(t *testing.T) {
	t.Parallel()
	p := compiled(t, everything)
	switched := 0
	cases := form.Check(t, 500, 2_000, 20_000, func(t *rapid.T) {
		row := anyAuthz().Draw(t, "row")
		one, two := drawn(t, row)
		two.Authz = row
		if len(row.Tenants) > 0 && rapid.Bool().Draw(t, "ask for one of them") {
			two.Tenant = rapid.SampledFrom(row.Tenants).Draw(t, "asked for")
		}
		granted := *rebuilt(row)
		if two.Tenant != "" && slices.Contains(row.Tenants, two.Tenant) {
			granted.Tenants, granted.Tenant = row.tenants(), two.Tenant
			switched++
		}
		one.Authz, one.Tenant = &granted, ""
		sameGrants(t, p.For(one), p.For(two), one.Version)
	})
	if switched < cases/50 {
		t.Errorf("only %d of %d cases selected a tenant", switched, cases)
	}
}

func sameGrants(t *rapid.T, a, b Grant, version string) {
	t.Helper()
	if x, y := a.Response(version), b.Response(version); !bytes.Equal(x, y) {
		t.Fatalf("one %s\ntwo %s", x, y)
	}
	if !reflect.DeepEqual(a.Dropped, b.Dropped) {
		t.Fatalf("one dropped %v, two %v", a.Dropped, b.Dropped)
	}
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
