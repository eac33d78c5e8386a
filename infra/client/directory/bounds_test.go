package directory_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// active is a user whose row grants nothing yet.
var active = directory.Authz{Sub: "s", Authz: table.Authz{Status: directory.Active}}

// The caller's list may change until the change is made.
func TestAChangeKeepsTheListsThatItWasMadeFrom(t *testing.T) {
	list := []string{"editor"}
	roles, tenants, inTenant := directory.SetRoles(list...), directory.SetTenants("editor", list...), directory.SetTenantRoles("editor", list...)
	list[0] = "admin"
	got, err := play(t, `{}`).Change(t.Context(), active, "grace", roles, tenants, inTenant)
	if err != nil || got.Roles[0] != "editor" || got.Tenants[0] != "editor" || got.TenantRoles["editor"][0] != "editor" {
		t.Errorf("%+v, error %v", got, err)
	}
	if got, err = play(t, `{}`).Change(t.Context(), active, "grace", directory.SetRoles(list[:0]...), directory.SetTenants("", list[:0]...)); err != nil || got.Roles != nil || got.Tenants != nil {
		t.Errorf("%+v, error %v", got, err)
	}
}

func TestAWordHasUpTo256Bytes(t *testing.T) {
	most := strings.Repeat("w", 256)
	if got, err := play(t, `{}`).Change(t.Context(), active, most, directory.SetRoles(most)); err != nil || got.By != most || got.Roles[0] != most {
		t.Errorf("%+v, error %v", got, err)
	}
	for want, c := range map[string]directory.Change{
		"the role \"wwww":   directory.SetRoles(most + "w"),
		"the tenant \"wwww": directory.SetTenants("", most+"w"),
		`the role "a" is`:   directory.SetRoles("a", "b", "a"),
		`the role "b" is`:   directory.SetTenantRoles("acme", "b", "b"),
		"the claim a: ":     directory.SetClaim("a", nil),
	} {
		if _, err := play(t).Change(t.Context(), active, "grace", c); !errors.Is(err, directory.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	if _, err := play(t).Change(t.Context(), active, most+"w"); !errors.Is(err, directory.ErrInvalid) || !strings.Contains(err.Error(), "who changes it is missing") {
		t.Errorf("error %v", err)
	}
}

// A list's JSON is a byte longer, since the last word has no comma and the list brackets;
// so is an object's.
func TestARowsSizeIsThatOfItsJSON(t *testing.T) {
	roles, tenants := []string{"editor", "a"}, []string{"acme", "globex"}
	extra := map[string]any{"plan": "gold", "seats": json.Number("25"), "limits": map[string]any{"a": []any{"x", true}}}
	want := 0
	inTenants := map[string][]string{"acme": {"owner", "x"}, "globex": {"viewer"}}
	for _, part := range []any{roles, tenants, inTenants, extra} {
		text, err := json.Marshal(part)
		if err != nil {
			t.Fatal(err)
		}
		want += len(text) - 1
	}
	if got := directory.Size(directory.Authz{Authz: table.Authz{Roles: roles, Tenants: tenants, TenantRoles: inTenants, Extra: extra}}); got != want {
		t.Errorf("%d bytes, want %d", got, want)
	}
	if got := directory.Size(directory.Authz{}); got != 0 {
		t.Errorf("nothing has %d bytes", got)
	}
}

func TestARowGrantsUpTo8192Bytes(t *testing.T) {
	claim := func(bytes int) directory.Change {
		return directory.SetClaim("a", strings.Repeat("x", bytes-len(`"a":"",`)))
	}
	if _, err := play(t, `{}`).Change(t.Context(), active, "grace", claim(8192)); err != nil {
		t.Error(err)
	}
	if _, err := play(t).Change(t.Context(), active, "grace", claim(8193)); !errors.Is(err, directory.ErrInvalid) || !strings.Contains(err.Error(), "8193 bytes") {
		t.Errorf("error %v", err)
	}
}

// A row that somebody made too large by hand is no shelter from a suspension.
func TestR44_ARowThatIsTooLargeCanBeSuspendedAndShrinkAndNotGrow(t *testing.T) {
	seen := active
	seen.Roles = []string{strings.Repeat("r", 9000), "b"}
	for name, change := range map[string]directory.Change{"suspended": directory.Suspend(), "smaller": directory.SetRoles(), "as it was": directory.Reinstate()} {
		if _, err := play(t, `{}`).Change(t.Context(), seen, "grace", change); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := play(t).Change(t.Context(), seen, "grace", directory.SetClaim("a", 1)); !errors.Is(err, directory.ErrInvalid) {
		t.Errorf("larger: %v", err)
	}
}

// A caller may pass a tenant without roles, as no row is read.
func TestATenantWithoutRolesIsNotKept(t *testing.T) {
	seen := active
	seen.Tenants, seen.TenantRoles = []string{"acme"}, map[string][]string{"acme": {}}
	if got, err := play(t, `{}`).Change(t.Context(), seen, "grace", directory.Suspend()); err != nil || got.TenantRoles != nil {
		t.Errorf("%+v, error %v", got, err)
	}
}

func TestARowMadeByHandIsOfThisVersion(t *testing.T) {
	if got, err := play(t, `{"Item":{"authzRev":{"N":"3"}}}`, live).Authz(t.Context(), "s"); err != nil || got.Schema != directory.SchemaVersion || got.Rev != 3 || got.Status != directory.Active {
		t.Errorf("%+v, error %v", got, err)
	}
}
