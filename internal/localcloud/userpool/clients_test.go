package userpool

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// wholeClient are all members of CreateUserPoolClient, none of them AWS's default, and one
// that AWS may add.
func wholeClient() map[string]any {
	return inPool(
		"ClientName", "whole", "GenerateSecret", true,
		"RefreshTokenValidity", 90, "AccessTokenValidity", 300, "IdTokenValidity", 10,
		"TokenValidityUnits", map[string]any{"AccessToken": "seconds", "IdToken": "minutes", "RefreshToken": "minutes"},
		"ReadAttributes", []any{"email", "sub", "identities", "custom:plan"}, "WriteAttributes", []any{"email", "name"},
		"ExplicitAuthFlows", []any{"ALLOW_USER_PASSWORD_AUTH"}, "SupportedIdentityProviders", []any{"COGNITO"},
		"CallbackURLs", []any{"https://app.example/", "http://localhost:3000/", "http://127.0.0.1/", "myapp://example"},
		"LogoutURLs", []any{"https://app.example/bye"}, "DefaultRedirectURI", "myapp://example",
		"AllowedOAuthFlows", []any{"code"}, "AllowedOAuthScopes", []any{"openid", "email"}, "AllowedOAuthFlowsUserPoolClient", true,
		"AnalyticsConfiguration", map[string]any{"ApplicationId": "ab"}, "PreventUserExistenceErrors", "ENABLED",
		"EnableTokenRevocation", false, "EnablePropagateAdditionalUserContextData", true, "AuthSessionValidity", 5,
		"RefreshTokenRotation", map[string]any{"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}, "OfTomorrow", map[string]any{"A": []any{1}},
	)
}

func TestR58_AClientKeepsEveryMember(t *testing.T) {
	r := startRig(t, nil)
	in := wholeClient()
	made := r.must(t, "CreateUserPoolClient", in)["UserPoolClient"].(map[string]any)
	read := r.must(t, "DescribeUserPoolClient", inPool("ClientId", made["ClientId"]))["UserPoolClient"].(map[string]any)
	if fmt.Sprint(made) != fmt.Sprint(read) {
		t.Errorf("made %v\nread %v", made, read)
	}
	for name, value := range in {
		if name != "GenerateSecret" && fmt.Sprint(read[name]) != fmt.Sprint(value) {
			t.Errorf("%s is %v, want %v", name, read[name], value)
		}
	}
	for _, name := range []string{"ClientSecret", "CreationDate", "LastModifiedDate"} {
		if read[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
	c, _ := r.store.client(made["ClientId"].(string))
	want := Client{
		ID: c.ID, Name: "whole", Secret: c.Secret, ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH"},
		ReadAttributes: []string{"email", "sub", "identities", "custom:plan"}, WriteAttributes: []string{"email", "name"}, SupportedIdentityProviders: []string{"COGNITO"},
		AllowedOAuthFlows: []string{"code"}, AllowedOAuthScopes: []string{"openid", "email"},
		CallbackURLs: c.CallbackURLs, LogoutURLs: []string{"https://app.example/bye"}, RefreshTokenRotation: true, RefreshGrace: 10 * time.Second,
		AccessTokenValidity: 5 * time.Minute, IDTokenValidity: 10 * time.Minute, RefreshTokenValidity: 90 * time.Minute,
		DefaultRedirectURI: "myapp://example", AuthSessionValidity: 5 * time.Minute, NoTokenRevocation: true, PreventUserExistenceErrors: true,
	}
	c.settings, c.secrets = nil, nil
	if fmt.Sprint(c) != fmt.Sprint(want) || len(c.CallbackURLs) != 4 {
		t.Errorf("derived %+v\nwant    %+v", c, want)
	}
}

func TestR58_AnUpdateOfAClientResetsWhatItOmits(t *testing.T) {
	r := startRig(t, nil)
	made := r.must(t, "CreateUserPoolClient", wholeClient())["UserPoolClient"].(map[string]any)
	r.clock.pass(time.Hour)
	in := inPool("ClientId", made["ClientId"], "ExplicitAuthFlows", []any{"ALLOW_USER_SRP_AUTH"}, "ClientSecret", strings.Repeat("x", 30),
		"LogoutURLs", nil, "TokenValidityUnits", map[string]any{"RefreshToken": "minutes"}, "RefreshTokenValidity", 0)
	got := r.must(t, "UpdateUserPoolClient", in)["UserPoolClient"].(map[string]any)
	want := map[string]any{
		"UserPoolId": poolUnderTest, "ClientId": made["ClientId"], "ClientName": "whole", "ClientSecret": made["ClientSecret"],
		"CreationDate": made["CreationDate"], "LastModifiedDate": made["LastModifiedDate"].(float64) + 3600,
		"ExplicitAuthFlows": []any{"ALLOW_USER_SRP_AUTH"}, "AllowedOAuthFlowsUserPoolClient": false, "AuthSessionValidity": 3,
		"EnablePropagateAdditionalUserContextData": false, "EnableTokenRevocation": true, "PreventUserExistenceErrors": "LEGACY",
		"RefreshTokenValidity": 30, "TokenValidityUnits": map[string]any{},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if c, _ := r.store.client(made["ClientId"].(string)); c.refreshLife() != 30*24*time.Hour || c.CallbackURLs != nil || c.NoTokenRevocation {
		t.Errorf("derived %+v", c)
	}
	for message, in := range map[string]map[string]any{
		"1 validation error detected: Value at 'clientName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w\\s+=,.@-]+": inPool("ClientName", "a/b"),
		"Invalid read attributes specified while updating a client":                                                                                        inPool("ReadAttributes", []any{"custom:none"}),
	} {
		_, err := r.raw(t, "UpdateUserPoolClient", with(in, "ClientId", made["ClientId"]))
		wantRefusal(t, err, "InvalidParameterException", message)
	}
	if got := r.must(t, "UpdateUserPoolClient", with(in, "ClientName", "renamed"))["UserPoolClient"].(map[string]any)["ClientName"]; got != "renamed" {
		t.Errorf("the name is %v", got)
	}
	if got, shown := r.must(t, "UpdateUserPoolClient", inPool("ClientId", webClient))["UserPoolClient"].(map[string]any)["ClientSecret"]; shown {
		t.Errorf("a public client shows the secret %q", got)
	}
	for _, operation := range []string{"UpdateUserPoolClient", "DescribeUserPoolClient", "DeleteUserPoolClient", "AddUserPoolClientSecret", "ListUserPoolClientSecrets"} {
		_, err := r.raw(t, operation, inPool("ClientId", "nobody"))
		wantRefusal(t, err, "ResourceNotFoundException", "User pool client nobody does not exist.")
	}
}

// refusedClient is a request that AWS refuses, by InvalidParameterException if code is "".
type refusedClient struct {
	in            map[string]any
	code, message string
}

func refusedSettings() map[string]refusedClient {
	units := func(unit string) map[string]any {
		return map[string]any{"AccessToken": unit, "IdToken": unit, "RefreshToken": unit}
	}
	return map[string]refusedClient{
		"short access token":      {inPool("AccessTokenValidity", 299, "TokenValidityUnits", units("seconds")), "", "Invalid range for token validity."},
		"long access token":       {inPool("AccessTokenValidity", 25), "", "Invalid range for token validity."},
		"short ID token":          {inPool("IdTokenValidity", 4, "TokenValidityUnits", units("minutes")), "", "Invalid range for token validity."},
		"long ID token":           {inPool("IdTokenValidity", 2, "TokenValidityUnits", units("days")), "", "Invalid range for token validity."},
		"short refresh token":     {inPool("RefreshTokenValidity", 59, "TokenValidityUnits", units("minutes")), "", "Invalid range for token validity."},
		"long refresh token":      {inPool("RefreshTokenValidity", 3651), "", "Invalid range for token validity."},
		"endless refresh token":   {inPool("RefreshTokenValidity", 1<<53, "TokenValidityUnits", units("days")), "", "Invalid range for token validity."},
		"negative":                {inPool("AccessTokenValidity", -1), "", "Invalid range for token validity."},
		"unknown unit":            {inPool("TokenValidityUnits", units("weeks")), "", model + "'tokenValidityUnits.AccessToken' failed to satisfy constraint: Member must satisfy enum value set: [seconds, minutes, hours, days]"},
		"one ID token too long":   {inPool("IdTokenValidity", 86401, "TokenValidityUnits", units("seconds")), "", "Invalid range for token validity."},
		"one access token more":   {inPool("AccessTokenValidity", 86401, "TokenValidityUnits", units("seconds")), "", "Invalid range for token validity."},
		"unknown flow":            {inPool("ExplicitAuthFlows", []any{"ALLOW_ANYTHING"}), "", model + "'explicitAuthFlows' failed to satisfy constraint: Member must satisfy enum value set: [ADMIN_NO_SRP_AUTH, "},
		"legacy beside ALLOW_":    {inPool("ExplicitAuthFlows", []any{"ALLOW_USER_AUTH", "USER_PASSWORD_AUTH"}), "", "You can't assign"},
		"unreadable attribute":    {inPool("ReadAttributes", []any{"custom:none"}), "", "Invalid read attributes specified while creating a client"},
		"unknown write attribute": {inPool("WriteAttributes", []any{"email", "custom:none"}), "", "Invalid write attributes specified while creating a client"},
		"required, not writable":  {inPool("WriteAttributes", []any{"name"}), "", "Invalid write attributes specified while creating a client"},
		"no name":                 {inPool("ClientName", nil), "", "1 validation error detected: Value null at 'clientName'"},
		"a name that AWS forbids": {inPool("ClientName", "a/b"), "", model + "'clientName'"},
		"short session":           {inPool("AuthSessionValidity", 2), "", model + "'authSessionValidity'"},
		"long session":            {inPool("AuthSessionValidity", 16), "", model + "'authSessionValidity' failed to satisfy constraint: Member must have value less than or equal to 15"},
		"long grace":              {inPool("RefreshTokenRotation", map[string]any{"Feature": "ENABLED", "RetryGracePeriodSeconds": 61}), "", model + "'refreshTokenRotation.retryGracePeriodSeconds' failed to satisfy constraint: Member must have value between 0 and 60"},
		"unknown rotation":        {inPool("RefreshTokenRotation", map[string]any{"Feature": "ON"}), "", model + "'refreshTokenRotation.feature' failed to satisfy constraint: Member must satisfy enum value set: [ENABLED, DISABLED]"},
		"unknown errors":          {inPool("PreventUserExistenceErrors", "ON"), "", model + "'preventUserExistenceErrors' failed to satisfy constraint: Member must satisfy enum value set: [LEGACY, ENABLED]"},
		"context of a public one": {inPool("EnablePropagateAdditionalUserContextData", true), "", "EnablePropagateAdditionalUserContextData"},
		"secrets elsewhere":       {inPool("GenerateSecret", true, "PublishSecretsInAWSSecretsManager", true), "", "the local cloud has no Secrets Manager"},
		"two sources of a secret": {inPool("GenerateSecret", true, "ClientSecret", strings.Repeat("x", 24)), "", "GenerateSecret and ClientSecret"},
		"a short secret":          {inPool("ClientSecret", "short"), "", model + "'clientSecret'"},
		"another type":            {inPool("AccessTokenValidity", "long"), "SerializationException", "a member of the app client"},
	}
}

func refusedOAuth() map[string]refusedClient {
	oauth := func(flow string, more ...any) map[string]any {
		in := inPool(more...)
		in["AllowedOAuthFlows"], in["AllowedOAuthFlowsUserPoolClient"] = []any{flow}, true
		return in
	}
	return map[string]refusedClient{
		"machine flow beside":     {inPool("GenerateSecret", true, "ExplicitAuthFlows", []any{clientTokenFlow, "ALLOW_USER_AUTH"}), "", clientTokenFlow},
		"machine flow, public":    {inPool("ExplicitAuthFlows", []any{clientTokenFlow}), "", clientTokenFlow},
		"unknown OAuth flow":      {oauth("token"), "", model + "'allowedOAuthFlows' failed to satisfy constraint: Member must satisfy enum value set: [implicit, client_credentials, code]"},
		"machines and code":       {inPool("GenerateSecret", true, "AllowedOAuthFlows", []any{"code", "client_credentials"}), "InvalidOAuthFlowException", "client_credentials flow"},
		"public machine":          {oauth("client_credentials"), "InvalidOAuthFlowException", "client_credentials flow"},
		"openid of a machine":     {oauth("client_credentials", "GenerateSecret", true, "AllowedOAuthScopes", []any{"openid"}), "InvalidOAuthFlowException", "openid is not supported with client_credentials flow"},
		"code without a callback": {oauth("code"), "InvalidOAuthFlowException", "CallbackUrls can not be empty when code flow or implicit flow is selected"},
		"unknown scope":           {inPool("AllowedOAuthScopes", []any{"api/none"}), "ScopeDoesNotExistException", "Invalid scope requested: api/none"},
		"unknown provider":        {inPool("SupportedIdentityProviders", []any{"Nobody"}), "", "The provider Nobody does not exist for User Pool " + poolUnderTest + "."},
		"http":                    {inPool("CallbackURLs", []any{"http://app.example"}), "", "http://app.example cannot use the HTTP protocol."},
		"http that looks local":   {inPool("LogoutURLs", []any{"http://localhost.app.example"}), "", "http://localhost.app.example cannot use the HTTP protocol."},
		"a fragment":              {inPool("CallbackURLs", []any{"https://app.example/#a"}), "", "https://app.example/#a is not"},
		"relative":                {inPool("CallbackURLs", []any{"/app"}), "", "/app is not"},
		"a script":                {inPool("LogoutURLs", []any{"javascript:alert(1)"}), "", "javascript:alert(1) is not"},
		"default elsewhere":       {inPool("CallbackURLs", []any{"https://a.example"}, "DefaultRedirectURI", "https://b.example"), "", "DefaultRedirectURI must be in the CallbackURLs list"},
	}
}

const model = "1 validation error detected: Value at "

func TestR58_AClientThatAWSRefusesIsRefused(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.RequiredAttributes = []string{"email"} })
	cases := refusedSettings()
	maps.Copy(cases, refusedOAuth())
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, named := c.in["ClientName"]; !named {
				c.in["ClientName"] = "c"
			}
			_, err := r.raw(t, "CreateUserPoolClient", c.in)
			wantCode(t, err, cmp.Or(c.code, "InvalidParameterException"))
			if err == nil || !strings.Contains(err.Error(), c.message) {
				t.Errorf("got %v, want %s", err, c.message)
			}
			var wrong *ClientError // what a template's author reads
			if _, err := NewClient(c.in); errors.As(err, &wrong) {
				if member, _, _ := strings.Cut(wrong.Member, "."); c.in[member] == nil && member != "CallbackURLs" || !strings.HasPrefix(wrong.Want, "want ") || err.Error() != wrong.Member+": "+wrong.Want {
					t.Errorf("the fault is %v", err)
				}
			}
		})
	}
	if clients := values(r.store, r.store.clients); len(clients) != 1 {
		t.Errorf("a refused client was kept: %v", clients)
	}
}

func TestR58_AClientThatAWSTakesIsTaken(t *testing.T) {
	addresses := make([]any, 100)
	for i := range addresses {
		addresses[i] = fmt.Sprint("https://app.example/", i)
	}
	validity := func(token string, number int, unit string) map[string]any {
		return map[string]any{token + "Validity": number, "TokenValidityUnits": map[string]any{token: unit}}
	}
	taken := []map[string]any{
		validity("AccessToken", 300, "seconds"), validity("AccessToken", 24, "hours"), validity("AccessToken", 1, "days"),
		validity("IdToken", 5, "minutes"), validity("IdToken", 86400, "seconds"), validity("RefreshToken", 60, "minutes"),
		validity("RefreshToken", 3650, "days"), validity("RefreshToken", 315360000, "seconds"),
		{"AuthSessionValidity": 3},
		{"AuthSessionValidity": 15},
		{"CallbackURLs": addresses},
		{"LogoutURLs": []any{"http://[::1]:3000/", "https://" + strings.Repeat("a", 1016)}},
		{"AllowedOAuthFlows": []any{"code", "implicit"}, "CallbackURLs": []any{"https://app.example"}},
		{"RefreshTokenRotation": map[string]any{"Feature": "DISABLED", "RetryGracePeriodSeconds": 0}},
		{"RefreshTokenRotation": map[string]any{"Feature": "ENABLED", "RetryGracePeriodSeconds": 60}},
		{"ExplicitAuthFlows": []any{"ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"}},
		{"ExplicitAuthFlows": []any{"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"}},
	}
	for _, in := range taken {
		if _, err := NewClient(in); err != nil {
			t.Errorf("%.200v: %v", in, err)
		}
	}
	startRig(t, nil).must(t, "CreateUserPoolClient", inPool("ClientName", "c", "AllowedOAuthScopes", []any{"openid", "email", "phone", "profile", selfService}))
	_, err := NewClient(map[string]any{"CallbackURLs": append(addresses, "https://app.example")})
	var tooMany *ClientError
	if !errors.As(err, &tooMany) || tooMany.Want != "want at most 100 addresses" || tooMany.refusal.Message != model+"'CallbackURLs' failed to satisfy constraint: Member must have length less than or equal to 100" {
		t.Errorf("101 addresses: %v, %v", err, tooMany.Unwrap())
	}
	for _, in := range []map[string]any{
		{"LogoutURLs": []any{"https://" + strings.Repeat("a", 1017)}},
		{"LogoutURLs": []any{"data:text/html,a"}},
		{"LogoutURLs": []any{"vbscript:a"}},
		{"RefreshTokenRotation": map[string]any{"Feature": "ENABLED", "RetryGracePeriodSeconds": -1}},
		validity("RefreshToken", 315360001, "seconds"),
	} {
		if _, err := NewClient(in); err == nil {
			t.Errorf("%.200v is taken", in)
		}
	}
}

// Without AllowedOAuthFlowsUserPoolClient a client keeps what OAuth it has, and none acts.
func TestR58_OAuthActsWithItsSwitchOnly(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		c.Domain, c.ResourceServers = "example", []ResourceServer{{Identifier: "api", Scopes: []string{"read"}}}
	})
	in := inPool("ClientName", "m", "GenerateSecret", true, "AllowedOAuthFlows", []any{"client_credentials"}, "AllowedOAuthScopes", []any{"api/read"})
	off := r.must(t, "CreateUserPoolClient", in)["UserPoolClient"].(map[string]any)
	as := Client{ID: off["ClientId"].(string), Secret: off["ClientSecret"].(string)}
	form := url.Values{"grant_type": {"client_credentials"}}
	if _, refusal := r.token(t, as, form); !strings.HasPrefix(refusal, "unauthorized_client") {
		t.Errorf("off: %q", refusal)
	}
	in["ClientId"], in["AllowedOAuthFlowsUserPoolClient"] = as.ID, true
	delete(in, "GenerateSecret")
	r.must(t, "UpdateUserPoolClient", in)
	if _, refusal := r.token(t, as, form); refusal != "" {
		t.Errorf("on: %q", refusal)
	}
}

func TestR58_AClientHasTwoSecretsAtMostAndEitherCounts(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Clients[0].Secret = strings.Repeat("a", 52) })
	r.imports(t, ImportedUser{Password: longPassword, Attributes: map[string]string{"email": "ada@example.com", "email_verified": "true"}})
	signIn := func(secret string) error {
		_, err := r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeUserPasswordAuth,
			AuthParameters: map[string]string{
				"USERNAME": "ada@example.com", "PASSWORD": longPassword,
				"SECRET_HASH": Client{ID: webClient, Secret: secret}.secretHash("ada@example.com"),
			},
		})
		return err
	}
	one, in := strings.Repeat("a", 52), inPool("ClientId", webClient)
	added := r.must(t, "AddUserPoolClientSecret", in)["ClientSecretDescriptor"].(map[string]any)
	two := added["ClientSecretValue"].(string)
	_, err := r.raw(t, "AddUserPoolClientSecret", in)
	wantCode(t, err, "LimitExceededException")
	for _, secret := range []string{one, two} {
		if err := signIn(secret); err != nil {
			t.Errorf("%s: %v", secret, err)
		}
	}
	wantRefusal(t, signIn("x"), "NotAuthorizedException", "Unable to verify secret hash for client "+webClient)

	var ids []string
	for _, s := range r.must(t, "ListUserPoolClientSecrets", in)["ClientSecrets"].([]any) {
		descriptor := s.(map[string]any)
		if _, shown := descriptor["ClientSecretValue"]; shown || !strings.HasPrefix(descriptor["ClientSecretId"].(string), webClient+"--") {
			t.Errorf("listed %v", descriptor)
		}
		ids = append(ids, descriptor["ClientSecretId"].(string))
	}
	old := ids[1-slices.Index(ids, added["ClientSecretId"].(string))]
	r.must(t, "DeleteUserPoolClientSecret", with(in, "ClientSecretId", old))
	wantRefusal(t, signIn(one), "NotAuthorizedException", "Unable to verify secret hash for client "+webClient)
	if err := signIn(two); err != nil {
		t.Errorf("after the rotation: %v", err)
	}
	got := r.must(t, "DescribeUserPoolClient", in)["UserPoolClient"].(map[string]any)["ClientSecret"]
	if c, _ := r.store.client(webClient); got != two || c.Secret != two { // with which the hosted pages sign up
		t.Errorf("described with the secret %v", got)
	}
	_, err = r.raw(t, "DeleteUserPoolClientSecret", with(in, "ClientSecretId", old))
	wantCode(t, err, "ResourceNotFoundException")
	_, err = r.raw(t, "DeleteUserPoolClientSecret", with(in, "ClientSecretId", added["ClientSecretId"]))
	wantCode(t, err, "InvalidParameterException")
	own := r.must(t, "AddUserPoolClientSecret", with(in, "ClientSecret", strings.Repeat("o", 24)))["ClientSecretDescriptor"].(map[string]any)
	if _, shown := own["ClientSecretValue"]; shown || signIn(strings.Repeat("o", 24)) != nil {
		t.Errorf("a secret of the app's own: %v", own)
	}
	public := r.must(t, "CreateUserPoolClient", inPool("ClientName", "public"))["UserPoolClient"].(map[string]any)
	_, err = r.raw(t, "AddUserPoolClientSecret", inPool("ClientId", public["ClientId"]))
	wantCode(t, err, "InvalidParameterException")
	_, err = r.raw(t, "AddUserPoolClientSecret", with(in, "ClientSecret", "short"))
	wantRefusal(t, err, "InvalidParameterException", "1 validation error detected: Value at 'clientSecret' failed to satisfy constraint: Member must have length greater than or equal to 24")
	if got := r.must(t, "ListUserPoolClientSecrets", inPool("ClientId", public["ClientId"])); fmt.Sprint(got) != "map[ClientSecrets:[]]" {
		t.Errorf("the secrets of a public client: %v", got)
	}
}

func TestR58_ClientsAreLimited(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		for i := len(c.Clients); i < maxClients-1; i++ {
			c.Clients = append(c.Clients, Client{ID: fmt.Sprint("c", i)})
		}
	})
	r.must(t, "CreateUserPoolClient", inPool("ClientName", "last"))
	_, err := r.raw(t, "CreateUserPoolClient", inPool("ClientName", "more"))
	wantRefusal(t, err, "LimitExceededException", "The user pool has 1000 app clients, which is the limit")
}

// What waits for an answer or a code ends with its client.
func TestR58_ADeletedClientEndsItsSignInsAndCodes(t *testing.T) {
	b := pagesRig(t, nil)
	b.member(t, "ada@example.com")
	b.signIn(t, nil)
	b.store.setChallenge("waiting", challenge{clientID: webClient})
	b.store.setChallenge("another's", challenge{clientID: machine().ID})
	b.must(t, "DeleteUserPoolClient", inPool("ClientId", webClient))
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	if _, waits := b.store.challenges["another's"]; !waits || len(b.store.authorized) != 0 || len(b.store.challenges) != 1 || len(b.store.grants) != 0 {
		t.Errorf("left are %v, %v and %v", b.store.authorized, b.store.challenges, b.store.grants)
	}
}

func TestR58_ADeletedClientEndsItsSessionsAndSignIns(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	tokens := r.login(t, "ada@example.com", longPassword)
	in := inPool("ClientName", "other", "ExplicitAuthFlows", []any{"ALLOW_USER_PASSWORD_AUTH"})
	other := r.must(t, "CreateUserPoolClient", in)["UserPoolClient"].(map[string]any)["ClientId"]
	second := r.must(t, "InitiateAuth", map[string]any{
		"ClientId": other, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": map[string]any{"USERNAME": "ada@example.com", "PASSWORD": longPassword},
	})["AuthenticationResult"].(map[string]any)
	r.must(t, "GetUser", map[string]any{"AccessToken": second["AccessToken"]})
	r.must(t, "DeleteUserPoolClient", inPool("ClientId", other))
	for operation, in := range map[string]map[string]any{
		"GetUser":                   {"AccessToken": second["AccessToken"]},
		"GetTokensFromRefreshToken": {"ClientId": other, "RefreshToken": second["RefreshToken"]},
		"InitiateAuth":              {"ClientId": other, "AuthFlow": "USER_PASSWORD_AUTH"},
	} {
		if _, err := r.raw(t, operation, in); err == nil {
			t.Errorf("%s succeeds after the client is gone", operation)
		}
	}
	if err := r.whoAmI(t, *tokens.AccessToken); err != nil {
		t.Errorf("another client's token: %v", err)
	}
}

// A client that is deleted while a trigger runs gets no token.
func TestR58_NoTokenForAClientThatIsDeletedMeanwhile(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	for _, trigger := range []string{postAuthentication, preTokenGeneration} {
		id := r.must(t, "CreateUserPoolClient", inPool("ClientName", "c", "ExplicitAuthFlows", []any{"ALLOW_USER_PASSWORD_AUTH"}))["UserPoolClient"].(map[string]any)["ClientId"]
		r.fns.reply = map[string]func([]byte) ([]byte, error){trigger: func(event []byte) ([]byte, error) {
			r.must(t, "DeleteUserPoolClient", inPool("ClientId", id))
			return event, nil
		}}
		out, err := r.raw(t, "InitiateAuth", map[string]any{
			"ClientId": id, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": map[string]any{"USERNAME": "ada@example.com", "PASSWORD": longPassword},
		})
		if err == nil {
			t.Errorf("%s: %v", trigger, out)
		}
	}
	r.store.mu.Lock()
	defer r.store.mu.Unlock()
	if len(r.store.grants) != 0 {
		t.Errorf("%d sessions are left", len(r.store.grants))
	}
}

// A client that a program makes shows what the program said, and starting a pool changes
// nothing of it.
func TestR58_AClientThatIsMadeInGoIsDescribed(t *testing.T) {
	settled, err := NewClient(map[string]any{"ClientId": "settled", "ClientName": "s"})
	if err != nil {
		t.Fatal(err)
	}
	r := startRig(t, func(c *Config, _ *Options) { c.Clients = append(c.Clients, settled) })
	at := float64(r.clock.now().Unix())
	for id, name := range map[string]string{webClient: "web", "settled": "s"} {
		got := r.must(t, "DescribeUserPoolClient", inPool("ClientId", id))["UserPoolClient"].(map[string]any)
		if got["ClientId"] != id || got["ClientName"] != name || got["UserPoolId"] != poolUnderTest || got["CreationDate"] != at || got["LastModifiedDate"] != at {
			t.Errorf("described as %v", got)
		}
	}
	if settled.settings["UserPoolId"] != nil {
		t.Errorf("the program's settings are now %v", settled.settings)
	}
}
