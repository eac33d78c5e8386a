package settings

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// edges change sound settings to the last value that is taken and to the first one that
// is not; want is how the only fault then begins, "" if there is none.
var edges = map[string]struct {
	change func(*Settings)
	want   string
}{
	"the longest password":         {func(s *Settings) { s.PasswordMinimumLength = 99 }, ""},
	"longer":                       {func(s *Settings) { s.PasswordMinimumLength = 100 }, "passwordMinimumLength: 100 is out of range"},
	"an API that is off":           {func(s *Settings) { s.API.AllowOrigins = []string{"https://app.example"} }, "api: has settings and is not on"},
	"an origin twice":              {func(s *Settings) { s.API = API{On: true, AllowOrigins: twice("https://app.example")} }, `api.allowOrigins[1]: "https://app.example" is listed already as api.allowOrigins[0]`},
	"a scope twice":                {func(s *Settings) { s.API = API{On: true, Scopes: twice("app/read")} }, `api.scopes[1]: "app/read" is listed already as api.scopes[0]`},
	"a factor twice":               {func(s *Settings) { s.FirstFactors = twice(FactorPassword) }, `firstFactors[1]: "password" is listed already as firstFactors[0]`},
	"an empty factor":              {func(s *Settings) { s.FirstFactors = []Factor{FactorPassword, ""} }, `firstFactors[1]: "" is not known; use one of password, passkey, emailOtp`},
	"a domain of 127 letters":      {passkeysOf(strings.Repeat("a.", 63) + "a"), ""},
	"a domain of 128 letters":      {passkeysOf(strings.Repeat("a.", 62) + "aa.a"), "passkeys.relyingPartyId: "},
	"25 roles":                     {roles(25, "cognito:groups", "x"), ""},
	"26 roles":                     {roles(26, "cognito:groups", "x"), "identityPool.roles: has 26 entries; Cognito takes 25"},
	"a value of 129 letters":       {roles(1, "cognito:groups", strings.Repeat("é", 129)), "identityPool.roles[0].value: has 129 characters; use 1 to 128"},
	"a claim of 64 letters":        {roles(1, strings.Repeat("a", 64), "x"), `identityPool.roles[0].claim: the ID token of the client web has no claim "a`},
	"a claim of 65 letters":        {roles(1, strings.Repeat("a", 65), "x"), `identityPool.roles[0].claim: "aa`},
	"a claim that is not made":     {roles(1, "level", "x"), `identityPool.roles[0].claim: the ID token of the client web has no claim "level" that no user writes; declare it in id.claims of the profile`},
	"one instance, two ready":      {function(FunctionSettings{ReservedConcurrency: 1, ProvisionedConcurrency: 2}), "functions.PreSignUp.provisionedConcurrency: is more than is reserved"},
	"all instances ready":          {function(FunctionSettings{ReservedConcurrency: 2, ProvisionedConcurrency: 2}), ""},
	"some ready, none reserved":    {function(FunctionSettings{ProvisionedConcurrency: 2}), ""},
	"a trigger that is none":       {func(s *Settings) { s.Functions = map[string]FunctionSettings{"MyTrigger": {}} }, `functions.MyTrigger: "MyTrigger" is not a trigger; use one of PreSignUp, `},
	"a namespace":                  {func(s *Settings) { s.Monitoring.Namespace = "Acme/SignIn" }, ""},
	"a topic's name":               {func(s *Settings) { s.Monitoring.TopicARN = "on-call" }, `monitoring.topicArn: "on-call" is not an ARN of sns; write it out, such as arn:aws:sns:`},
	"a role by what users write":   {roles(1, "birthdate", "x"), `identityPool.roles[0].claim: "birthdate" can be written by the users of an app client that the stack does not make (otherClients), who would take the role; use cognito:groups, or`},
	"the longest lives":            {living(Lifetimes{Access: "1d", ID: "1d", Refresh: "3650d", Session: "15m"}), ""},
	"the shortest lives":           {living(Lifetimes{Access: "5m", ID: "5m", Refresh: "1h", Session: "3m"}), ""},
	"as long as the refresh token": {living(Lifetimes{Access: "60m", ID: "3600s", Refresh: "1h"}), ""},
	"a refresh token beyond":       {living(Lifetimes{Refresh: "87601h"}), "clients.web.tokens.refresh: 87601h is out of range; use 1h to 3650d"},
	"a session before":             {living(Lifetimes{Session: "179s"}), "clients.web.tokens.session: 179s is out of range; use 3m to 15m"},
	"no conflict with a fault":     {living(Lifetimes{Access: "2h", Refresh: "59m"}), "clients.web.tokens.refresh: 59m is out of range"},
	"a minute of grace":            {rotating("60s"), ""},
	"100 scopes":                   {scopes(100), ""},
	"101 scopes":                   {scopes(101), "resourceServer.scopes: has 101 entries; list 1 to 100 scopes"},
	"one scope of nobody": {func(s *Settings) {
		s.ResourceServer.Identifier, s.ResourceServer.Scopes = "", s.ResourceServer.Scopes[:1]
	}, "resourceServer.identifier: is missing"},
	"one of two is no scope": {ofMachine(func(c *Client) { c.Scopes = []string{"app/read", "app/reed"} }), `clients.machine.scopes[1]: "app/reed" is not a scope of the resource server; did you mean app/read?`},
	"a scope of nothing": {func(s *Settings) {
		s.API, s.ResourceServer = API{On: true, Scopes: []string{"app/x"}}, ResourceServer{}
		delete(s.Clients, "machine")
	}, `api.scopes[0]: "app/x" is not a scope of the resource server; use scopes of the resource server: there is none`},
	"100 addresses": {ofWeb(func(c *Client) { c.CallbackURLs = addresses(100) }), ""},
	"101 addresses": {ofWeb(func(c *Client) { c.CallbackURLs = addresses(101) }), "clients.web.callbackUrls: has 101 entries; Cognito takes 100"},
	"a choice alone on lite": {func(s *Settings) {
		s.Plan, s.TokenVersion = PlanLite, V1_0
		ofWeb(func(c *Client) { c.Flows = []Flow{FlowChoice} })(s)
	}, "clients.web.flows[0]: the plan lite has no choice of factors"},
	"openid with others":            {ofWeb(func(c *Client) { c.Scopes = []string{"email", "openid"} }), ""},
	"a machine without its profile": {ofMachine(func(c *Client) { c.Profile = "x" }), `clients.machine.profile: there is no profile "x"`},
	"an address may be required": {func(s *Settings) {
		s.Policy.SignUp.Attributes = &policy.Attributes{Required: []string{"email"}}
		ofWeb(func(c *Client) { c.WriteAttributes = []string{"name"} })(s)
	}, ""},
	"a role of the second client": {ofDesk("level"), `identityPool.roles[0].claim: the ID token of the client web has no claim "level"`},
	"a role of no client":         {ofDesk("rank"), `identityPool.roles[0].claim: the ID token of the client desk has no claim "rank"`},
	"a provider that is none":     {ofWeb(func(c *Client) { c.Providers = []string{"xyz"} }), `clients.web.providers[0]: "xyz" is not a provider of identityProviders; use one of COGNITO`},
	"a web ACL of the stack's Region": {func(s *Settings) {
		s.Region, s.WebACLARN = "eu-west-1", "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/1"
	}, ""},
	"a web ACL of another Region": {func(s *Settings) {
		s.Region, s.WebACLARN = "eu-west-1", "arn:aws:wafv2:eu-west-3:111122223333:regional/webacl/a/1"
	}, "webAclArn: is of another Region than the stage"},
	"a secret of the stack's Region": {secretIn("eu-west-1"), ""},
	"a secret of another Region":     {secretIn("eu-west-3"), "identityProviders.Google.secret.arn: is in another Region than the stack"},
	"a scope without openid":         {ofWeb(func(c *Client) { c.Scopes = []string{"app/read"} }), ""},
	"a machine's life":               {ofMachine(func(c *Client) { c.Tokens.Access = "2h" }), ""},
	"a domain of 63 characters":      {func(s *Settings) { s.Domain = named(63) }, ""},
	"a domain of 64 characters":      {func(s *Settings) { s.Domain = named(64) }, "domain.name: "},
	"a suffix of everybody, starred": {func(s *Settings) { s.Policy.SignUp.Domains = &policy.Domains{Allow: []string{"*.ck"}} }, ""},
	"a version that is none": {func(s *Settings) {
		s.TokenVersion = "V4_0"
		s.Policy.Tokens = app(policy.Profile{Machine: true, Access: policy.Token{Scopes: policy.Scopes{Add: []string{"app/read"}}}})
	}, `tokenVersion: "V4_0" is not known`},
	"a source that is none":    {func(s *Settings) { s.Policy.Tokens = app(from("plan")) }, `policy.tokens.profiles.app.id.claims[0].from: "plan" is not an attribute of the pool; use one of address, `},
	"trust in what is nothing": {func(s *Settings) { s.Policy.Tokens.Trusted = map[string]string{"plan": "x"} }, `policy.tokens.trusted.plan: "plan" is not an attribute of the pool; use one of address, `},
}

func living(tokens Lifetimes) func(*Settings) { return ofWeb(func(c *Client) { c.Tokens = tokens }) }

func rotating(grace Duration) func(*Settings) {
	return ofWeb(func(c *Client) { c.Rotation.Grace = grace })
}

func scopes(count int) func(*Settings) {
	return func(s *Settings) {
		s.ResourceServer.Scopes = nil
		for i := range count {
			s.ResourceServer.Scopes = append(s.ResourceServer.Scopes, Scope{Name: fmt.Sprint(i)})
		}
	}
}

func addresses(count int) (urls []string) {
	for i := range count {
		urls = append(urls, fmt.Sprint("https://app.example/", i))
	}
	return urls
}

// ofDesk adds a client whose ID token has the claim level, and a role that a claim selects.
func ofDesk(claim string) func(*Settings) {
	return func(s *Settings) {
		s.Clients["desk"] = Client{Flows: []Flow{FlowSRP}, Profile: "app"}
		s.Policy.Tokens = app(claimed(policy.Claim{Name: "level", From: "authz.version"}))
		roles(1, claim, "x")(s)
	}
}

// secretIn adds a provider whose secret is in a Region, to a stage that is in eu-west-1.
func secretIn(region string) func(*Settings) {
	return func(s *Settings) {
		s.Region = "eu-west-1"
		s.IdentityProviders = map[string]IdentityProvider{"Google": {
			Type: ProviderGoogle, ClientID: "1", Secret: Secret{ARN: "arn:aws:secretsmanager:" + region + ":111122223333:secret:google-AbCdEf"},
		}}
	}
}

// named returns a domain whose name has that many characters.
func named(characters int) Domain {
	const end = ".acme.org"
	name := strings.Repeat("a", characters-len("a.")-len(end)) // 62 at most
	return Domain{Name: name[:40] + "." + name[40:] + "a" + end, CertificateARN: "arn:aws:acm:us-east-1:210987654321:certificate/1"}
}

func twice[T any](value T) []T { return []T{value, value} }

func passkeysOf(domain string) func(*Settings) {
	return func(s *Settings) {
		s.FirstFactors, s.Passkeys.RelyingPartyID = []Factor{FactorPassword, FactorPasskey}, domain
	}
}

func roles(count int, claim, value string) func(*Settings) {
	return func(s *Settings) {
		for i := range count {
			s.IdentityPool.Roles = append(s.IdentityPool.Roles, IdentityRole{Name: fmt.Sprint("A", i), Claim: claim, Value: value})
		}
	}
}

func function(f FunctionSettings) func(*Settings) {
	return func(s *Settings) { s.Functions = map[string]FunctionSettings{"PreSignUp": f} }
}

func TestEachLimitEndsWhereItSays(t *testing.T) {
	t.Parallel()
	for name, edge := range edges {
		t.Run(name, func(t *testing.T) {
			s := sound()
			edge.change(s)
			if err := s.Faults(Given{}).Err(); edge.want != "" {
				onlyFault(t, edge.want, err)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestADurationIsANumberWithItsUnit(t *testing.T) {
	t.Parallel()
	for text, want := range map[Duration]time.Duration{
		"90s": 90 * time.Second, "15m": 15 * time.Minute, "2h": 2 * time.Hour, "30d": 720 * time.Hour, "999999s": 999999 * time.Second,
		"": 0, "15": 0, "m": 0, "1h30m": 0, "1w": 0, "-1m": 0, "1000000s": 0,
	} {
		if got := text.Of(); got != want {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestAFaultOfOneFunctionHidesNoOther(t *testing.T) {
	t.Parallel()
	s := sound()
	s.Functions = map[string]FunctionSettings{"Other": {}, "PreSignUp": {MemoryMiB: 1}}
	if got := s.Faults(Given{}); len(got) != 2 {
		t.Errorf("got %v", got)
	}
}

// The room of a section names its faults from the section or from the document.
func TestTheFaultsOfARoomHaveThePathsOfTheFile(t *testing.T) {
	t.Parallel()
	found := policy.Faults{{Path: "domains.deny[1]"}, {Path: "signUp.domains"}, {Path: `["a b"]`}, {Path: "signUp"}, {Path: ""}}
	var got []string
	for _, f := range below("signUp", found) {
		got = append(got, f.Path)
	}
	if want := []string{"policy.signUp.domains.deny[1]", "policy.signUp.domains", `policy.signUp["a b"]`, "policy.signUp", "policy.signUp"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := below("signUp", errors.New("odd")); len(got) != 1 || got[0] != (policy.Fault{Path: "policy.signUp", Problem: "odd"}) {
		t.Errorf("an error of another kind: %v", got)
	}
}

// What is shipped to a function is what it decides with, and no more.
func TestAFunctionIsShippedItsPolicy(t *testing.T) {
	t.Parallel()
	s := sound()
	s.Policy.SignUp.Relay = &policy.Relay{Held: policy.Held{Holds: policy.HoldsAtToken}}
	s.Policy.Tokens = app(policy.Profile{})
	for function, want := range map[string]policy.Document{
		"presignup":          {SignUp: policy.SignUp{Rules: s.Policy.SignUp.Rules.Full()}},
		"pretokengeneration": {Tokens: app(policy.Profile{}), AtToken: policy.SignUp{Rules: policy.Rules{Relay: s.Policy.SignUp.Relay}}},
	} {
		text, err := s.Shipped(function, Given{})
		if err != nil {
			t.Fatal(err)
		}
		wanted, err := policy.Encode(want, policy.Sections(function)...)
		if err != nil || string(text) != string(wanted) {
			t.Errorf("%s is shipped\n%s\nwant\n%s, %v", function, text, wanted, err)
		}
	}
	if text, err := s.Shipped("whoami", Given{}); text != nil || err != nil {
		t.Errorf("a function without a policy is shipped %s, %v", text, err)
	}
	if got := (&Stage{Settings: *s}).TokenSettings().Held; got.Relay == nil || got.Domains != nil {
		t.Errorf("at a token hold %+v", got)
	}
}

// What runs without a file is previewed by what its functions were shipped, and the clients of
// an app's pool by what is known of them.
func TestTokenSettingsOfAStageThatRuns(t *testing.T) {
	t.Parallel()
	shipped := policy.Document{Tokens: app(policy.Profile{}), AtToken: policy.SignUp{ShowCode: true}}
	stage := Running("dev", *sound(), shipped)
	if !stage.Runs() || !reflect.DeepEqual(stage.Policy, shipped) {
		t.Errorf("%+v", stage)
	}
	if got := stage.TokenSettings(); !reflect.DeepEqual(got.Policy, shipped.Tokens) || !got.Held.ShowCode || len(got.Clients["web"].Flows) == 0 {
		t.Errorf("got %+v", got)
	}
	stage = Stage{Settings: *sound(), given: Given{Pool: true}}
	if got := stage.TokenSettings().Clients; !reflect.DeepEqual(got, stage.Clients) || stage.Runs() {
		t.Errorf("got %+v", got)
	}
}

func TestAnOutputNamesItsClient(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"web", "machine", "desk", "x", "a1"} {
		if got := ClientOfOutput(ClientOutput(name)); got != name {
			t.Errorf("%s is %q", ClientOutput(name), got)
		}
	}
	for _, other := range []string{"", "UserPoolId", "ClientId", "ClientDesk", "WebClient", "DeskId", "xClientDeskId"} {
		if got := ClientOfOutput(other); got != "" {
			t.Errorf("%s is of %s", other, got)
		}
	}
}

// The names of the stack's clients are replaced by their ids, and other ids stay.
func TestEachClientHasItsProfile(t *testing.T) {
	t.Parallel()
	s := sound()
	s.Clients, s.ForeignClients = map[string]Client{WebClient: {Profile: "app"}}, map[string]string{"1example2client3id4": "desk"}
	want := "[map[Id:1example2client3id4 Profile:desk] map[Id:5web Profile:app]]"
	if got := fmt.Sprint(s.ClientProfiles(map[string]string{WebClient: "5web"})); got != want {
		t.Errorf("got %s", got)
	}
}

func TestEveryClientThatLetsUsersWriteIsNamed(t *testing.T) {
	t.Parallel()
	s := sound()
	s.Clients["desk"] = Client{Flows: []Flow{FlowSRP}}
	if got := s.instead(Given{}, "locale", "x"); !strings.HasPrefix(got, "x, take it out of clients.desk.writeAttributes, clients.web.writeAttributes and write") {
		t.Errorf("got %s", got)
	}
}

// The attributes are in order, so that equal policies are shipped as equal bytes.
func TestTheAttributesThatNobodyWritesAreInOrder(t *testing.T) {
	t.Parallel()
	s := sound()
	s.OtherClients = OtherClientsNone
	s.Policy.Tokens = app(policy.Profile{ID: policy.Token{Claims: []policy.Claim{
		{Name: "a", From: "attribute:zoneinfo"}, {Name: "b", From: "attribute:birthdate"}, {Name: "c", From: "attribute:zoneinfo"},
	}}})
	if got := s.Document(Given{}).Tokens.Unwritten; !slices.Equal(got, []string{"birthdate", "zoneinfo"}) {
		t.Errorf("got %q", got)
	}
}
