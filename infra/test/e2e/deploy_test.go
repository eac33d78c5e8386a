package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The life of a stack: bootstrap, deploy, use, diff, change, take back.
func TestDeploy(t *testing.T) {
	a := open(t)
	if err := a.project.Bootstrap(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.deploy(t)
	c := a.client()

	sub := c.signUp(t, "ada@example.com")
	step(t, "a user signed up through the deployed pool: %s", sub)
	c.confirm(t, "ada@example.com")
	if said := c.refused(t, "bob@blocked.example"); said == "" {
		t.Error("a user of a denied domain signed up")
	}
	c.misses(t, a.outputs["TableName"], sub, "PROFILE")
	c.grant(t, a.outputs["TableName"], sub)
	token := c.signIn(t, "ada@example.com")
	c.misses(t, a.outputs["TableName"], sub, "SIGNIN")
	if fmt.Sprint(token["roles"]) != "[editor]" || token["tenant"] != "acme" || !strings.Contains(fmt.Sprint(token["scope"]), "app/read") {
		t.Errorf("the access token says roles %v, tenant %v, scope %v", token["roles"], token["tenant"], token["scope"])
	}
	step(t, "her access token carries what pretokengeneration added: roles %v, tenant %v, scope %q", token["roles"], token["tenant"], token["scope"])

	printed, err := a.project.Diff(t.Context())
	if err != nil || !strings.Contains(printed, "There were no differences") {
		t.Errorf("cdk diff after a deploy: %v\n%s", err, printed)
	}
	a.keeps(t)
	a.refusesMetricMath(t)
	a.changeAndTakeBack(t, c)
	a.attaches(t)
}

// changeAndTakeBack denies another domain, checks that, and takes it back.
func (a *account) changeAndTakeBack(t *testing.T, c client) {
	t.Helper()
	const denied, more = "deny: [blocked.example, ", "deny: [latecomer.example, blocked.example, "
	changed := bytes.Replace(a.stage, []byte(denied), []byte(more), 1)
	if bytes.Equal(changed, a.stage) {
		t.Fatalf("dev.yaml has no %q", denied)
	}
	c.signUp(t, "first@latecomer.example")
	before := a.live(t)
	if err := a.project.Change(changed); err != nil {
		t.Fatal(err)
	}
	a.failsOnce(t)
	a.deploy(t)
	after := a.live(t)
	step(t, "one rule changed, live versions %v -> %v", before, after)
	if said := c.refused(t, "second@latecomer.example"); said == "" {
		t.Error("the changed rule refuses nobody")
	}
	judging := []string{"PreSignUp", "PreTokenGeneration"} // the rule holds at a token, too
	for trigger := range before {
		if moved := before[trigger] != after[trigger]; moved != slices.Contains(judging, trigger) {
			t.Errorf("%s went from version %s to %s", trigger, before[trigger], after[trigger])
		}
	}
	for _, verb := range []string{"rollback", "status"} {
		a.ops(t, a.project, a.project.Environ(), 0, verb, "--outputs", a.project.OutputsFile())
	}
	if now := a.live(t); !maps.Equal(now, before) {
		t.Errorf("after the rollback %v are live, %v were", now, before)
	}
	c.signUp(t, "third@latecomer.example")
	step(t, "rolled back: live versions %v, and the domain may sign up again", a.live(t))
	a.prunes(t)
}

// client is a user at an app.
type client struct {
	*idp.Client
	table     *dynamodb.Client
	pool, web string
}

func (a *account) client() client {
	return client{idp.NewFromConfig(a.config()), dynamodb.NewFromConfig(a.config()), a.outputs["UserPoolId"], a.outputs["WebClientId"]}
}

const password = "Analytical-Engine-1843"

func (c client) trySignUp(t *testing.T, email string) (*idp.SignUpOutput, error) {
	return c.SignUp(t.Context(), &idp.SignUpInput{
		ClientId: &c.web, Username: &email, Password: new(password),
		UserAttributes: []types.AttributeType{{Name: new("email"), Value: &email}, {Name: new("name"), Value: new("Ada")}},
	})
}

func (c client) signUp(t *testing.T, email string) (sub string) {
	t.Helper()
	out, err := c.trySignUp(t, email)
	if err != nil {
		t.Fatalf("%s may sign up: %v", email, err)
	}
	return *out.UserSub
}

// refused returns the refusal of a sign-up, "" if there is none. The emulator does not
// put the sentence into Cognito's form; the local cloud does.
func (c client) refused(t *testing.T, email string) string {
	_, err := c.trySignUp(t, email)
	refusal := (*types.UserLambdaValidationException)(nil)
	if errors.As(err, &refusal) {
		return refusal.ErrorMessage()
	}
	return ""
}

func (c client) confirm(t *testing.T, email string) {
	t.Helper()
	if _, err := c.AdminConfirmSignUp(t.Context(), &idp.AdminConfirmSignUpInput{UserPoolId: &c.pool, Username: &email}); err != nil {
		t.Fatal(err)
	}
}

// grant writes the AUTHZ row, as a team's own server does.
func (c client) grant(t *testing.T, table, sub string) {
	t.Helper()
	row := c.key(sub, "AUTHZ")
	row["authzStatus"], row["authzTenant"] = text("active"), text("acme")
	row["authzRoles"] = &ddb.AttributeValueMemberSS{Value: []string{"editor"}}
	if _, err := c.table.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: row}); err != nil {
		t.Fatal(err)
	}
}

func (c client) key(sub, row string) map[string]ddb.AttributeValue {
	return map[string]ddb.AttributeValue{"pk": text("USER#" + c.pool + "#" + sub), "sk": text(row)}
}

func text(s string) ddb.AttributeValue { return &ddb.AttributeValueMemberS{Value: s} }

// signIn returns the claims of the access token.
func (c client) signIn(t *testing.T, email string) map[string]any {
	t.Helper()
	out, err := c.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: &c.web,
		AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": password},
	})
	if err != nil || out.AuthenticationResult == nil {
		t.Fatalf("signing in: %v, %v", out, err)
	}
	claims := map[string]any{}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(*out.AuthenticationResult.AccessToken, ".")[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		t.Fatalf("%v in the access token", err)
	}
	return claims
}
