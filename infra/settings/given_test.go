package settings

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// pooled returns settings for a pool that the app makes, and the client that it passes.
func pooled() (*Settings, Given) {
	return &Settings{
		API: API{On: true}, IdentityPool: identity(IdentityRole{Name: "Acme", Claim: "tenant", Value: "acme"}),
		Clients: map[string]Client{"web": {Profile: "app"}},
		Policy: policy.Document{Tokens: policy.Tokens{
			Profiles: map[string]policy.Profile{"app": claimed(policy.Claim{Name: "tenant", From: "authz.tenant"})},
		}},
	}, Given{Pool: true, Clients: []string{"web"}}
}

func TestWhatThePoolOwnsIsRefusedWhereTheAppMakesIt(t *testing.T) {
	t.Parallel()
	s, given := pooled()
	if err := s.Faults(given).Err(); err != nil {
		t.Errorf("sound settings: %v", err)
	}
	for want, spoil := range map[string]func(*Settings, *Given){
		"domain: is the pool's own, which the app makes":                           func(s *Settings, _ *Given) { s.Domain.Prefix = "example" },
		"threatProtection: is the pool's own":                                      func(s *Settings, _ *Given) { s.Plan, s.ThreatProtection.Standard = PlanPlus, ThreatsAudited },
		"mfa: is the pool's own":                                                   func(s *Settings, _ *Given) { s.MFA.Mode = MFAOff },
		"mfa: is the pool's own, which":                                            func(s *Settings, _ *Given) { s.MFA.Factors = []SecondFactor{SecondTOTP} },
		"identityProviders: is the pool's own":                                     func(s *Settings, _ *Given) { s.IdentityProviders = map[string]IdentityProvider{"Corp": {}} },
		"sms: is the pool's own":                                                   func(s *Settings, _ *Given) { s.SMS.Region = "eu-west-1" },
		"recovery: is the pool's own":                                              func(s *Settings, _ *Given) { s.Recovery = []RecoveryWay{RecoverByEmail} },
		"email: is the pool's own":                                                 func(s *Settings, _ *Given) { s.Email.CognitoDefault = true },
		"texts: is the pool's own":                                                 func(s *Settings, _ *Given) { s.Texts.MFA.Default.Subject = "x" },
		"webAclArn: is the pool's own":                                             func(s *Settings, _ *Given) { s.WebACLARN = "x" },
		"poolLogs: is the pool's own":                                              func(s *Settings, _ *Given) { s.PoolLogs.Notifications = true },
		"overrides: is the pool's own":                                             func(s *Settings, _ *Given) { s.Overrides = map[string]map[string]any{"Pool": nil} },
		"selfSignUp: is the pool's own":                                            func(s *Settings, _ *Given) { s.SelfSignUp = true },
		"passwordMinimumLength: is the pool's own":                                 func(s *Settings, _ *Given) { s.PasswordMinimumLength = 15 },
		"managedLogin: is the pool's own":                                          func(s *Settings, _ *Given) { s.ManagedLogin = true },
		"firstFactors: is the pool's own":                                          func(s *Settings, _ *Given) { s.FirstFactors = []Factor{FactorPassword} },
		"clients.web.flows: belongs to the client, which the app makes":            func(s *Settings, _ *Given) { edit(s, "web", func(c *Client) { c.Flows = []Flow{FlowSRP} }) },
		"resourceServer: is the pool's own":                                        func(s *Settings, _ *Given) { s.ResourceServer.Identifier = "app" },
		"clients.wbe: is the name of a client that is not there; did you mean web": func(s *Settings, _ *Given) { s.Clients["wbe"] = Client{Profile: "app"} },
		"clients.site: is the name of a client that is not there; give the client in Clients": func(s *Settings, _ *Given) {
			s.Clients["site"] = Client{}
		},
		`clients.web.profile: there is no profile "ap"; did you mean app?`: func(s *Settings, _ *Given) {
			s.IdentityPool = IdentityPool{}
			edit(s, "web", func(c *Client) { c.Profile = "ap" })
		},
		"groups: is the pool's own":   func(s *Settings, _ *Given) { s.Groups = []string{"admins"} },
		"passkeys: is the pool's own": func(s *Settings, _ *Given) { s.Passkeys.RelyingPartyID = "example.com" },
		"api.on: needs to know whose tokens count": func(s *Settings, g *Given) {
			g.Clients, s.IdentityPool, s.Clients = nil, IdentityPool{}, nil
		},
		"identityPool: needs a client whose ID tokens":                                       func(s *Settings, g *Given) { g.Clients, s.Clients, s.API = nil, nil, API{} },
		`identityPool.roles[0].claim: the ID token of the client site has no claim "tenant"`: func(_ *Settings, g *Given) { g.Clients = []string{"web", "site"} },
		`identityPool.roles[0].claim: "zoneinfo" can be written by the users`:                func(s *Settings, _ *Given) { s.IdentityPool.Roles[0].Claim = "zoneinfo" },
		"Clients: are given without Pool":                                                    func(s *Settings, g *Given) { *s = *sound(); *g = Given{Clients: []string{"site"}} },
		"plan: lite has no pre token generation V3_0; use essentials":                        func(s *Settings, _ *Given) { s.Plan = PlanLite },
		"plan: lite has no pre token generation V2_0; use essentials":                        func(s *Settings, g *Given) { g.Plan, s.TokenVersion = PlanLite, V2_0 }, // as the pool says
		`policy.tokens.profiles.app.id.claims[0].from: "emial" is not an `:                   func(s *Settings, _ *Given) { s.Policy.Tokens.Profiles["app"].ID.Claims[0].From = "attribute:emial" },
		"otherClients: is the pool's own":                                                    func(s *Settings, _ *Given) { s.OtherClients = OtherClientsNone },
	} {
		s, given := pooled()
		spoil(s, &given)
		onlyFault(t, want, s.Faults(given).Err())
	}
	s.Policy.Tokens.Profiles["app"].ID.Claims[0].From = "attribute:dev:custom:plan"
	if err := s.Faults(given).Err(); err != nil {
		t.Errorf("a developer-only attribute of the app's pool: %v", err)
	}
}

func TestTheUsersOfAPoolOfTheAppSignInWithItsClientsThatAreNoMachines(t *testing.T) {
	t.Parallel()
	s := &Settings{Clients: map[string]Client{"jobs": {Profile: "service"}, "site": {Profile: "app"}}}
	s.Policy.Tokens.Profiles = map[string]policy.Profile{"app": {}, "service": {Machine: true}}
	if found := s.Faults(Given{Pool: true, Clients: []string{"site", "jobs"}}); found != nil {
		t.Errorf("only the profile says who is a machine: %v", found)
	}
	if got := s.UserClients(Given{Pool: true, Clients: []string{"site", "jobs", "desk"}}); !slices.Equal(got, []string{"desk", "site"}) {
		t.Errorf("got %q", got)
	}
}

// A file can hold the settings beside a pool of the app's.
func TestAStageFileForThePoolOfTheApp(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "staff.yaml")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, given := pooled()
	write("disposable: true\napi: {on: true}\nclients: {web: {profile: app}}\npolicy:\n  tokens: {profiles: {app: {}}}\n")
	stage, err := LoadStageFor(path, given)
	if err != nil || stage.Validate() != nil || len(stage.Warnings()) != 0 || stage.Name != "staff" {
		t.Errorf("%+v: %v, %v, %v", stage, err, stage.Validate(), stage.Warnings())
	}
	if _, err := LoadStage(path); err == nil || !strings.Contains(err.Error(), "domain.prefix: is missing") {
		t.Errorf("with a pool of the suite's own: %v", err)
	}
	write("disposable: true\n\ndomain: {prefix: example}\n")
	if _, err := LoadStageFor(path, given); err == nil || !strings.HasPrefix(err.Error(), path+":3: domain: is the pool's own") {
		t.Errorf("got %v", err)
	}
	write("monitoring: {noAlarms: true}\n")
	if _, err := LoadStageFor(path, Given{Pool: true, Topic: true}); err == nil || !strings.HasPrefix(err.Error(), path+":1: monitoring.noAlarms: leaves no alarm") {
		t.Errorf("got %v", err)
	}
}

func TestATopicOfTheAppIsATopic(t *testing.T) {
	t.Parallel()
	given := Given{Topic: true}
	s := sound()
	s.Email.CognitoDefault, s.MFA.Mode = true, MFAOptional
	if n, of := len(s.Warnings(Given{})), len(s.Warnings(given)); n != 2 || of != 1 {
		t.Errorf("%d warnings without a topic, %d with one", n, of)
	}
	s.Monitoring.NoAlarms = true
	onlyFault(t, "monitoring.noAlarms: leaves no alarm for the topic", s.Faults(given).Err())
	s.Monitoring = Monitoring{TopicARN: topicARN}
	onlyFault(t, "monitoring.topicArn: is given beside Topic", s.Faults(given).Err())
}

func TestAKeptStageWhoseAlarmsNobodyHearsIsWarnedOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"dev": false, "prod": true} {
		s, err := FindStage("../stages", name)
		if err != nil {
			t.Fatal(err)
		}
		useful(t, s.Settings.Warnings(Given{}))
		if found := strings.Join(s.Warnings(), "\n"); strings.Contains(found, "monitoring.topicArn: is missing") != want || strings.Contains(found, "monitoring.ticketTopicArn: is missing") != want {
			t.Errorf("%s: %v", name, found)
		}
	}
}

func TestASweepThatCannotBeScheduledIsAFault(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]Reconcile{
		"reconcile.everyHours: 721 is out of range": {EveryHours: 721}, "reconcile.listRate: 31 is out": {EveryHours: 1, ListRate: 31}, "reconcile.everyHours: -1 is out": {EveryHours: -1},
		"reconcile: has a rate and no schedule": {ListRate: 5},
	} {
		s := sound()
		s.Reconcile = r
		onlyFault(t, want, s.Faults(Given{}).Err())
	}
}
