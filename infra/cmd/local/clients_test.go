package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/authority"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
)

// theirs is a client that others wrote.
type theirs struct {
	name string
	program
	says words
	// asks is what its app client needs; nil is AWS's defaults, of which SRP is one.
	asks func(*idp.CreateUserPoolClientInput)
	// ci says that it stands for its protocol in CI; the long form runs all. byIssuer says
	// that it can find the pool by the issuer alone.
	ci, byIssuer bool
}

const (
	appCallback = "http://localhost:3000/callback"
	appGoodbye  = "http://localhost:3000/"
)

func withSecret(in *idp.CreateUserPoolClientInput) { in.GenerateSecret = true }

func withPassword(in *idp.CreateUserPoolClientInput) {
	in.ExplicitAuthFlows = []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth}
}

func withPages(in *idp.CreateUserPoolClientInput) {
	in.AllowedOAuthFlowsUserPoolClient = true
	in.AllowedOAuthFlows, in.AllowedOAuthScopes = []types.OAuthFlowType{types.OAuthFlowTypeCode}, []string{"openid", "email", "profile", "aws.cognito.signin.user.admin"}
	in.CallbackURLs, in.LogoutURLs, in.SupportedIdentityProviders = []string{appCallback}, []string{appGoodbye}, []string{"COGNITO"}
}

func withPagesAndSecret(in *idp.CreateUserPoolClientInput) {
	withPages(in)
	withSecret(in)
}

// clients are those of the table of results.
func clients() []theirs {
	idJS := node("identity-js.mjs", "amazon-cognito-identity-js")
	srp := python("srp.py", "pycognito")
	openid := node("openid-client.mjs", "openid-client")
	return []theirs{
		{"amazon-cognito-identity-js", idJS, serviceSays, nil, true, false},
		{"Amplify", nodeFull("amplify.mjs", "aws-amplify"), serviceSays, nil, false, false},
		{"pycognito", srp, serviceSays, nil, false, true},
		{"pycognito with a secret", srp, serviceSays, withSecret, false, false},
		{"AWS SDK for JavaScript", nodeFull("sdk.mjs", "@aws-sdk/client-cognito-identity-provider"), serviceSays, withPassword, false, false},
		{"boto3", python("sdk.py", "boto3"), serviceSays, withPassword, true, false},
		{"AWS CLI", pythonFull("cli.py", "awscli"), serviceSays, withPassword, false, false},
		{"openid-client", openid, openidSays, withPages, true, true},
		{"openid-client with a secret", openid, openidSays, withPagesAndSecret, false, false},
		{"oidc-client-ts", node("oidc-client-ts.mjs", "oidc-client-ts"), oidcSays, withPages, false, true},
	}
}

// The sentences of the hosted pages; those of the token endpoint as each client tells them.
var (
	pagesSay = words{
		unconfirmed: serviceSays.unconfirmed, wrong: "Page: Incorrect username or password.",
		mismatch: "Page: Invalid verification code provided, please try again.", badTOTP: "Page: Invalid code received for user",
	}
	openidSays = func() words {
		says := pagesSay
		says.revoked, says.stale = "WWWAuthenticateChallengeError: server responded with a challenge in the WWW-Authenticate HTTP Header", "ResponseBodyError: server responded with an error in the response body"
		return says
	}()
	oidcSays = func() words {
		says := pagesSay
		says.stale = "ErrorResponse: Invalid Refresh Token"
		return says
	}()
)

// Clients of many apps, unchanged, against the whole stack. They refresh in the way that
// rotation excludes, so the stack's web client is not for them.
func TestR52_ClientsThatOthersWroteLiveAUsersLifeUnchanged(t *testing.T) {
	t.Parallel()
	full := form.Often(t, 1, 1, 2) == 2
	opts := askingForTheName(t, local(t))
	results := &results{}
	results.all(t, newStand(t, opts), func(c theirs) bool { return c.ci || full })
	if full {
		t.Run("issuer local", func(t *testing.T) {
			opts.Pool.Issuer = "local"
			results.all(t, newStand(t, opts), func(c theirs) bool { return c.byIssuer })
		})
	}
	results.print(t, full)
}

// stand is a running stack that clients visit.
type stand struct {
	*journey.Journey
	cloud *localcloud.Cloud
	// environment is that of every client.
	environment []string
	endpoint    string
	// discovery is the address of the pool's document, or the issuer where it is found there.
	discovery string
	verifiers map[string]verify
	// note goes behind the clients' names in the table.
	note string
}

// newStand starts a stack. With the issuer local a client finds everything by the issuer, over
// TLS; otherwise it is told where the pool is, without TLS.
func newStand(t *testing.T, opts localcloud.Options) *stand {
	t.Helper()
	var err error
	if opts.Authority, err = authority.Open(t.TempDir(), time.Now()); err != nil {
		t.Fatal(err)
	}
	cloud, j := running(t, opts)
	allowTOTP(t, j)
	at := cloud.Endpoints()
	s := &stand{
		Journey: j, cloud: cloud, environment: cloud.Env(), endpoint: at.CognitoIDP,
		discovery: at.CognitoIDP + "/" + j.PoolID + "/.well-known/openid-configuration",
		verifiers: verifiers(t, pin{j.PoolID, at.Issuer, at.JWKS}),
	}
	if opts.Pool.Issuer == "local" {
		s.endpoint, s.discovery, s.note = at.CognitoTLS, at.Issuer, ", found by the issuer"
		delete(s.verifiers, "aws-jwt-verify") // it knows AWS's issuer only
		for _, name := range []string{"NODE_EXTRA_CA_CERTS", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"} {
			s.environment = append(s.environment, name+"="+opts.Authority.File)
		}
	}
	return s
}

// askingForTheName requires of the stage's pool what its policy requires: the hosted pages
// ask for nothing else.
func askingForTheName(t *testing.T, opts localcloud.Options) localcloud.Options {
	t.Helper()
	return withTemplate(t, opts, `"UsernameAttributes":`, `"Schema": [{"Name": "name", "Required": true, "Mutable": true}], "UsernameAttributes":`)
}

// withTemplate returns the options with a copy of the assembly, in whose template one text
// takes the place of another.
func withTemplate(t *testing.T, opts localcloud.Options, old, replacement string) localcloud.Options {
	t.Helper()
	from, err := filepath.Abs(opts.AssemblyDir)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	opts.AssemblyDir = t.TempDir()
	for _, e := range entries {
		to := filepath.Join(opts.AssemblyDir, e.Name())
		if !strings.HasSuffix(e.Name(), ".template.json") {
			err = errors.Join(err, os.Symlink(filepath.Join(from, e.Name()), to))
			continue
		}
		text, failed := os.ReadFile(filepath.Join(from, e.Name()))
		if !bytes.Contains(text, []byte(old)) {
			t.Fatalf("the template has no %s", old)
		}
		text = bytes.Replace(text, []byte(old), []byte(replacement), 1)
		err = errors.Join(err, failed, os.WriteFile(to, text, 0o644))
	}
	if err != nil {
		t.Fatal(err)
	}
	return opts
}

// allowTOTP lets the users of the stack's pool choose an authenticator app.
func allowTOTP(t *testing.T, j *journey.Journey) {
	t.Helper()
	if _, err := j.Cognito.SetUserPoolMfaConfig(t.Context(), &idp.SetUserPoolMfaConfigInput{
		UserPoolId: &j.PoolID, MfaConfiguration: types.UserPoolMfaTypeOptional,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
	}); err != nil {
		t.Fatal(err)
	}
}

// life starts the client with an app client of its own.
func (c theirs) life(t *testing.T, at *stand, email string) *life {
	t.Helper()
	in := &idp.CreateUserPoolClientInput{UserPoolId: &at.PoolID, ClientName: &c.name}
	if c.asks != nil {
		c.asks(in)
	}
	made, err := at.Cognito.CreateUserPoolClient(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	program, err := c.start(t, at.environment, map[string]*string{
		"endpoint": &at.endpoint, "pool": &at.PoolID, "client": made.UserPoolClient.ClientId, "secret": made.UserPoolClient.ClientSecret,
		"discovery": &at.discovery, "callback": new(appCallback), "logout": new(appGoodbye), "scope": new(strings.Join(in.AllowedOAuthScopes, " ")),
	})
	if err != nil {
		t.Fatal(err)
	}
	return &life{
		foreign: program, says: c.says, verifiers: at.verifiers, client: *made.UserPoolClient.ClientId, mailed: func() (string, bool) { return at.cloud.Pool.Code(email) },
		user: map[string]string{"email": email, "password": "Pässwörd-日本-7", "name": "Jo Elsewhere"},
	}
}

// results are the table of the clients, one row each.
type results struct{ rows [][]string }

func (r *results) add(name, version string, cells map[string]string, total string) {
	row := []string{name, version}
	for _, s := range new(life).steps() {
		row = append(row, cells[s.title])
	}
	r.rows = append(r.rows, append(row, total))
}

// all lets every client visit the stand that is wanted there.
func (r *results) all(t *testing.T, at *stand, wanted func(theirs) bool) {
	for i, c := range clients() {
		if !wanted(c) {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			c.name += at.note
			if why := c.lacks(); why != "" {
				r.add(c.name, "", nil, "skipped")
				t.Skip(why)
			}
			r.judge(t, c, c.life(t, at, fmt.Sprintf("client%d@example.com", i)), at.Journey)
		})
	}
}

// judge goes through the life and looks for the user's row.
func (r *results) judge(t *testing.T, c theirs, l *life, j *journey.Journey) {
	cells, total := map[string]string{}, "ok"
	defer func() { r.add(c.name, l.version, cells, total) }()
	for _, s := range l.steps() {
		if err := s.run(); err != nil {
			cells[s.title], total = "fail", "fail"
			t.Fatalf("%s: %v", s.title, err)
		}
		cells[s.title] = "ok"
	}
	// The username is equal to sub in a pool whose usernames are addresses.
	if profile, err := j.Row(t.Context(), l.user["sub"], "PROFILE"); err != nil || profile["email"] != l.user["email"] {
		total = "fail"
		t.Errorf("PROFILE is %v, %v", profile, err)
	}
}

// print writes the table; in the long form to the file that make test-full shows.
func (r *results) print(t *testing.T, full bool) {
	var text strings.Builder
	out := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	head := []string{"client", "version"}
	for _, s := range new(life).steps() {
		head = append(head, s.title)
	}
	for _, row := range slices.Concat([][]string{append(head, "")}, r.rows) {
		fmt.Fprintln(out, strings.Join(row, "\t"))
	}
	_ = out.Flush()
	t.Log("\n" + text.String())
	if full {
		if err := os.WriteFile("../../../dist/clients.txt", []byte(text.String()), 0o644); err != nil {
			t.Error(err)
		}
	}
}
