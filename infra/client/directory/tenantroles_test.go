package directory_test

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
)

func TestR45_RolesBelongToATenantOfTheUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub := w.ada(t).Sub
	d := directory.New(w.client, tableName, pool)
	roles := []string{"owner", "buyer"}
	grant := directory.SetTenantRoles("acme", roles...)
	roles[0] = "nobody"
	change(t, d, sub, directory.SetRoles("staff"), directory.SetTenants("acme", "acme", "globex", "initech"), grant, directory.SetTenantRoles("globex", "viewer"))
	steps := []struct {
		name   string
		change directory.Change
		want   map[string][]string
	}{
		{"as granted", directory.SetRoles("staff"), map[string][]string{"acme": {"owner", "buyer"}, "globex": {"viewer"}}},
		{"replaced", directory.SetTenantRoles("acme", "seller"), map[string][]string{"acme": {"seller"}, "globex": {"viewer"}}},
		{"removed", directory.SetTenantRoles("globex"), map[string][]string{"acme": {"seller"}}},
		{"removed twice", directory.SetTenantRoles("globex"), map[string][]string{"acme": {"seller"}}},
		{"another order of tenants", directory.SetTenants("", "initech", "acme"), map[string][]string{"acme": {"seller"}}},
		{"the tenant left", directory.SetTenants("initech", "initech"), nil},
		{"the tenant is back", directory.SetTenants("acme", "acme"), nil},
	}
	for _, step := range steps {
		if got := change(t, d, sub, step.change); !reflect.DeepEqual(got.TenantRoles, step.want) || !slices.Equal(got.Roles, []string{"staff"}) {
			t.Errorf("%s: the row is %+v", step.name, got)
		}
		if got := w.access(t, sub).Authz; !reflect.DeepEqual(got.TenantRoles, step.want) {
			t.Errorf("%s: the functions read %+v", step.name, got)
		}
	}
}

// The default tenant of a row made by hand may not be listed, and roles may be left over
// from a program that does not know them. No change makes those count again.
func TestR45_RolesThatCountForNothingNeverComeBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub := w.ada(t).Sub
	set := func(roles ...string) types.AttributeValue { return &types.AttributeValueMemberSS{Value: roles} }
	w.put(t, sub, "AUTHZ", map[string]types.AttributeValue{
		"authzTenant": &types.AttributeValueMemberS{Value: "acme"},
		"authzTenantRoles": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"acme": set("owner"), "globex": set("admin"), "": set("admin"),
		}},
	})
	d := directory.New(w.client, tableName, pool)
	seen, err := d.Authz(t.Context(), sub)
	if err != nil || len(seen.TenantRoles) != 3 {
		t.Fatalf("read %+v (error %v)", seen, err)
	}
	got := change(t, d, sub, directory.SetTenants("acme", "acme", "globex"))
	if !reflect.DeepEqual(got.TenantRoles, map[string][]string{"acme": {"owner"}}) {
		t.Errorf("the row is %+v", got)
	}
	if len(seen.TenantRoles) != 3 {
		t.Error("the row that was read has changed")
	}
	seen = got
	changed, err := d.Change(t.Context(), seen, "grace", directory.SetTenantRoles("globex", "viewer"))
	if err != nil {
		t.Fatal(err)
	}
	seen.TenantRoles["acme"][0] = "nobody"
	if want := []string{"acme", "globex"}; !slices.Equal(slices.Sorted(maps.Keys(changed.TenantRoles)), want) || changed.TenantRoles["acme"][0] != "owner" {
		t.Errorf("the new row is %+v", changed)
	}
}
