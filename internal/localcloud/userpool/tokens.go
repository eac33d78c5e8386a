package userpool

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// open starts a session of an API sign-in and returns its tokens.
func (p *Pool) open(u user, client Client, source string, metadata map[string]string) (authOutput, error) {
	g := p.newGrant(u, client, []string{selfService}, false)
	offer, err := p.linked(&g, client, source)
	if err != nil {
		return authOutput{}, err
	}
	result, err := p.start(g, client, source, metadata)
	if err == nil {
		result.NewDeviceMetadata = offer
	}
	return authOutput{AuthenticationResult: result, ChallengeParameters: map[string]string{}}, err
}

// start keeps the session before the trigger runs, so that what ends the user's sessions
// meanwhile ends this one.
func (p *Pool) start(g grant, client Client, source string, metadata map[string]string) (*authResult, error) {
	kept := g
	kept.nonce = ""
	token := p.store.addGrant(kept)
	result, err := p.issue(g, client, source, metadata)
	if err != nil {
		p.store.endSession(g.originJTI)
		return nil, err
	}
	result.RefreshToken = token
	return result, nil
}

// issue fires pre token generation with the user as it is now and signs both tokens. A
// session ends when its user is deleted, disabled, or signed out while the trigger runs, or
// its client deleted.
func (p *Pool) issue(g grant, client Client, source string, metadata map[string]string) (*authResult, error) {
	u, ok := p.store.find(g.username)
	if !ok || u.sub != g.sub {
		return nil, errNoUser()
	}
	if !u.enabled {
		return nil, errDisabled()
	}
	if _, err := p.clientByID(client.ID); err != nil {
		return nil, err
	}
	groups := p.store.groupConfiguration(u)
	changes, err := p.firePreToken(source, u.username, client.ID, preTokenRequest{
		UserAttributes: p.eventAttributes(u), GroupConfiguration: &groups, Scopes: g.scopes, ClientMetadata: metadata,
	})
	if err != nil {
		return nil, err
	}
	if p.store.isRevoked("", g.originJTI) {
		return nil, notAuthorized("Refresh Token has been revoked")
	}
	shared := p.sharedClaims(u, g)
	id, access := p.idClaims(shared, u, client, g), p.accessClaims(shared, u, client, g)
	if client.NoTokenRevocation {
		p.store.withoutOrigin(id, access)
	}
	if err := changes.apply(id, access, groups, g.scopes, client.ID); err != nil {
		return nil, err
	}
	result, err := p.signBoth(id, access, client, g.hosted)
	if err == nil && g.hosted && !slices.Contains(g.scopes, "openid") {
		result.IDToken = "" // guide, "Scopes, M2M, and resource servers": openid "Authorizes the ID token"
	}
	return result, err
}

func (p *Pool) firePreToken(source, userName, clientID string, request preTokenRequest) (overrides, error) {
	trigger := p.cfg().Triggers[preTokenGeneration]
	version := eventVersion(trigger)
	var response any = preTokenResponseV2{}
	if version == "1" {
		request.Scopes, response = nil, preTokenResponseV1{}
	}
	ev := p.newEvent("TokenGeneration_"+source, userName, clientID, request, response)
	ev.Version = version
	raw, err := p.fire(preTokenGeneration, ev)
	if err != nil {
		return overrides{}, err
	}
	return decodeOverrides(raw, version)
}

// sharedClaims returns the claims of both tokens (guide, "Understanding the identity (ID)
// token" and "Understanding the access token", default payloads).
func (p *Pool) sharedClaims(u user, g grant) map[string]any {
	claims := map[string]any{
		"sub": u.sub, "iss": p.Issuer(), "origin_jti": g.originJTI, "event_id": newUUID(),
		"auth_time": g.authTime.Unix(), "iat": p.now().Unix(),
	}
	if g.amr != nil {
		claims["amr"] = g.amr
	}
	if g.acr != "" { // "fed" is no level
		claims["acr"] = g.acr
	}
	return claims
}

// idClaims returns the attributes that client and scopes allow, with AWS's types in a
// token.
func (p *Pool) idClaims(shared map[string]any, u user, client Client, g grant) map[string]any {
	claims := map[string]any{}
	if g.nonce != "" {
		claims["nonce"] = g.nonce
	}
	for name, value := range u.attributes {
		if client.readable(name) && (!g.hosted || disclosed(g.scopes, name)) {
			claims[name] = AttributeClaim(name, value)
		}
	}
	maps.Copy(claims, shared)
	claims["cognito:username"] = u.username
	claims["aud"], claims["token_use"], claims["jti"] = client.ID, "id", newUUID()
	claims["exp"] = p.now().Add(client.idLife()).Unix()
	return claims
}

func (p *Pool) accessClaims(shared map[string]any, u user, client Client, g grant) map[string]any {
	claims := maps.Clone(shared)
	claims["username"], claims["client_id"] = u.username, client.ID
	claims["token_use"], claims["jti"] = "access", newUUID()
	claims["exp"] = p.now().Add(client.accessLife()).Unix()
	if g.hosted {
		claims["version"] = 2
	}
	if g.device != "" {
		claims["device_key"] = g.device // guide, "Understanding the access token"
	}
	if g.resource != "" {
		claims["aud"] = g.resource
	}
	return claims
}

// AttributeClaim returns an attribute with its type in the token: attributes are strings, but
// verification marks are booleans in the token, identities is an array, address an
// object, updated_at a number. Inside identities, primary and dateCreated become strings
// (guide, "Understanding the identity (ID) token", federated sign-in).
func AttributeClaim(name, value string) any {
	switch name {
	case "email_verified", "phone_number_verified":
		return value == "true"
	case "address":
		return map[string]string{"formatted": value}
	case "updated_at":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return n
		}
	case "identities":
		var list []identity
		if json.Unmarshal([]byte(value), &list) == nil {
			return identityClaims(list)
		}
	}
	return value
}

// signBoth signs the tokens. The ID token of a hosted session binds the access token beside it
// (at_hash; OpenID Connect Core, section 3.2.2.9: an app that gets them in a fragment must
// check it; AWS's are seen in pmill/aws-cognito#34).
func (p *Pool) signBoth(id, access map[string]any, client Client, hosted bool) (*authResult, error) {
	out := &authResult{TokenType: "Bearer", ExpiresIn: int(client.accessLife() / time.Second)}
	var err error
	if out.AccessToken, err = signWith(p.keys.access, access); err != nil {
		return nil, err
	}
	if hosted {
		sum := sha256.Sum256([]byte(out.AccessToken))
		id["at_hash"] = base64URL(sum[:len(sum)/2])
	}
	if out.IDToken, err = signWith(p.keys.id, id); err != nil {
		return nil, err
	}
	return out, nil
}

func signWith(key func() (*signingKey, error), claims map[string]any) (string, error) {
	k, err := key()
	if err != nil {
		return "", err
	}
	return k.sign(claims)
}

// holder returns the user of an access token, which must carry the self-service scope
// (guide, "Understanding the access token").
func (p *Pool) holder(token string) (user, Client, error) {
	u, client, _, err := p.bearer(token, selfService)
	return u, client, err
}

// errNoScope is also what a machine's token gets: amplify-js#1906 and aws-sdk-android#1813
// read the sentence.
var errNoScope = notAuthorized("Access Token does not have required scopes")

// accessClaims are what the pool reads of its own access tokens.
type accessClaims struct {
	Issuer    string `json:"iss"`
	Username  string `json:"username"`
	ClientID  string `json:"client_id"`
	Scope     string `json:"scope"`
	JTI       string `json:"jti"`
	OriginJTI string `json:"origin_jti"`
	Exp       int64  `json:"exp"`
}

// originOf returns the origin_jti of an access token that was found valid.
func (p *Pool) originOf(token string) string {
	var claims accessClaims
	if key, err := p.keys.access(); err == nil {
		payload, _ := key.verify(token)
		_ = json.Unmarshal(payload, &claims)
	}
	p.store.mu.Lock()
	defer p.store.mu.Unlock()
	return cmp.Or(claims.OriginJTI, p.store.origins[claims.JTI])
}

// bearer returns what an access token stands for, if it is valid and has the scope, and all
// its scopes. The tokens of a user who was signed out or disabled are revoked (API
// reference, AdminUserGlobalSignOut, which has the sentence, and AdminDisableUser).
func (p *Pool) bearer(token, scope string) (user, Client, []string, error) {
	key, err := p.keys.access()
	if err != nil {
		return user{}, Client{}, nil, err
	}
	var claims accessClaims
	payload, ok := key.verify(token)
	if !ok || json.Unmarshal(payload, &claims) != nil || !p.ownIssuer(claims.Issuer) {
		return user{}, Client{}, nil, notAuthorized("Invalid Access Token")
	}
	u, known := p.store.find(claims.Username)
	client, err := p.clientByID(claims.ClientID)
	switch {
	case p.now().Unix() >= claims.Exp:
		return user{}, Client{}, nil, notAuthorized("Access Token has expired")
	case !slices.Contains(strings.Fields(claims.Scope), scope):
		return user{}, Client{}, nil, errNoScope
	case err != nil || !known || !u.enabled || p.store.isRevoked(claims.JTI, claims.OriginJTI):
		return user{}, Client{}, nil, notAuthorized("Access Token has been revoked")
	}
	return u, client, strings.Fields(claims.Scope), nil
}
