package userpool

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var (
	uuidForm = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	dateForm = regexp.MustCompile(`(dateCreated\\":)\d{13}`)
)

// masked replaces random values. Equal UUIDs get the same name, so that the file shows
// where userName and sub are equal.
func masked(ev []byte) []byte {
	names := map[string]string{}
	ev = uuidForm.ReplaceAllFunc(ev, func(id []byte) []byte {
		if names[string(id)] == "" {
			names[string(id)] = fmt.Sprintf("<uuid %d>", len(names)+1)
		}
		return []byte(names[string(id)])
	})
	return dateForm.ReplaceAll(ev, []byte("${1}<ms>"))
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, masked(got), "", "  "); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	pretty.WriteByte('\n')
	file := filepath.Join("testdata", "events", name+".json")
	if *update {
		if err := os.WriteFile(file, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(pretty.Bytes(), want) {
		t.Errorf("%s\n got %s\nwant %s", file, pretty.Bytes(), want)
	}
}

var versionPrefix = regexp.MustCompile(`^v[123]-`)

// goldenAll compares each fired event with its file. Only pre token generation has
// versions.
func (r *rig) goldenAll(t *testing.T, prefix string) {
	t.Helper()
	for _, e := range r.fns.take() {
		var v struct{ TriggerSource string }
		if err := json.Unmarshal(e.raw, &v); err != nil {
			t.Fatal(err)
		}
		name := prefix + v.TriggerSource
		if e.trigger != preTokenGeneration {
			name = versionPrefix.ReplaceAllString(name, "")
		}
		golden(t, name, e.raw)
	}
}

// The clients of the golden events: one rotates, one does not, one is a machine.
func goldenRig(t *testing.T, version string) *rig {
	return startRig(t, func(c *Config, o *Options) {
		withV(version)(c, o)
		c.Domain = "demo"
		c.ResourceServers = []ResourceServer{{Identifier: "orders", Scopes: []string{"read", "write"}}}
		still := c.Clients[0]
		still.ID, still.RefreshTokenRotation = "still1example", false
		still.ExplicitAuthFlows = append(still.ExplicitAuthFlows, "ALLOW_REFRESH_TOKEN_AUTH")
		c.Clients = append(c.Clients, still, machine())
	})
}

func machine() Client {
	return Client{ID: "machine1example", Secret: "s3cret", AllowedOAuthFlows: []string{"client_credentials"}, AllowedOAuthScopes: []string{"orders/read", "orders/write"}}
}

// Each event equals, byte by byte but for random ids, a file that was checked by hand
// against the guide.
func TestEventsAreExactlyThoseOfTheContract(t *testing.T) {
	t.Run("sign-up", func(t *testing.T) {
		r := goldenRig(t, "V3_0")
		r.signUp(t, "plain@example.com")
		r.goldenAll(t, "plain-")
		r.signUpWithData(t)
		r.goldenAll(t, "")
	})
	t.Run("confirm and reset", func(t *testing.T) {
		r := goldenRig(t, "V3_0")
		r.signUpWithData(t)
		r.fns.take()
		r.confirmAndReset(t)
	})
	for _, version := range []string{"V1_0", "V2_0", "V3_0"} {
		t.Run("tokens "+version, func(t *testing.T) {
			r := goldenRig(t, version)
			prefix := strings.ToLower(version[:2]) + "-"
			r.tokenEvents(t, prefix)
		})
	}
	t.Run("machine", func(t *testing.T) {
		r := goldenRig(t, "V3_0")
		form := url.Values{"grant_type": {"client_credentials"}, "scope": {"orders/read"}, "aws_client_metadata": {`{"environment":"dev"}`}}
		if _, refusal := r.token(t, machine(), form); refusal != "" {
			t.Fatal(refusal)
		}
		r.goldenAll(t, "v3-")
	})
}

func (r *rig) signUpWithData(t *testing.T) {
	t.Helper()
	_, err := r.api.SignUp(t.Context(), &idp.SignUpInput{
		ClientId: aws.String(webClient), Username: aws.String("ada@example.com"), Password: aws.String(longPassword),
		UserAttributes: []types.AttributeType{{Name: aws.String("name"), Value: aws.String("Ada <Lovelace> & Co")}},
		ValidationData: []types.AttributeType{{Name: aws.String("captcha"), Value: aws.String("c-1")}},
		ClientMetadata: map[string]string{"invite": "i-1"},
	})
	if err != nil {
		t.Fatalf("SignUp: %v", err)
	}
}

func (r *rig) confirmAndReset(t *testing.T) {
	t.Helper()
	code, _ := r.Code("ada@example.com")
	if _, err := r.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{
		ClientId: aws.String(webClient), Username: aws.String("ada@example.com"), ConfirmationCode: aws.String(code),
		ClientMetadata: map[string]string{"step": "confirm"},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{
		ClientId: aws.String(webClient), Username: aws.String("ada@example.com"), ClientMetadata: map[string]string{"not": "forwarded"},
	}); err != nil {
		t.Fatal(err)
	}
	code, _ = r.Code("ada@example.com")
	if _, err := r.api.ConfirmForgotPassword(t.Context(), &idp.ConfirmForgotPasswordInput{
		ClientId: aws.String(webClient), Username: aws.String("ada@example.com"), ConfirmationCode: aws.String(code), Password: aws.String(longPassword),
		ClientMetadata: map[string]string{"step": "reset"},
	}); err != nil {
		t.Fatal(err)
	}
	r.goldenAll(t, "")
	if _, err := r.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{
		UserPoolId: aws.String(poolUnderTest), Username: aws.String("bea@example.com"), ClientMetadata: map[string]string{"by": "ops"},
		UserAttributes: []types.AttributeType{{Name: aws.String("email_verified"), Value: aws.String("true")}},
	}); err != nil {
		t.Fatal(err)
	}
	r.goldenAll(t, "")
	r.signUp(t, "cyd@example.com")
	r.fns.take()
	if _, err := r.api.AdminConfirmSignUp(t.Context(), &idp.AdminConfirmSignUpInput{
		UserPoolId: aws.String(poolUnderTest), Username: aws.String("cyd@example.com"), ClientMetadata: map[string]string{"by": "ops"},
	}); err != nil {
		t.Fatal(err)
	}
	r.goldenAll(t, "admin-")
}

// tokenEvents fires PostAuthentication and every pre token source of a user. Metadata of
// a sign-in must not arrive; metadata of a challenge's answer and of
// GetTokensFromRefreshToken must.
func (r *rig) tokenEvents(t *testing.T, prefix string) {
	t.Helper()
	ctx := t.Context()
	r.member(t, "ada@example.com")
	for _, g := range []string{"editors", "admins"} {
		if _, err := r.api.AdminAddUserToGroup(ctx, &idp.AdminAddUserToGroupInput{
			UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada@example.com"), GroupName: aws.String(g),
		}); err != nil {
			t.Fatal(err)
		}
	}
	signIn := func(client, password string) *idp.InitiateAuthOutput {
		out, err := r.api.InitiateAuth(ctx, &idp.InitiateAuthInput{
			ClientId: aws.String(client), AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientMetadata: map[string]string{"not": "forwarded"},
			AuthParameters: map[string]string{"USERNAME": "ada@example.com", "PASSWORD": password},
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	out := signIn(webClient, longPassword)
	r.goldenAll(t, prefix)
	if _, err := r.api.GetTokensFromRefreshToken(ctx, &idp.GetTokensFromRefreshTokenInput{
		ClientId: aws.String(webClient), RefreshToken: out.AuthenticationResult.RefreshToken, ClientMetadata: map[string]string{"tenant": "t-1"},
	}); err != nil {
		t.Fatal(err)
	}
	r.goldenAll(t, prefix+"refreshed-")
	out = signIn("still1example", longPassword)
	r.fns.take()
	if _, err := r.api.InitiateAuth(ctx, &idp.InitiateAuthInput{
		ClientId: aws.String("still1example"), AuthFlow: types.AuthFlowTypeRefreshTokenAuth, ClientMetadata: map[string]string{"not": "forwarded"},
		AuthParameters: map[string]string{"REFRESH_TOKEN": *out.AuthenticationResult.RefreshToken},
	}); err != nil {
		t.Fatal(err)
	}
	r.goldenAll(t, prefix)
	if _, err := r.api.AdminSetUserPassword(ctx, &idp.AdminSetUserPasswordInput{
		UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada@example.com"), Password: aws.String("Temporary-1"),
	}); err != nil {
		t.Fatal(err)
	}
	out = signIn(webClient, "Temporary-1")
	if _, err := r.api.RespondToAuthChallenge(ctx, &idp.RespondToAuthChallengeInput{
		ClientId: aws.String(webClient), ChallengeName: out.ChallengeName, Session: out.Session, ClientMetadata: map[string]string{"device": "laptop"},
		ChallengeResponses: map[string]string{"USERNAME": "ada@example.com", "NEW_PASSWORD": longPassword},
	}); err != nil {
		t.Fatal(err)
	}
	r.goldenAll(t, prefix+"challenge-")
	for range 2 {
		if _, err := r.FederatedSignIn("Google", "1076915", map[string]string{"email": "fay@example.com"}, webClient); err != nil {
			t.Fatal(err)
		}
		r.goldenAll(t, prefix+"federated-")
	}
}
