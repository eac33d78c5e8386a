package userpool

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/golang-jwt/jwt/v5"
)

// keyByID reads the public keys as any verifier does.
func (r *rig) keyByID(t *testing.T) jwt.Keyfunc {
	t.Helper()
	keys := map[string]*rsa.PublicKey{}
	for _, k := range r.jwks(t) {
		n, e := decodeInt(t, k.N), decodeInt(t, k.E)
		keys[k.Kid] = &rsa.PublicKey{N: n, E: int(e.Int64())}
	}
	return func(token *jwt.Token) (any, error) {
		k := keys[fmt.Sprint(token.Header["kid"])]
		if k == nil {
			return nil, fmt.Errorf("no key %v", token.Header["kid"])
		}
		return k, nil
	}
}

func (r *rig) jwks(t *testing.T) []jwk {
	t.Helper()
	var discovery struct {
		JWKSURI string `json:"jwks_uri"`
	}
	getJSON(t, r.URL()+"/"+poolUnderTest+"/.well-known/openid-configuration", &discovery)
	var set struct{ Keys []jwk }
	getJSON(t, discovery.JWKSURI, &set)
	return set.Keys
}

func getJSON(t *testing.T, url string, into any) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(into); err != nil {
		t.Fatalf("%s: %v", url, err)
	}
}

func decodeInt(t *testing.T, s string) *big.Int {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return new(big.Int).SetBytes(b)
}

func kid(t *testing.T, token string) string {
	t.Helper()
	parsed, _, err := jwt.NewParser().ParseUnverified(token, jwt.MapClaims{})
	if err != nil {
		t.Fatal(err)
	}
	if names := slices.Sorted(maps.Keys(parsed.Header)); !slices.Equal(names, []string{"alg", "kid"}) {
		t.Errorf("header has %v, want alg and kid", names)
	}
	return parsed.Header["kid"].(string)
}

func TestIDAndAccessTokenHaveDifferentKeysOfOneSet(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	out := r.login(t, "ada@example.com", longPassword)
	if kid(t, *out.IdToken) == kid(t, *out.AccessToken) {
		t.Error("one key signs both tokens")
	}
	if n := len(r.jwks(t)); n != 2 {
		t.Errorf("%d keys in the set, want 2", n)
	}
	for _, key := range r.jwks(t) { // RFC 7517, section 4
		if n, _ := base64.RawURLEncoding.DecodeString(key.N); key.Alg != "RS256" || key.Kty != "RSA" || key.Use != "sig" || len(n) != 256 || n[0] < 0x80 {
			t.Errorf("the key is %+v", key)
		}
	}
	r.verifiedToken(t, *out.IdToken)
	r.verifiedToken(t, *out.AccessToken)
}

func TestTokensCarryTheDocumentedClaims(t *testing.T) {
	r := startRig(t, nil)
	sub := r.member(t, "ada@example.com")
	out := r.login(t, "ada@example.com", longPassword)
	id, access := r.verifiedToken(t, *out.IdToken), r.verifiedToken(t, *out.AccessToken)
	now := float64(r.clock.now().Unix())
	for _, c := range []struct {
		token  string
		claims jwt.MapClaims
		want   map[string]any
		random []string
	}{
		{"id", id, map[string]any{
			"sub": sub, "cognito:username": sub, "email": "ada@example.com", "email_verified": true, "aud": webClient, "token_use": "id",
			"iss": "https://cognito-idp.eu-central-1.amazonaws.com/" + poolUnderTest, "auth_time": now, "iat": now, "exp": now + 3600,
		}, []string{"event_id", "jti", "origin_jti"}},
		{"access", access, map[string]any{
			"sub": sub, "username": sub, "client_id": webClient, "token_use": "access", "scope": "aws.cognito.signin.user.admin",
			"iss": "https://cognito-idp.eu-central-1.amazonaws.com/" + poolUnderTest, "auth_time": now, "iat": now, "exp": now + 3600,
		}, []string{"event_id", "jti", "origin_jti"}},
	} {
		for name, want := range c.want {
			if c.claims[name] != want {
				t.Errorf("%s token, %s: %v, want %v", c.token, name, c.claims[name], want)
			}
		}
		names := append(slices.Collect(maps.Keys(c.want)), c.random...)
		for name := range c.claims {
			if !slices.Contains(names, name) {
				t.Errorf("%s token: unexpected claim %s", c.token, name)
			}
		}
	}
	if id["jti"] == access["jti"] || id["origin_jti"] != access["origin_jti"] || id["event_id"] != access["event_id"] {
		t.Errorf("jti %v %v, origin_jti %v %v, event_id %v %v", id["jti"], access["jti"], id["origin_jti"], access["origin_jti"], id["event_id"], access["event_id"])
	}
}

func TestGroupsAndRolesReachTheTokens(t *testing.T) {
	r := startRig(t, nil)
	ctx, pool := t.Context(), aws.String(poolUnderTest)
	for name, precedence := range map[string]int32{"late": 20, "early": 10} {
		if _, err := r.api.CreateGroup(ctx, &idp.CreateGroupInput{
			UserPoolId: pool, GroupName: aws.String(name), RoleArn: aws.String("arn:aws:iam::111122223333:role/" + name), Precedence: aws.Int32(precedence),
		}); err != nil {
			t.Fatal(err)
		}
	}
	r.member(t, "ada@example.com")
	for _, g := range []string{"admins", "late", "early"} {
		if _, err := r.api.AdminAddUserToGroup(ctx, &idp.AdminAddUserToGroupInput{UserPoolId: pool, Username: aws.String("ada@example.com"), GroupName: aws.String(g)}); err != nil {
			t.Fatal(err)
		}
	}
	out := r.login(t, "ada@example.com", longPassword)
	id, access := r.verifiedToken(t, *out.IdToken), r.verifiedToken(t, *out.AccessToken)
	want := "[admins late early]"
	if fmt.Sprint(id["cognito:groups"]) != want || fmt.Sprint(access["cognito:groups"]) != want {
		t.Errorf("groups %v and %v, want %s", id["cognito:groups"], access["cognito:groups"], want)
	}
	if id["cognito:preferred_role"] != "arn:aws:iam::111122223333:role/early" || access["cognito:roles"] != nil {
		t.Errorf("preferred role %v, roles in the access token %v", id["cognito:preferred_role"], access["cognito:roles"])
	}
}

func TestFederatedIDTokenHasIdentitiesOfStrings(t *testing.T) {
	r := startRig(t, nil)
	out, err := r.FederatedSignIn("Google", "1076915", map[string]string{"email": "fay@example.com"}, webClient)
	if err != nil {
		t.Fatal(err)
	}
	id, access := r.verifiedToken(t, out.ID), r.verifiedToken(t, out.Access)
	identity := id["identities"].([]any)[0].(map[string]any)
	if identity["primary"] != "true" || identity["userId"] != "1076915" || identity["issuer"] != nil {
		t.Errorf("identity %v", identity)
	}
	if _, ok := identity["dateCreated"].(string); !ok {
		t.Errorf("dateCreated is a %T", identity["dateCreated"])
	}
	if access["version"] != 2.0 || access["username"] != "google_1076915" || id["email_verified"] != false {
		t.Errorf("access %v, email_verified %v", access, id["email_verified"])
	}
	if want := "[" + poolUnderTest + "_Google]"; fmt.Sprint(id["cognito:groups"]) != want {
		t.Errorf("groups %v, want %s", id["cognito:groups"], want)
	}
}

func TestGetUserShowsWhatTheClientMayRead(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		c.Clients[0].ReadAttributes = []string{"email"}
		c.Clients[0].AccessTokenValidity = 10 * time.Minute
	})
	sub := r.member(t, "ada@example.com")
	out := r.login(t, "ada@example.com", longPassword)
	if out.ExpiresIn != 600 {
		t.Errorf("ExpiresIn %d", out.ExpiresIn)
	}
	got, err := r.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: out.AccessToken})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, a := range got.UserAttributes {
		names = append(names, *a.Name)
	}
	if !slices.Equal(names, []string{"sub", "email"}) || *got.Username != sub {
		t.Errorf("GetUser: %v of %s", names, *got.Username)
	}
	if id := r.verifiedToken(t, *out.IdToken); id["email_verified"] != nil || id["email"] == nil {
		t.Errorf("ID token: %v", id)
	}

	for name, c := range map[string]struct {
		token func() string
		want  string
	}{
		"ID token":     {func() string { return *out.IdToken }, "Invalid Access Token"},
		"forged":       {func() string { return (*out.AccessToken)[:len(*out.AccessToken)-8] + "AAAAAAAA" }, "Invalid Access Token"},
		"not a token":  {func() string { return "x" }, "Invalid Access Token"},
		"out of date":  {func() string { r.clock.pass(10 * time.Minute); return *out.AccessToken }, "Access Token has expired"},
		"signed out":   {func() string { return r.revokedToken(t) }, "Access Token has been revoked"},
		"scope denied": {func() string { return r.scopelessToken(t) }, "Access Token does not have required scopes"},
	} {
		_, err := r.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: aws.String(c.token())})
		t.Log(name)
		wantRefusal(t, err, "NotAuthorizedException", c.want)
	}
}

func (r *rig) revokedToken(t *testing.T) string {
	t.Helper()
	token := *r.login(t, "ada@example.com", longPassword).AccessToken
	pool, name := aws.String(poolUnderTest), aws.String("ada@example.com")
	if _, err := r.api.AdminDisableUser(t.Context(), &idp.AdminDisableUserInput{UserPoolId: pool, Username: name}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.api.AdminEnableUser(t.Context(), &idp.AdminEnableUserInput{UserPoolId: pool, Username: name}); err != nil {
		t.Fatal(err)
	}
	return token
}

func (r *rig) scopelessToken(t *testing.T) string {
	t.Helper()
	r.fns.answer(preTokenGeneration, responding(`{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToSuppress":["aws.cognito.signin.user.admin"]}}}`))
	defer r.fns.answer(preTokenGeneration, nil)
	return *r.login(t, "ada@example.com", longPassword).AccessToken
}

func TestEachPoolHasItsOwnKeys(t *testing.T) {
	seen := map[string]bool{}
	for range 2 {
		p, err := Start(baseConfig(), &functions{}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range (&rig{Pool: p}).jwks(t) {
			seen[k.Kid] = true
		}
		for range 2 { // Close may be called twice
			if err := p.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d different keys of two pools, want 4", len(seen))
	}
}

func TestAnAttributeHasItsTypeInTheToken(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        any
	}{
		{"address", "Road 1", map[string]string{"formatted": "Road 1"}},
		{"updated_at", "1700000000", int64(1700000000)},
		{"updated_at", "9223372036854775807", int64(math.MaxInt64)},
		{"updated_at", "noon", "noon"},
		{"email_verified", "true", true},
		{"name", "true", "true"},
	} {
		if got := AttributeClaim(c.name, c.value); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %s: %#v", c.name, c.value, got)
		}
	}
}

// A user may be disabled between the proof and the token.
func TestADisabledUserGetsNoTokenAndHoldsNone(t *testing.T) {
	r := startRig(t, nil)
	u := r.placeUser(t, "ada@example.com")
	tokens := r.login(t, "ada@example.com", longPassword)
	r.store.mu.Lock()
	for key, kept := range r.store.users {
		disabled := *kept
		disabled.enabled = false
		r.store.users[key] = &disabled
	}
	r.store.mu.Unlock()
	client, err := r.clientByID(webClient)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.issue(r.newGrant(u, client, nil, false), client, "Authentication", nil)
	wantSame(t, err, errDisabled())
	_, _, err = r.holder(*tokens.AccessToken)
	wantSame(t, err, notAuthorized("Access Token has been revoked"))
}

func TestWithoutASigningKeyThereIsNoToken(t *testing.T) {
	r := startRig(t, nil)
	u := r.placeUser(t, "ada@example.com")
	client, err := r.clientByID(webClient)
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("no key")
	fails := func() (*signingKey, error) { return nil, broken }
	works := r.keys
	for _, keys := range []*keyPair{{id: fails, access: works.access}, {id: works.id, access: fails}} {
		p := newPool(*r.cfg(), r.fns, Options{Now: r.clock.now, keys: keys})
		p.store = r.store
		if result, err := p.issue(p.newGrant(u, client, nil, false), client, "Authentication", nil); !errors.Is(err, broken) || result != nil {
			t.Errorf("%+v, %v", result, err)
		}
	}
	r.keys = &keyPair{id: works.id, access: fails}
	if _, _, err := r.holder("token"); !errors.Is(err, broken) {
		t.Errorf("a token is read without a key: %v", err)
	}
}

func TestATokenEndsWithItsClient(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	tokens := r.login(t, "ada@example.com", longPassword)
	if _, err := r.api.DeleteUserPoolClient(t.Context(), &idp.DeleteUserPoolClientInput{UserPoolId: aws.String(poolUnderTest), ClientId: aws.String(webClient)}); err != nil {
		t.Fatal(err)
	}
	_, _, err := r.holder(*tokens.AccessToken)
	wantSame(t, err, notAuthorized("Access Token has been revoked"))
}

// What is no refusal is a fault of the pool.
func TestAFaultIsNoFaultOfTheClient(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, ada)
	r.keys = &keyPair{id: func() (*signingKey, error) { return nil, errors.New("no key") }, access: r.keys.access}
	status, said := r.exact(t, "InitiateAuth", object{"ClientId": webClient, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": object{"USERNAME": ada, "PASSWORD": longPassword}})
	if status != http.StatusInternalServerError || said["__type"] != "InternalErrorException" || said["message"] != "no key" {
		t.Errorf("%d %v", status, said)
	}
}
