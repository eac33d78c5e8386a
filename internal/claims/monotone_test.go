package claims

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"pgregory.net/rapid"
)

// rights is what a reply grants and what it takes away.
type rights struct {
	granted map[string]string
	taken   map[string]bool
	// groups are the tokens' groups; all means that the pool's own stay.
	groups []string
	all    bool
}

// rightsOf reads a reply.
func rightsOf(t *rapid.T, reply []byte) rights {
	r := rights{granted: map[string]string{}, taken: map[string]bool{}, all: true}
	if reply == nil {
		return r
	}
	type changes struct {
		Claims   map[string]json.RawMessage `json:"claimsToAddOrOverride"`
		Suppress []string                   `json:"claimsToSuppress"`
		Add      []string                   `json:"scopesToAdd"`
		Remove   []string                   `json:"scopesToSuppress"`
	}
	type groups struct {
		Groups *struct {
			Names []string `json:"groupsToOverride"`
		} `json:"groupOverrideDetails"`
	}
	var read struct {
		V1 struct {
			changes
			groups
		} `json:"claimsOverrideDetails"`
		V2 struct {
			ID     changes `json:"idTokenGeneration"`
			Access changes `json:"accessTokenGeneration"`
			groups
		} `json:"claimsAndScopeOverrideDetails"`
	}
	if err := json.Unmarshal(reply, &read); err != nil {
		t.Fatalf("%s: %v", reply, err)
	}
	for kind, c := range map[string]changes{"v1": read.V1.changes, "id": read.V2.ID, "access": read.V2.Access} {
		for name, value := range c.Claims {
			if name != truncatedClaim {
				r.granted[kind+" "+name] = string(value)
			}
		}
		for _, scope := range c.Add {
			r.granted[kind+" scope "+scope] = "added"
		}
		for _, name := range c.Suppress {
			r.taken[kind+" "+name] = true
		}
		for _, scope := range c.Remove {
			r.taken[kind+" scope "+scope] = true
		}
	}
	for _, g := range []groups{read.V1.groups, read.V2.groups} {
		if g.Groups != nil {
			r.all, r.groups = false, g.Groups.Names
		}
	}
	return r
}

// within returns why the rights are not part of the others; "" means that they are.
func (r rights) within(most rights) string {
	for name, value := range r.granted {
		if most.granted[name] != value {
			return fmt.Sprintf("%s is %s, and else %q", name, value, most.granted[name])
		}
	}
	for name := range most.taken {
		if !r.taken[name] {
			return name + " is not taken away"
		}
	}
	if r.all && !most.all {
		return "groups are not taken away"
	}
	for _, name := range r.groups {
		if !most.all && !slices.Contains(most.groups, name) {
			return "there is a group " + name
		}
	}
	return ""
}

// When something is missing (row, store, the client's profile), a token says less and
// never more.
func TestR17_ClaimsOnlyGrant(t *testing.T) {
	t.Parallel()
	p := compiled(t, everything)
	form.Check(t, 1_000, 10_000, 100_000, func(t *rapid.T) {
		row := anyAuthz().Draw(t, "row")
		version := rapid.SampledFrom(versions).Draw(t, "version")
		present := rapid.SampledFrom(requests(version, row)).Draw(t, "request")
		if !present.machine() {
			present.profile = rapid.SampledFrom([]string{"app", "console", "bare"}).Draw(t, "profile")
			present.tenant = rapid.SampledFrom([]string{"", "acme", "globex"}).Draw(t, "asked for")
			present.groups.Names = rapid.SliceOfN(rapid.SampledFrom([]string{"members", strings.Repeat("g", 120)}), 0, 5).Draw(t, "groups")
		}
		most := rightsOf(t, p.grant(present).Response(version))
		for what, take := range map[string]func(*request){
			"no row, no store":      func(r *request) { r.row = table.Authz{} },
			"no client":             func(r *request) { r.profile = "" },
			"no client, no store":   func(r *request) { r.profile, r.row = "", table.Authz{} },
			"a profile of old":      func(r *request) { r.profile = "gone" },
			"a profile of machines": func(r *request) { r.profile = map[bool]string{true: "app", false: "service"}[r.machine()] },
		} {
			less := present
			take(&less)
			if problem := rightsOf(t, p.grant(less).Response(version)).within(most); problem != "" {
				t.Fatalf("%s: %s", what, problem)
			}
		}
	})
}

func TestAnUnknownClientIsGrantedNothingAndKeptFromAllThatAnyOtherIs(t *testing.T) {
	grant := compiled(t, everything).grant(through("", "3", full()))
	want := Grant{
		Profile: policy.Unknown, Tenant: "acme", Groups: &cognito.GroupConfiguration{},
		ID:     Changes{Suppress: []string{"dev:custom:x", "email", "picture"}},
		Access: Changes{Suppress: []string{"device"}, ScopesToSuppress: []string{"aws.cognito.signin.user.admin", "phone"}},
	}
	if fmt.Sprintf("%+v", grant.ID) != fmt.Sprintf("%+v", want.ID) || fmt.Sprintf("%+v", grant.Access) != fmt.Sprintf("%+v", want.Access) ||
		grant.Profile != want.Profile || grant.Groups == nil || len(grant.Groups.Names) > 0 {
		t.Errorf("got  %+v\nwant %+v", grant, want)
	}
	twice := compiled(t, policy.Tokens{Profiles: map[string]policy.Profile{"bare": everything.Profiles["bare"], "other": everything.Profiles["bare"]}})
	if got := twice.grant(through("", "3", nil)).ID.Suppress; len(got) != 1 {
		t.Errorf("what two profiles suppress is suppressed %d times", len(got))
	}
	alone := compiled(t, policy.Tokens{Profiles: map[string]policy.Profile{"app": everything.Profiles["app"], "service": everything.Profiles["service"]}})
	for name, request := range map[string]request{"nobody": through("", "3", full()), "misspelt": through("App", "2", full())} {
		if reply := alone.grant(request).Response("3"); reply != nil {
			t.Errorf("%s: no profile takes anything away, and the reply is %s", name, reply)
		}
	}
	unknownMachine := machine()
	unknownMachine.profile = ""
	if reply := string(alone.grant(unknownMachine).Response("3")); reply != `{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToSuppress":["jobs/admin"]}}}` {
		t.Errorf("a machine: %s", reply)
	}
}
