package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// member makes a user of table and pool.
func (s suite) member(t *testing.T, email string, disabled bool) string {
	t.Helper()
	subs, err := s.pool.Import(userpool.ImportedUser{Attributes: map[string]string{"email": email, "email_verified": "true"}, Disabled: disabled})
	if err != nil {
		t.Fatal(err)
	}
	s.user(t, subs[0], email, true)
	return subs[0]
}

func TestR44_OpsSuspendsAndReinstatesOnBothSidesAndSaysSo(t *testing.T) {
	s := newSuite(t)
	s.member(t, "ada@example.com", false)
	s.member(t, "gone@example.com", true)
	const always, meanwhile = "No further token. Services", "No further token while the table answers; while it does not, whenStoreIsDown"
	for _, c := range []struct{ call, status, cognito string }{
		{"suspend ada@example.com", "suspended; the suite disables the user in Cognito", "the user is disabled, the sessions have ended"},
		{"suspend ada@example.com", "suspended; the suite disables the user in Cognito", "the user was disabled before, the sessions have ended"},
		{"reinstate ada@example.com", "active", "the user is enabled"},
		{"reinstate ada@example.com", "active", "as it was: the suite had not disabled the user"},
		{"suspend ada@example.com --keep-enabled", "suspended", "the user stays enabled, the sessions have ended"},
		{"suspend ada@example.com --keep-sessions", "suspended; the suite disables the user in Cognito", "the user is disabled, the sessions stay"},
		{"reinstate ada@example.com", "active", "the user is enabled"},
		{"suspend ada@example.com --keep-sessions --keep-enabled", "suspended", "the user stays enabled, the sessions stay"},
		{"suspend gone@example.com", "suspended", "the user was disabled before, the sessions have ended"},
		{"reinstate gone@example.com", "active", "as it was: the suite had not disabled the user"},
	} {
		got := must(t, at(c.call)...)
		if !strings.Contains(got, "  status   "+c.status+"\n") || !strings.Contains(got, "  cognito  "+c.cognito+"\n") {
			t.Errorf("%s returns\n%s", c.call, got)
		}
		want := map[bool]string{true: meanwhile, false: always}[strings.Contains(c.call, "--keep-enabled")]
		if strings.HasPrefix(c.call, "suspend") && !strings.Contains(got, want) {
			t.Errorf("%s does not say %q\n%s", c.call, want, got)
		}
	}
	var done directory.Suspension
	if err := json.Unmarshal([]byte(must(t, at("suspend ada@example.com --json")...)), &done); err != nil || done.User != directory.Done || done.Sessions != directory.Done || done.Table != directory.Done || done.Authz.Status != directory.Suspended {
		t.Errorf("%+v, %v", done, err)
	}
	refused(t, failed, []string{"has rev 7, not 2", "read it again"}, at("reinstate ada@example.com --rev 2")...)
}

// What was done is written also when Cognito fails, and the error says what remains.
func TestR44_OpsSaysWhatRemainsWhenCognitoFails(t *testing.T) {
	s := newSuite(t)
	s.member(t, "ada@example.com", false)
	for code, remedy := range map[string]string{"AccessDeniedException": "need cognito-idp:AdminGetUser for the pool (the construct's GrantSuspension", "ResourceNotFoundException": "check --pool"} {
		refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"__type":"` + code + `"}`))
		}))
		defer refusing.Close()
		t.Setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", refusing.URL)
		got := ops(t, at("suspend ada@example.com")...)
		if got.status != failed || !strings.Contains(got.out, "status   suspended\n") || !strings.Contains(got.out, "THE USER IS NOT DISABLED, THE SESSIONS HAVE NOT ENDED") ||
			!strings.Contains(got.err, "what remains is to disable the user in Cognito and to end the user's sessions there") || !strings.Contains(got.err, "repeating is safe") || !strings.Contains(got.err, remedy) || strings.Contains(got.out, "No further token.") {
			t.Errorf("%s: %+v", code, got)
		}
	}
	const nothing = "http://127.0.0.1:9"
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	t.Setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", nothing)
	if got := ops(t, at("suspend ada@example.com")...); got.status != failed || !strings.Contains(got.err, "nothing answers at AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER="+nothing) {
		t.Errorf("nobody answers: %+v", got)
	}
	t.Setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", s.pool.URL())
	if got := must(t, at("suspend ada@example.com")...); !strings.Contains(got, "the user is disabled, the sessions have ended") {
		t.Errorf("repeated: %s", got)
	}
}

func TestR44_OpsShowsAndMendsAStatusThatCannotBeRead(t *testing.T) {
	s := newSuite(t)
	sub := s.member(t, "ada@example.com", false)
	text := func(value string) ddb.AttributeValue { return &ddb.AttributeValueMemberS{Value: value} }
	row := map[string]ddb.AttributeValue{"pk": text(table.User(pool, sub)), "sk": text(table.AuthzRow), "authzStatus": text("SUSPENDED"), "authzRoles": &ddb.AttributeValueMemberSS{Value: []string{"editor"}}}
	if _, err := directorytest.Client(s.url).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: new(directorytest.Table), Item: row}); err != nil {
		t.Fatal(err)
	}
	if got := must(t, at("show "+sub)...); !strings.Contains(got, "authzStatus cannot be read, so the user gets no token: suspend or reinstate the user to write it again") {
		t.Errorf("show returns %s", got)
	}
	refused(t, failed, []string{"authzStatus is there and cannot be read", "suspend or reinstate the user first"}, at("set-roles "+sub+" admin")...)
	if got := must(t, at("reinstate "+sub)...); !strings.Contains(got, "status   active\n  roles    editor\n") {
		t.Errorf("reinstate returns %s", got)
	}
}

// The journey: an operator suspends Ada, and the table stops. Cognito itself refuses all
// that Ada tries, also with the access token that she has. While she was suspended in the
// table only, she got a token that granted nothing. In the end all is undone.
func TestR44_CognitoItselfRefusesASuspendedUserWhileTheTableIsDown(t *testing.T) {
	o := startLocal(t)
	o.member()
	had := o.signIn()
	o.ops("authz", "set-roles", address, "editor")

	o.ops("authz", "suspend", address, "--keep-enabled", "--keep-sessions")
	o.frozen(func() {
		out, err := o.refresh(had.RefreshToken)
		if err != nil {
			t.Fatalf("without the table, a user who is suspended there only gets %v", err)
		}
		if claims := payload(t, *out.AuthenticationResult.IdToken); claims["roles"] != nil {
			t.Errorf("the token grants %v", claims["roles"])
		}
		had = out.AuthenticationResult
	})

	if got := o.ops("authz", "suspend", address); !strings.Contains(got, "the user is disabled, the sessions have ended") {
		t.Errorf("suspending says %s", got)
	}
	o.frozen(func() { o.refusesAll(had) })
	o.refusesAll(had)

	if got := o.ops("authz", "reinstate", address); !strings.Contains(got, "the user is enabled") {
		t.Errorf("reinstating says %s", got)
	}
	again := o.signIn()
	if claims := payload(t, *again.IdToken); support.Compact(claims["roles"]) != `["editor"]` {
		t.Errorf("the roles are %v", claims["roles"])
	}
	if _, err := o.refresh(again.RefreshToken); err != nil {
		t.Error(err)
	}
	if err := o.renames(again.AccessToken); err != nil {
		t.Error(err)
	}
	if err := o.changesPassword(again.AccessToken); err != nil {
		t.Error(err)
	}
}

// frozen does something while the table's process is stopped.
func (o operated) frozen(do func()) {
	o.Helper()
	if err := o.cloud.FreezeStore(); err != nil {
		o.Fatal(err)
	}
	do()
	if err := o.cloud.ThawStore(); err != nil {
		o.Fatal(err)
	}
}

func (o operated) refresh(token *string) (*cognito.GetTokensFromRefreshTokenOutput, error) {
	return o.app.GetTokensFromRefreshToken(o.Context(), &cognito.GetTokensFromRefreshTokenInput{ClientId: &o.web.ID, RefreshToken: token})
}

func (o operated) renames(token *string) error {
	_, err := o.app.UpdateUserAttributes(o.Context(), &cognito.UpdateUserAttributesInput{AccessToken: token, UserAttributes: []types.AttributeType{{Name: new("name"), Value: new("Eve")}}})
	return err
}

func (o operated) changesPassword(token *string) error {
	_, err := o.app.ChangePassword(o.Context(), &cognito.ChangePasswordInput{AccessToken: token, PreviousPassword: new(password), ProposedPassword: new("Another-horse-2")})
	return err
}

// refusesAll tries what a suspended user has, and expects Cognito's own refusal: no
// trigger's.
func (o operated) refusesAll(had *types.AuthenticationResultType) {
	o.Helper()
	_, signIn := o.app.InitiateAuth(o.Context(), &cognito.InitiateAuthInput{
		ClientId: &o.web.ID, AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": address, "PASSWORD": password},
	})
	_, refresh := o.refresh(had.RefreshToken)
	_, get := o.app.GetUser(o.Context(), &cognito.GetUserInput{AccessToken: had.AccessToken})
	for what, err := range map[string]error{
		"sign-in": signIn, "refresh": refresh, "GetUser": get, "UpdateUserAttributes": o.renames(had.AccessToken), "ChangePassword": o.changesPassword(had.AccessToken),
	} {
		if _, own := errors.AsType[*types.NotAuthorizedException](err); !own {
			o.Errorf("%s returns %v", what, err)
		}
	}
}
