package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// The providers of a stage, of which two run here: who is believed, and who somebody is.
func TestR72_AProviderOfTheStageSignsItsUsersIn(t *testing.T) {
	form.Often(t, 0, 1, 1)
	v := visit(t, "providers")
	native := v.member() // has the address that the provider's user claims
	op := newProvider(t, map[string]any{"sub": "X-1", "email": ada, "email_verified": true, "name": "Ada", "role": "admin"})
	for name, want := range map[string]string{"Corp": "false", "Sure": "true"} {
		v.runs(name, op.URL)
		v.triggers() // what went before
		first, rows := v.comesFrom(name)
		if got := v.triggers(); !slices.Equal(got, []string{"PreSignUp_ExternalProvider", "PostConfirmation_ConfirmSignUp", "TokenGeneration_HostedAuth"}) {
			t.Errorf("%s: the first sign-in fires %q", name, got)
		}
		if first["sub"] == native || first["cognito:username"] != strings.ToLower(name)+"_x-1" || fmt.Sprint(first["email_verified"]) != want || first["email"] != ada {
			t.Errorf("%s: the user is %v", name, first)
		}
		if rows[0]["emailVerified"] != want || rows[0]["email"] != ada || rows[0]["createdBy"] != "PostConfirmation_ConfirmSignUp" || first["role"] != nil {
			t.Errorf("%s: %v makes the rows %v", name, first, rows)
		}
		again, later := v.comesFrom(name)
		if got := v.triggers(); !slices.Equal(got, []string{"PostAuthentication_Authentication", "TokenGeneration_HostedAuth"}) {
			t.Errorf("%s: a later sign-in fires %q", name, got)
		}
		if again["sub"] != first["sub"] || later[0]["emailVerified"] != want || later[0]["createdAt"] != rows[0]["createdAt"] || later[1]["lastSignInAt"] <= rows[1]["lastSignInAt"] {
			t.Errorf("%s: %v, then %v", name, rows, later)
		}
	}
	// The others have a page here.
	page, err := http.Get(v.authorize("Google"))
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	if text, err := io.ReadAll(page.Body); err != nil || !strings.Contains(string(text), "This page takes the place of Google.") {
		t.Errorf("%v %s", err, text)
	}
}

// runs lets a provider of the stage be one on this machine, as the manual says.
func (v visitor) runs(name, issuer string) {
	v.t.Helper()
	if _, err := v.pool.UpdateIdentityProvider(v.t.Context(), &idp.UpdateIdentityProviderInput{
		UserPoolId: &v.cloud.Stack.Pool.ID, ProviderName: &name, ProviderDetails: map[string]string{
			"client_id": "app", "client_secret": "s3cret", "oidc_issuer": issuer, "authorize_scopes": "openid email", "attributes_request_method": "GET",
		},
	}); err != nil {
		v.t.Fatal(err)
	}
}

const callback = "http://localhost:3000/callback"

func (v visitor) authorize(provider string) string {
	web, _ := v.cloud.Client("WebClientId")
	return v.cloud.Endpoints().CognitoIDP + "/oauth2/authorize?" + url.Values{
		"client_id": {web.ID}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid email profile"}, "identity_provider": {provider},
	}.Encode()
}

// comesFrom signs the user of a provider in, and returns the claims of the ID token and the
// rows PROFILE and SIGNIN.
func (v visitor) comesFrom(provider string) (id map[string]any, rows [2]map[string]string) {
	v.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		v.t.Fatal(err)
	}
	browser := http.Client{Jar: jar, CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		if next.URL.Port() == "3000" {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page, err := browser.Get(v.authorize(provider))
	if err != nil {
		v.t.Fatal(err)
	}
	page.Body.Close()
	back, err := page.Location()
	if err != nil || back.Query().Get("code") == "" {
		v.t.Fatalf("%s: %s, %v, %v", provider, page.Status, back, err)
	}
	web, _ := v.cloud.Client("WebClientId")
	answer, err := http.PostForm(v.cloud.Endpoints().Token, url.Values{
		"grant_type": {"authorization_code"}, "client_id": {web.ID}, "redirect_uri": {callback}, "code": {back.Query().Get("code")},
	})
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	var tokens struct {
		ID string `json:"id_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&tokens); err != nil {
		v.t.Fatal(err)
	}
	id = v.read(tokens.ID)
	return id, [2]map[string]string{v.row(id["sub"], "PROFILE"), v.row(id["sub"], "SIGNIN")}
}

// row returns the texts and numbers of a user's row.
func (v visitor) row(sub any, kind string) map[string]string {
	v.t.Helper()
	out, err := v.table.GetItem(v.t.Context(), &dynamodb.GetItemInput{TableName: aws.String(v.cloud.Table()), Key: map[string]types.AttributeValue{
		"pk": word(fmt.Sprint("USER#", v.cloud.Stack.Pool.ID, "#", sub)), "sk": word(kind),
	}})
	if err != nil {
		v.t.Fatal(err)
	}
	row := map[string]string{}
	for name, value := range out.Item {
		switch value := value.(type) {
		case *types.AttributeValueMemberS:
			row[name] = value.Value
		case *types.AttributeValueMemberN:
			row[name] = value.Value
		case *types.AttributeValueMemberBOOL:
			row[name] = fmt.Sprint(value.Value)
		}
	}
	return row
}

// triggers returns the sources of the events since the last call.
func (v visitor) triggers() (sources []string) {
	v.t.Helper()
	if err := v.cloud.Settle(v.t.Context()); err != nil {
		v.t.Fatal(err)
	}
	for _, event := range v.events.take() {
		var of struct{ TriggerSource string }
		if json.Unmarshal(event, &of) == nil && of.TriggerSource != "" {
			sources = append(sources, of.TriggerSource)
		}
	}
	return sources
}
