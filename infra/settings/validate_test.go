package settings

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// sound returns settings without a fault.
func sound() *Settings {
	return &Settings{
		Domain:         Domain{Prefix: "example-dev"},
		SelfSignUp:     true,
		Clients:        map[string]Client{"web": {CallbackURLs: []string{"https://app.example/callback"}}, "machine": {Machine: true}},
		ResourceServer: ResourceServer{Identifier: "app", Scopes: []Scope{{Name: "read"}, {Name: "write"}}},
	}
}

// edit changes a client of settings.
func edit(s *Settings, name string, do func(*Client)) {
	client := s.Clients[name]
	do(&client)
	s.Clients[name] = client
}

// ofWeb and ofMachine return what spoils that client.
func ofWeb(do func(*Client)) func(*Settings) { return func(s *Settings) { edit(s, "web", do) } }

func ofMachine(do func(*Client)) func(*Settings) {
	return func(s *Settings) { edit(s, "machine", do) }
}

const certificateARN = "arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"

const topicARN = "arn:aws:sns:eu-west-1:111122223333:on-call"

func identity(roles ...IdentityRole) IdentityPool { return IdentityPool{Roles: roles} }

func TestSoundSettingsHaveNoFault(t *testing.T) {
	t.Parallel()
	if err := sound().Faults(Given{}).Err(); err != nil {
		t.Error(err)
	}
}

// mistakes spoil sound settings; want is how the only fault then begins.
var mistakes = map[string]struct {
	spoil func(*Settings)
	want  string
}{
	"V3 needs essentials":       {func(s *Settings) { s.Plan = PlanLite }, "plan: lite has no pre token generation V3_0; use essentials"},
	"V2 needs essentials":       {func(s *Settings) { s.Plan, s.TokenVersion = PlanLite, V2_0 }, "plan: lite has no pre token generation V2_0"},
	"unknown plan":              {func(s *Settings) { s.Plan = "pro" }, `plan: "pro" is not known; use one of lite, essentials, plus`},
	"unknown version":           {func(s *Settings) { s.TokenVersion = "V4_0" }, `tokenVersion: "V4_0" is not known`},
	"threats need plus":         {func(s *Settings) { s.ThreatProtection.Standard = ThreatsAudited }, "threatProtection: needs the plan plus"},
	"unknown threats":           {func(s *Settings) { s.Plan, s.ThreatProtection.Standard = PlanPlus, "on" }, `threatProtection.standard: "on" is not known`},
	"no prefix":                 {func(s *Settings) { s.Domain.Prefix = "" }, "domain.prefix: is missing"},
	"prefix with a dot":         {func(s *Settings) { s.Domain.Prefix = "a.b" }, `domain.prefix: "a.b" is not a domain label`},
	"prefix ends with a hyphen": {func(s *Settings) { s.Domain.Prefix = "a-" }, `domain.prefix: "a-" is not a domain label`},
	"reserved word":             {func(s *Settings) { s.Domain.Prefix = "my-cognito-app" }, `domain.prefix: "my-cognito-app" contains cognito, which Cognito reserves`},
	"short passwords":           {func(s *Settings) { s.PasswordMinimumLength = 6 }, "passwordMinimumLength: 6 is out of range; use 8 to 99"},
	"no callback":               {ofWeb(func(c *Client) { c.CallbackURLs = nil }), "clients.web.callbackUrls: is missing"},
	"plain http":                {ofWeb(func(c *Client) { c.CallbackURLs[0] = "http://app.example/" }), `clients.web.callbackUrls[0]: "http://app.example/" is not encrypted`},
	"localhost as a suffix":     {ofWeb(func(c *Client) { c.CallbackURLs[0] = "http://evil.localhost/" }), `clients.web.callbackUrls[0]: "http://evil.localhost/" is not encrypted`},
	"fragment":                  {ofWeb(func(c *Client) { c.CallbackURLs[0] = "https://app.example/#x" }), `clients.web.callbackUrls[0]: "https://app.example/#x" has a fragment`},
	"wildcard":                  {ofWeb(func(c *Client) { c.CallbackURLs[0] = "https://*.example/" }), `clients.web.callbackUrls[0]: "https://*.example/" has a wildcard`},
	"relative":                  {ofWeb(func(c *Client) { c.LogoutURLs = []string{"/bye"} }), `clients.web.logoutUrls[0]: "/bye" is not an absolute address`},
	"no host":                   {ofWeb(func(c *Client) { c.LogoutURLs = []string{"https:///bye"} }), `clients.web.logoutUrls[0]: "https:///bye" has no host`},
	"script":                    {ofWeb(func(c *Client) { c.LogoutURLs = []string{"javascript:alert(1)"} }), `clients.web.logoutUrls[0]: "javascript:alert(1)" is not a place for a token`},
	"callback twice":            {ofWeb(func(c *Client) { c.CallbackURLs = []string{"https://a.example/", "https://a.example/"} }), `clients.web.callbackUrls[1]: "https://a.example/" is listed already as clients.web.callbackUrls[0]`},
	"unknown flow":              {ofWeb(func(c *Client) { c.Flows = []Flow{"refresh"} }), `clients.web.flows[0]: "refresh" is not known; use one of srp, password`},
	"empty flow":                {ofWeb(func(c *Client) { c.Flows = []Flow{""} }), `clients.web.flows[0]: "" is not known`},
	"misspelt attribute":        {ofWeb(func(c *Client) { c.WriteAttributes = []string{"emial"} }), `clients.web.writeAttributes[0]: "emial" is not an attribute of the pool; did you mean email?`},
	"custom attribute":          {ofWeb(func(c *Client) { c.ReadAttributes = []string{"custom:role"} }), `clients.web.readAttributes[0]: "custom:role" is not an attribute of the pool; remove it`},
	"verified by its own user":  {ofWeb(func(c *Client) { c.WriteAttributes = []string{"email_verified"} }), `clients.web.writeAttributes[0]: "email_verified" cannot be written by a client`},
	"no identifier":             {func(s *Settings) { s.ResourceServer.Identifier = "" }, "resourceServer.identifier: is missing"},
	"identifier with a space":   {func(s *Settings) { s.ResourceServer.Identifier = "my app" }, `resourceServer.identifier: "my app" is not an identifier`},
	"no scopes":                 {func(s *Settings) { delete(s.Clients, "machine"); s.ResourceServer.Scopes = nil }, "resourceServer.scopes: has 0 entries"},
	"scope with a slash":        {func(s *Settings) { s.ResourceServer.Scopes[1].Name = "app/read" }, `resourceServer.scopes[1].name: "app/read" is not a scope`},
	"scope twice":               {func(s *Settings) { s.ResourceServer.Scopes[1].Name = "read" }, `resourceServer.scopes[1]: "read" is listed already as resourceServer.scopes[0]`},
	"long description":          {func(s *Settings) { s.ResourceServer.Scopes[0].Description = strings.Repeat("x", 257) }, "resourceServer.scopes[0].description: is longer"},
	"foreign machine scope":     {ofMachine(func(c *Client) { c.Scopes = []string{"app/reed"} }), `clients.machine.scopes[0]: "app/reed" is not a scope of the resource server; did you mean app/read?`},
	"group with a space":        {func(s *Settings) { s.Groups = []string{"the admins"} }, `groups[0]: "the admins" is not a group name`},
	"group twice":               {func(s *Settings) { s.Groups = []string{"a", "a"} }, `groups[1]: "a" is listed already as groups[0]`},
	"log retention":             {func(s *Settings) { s.LogRetentionDays = 366 }, "logRetentionDays: 366 days cannot be chosen; use one of -1, 1, 3, 5, 7, "},
	"a long subject":            {func(s *Settings) { s.Texts.Verification.Default.Subject = strings.Repeat("ß", 141) }, "texts.verification.default.subject: has 141 characters; use at most 140"},
	"a long body":               {func(s *Settings) { s.Texts.Verification.Default.Body = "{####}" + strings.Repeat("ß", 19_995) }, "texts.verification.default.body: has 20001 characters; use at most 20000"},
	"a long key of a tag":       {func(s *Settings) { s.Tags = map[string]string{strings.Repeat("ß", 129): ""} }, "tags"},
	"a long value of a tag":     {func(s *Settings) { s.Tags = map[string]string{"a": strings.Repeat("ß", 257)} }, "tags.a: "},
	"many tags": {func(s *Settings) {
		s.Tags = map[string]string{}
		for i := range 46 {
			s.Tags[strings.Repeat("a", i+1)] = ""
		}
	}, "tags: has 46 entries; use at most 45; a resource has 50 with those of the stack"},
	"memory": {func(s *Settings) { s.MemoryMiB = 64 }, "memoryMiB: 64 is out of range; use 128 to 10240"},
	"passkeys need essentials": {func(s *Settings) {
		s.Plan, s.TokenVersion, s.FirstFactors, s.Passkeys.RelyingPartyID = PlanLite, V1_0, []Factor{"password", "passkey"}, "example.com"
	}, "firstFactors: the plan lite has passwords only"},
	"pages need essentials":    {func(s *Settings) { s.Plan, s.TokenVersion, s.ManagedLogin = PlanLite, V1_0, true }, "managedLogin: the plan lite has the classic pages only"},
	"factors without password": {func(s *Settings) { s.FirstFactors, s.ManagedLogin = []Factor{"passkey"}, true }, "firstFactors: lacks password"},
	"unknown factor":           {func(s *Settings) { s.FirstFactors = []Factor{"password", "sms"} }, `firstFactors[1]: "sms" is not known; use one of password, passkey, emailOtp`},
	"no passkeys to set":       {func(s *Settings) { s.Passkeys.RelyingPartyID = "example.com" }, "passkeys: has settings, and firstFactors no passkey"},
	"an address for a domain": {func(s *Settings) {
		s.FirstFactors, s.Passkeys.RelyingPartyID = []Factor{"password", "passkey"}, "https://example.com"
	}, `passkeys.relyingPartyId: "https://example.com" is not a domain`},
	"unknown verification": {func(s *Settings) {
		s.FirstFactors, s.Passkeys.UserVerification, s.ManagedLogin = []Factor{"password", "passkey"}, "discouraged", true
	}, `passkeys.userVerification: "discouraged" is not known`},
	"an API that is off":        {func(s *Settings) { s.API.Scopes = []string{"app/read"} }, "api: has settings and is not on"},
	"foreign API scope":         {func(s *Settings) { s.API = API{On: true, Scopes: []string{"app/reed"}} }, `api.scopes[0]: "app/reed" is not a scope of the resource server; did you mean app/read?`},
	"a page for an origin":      {func(s *Settings) { s.API = API{On: true, AllowOrigins: []string{"https://app.example/"}} }, `api.allowOrigins[0]: "https://app.example/" is not an origin`},
	"any origin":                {func(s *Settings) { s.API = API{On: true, AllowOrigins: []string{"*"}} }, `api.allowOrigins[0]: "*" is not an absolute address`},
	"an app that is off":        {func(s *Settings) { s.API.App = "https://shop.example.org" }, "api: has settings and is not on"},
	"an app with a path":        {func(s *Settings) { s.API = API{On: true, App: "https://shop.example.org/api"} }, `api.app: "https://shop.example.org/api" is not an origin`},
	"an app in clear":           {func(s *Settings) { s.API = API{On: true, App: "http://shop.example.org"} }, `api.app: "http://shop.example.org" is not encrypted`},
	"an app that is no page":    {func(s *Settings) { s.API = API{On: true, App: "ftp://shop.example.org"} }, `api.app: "ftp://shop.example.org" is not an address of the web`},
	"an app with a password":    {func(s *Settings) { s.API = API{On: true, App: "https://a:b@shop.example.org"} }, "api.app: has a user name or a password"},
	"a resource without scopes": {func(s *Settings) { s.API = API{On: true, Resources: []string{"https://api.example.org"}} }, "api.resources: let every client in"},
	"a resource that is none":   {func(s *Settings) { s.API = API{On: true, Scopes: []string{"app/read"}, Resources: []string{"orders"}} }, `api.resources[0]: "orders" is not an absolute address`},
	"too many resources": {func(s *Settings) {
		s.API = API{On: true, Scopes: []string{"app/read"}}
		for i := range mostAudiences {
			s.API.Resources = append(s.API.Resources, fmt.Sprintf("https://api.example.org/%d", i))
		}
	}, "api.resources: are 52 with the clients; AWS takes 50 of both"},
	"a role by a writable claim": {func(s *Settings) { s.IdentityPool = identity(IdentityRole{Name: "A", Claim: "locale", Value: "x"}) }, `identityPool.roles[0].claim: "locale" can be written by the users of the stack's app clients, who would take the role`},
	"a role without a claim":     {func(s *Settings) { s.IdentityPool = identity(IdentityRole{Name: "A", Value: "x"}) }, `identityPool.roles[0].claim: "" is not a claim`},
	"a role without a value":     {func(s *Settings) { s.IdentityPool = identity(IdentityRole{Name: "A", Claim: "cognito:groups"}) }, "identityPool.roles[0].value: has 0 characters"},
	"a role's name": {func(s *Settings) {
		s.IdentityPool = identity(IdentityRole{Name: "a-b", Claim: "cognito:groups", Value: "x"})
	}, `identityPool.roles[0].name: "a-b" is not a name`},
	"a role of the pool's name": {func(s *Settings) {
		s.IdentityPool = identity(IdentityRole{Name: "Pool", Claim: "cognito:groups", Value: "x"})
	}, "identityPool.roles[0].name: IdentityPool is the stack's"},
	"a role of its roles' name": {func(s *Settings) {
		s.IdentityPool = identity(IdentityRole{Name: "Roles", Claim: "cognito:groups", Value: "x"})
	}, "identityPool.roles[0].name: IdentityRoles is the stack's"},
	"a role of the own rows' name": {func(s *Settings) {
		s.IdentityPool = identity(IdentityRole{Name: "OwnRows", Claim: "cognito:groups", Value: "x"})
	}, "identityPool.roles[0].name: IdentityOwnRows is the stack's"},
	"a role by a part of a group": {func(s *Settings) {
		s.Groups = []string{"admins", "superadmins"}
		s.IdentityPool = identity(IdentityRole{Name: "A", Claim: "cognito:groups", Match: MatchContains, Value: "admins"})
	}, `identityPool.roles[0].value: "admins" is a part of the group "superadmins", whose members may take the role, too; rename one of the two`},
	"own rows of nobody": {func(s *Settings) {
		s.IdentityPool.OwnRows = true
		s.Clients = map[string]Client{"machine": {Machine: true}}
	}, "identityPool: needs a client whose ID tokens are exchanged; give one in clients"},
	"two roles of a name": {func(s *Settings) {
		r := IdentityRole{Name: "A", Claim: "cognito:groups", Value: "x"}
		s.IdentityPool = identity(r, r)
	}, `identityPool.roles[1]: "A" is listed already`},
	"unknown match": {func(s *Settings) {
		s.IdentityPool = identity(IdentityRole{Name: "A", Claim: "cognito:groups", Value: "x", Match: "regex"})
	}, `identityPool.roles[0].match: "regex" is not known`},
	"a policy's name": {func(s *Settings) {
		s.IdentityPool = identity(IdentityRole{Name: "A", Claim: "cognito:groups", Value: "x", ManagedPolicyARNs: []string{"Read"}})
	}, `identityPool.roles[0].managedPolicyArns[0]: "Read" is not an ARN of a policy`},
	"misspelt trigger": {func(s *Settings) { s.Functions = map[string]FunctionSettings{"PreSignup": {MemoryMiB: 1}} }, `functions.PreSignup: "PreSignup" is not a trigger; did you mean PreSignUp?`},
	"memory of one":    {func(s *Settings) { s.Functions = map[string]FunctionSettings{"PreSignUp": {MemoryMiB: 1}} }, "functions.PreSignUp.memoryMiB: 1 is out of range; use 128 to 10240"},
	"more than is reserved": {func(s *Settings) {
		s.Functions = map[string]FunctionSettings{"PreSignUp": {ReservedConcurrency: 2, ProvisionedConcurrency: 3}}
	}, "functions.PreSignUp.provisionedConcurrency: is more than is reserved"},
	"negative reserve":        {func(s *Settings) { s.Functions = map[string]FunctionSettings{"PreSignUp": {ReservedConcurrency: -1}} }, "functions.PreSignUp.reservedConcurrency: -1 is out of range"},
	"key of another service":  {func(s *Settings) { s.LogKeyARN = "arn:aws:sns:eu-west-1:111122223333:x" }, `logKeyArn: "arn:aws:sns:eu-west-1:111122223333:x" is not an ARN of kms`},
	"alias in place of a key": {func(s *Settings) { s.TableKeyARN = "alias/table" }, `tableKeyArn: "alias/table" is not an ARN of kms`},
	"topic's name":            {func(s *Settings) { s.Monitoring.TopicARN = "on-call" }, `monitoring.topicArn: "on-call" is not an ARN of sns`},
	"ticket topic's name":     {func(s *Settings) { s.Monitoring.TicketTopicARN = "tickets" }, `monitoring.ticketTopicArn: "tickets" is not an ARN of sns`},
	"tickets without alarms":  {func(s *Settings) { s.Monitoring.TicketTopicARN, s.Monitoring.NoAlarms = topicARN, true }, "monitoring.noAlarms: leaves no alarm for the topic"},
	"topic without alarms":    {func(s *Settings) { s.Monitoring.TopicARN, s.Monitoring.NoAlarms = topicARN, true }, "monitoring.noAlarms: leaves no alarm for the topic"},
	"too late an alarm":       {func(s *Settings) { s.Monitoring.DurationMillis = 5000 }, "monitoring.durationMillis: 5000 is out of range; use 100 to 2400"},
	"share of all":            {func(s *Settings) { s.Monitoring.RefusedPercent = 101 }, "monitoring.refusedPercent: 101 is out of range"},
	"threats switched off":    {func(s *Settings) { s.Plan, s.ThreatProtection.Standard = PlanPlus, "off" }, `threatProtection.standard: "off" is not known`},
	"ARN of an alias":         {func(s *Settings) { s.TableKeyARN = "arn:aws:kms:eu-west-1:111122223333:alias/table" }, `tableKeyArn: "arn:aws:kms:eu-west-1:111122223333:alias/table" is the ARN of an alias`},
	"a log key's alias":       {func(s *Settings) { s.LogKeyARN = "arn:aws:kms:eu-west-1:111122223333:alias/logs" }, `logKeyArn: "arn:aws:kms:eu-west-1:111122223333:alias/logs" is the ARN of an alias`},
	"a namespace's colon":     {func(s *Settings) { s.Monitoring.Namespace = ":Acme" }, `monitoring.namespace: ":Acme" is not a namespace`},
	"Amazon's namespace":      {func(s *Settings) { s.Monitoring.Namespace = "AWS/Lambda" }, `monitoring.namespace: "AWS/Lambda" is not a namespace`},
	"V1 reaches no access token": {func(s *Settings) {
		s.TokenVersion, s.Policy.Tokens = V1_0, app(policy.Profile{Access: policy.Token{ExtraClaims: true}})
	}, "policy.tokens.profiles.app.access: tokenVersion V1_0 does not reach access tokens"},
	"V1 says strings": {func(s *Settings) {
		s.TokenVersion, s.Policy.Tokens = V1_0, app(claimed(policy.Claim{Name: "n", Value: 1}))
	}, "policy.tokens.profiles.app.id.claims[0].value: tokenVersion V1_0 says strings only"},
	"V1 says no numbers": {func(s *Settings) {
		s.TokenVersion, s.Policy.Tokens = V1_0, app(claimed(policy.Claim{Name: "authz_version", From: "authz.version"}))
	}, "policy.tokens.profiles.app.id.claims[0].from: tokenVersion V1_0 says strings only"},
	"V2 reaches no machine token": {func(s *Settings) {
		s.TokenVersion, s.Policy.Tokens = V2_0, app(policy.Profile{Machine: true, Access: policy.Token{Scopes: policy.Scopes{Add: []string{"app/read"}}}})
	}, "policy.tokens.profiles.app.access: tokenVersion V2_0 does not reach machine tokens"},
	"an attribute that is none": {func(s *Settings) { s.Policy.Tokens = app(claimed(policy.Claim{Name: "z", From: "attribute:zoneInfo"})) }, `policy.tokens.profiles.app.id.claims[0].from: "zoneInfo" is not an attribute of the pool; did you mean attribute:zoneinfo?`},
	"a profile that is none": {func(s *Settings) {
		s.Policy.Tokens = app(policy.Profile{})
		edit(s, "web", func(c *Client) { c.Profile = "ap" })
	}, `clients.web.profile: there is no profile "ap"; did you mean app?`},
	"a machine's profile for users": {func(s *Settings) {
		s.Policy.Tokens = app(policy.Profile{Machine: true})
		edit(s, "web", func(c *Client) { c.Profile = "app" })
	}, `clients.web.profile: the client is for users, and "app" for machines; give it another profile, or write machine: true`},
	"a profile of users for a machine": {func(s *Settings) {
		s.Policy.Tokens = app(policy.Profile{})
		edit(s, "machine", func(c *Client) { c.Profile = "app" })
	}, `clients.machine.profile: the client is a machine's, and "app" is for users`},
	"a foreign id that is none": {func(s *Settings) {
		s.Policy.Tokens, s.ForeignClients = app(policy.Profile{}), map[string]string{"wbe": "app"}
	}, `foreignClients.wbe: "wbe" is not an app client's id`},
	"a foreign id's profile that is none": {func(s *Settings) {
		s.Policy.Tokens, s.ForeignClients = app(policy.Profile{}), map[string]string{"1example2client3id4web5app": "ap"}
	}, `foreignClients.1example2client3id4web5app: there is no profile "ap"; did you mean app?`},
	"a name among the foreign ids": {func(s *Settings) {
		s.Policy.Tokens, s.ForeignClients = app(policy.Profile{}), map[string]string{"web": "app"}
	}, `foreignClients.web: is the name of a client of the stack; write profile below clients.web`},
	"a name with a hyphen":            {func(s *Settings) { s.Clients["my-app"] = s.Clients["web"] }, `clients.my-app: "my-app" is not a client's name; use a letter`},
	"a name that begins with a digit": {func(s *Settings) { s.Clients["1st"] = s.Clients["web"] }, `clients.1st: "1st" is not a client's name`},
	"two names of one logical id":     {func(s *Settings) { s.Clients["desk"], s.Clients["Desk"] = s.Clients["web"], s.Clients["web"] }, `clients.desk: makes the logical id ClientDesk, as Desk does; choose another name`},
	"a name that the stack has":       {func(s *Settings) { s.Clients["profiles"] = s.Clients["web"] }, `clients.profiles: makes the logical id ClientProfiles, as the stack does`},
	"no client":                       {func(s *Settings) { s.Clients, s.SelfSignUp = nil, false }, `clients: is missing; name an app client`},
	"a machine without a scope":       {func(s *Settings) { s.ResourceServer = ResourceServer{} }, `clients.machine: needs a scope`},
	"a machine with pages":            {ofMachine(func(c *Client) { c.CallbackURLs = []string{"https://a.example/"} }), `clients.machine.callbackUrls: is for users, and a machine has none`},
	"a prefix and a name":             {func(s *Settings) { s.Domain.Name = "auth.example.com" }, "domain: has a prefix and a name; remove one of the two"},
	"a certificate for a prefix":      {func(s *Settings) { s.Domain.CertificateARN = certificateARN }, "domain.certificateArn: is of no use to a prefix"},
	"no certificate":                  {func(s *Settings) { s.Domain = Domain{Name: "auth.example.com"} }, "domain.certificateArn: is missing"},
	"a certificate of another Region": {func(s *Settings) {
		s.Domain = Domain{Name: "auth.example.com", CertificateARN: strings.Replace(certificateARN, "us-east-1", "eu-west-1", 1)}
	}, "domain.certificateArn: \"arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab\" is not the ARN of an ACM certificate in us-east-1"},
	"a certificate without a name": {func(s *Settings) { s.Domain = Domain{CertificateARN: certificateARN} }, "domain.name: is missing"},
	"a domain with its scheme":     {func(s *Settings) { s.Domain = Domain{Name: "https://auth.example.com", CertificateARN: certificateARN} }, `domain.name: "https://auth.example.com" is not a host name`},
	"a domain without a parent":    {func(s *Settings) { s.Domain = Domain{Name: "example.com", CertificateARN: certificateARN} }, `domain.name: "example.com" is not a host name below a domain`},
	"required but not writable":    {func(s *Settings) { s.Policy.SignUp.Attributes = required("", nil) }, `policy.signUp.attributes.required[0]: no client may write "birthdate"`},
	"a room's fault from its section": {
		func(s *Settings) { s.Policy.Tokens = app(claimed(policy.Claim{Name: "sub", Value: "x"})) },
		"policy.tokens.profiles.app.id.claims[0].name: ",
	},
	"a room's fault from the document": {
		func(s *Settings) { s.Policy.Mirror.Attributes = []string{"sub"} },
		"policy.mirror.attributes[0]: ",
	},
}

func TestFaultsNameWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, test := range mistakes {
		t.Run(name, func(t *testing.T) {
			s := sound()
			test.spoil(s)
			onlyFault(t, test.want, s.Faults(Given{}).Err())
		})
	}
}

// onlyFault expects one fault that begins so and says what to do.
func onlyFault(t *testing.T, want string, err error) {
	t.Helper()
	var faults policy.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("error %v, want %s", err, want)
	}
	if len(faults) != 1 || !strings.HasPrefix(faults[0].String(), want) {
		t.Errorf("got %v, want %s", faults, want)
	}
	if faults[0].Fix == "" {
		t.Error("does not say what to do")
	}
}

func TestEveryFaultIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	s := &Settings{Plan: PlanLite, MemoryMiB: 1, Groups: []string{""}}
	s.Policy.Mirror.Attributes = []string{"sub"}
	err := s.Faults(Given{}).Err()
	if n := strings.Count(err.Error(), "\n") + 1; n != 6 {
		t.Errorf("%d faults:\n%v", n, err)
	}
}

// Each of these is a choice, not a mistake.
func TestWhatIsAChoiceIsNoFault(t *testing.T) {
	t.Parallel()
	for name, choose := range map[string]func(*Settings){
		"plus with threats":          func(s *Settings) { s.Plan, s.ThreatProtection.Standard = PlanPlus, ThreatsEnforced },
		"localhost":                  ofWeb(func(c *Client) { c.CallbackURLs[0] = "http://localhost:3000/callback" }),
		"an app's own scheme":        ofWeb(func(c *Client) { c.CallbackURLs[0] = "myapp://signed-in" }),
		"a rule that does not judge": func(s *Settings) { s.Policy.SignUp.Attributes = required(policy.Off, nil) },
		"a rule for administrators":  func(s *Settings) { s.Policy.SignUp.Attributes = required("", []policy.Origin{policy.Admin}) },
		"a rule that nobody meets":   func(s *Settings) { s.SelfSignUp = false; s.Policy.SignUp.Attributes = required("", nil) },
		"letters beyond ASCII": func(s *Settings) {
			s.ResourceServer.Scopes[0].Description = strings.Repeat("é", 256)
			s.IdentityPool = identity(IdentityRole{Name: "A", Claim: "cognito:groups", Value: strings.Repeat("é", 128)})
		},
		"a domain of the team's own": func(s *Settings) { s.Domain = Domain{Name: "auth.example.com", CertificateARN: certificateARN} },
		"no API":                     func(s *Settings) { delete(s.Clients, "machine"); s.ResourceServer = ResourceServer{} },
		"no machine":                 func(s *Settings) { delete(s.Clients, "machine") },
		"a client of somebody's": func(s *Settings) {
			s.Policy.Tokens, s.ForeignClients = app(policy.Profile{}), map[string]string{"1example2client3id4web5app": "app"}
		},
		"a key's ARN":                      func(s *Settings) { s.TableKeyARN = "arn:aws:kms:eu-west-1:111122223333:key/mrk-1" },
		"an address as identifier":         func(s *Settings) { s.ResourceServer.Identifier = "https://api.example" },
		"the machine's part of the scopes": ofMachine(func(c *Client) { c.Scopes = []string{"app/read"} }),
	} {
		t.Run(name, func(t *testing.T) {
			s := sound()
			choose(s)
			if err := s.Faults(Given{}).Err(); err != nil {
				t.Error(err)
			}
		})
	}
}

// required requires an attribute that no client may write.
func required(mode policy.Mode, appliesTo []policy.Origin) *policy.Attributes {
	return &policy.Attributes{Rule: policy.Rule{Mode: mode, AppliesTo: appliesTo}, Required: []string{"birthdate"}}
}

// app returns a tokens section with one profile, app.
func app(profile policy.Profile) policy.Tokens {
	return policy.Tokens{Profiles: map[string]policy.Profile{"app": profile}}
}

// claimed returns a profile with a claim in the ID token.
func claimed(claim policy.Claim) policy.Profile {
	return policy.Profile{ID: policy.Token{Claims: []policy.Claim{claim}}}
}

// R10: no claim comes from an attribute that a client of the stack lets its user write,
// in either token, at synth and again when the function starts, even if there are no
// other clients.
func TestR10_NoClaimFromWhatItsOwnUserWrites(t *testing.T) {
	t.Parallel()
	for attribute, writers := range map[string][]string{
		"email": nil, "locale": nil, // by default
		"zoneinfo": {"email", "name", "zoneinfo"},
		"name":     {"email"}, // the machine client may
	} {
		from := policy.Token{Claims: []policy.Claim{{Name: "role", From: "attribute:" + attribute}}}
		for path, profile := range map[string]policy.Profile{"id": {ID: from}, "access": {Access: from}} {
			s := sound()
			s.OtherClients, s.Policy.Tokens = OtherClientsNone, app(profile)
			edit(s, "web", func(c *Client) { c.WriteAttributes = writers })
			refused(t, s, Given{}, "policy.tokens.profiles.app."+path+".claims[0].from", attribute)
		}
	}
}

// refused expects one fault at the path that names the attribute, and that the function
// does not start either.
func refused(t *testing.T, s *Settings, given Given, path, attribute string) {
	t.Helper()
	var faults policy.Faults
	if err := s.Faults(given).Err(); !errors.As(err, &faults) || len(faults) != 1 || faults[0].Path != path || !strings.Contains(faults[0].Problem, attribute) {
		t.Errorf("%s: %v", attribute, err)
	}
	if _, err := claims.Compile(s.Document(given).Tokens); err == nil {
		t.Errorf("%s: the function starts", attribute)
	}
}
