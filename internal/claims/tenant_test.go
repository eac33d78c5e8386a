package claims

import (
	"errors"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

var bothTenants = policy.Profile{ID: policy.Token{Claims: []policy.Claim{
	{Name: "tenant", From: "authz.tenant"}, {Name: "tenants", From: "authz.tenants"},
}}}

func TestTheActiveTenantIsOneThatTheRowLists(t *testing.T) {
	p := compiled(t, one(bothTenants))
	for name, c := range map[string]struct {
		row   table.Authz
		asked string
		want  string // what the ID token says
	}{
		"by default":           {table.Authz{Tenant: "acme", Tenants: []string{"acme", "globex"}}, "", `"tenant":"acme","tenants":["acme","globex"]`},
		"asked for":            {table.Authz{Tenant: "acme", Tenants: []string{"acme", "globex"}}, "globex", `"tenant":"globex","tenants":["acme","globex"]`},
		"the default":          {table.Authz{Tenant: "acme", Tenants: []string{"acme", "globex"}}, "acme", `"tenant":"acme","tenants":["acme","globex"]`},
		"somebody else's":      {table.Authz{Tenant: "acme", Tenants: []string{"acme", "globex"}}, "initech", `"tenant":"acme","tenants":["acme","globex"]`},
		"in another case":      {table.Authz{Tenant: "acme", Tenants: []string{"acme", "globex"}}, "Globex", `"tenant":"acme","tenants":["acme","globex"]`},
		"a part of one":        {table.Authz{Tenant: "acme", Tenants: []string{"acme", "globex"}}, "glo", `"tenant":"acme","tenants":["acme","globex"]`},
		"one tenant":           {table.Authz{Tenant: "acme"}, "acme", `"tenant":"acme","tenants":["acme"]`},
		"one, another asked":   {table.Authz{Tenant: "acme"}, "globex", `"tenant":"acme","tenants":["acme"]`},
		"the default unlisted": {table.Authz{Tenant: "acme", Tenants: []string{"globex"}}, "", `"tenant":"acme","tenants":["acme","globex"]`},
		"no default":           {table.Authz{Tenants: []string{"globex", "acme"}}, "", `"tenants":["globex","acme"]`},
		"no default, asked":    {table.Authz{Tenants: []string{"globex", "acme"}}, "acme", `"tenant":"acme","tenants":["globex","acme"]`},
		"none":                 {table.Authz{}, "acme", ``},
		"an empty one listed":  {table.Authz{Tenants: []string{""}}, "", `"tenants":[""]`},
	} {
		request := through("p", "3", &c.row)
		request.tenant = c.asked
		got := string(p.grant(request).Response("3"))
		want := ""
		if c.want != "" {
			want = `{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{` + c.want + `}}}}`
		}
		if got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
		}
	}
}

func TestARowIsNotChangedByBeingRead(t *testing.T) {
	row := &table.Authz{Tenant: "acme", Tenants: make([]string, 1, 8)}
	row.Tenants[0] = "globex"
	compiled(t, one(bothTenants)).grant(through("p", "3", row))
	if spare := row.Tenants[:2][1]; row.Tenants[0] != "globex" || spare != "" {
		t.Errorf("the row's tenants are %q, and behind them %q", row.Tenants, spare)
	}
}

// A machine and a failed store select no tenant, whatever is asked.
func TestNoTenantIsSelectedWithoutARow(t *testing.T) {
	p := compiled(t, one(bothTenants))
	event := cognito.TokenGeneration{AskedTenant: "globex"}
	event.Version, event.Source = "3", cognito.TokenAuthentication
	for name, c := range map[string]struct {
		row table.Authz
		err error
	}{"failed": {*full(), errors.New("no answer")}, "absent": {}} {
		if grant, err := p.For("p", event, table.Access{Authz: c.row}, c.err); err != nil || grant.Tenant != "" || grant.Response("3") != nil {
			t.Errorf("%s: %+v, %v", name, grant, err)
		}
	}
}
