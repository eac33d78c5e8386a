package claims

import (
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

func TestAValueFromANamedExtraClaimAndFromAnAttribute(t *testing.T) {
	p := compiled(t, cleared(one(policy.Profile{Access: policy.Token{Claims: []policy.Claim{
		{Name: "tier", From: "authz.extra.plan"}, {Name: "zone", From: "attribute:zoneinfo"}, {Name: "status", From: "authz.status"},
	}}})))
	for name, c := range map[string]struct {
		row        *table.Authz
		attributes map[string]string
		want       string
	}{
		"all":              {&table.Authz{Status: "active", Extra: map[string]any{"plan": map[string]any{"a": []any{1}}}}, map[string]string{"zoneinfo": "UTC"}, `"tier":{"a":[1]},"zone":"UTC","status":"active"`},
		"another case":     {&table.Authz{Extra: map[string]any{"Plan": "gold"}}, map[string]string{"ZoneInfo": "UTC"}, ``},
		"empty attribute":  {&table.Authz{Extra: map[string]any{"plan": nil}}, map[string]string{"zoneinfo": ""}, ``},
		"a list of lists":  {&table.Authz{Extra: map[string]any{"plan": []any{[]any{1}}}}, nil, ``},
		"false is a value": {&table.Authz{Extra: map[string]any{"plan": false}}, nil, `"tier":false`},
		"not UTF-8":        {&table.Authz{Status: "\xff"}, nil, ``},
		"no row":           {nil, map[string]string{"zoneinfo": "UTC"}, `"zone":"UTC"`},
	} {
		request := through("p", "2", c.row)
		request.attributes = c.attributes
		want := ""
		if c.want != "" {
			want = `{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"claimsToAddOrOverride":{` + c.want + `}}}}`
		}
		if got := string(p.grant(request).Response("2")); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
		}
	}
}

// A row cannot set a suppressed name: Cognito would suppress it, and it would count
// against the budget.
func TestWhatIsSuppressedIsNotTakenFromTheRow(t *testing.T) {
	p := compiled(t, one(policy.Profile{ID: policy.Token{ExtraClaims: true, Suppress: []string{"shade"}}}))
	grant := p.grant(through("p", "3", &table.Authz{Extra: map[string]any{"Shade": "x", "plan": "gold"}}))
	if names(grant.ID) != "plan" || !dropped(grant, ID, "Shade", DeclaredName) {
		t.Errorf("%+v", grant)
	}
}
