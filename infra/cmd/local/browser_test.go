package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/authority"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// session is a browser with an app that dist/local.js configures.
type session struct {
	*testing.T
	*life
	cloud *localcloud.Cloud
	opts  localcloud.Options
	j     *journey.Journey
}

// Amplify's Authenticator, unchanged, in Chromium: the client of most browser apps, over the
// door's CORS, SRP and TLS. One session, whose steps follow from each other. CHROMIUM=FILE
// names another browser, SHOTS=FOLDER keeps what the pages look like.
func TestR56_AmplifysAuthenticatorSignsInInABrowser(t *testing.T) {
	t.Parallel()
	full := form.Often(t, 0, 1, 2) == 2
	s := browse(t)
	s.signsUp()
	s.signsIn()
	s.asksTheTable()
	s.seesThePage(full)
	s.goesThrough()
	s.movesUsers()
	if full {
		s.resets()
		s.usesAPasskey()
		s.usesAnAuthenticatorApp()
	}
}

// browse starts the cloud and the browser with the app.
func browse(t *testing.T) session {
	t.Helper()
	opts := local(t)
	if os.Getenv("CHROMIUM") == "" && runtime.GOOS+runtime.GOARCH != "linuxamd64" {
		t.Skip("@sparticuz/chromium is a program for Linux on amd64: CHROMIUM=FILE names another one")
	}
	app := program{folder: "testdata/browser", file: "session.mjs", packages: "testdata/browser/node_modules/playwright-core", from: "make test"}
	if why := cmp.Or(app.lacks(), node("", "otplib").lacks()); why != "" {
		t.Skip(why)
	}
	dir := t.TempDir()
	var err error
	if opts.Authority, err = authority.Open(dir, time.Now()); err != nil {
		t.Fatal(err)
	}
	opts = withTemplate(t, opts, `"PasswordPolicy":`, `"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}, "PasswordPolicy":`)
	opts = withTemplate(t, opts, `"ExplicitAuthFlows": [`, `"ExplicitAuthFlows": ["ALLOW_USER_AUTH", `)
	opts.Timeline = timeline.New(timeline.Limits{})
	opts.Ports.Sample = freePort(t)
	for range 2 { // the sample app's callback and sign-out address
		opts = withTemplate(t, opts, `"http://localhost:4815/"`, fmt.Sprintf(`"http://localhost:%d/"`, opts.Ports.Sample))
	}
	cloud, j := running(t, opts)
	all, err := files(cloud, dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := write(all); err != nil {
		t.Fatal(err)
	}
	env := []string{"TMPDIR=" + t.TempDir(), "CHROMIUM=" + os.Getenv("CHROMIUM"), "SHOTS=" + os.Getenv("SHOTS")}
	browser, err := app.start(t, env, map[string]string{"local": filepath.Join(dir, "local.js"), "secure": cloud.Endpoints().CognitoTLS, "authority": opts.Authority.File})
	if err != nil {
		t.Fatal(err)
	}
	const email = "browser@example.com"
	s := session{t, &life{
		foreign: browser, mailed: func() (string, bool) { return cloud.Pool.Code(email) },
		user: map[string]string{"email": email, "password": "Pässwörd-日本-7", "name": "Ada"},
	}, cloud, opts, j}
	if _, err := s.ask("open"); err != nil {
		t.Skipf("the browser does not start: %v", err)
	}
	return s
}

// does goes through a step that must succeed.
func (s session) does(call string, more ...string) map[string]string {
	s.Helper()
	told, err := s.ask(call, more...)
	if err != nil {
		s.Fatal(err)
	}
	return told
}

func (s session) code() string {
	code, _ := s.mailed()
	return code
}

// leaves signs out. The refresh token that the browser had brings nothing any more.
func (s session) leaves() {
	s.Helper()
	refresh := s.does("signOut")["refresh"]
	web, _ := s.cloud.Client("WebClientId")
	_, err := s.j.Cognito.GetTokensFromRefreshToken(s.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: &web.ID, RefreshToken: &refresh})
	if refused := (*types.NotAuthorizedException)(nil); refresh == "" || !errors.As(err, &refused) {
		s.Errorf("the refresh token %q after the sign-out: %v", refresh, err)
	}
}

func (s session) signsUp() {
	s.Helper()
	s.does("signUp")
	first := s.does("confirm", "code", s.code())
	if first["email"] != s.user["email"] || first["iss"] != s.cloud.Endpoints().Issuer {
		s.Errorf("the tokens of the sign-in that follows are %v", first)
	}
	if again := s.does("refresh"); again["jti"] == first["jti"] || again["sub"] != first["sub"] {
		s.Errorf("refreshed: %v", again)
	}
	s.leaves()
}

func (s session) signsIn() {
	s.Helper()
	s.does("refused", "password", "Wrong-"+s.user["password"])
	s.does("signIn")
	s.leaves()
	if hosted := s.does("redirect"); hosted["version"] != "2" || hosted["email"] != s.user["email"] {
		s.Errorf("the tokens of the hosted pages are %v", hosted)
	}
}

func (s session) resets() {
	s.Helper()
	before := s.user["password"]
	s.user["password"] = "Another-🐎-horse-8"
	s.does("forgot")
	s.does("reset", "code", s.code())
	s.does("refused", "password", before)
	s.does("signIn")
	s.leaves()
}

// usesAPasskey registers one with the browser's authenticator, whose relying party is
// localhost, and signs in by it alone.
func (s session) usesAPasskey() {
	s.Helper()
	if told := s.does("passkey"); told["email"] != s.user["email"] {
		s.Errorf("the tokens of the passkey are %v", told)
	}
	s.leaves()
}

// usesAnAuthenticatorApp sets one up because the pool demands it. The next sign-in's code is
// of the next half minute, as in life.secondFactor.
func (s session) usesAnAuthenticatorApp() {
	s.Helper()
	if _, err := s.j.Cognito.SetUserPoolMfaConfig(s.Context(), &idp.SetUserPoolMfaConfigInput{
		UserPoolId: &s.j.PoolID, MfaConfiguration: types.UserPoolMfaTypeOn, SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
		WebAuthnConfiguration: &types.WebAuthnConfigurationType{FactorConfiguration: types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification},
	}); err != nil {
		s.Fatal(err)
	}
	secret, now := s.does("associate")["secret"], time.Now()
	code := func(at time.Time) string {
		return s.does("code", "secret", secret, "at", fmt.Sprint(at.Unix()))["code"]
	}
	s.does("answer", "code", code(now))
	s.leaves()
	next := code(now.Add(30 * time.Second))
	s.does("challenge")
	s.does("wrong", "code", otherCode(next))
	s.does("answer", "code", next)
	s.leaves()
}
