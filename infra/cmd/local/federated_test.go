package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/net/html"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
)

// withGoogle makes Google an identity provider of the pool and of the web client.
func withGoogle(t *testing.T, j *journey.Journey) {
	t.Helper()
	name := "Google"
	if _, err := j.Cognito.CreateIdentityProvider(t.Context(), &idp.CreateIdentityProviderInput{
		UserPoolId: &j.PoolID, ProviderName: &name, ProviderType: types.IdentityProviderTypeTypeGoogle,
		ProviderDetails:  map[string]string{"client_id": "c", "client_secret": "s", "authorize_scopes": "openid email profile"},
		AttributeMapping: map[string]string{"email": "email", "email_verified": "email_verified", "name": "name"},
	}); err != nil {
		t.Fatal(err)
	}
	now, err := j.Cognito.DescribeUserPoolClient(t.Context(), &idp.DescribeUserPoolClientInput{UserPoolId: &j.PoolID, ClientId: &j.WebClientID})
	if err != nil {
		t.Fatal(err)
	}
	var next idp.UpdateUserPoolClientInput
	copied(t, now.UserPoolClient, &next)
	next.SupportedIdentityProviders = []string{"COGNITO", name}
	if _, err := j.Cognito.UpdateUserPoolClient(t.Context(), &next); err != nil {
		t.Fatal(err)
	}
}

// comesFromGoogle signs a user in on the page in the place of Google, and returns the claims
// of both tokens.
func comesFromGoogle(t *testing.T, cloud *localcloud.Cloud, j *journey.Journey, who map[string]string) (id, access jwt.MapClaims) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := http.Client{Jar: jar, CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		if next.URL.Port() == "3000" {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	asks := url.Values{
		"client_id": {j.WebClientID}, "redirect_uri": {appCallback}, "response_type": {"code"}, "scope": {"openid email profile"}, "identity_provider": {"Google"},
	}
	page, err := browser.Get(cloud.Endpoints().CognitoIDP + "/oauth2/authorize?" + asks.Encode())
	if err != nil {
		t.Fatal(err)
	}
	action, form := formOf(t, page)
	for name, value := range who {
		form.Set(name, value)
	}
	back, err := browser.PostForm(action, form)
	if err != nil {
		t.Fatal(err)
	}
	back.Body.Close()
	returned, err := back.Location()
	if err != nil {
		t.Fatalf("%s: %v", back.Status, err)
	}
	answer, err := http.PostForm(cloud.Endpoints().Token, url.Values{
		"grant_type": {"authorization_code"}, "client_id": {j.WebClientID}, "redirect_uri": {appCallback}, "code": {returned.Query().Get("code")},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var tokens struct {
		ID     string `json:"id_token"`
		Access string `json:"access_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&tokens); err != nil {
		t.Fatal(err)
	}
	id, access = jwt.MapClaims{}, jwt.MapClaims{}
	for token, claims := range map[string]jwt.MapClaims{tokens.ID: id, tokens.Access: access} {
		if _, _, err := jwt.NewParser().ParseUnverified(token, claims); err != nil {
			t.Fatalf("%s: %v", returned, err)
		}
	}
	return id, access
}

// formOf returns where a page's form goes, and its fields.
func formOf(t *testing.T, page *http.Response) (action string, fields url.Values) {
	t.Helper()
	defer page.Body.Close()
	root, err := html.Parse(page.Body)
	if err != nil {
		t.Fatal(err)
	}
	fields = url.Values{}
	for n := range root.Descendants() {
		of := map[string]string{}
		for _, a := range n.Attr {
			of[a.Key] = a.Val
		}
		switch n.Data {
		case "form":
			to, err := page.Request.URL.Parse(of["action"])
			if err != nil {
				t.Fatal(err)
			}
			action = to.String()
		case "input":
			fields.Set(of["name"], of["value"])
		}
	}
	return action, fields
}

// returnsFromGoogle shows the first and the second sign-in of a provider's user through the
// real functions: PROFILE has what the provider said last, SIGNIN when that was, and what the
// team grants in between is in the second token.
func returnsFromGoogle(t *testing.T, cloud *localcloud.Cloud, j *journey.Journey, functions *losing) {
	t.Helper()
	who := map[string]string{"subject": "107-Fay", "email": "fay@example.com", "email_verified": "true", "claims": `{"name": "Fay"}`}
	id, access := comesFromGoogle(t, cloud, j, who)
	sub := fmt.Sprint(id["sub"])
	if id["cognito:username"] != "google_107-fay" || id["email_verified"] != true || id["roles"] != nil || access["version"] != 2.0 {
		t.Errorf("first sign-in: %v %v", id, access)
	}
	made := rowsOf(t, cloud, j, sub)
	if made[0]["email"] != "fay@example.com" || fmt.Sprint(made[0]["emailVerified"]) != "true" || made[0]["createdBy"] != "PostConfirmation_ConfirmSignUp" || fmt.Sprint(made[1]["signInCount"]) != "1" {
		t.Errorf("rows after the first: %v", made)
	}
	grants := directory.New(j.Dynamo, j.TableName, j.PoolID)
	row, err := grants.Authz(t.Context(), sub)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := grants.Change(t.Context(), row, "test", directory.SetRoles("editor")); err != nil {
		t.Fatal(err)
	}
	who = maps.Clone(who)
	who["email_verified"], who["email"] = "", "fay@other.example"
	id, _ = comesFromGoogle(t, cloud, j, who)
	if id["sub"] != sub || id["email"] != "fay@other.example" || id["email_verified"] != false || !slices.Equal(asTexts(id["roles"]), []string{"editor"}) {
		t.Errorf("second sign-in: %v", id)
	}
	back := rowsOf(t, cloud, j, sub)
	if back[0]["email"] != "fay@other.example" || fmt.Sprint(back[0]["emailVerified"]) != "false" || back[1]["lastSignInAt"] == made[1]["lastSignInAt"] || back[0]["createdAt"] != made[0]["createdAt"] {
		t.Errorf("rows after the second: %v", back)
	}
	keepsWhatInboundKeeps(t, cloud, j, functions, who)
}

// rowsOf returns PROFILE and SIGNIN.
func rowsOf(t *testing.T, cloud *localcloud.Cloud, j *journey.Journey, sub string) (rows [2]map[string]any) {
	t.Helper()
	if err := cloud.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, kind := range []string{"PROFILE", "SIGNIN"} {
		row, err := j.Row(t.Context(), sub, kind)
		if err != nil {
			t.Fatal(err)
		}
		rows[i] = row
	}
	return rows
}

func keepsWhatInboundKeeps(t *testing.T, cloud *localcloud.Cloud, j *journey.Journey, functions *losing, who map[string]string) {
	t.Helper()
	// A function of the suite knows no InboundFederation and returns the event as it came:
	// everything is kept. An answer that omits a member drops it, down to the row.
	withInbound(t, j)
	who["claims"] = `{"name": "Fay F."}`
	if id, _ := comesFromGoogle(t, cloud, j, who); id["name"] != "Fay F." {
		t.Errorf("with an empty answer: %v", id)
	}
	who["claims"], who["email"] = `{"name": "Mallory"}`, "fay@third.example"
	functions.inbound.Store(new(`{"email":"fay@third.example"}`))
	id, _ := comesFromGoogle(t, cloud, j, who)
	if id["name"] != "Fay F." || id["email"] != "fay@third.example" {
		t.Errorf("with a member left out: %v", id)
	}
	if last := rowsOf(t, cloud, j, fmt.Sprint(id["sub"]))[0]; last["email"] != "fay@third.example" || fmt.Sprint(last["profile"]) != "map[name:Fay F.]" {
		t.Errorf("PROFILE with a member left out: %v", last)
	}
}

// withInbound makes the post authentication function that of InboundFederation as well.
func withInbound(t *testing.T, j *journey.Journey) {
	t.Helper()
	now, err := j.Cognito.DescribeUserPool(t.Context(), &idp.DescribeUserPoolInput{UserPoolId: &j.PoolID})
	if err != nil {
		t.Fatal(err)
	}
	var next idp.UpdateUserPoolInput
	copied(t, now.UserPool, &next)
	next.UserPoolId, next.AdminCreateUserConfig.UnusedAccountValidityDays = &j.PoolID, 0 // an update takes its newer name alone
	next.LambdaConfig.InboundFederation = &types.InboundFederationLambdaType{
		LambdaArn: next.LambdaConfig.PostAuthentication, LambdaVersion: types.InboundFederationLambdaVersionTypeV10,
	}
	if _, err := j.Cognito.UpdateUserPool(t.Context(), &next); err != nil {
		t.Fatal(err)
	}
}

// copied makes a request of a description: an update resets what it omits.
func copied(t *testing.T, described, request any) {
	t.Helper()
	raw, err := json.Marshal(described)
	if err == nil {
		err = json.Unmarshal(raw, request)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func asTexts(value any) (texts []string) {
	list, _ := value.([]any)
	for _, one := range list {
		texts = append(texts, fmt.Sprint(one))
	}
	return texts
}
