package directory_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// What each change makes of a full row. The row that was read stays as it was.
func TestWhatEachChangeMakesOfARow(t *testing.T) {
	inTwo := directory.SetTenants("globex", "acme", "globex")
	for name, c := range map[string]struct {
		changes []directory.Change
		want    func(row *table.Authz)
	}{
		"none":             {nil, func(*table.Authz) {}},
		"the zero change":  {[]directory.Change{{}}, func(*table.Authz) {}},
		"suspend":          {[]directory.Change{directory.Suspend()}, func(row *table.Authz) { row.Status = directory.Suspended }},
		"reinstate":        {[]directory.Change{directory.Suspend(), directory.Reinstate()}, func(*table.Authz) {}},
		"roles":            {[]directory.Change{directory.SetRoles("b", "a")}, func(row *table.Authz) { row.Roles = []string{"b", "a"} }},
		"no roles":         {[]directory.Change{directory.SetRoles()}, func(row *table.Authz) { row.Roles = nil }},
		"tenants":          {[]directory.Change{inTwo}, func(row *table.Authz) { row.Tenants, row.Tenant = []string{"acme", "globex"}, "globex" }},
		"other tenants":    {[]directory.Change{directory.SetTenants("", "globex")}, func(row *table.Authz) { row.Tenants, row.Tenant, row.TenantRoles = []string{"globex"}, "", nil }},
		"no tenants":       {[]directory.Change{directory.SetTenants("")}, func(row *table.Authz) { row.Tenants, row.Tenant, row.TenantRoles = nil, "", nil }},
		"a tenant's roles": {[]directory.Change{directory.SetTenantRoles("acme", "a", "b")}, func(row *table.Authz) { row.TenantRoles["acme"] = []string{"a", "b"} }},
		"a tenant's role": {[]directory.Change{inTwo, directory.SetTenantRoles("globex", "a")}, func(row *table.Authz) {
			row.Tenants, row.Tenant, row.TenantRoles["globex"] = []string{"acme", "globex"}, "globex", []string{"a"}
		}},
		"a tenant's no role": {[]directory.Change{directory.SetTenantRoles("acme")}, func(row *table.Authz) { row.TenantRoles = nil }},
		"a claim":            {[]directory.Change{directory.SetClaim("a", []string{"x"})}, func(row *table.Authz) { row.Extra["a"] = []any{"x"} }},
		"the same claim":     {[]directory.Change{directory.SetClaim("plan", "iron")}, func(row *table.Authz) { row.Extra["plan"] = "iron" }},
		"no claims":          {[]directory.Change{directory.UnsetClaim("plan"), directory.UnsetClaim("seats"), directory.UnsetClaim("absent")}, func(row *table.Authz) { row.Extra = nil }},
	} {
		seen, want := full(), full()
		want.By, want.Rev, want.At = "grace", 42, noon
		c.want(&want.Authz)
		got, err := play(t, `{}`).Change(t.Context(), seen, "grace", c.changes...)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, error %v, want %+v", name, got, err, want)
		}
		if !reflect.DeepEqual(seen, full()) {
			t.Errorf("%s: the row that was read is %+v", name, seen)
		}
	}
}

// The lists of the new row are its own.
func TestANewRowSharesNothingWithTheOneThatWasRead(t *testing.T) {
	seen := full()
	got, err := play(t, `{}`).Change(t.Context(), seen, "grace")
	if err != nil {
		t.Fatal(err)
	}
	got.Roles[0], got.Tenants[0], got.TenantRoles["acme"][0], got.Extra["plan"] = "x", "x", "x", "x"
	got.TenantRoles["globex"], got.Extra["a"] = nil, "x"
	if !reflect.DeepEqual(seen, full()) {
		t.Errorf("the row that was read is %+v", seen)
	}
}

// Roles in a tenant that is not the user's are left over from another program.
func TestR45_NoChangeKeepsRolesInATenantThatIsNotTheUsers(t *testing.T) {
	seen := full()
	seen.TenantRoles["globex"] = []string{"owner"}
	got, err := play(t, `{}`).Change(t.Context(), seen, "grace", directory.Suspend())
	if err != nil || !reflect.DeepEqual(got.TenantRoles, full().TenantRoles) {
		t.Errorf("%+v, error %v", got, err)
	}
}

// Only Unseen lets a change create the first row of a user who has no PROFILE either.
func TestWhoIsUnseen(t *testing.T) {
	row := item(`"authzRev":{"N":"3"}`)
	for name, c := range map[string]struct {
		replies []string
		unseen  bool
	}{
		"neither": {[]string{absent, absent}, true}, "PROFILE": {[]string{absent, live}, false}, "AUTHZ": {[]string{row, absent}, false}, "both": {[]string{row, live}, false},
	} {
		seen, err := play(t, c.replies...).Authz(t.Context(), "s")
		if err != nil {
			t.Fatal(err)
		}
		got, err := play(t, `{}`).Change(t.Context(), seen, "grace", directory.Unseen())
		if err != nil || got.Rev != seen.Rev+1 {
			t.Errorf("%s: with Unseen %+v, error %v", name, got, err)
		}
		replies := []string{`{}`}
		if c.unseen {
			replies = nil // nothing is sent
		}
		if _, err := play(t, replies...).Change(t.Context(), seen, "grace"); errors.Is(err, directory.ErrNotFound) != c.unseen {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for _, sub := range []string{"", string(make([]byte, 300))} {
		if _, err := play(t).Change(t.Context(), directory.Authz{Sub: sub}, "grace", directory.Unseen()); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%.5q: error %v", sub, err)
		}
	}
}

// A status that cannot be read is no status: the row is read, and only a change of the
// status is made.
func TestR44_AStatusThatCannotBeReadIsToldAndBarsOtherChanges(t *testing.T) {
	seen, err := play(t, item(`"authzStatus":{"S":"SUSPENDED"},"authzRoles":{"L":[{"S":"editor"}]},"authzRev":{"N":"4"}`), live).Authz(t.Context(), "s")
	want := directory.Authz{Sub: "s", Authz: table.Authz{Schema: 1, Roles: []string{"editor"}, Status: directory.Unreadable, Rev: 4}}
	if err != nil || !reflect.DeepEqual(seen, want) {
		t.Errorf("%+v, error %v", seen, err)
	}
	if _, err := play(t).Change(t.Context(), seen, "grace", directory.SetRoles()); !errors.Is(err, directory.ErrInvalid) || !strings.Contains(err.Error(), "suspend or reinstate the user first") {
		t.Errorf("error %v", err)
	}
	for status, c := range map[directory.Status]directory.Change{directory.Suspended: directory.Suspend(), directory.Active: directory.Reinstate()} {
		if got, err := play(t, ok).Change(t.Context(), seen, "grace", c); err != nil || got.Status != status || !reflect.DeepEqual(got.Roles, seen.Roles) {
			t.Errorf("%+v, error %v", got, err)
		}
	}
	if _, err := play(t, item(`"authzStatus":{"BOOL":true},"authzRoles":{"N":"1"}`)).Authz(t.Context(), "s"); err == nil || !strings.Contains(err.Error(), "authzRoles") {
		t.Errorf("error %v", err)
	}
}
