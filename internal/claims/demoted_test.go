package claims

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// asked returns an event of a user who is in a group and has a zone.
func asked(version string, source cognito.Source) cognito.TokenGeneration {
	var e cognito.TokenGeneration
	e.Version, e.Source, e.AskedTenant = version, source, "globex"
	e.Groups.Names, e.Attributes = []string{"members"}, map[string]string{"zoneinfo": "UTC"}
	return e
}

func TestR41_ADemotedTokenHasNothingThatWasGranted(t *testing.T) {
	console := everything.Profiles["console"]
	console.Groups = policy.KeepGroups
	p := compiled(t, cleared(policy.Tokens{Profiles: map[string]policy.Profile{"app": everything.Profiles["app"], "console": console}}))
	row := table.Access{Authz: *full(), Known: true}
	for _, c := range []struct{ profile, version, want string }{
		{"app", "3", `{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"suite":"cognito-triggers"}},` +
			`"accessTokenGeneration":{"claimsToAddOrOverride":{"tier":9223372036854775807,"beta":true},"scopesToSuppress":["aws.cognito.signin.user.admin"]}}}`},
		{"app", "1", `{"claimsOverrideDetails":{"claimsToAddOrOverride":{"suite":"cognito-triggers"}}}`},
		{"console", "2", `{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"teams":["members"],"zone":"UTC"},"claimsToSuppress":["picture","dev:custom:x"]},` +
			`"accessTokenGeneration":{"claimsToSuppress":["device"],"scopesToSuppress":["phone","aws.cognito.signin.user.admin"]}}}`},
	} {
		grant, err := p.ForDemoted(c.profile, asked(c.version, cognito.TokenRefresh), row, nil)
		if got := string(grant.Response(c.version)); err != nil || got != c.want || grant.Tenant != "" {
			t.Errorf("%s, version %s: %v, %q, got\n%s, want\n%s", c.profile, c.version, err, grant.Tenant, got, c.want)
		}
		if dropped := slices.Contains(grant.Dropped, Drop{Access, cognito.SelfService, EventVersion}); dropped != (c.version == "1") {
			t.Errorf("%s, version %s: dropped %v", c.profile, c.version, grant.Dropped)
		}
	}
	if grant, _ := p.ForDemoted("app", asked("3", cognito.TokenRefresh), row, nil); grant.Access.Added != claimBytes("tier", []byte("9223372036854775807"))+claimBytes("beta", []byte("true")) {
		t.Errorf("%d bytes are said to be added", grant.Access.Added)
	}
	if grant, err := p.ForDemoted("app", asked("4", cognito.TokenRefresh), row, nil); err != nil || !reflect.DeepEqual(grant, Grant{}) {
		t.Errorf("an unknown version: %+v, %v", grant, err)
	}
}

// The audience stays, and its bytes are counted.
func TestR41_ADemotedTokenSaysHowManyBytesItAdds(t *testing.T) {
	p := compiled(t, one(policy.Profile{Access: policy.Token{Audience: policy.ClientAudience, Scopes: policy.Scopes{Add: []string{"app/read"}}}}))
	e := asked("3", cognito.TokenRefresh)
	e.ClientID = "4example4client4id4web4app"
	grant, err := p.ForDemoted("p", e, table.Access{}, nil)
	if bytes := added(t, grant.Response("3"), "accessTokenGeneration"); err != nil || bytes == 0 || grant.Access.Added != bytes {
		t.Errorf("%d bytes are said to be added, and %d are; %v", grant.Access.Added, bytes, err)
	}
}

// A demotion keeps the refusals, and does nothing to a machine.
func TestR41_ADemotionRefusesWhoIsRefusedAndNoMachine(t *testing.T) {
	p := compiled(t, everything)
	for name, access := range map[string]table.Access{"deleted": {Deleted: true}, "suspended": {Authz: table.Authz{Status: table.Suspended}}} {
		for _, readErr := range []error{nil, errors.New("no answer")} {
			if grant, err := p.ForDemoted("app", asked("3", cognito.TokenRefresh), access, readErr); err != error(deny.AccountDisabled) || !reflect.DeepEqual(grant, Grant{}) {
				t.Errorf("%s: %+v, %v", name, grant, err)
			}
		}
	}
	machine := asked("3", cognito.TokenClientCredentials)
	want, _ := p.For("service", machine, table.Access{}, nil)
	if got, err := p.ForDemoted("service", machine, table.Access{}, nil); err != nil || !reflect.DeepEqual(got, want) || len(got.Access.ScopesToAdd) == 0 {
		t.Errorf("a machine: got %+v, %v, want %+v", got, err, want)
	}
}

func TestR41_ADemotedTokenNeverGrantsMoreThanADeadStore(t *testing.T) {
	t.Parallel()
	p := compiled(t, everything)
	form.Check(t, 1_000, 10_000, 100_000, func(t *rapid.T) {
		e := asked(rapid.SampledFrom(versions).Draw(t, "version"), rapid.SampledFrom(cognito.TokenGenerationSources()).Draw(t, "source"))
		e.AskedTenant = rapid.SampledFrom([]string{"", "acme", "globex"}).Draw(t, "asked for")
		e.Groups.Names = rapid.SliceOfN(rapid.SampledFrom([]string{"members", strings.Repeat("g", 120)}), 0, 5).Draw(t, "groups")
		profile := rapid.SampledFrom([]string{"app", "console", "bare", "service", ""}).Draw(t, "profile")
		access := table.Access{Authz: *anyAuthz().Draw(t, "row"), Known: true}
		demoted, err := p.ForDemoted(profile, e, access, nil)
		if err != nil {
			t.Fatal(err)
		}
		rights := rightsOf(t, demoted.Response(e.Version))
		for what, from := range map[string]table.Access{"a dead store": {}, "the row": access} {
			grant, err := p.For(profile, e, from, nil)
			if err != nil {
				t.Fatal(err)
			}
			if problem := rights.within(rightsOf(t, grant.Response(e.Version))); problem != "" {
				t.Fatalf("than %s: %s", what, problem)
			}
		}
		for _, claim := range slices.Concat(demoted.ID.Claims, demoted.Access.Claims) {
			if source(claim.Origin).store() {
				t.Fatalf("%s is of %s", claim.Name, claim.Origin)
			}
		}
		if e.Machine() {
			return
		}
		if len(demoted.Access.ScopesToAdd) > 0 || e.Version != "1" && !rights.taken["access scope "+cognito.SelfService] {
			t.Fatalf("the scopes are %+v", demoted.Access)
		}
	})
}
