package claims

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"pgregory.net/rapid"
)

var versions = []string{"1", "2", "3"}

// requests returns a request of each of the six sources.
func requests(version string, row *table.Authz) []request {
	var all []request
	for _, source := range cognito.TokenGenerationSources() {
		request := user(version, row)
		if request.source = source; request.machine() {
			request.row, request.profile = table.Authz{}, "service"
		}
		all = append(all, request)
	}
	return all
}

// answers calls visit with the answer to each source, with a store that answered and
// with one that failed.
func answers(t *testing.T, access table.Access, visit func(cognito.TokenGeneration, Grant, error)) {
	t.Helper()
	p := compiled(t, everything)
	for _, source := range cognito.TokenGenerationSources() {
		for _, readErr := range []error{nil, errors.New("no answer")} {
			event := cognito.TokenGeneration{}
			event.Version, event.Source = "3", source
			grant, err := p.For("app", event, access, readErr)
			visit(event, grant, err)
		}
	}
}

func TestR16_ASuspendedOrDeletedUserIsRefusedFromEverySource(t *testing.T) {
	roles, cells := []string{"admin"}, 0
	for _, access := range []table.Access{{Authz: table.Authz{Status: table.Suspended, Roles: roles}}, {Deleted: true, Authz: table.Authz{Roles: roles}}} {
		answers(t, access, func(event cognito.TokenGeneration, grant Grant, err error) {
			if event.Machine() {
				return // a machine
			}
			if err != error(deny.AccountDisabled) || !reflect.DeepEqual(grant, Grant{}) {
				t.Errorf("%s: %v, and granted %+v", event.Source, err, grant)
			}
			cells++
		})
	}
	if cells != 20 {
		t.Errorf("%d cells of 20", cells)
	}
}

// Where the rows cannot be read, the profile decides; where the client's profile is not
// known either, the strictest of users does. A machine is never refused.
func TestR44_TheProfileDecidesWhoCannotBeAskedFor(t *testing.T) {
	less, strict, service := policy.Profile{}, policy.Profile{WhenStoreIsDown: policy.NoToken}, policy.Profile{Machine: true}
	for name, c := range map[string]struct {
		profiles map[string]policy.Profile
		profile  string
		refused  bool
	}{
		"grantLess":               {map[string]policy.Profile{"less": less, "strict": strict}, "less", false},
		"refuse":                  {map[string]policy.Profile{"less": less, "strict": strict}, "strict", true},
		"unknown, one refuses":    {map[string]policy.Profile{"less": less, "strict": strict}, "", true},
		"unknown, the first does": {map[string]policy.Profile{"a": strict, "b": less}, "", true},
		"unknown, none refuses":   {map[string]policy.Profile{"less": less, "service": service}, "", false},
		"another kind of profile": {map[string]policy.Profile{"strict": strict, "service": service}, "service", true},
	} {
		p, err := Compile(policy.Tokens{Profiles: c.profiles})
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range append(cognito.TokenGenerationSources(), "TokenGeneration_Passkey") {
			for _, readErr := range []error{nil, errors.New("no answer")} {
				event := cognito.TokenGeneration{}
				event.Version, event.Source = "3", source
				var want error
				if c.refused && readErr != nil && !event.Machine() {
					want = deny.SignInUnavailable
				}
				if grant, err := p.For(c.profile, event, table.Access{}, readErr); err != want || err != nil && !reflect.DeepEqual(grant, Grant{}) {
					t.Errorf("%s, %s, store %v: %v, %+v", name, source, readErr, err, grant)
				}
			}
		}
	}
}

func TestR16_NotFoundIsNotRefused(t *testing.T) {
	for _, access := range []table.Access{{}, {Known: true}, {Authz: *full()}} {
		answers(t, access, func(event cognito.TokenGeneration, _ Grant, err error) {
			if err != nil {
				t.Errorf("%s, %+v: %v", event.Source, access, err)
			}
		})
	}
}

// anyAuthz draws a row with ordinary and hostile contents.
func anyAuthz() *rapid.Generator[*table.Authz] {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{"admin", "editor", "a b", "", "é", "\xff", "\u2028", strings.Repeat("r", 700)}), 0, 4)
	names := rapid.OneOf(
		rapid.SampledFrom(append(append([]string{"roles", "ROLES", "tier", "plan", "Plan", "address", "seats"}, unusableNames...), reservedNames...)),
		rapid.StringMatching(`[a-z]{1,3}`), rapid.String())
	return rapid.Custom(func(t *rapid.T) *table.Authz {
		return &table.Authz{
			Roles:       words.Draw(t, "roles"),
			Tenant:      rapid.SampledFrom([]string{"", "acme", "\xff"}).Draw(t, "tenant"),
			Tenants:     rapid.SliceOfN(rapid.SampledFrom([]string{"acme", "globex", "user", "", "*", "\xff"}), 0, 3).Draw(t, "tenants"),
			Status:      rapid.SampledFrom([]table.Status{"", "active"}).Draw(t, "status"),
			Rev:         rapid.Int64Range(0, 9).Draw(t, "version"),
			TenantRoles: rapid.MapOfN(rapid.SampledFrom([]string{"acme", "globex", "user", "\xff", ""}), words, 0, 3).Draw(t, "tenant roles"),
			Extra:       rapid.MapOfN(names, anyValue(2), 0, 6).Draw(t, "extra"),
		}
	})
}

func TestWhatARowMayNotSayIsDroppedWithItsReason(t *testing.T) {
	p := compiled(t, everything)
	for name, row := range map[string]struct {
		extra map[string]any
		want  []Drop
	}{
		"declared, other case": {map[string]any{"Roles": "x"}, []Drop{{ID, "Roles", DeclaredName}}},
		"twice but case":       {map[string]any{"Plan": 1, "a": true, "plan": 2}, []Drop{{ID, "Plan", AmbiguousName}, {ID, "plan", AmbiguousName}, {Access, "Plan", AmbiguousName}, {Access, "plan", AmbiguousName}}},
		"twice, the first":     {map[string]any{"A": 1, "a": 2, "b": 3}, []Drop{{ID, "A", AmbiguousName}, {ID, "a", AmbiguousName}, {Access, "A", AmbiguousName}, {Access, "a", AmbiguousName}}},
		"infinity":             {map[string]any{"x": math.Inf(1)}, []Drop{{ID, "x", UnusableValue}, {Access, "x", UnusableValue}}},
		"rounded":              {map[string]any{"x": 1e18}, []Drop{{ID, "x", UnusableValue}, {Access, "x", UnusableValue}}},
		"null":                 {map[string]any{"x": nil}, []Drop{{ID, "x", UnusableValue}, {Access, "x", UnusableValue}}},
		"a pointer":            {map[string]any{"x": new("y")}, []Drop{{ID, "x", UnusableValue}, {Access, "x", UnusableValue}}},
		"too deep":             {map[string]any{"x": nested(6)}, []Drop{{ID, "x", UnusableValue}, {Access, "x", UnusableValue}}},
		"an attribute's name":  {map[string]any{"address": map[string]any{}}, []Drop{{ID, "address", ReservedName}, {Access, "address", ReservedName}}},
	} {
		if got := p.grant(user("3", &table.Authz{Extra: row.extra})).Dropped; !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: dropped %v, want %v", name, got, row.want)
		}
	}
}

func TestARoleThatCannotBeSaidExactlyIsNotSaid(t *testing.T) {
	p := compiled(t, everything)
	grant := p.grant(user("3", &table.Authz{Roles: []string{"admin\xff"}}))
	if !dropped(grant, ID, "roles", UnusableValue) || bytes.Contains(grant.Response("3"), []byte("admin")) {
		t.Errorf("%s, dropped %v", grant.Response("3"), grant.Dropped)
	}
}

func TestNobodyIsGrantedWhatTheShapeOfTheEventDoesNotPromise(t *testing.T) {
	p := compiled(t, everything)
	for name, request := range map[string]request{
		"zero":            {},
		"unknown version": user("4", full()),
		"no version":      user("", full()),
		"unknown source":  {version: "3", source: "TokenGeneration_Telepathy", row: *full()},
	} {
		if grant := p.grant(request); !reflect.DeepEqual(grant, Grant{}) {
			t.Errorf("%s is granted %+v", name, grant)
		}
	}
	var zero Policy
	if grant := zero.grant(user("3", full())); grant.Response("3") != nil {
		t.Errorf("the zero policy grants %+v", grant)
	}
}

func TestR12_ClaimsAndScopesStayWithinTheQuota(t *testing.T) {
	p, extra := compiled(t, everything), map[string]any{}
	for i := range 4000 {
		extra[fmt.Sprintf("e%04d", i)] = true
	}
	grant := p.grant(user("3", &table.Authz{Roles: []string{"admin"}, Tenant: "acme", Extra: extra}))
	tooMany := 0
	for _, drop := range grant.Dropped {
		if drop.Reason == TooMany {
			tooMany++
		}
	}
	if tooMany != 8000+8-mostAdded {
		t.Errorf("%d of 8008 are too many", tooMany)
	}
	if !slices.Contains(grant.Dropped, Drop{Access, "e3999", TooMany}) || slices.Contains(grant.Dropped, Drop{ID, "e3999", TooMany}) {
		t.Error("not the last ones of the access token go")
	}
	if added := len(grant.ID.Claims) + len(grant.Access.Claims) + len(grant.Access.ScopesToAdd); added > mostAdded {
		t.Errorf("%d added", added)
	}
}

func TestAPolicyServesManyAtOnce(t *testing.T) {
	p := compiled(t, everything)
	var users sync.WaitGroup
	for i := range 8 {
		users.Go(func() {
			tenant := fmt.Sprintf("tenant-%d", i)
			want := p.grant(user("3", &table.Authz{Tenant: tenant})).Response("3")
			for range 500 {
				if got := p.grant(user("3", &table.Authz{Tenant: tenant})).Response("3"); !bytes.Equal(got, want) {
					t.Errorf("%s reads %s", tenant, got)
				}
			}
		})
	}
	users.Wait()
}

func TestAnEmptyRowAndAnEmptyPolicySayNothing(t *testing.T) {
	section := policy.Tokens{Unwritten: []string{"locale"}, Profiles: map[string]policy.Profile{"app": {ID: policy.Token{ExtraClaims: true, Claims: []policy.Claim{
		{Name: "roles", From: "authz.roles"},
		{Name: "tenant", From: "authz.tenant"},
		{Name: "tenants", From: "authz.tenants"},
		{Name: "status", From: "authz.status"},
		{Name: "rev", From: "authz.version"},
		{Name: "plan", From: "authz.extra.plan"},
		{Name: "none", From: "attribute:locale"},
	}}}}}
	for _, version := range versions {
		for _, row := range []*table.Authz{nil, {}, {Roles: []string{}, Extra: map[string]any{}}} {
			if reply := compiled(t, section).grant(user(version, row)).Response(version); reply != nil {
				t.Errorf("version %s: %s", version, reply)
			}
		}
	}
}
