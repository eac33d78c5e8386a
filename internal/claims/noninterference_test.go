package claims

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/table/tabletest"
	"pgregory.net/rapid"
)

// TestR9R10_ARequestHasNoPlaceForTheCallersWords pins what may decide. An event also
// holds a user name, which the caller chooses. The client is Cognito's word, and only
// the audience.
func TestR9R10_ARequestHasNoPlaceForTheCallersWords(t *testing.T) {
	got := ""
	for field := range reflect.TypeFor[request]().Fields() {
		got += fmt.Sprintf("%s %s; ", field.Name, field.Type)
	}
	// tenant selects among what the row lists; attributes are looked up by the names
	// in the policy, and Compile refuses those that a client may write.
	want := "version string; client string; source cognito.Source; profile string; row table.Authz; " +
		"tenant string; groups cognito.GroupConfiguration; attributes map[string]string; "
	if got != want {
		t.Errorf("a request has %s", got)
	}
}

// No token says who wrote a row and when, or any column that is not for tokens.
func TestOnlyWhatIsForTokensIsSaid(t *testing.T) {
	p, row := compiled(t, everything), tabletest.Authz(t)
	bare := table.Only(row, table.Token)
	for _, version := range versions {
		for _, profile := range []string{"app", "console", "bare", ""} {
			if got, want := p.grant(through(profile, version, &row)), p.grant(through(profile, version, &bare)); !reflect.DeepEqual(got, want) {
				t.Errorf("%s, version %s: got  %+v\nwant %+v", profile, version, got, want)
			}
		}
	}
	for field := range reflect.TypeFor[table.Authz]().Fields() {
		from := source("authz." + strings.ToLower(field.Name))
		if reflect.ValueOf(bare).FieldByIndex(field.Index).IsZero() && from.known() {
			t.Errorf("a claim may come from %s", from)
		}
	}
}

const question = `"request":{"userAttributes":{"sub":"s","zoneinfo":"UTC"},"clientMetadata":{"tenant":"globex","roles":"admin"},` +
	`"groupConfiguration":{"groupsToOverride":["a"],"iamRolesToOverride":["r"],"preferredRole":null}}}`

// viewOf parses an event.
func viewOf(t *testing.T, doc string) cognito.TokenGeneration {
	t.Helper()
	event, err := cognito.Parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	view, err := event.TokenGeneration()
	if err != nil {
		t.Fatal(err)
	}
	return view
}

func TestARequestHasAllThatMayDecide(t *testing.T) {
	access := table.Access{Authz: *full(), Known: true, ClientProfile: "not this one"}
	view := viewOf(t, `{"version":"2","triggerSource":"TokenGeneration_Authentication",`+question)
	want := request{
		version: "2", source: cognito.TokenAuthentication, profile: "app", row: *full(), tenant: "globex",
		groups:     cognito.GroupConfiguration{Names: []string{"a"}, IAMRoles: []byte(`["r"]`), PreferredRole: []byte("null")},
		attributes: map[string]string{"sub": "s", "zoneinfo": "UTC"},
	}
	if got := ask("app", view, access, nil); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	want.row = table.Authz{}
	if got := ask("app", view, access, errors.New("no answer")); !reflect.DeepEqual(got, want) {
		t.Errorf("of a store that failed: got  %+v\nwant %+v", got, want)
	}
}

// A machine has no user, whatever an event says, and is never refused.
func TestAMachineIsNobody(t *testing.T) {
	access := table.Access{Authz: table.Authz{Roles: []string{"editor"}, Status: table.Suspended}, Deleted: true}
	view := viewOf(t, `{"version":"3","triggerSource":"TokenGeneration_ClientCredentials",`+question)
	if got := ask("service", view, access, nil); !reflect.DeepEqual(got, machine()) {
		t.Errorf("got %+v", got)
	}
	p := compiled(t, everything)
	if got, err := p.For("service", view, access, nil); err != nil || !reflect.DeepEqual(got, p.grant(machine())) || got.ID.Claims != nil {
		t.Errorf("got %+v, %v", got, err)
	}
}

// event returns a token event with words of the caller's choice: metadata of the API
// call, and attributes that an app client may write. locked are the other attributes.
func event(t *rapid.T, version string, source cognito.Source, label string, locked map[string]string) *cognito.Event {
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

// asking returns a request with everything of an event that reaches this room.
func asking(t *rapid.T, e *cognito.Event, profile string, row *table.Authz) request {
	view, err := e.TokenGeneration()
	if err != nil {
		t.Fatal(err)
	}
	return ask(profile, view, table.Access{Authz: *row}, nil)
}

// drawn returns two requests that differ only in the caller's words.
func drawn(t *rapid.T, row *table.Authz) (one, two request) {
	version := rapid.SampledFrom(versions).Draw(t, "version")
	source := rapid.SampledFrom(cognito.TokenGenerationSources()).Draw(t, "source")
	profile := rapid.SampledFrom([]string{"app", "console", "bare", "service", "", "none"}).Draw(t, "profile")
	locked := map[string]string{"zoneinfo": "Europe/Berlin", "sub": "a"}
	return asking(t, event(t, version, source, "one", locked), profile, row),
		asking(t, event(t, version, source, "two", locked), profile, rebuilt(row))
}

// Events that differ only in the caller's words have equal answers, byte for byte,
// whatever was asked in between and in whatever order a map is walked. The row has
// one tenant, so there is nothing to select.
func TestR9R10_TheCallersWordsChangeNothing(t *testing.T) {
	t.Parallel()
	p := compiled(t, everything)
	form.Check(t, 1_000, 10_000, 100_000, func(t *rapid.T) {
		row, other := anyAuthz().Draw(t, "row"), anyAuthz().Draw(t, "another user's row")
		row.Tenants = nil
		one, two := drawn(t, row)
		a := p.grant(one)
		p.grant(user(one.version, other)).Response(one.version)
		sameGrants(t, a, p.grant(two), one.version)
	})
}

// With several tenants the metadata selects one of them and does nothing else: the
// answer is that of a row with this tenant as default.
func TestR9_AskingForATenantSelectsAmongThoseOfTheRowAndNoMore(t *testing.T) {
	t.Parallel()
	p := compiled(t, everything)
	switched := 0
	cases := form.Check(t, 500, 2_000, 20_000, func(t *rapid.T) {
		row := anyAuthz().Draw(t, "row")
		one, two := drawn(t, row)
		if len(row.Tenants) > 0 && rapid.Bool().Draw(t, "ask for one of them") {
			two.tenant = rapid.SampledFrom(row.Tenants).Draw(t, "asked for")
		}
		granted := *rebuilt(row)
		if two.tenant != "" && slices.Contains(row.Tenants, two.tenant) {
			granted.Tenants, granted.Tenant = row.AllTenants(), two.tenant
			switched++
		}
		one.row, one.tenant = granted, ""
		sameGrants(t, p.grant(one), p.grant(two), one.version)
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

// rebuilt copies a row into a map with another layout.
func rebuilt(row *table.Authz) *table.Authz {
	again := *row
	again.Extra = map[string]any{}
	for _, name := range sortedNames(row.Extra) {
		again.Extra[name] = row.Extra[name]
	}
	return &again
}
