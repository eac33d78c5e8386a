package settings

import (
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// privileged returns a rule that no sign-up may bring the attribute along.
func privileged(mode policy.Mode, attribute string) *policy.Privileged {
	return &policy.Privileged{Mode: mode, Attributes: []string{attribute}}
}

// as returns sound settings with a change.
func as(change func(*Settings)) *Settings {
	s := sound()
	change(s)
	return s
}

// written is a row of a table that reads like the rules: who may write an attribute, ""
// for nobody.
type written struct {
	stage     *Settings
	given     Given
	attribute string
	want      string
}

func judgeWriters(t *testing.T, rows map[string]written) {
	t.Helper()
	for name, c := range rows {
		if got := c.stage.writer(c.given, c.attribute); got != c.want {
			t.Errorf("%s: %q writes %s, want %q", name, got, c.attribute, c.want)
		}
	}
}

func TestR42_WhoMayWriteAnAttribute(t *testing.T) {
	t.Parallel()
	const (
		always    = "every user"
		onRequest = "Cognito, when users ask for it"
		own       = "the users of the stack's app clients"
		others    = "the users of an app client that the stack does not make (otherClients)"
		foreign   = "the users of any app client of the pool"
	)
	pool, immutable := Given{Pool: true}, Given{Pool: true, Immutable: []string{"email"}}
	alone := as(func(s *Settings) { s.OtherClients = OtherClientsNone })
	judgeWriters(t, map[string]written{
		"what is fixed":                     {sound(), Given{}, "sub", ""},
		"what is fixed, in a foreign pool":  {sound(), pool, "sub", ""},
		"developer-only":                    {sound(), pool, "dev:custom:role", ""},
		"what the pool does not have":       {sound(), Given{}, "custom:role", ""},
		"an address":                        {sound(), Given{}, "email", always},
		"an address, without other clients": {alone, Given{}, "email", always},
		"a number that no client writes":    {alone, Given{}, "phone_number", always},
		"an address that is immutable":      {sound(), immutable, "email", always},
		"a mark that a user has made":       {alone, Given{}, "email_verified", onRequest},
		"a number's mark":                   {alone, Given{}, "phone_number_verified", onRequest},
		"a state that a user moves":         {alone, Given{}, "cognito:user_status", onRequest},
		"what the web client writes":        {alone, Given{}, "locale", own},
		"what only a machine would write": {as(func(s *Settings) {
			s.OtherClients = OtherClientsNone
			edit(s, "web", func(c *Client) { c.WriteAttributes = []string{"email"} })
			delete(s.Clients, "machine")
		}), Given{}, "name", ""},
		"what the machine client writes": {as(func(s *Settings) {
			s.OtherClients = OtherClientsNone
			edit(s, "web", func(c *Client) { c.WriteAttributes = []string{"email"} })
		}), Given{}, "name", own},
		"what no client writes, and others may":     {sound(), Given{}, "preferred_username", others},
		"the same, said":                            {as(func(s *Settings) { s.OtherClients = OtherClientsAny }), Given{}, "preferred_username", others},
		"what no client writes, and others are not": {alone, Given{}, "preferred_username", ""},
		"in a foreign pool":                         {sound(), pool, "preferred_username", foreign},
		"custom, in a foreign pool":                 {sound(), pool, "custom:role", foreign},
	})
}

// An immutable attribute can be written once, at sign-up, unless sign-up refuses it.
func TestR42_WhoMayWriteAnImmutableAttribute(t *testing.T) {
	t.Parallel()
	const once, foreign = "every user, once, at sign-up", "the users of any app client of the pool"
	pool, immutable, closed := Given{Pool: true}, Given{Pool: true, Immutable: []string{"custom:plan", "locale"}}, Given{Pool: true, Closed: true, Immutable: []string{"custom:plan"}}
	refusing := as(func(s *Settings) { s.Policy.SignUp.Privileged = privileged("", "custom:plan") })
	judgeWriters(t, map[string]written{
		"immutable, and sign-up takes it":        {sound(), immutable, "custom:plan", once},
		"a standard one":                         {sound(), immutable, "locale", once},
		"immutable, and sign-up refuses it":      {refusing, immutable, "custom:plan", ""},
		"immutable, and nobody signs up":         {sound(), closed, "custom:plan", ""},
		"mutable, and sign-up refuses it":        {refusing, pool, "custom:plan", foreign},
		"immutable, and sign-up refuses another": {as(func(s *Settings) { s.Policy.SignUp.Privileged = privileged("", "custom:role") }), immutable, "custom:plan", once},
		"refused, it would be":                   {as(func(s *Settings) { s.Policy.SignUp.Privileged = privileged(policy.Observe, "custom:plan") }), immutable, "custom:plan", once},
		"refused, but not through one client": {as(func(s *Settings) {
			s.Policy.SignUp.Privileged = privileged(policy.Enforce, "custom:plan")
			s.Policy.SignUp.Clients = map[string]policy.Rules{"1example2client3id4web5app": {Privileged: privileged(policy.Off, "custom:plan")}}
		}), immutable, "custom:plan", once},
		"refused, but not through one of two clients": {as(func(s *Settings) {
			s.Policy.SignUp.Privileged = privileged(policy.Enforce, "custom:plan")
			s.Policy.SignUp.Clients = map[string]policy.Rules{"1example2client3": {Privileged: privileged(policy.Off, "custom:plan")}, "2example3client4": {}}
		}), immutable, "custom:plan", once},
		"refused through one client alone": {as(func(s *Settings) {
			s.Policy.SignUp.Clients = map[string]policy.Rules{"1example2client3id4web5app": {Privileged: privileged("", "custom:plan")}}
		}), immutable, "custom:plan", once},
		"refused through every client": {as(func(s *Settings) {
			s.Policy.SignUp.Privileged = privileged("", "custom:plan")
			s.Policy.SignUp.Clients = map[string]policy.Rules{"1example2client3id4web5app": {Access: &policy.Access{}}}
		}), immutable, "custom:plan", ""},
	})
}

// from returns a profile whose ID token takes the claim x from an attribute.
func from(attribute string) policy.Profile {
	return claimed(policy.Claim{Name: "x", From: "attribute:" + attribute})
}

// Neither synth nor the function lets a claim come from what somebody may write.
func TestR42_NoClaimComesFromWhatSomebodyMayWrite(t *testing.T) {
	t.Parallel()
	for attribute, given := range map[string]Given{
		"custom:role": {Pool: true}, "zoneinfo": {Pool: true}, "custom:plan": {Pool: true, Immutable: []string{"custom:plan"}},
		"preferred_username": {}, "email": {}, "email_verified": {}, "cognito:user_status": {},
	} {
		s := sound()
		if given.Pool {
			s = &Settings{}
		}
		s.Policy.Tokens = app(from(attribute))
		refused(t, s, given, "policy.tokens.profiles.app.id.claims[0].from", attribute)

		s.Policy.Tokens.Trusted = map[string]string{attribute: "staff alone writes it"}
		if err := s.Faults(given).Err(); err != nil {
			t.Errorf("%s is trusted: %v", attribute, err)
		}
		useful(t, s.Warnings(given))
		if found := s.Warnings(given).Error(); !strings.Contains(found, "policy.tokens.trusted") || !strings.Contains(found, ": claims may come from an attribute that users can write") || !strings.Contains(found, "staff alone writes it") {
			t.Errorf("%s is trusted, and synth says %q", attribute, found)
		}
	}
	for attribute, given := range map[string]Given{"dev:custom:role": {Pool: true}, "custom:plan": {Pool: true, Closed: true, Immutable: []string{"custom:plan"}}, "sub": {}, "zoneinfo": {}} {
		s := sound()
		if given.Pool {
			s = &Settings{}
		} else {
			s.OtherClients = OtherClientsNone
		}
		s.Policy.Tokens = app(from(attribute))
		if err := s.Faults(given).Err(); err != nil || s.Document(given).Tokens.Unwritten[0] != attribute {
			t.Errorf("%s, which nobody writes: %v", attribute, err)
		}
	}
}

// A role of the identity pool is selected by nothing that somebody may write.
func TestR42_NoRoleIsSelectedByWhatSomebodyMayWrite(t *testing.T) {
	t.Parallel()
	declared := app(claimed(policy.Claim{Name: "custom:role", From: "authz.roles"}))
	extra := app(policy.Profile{ID: policy.Token{ExtraClaims: true}})
	elsewhere := app(policy.Profile{Access: claimed(policy.Claim{Name: "team", Value: "a"}).ID})
	trusted := policy.Tokens{Trusted: map[string]string{"email": "the directory alone makes users"}}
	const written, missing = "can be written by", "has no claim"
	for name, c := range map[string]struct {
		tokens policy.Tokens
		claim  string
		want   string // the fault of the own pool, and of a foreign one
	}{
		"an address": {extra, "email", written}, "a name": {extra, "preferred_username", written},
		"a mark": {extra, "email_verified", written}, "a user name": {extra, "cognito:username", missing},
		"a constant": {app(claimed(policy.Claim{Name: "kind", Value: "web"})), "kind", ""},
		"declared":   {declared, "custom:role", ""}, "in another case": {declared, "custom:Role", missing},
		"groups": {policy.Tokens{}, "cognito:groups", ""}, "fixed": {policy.Tokens{}, "sub", ""}, "trusted": {trusted, "email", ""},
		"an extra claim": {extra, "plan", ""}, "no extra claims": {declared, "plan", missing}, "of the access token": {elsewhere, "team", missing},
		"without a profile": {policy.Tokens{}, "tenant", missing},
	} {
		for pool, given := range map[string]Given{"own": {}, "foreign": {Pool: true, Clients: []string{"web"}}} {
			s := sound()
			if given.Pool {
				s = &Settings{}
			}
			s.Policy.Tokens, s.IdentityPool = c.tokens, identity(IdentityRole{Name: "A", Claim: c.claim, Value: "x"})
			if c.tokens.Profiles != nil {
				if s.Clients == nil {
					s.Clients = map[string]Client{}
				}
				edit(s, "web", func(c *Client) { c.Profile = "app" })
			}
			want := c.want
			if given.Pool && name == "in another case" {
				want = written // such an attribute can exist there
			}
			switch err := s.Faults(given).Err(); {
			case want == "" && err != nil:
				t.Errorf("%s, %s pool: %v", name, pool, err)
			case want != "" && (err == nil || !strings.HasPrefix(err.Error(), "identityPool.roles[0].claim: ") || !strings.Contains(err.Error(), want)):
				t.Errorf("%s, %s pool: %v, want %q", name, pool, err, want)
			}
		}
	}
	s := &Settings{IdentityPool: identity(IdentityRole{Name: "A", Claim: "custom:role", Value: "admin"})}
	onlyFault(t, `identityPool.roles[0].claim: "custom:role" can be written by the users of any app client of the pool, who would take the role`,
		s.Faults(Given{Pool: true, Clients: []string{"web"}}).Err())
}

// A fault says who writes the attribute and what shuts that way, and what it says to do
// mends it.
func TestR42_AFaultSaysWhoWritesAnAttributeAndWhatToDo(t *testing.T) {
	t.Parallel()
	const at = "policy.tokens.profiles.app.id.claims[0].from: "
	pool, immutable := Given{Pool: true}, Given{Pool: true, Immutable: []string{"custom:plan"}}
	for name, c := range map[string]struct {
		given     Given
		attribute string
		want      string
		mend      func(*Settings, *Given)
	}{
		"other clients": {Given{}, "zoneinfo", otherClients + "; take the claim from authz.*, write otherClients: none if", func(s *Settings, _ *Given) { s.OtherClients = OtherClientsNone }},
		"the stack's": {Given{}, "locale", stackClients + "; take the claim from authz.*, take it out of clients.web.writeAttributes and write otherClients: none", func(s *Settings, _ *Given) {
			s.OtherClients, s.Policy.SignUp = OtherClientsNone, policy.SignUp{}
			edit(s, "web", func(c *Client) { c.WriteAttributes = []string{"email", "name"} })
		}},
		"the machine's": {Given{}, MachineAttribute, stackClients + "; take the claim from authz.*, or say in policy.tokens.trusted", func(s *Settings, _ *Given) {
			s.Policy.Tokens.Trusted = map[string]string{MachineAttribute: "as a test"}
		}},
		"every user": {Given{}, "email", "every user; take the claim from authz.*, or say in", func(s *Settings, _ *Given) { s.Policy.Tokens.Trusted = map[string]string{"email": "as a test"} }},
		"an app's": {pool, "custom:plan", anyClient + "; take the claim from authz.*, make it immutable in the pool and let policy.signUp.privileged refuse it, or", func(s *Settings, g *Given) {
			g.Immutable, s.Policy.SignUp.Privileged = []string{"custom:plan"}, privileged("", "custom:plan")
		}},
		"once": {immutable, "custom:plan", onceAtSignUp + "; take the claim from authz.*, let policy.signUp.privileged refuse it, or", func(s *Settings, _ *Given) {
			s.Policy.SignUp.Privileged = privileged("", "custom:plan")
		}},
	} {
		s := sound()
		if c.given.Pool {
			s = &Settings{}
		}
		s.Policy.Tokens = app(from(c.attribute))
		onlyFault(t, at+`"`+c.attribute+`" can be written by `+c.want, s.Faults(c.given).Err())
		c.mend(s, &c.given)
		if err := s.Faults(c.given).Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestR42_TrustIsForWhatSomebodyMayWriteAndHasAReason(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*Settings){
		"policy.tokens.trusted.zoneinfo: has no reason":                                    func(s *Settings) { s.Policy.Tokens.Trusted = map[string]string{"zoneinfo": " "} },
		`policy.tokens.trusted.sub: nobody writes "sub"`:                                   func(s *Settings) { s.Policy.Tokens.Trusted = map[string]string{"sub": "fixed"} },
		`policy.tokens.trusted.emial: "emial" is not an attribute of the pool; did you`:    func(s *Settings) { s.Policy.Tokens.Trusted = map[string]string{"emial": "x"} },
		`policy.tokens.trusted.custom:role: "custom:role" is not an attribute of the pool`: func(s *Settings) { s.Policy.Tokens.Trusted = map[string]string{"custom:role": "x"} },
		`otherClients: "some" is not known; use one of any, none`:                          func(s *Settings) { s.OtherClients = "some" },
		"foreignClients.1example2client3id4web5app: is a client that the stack does": func(s *Settings) {
			s.OtherClients, s.Policy.Tokens = OtherClientsNone, app(policy.Profile{})
			s.ForeignClients = map[string]string{"1example2client3id4web5app": "app"}
		},
	} {
		s := sound()
		change(s)
		onlyFault(t, want, s.Faults(Given{}).Err())
	}
}

// What no sign-up may bring along must not be written a call later.
func TestR41_WhatIsPrivilegedIsNotWrittenAfterSignUp(t *testing.T) {
	t.Parallel()
	const at = `policy.signUp.privileged.attributes[0]: "custom:role" decides about rights, and can be written after sign-up by the users of any`
	given := Given{Pool: true}
	s := &Settings{}
	s.Policy.SignUp.Privileged = privileged("", "custom:role")
	onlyFault(t, at, s.Faults(given).Err())
	s.Policy.SignUp.Privileged.Mode = policy.Observe
	onlyFault(t, at, s.Faults(given).Err())
	for name, sound := range map[string]func(*Given){
		"off":       func(*Given) { s.Policy.SignUp.Privileged = privileged(policy.Off, "custom:role") },
		"immutable": func(g *Given) { g.Immutable = []string{"custom:role"} },
		"trusted":   func(*Given) { s.Policy.Tokens.Trusted = map[string]string{"custom:role": "no client may write it"} },
	} {
		given := given
		s.Policy.SignUp.Privileged, s.Policy.Tokens.Trusted = privileged("", "custom:role"), nil
		sound(&given)
		if err := s.Faults(given).Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	s = &Settings{}
	s.Policy.SignUp.Clients = map[string]policy.Rules{"1example2client3id4web5app": {Privileged: privileged("", "custom:role")}}
	onlyFault(t, strings.Replace(at, "signUp.", "signUp.clients.1example2client3id4web5app.", 1), s.Faults(given).Err())
}
