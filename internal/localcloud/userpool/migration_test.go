package userpool

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// bringing is a UserMigration that knows one password.
func bringing(response string) func([]byte) ([]byte, error) {
	return func(ev []byte) ([]byte, error) {
		var in struct{ Request struct{ Password *string } }
		if err := json.Unmarshal(ev, &in); err != nil {
			return nil, err
		}
		if in.Request.Password != nil && *in.Request.Password != "old one" {
			return nil, &FunctionError{"errorString", "Bad password"}
		}
		return responding(response)(ev)
	}
}

const bea = `"email":"bea@example.com","email_verified":"true"`

// migrationRig starts a pool whose users choose their names and may sign in with an address.
func migrationRig(t *testing.T, response string, change func(*Config, *Options)) *rig {
	t.Helper()
	r := hooked(t, preAuthentication, userMigration)
	if change != nil {
		r = startRig(t, func(c *Config, o *Options) {
			withHooks(preAuthentication, userMigration)(c, o)
			change(c, o)
		})
	}
	r.fns.answer(userMigration, bringing(response))
	return r
}

func TestR59_AnUnknownUserWithAPasswordIsMigratedAndSignsIn(t *testing.T) {
	for _, how := range []string{"USER_PASSWORD_AUTH", "USER_AUTH PASSWORD"} {
		t.Run(how, func(t *testing.T) {
			r := migrationRig(t, `{"userAttributes":{`+bea+`},"finalUserStatus":"CONFIRMED","messageAction":"SUPPRESS"}`, nil)
			enter := func(password string) (*idp.InitiateAuthOutput, error) {
				flow, _, _ := strings.Cut(how, " ")
				return r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
					ClientId: aws.String(webClient), AuthFlow: types.AuthFlowType(flow), ClientMetadata: map[string]string{"captcha": "c-1"},
					AuthParameters: map[string]string{"USERNAME": "Bea", "PASSWORD": password, "PREFERRED_CHALLENGE": "PASSWORD"},
				})
			}
			_, err := enter("wrong")
			wantRefusal(t, err, "UserLambdaValidationException", "UserMigration failed with error Bad password.")
			wantSources(t, r.fns.sources(t), "UserMigration_Authentication")
			out, err := enter("old one")
			if err != nil || out.AuthenticationResult == nil {
				t.Fatalf("%+v, %v", out, err)
			}
			fired := r.fns.take()
			golden(t, "UserMigration_Authentication", fired[0].raw)
			if len(fired) != 4 || fired[1].trigger != preAuthentication || fired[2].trigger != postAuthentication {
				t.Errorf("it fires %v", fired)
			}
			if got := r.attribute(t, "Bea", "email_verified"); got != "true" || r.status(t, "Bea") != types.UserStatusTypeConfirmed {
				t.Errorf("%s %s", got, r.status(t, "Bea"))
			}
			if _, err := enter("old one"); err != nil { // shorter than the policy allows
				t.Error(err)
			}
			if _, err := r.srp(t, srpSignIn{user: "Bea", password: "old one"}); err != nil {
				t.Errorf("the migrated user has no SRP: %v", err)
			}
			_, err = enter("wrong")
			wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
			for _, source := range r.fns.sources(t) {
				if source == "UserMigration_Authentication" {
					t.Error("it is migrated twice")
				}
			}
		})
	}
}

func TestR59_NothingWithoutAPasswordMigrates(t *testing.T) {
	r := migrationRig(t, `{"userAttributes":{`+bea+`},"finalUserStatus":"CONFIRMED"}`, nil)
	for how := range beginnings {
		if how == "USER_PASSWORD_AUTH" || how == "USER_AUTH PASSWORD" {
			continue
		}
		if _, err := r.begin(t, how, "bea", nil); err == nil {
			t.Errorf("%s goes on", how)
		}
	}
	wantSources(t, r.fns.sources(t))
}

func TestR59_AForgottenPasswordMigratesItsUser(t *testing.T) {
	r := migrationRig(t, `{"userAttributes":{`+bea+`},"messageAction":"SUPPRESS"}`, nil)
	out, err := r.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: aws.String(webClient), Username: aws.String("bea"), ClientMetadata: saying})
	if err != nil || *out.CodeDeliveryDetails.Destination != "b***@e***" {
		t.Fatalf("%+v, %v", out, err)
	}
	r.goldenAll(t, "")
	if got := r.status(t, "bea"); got != types.UserStatusTypeResetRequired {
		t.Errorf("status %s", got)
	}
	if _, err := r.api.ConfirmForgotPassword(t.Context(), &idp.ConfirmForgotPasswordInput{
		ClientId: aws.String(webClient), Username: aws.String("bea"), ConfirmationCode: aws.String(r.mustCode(t, "bea")), Password: aws.String(longPassword),
	}); err != nil {
		t.Fatal(err)
	}
	r.login(t, "bea", longPassword)
	r.fns.answer(userMigration, failing("Bad user"))
	_, err = r.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: aws.String(webClient), Username: aws.String("nobody")})
	wantRefusal(t, err, "UserLambdaValidationException", "UserMigration failed with error Bad user.")
}

// Each row is a response with what the sign-in of the typed name then ends in: tokens if no
// refusal is there.
func TestR59_AMigrationDoesWhatItsResponseSays(t *testing.T) {
	names, aliases := func(c *Config) { c.UsernameAttributes = nil }, func(c *Config) {
		c.UsernameAttributes, c.AliasAttributes = nil, []string{"email", "preferred_username"}
	}
	const exception, done = "UserNotFoundException: Exception migrating user in app client " + webClient, `,"finalUserStatus":"CONFIRMED"}`
	for name, c := range map[string]struct {
		change          func(*Config)
		typed, response string
		user, refusal   string
	}{
		"name":                    {names, "bea", `{"userAttributes":{` + bea + `}` + done, "bea", ""},
		"name repeated":           {names, "bea", `{"userAttributes":{"username":"bea",` + bea + `}` + done, "bea", ""},
		"another name":            {names, "bea", `{"userAttributes":{"username":"beatrice",` + bea + `}` + done, "", exception},
		"address as name":         {func(*Config) {}, "bea@example.com", `{"userAttributes":{` + bea + `}` + done, "bea@example.com", ""},
		"another address":         {func(*Config) {}, "bea@example.com", `{"userAttributes":{"email":"x@example.com"}` + done, "", exception},
		"no address as name":      {func(*Config) {}, "bea", `{"userAttributes":{"name":"Bea"}` + done, "", exception},
		"alias":                   {aliases, "bea@example.com", `{"userAttributes":{"username":"bea",` + bea + `}` + done, "bea", ""},
		"alias without username":  {aliases, "bea@example.com", `{"userAttributes":{` + bea + `}` + done, "", exception},
		"alias not assigned":      {aliases, "bea@example.com", `{"userAttributes":{"username":"bea","email":"x@example.com"}` + done, "", exception},
		"unverified alias":        {aliases, "bea@example.com", `{"userAttributes":{"username":"bea","email":"bea@example.com"}` + done, "bea", "UserNotFoundException: User does not exist."},
		"preferred name alone":    {aliases, "bee", `{"userAttributes":{"preferred_username":"bee"}` + done, "bee", ""},
		"preferred name":          {aliases, "bee", `{"userAttributes":{"username":"bea","preferred_username":"bee"}` + done, "bea", ""},
		"sub":                     {names, "bea", `{"userAttributes":{"sub":"x",` + bea + `}` + done, "", "NotAuthorizedException: Incorrect username or password."},
		"foreign attribute":       {names, "bea", `{"userAttributes":{"custom:x":"1"}` + done, "", exception},
		"no attributes":           {names, "bea", `{"userAttributes":{}` + done, "", "UserNotFoundException: User does not exist."},
		"null":                    {names, "bea", `{"userAttributes":null}`, "", "UserNotFoundException: User does not exist."},
		"boolean":                 {names, "bea", `{"userAttributes":{"email_verified":true}` + done, "", "InvalidLambdaResponseException: Unrecognizable lambda output"},
		"no status":               {names, "bea", `{"userAttributes":{` + bea + `}}`, "bea", "PasswordResetRequiredException: Password reset required for the user"},
		"another status":          {names, "bea", `{"userAttributes":{` + bea + `},"finalUserStatus":"UNCONFIRMED"}`, "bea", "PasswordResetRequiredException: Password reset required for the user"},
		"taken alias":             {aliases, "bea2", `{"userAttributes":{"email":"ada@example.com","email_verified":"true"}` + done, "", "AliasExistsException: An account with the email already exists."},
		"taken alias by force":    {aliases, "bea2", `{"userAttributes":{"email":"ada@example.com","email_verified":"true"},"forceAliasCreation":true` + done, "ada@example.com", ""},
		"SMS MFA without setting": {names, "bea", `{"userAttributes":{"phone_number":"+491701"},"enableSMSMFA":true` + done, "", exception},
	} {
		t.Run(name, func(t *testing.T) {
			r := migrationRig(t, c.response, func(cfg *Config, _ *Options) { c.change(cfg) })
			r.imports(t, ImportedUser{Username: "ada", Password: longPassword, Attributes: map[string]string{"email": ada, "email_verified": "true"}})
			out, err := r.tryLogin(t, c.typed, "old one")
			if c.refusal != "" {
				code, message, _ := strings.Cut(c.refusal, ": ")
				wantRefusal(t, err, code, message)
			} else if err != nil || out.AuthenticationResult == nil {
				t.Fatalf("%+v, %v", out, err)
			}
			if c.user == "" && r.store.count() != 1 {
				t.Error("a user is there nevertheless")
			} else if c.user != "" && theUser(t, r, c.user).username == "ada" {
				t.Error("the alias did not move")
			}
		})
	}
}

func TestR59_AMigratedUserMayNeedASecondFactor(t *testing.T) {
	r := migrationRig(t, `{"userAttributes":{"phone_number":"+491701"},"enableSMSMFA":true,"finalUserStatus":"CONFIRMED"}`, func(c *Config, _ *Options) {
		c.UsernameAttributes, c.MfaConfiguration, c.EnabledMfas = nil, "OPTIONAL", []string{"SMS_MFA"}
	})
	out, err := r.tryLogin(t, "bea", "old one")
	if err != nil || out.ChallengeName != types.ChallengeNameTypeSmsMfa {
		t.Fatalf("%+v, %v", out, err)
	}
	for name, c := range map[string]struct {
		mode, enabled, attribute string
	}{"no number": {"OPTIONAL", "SMS_MFA", "name"}, "MFA is off": {"OFF", "SMS_MFA", "phone_number"}, "no SMS": {"OPTIONAL", "SOFTWARE_TOKEN_MFA", "phone_number"}} {
		r := migrationRig(t, `{"userAttributes":{"`+c.attribute+`":"+491701"},"enableSMSMFA":true,"finalUserStatus":"CONFIRMED"}`, func(cfg *Config, _ *Options) {
			cfg.UsernameAttributes, cfg.MfaConfiguration, cfg.EnabledMfas = nil, c.mode, []string{c.enabled}
		})
		if _, err := r.tryLogin(t, "cyd", "old one"); err == nil || !strings.Contains(err.Error(), "Exception migrating user in app client") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestR59_AMigratedAddressIsUnverifiedUnlessTheFunctionSaysSo(t *testing.T) {
	for said, unsaid := range map[string]string{"email": "phone_number", "phone_number": "email"} {
		r := migrationRig(t, `{"userAttributes":{"email":"bea@example.com","phone_number":"+491701","`+said+`_verified":"true"},"finalUserStatus":"CONFIRMED"}`, nil)
		r.login(t, "bea", "old one")
		if got, other := r.attribute(t, "bea", said+"_verified"), r.attribute(t, "bea", unsaid+"_verified"); got != "true" || other != "false" {
			t.Errorf("%s is verified: %s, %s: %s", said, got, unsaid, other)
		}
	}
}

// A welcome goes out by SMS unless the function says otherwise, and never has the password.
func TestR59_AMigratedUserIsWelcomed(t *testing.T) {
	for more, want := range map[string]string{
		``: "SMS +491701", `,"messageAction":"RESEND"`: "SMS +491701", `,"messageAction":"SUPPRESS"`: "",
		`,"desiredDeliveryMediums":["EMAIL"]`: "EMAIL bea@example.com", `,"desiredDeliveryMediums":["EMAIL","SMS"]`: "EMAIL bea@example.com SMS +491701",
	} {
		var sent []string
		r := migrationRig(t, `{"userAttributes":{"phone_number":"+491701",`+bea+`}`+more+`}`, func(c *Config, o *Options) {
			c.UsernameAttributes = nil
			o.OnMail = func(m Message) {
				sent = append(sent, m.Channel+" "+m.To)
				if strings.Contains(fmt.Sprint(m), "old one") || m.Purpose != "welcome" || m.Text != "Welcome, bea." {
					t.Errorf("%+v", m)
				}
			}
		})
		_, _ = r.tryLogin(t, "bea", "old one")
		if got := strings.Join(sent, " "); got != want {
			t.Errorf("%s: %q, want %q", more, got, want)
		}
	}
}

// The other directory's passwords cannot be tried without limit, and the pages say nothing.
func TestR59_AMigrationThatFailsCountsAsAWrongPassword(t *testing.T) {
	r := migrationRig(t, `{"userAttributes":{`+bea+`},"finalUserStatus":"CONFIRMED"}`, nil)
	for range freeAttempts {
		if _, err := r.tryLogin(t, "bea", "wrong"); err == nil {
			t.Fatal("a wrong password migrates")
		}
	}
	r.fns.take()
	_, err := r.tryLogin(t, "bea", "old one")
	wantRefusal(t, err, "NotAuthorizedException", "Password attempts exceeded")
	wantSources(t, r.fns.sources(t))

	b := pagesRig(t, func(c *Config) { withHooks(userMigration)(c, nil) })
	b.fns.answer(userMigration, bringing(`{"userAttributes":{`+bea+`},"finalUserStatus":"CONFIRMED"}`))
	enter := func(password string) {
		b.open(t, "/login", request(nil))
		b.send(t, map[string]string{"username": "bea@example.com", "password": password})
	}
	if enter("wrong"); b.alert != "Incorrect username or password." {
		t.Errorf("the page says %q", b.alert)
	}
	if enter("old one"); b.returned.Get("code") == "" {
		t.Errorf("no code: %d %s", b.status, b.alert)
	}
}

func TestR59_TwoSignInsAtOnceMigrateOneUser(t *testing.T) {
	r := migrationRig(t, `{"userAttributes":{`+bea+`},"finalUserStatus":"CONFIRMED"}`, func(*Config, *Options) {})
	var both, group sync.WaitGroup
	both.Add(2)
	normal := r.fns.reply[userMigration]
	r.fns.answer(userMigration, func(ev []byte) ([]byte, error) { both.Done(); both.Wait(); return normal(ev) })
	for range 2 {
		group.Go(func() {
			if _, err := r.tryLogin(t, "bea@example.com", "old one"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := r.store.count(); n != 1 {
		t.Errorf("%d users", n)
	}
}

func TestR59_ATypedNameMayBeAnAliasOfTheMigratedUser(t *testing.T) {
	p := newPool(Config{ID: poolUnderTest, AliasAttributes: []string{"email", "preferred_username"}}, nil, Options{})
	for typed, want := range map[string]bool{"ada@example.com": true, "ADA@example.com": true, "ada": false, "": false, "+49": false} {
		if got := p.hasAlias(map[string]string{"email": "ada@example.com", "phone_number": "+49", "preferred_username": ""}, typed); got != want {
			t.Errorf("%q: %v", typed, got)
		}
	}
}

// A function may name the user otherwise than it was typed, if what was typed is an alias.
func TestR59_AMigratedUserHasTheNameThatTheFunctionSaysIfTheTypedOneIsAnAlias(t *testing.T) {
	p := newPool(Config{ID: poolUnderTest, AliasAttributes: []string{"email"}}, nil, Options{})
	for _, c := range []struct {
		typed, given, want string
		refused            bool
	}{
		{"ada", "", "ada", false}, {"ada", "ada", "ada", false}, {"ada@example.com", "ada", "ada", false}, {"bob", "ada", "", true},
	} {
		attributes := map[string]string{"email": "ada@example.com", "username": c.given}
		got, err := p.migratedName(migration{typed: c.typed}, "sub", attributes)
		if _, left := attributes["username"]; got != c.want || (err != nil) != c.refused || left {
			t.Errorf("typed %s, named %q: %q, %v, attributes %v", c.typed, c.given, got, err, attributes)
		}
	}
}
