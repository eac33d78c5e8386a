package userpool

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// second makes a pool beside the first, with a client.
func (r *rig) second(t *testing.T) (pool, client string) {
	t.Helper()
	pool = r.create(t, object{"PoolName": "second", "UsernameAttributes": []any{"email"}})
	made, err := r.api.CreateUserPoolClient(t.Context(), &idp.CreateUserPoolClientInput{
		UserPoolId: &pool, ClientName: aws.String("web"), ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return pool, *made.UserPoolClient.ClientId
}

func TestR58_ARequestFindsItsPool(t *testing.T) {
	r := startRig(t, nil)
	pool, client := r.second(t)
	r.member(t, "ada@example.com")
	if _, err := r.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: &client, Username: aws.String("ada@example.com"), Password: aws.String(longPassword + "x")}); err != nil {
		t.Fatal(err)
	}
	if events := r.fns.take(); len(events) != 0 {
		t.Errorf("the second pool has the hooks of the first: %d events", len(events))
	}
	if _, err := r.api.AdminConfirmSignUp(t.Context(), &idp.AdminConfirmSignUpInput{UserPoolId: &pool, Username: aws.String("ada@example.com")}); err != nil {
		t.Fatal(err)
	}
	subs := map[string]string{}
	for id, password := range map[string]string{webClient: longPassword, client: longPassword + "x"} {
		out, err := r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: &id, AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": "ada@example.com", "PASSWORD": password},
		})
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		me, err := r.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: out.AuthenticationResult.AccessToken})
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		subs[id] = *me.Username
		if _, err := r.api.RevokeToken(t.Context(), &idp.RevokeTokenInput{ClientId: &id, Token: out.AuthenticationResult.RefreshToken}); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	if subs[webClient] == subs[client] {
		t.Error("both pools have one user")
	}
	_, err := r.api.AdminGetUser(t.Context(), &idp.AdminGetUserInput{UserPoolId: aws.String("eu-central-1_None"), Username: aws.String("x")})
	wantRefusal(t, err, "ResourceNotFoundException", "User pool eu-central-1_None does not exist.")
	_, err = r.api.DescribeUserPool(t.Context(), &idp.DescribeUserPoolInput{UserPoolId: aws.String("none")})
	wantRefusal(t, err, "InvalidParameterException", `1 validation error detected: Value at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+`)
	for path, want := range map[string]string{"/": "MissingAuthenticationTokenException", "/eu-central-1_None/.well-known/jwks.json": "ResourceNotFoundException"} {
		request := httptest.NewRequest("POST", path, strings.NewReader(`{"UserPoolId":"eu-central-1_None"}`))
		request.Header.Set("X-Amz-Target", target+"AdminGetUser")
		answer := httptest.NewRecorder()
		if r.service.ServeHTTP(answer, request); !strings.Contains(answer.Body.String(), want) {
			t.Errorf("%s: %s", path, answer.Body)
		}
	}
	for path, want := range map[string]int{
		"/" + pool + "/.well-known/jwks.json": 200, "/" + poolUnderTest + "/.well-known/openid-configuration": 200, "/eu-central-1_None/.well-known/jwks.json": 400,
		"/oauth2/authorize?client_id=" + client: 404, "/oauth2/authorize?client_id=" + webClient: 404,
	} {
		resp, err := http.Get(r.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, resp.StatusCode, want)
		}
	}
}

// Each pool has its own pages and OAuth endpoints, at one address.
func TestR58_AClientFindsTheEndpointsOfItsPool(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Domain = "first" })
	pool := r.create(t, object{"PoolName": "second"})
	r.must(t, "CreateResourceServer", object{"UserPoolId": pool, "Identifier": "api", "Name": "api", "Scopes": []any{object{"ScopeName": "read", "ScopeDescription": "r"}}})
	made := r.must(t, "CreateUserPoolClient", object{
		"UserPoolId": pool, "ClientName": "machine", "GenerateSecret": true, "AllowedOAuthFlowsUserPoolClient": true,
		"AllowedOAuthFlows": []any{"client_credentials"}, "AllowedOAuthScopes": []any{"api/read"},
	})["UserPoolClient"].(object)
	token := func() (int, object) {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL()+"/oauth2/token", strings.NewReader("grant_type=client_credentials"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.SetBasicAuth(made["ClientId"].(string), made["ClientSecret"].(string))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, defaults(string(text))
	}
	if status, out := token(); status != http.StatusBadRequest {
		t.Errorf("the second pool has no domain yet: %v", out)
	}
	if _, err := r.raw(t, "CreateUserPoolDomain", object{"UserPoolId": pool, "Domain": "first"}); err == nil {
		t.Error("two pools have one domain")
	}
	r.must(t, "CreateUserPoolDomain", object{"UserPoolId": pool, "Domain": "second"})
	if status, out := token(); status != http.StatusOK || poolOfToken(out["access_token"].(string)) != pool {
		t.Errorf("%d %v", status, out)
	}
	// The id may stand in the query, in the form or in a token.
	second := r.service.pools[pool]
	for name, request := range map[string]*http.Request{
		"query": httptest.NewRequest("GET", "/login?client_id="+made["ClientId"].(string), nil),
		"form":  httptest.NewRequest("POST", "/oauth2/token", nil), "token": httptest.NewRequest("GET", "/oauth2/userInfo", nil),
	} {
		body := ""
		if name == "form" {
			body = "client_id=" + made["ClientId"].(string)
		}
		if _, out := token(); name == "token" {
			request.Header.Set("Authorization", "bearer "+out["access_token"].(string))
		}
		if got, err := r.service.asked(request, []byte(body)); err != nil || got != second {
			t.Errorf("%s: %v %v", name, got == r.Pool, err)
		}
	}
	for domain, want := range map[string]string{"first": poolUnderTest, "second": pool} {
		if got := r.must(t, "DescribeUserPoolDomain", object{"Domain": domain})["DomainDescription"].(object)["UserPoolId"]; got != want {
			t.Errorf("%s belongs to %v", domain, got)
		}
	}
}

// A session is the pool's whose client began it, also where nothing but the session says so.
func TestR58_ASessionFindsItsPool(t *testing.T) {
	r := startRig(t, nil)
	pool, client := r.second(t)
	for _, call := range []struct {
		name string
		in   object
	}{
		{"SetUserPoolMfaConfig", object{"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": object{"Enabled": true}}},
		{"AdminCreateUser", object{"Username": "ada@example.com", "MessageAction": "SUPPRESS"}},
		{"AdminSetUserPassword", object{"Username": "ada@example.com", "Password": longPassword, "Permanent": true}},
	} {
		call.in["UserPoolId"] = pool
		if status, out := r.exact(t, call.name, call.in); status != http.StatusOK {
			t.Fatalf("%s: %v", call.name, out)
		}
	}
	began, err := r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
		ClientId: &client, AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": "ada@example.com", "PASSWORD": longPassword},
	})
	if err != nil || began.ChallengeName != types.ChallengeNameTypeMfaSetup {
		t.Fatalf("%+v %v", began, err)
	}
	if out, err := r.api.AssociateSoftwareToken(t.Context(), &idp.AssociateSoftwareTokenInput{Session: began.Session}); err != nil || out.SecretCode == nil {
		t.Errorf("%+v %v", out, err)
	}
}

func TestR58_PoolsAreListedAndMade(t *testing.T) {
	r := startRig(t, nil)
	want := []string{poolUnderTest}
	for i := range 4 {
		want = append(want, r.create(t, object{"PoolName": fmt.Sprint("pool", i)}))
	}
	slices.Sort(want)
	first := r.must(t, "ListUserPools", object{"MaxResults": 60})["UserPools"].([]any)[slices.Index(want, poolUnderTest)].(object)
	if first["Name"] != poolUnderTest || first["LambdaConfig"].(object)["PreSignUp"] != "PreSignUp" {
		t.Errorf("listed as %v", first)
	}
	_, err := r.raw(t, "ListUserPools", object{})
	wantRefusal(t, err, "InvalidParameterException", "1 validation error detected: Value null at 'maxResults' failed to satisfy constraint: Member must not be null")
	var got []string
	pages := idp.NewListUserPoolsPaginator(r.api, &idp.ListUserPoolsInput{MaxResults: aws.Int32(1)})
	for pages.HasMorePages() {
		out, err := pages.NextPage(t.Context())
		if err != nil || len(out.UserPools) != 1 {
			t.Fatalf("%+v %v", out, err)
		}
		got = append(got, *out.UserPools[0].Id)
	}
	if !slices.Equal(got, want) {
		t.Errorf("listed %q, want %q", got, want)
	}
	for _, in := range []object{{}, {"MaxResults": 61}, {"MaxResults": 1, "NextToken": "!"}} {
		if status, out := r.exact(t, "ListUserPools", in); status != http.StatusBadRequest || out["__type"] != "InvalidParameterException" {
			t.Errorf("%v: %d %v", in, status, out)
		}
	}
	for want, in := range map[string]object{
		"Name: the request has no such member.": {"PoolName": "p", "Name": "x"},
		"1 validation error detected: Value null at 'poolName' failed to satisfy constraint: Member must not be null": {},
		"Required custom attributes are not supported currently.":                                                     {"PoolName": "p", "Schema": []any{object{"Name": "a", "Required": true}}},
	} {
		_, err := r.raw(t, "CreateUserPool", in)
		wantRefusal(t, err, "InvalidParameterException", want)
	}
}

func TestR58_APoolIsDeletedWithItsUsersAndClients(t *testing.T) {
	r := startRig(t, nil)
	remove := func(id string) error {
		_, err := r.api.DeleteUserPool(t.Context(), &idp.DeleteUserPoolInput{UserPoolId: &id})
		return err
	}
	id := r.create(t, object{"PoolName": "kept", "DeletionProtection": "ACTIVE"})
	if arn := r.described(t, id)["Arn"]; !regexp.MustCompile(`^eu-central-1_[A-Z2-7]{9}$`).MatchString(id) || arn != "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/"+id {
		t.Errorf("the pool is %s, %v", id, arn)
	}
	wantRefusal(t, remove(id), "InvalidParameterException", "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")
	r.exact(t, "UpdateUserPool", object{"UserPoolId": id, "DeletionProtection": "INACTIVE"})
	for range 2 {
		if err := remove(id); err == nil {
			continue
		} else {
			wantRefusal(t, err, "ResourceNotFoundException", "User pool "+id+" does not exist.")
		}
	}
	// Without the first pool its clients and users are gone, and others can still be made.
	tokens := r.loginAfter(t)
	if err := remove(poolUnderTest); err != nil {
		t.Fatal(err)
	}
	if r.alive.Err() == nil {
		t.Error("a deleted pool goes on")
	}
	_, err := r.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: &tokens})
	wantRefusal(t, err, "ResourceNotFoundException", "User pool "+poolUnderTest+" does not exist.")
	_, err = r.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: aws.String(webClient), Username: aws.String("b@example.com"), Password: aws.String(longPassword)})
	wantRefusal(t, err, "ResourceNotFoundException", "User pool client "+webClient+" does not exist.")
	r.create(t, object{"PoolName": "another"})
}

func (r *rig) loginAfter(t *testing.T) string {
	r.member(t, "ada@example.com")
	return *r.login(t, "ada@example.com", longPassword).AccessToken
}

func TestR58_APoolWithADomainIsNotDeleted(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Domain = "d" })
	_, err := r.api.DeleteUserPool(t.Context(), &idp.DeleteUserPoolInput{UserPoolId: aws.String(poolUnderTest)})
	wantRefusal(t, err, "InvalidParameterException", "User pool cannot be deleted. It has a domain configured that should be deleted first.")
}

func TestR58_CustomAttributesAreAddedOnce(t *testing.T) {
	r := startRig(t, nil)
	add := func(attributes ...types.SchemaAttributeType) error {
		_, err := r.api.AddCustomAttributes(t.Context(), &idp.AddCustomAttributesInput{UserPoolId: aws.String(poolUnderTest), CustomAttributes: attributes})
		return err
	}
	named := func(name string) types.SchemaAttributeType { return types.SchemaAttributeType{Name: &name} }
	set := func() error {
		_, err := r.api.SignUp(t.Context(), &idp.SignUpInput{
			ClientId: aws.String(webClient), Username: aws.String("a@example.com"), Password: aws.String(longPassword),
			UserAttributes: []types.AttributeType{{Name: aws.String("custom:team"), Value: aws.String("x")}},
		})
		return err
	}
	if err := set(); err == nil {
		t.Error("an attribute that is not there yet was set")
	}
	if err := add(named("team"), types.SchemaAttributeType{Name: aws.String("fixed"), Mutable: aws.Bool(false)}); err != nil {
		t.Fatal(err)
	}
	if err := set(); err != nil {
		t.Error(err)
	}
	if mutable, there := r.cfg().CustomAttributes["custom:fixed"]; mutable || !there {
		t.Error("custom:fixed may change")
	}
	wantRefusal(t, add(named("new"), named("team")), "InvalidParameterException", "custom:team: Existing attribute already has name custom:team.")
	wantRefusal(t, add(types.SchemaAttributeType{Name: aws.String("n"), Required: aws.Bool(true)}), "InvalidParameterException", "Required custom attributes are not supported currently.")
	wantRefusal(t, add(named(strings.Repeat("x", 21))), "InvalidParameterException",
		"1 validation error detected: Value at 'customAttributes.name' failed to satisfy constraint: Member must have length less than or equal to 20")
	for _, in := range []object{{}, {"CustomAttributes": []any{}}} {
		_, err := r.raw(t, "AddCustomAttributes", with(in, "UserPoolId", poolUnderTest))
		wantCode(t, err, "InvalidParameterException")
	}
	wantRefusal(t, add(make([]types.SchemaAttributeType, 26)...), "InvalidParameterException",
		"1 validation error detected: Value at 'customAttributes' failed to satisfy constraint: Member must have length 1 to 25")
	many := make([]types.SchemaAttributeType, 25)
	for i := range many {
		many[i] = named(strings.ToLower(newUUID()[:20]))
	}
	if err := add(many...); err != nil {
		t.Errorf("25 at once: %v", err)
	}
	for range 46 - len(many) {
		if err := add(named(strings.ToLower(newUUID()[:20]))); err != nil {
			t.Fatal(err)
		}
	}
	wantRefusal(t, add(named("one-too-many")), "InvalidParameterException", "A user pool has at most 50 custom attributes.")
	out, err := r.api.GetCSVHeader(t.Context(), &idp.GetCSVHeaderInput{UserPoolId: aws.String(poolUnderTest)})
	if head := out.CSVHeader; err != nil || len(head) != 19+50+3 || head[0] != "name" || head[19] != "custom:origin" || head[69] != "cognito:mfa_enabled" || head[70] != "cognito:username" || head[71] != "password_hash" {
		t.Errorf("%q %v", head, err)
	}
}

func TestR58_TagsStandInTheSettings(t *testing.T) {
	r := startRig(t, nil)
	pool, _ := r.second(t)
	arn := r.described(t, pool)["Arn"].(string)
	if _, err := r.api.TagResource(t.Context(), &idp.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{"a": "1", "b": "2"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.api.UntagResource(t.Context(), &idp.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"b"}}); err != nil {
		t.Fatal(err)
	}
	out, err := r.api.ListTagsForResource(t.Context(), &idp.ListTagsForResourceInput{ResourceArn: &arn})
	if err != nil || !reflect.DeepEqual(out.Tags, map[string]string{"a": "1"}) || !reflect.DeepEqual(r.described(t, pool)["UserPoolTags"], object{"a": "1"}) {
		t.Errorf("%+v %v", out, err)
	}
	many := map[string]string{}
	for i := range 49 {
		many[fmt.Sprint(i)] = ""
	}
	for key, want := range map[string]string{"49": "", "50": "UserPoolTaggingException"} { // with the one above
		more := maps.Clone(many)
		if more[key] = ""; want == "" {
			delete(more, key)
		}
		_, err := r.raw(t, "TagResource", object{"ResourceArn": arn, "Tags": more})
		if want == "" && err != nil {
			t.Errorf("%d tags: %v", len(more)+1, err)
		} else if want != "" {
			wantRefusal(t, err, want, "A user pool has at most 50 tags.")
		}
	}
	if tags := r.described(t, poolUnderTest)["UserPoolTags"]; !reflect.DeepEqual(tags, object{}) {
		t.Errorf("the first pool has %v", tags)
	}
	_, err = r.api.ListTagsForResource(t.Context(), &idp.ListTagsForResourceInput{ResourceArn: aws.String("arn:aws:cognito-idp:eu-central-1:1:userpool/eu-central-1_None")})
	wantRefusal(t, err, "ResourceNotFoundException", "User pool eu-central-1_None does not exist.")
}
