package main

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// operated is the synthesized suite on this machine. Operator and app reach it as on AWS,
// through the environment that make local writes.
type operated struct {
	*testing.T
	app   *cognito.Client
	cloud *localcloud.Cloud
	web   template.Client
}

// startLocal starts it from what make synth-host wrote. make test makes that first and
// says so in the environment, so that nothing is skipped there.
func startLocal(t *testing.T) operated {
	t.Helper()
	t.Chdir("../../..")
	if _, err := os.Stat("dist/local/manifest.json"); err != nil {
		if os.Getenv("ASSEMBLY_REQUIRED") != "" {
			t.Fatalf("the synthesized stack is missing: %v", err)
		}
		t.Skipf("the synthesized stack is missing, make synth-host writes it: %v", err)
	}
	cloud, err := localcloud.Start(t.Context(), localcloud.Options{
		AssemblyDir: "dist/local", Timeline: timeline.New(timeline.Limits{}),
		DescribeVersion: func(string) string { return settings.PolicyLabel + "0123456789ab" },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	for _, line := range cloud.Env() {
		name, value, _ := strings.Cut(line, "=")
		t.Setenv(name, value)
	}
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	web, ok := cloud.Client("WebClientId")
	if !ok {
		t.Fatal("the stack has no web client")
	}
	return operated{t, cognito.NewFromConfig(cfg), cloud, web}
}

// ops calls the command for this suite.
func (o operated) ops(args ...string) string {
	o.Helper()
	return must(o.T, append(args, "--table", o.cloud.Table(), "--pool", o.cloud.Stack.Pool.ID)...)
}

// answers calls the command for this suite, which ends in a status.
func (o operated) answers(status int, args ...string) string {
	o.Helper()
	return answers(o.T, status, append(args, "--table", o.cloud.Table(), "--pool", o.cloud.Stack.Pool.ID)...)
}

const (
	address  = "ada@example.com"
	password = "Correct-horse-1"
)

// member makes a user in a group of the pool.
func (o operated) member() {
	o.Helper()
	pool := &o.cloud.Stack.Pool.ID
	attribute := func(name, value string) types.AttributeType {
		return types.AttributeType{Name: &name, Value: &value}
	}
	_, made := o.app.AdminCreateUser(o.Context(), &cognito.AdminCreateUserInput{
		UserPoolId: pool, Username: new(address), MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{attribute("email", address), attribute("email_verified", "true"), attribute("name", "Ada"), attribute("locale", "en")},
	})
	_, set := o.app.AdminSetUserPassword(o.Context(), &cognito.AdminSetUserPasswordInput{UserPoolId: pool, Username: new(address), Password: new(password), Permanent: true})
	_, joined := o.app.AdminAddUserToGroup(o.Context(), &cognito.AdminAddUserToGroupInput{UserPoolId: pool, Username: new(address), GroupName: new("members")})
	for _, err := range []error{made, set, joined} {
		if err != nil {
			o.Fatal(err)
		}
	}
}

func (o operated) signIn() *types.AuthenticationResultType {
	o.Helper()
	out, err := o.app.InitiateAuth(o.Context(), &cognito.InitiateAuthInput{
		ClientId: &o.web.ID, AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": address, "PASSWORD": password},
	})
	if err != nil {
		o.Fatal(err)
	}
	return out.AuthenticationResult
}

// sameAsPreview compares issued tokens with a preview, but for what no preview can know.
// The sizes may differ by the length of the client's id.
func (o operated) sameAsPreview(issued *types.AuthenticationResultType, status int, args ...string) {
	o.Helper()
	var p support.TokenPreview
	text := o.answers(status, append([]string{"token-preview", "--stage", "dev", "--user", address, "--json"}, args...)...)
	if err := json.Unmarshal([]byte(text), &p); err != nil || len(p.Tokens) != 2 {
		o.Fatalf("error %v in %s", err, text)
	}
	for i, token := range []string{*issued.IdToken, *issued.AccessToken} {
		got, want := p.Tokens[i].Claims, payload(o.T, token)
		for _, unknowable := range []string{"aud", "client_id", "iss", "jti", "event_id", "origin_jti", "exp", "iat", "auth_time"} {
			if _, both := got[unknowable], want[unknowable]; (got[unknowable] == nil) != (both == nil) {
				o.Errorf("only one has %s", unknowable)
			}
			delete(got, unknowable)
			delete(want, unknowable)
		}
		if support.Compact(got) != support.Compact(want) {
			o.Errorf("the %s token is\n%s, the preview\n%s", p.Tokens[i].Token, support.Compact(want), support.Compact(got))
		}
		if difference := p.Tokens[i].EncodedBytes - len(token); difference < -40 || difference > 40 {
			o.Errorf("the %s token has %d bytes, the preview says %d", p.Tokens[i].Token, len(token), p.Tokens[i].EncodedBytes)
		}
	}
}

func payload(t *testing.T, token string) map[string]any {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// An operator grants, previews and suspends; the app's tokens from the real functions
// must be the previewed ones.
func TestAPreviewIsWhatTheFunctionsIssue(t *testing.T) {
	o := startLocal(t)
	o.member()
	o.sameAsPreview(o.signIn(), absent)

	o.ops("authz", "set-roles", address, "editor", "reviewer")
	o.ops("authz", "set-tenants", address, "acme", "globex")
	o.ops("authz", "set-roles", address, "--tenant", "acme", "owner")
	o.ops("authz", "set-claim", address, "limits", "--value", `{"seats":25,"trial":false}`)
	granted := o.signIn()
	o.sameAsPreview(granted, done)
	if claims := payload(t, *granted.IdToken); support.Compact(claims["roles"]) != `["editor","reviewer","owner"]` || claims["tenant"] != "acme" {
		t.Errorf("got %v", slices.Sorted(maps.Keys(claims)))
	}

	switched, err := o.app.GetTokensFromRefreshToken(t.Context(), &cognito.GetTokensFromRefreshTokenInput{
		ClientId: &o.web.ID, RefreshToken: granted.RefreshToken, ClientMetadata: map[string]string{"tenant": "globex"},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.sameAsPreview(switched.AuthenticationResult, done, "--tenant", "globex", "--source", "TokenGeneration_RefreshTokens")
	if claims := payload(t, *switched.AuthenticationResult.AccessToken); claims["tenant"] != "globex" || support.Compact(claims["roles"]) != `["editor","reviewer"]` {
		t.Errorf("the tenant is %v, the roles are %v", claims["tenant"], claims["roles"])
	}

	o.ops("authz", "suspend", address, "--keep-enabled", "--keep-sessions") // Cognito itself would refuse
	_, refusal := o.app.GetTokensFromRefreshToken(t.Context(), &cognito.GetTokensFromRefreshTokenInput{
		ClientId: &o.web.ID, RefreshToken: switched.AuthenticationResult.RefreshToken,
	})
	_, sentence, _ := strings.Cut(o.answers(denied, "token-preview", "--stage", "dev", "--user", address), "NO TOKEN: ")
	if sentence, _, _ = strings.Cut(sentence, " (account-disabled)"); refusal == nil || sentence == "" || !strings.Contains(refusal.Error(), sentence) {
		t.Errorf("the refresh of a suspended user gives %v, the preview %q", refusal, sentence)
	}
}
