package directory_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

var update = flag.Bool("update", false, "rewrite the requests of the directory")

// full returns a row with every column that a change can set.
func full() directory.Authz {
	return directory.Authz{Sub: "s", Authz: table.Authz{
		Schema: 1, Roles: []string{"editor"}, Tenants: []string{"acme"}, Tenant: "acme", TenantRoles: map[string][]string{"acme": {"owner"}},
		Status: directory.Active, Disabled: true, Extra: map[string]any{"plan": "gold", "seats": json.Number("25")}, Rev: 41,
	}}
}

// The tests with a table show that these requests do what they should.
func TestTheRequestsAreThese(t *testing.T) {
	ctx := t.Context()
	first, bare := directory.Authz{Sub: "s"}, directory.Authz{Sub: "s", Authz: table.Authz{Rev: 41}}
	var all bytes.Buffer
	for _, c := range []struct {
		what    string
		replies []string
		call    func(d *script) (any, error)
	}{
		{"Profile", []string{live}, func(d *script) (any, error) { return d.Profile(ctx, "s") }},
		{"SignIn", []string{live}, func(d *script) (any, error) { return d.SignIn(ctx, "s") }},
		{"Authz", []string{absent, live}, func(d *script) (any, error) { return d.Authz(ctx, "s") }},
		{"Standing", []string{absent}, func(d *script) (any, error) { _, active, err := d.Standing(ctx, "s"); return active, err }},
		{"AuthzOf", []string{`{"Responses":{}}`}, func(d *script) (any, error) { return d.AuthzOf(ctx, "s", "s") }},
		{"ByEmail", []string{`{"Items":[]}`}, func(d *script) (any, error) { return d.ByEmail(ctx, "Ada@Example.com") }},
		{"Suspend", []string{absent, live, named, ok}, func(d *script) (any, error) { return d.Suspend(ctx, "s", "grace") }},
		{"Change of no row", []string{`{}`}, func(d *script) (any, error) { return d.Change(ctx, first, "grace", directory.SetRoles("editor")) }},
		{"Change of a full row", []string{`{}`}, func(d *script) (any, error) { return d.Change(ctx, full(), "grace", directory.Suspend()) }},
		{"Change that removes one column", []string{`{}`}, func(d *script) (any, error) {
			return d.Change(ctx, full(), "grace", directory.UnsetClaim("plan"), directory.UnsetClaim("seats"))
		}},
		{"Change of a bare row", []string{`{}`}, func(d *script) (any, error) { return d.Change(ctx, bare, "grace") }},
	} {
		sent := playWith(t, newCognito(map[string]*person{"ada": {"s", true, true}}), c.replies...)
		if _, err := c.call(sent); err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
		fmt.Fprintf(&all, "== %s\n", c.what)
		for _, asked := range sent.asked {
			name, body, _ := strings.Cut(asked, " ")
			fmt.Fprintf(&all, "%s %s", name, sortedJSON(t, body))
		}
	}
	const golden = "testdata/requests.golden"
	if *update {
		if err := os.WriteFile(golden, all.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(golden); err != nil || !bytes.Equal(want, all.Bytes()) {
		t.Errorf("the requests have changed (%v): go test ./infra/client/directory -run TheRequests -update, and read the difference\n%s", err, all.Bytes())
	}
}

// sortedJSON writes a document with its members in order.
func sortedJSON(t *testing.T, document string) string {
	t.Helper()
	var value any
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := json.Unmarshal([]byte(document), &value); err != nil {
		t.Fatal(err)
	}
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
