package bearer

import (
	"context"
	"errors"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// longestHeader bounds what is read of the header Authorization. Cognito's access tokens are
// far below it.
const longestHeader = 8 << 10

// credentials is what RFC 6750 §2.1 allows behind the scheme; a scheme is in any case (RFC 9110
// §11.1).
var (
	scheme      = regexp.MustCompile(`^(?i:bearer)(?:\s|$)`)
	credentials = regexp.MustCompile(`^(?i:bearer) +([-._~+/0-9A-Za-z]+=*)$`)
)

// tokenOf returns the request's token. Another scheme is no token (RFC 6750 §3.1: "an unsupported
// authentication method").
func tokenOf(r *http.Request) (string, *denial) {
	values := r.Header["Authorization"]
	if len(values) == 0 || len(values) == 1 && !scheme.MatchString(values[0]) {
		return "", noToken
	}
	if len(values) > 1 || len(values[0]) > longestHeader {
		return "", malformed
	}
	found := credentials.FindStringSubmatch(values[0])
	if found == nil {
		return "", malformed
	}
	return found[1], nil
}

// The reasons for which a token that its issuer signed is refused, beside those of golang-jwt. Only
// Config.Refused is told them.
var (
	errIssuer   = errors.New("the issuer is not of Config.Issuers, or of the pool and its Regions")
	errUse      = errors.New("it is no access token of Cognito: token_use, sub, iat or the version is missing or has another form")
	errClient   = errors.New("its client is not of Config.Clients")
	errAudience = errors.New("its aud is neither of Config.Resources nor its own client")
	errMachine  = errors.New("it is a machine's, and the route is without Machines")
	errResource = errors.New("its aud is not the route's resource")
	errOld      = errors.New("a token of the user with a newer version was seen")
	errRow      = errors.New("the user's row is newer, or the user is suspended or deleted")
)

// refuse tells why a token is invalid.
func (v *Verifier) refuse(r *http.Request, why error) *denial {
	v.config.Refused(r, why)
	return invalid
}

// verified checks everything that is the same for all routes.
func (v *Verifier) verified(r *http.Request, token string) (*Principal, *denial) {
	claims := jwt.MapClaims{}
	_, err := v.parser.ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) { return v.key(r.Context(), t) })
	if errors.Is(err, errNoKeys) {
		return nil, noKeys
	}
	if err != nil {
		return nil, v.refuse(r, err)
	}
	p, ok := v.principal(claims)
	switch {
	case !ok:
		return nil, v.refuse(r, errUse)
	case !slices.Contains(v.config.Clients, p.Client):
		return nil, v.refuse(r, errClient)
	case !v.isForUs(claims, p.Client):
		return nil, v.refuse(r, errAudience)
	}
	return p, nil
}

// key returns the key of a token whose signature is still to be checked. A header that names
// a key of another place, or demands what nobody here understands, is refused (RFC 7515
// §4.1.11). Without a kid keyfunc would try each key.
func (v *Verifier) key(ctx context.Context, t *jwt.Token) (any, error) {
	kid, _ := t.Header["kid"].(string)
	_, critical := t.Header["crit"]
	issuer, err := t.Claims.GetIssuer()
	keys := v.issuers[issuer]
	if err != nil || keys == nil {
		return nil, errIssuer
	}
	if kid == "" || critical {
		return nil, errUnknownKey
	}
	return keys.key(ctx, t)
}

// principal reads the claims that Cognito writes into each access token (developer guide,
// "Understanding the access token"), and those of the token profile. It reports false where one has
// another form, and for a token that is no access token.
func (v *Verifier) principal(c jwt.MapClaims) (*Principal, bool) {
	sub, username := text(c, "sub"), text(c, "username")
	issued, _ := c.GetIssuedAt()
	at, timed := whole(c["auth_time"])
	version, versioned := whole(c[v.config.Version])
	if text(c, "token_use") != "access" || sub == "" || issued == nil || (c[v.config.Version] != nil && !versioned) {
		return nil, false
	}
	p := &Principal{
		Subject: sub, Client: text(c, "client_id"), Username: username,
		Scopes: strings.FieldsFunc(text(c, "scope"), func(r rune) bool { return r == ' ' }), // RFC 6749 §3.3
		Tenant: text(c, v.config.Tenant), Roles: list(c[v.config.Roles]), Version: version, Claims: c,
		Level: v.config.Levels[text(c, "acr")],
	}
	p.Machine = p.Subject == p.Client && username == ""
	if signedIn := time.Unix(at, 0); timed && time.Until(signedIn) <= leeway {
		p.SignedIn = signedIn
	}
	return p, true
}

// isForUs reports whether a token is for this API: it says nothing of it, names a resource of
// ours, or its own client (the token profile's audience: client).
func (v *Verifier) isForUs(c jwt.MapClaims, client string) bool {
	said, there := c["aud"]
	if !there {
		return true
	}
	audience, _ := said.(string)
	return audience == client || slices.Contains(v.config.Resources, audience)
}

// whole returns a claim that is a whole number below 2^53, above which a float64 skips some.
func whole(claim any) (int64, bool) {
	number, ok := claim.(float64)
	ok = ok && number >= 0 && number < 1<<53 && number == math.Trunc(number)
	return int64(number), ok
}

// text returns a claim that is a text, and "" for any other.
func text(c jwt.MapClaims, name string) string {
	value, _ := c[name].(string)
	return value
}

// list returns the texts of a list.
func list(value any) []string {
	items, _ := value.([]any)
	texts := make([]string, 0, len(items))
	for _, item := range items {
		if text, ok := item.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}
