package identity_test

import (
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/identity"
)

func open(c *identity.Config) { c.Authenticated = role + "A" }

func TestR94_ALoginIsAnIDTokenOfAClientThatIsStillGood(t *testing.T) {
	t.Parallel()
	p := newPool(t, open)
	const supported = "NotAuthorizedException: Token is not from a supported provider of this identity pool."
	good, _ := asked(p, "GetId", object{"IdentityPoolId": poolID, "Logins": logins(ada(nil))})
	for name, c := range map[string]struct {
		logins object
		want   string
	}{
		"a right one":            {logins(ada(nil)), ""},
		"of the loose client":    {logins(ada(object{"aud": "loose", "ended": true})), ""},
		"none":                   {nil, "NotAuthorizedException: Unauthenticated access is not supported for this identity pool."},
		"another provider":       {object{"graph.facebook.com": ada(nil)}, supported},
		"one provider too many":  {object{provider: ada(nil), "graph.facebook.com": "x"}, supported},
		"the pool with a client": {object{provider + ":web": ada(nil)}, supported},
		"another client":         {logins(ada(object{"aud": "foreign"})), supported},
		"several audiences":      {logins(ada(object{"aud": []string{"web"}})), "NotAuthorizedException: Invalid login token. Missing a required claim: aud"},
		"an access token":        {logins(ada(object{"aud": nil, "client_id": "web", "token_use": "access"})), "NotAuthorizedException: Invalid login token. Missing a required claim: aud"},
		"an access token for us": {logins(ada(object{"token_use": "access"})), supported},
		"another issuer":         {logins(ada(object{"iss": "another"})), "NotAuthorizedException: Invalid login token. Issuer doesn't match providerName"},
		"a foreign signature":    {logins(ada(object{"signed": "by nobody"})), "NotAuthorizedException: Invalid login token. Couldn't verify signed token."},
		"expired":                {logins(ada(object{"exp": now.Unix()})), "NotAuthorizedException: Invalid login token. Token expired: 1800000000 >= 1800000000"},
		"without an end":         {logins(ada(object{"exp": nil})), "NotAuthorizedException: Invalid login token. Token expired: 1800000000 >= 0"},
		"of a session that ended": {
			logins(ada(object{"ended": true})), "NotAuthorizedException: Invalid login token. The user is signed out, disabled or deleted, or the token is revoked.",
		},
	} {
		for operation, in := range map[string]object{
			"GetId": {"IdentityPoolId": poolID, "Logins": c.logins}, "GetCredentialsForIdentity": {"IdentityId": good["IdentityId"], "Logins": c.logins},
		} {
			if _, refused := asked(p, operation, in); refused != c.want {
				t.Errorf("%s, %s: got %q, want %q", name, operation, refused, c.want)
			}
		}
	}
}

func TestR94_AUserHasOneIdentityAndNoOther(t *testing.T) {
	t.Parallel()
	id := func(token string) string {
		got, refused := asked(newPool(t, open), "GetId", object{"IdentityPoolId": poolID, "Logins": logins(token)})
		if refused != "" {
			t.Fatal(refused)
		}
		return got["IdentityId"].(string)
	}
	mine, again, his := id(ada(nil)), id(ada(object{"aud": "loose", "jti": "another"})), id(ada(object{"sub": "bob"}))
	if mine != again || mine == his || !strings.HasPrefix(mine, "eu-central-1:") || len(mine) != len(poolID) {
		t.Errorf("Ada is %s and then %s, Bob is %s", mine, again, his)
	}
	const other = "NotAuthorizedException: Logins don't match. Please include at least one valid login for this identity or identity pool."
	for _, identity := range []string{his, "", poolID} {
		if _, refused := asked(newPool(t, open), "GetCredentialsForIdentity", object{"IdentityId": identity, "Logins": logins(ada(nil))}); refused != other {
			t.Errorf("Ada as %q: %s", identity, refused)
		}
	}
}

func TestR94_AGuestGetsCredentialsOnlyWhereTheTemplateAsksForIt(t *testing.T) {
	t.Parallel()
	p := newPool(t, func(c *identity.Config) {
		open(c)
		c.Guests, c.Unauthenticated, c.Tags = true, role+"Guest", map[string]string{"sub": "sub"}
	})
	one, _ := asked(p, "GetId", object{"IdentityPoolId": poolID})
	two, _ := asked(p, "GetId", object{"IdentityPoolId": poolID})
	user, _ := asked(p, "GetId", object{"IdentityPoolId": poolID, "Logins": logins(ada(nil))})
	got, refused := asked(p, "GetCredentialsForIdentity", object{"IdentityId": one["IdentityId"]})
	if refused != "" || one["IdentityId"] == two["IdentityId"] || p.role() != role+"Guest" || len(p.lent.Tags) > 0 {
		t.Errorf("%v, %v: %v, %s", one, two, got, refused)
	}
	// A guest is not the user whose identity the request names, and the user is no guest.
	for _, in := range []object{{"IdentityId": user["IdentityId"]}, {"IdentityId": one["IdentityId"], "Logins": logins(ada(nil))}} {
		if _, refused := asked(p, "GetCredentialsForIdentity", in); !strings.Contains(refused, "Logins don't match") {
			t.Errorf("%v: %s", in, refused)
		}
	}
}

func TestR94_WhatIsNotSimulatedIsRefusedByName(t *testing.T) {
	t.Parallel()
	mapped := func(c *identity.Config) { c.Mappings["web"] = identity.Mapping{Default: true} }
	for want, c := range map[string]struct {
		change    func(*identity.Config)
		operation string
		in        object
	}{
		`UnknownOperationException: the local identity pool does not simulate the operation "UnlinkIdentity"`:                  {open, "UnlinkIdentity", nil},
		"InvalidParameterException: Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.":        {mapped, "GetOpenIdToken", nil},
		"InvalidParameterException: Basic (classic) flow is not enabled, please use enhanced flow.":                            {open, "GetOpenIdToken", nil},
		"ResourceNotFoundException: IdentityPool 'eu-central-1:another' not found.":                                            {open, "GetId", object{"IdentityPoolId": "eu-central-1:another"}},
		"SerializationException: the body is not what the operation takes: json: cannot unmarshal number into Go struct field": {open, "GetId", object{"IdentityPoolId": 7}},
	} {
		if _, refused := asked(newPool(t, c.change), c.operation, c.in); !strings.HasPrefix(refused, want) {
			t.Errorf("got %q, want %q", refused, want)
		}
	}
}
