package infra

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// full is the stage prod with everything on that is off by default.
func full(t testing.TB) staged {
	t.Helper()
	s := stage(t, "prod")
	s.ManagedLogin = true
	s.Domain = Domain{Name: "auth.example.com", CertificateARN: "arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"}
	web := s.Settings.Clients["web"]
	web.Flows, web.Scopes = []Flow{FlowSRP, FlowChoice}, []string{"openid", "email", "app/read"}
	web.Tokens = Lifetimes{Access: "15m", ID: "30m", Refresh: "12h", Session: "5m"}
	web.Providers = []string{"COGNITO", "Google", "SignInWithApple", "Entra", "Corp"}
	s.Settings.Clients["web"] = web
	s.Settings.Clients["desk"] = Client{
		Profile: "app", Flows: []Flow{FlowPassword, FlowAdmin, FlowCustom}, Rotation: Rotation{Grace: settings.Off},
		ReadAttributes: []string{"email", "name"}, WriteAttributes: []string{"name"},
	}
	s.Settings.Clients["phone"] = Client{CallbackURLs: []string{"myapp://signed-in"}, Profile: "app", Rotation: Rotation{Grace: "0s"}}
	s.Settings.Clients["batch"] = Client{Machine: true, Profile: "service", Scopes: []string{"app/write"}, Tokens: Lifetimes{Access: "5m"}}
	s.FirstFactors = []Factor{FactorPassword, FactorPasskey, FactorEmailOTP}
	s.Passkeys = Passkeys{RelyingPartyID: "example.com", TwoFactors: true}
	s.Plan, s.ThreatProtection = PlanPlus, ThreatProtection{Standard: ThreatsAudited, Custom: ThreatsAudited}
	s.PoolLogs = PoolLogs{Notifications: true, AuthEvents: AuthEvents{RetentionDays: 30, KeyARN: keyARN}}
	s.MFA, s.SMS = MFA{Mode: MFAOptional, Factors: []SecondFactor{SecondTOTP, SecondEmail, SecondSMS}}, SMS{Region: "eu-west-1"}
	s.Recovery = []RecoveryWay{RecoverByPhone, RecoverByEmail}
	s.Email = EmailSender{Identity: "example.org", From: "Bücher <login@mail.example.org>", ReplyTo: "help@example.org", ConfigurationSet: "auth", Region: "eu-west-1"}
	s.Texts.Verification.Default = Text{Subject: "Your code", Body: "Your code: {####}", SMS: "{####} is your code"}
	s.Texts.Invitation.Default = Text{Subject: "Welcome", Body: "{username}: {####}", SMS: "{username}: {####}"}
	s.Texts.MFA.Default = Text{Subject: "Sign-in", Body: "Sign in with {####}", SMS: "{####} signs you in"}
	s.WebACLARN, s.Tags = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/pool/1234abcd", map[string]string{"team": "identity", "cost centre": "4711"}
	s.Overrides = map[string]map[string]any{settings.PoolOverride: {"DeviceConfiguration.ChallengeRequiredOnNewDevice": true, "DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt": true}, "web": {"DefaultRedirectURI": "https://app.example.com/callback"}, "batch": {"EnablePropagateAdditionalUserContextData": true}}
	s.Monitoring.TopicARN, s.Monitoring.TicketTopicARN = topicARN, ticketARN
	s.LogKeyARN, s.TableKeyARN, s.Tracing = keyARN, keyARN, true
	s.Functions = map[string]FunctionSettings{"PreTokenGeneration": {MemoryMiB: 512, ReservedConcurrency: 100, ProvisionedConcurrency: 2}}
	s.Migration = Migration{
		Hashes:  []WaitingHashes{{Kind: "bcrypt:13", People: 3}, {Kind: "firebase-scrypt:8,14", People: 1}},
		Waiting: waitingFile(t, "ada@example.com"),
		Pepper:  Pepper{Secret: Secret{ARN: secretARN("pepper"), Field: "pepper"}, Joined: settings.PepperPrepended}, FirebaseSigner: Secret{ARN: secretARN("signer")},
	}
	s.Reconcile, s.Tripwire = Reconcile{EveryHours: 24}, Tripwire{EveryMinutes: 15}
	s.IdentityProviders = providers()
	s.API = API{On: true, Scopes: []string{"app/read"}, AllowOrigins: []string{"https://app.example.com"}, App: "https://shop.example.com", Resources: []string{"https://api.example.com/orders"}}
	s.IdentityPool = IdentityPool{OwnRows: true, Roles: []IdentityRole{
		{Name: "Acme", Claim: "tenant", Value: "acme", ManagedPolicyARNs: []string{"arn:aws:iam::111122223333:policy/ReadReports"}},
		{Name: "Admins", Claim: "cognito:groups", Match: MatchContains, Value: "admins"},
	}}
	return s
}

// everything returns the template of full, made once.
func everything(t testing.TB) template {
	t.Helper()
	return once(t, "full", func() template { return synthesize(t, full(t)) })
}

// pooled returns a suite that is hooked into a pool which its stack makes.
func pooled(t testing.TB) template {
	t.Helper()
	return once(t, "pool", func() template {
		stack := awscdk.NewStack(newApp(t), new("App"), nil)
		pool := awscognito.NewUserPool(stack, new("Users"), nil)
		client := pool.AddClient(new("Site"), nil)
		props := poolProps(pool, client)
		props.Bundles = stubs(t, ARM64)
		NewTriggerSuite(stack, "Suite", props)
		return *assertions.Template_FromStack(stack, nil).ToJSON() // refuses a cycle
	})
}

func poolProps(pool awscognito.UserPool, client awscognito.UserPoolClient) *Props {
	return &Props{
		Settings: Settings{
			API: API{On: true}, IdentityPool: IdentityPool{Roles: []IdentityRole{{Name: "Acme", Claim: "tenant", Value: "acme"}}},
			Clients: map[string]Client{"web": {Profile: "app"}},
			Policy: policy.Document{Tokens: policy.Tokens{
				Profiles: map[string]policy.Profile{"app": {ID: policy.Token{Claims: []policy.Claim{{Name: "tenant", From: "authz.tenant"}}}}},
			}},
		},
		Pool: pool, Clients: map[string]awscognito.IUserPoolClient{"web": client},
	}
}

func TestThePoolOfTheAppGetsTheHooksAndNothingElse(t *testing.T) {
	tpl := pooled(t)
	for kind, want := range map[string]int{
		poolType: 1, clientType: 1, domainType: 0, "AWS::Cognito::UserPoolResourceServer": 0, tableType: 1,
		aliasType: len(triggers.Usual()), "Custom::AppClientProfiles": 1,
	} {
		if got := len(tpl.resources(kind)); got != want {
			t.Errorf("%d of %s", got, kind)
		}
	}
	config := tpl.properties(t, poolType, "Users")["LambdaConfig"].(map[string]any)
	if len(config) != len(triggers.Usual()) || at(config, "PreTokenGenerationConfig", "LambdaVersion") != "V3_0" {
		t.Errorf("hooks %v", config)
	}
	var client string
	for client = range tpl.resources(clientType) {
	}
	rows := tpl.resources("Custom::AppClientProfiles")
	for _, row := range rows {
		if got := at(row, "Properties", "Clients", 0); at(got, "Id", "Ref") != client || at(got, "Profile") != "app" {
			t.Errorf("rows %v", got)
		}
	}
	for _, r := range tpl.resources(permissionType) {
		p := r["Properties"].(map[string]any)
		if p["Principal"] == "cognito-idp.amazonaws.com" && (at(p, "SourceAccount", "Ref") != "AWS::AccountId" || at(p, "SourceArn", "Fn::GetAtt", 0) == nil || at(p, "FunctionName", "Ref") == nil) {
			t.Errorf("permission %v", p)
		}
	}
}

// The pool may be in another stack of the app: no cycle arises.
func TestAPoolOfAnotherStackMakesNoCycle(t *testing.T) {
	app := newApp(t)
	users, suite := awscdk.NewStack(app, new("Users"), nil), awscdk.NewStack(app, new("Triggers"), nil)
	pool := awscognito.NewUserPool(users, new("Pool"), nil)
	props := &Props{Pool: pool, Bundles: stubs(t, ARM64)}
	NewTriggerSuite(suite, "Suite", props)
	for _, stack := range []awscdk.Stack{users, suite} {
		assertions.Template_FromStack(stack, nil)
	}
	if n := len(*suite.Dependencies()); n != 0 {
		t.Errorf("the suite depends on %d stacks", n)
	}
}
