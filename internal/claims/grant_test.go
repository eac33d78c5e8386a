package claims

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"sync"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"pgregory.net/rapid"
)

var versions = []string{"1", "2", "3"}

// requests gives a request of each of the six sources.
func requests(version string, row *Authz) []Request {
	var all []Request
	for _, source := range append([]string{machineSource}, userSources...) {
		all = append(all, Request{Version: version, Source: source, Machine: source == machineSource, Authz: row})
	}
	return all
}

func TestR16_ASuspendedOrDeletedUserIsRefusedFromEverySource(t *testing.T) {
	p, cells := compiled(t, everything), 0
	for _, row := range []*Authz{{Suspended: true, Roles: []string{"admin"}}, {Deleted: true, Roles: []string{"admin"}}} {
		for _, request := range requests("3", row) {
			for _, request.StoreFailed = range []bool{false, true} {
				refusal, refused := p.Refused(request)
				if !refused || refusal != deny.AccountDisabled {
					t.Errorf("%+v: %v, %v", request, refusal, refused)
				}
				if grant := p.For(request); !reflect.DeepEqual(grant, Grant{}) {
					t.Errorf("%+v is refused and granted %+v", request, grant)
				}
			}
			cells++
		}
	}
	if cells != 12 {
		t.Errorf("%d cells of 12", cells)
	}
}

func TestR16_NotFoundIsNotRefused(t *testing.T) {
	p := compiled(t, everything)
	for _, row := range []*Authz{nil, {}, full()} {
		for _, request := range requests("3", row) {
			for _, request.StoreFailed = range []bool{false, true} {
				if refusal, refused := p.Refused(request); refused || refusal != (deny.Refusal{}) {
					t.Errorf("%+v: %v", request, refusal)
				}
			}
		}
	}
}

// anyAuthz draws a row with good and hostile contents.
func anyAuthz() *rapid.Generator[*Authz] {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{"admin", "editor", "a b", "", "é", "\xff", "\u2028"}), 0, 4)
	names := rapid.OneOf(
		rapid.SampledFrom(append(append([]string{"roles", "ROLES", "tier", "plan", "Plan", "address", "seats"}, unusableNames...), reservedNames...)),
		rapid.StringMatching(`[a-z]{1,3}`), rapid.String())
	return rapid.Custom(func(t *rapid.T) *Authz {
		return &Authz{
			Roles:  words.Draw(t, "roles"),
			Tenant: rapid.SampledFrom([]string{"", "acme", "\xff"}).Draw(t, "tenant"),
			Extra:  rapid.MapOfN(names, anyValue(2), 0, 6).Draw(t, "extra"),
		}
	})
}

func TestR17_ClaimsOnlyGrant(t *testing.T) {
	p := compiled(t, everything)
	property(t, "10000", func(t *rapid.T) {
		row := anyAuthz().Draw(t, "row")
		version := rapid.SampledFrom(versions).Draw(t, "version")
		present := rapid.SampledFrom(requests(version, row)).Draw(t, "request")
		missing, down := present, present
		missing.Authz = nil
		down.StoreFailed = true
		most := said(t, p, present)
		for name, least := range map[string]map[string]string{"missing": said(t, p, missing), "down": said(t, p, down)} {
			for claim, value := range least {
				if most[claim] != value {
					t.Fatalf("row %s: %s is %s, with the row %q", name, claim, value, most[claim])
				}
			}
		}
	})
}

// said gives what a request's response says, claim by claim and scope by scope.
func said(t *rapid.T, p *Policy, r Request) map[string]string {
	all := map[string]string{}
	reply := p.For(r).Response(r.Version)
	if reply == nil {
		return all
	}
	var read struct {
		V1 struct {
			Claims map[string]json.RawMessage `json:"claimsToAddOrOverride"`
		} `json:"claimsOverrideDetails"`
		V2 map[string]struct {
			Claims map[string]json.RawMessage `json:"claimsToAddOrOverride"`
			Scopes []string                   `json:"scopesToAdd"`
		} `json:"claimsAndScopeOverrideDetails"`
	}
	if err := json.Unmarshal(reply, &read); err != nil {
		t.Fatalf("%s: %v", reply, err)
	}
	for name, value := range read.V1.Claims {
		all["id "+name] = string(value)
	}
	for kind, generation := range read.V2 {
		for name, value := range generation.Claims {
			all[kind+" "+name] = string(value)
		}
		for _, scope := range generation.Scopes {
			all[kind+" scope "+scope] = "added"
		}
	}
	return all
}

func TestWhatARowMayNotSayIsDroppedWithItsReason(t *testing.T) {
	p := compiled(t, everything)
	for name, row := range map[string]struct {
		extra map[string]any
		want  []Drop
	}{
		"declared, other case": {map[string]any{"Roles": "x"}, []Drop{{ID, "Roles", DeclaredName}}},
		"twice but case":       {map[string]any{"Plan": 1, "a": true, "plan": 2}, []Drop{{ID, "Plan", AmbiguousName}, {ID, "plan", AmbiguousName}, {Access, "Plan", AmbiguousName}, {Access, "plan", AmbiguousName}}},
		"infinity":             {map[string]any{"x": math.Inf(1)}, []Drop{{ID, "x", UnusableValue}, {Access, "x", UnusableValue}}},
		"rounded":              {map[string]any{"x": 1e18}, []Drop{{ID, "x", UnusableValue}, {Access, "x", UnusableValue}}},
		"null":                 {map[string]any{"x": nil}, []Drop{{ID, "x", UnusableValue}, {Access, "x", UnusableValue}}},
		"a pointer":            {map[string]any{"x": new("y")}, []Drop{{ID, "x", UnusableValue}, {Access, "x", UnusableValue}}},
		"too deep":             {map[string]any{"x": nested(6)}, []Drop{{ID, "x", UnusableValue}, {Access, "x", UnusableValue}}},
		"object for OIDC":      {map[string]any{"address": map[string]any{}}, []Drop{{ID, "address", UnusableValue}}},
	} {
		if got := p.For(person("3", &Authz{Extra: row.extra})).Dropped; !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: dropped %v, want %v", name, got, row.want)
		}
	}
}

func TestARoleThatCannotBeSaidExactlyIsNotSaid(t *testing.T) {
	p := compiled(t, everything)
	grant := p.For(person("3", &Authz{Roles: []string{"admin\xff"}}))
	if !dropped(grant, ID, "roles", UnusableValue) || bytes.Contains(grant.Response("3"), []byte("admin")) {
		t.Errorf("%s, dropped %v", grant.Response("3"), grant.Dropped)
	}
}

func TestNobodyIsGrantedWhatTheShapeOfTheEventDoesNotPromise(t *testing.T) {
	p := compiled(t, everything)
	for name, request := range map[string]Request{
		"zero":                    {},
		"unknown version":         person("4", full()),
		"no version":              person("", full()),
		"unknown source":          {Version: "3", Source: "TokenGeneration_Telepathy", Authz: full()},
		"machine without machine": {Version: "3", Source: machineSource, Authz: full()},
		"user as machine":         {Version: "3", Source: "TokenGeneration_Authentication", Machine: true, Authz: full()},
	} {
		if grant := p.For(request); !reflect.DeepEqual(grant, Grant{}) {
			t.Errorf("%s is granted %+v", name, grant)
		}
	}
	var zero Policy
	if grant := zero.For(person("3", full())); grant.Response("3") != nil {
		t.Errorf("the zero policy grants %+v", grant)
	}
}

func TestAMachineGetsNothingOfARow(t *testing.T) {
	p := compiled(t, everything)
	with := machine()
	with.Authz = full()
	if a, b := p.For(machine()), p.For(with); !reflect.DeepEqual(a, b) || a.IDClaims != nil {
		t.Errorf("without a row %+v, with one %+v", a, b)
	}
	if row := with.row(); !reflect.DeepEqual(row, &Authz{}) {
		t.Errorf("a machine may be granted from %+v", row)
	}
}

func TestR12_ClaimsAndScopesStayWithinTheQuota(t *testing.T) {
	p, extra := compiled(t, everything), map[string]any{}
	for i := range 4000 {
		extra[fmt.Sprintf("e%04d", i)] = true
	}
	grant := p.For(person("3", &Authz{Roles: []string{"admin"}, Tenant: "acme", Extra: extra}))
	added := len(grant.IDClaims) + len(grant.AccessClaims) + len(grant.ScopesToAdd)
	if added != mostAdded || len(grant.Dropped) != 8000+8-added {
		t.Errorf("%d added, %d dropped", added, len(grant.Dropped))
	}
	if last := grant.Dropped[len(grant.Dropped)-1]; last != (Drop{Access, "e3999", TooMany}) {
		t.Errorf("the last drop is %v", last)
	}
}

func TestAPolicyServesManyAtOnce(t *testing.T) {
	p := compiled(t, everything)
	var users sync.WaitGroup
	for i := range 8 {
		users.Go(func() {
			tenant := fmt.Sprintf("tenant-%d", i)
			want := p.For(person("3", &Authz{Tenant: tenant})).Response("3")
			for range 500 {
				if got := p.For(person("3", &Authz{Tenant: tenant})).Response("3"); !bytes.Equal(got, want) {
					t.Errorf("%s reads %s", tenant, got)
				}
			}
		})
	}
	users.Wait()
}

func TestAnEmptyRowAndAnEmptyPolicySayNothing(t *testing.T) {
	section := policy.Tokens{User: policy.Profile{ID: policy.Token{ExtraClaims: true, Claims: []policy.Claim{
		{Name: "roles", From: "authz.roles"}, {Name: "tenant", From: "authz.tenant"},
	}}}}
	for _, version := range versions {
		for _, row := range []*Authz{nil, {}, {Roles: []string{}, Extra: map[string]any{}}} {
			if reply := compiled(t, section).For(person(version, row)).Response(version); reply != nil {
				t.Errorf("version %s: %s", version, reply)
			}
		}
	}
}
