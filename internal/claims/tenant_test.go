package claims

import (
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

var tenants = policy.Profile{ID: policy.Token{Claims: []policy.Claim{
	{Name: "tenant", From: "authz.tenant"}, {Name: "tenants", From: "authz.tenants"},
}}}

func TestTheActiveTenantIsOneThatTheRowLists(t *testing.T) {
	p := compiled(t, one(tenants))
	for name, c := range map[string]struct {
		row   Authz
		asked string
		want  string // what the ID token says
	}{
		"by default":           {Authz{Tenant: "acme", Tenants: []string{"acme", "globex"}}, "", `"tenant":"acme","tenants":["acme","globex"]`},
		"asked for":            {Authz{Tenant: "acme", Tenants: []string{"acme", "globex"}}, "globex", `"tenant":"globex","tenants":["acme","globex"]`},
		"the default":          {Authz{Tenant: "acme", Tenants: []string{"acme", "globex"}}, "acme", `"tenant":"acme","tenants":["acme","globex"]`},
		"somebody else's":      {Authz{Tenant: "acme", Tenants: []string{"acme", "globex"}}, "initech", `"tenant":"acme","tenants":["acme","globex"]`},
		"in another case":      {Authz{Tenant: "acme", Tenants: []string{"acme", "globex"}}, "Globex", `"tenant":"acme","tenants":["acme","globex"]`},
		"a part of one":        {Authz{Tenant: "acme", Tenants: []string{"acme", "globex"}}, "glo", `"tenant":"acme","tenants":["acme","globex"]`},
		"one tenant":           {Authz{Tenant: "acme"}, "acme", `"tenant":"acme","tenants":["acme"]`},
		"one, another asked":   {Authz{Tenant: "acme"}, "globex", `"tenant":"acme","tenants":["acme"]`},
		"the default unlisted": {Authz{Tenant: "acme", Tenants: []string{"globex"}}, "", `"tenant":"acme","tenants":["acme","globex"]`},
		"no default":           {Authz{Tenants: []string{"globex", "acme"}}, "", `"tenants":["globex","acme"]`},
		"no default, asked":    {Authz{Tenants: []string{"globex", "acme"}}, "acme", `"tenant":"acme","tenants":["globex","acme"]`},
		"none":                 {Authz{}, "acme", ``},
		"an empty one listed":  {Authz{Tenants: []string{""}}, "", `"tenants":[""]`},
	} {
		request := through("p", "3", &c.row)
		request.Tenant = c.asked
		got := string(p.For(request).Response("3"))
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
	row := &Authz{Tenant: "acme", Tenants: make([]string, 1, 8)}
	row.Tenants[0] = "globex"
	compiled(t, one(tenants)).For(through("p", "3", row))
	if spare := row.Tenants[:2][1]; row.Tenants[0] != "globex" || spare != "" {
		t.Errorf("the row's tenants are %q, and behind them %q", row.Tenants, spare)
	}
}

// A machine and a store that failed select nothing, whatever is asked.
func TestNoTenantIsSelectedWithoutARow(t *testing.T) {
	p := compiled(t, one(tenants))
	failed := through("p", "3", full())
	failed.StoreFailed, failed.Tenant = true, "globex"
	absent := through("p", "3", nil)
	absent.Tenant = "globex"
	for name, request := range map[string]Request{"failed": failed, "absent": absent} {
		if grant := p.For(request); grant.Tenant != "" || grant.Response("3") != nil {
			t.Errorf("%s: %+v", name, grant)
		}
	}
}
