package claims

import (
	"reflect"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// forClient is a profile whose access token is for the app client.
var forClient = policy.Profile{Access: policy.Token{Audience: policy.ClientAudience}}

// AWS: "You can add an aud claim to access tokens, but its value must match the app
// client ID of the current session" (developer guide, "Pre token generation Lambda
// trigger", footnote 4).
func TestR49_TheAudienceOfAnAccessTokenIsTheEventsClientOrNothing(t *testing.T) {
	service := forClient
	service.Machine = true
	p := compiled(t, policy.Tokens{Profiles: map[string]policy.Profile{"p": forClient, "service": service, "silent": {}}})
	longest := strings.Repeat("c", 128)
	for name, c := range map[string]struct {
		source                   cognito.Source
		profile, version, client string
		want                     string // the audience
		dropped                  Reason
	}{
		"a user":            {cognito.TokenAuthentication, "p", "2", "1example23456789", "1example23456789", ""},
		"a refresh":         {cognito.TokenRefresh, "p", "3", "A_b+9", "A_b+9", ""},
		"a machine":         {cognito.TokenClientCredentials, "service", "3", "1example23456789", "1example23456789", ""},
		"the longest":       {cognito.TokenAuthentication, "p", "3", longest, longest, ""},
		"longer":            {cognito.TokenAuthentication, "p", "3", longest + "c", "", UnusableValue},
		"no client":         {cognito.TokenAuthentication, "p", "3", "", "", UnusableValue},
		"a quote":           {cognito.TokenAuthentication, "p", "3", `a","iss":"x`, "", UnusableValue},
		"beyond ASCII":      {cognito.TokenAuthentication, "p", "3", "clíent", "", UnusableValue},
		"V1_0":              {cognito.TokenAuthentication, "p", "1", "1example23456789", "", EventVersion},
		"a silent profile":  {cognito.TokenAuthentication, "silent", "3", "1example23456789", "", ""},
		"an unknown client": {cognito.TokenAuthentication, "", "3", "1example23456789", "", ""},
	} {
		event := cognito.TokenGeneration{}
		event.Version, event.Source, event.ClientID = c.version, c.source, c.client
		grant, err := p.For(c.profile, event, table.Access{}, nil)
		want := ""
		if c.want != "" {
			want = `{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":"` + c.want + `"}}}}`
		}
		if got := string(grant.Response(c.version)); err != nil || got != want {
			t.Errorf("%s:\ngot  %s\nwant %s (%v)", name, got, want, err)
		}
		if c.dropped != "" && !reflect.DeepEqual(grant.Dropped, []Drop{{Access, "aud", c.dropped}}) || c.dropped == "" && len(grant.Dropped) > 0 {
			t.Errorf("%s: dropped %v", name, grant.Dropped)
		}
	}
}

// Whatever else a grant says, aud is the client's alone: no row, claim or profile has
// another way to it, and an id that is none is not written.
func TestR49_NothingElseSaysTheAudience(t *testing.T) {
	section := forClient
	section.ID.ExtraClaims, section.Access.ExtraClaims = true, true
	request := through("p", "3", &table.Authz{Extra: map[string]any{"aud": "forged", "AUD": "forged"}})
	request.client = "1example23456789"
	reply := string(compiled(t, one(section)).grant(request).Response("3"))
	if reply != `{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":"1example23456789"}}}}` {
		t.Errorf("beside a hostile row: %s", reply)
	}
	for _, forged := range []Changes{only(named("aud", "forged")), {audience: `x","iss":"y`}, {audience: strings.Repeat("c", 129)}} {
		if reply := (Grant{ID: forged, Access: forged}).Response("3"); reply != nil {
			t.Errorf("of a foreign grant: %s", reply)
		}
	}
	if reply := (Grant{ID: Changes{audience: "web"}}).Response("3"); reply != nil {
		t.Errorf("an ID token: %s", reply)
	}
}

// The audience counts in the budget and is never dropped for a claim of the row.
func TestR49_TheAudienceCountsInTheBudget(t *testing.T) {
	const room = 20
	section := forClient
	section.Access.ExtraClaims, section.Access.Budget = true, audienceBytes(mostAudience)+truncatedBytes+room
	for size, kept := range map[int]bool{room - len(`"x":"",`): true, room - len(`"x":"",`) + 1: false} {
		request := through("p", "3", &table.Authz{Extra: map[string]any{"x": strings.Repeat("v", size)}})
		request.client = strings.Repeat("c", mostAudience)
		grant := compiled(t, one(section)).grant(request)
		if grant.Access.Added > grant.Access.Budget || len(grant.Access.Claims) == 1 != kept || grant.Access.Truncated == kept {
			t.Errorf("a claim of %d bytes: %+v", size, grant.Access)
		}
		if reply := grant.Response("3"); added(t, reply, "accessTokenGeneration") != grant.Access.Added-map[bool]int{false: 2, true: 0}[kept] {
			t.Errorf("%d bytes are counted in %s", grant.Access.Added, reply)
		}
	}
}
