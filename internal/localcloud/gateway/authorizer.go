package gateway

import (
	"cmp"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// authorize judges the request's token by AWS's rules (guide, "Control access to HTTP APIs
// with JWT authorizers") and keeps its claims. It returns nil if the request may go on. AWS
// documents no header of a 403.
func (g *Gateway) authorize(q *request) *answer {
	authorizer := q.route.Authorizer
	if authorizer == nil {
		return nil
	}
	given := strings.Join(q.Header.Values("Authorization"), ",") // as API Gateway joins every header
	if given == "" {
		return challenge("Bearer")
	}
	claims, err := g.verify(authorizer, strings.TrimPrefix(given, "Bearer "))
	if err != nil {
		return challenge(fmt.Sprintf("Bearer scope=%q error=%q error_description=%q", "", "invalid_token", err))
	}
	if wanted := q.route.Scopes; len(wanted) > 0 && !slices.ContainsFunc(scopesOf(claims), func(s string) bool { return slices.Contains(wanted, s) }) {
		return refuse(http.StatusForbidden, "Forbidden")
	}
	q.claims = claims
	return nil
}

func challenge(with string) *answer {
	a := refuse(http.StatusUnauthorized, "Unauthorized")
	a.header.Set("Www-Authenticate", with)
	return a
}

// verify returns the claims of a token. Its errors are error_description: they repeat nothing
// of the token. That of the audience is AWS's; the others are not documented.
func (g *Gateway) verify(authorizer *Authorizer, token string) (jwt.MapClaims, error) {
	iss, keys, err := g.opts.Keys(authorizer.Issuer)
	if err != nil {
		return nil, errors.New("the issuer's keys cannot be read")
	}
	claims := jwt.MapClaims{}
	// "Currently, only RSA-based algorithms are supported." exp is required, without leeway.
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256", "RS384", "RS512"}), jwt.WithIssuer(iss), jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(), jwt.WithTimeFunc(g.opts.Now), jwt.WithJSONNumber())
	_, err = parser.ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) { return keyOf(t, keys) })
	for _, known := range []error{jwt.ErrTokenMalformed, jwt.ErrTokenUnverifiable, jwt.ErrTokenSignatureInvalid, jwt.ErrTokenExpired, jwt.ErrTokenNotValidYet, jwt.ErrTokenUsedBeforeIssued, jwt.ErrTokenInvalidIssuer} {
		if errors.Is(err, known) {
			return nil, known
		}
	}
	if err != nil {
		return nil, jwt.ErrTokenInvalidClaims
	}
	if !whole(token) {
		return nil, jwt.ErrTokenMalformed
	}
	if !authorizer.admits(claims) {
		return nil, errors.New("the token does not have a valid audience")
	}
	return claims, nil
}

// whole reports whether the claims of a token that was parsed are one JSON value: with
// WithJSONNumber golang-jwt does not look at what follows the first one. AWS does not say whether
// its authorizer does; a refusal is our choice.
func whole(token string) bool {
	claims, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	return err == nil && json.Valid(claims)
}

// keyOf returns the key that a token names: without a kid there is none.
func keyOf(t *jwt.Token, keys map[string]*rsa.PublicKey) (*rsa.PublicKey, error) {
	kid, _ := t.Header["kid"].(string)
	if key, ok := keys[kid]; ok {
		return key, nil
	}
	return nil, errors.New("no key has this kid")
}

// admits judges client_id only where there is no aud (guide, "Troubleshooting issues with
// HTTP API JWT authorizers").
func (a *Authorizer) admits(claims jwt.MapClaims) bool {
	named, there := claims["aud"]
	if !there {
		named = claims["client_id"]
	}
	return slices.ContainsFunc(texts(named), func(one string) bool { return slices.Contains(a.Audience, one) })
}

// scopesOf returns those of scope, or of scp.
func scopesOf(claims map[string]any) (scopes []string) {
	for _, text := range texts(cmp.Or(claims["scope"], claims["scp"])) {
		scopes = append(scopes, strings.FieldsFunc(text, func(r rune) bool { return r == ' ' })...) // RFC 6749, section 3.3
	}
	return scopes
}

// texts returns a text, or the texts of a list.
func texts(value any) (list []string) {
	items, isList := value.([]any)
	if !isList {
		items = []any{value}
	}
	for _, item := range items {
		if text, ok := item.(string); ok {
			list = append(list, text)
		}
	}
	return list
}
