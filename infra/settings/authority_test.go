package settings

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	forms "github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// world is a pool with its app clients, a stage for it, and a user. What users can write
// is judged here by what Cognito does, not by what package settings believes.
type world struct {
	stage   *Settings
	given   Given
	version string
	source  cognito.Source
	readErr error
	demoted bool
	row     table.Authz
	groups  []string
	// attributes are the user's; some of them only staff can have set.
	attributes map[string]string
}

// The attributes of the worlds. The custom and the developer-only ones are in foreign pools.
var (
	ordinary = []string{"email", "email_verified", "locale", "name", "preferred_username", "phone_number", "zoneinfo", "cognito:user_status"}
	custom   = []string{"custom:role", "custom:plan", "custom:Role"}
)

// writes reports whether a user or an app client that the stack does not make can change
// an attribute, in this life of the user or by another sign-up.
func (w *world) writes(attribute string) bool {
	if _, trusted := w.stage.Policy.Tokens.Trusted[attribute]; trusted {
		return false // staff answers for it
	}
	switch {
	case strings.HasPrefix(attribute, "dev:"), attribute == "sub":
		return false
	case slices.Contains(w.given.Immutable, attribute):
		if w.given.Closed {
			return false
		}
		refused := func(rules policy.Rules) bool {
			return rules.Privileged != nil && rules.Privileged.Mode != policy.Off && rules.Privileged.Mode != policy.Observe && slices.Contains(rules.Privileged.Attributes, attribute)
		}
		for _, rules := range w.stage.Policy.SignUp.Clients {
			if rules.Privileged != nil && !refused(rules) {
				return true
			}
		}
		return !refused(w.stage.Policy.SignUp.Rules)
	case w.given.Pool || w.stage.OtherClients != OtherClientsNone:
		return true // a client that names no WriteAttributes
	}
	clients := w.stage.WithDefaults().Clients
	return !slices.Contains([]string{"locale", "zoneinfo", "preferred_username", "name"}, attribute) ||
		attribute == "name" || slices.Contains(clients["web"].WriteAttributes, attribute) || slices.Contains(clients["desk"].WriteAttributes, attribute)
}

// names are claim names; some are an attribute's.
var claimNames = []string{"roles", "tenant", "team", "custom:role", "preferred_username", "email", "zoneinfo", "Locale"}

// drawToken draws the changes of a token.
func drawToken(t *rapid.T, label string, attributes []string, kinds int) policy.Token {
	var token policy.Token
	sources := []string{"authz.roles", "authz.tenant", "authz.tenantRoles", "authz.status", "authz.extra.team", "event.groups", ""}
	for _, name := range drawSome(t, label+" claims", claimNames, kinds) {
		c := policy.Claim{Name: name, From: rapid.SampledFrom(sources).Draw(t, label+" source of "+name)}
		switch one := rapid.IntRange(0, 9).Draw(t, label+" kind of "+name); {
		case one == 0:
			c.From = "attribute:" + rapid.SampledFrom(attributes).Draw(t, label+" attribute of "+name)
		case one == 1 && slices.Contains(attributes, name):
			c.From = "attribute:" + name
		case c.From == "":
			c.Value = "fixed"
		}
		token.Claims = append(token.Claims, c)
	}
	if !slices.ContainsFunc(token.Claims, func(c policy.Claim) bool { return c.From == "authz.tenant" }) {
		token.Claims = append(token.Claims, policy.Claim{Name: "acting", From: "authz.tenant"}) // tenantRoles need one
	}
	token.ExtraClaims = rapid.Bool().Draw(t, label+" extra")
	token.Budget = rapid.SampledFrom([]int{0, 64, 96}).Draw(t, label+" budget")
	return token
}

func drawSome(t *rapid.T, label string, from []string, most int) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, most, rapid.ID[string]).Draw(t, label)
}

// drawWorld draws a world; its stage may have faults.
func drawWorld(t *rapid.T) *world {
	w := &world{stage: sound(), version: rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "version")}
	attributes := slices.Concat(ordinary, []string{"sub"})
	if rapid.Bool().Draw(t, "a pool of the app") {
		w.stage, w.given = &Settings{}, Given{Pool: true, Clients: []string{"web"}, Closed: rapid.Bool().Draw(t, "closed")}
		w.given.Immutable = drawSome(t, "immutable", custom, 3)
		attributes = slices.Concat(attributes, custom, []string{"dev:custom:rank"})
	} else {
		w.stage.OtherClients = rapid.SampledFrom([]OtherClients{"", OtherClientsAny, OtherClientsNone, OtherClientsNone}).Draw(t, "other clients")
		if rapid.Bool().Draw(t, "a second client") {
			w.stage.Clients["desk"] = Client{Flows: []Flow{FlowSRP}, WriteAttributes: drawSome(t, "desk writes", []string{"email", "locale", "preferred_username"}, 3)}
		}
		edit(w.stage, "web", func(c *Client) {
			c.WriteAttributes = drawSome(t, "the web client writes", []string{"email", "locale", "zoneinfo"}, 3)
		})
	}
	w.stage.TokenVersion = TokenVersion("V" + w.version + "_0")
	tokens := &w.stage.Policy.Tokens
	if w.stage.Clients == nil {
		w.stage.Clients = map[string]Client{}
	}
	edit(w.stage, "web", func(c *Client) { c.Profile = "app" })
	tokens.Profiles = map[string]policy.Profile{}
	for _, name := range []string{"app", "desk"} {
		p, groups := policy.Profile{ID: drawToken(t, name+" id", attributes, 3)}, []policy.Groups{"", policy.NoGroups, policy.RolesAsGroups}
		if w.version != "1" {
			groups = append(groups, policy.TenantRolesAsGroups) // no V1_0 access token says of which tenant
			p.Access = drawToken(t, name+" access", attributes, 2)
			p.Access.Scopes.Add = drawSome(t, name+" scopes", []string{"app/read", "app/write"}, 2)
		}
		p.Groups = rapid.SampledFrom(groups).Draw(t, name+" groups")
		for _, c := range p.ID.Claims {
			if rapid.IntRange(0, 3).Draw(t, name+" tag "+c.Name) == 0 {
				p.PrincipalTags = append(p.PrincipalTags, c.Name)
			}
		}
		tokens.Profiles[name] = p
	}
	if rapid.IntRange(0, 3).Draw(t, "trusting") == 0 {
		tokens.Trusted = map[string]string{rapid.SampledFrom(ordinary).Draw(t, "trusted"): "staff writes it"}
	}
	if len(w.given.Immutable) > 0 {
		w.stage.Policy.SignUp.Privileged = &policy.Privileged{Mode: rapid.SampledFrom([]policy.Mode{"", policy.Observe}).Draw(t, "privileged"), Attributes: w.given.Immutable}
		if rapid.IntRange(0, 3).Draw(t, "an override") == 0 {
			w.stage.Policy.SignUp.Clients = map[string]policy.Rules{"1example2client3id4web5app": {Privileged: &policy.Privileged{Mode: policy.Off, Attributes: w.given.Immutable}}}
		}
	}
	rule := rapid.SampledFrom(append(declaredBy(tokens.Profiles["app"]), "cognito:groups", "sub", "plan", "email", "custom:plan"))
	if rapid.Bool().Draw(t, "an identity pool") {
		w.stage.IdentityPool = identity(IdentityRole{Name: "A", Claim: rule.Draw(t, "rule"), Value: "admin", Match: MatchContains})
	}
	w.drawUser(t, attributes)
	return w
}

// declaredBy returns the names of the claims in a profile's ID token.
func declaredBy(p policy.Profile) []string {
	var names []string
	for _, c := range p.ID.Claims {
		names = append(names, c.Name)
	}
	return names
}

var values = []string{"admin", "acme", "a*", "*", "", "fixed", "true", "7"}

func (w *world) drawUser(t *rapid.T, attributes []string) {
	w.source = rapid.SampledFrom(cognito.TokenGenerationSources()[:5]).Draw(t, "source")
	value := rapid.SampledFrom(values)
	w.attributes = map[string]string{"sub": "f3d4"}
	for _, name := range attributes {
		if name != "sub" && rapid.Bool().Draw(t, "has "+name) {
			w.attributes[name] = value.Draw(t, name)
		}
	}
	if rapid.IntRange(0, 4).Draw(t, "row") > 0 {
		w.row = table.Authz{
			Roles: drawSome(t, "roles", []string{"admin", "editor", "b*"}, 2), Tenant: rapid.SampledFrom([]string{"", "acme", "ac*"}).Draw(t, "tenant"),
			Rev: rapid.Int64Range(0, 2).Draw(t, "rev"), Extra: map[string]any{}, TenantRoles: map[string][]string{"acme": {"owner"}},
		}
		for _, name := range drawSome(t, "extra", []string{"team", "plan", "custom:role", "email", "x"}, 3) {
			w.row.Extra[name] = rapid.SampledFrom([]any{"admin", "*", 7, []any{"a"}, strings.Repeat("x", 60)}).Draw(t, "extra "+name)
		}
	}
	if rapid.IntRange(0, 5).Draw(t, "store") == 0 {
		w.readErr = fmt.Errorf("no answer")
	}
	w.demoted = rapid.IntRange(0, 9).Draw(t, "demoted") == 0
	w.groups = drawSome(t, "groups", []string{"admin", "members"}, 2)
}

// tokens are the claims of both tokens of a user. What the function says is JSON.
type tokens struct{ id, access map[string]any }

// text returns a claim as a reader of the token compares it.
func text(claim any) string {
	if said, ok := claim.(json.RawMessage); ok {
		return string(said)
	}
	return fmt.Sprint(claim)
}

// issue asks the trigger and lets the local pool apply the response to its own claims.
func (w *world) issue(t *rapid.T, p *claims.Policy, profile string, attributes, metadata map[string]string, userName string) tokens {
	doc, err := json.Marshal(map[string]any{
		"version": w.version, "triggerSource": w.source, "userPoolId": "eu-west-1_AbCdEf123", "userName": userName,
		"callerContext": map[string]string{"clientId": "4example4client4id4web4app"},
		"request": map[string]any{
			"userAttributes": attributes, "clientMetadata": metadata, "validationData": metadata,
			"groupConfiguration": map[string]any{"groupsToOverride": w.groups, "iamRolesToOverride": []string{}, "preferredRole": nil},
		},
		"response": map[string]any{},
	})
	event, parseErr := cognito.Parse(doc)
	if err != nil || parseErr != nil {
		t.Fatal(err, parseErr)
	}
	view, err := event.TokenGeneration()
	if err != nil {
		t.Fatal(err)
	}
	grants := p.For
	if w.demoted {
		grants = p.ForDemoted
	}
	grant, err := grants(profile, view, table.Access{Authz: w.row}, w.readErr)
	if err != nil {
		t.Fatal(err)
	}
	own := userpool.Unsigned{
		ID: map[string]any{"cognito:username": userName}, Access: map[string]any{"username": userName},
		Groups: w.groups, Scopes: []string{cognito.SelfService}, ClientID: "4example4client4id4web4app",
	}
	for name, value := range attributes {
		if name != "cognito:user_status" {
			own.ID[name] = value
		}
	}
	if err := own.Apply(grant.Response(w.version), w.version); err != nil {
		t.Fatal(err)
	}
	return tokens{own.ID, own.Access}
}

// authority returns what in the tokens decides about rights: every claim that the policy
// declares for some client, the extra claims of the row, scopes, groups, the role of the
// identity pool and the principal tags.
func (w *world) authority(t *rapid.T, profile string, s tokens) map[string]any {
	found := map[string]any{"scopes": s.access["scope"], "id groups": s.id["cognito:groups"], "access groups": s.access["cognito:groups"]}
	take := func(name string) { found["id "+name], found["access "+name] = s.id[name], s.access[name] }
	for _, p := range w.stage.Policy.Tokens.Profiles {
		for _, c := range slices.Concat(p.ID.Claims, p.Access.Claims) {
			take(c.Name)
		}
	}
	for name := range w.row.Extra {
		if claims.NameProblem(name) == "" {
			take(name)
		}
	}
	for _, r := range w.stage.IdentityPool.Roles {
		found["role "+r.Name] = profile == "app" && strings.Contains(text(s.id[r.Claim]), r.Value)
	}
	for _, name := range w.stage.Policy.Tokens.Profiles[profile].PrincipalTags {
		found["tag "+name] = s.id[name]
		if strings.ContainsAny(text(s.id[name]), "*?") {
			t.Fatalf("the tag %s is %v", name, s.id[name])
		}
	}
	return found
}

// R9 and R10 over pools of both kinds, their clients and what their users can do, judged by
// the final tokens. A sound world is three triples of policy, app client and event.
func TestR42_NoAuthorityInAFinalTokenChangesWithWhatUsersWrite(t *testing.T) {
	t.Parallel()
	var sound, foreign, fromAttribute, hid, roles, tags int
	cases := forms.Check(t, 800, 8_000, 100_000, func(t *rapid.T) {
		w := drawWorld(t)
		if w.stage.Faults(w.given) != nil {
			return
		}
		p, err := claims.Compile(w.stage.Document(w.given).Tokens)
		if err != nil {
			t.Fatal(err)
		}
		changed := maps.Clone(w.attributes)
		for _, name := range slices.Concat(ordinary, custom, []string{"dev:custom:rank"}) {
			if w.writes(name) && (w.given.Pool || slices.Contains(ordinary, name)) {
				changed[name] = rapid.SampledFrom(values).Draw(t, "then "+name)
			}
		}
		metadata := rapid.MapOfN(rapid.SampledFrom([]string{"roles", "custom:role", "tenant"}), rapid.SampledFrom(values), 0, 2).Draw(t, "metadata")
		sound++
		foreign += count(w.given.Pool)
		fromAttribute += count(len(w.stage.Document(w.given).Tokens.Unwritten) > 0)
		roles, tags = roles+len(w.stage.IdentityPool.Roles), tags+len(w.stage.Policy.Tokens.Profiles["app"].PrincipalTags)
		for _, profile := range []string{"app", "desk", policy.Unknown} {
			one, two := w.issue(t, p, profile, w.attributes, nil, "ada"), w.issue(t, p, profile, changed, metadata, "admin")
			if a, b := w.authority(t, profile, one), w.authority(t, profile, two); !reflect.DeepEqual(a, b) {
				t.Fatalf("%s:\nbefore %v\nafter  %v\nthe user wrote %v in place of %v", profile, a, b, changed, w.attributes)
			}
		}
		hid += count(!reflect.DeepEqual(w.attributes, changed))
	})
	t.Logf("of %d worlds %d are sound: %d with a pool of the app, %d with a claim from an attribute; %d roles, %d tags, %d users wrote", cases, sound, foreign, fromAttribute, roles, tags, hid)
	if sound < cases/3 || foreign < sound/10 || fromAttribute < sound/50 || roles < sound/20 || tags < sound/10 {
		t.Error("too few to say anything")
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
