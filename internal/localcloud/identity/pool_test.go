package identity_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/identity"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// beside is an identity pool at the endpoint of a user pool with one user.
type beside struct {
	*testing.T
	*userpool.Pool
	api *idp.Client
}

func (b beside) must(_ any, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

var (
	userPoolID = provider[strings.LastIndex(provider, "/")+1:]
	name       = "ada@example.com"
	password   = "Correct-horse-7"
)

// call asks cognito-identity as a page does, with raw HTTP.
func (b beside) call(operation, body string) (status int, header http.Header, answer object) {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, b.URL()+"/", strings.NewReader(body))
	b.must(r, err)
	r.Header = http.Header{"X-Amz-Target": {"AWSCognitoIdentityService." + operation}, "Content-Type": {"application/x-amz-json-1.1"}, "Origin": {"https://app.example"}}
	got, err := http.DefaultClient.Do(r)
	b.must(got, err)
	defer func() { _ = got.Body.Close() }()
	b.must(nil, json.NewDecoder(got.Body).Decode(&answer))
	return got.StatusCode, got.Header, answer
}

// getID returns what a token brings: an identity, or a refusal.
func (b beside) getID(token string) string {
	b.Helper()
	body, _ := json.Marshal(object{"IdentityPoolId": poolID, "Logins": logins(token)})
	status, header, answer := b.call("GetId", string(body))
	if status == http.StatusOK {
		return answer["IdentityId"].(string)
	}
	if code := answer["__type"].(string); status != http.StatusBadRequest || header.Get("X-Amzn-Errortype") != code+":" {
		b.Errorf("%d, %v, %v", status, header, answer)
	}
	return answer["message"].(string)
}

// signsIn returns the tokens of a new session.
func (b beside) signsIn() (id, access string) {
	b.Helper()
	out, err := b.api.InitiateAuth(b.Context(), &idp.InitiateAuthInput{AuthFlow: "USER_PASSWORD_AUTH", ClientId: new("web"), AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": password}})
	b.must(out, err)
	r := out.AuthenticationResult
	return *r.IdToken, *r.AccessToken
}

func besideUsers(t *testing.T) beside {
	t.Helper()
	users, err := userpool.Start(userpool.Config{
		ID: userPoolID, Region: "eu-central-1", UsernameAttributes: []string{"email"},
		Clients: []userpool.Client{
			{ID: "web", Name: "web", ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}, NoTokenRevocation: true},
		},
	}, nil, userpool.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := beside{t, users, idp.New(idp.Options{Region: "eu-central-1", BaseEndpoint: new(users.URL()), Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")})}
	t.Cleanup(func() { b.must(nil, users.Close()) })
	b.must(b.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{UserPoolId: &userPoolID, Username: &name, MessageAction: "SUPPRESS"}))
	b.must(b.api.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{UserPoolId: &userPoolID, Username: &name, Password: &password, Permanent: true}))
	if status, _, answer := b.call("GetId", "{}"); status != http.StatusBadRequest || answer["message"] != "the stack has no identity pool" {
		t.Errorf("without an identity pool: %d %v", status, answer)
	}
	cfg := identity.Config{ID: poolID, Provider: provider, Clients: map[string]bool{"web": true}, Authenticated: role + "A"}
	roles := map[string]iam.Role{role + "A": {Trust: trust(t, poolID, "authenticated")}}
	users.ServeIdentity(identity.New(cfg, users, roles, iam.NewKeys(), time.Now).Answer)
	return b
}

func TestR94_AUsersTokenBringsCredentialsForAsLongAsTheSessionLasts(t *testing.T) {
	t.Parallel()
	b := besideUsers(t)
	const ended = "Invalid login token. The user is signed out, disabled or deleted, or the token is revoked."
	token, access := b.signsIn()
	mine := b.getID(token)
	body, _ := json.Marshal(object{"IdentityId": mine, "Logins": logins(token)})
	status, header, answer := b.call("GetCredentialsForIdentity", string(body))
	lent, _ := answer["Credentials"].(object)
	if status != http.StatusOK || answer["IdentityId"] != mine || lent["AccessKeyId"] == nil || lent["SecretKey"] == nil || lent["SessionToken"] == nil {
		t.Fatalf("%d %v", status, answer)
	}
	if ends, _ := lent["Expiration"].(float64); time.Until(time.Unix(int64(ends), 0)).Round(time.Minute) != time.Hour {
		t.Errorf("it lasts until %v", lent["Expiration"])
	}
	if header.Get("Access-Control-Allow-Origin") != "*" || header.Get("Content-Type") != "application/x-amz-json-1.1" || header.Get("X-Amzn-Requestid") == "" || header.Get("Date") == "" {
		t.Errorf("headers %v", header)
	}
	for token, want := range map[string]string{
		access:            "Invalid login token. Missing a required claim: aud",
		token + "x":       "Invalid login token. Couldn't verify signed token.",
		"not.a.token":     "Invalid login token. Issuer doesn't match providerName",
		withoutAlg(token): "Invalid login token. Couldn't verify signed token.",
	} {
		if got := b.getID(token); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	b.must(b.api.AdminUserGlobalSignOut(t.Context(), &idp.AdminUserGlobalSignOutInput{UserPoolId: &userPoolID, Username: &name}))
	if got := b.getID(token); got != ended {
		t.Errorf("signed out: %s", got)
	}
	token, _ = b.signsIn()
	if again := b.getID(token); again != mine {
		t.Errorf("the next session is %s, not %s", again, mine)
	}
	b.must(b.api.AdminDisableUser(t.Context(), &idp.AdminDisableUserInput{UserPoolId: &userPoolID, Username: &name}))
	if got := b.getID(token); got != ended {
		t.Errorf("disabled: %s", got)
	}
	b.must(b.api.AdminEnableUser(t.Context(), &idp.AdminEnableUserInput{UserPoolId: &userPoolID, Username: &name}))
	token, _ = b.signsIn()
	b.must(b.api.AdminDeleteUser(t.Context(), &idp.AdminDeleteUserInput{UserPoolId: &userPoolID, Username: &name}))
	b.must(b.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{UserPoolId: &userPoolID, Username: &name, MessageAction: "SUPPRESS"}))
	if got := b.getID(token); got != ended {
		t.Errorf("deleted, and another has the name: %s", got)
	}
}

// withoutAlg returns the token with the header of one that nobody signed.
func withoutAlg(token string) string {
	_, rest, _ := strings.Cut(token, ".")
	return "eyJhbGciOiJub25lIn0." + rest[:strings.LastIndex(rest, ".")+1]
}

// Nothing of a request that is too large, or of none, reaches the identity pool.
func TestAnOversizedRequestIsRefused(t *testing.T) {
	t.Parallel()
	b := besideUsers(t)
	if status, _, answer := b.call("GetId", string(bytes.Repeat([]byte("x"), 2<<20))); status != http.StatusBadRequest || answer["__type"] != "SerializationException" {
		t.Errorf("%d %v", status, answer)
	}
}
