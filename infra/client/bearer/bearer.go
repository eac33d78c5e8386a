// Package bearer lets in, at an API of your own, whom the user pool's access tokens let in. It is
// middleware for net/http:
//
//	v, err := bearer.New(bearer.Config{Pool: "eu-west-1_X", Clients: []string{"1example"}})
//	mux.Handle("POST /orders", v.Require(orders, bearer.Scopes("app/write"), bearer.MaxAge(5*time.Minute)))
//
//	who, _ := bearer.From(r.Context())
//
// A request brings one access token in the header Authorization (RFC 6750 §2.1). The token is
// signed by RS256 with a key that its issuer publishes, has not expired, was issued to a client
// of the list, and is for this API, if it says for whom it is. Whatever fails gets the same
// answer, in which nothing of the request is repeated. The rest is said of each route: all scopes, the level and the
// age of the sign-in, role and tenant, machines.
//
// Keys are fetched when the first token needs them, and kept. A key that nobody knows causes a
// fetch, at most one in ten seconds for each issuer; so a forged kid costs nothing, and a new
// key is found within that time. An issuer signs for itself alone, since each has its own
// keys. Without any key, or with an unknown one while none can be fetched, the answer is 503: it is
// not the token's fault, and nobody gets in.
//
// A signature cannot show that a user was signed out or suspended since (developer guide,
// "Verifying JSON web tokens"). The suite counts the changes of a user's rights in authz_version.
// So a token is refused once a newer one of the user was seen here, and Fresh asks the user's row.
//
// A client that knows this API alone, such as an agent's (Model Context Protocol), finds where its
// user signs in. The challenge says which scopes are needed and where Metadata is, which names the
// resource and the authorization server; ServerMetadata has the pool's endpoints. The client asks
// for resource=, by PKCE, and gets a token whose aud is this API's; a refresh keeps it. It brings
// the id of an app client that has its callback and these scopes: Cognito registers none by itself.
// AWS's page of the authorize endpoint takes any URL as resource. Such clients repeat it at the
// token endpoint, whose page does not name it; a user reports invalid_grant there until a resource
// server had the URL as its identifier (PrefectHQ/fastmcp#2139).
//
// It imports no AWS SDK. Package bearertest has the tokens with which it is tried.
package bearer

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Config says whose tokens are accepted, and for what. Pool and Clients are required.
type Config struct {
	// Pool is the pool's id, which begins with its Region.
	Pool string
	// Regions are further ones in which the pool has a replica.
	Regions []string
	// NewIssuer also accepts the issuer https://issuer-cognito-idp.<region>…, which pools that
	// were switched to it have.
	NewIssuer bool
	// Issuers, if not nil, are all accepted issuers with the addresses of their keys, in place
	// of those that follow from Pool, Regions and NewIssuer. It is for the local cloud, whose
	// banner shows both: tokens' issuer, public keys.
	Issuers map[string]string

	// Clients are the ids of the app clients whose tokens are accepted.
	Clients []string
	// Resources are the values of the claim aud that this API answers to: URLs, which a client
	// names with resource= (RFC 8707). The first is the API's own. A token without aud, or
	// with its client as aud, is accepted too; RequireResource refuses these.
	Resources []string
	// Scopes are published in Metadata. Nil publishes none.
	Scopes []string
	// Server, if it has an Authorize URL, is published by ServerMetadata.
	Server Server

	// Tenant, Roles and Version name the claims of the token profile. Default: tenant, roles
	// and authz_version.
	Tenant, Roles, Version string
	// Levels are authentication levels by the acr that says them. Nil: urn:cognito:loa:1 to 4.
	// A name that is not listed has level 0.
	Levels map[string]int
	// Rows answers Fresh; nil: no route may have it.
	Rows Rows
	// IgnoreVersions accepts a token although a newer one of the user was seen here.
	IgnoreVersions bool

	// HTTP fetches the keys. Nil: a client that waits three seconds and follows no redirect.
	HTTP *http.Client
	// Failed is told why keys or a row could not be read: once a fetch, and once a request that
	// needs the row. It must be safe for concurrent use, and neither panic nor wait. Nil: nobody is told.
	Failed func(error)
	// Refused is told why a token was answered with invalid_token, which the answer never says. It
	// holds no claim of the token. It must be safe for concurrent use. Nil: nobody is told.
	Refused func(*http.Request, error)
}

// Verifier judges tokens. It is safe for concurrent use.
type Verifier struct {
	config  Config
	issuers map[string]*keySet
	parser  *jwt.Parser
	seen    recent[int64]
	rows    rows
}

// leeway is how far the clocks may differ.
const leeway = time.Minute

// poolForm is a pool's id (API reference, UserPoolType, Id).
var poolForm = regexp.MustCompile(`^([a-z]+(?:-[a-z]+)+-\d)_[0-9A-Za-z]+$`)

// New returns a Verifier. It asks nobody. An error says what the configuration lacks.
func New(c Config) (*Verifier, error) {
	region := poolForm.FindStringSubmatch(c.Pool)
	if region == nil {
		return nil, fmt.Errorf("bearer: Pool %q is not the id of a user pool, such as eu-west-1_AbCdEfGhI", c.Pool)
	}
	if len(c.Clients) == 0 || slices.Contains(c.Clients, "") {
		return nil, errors.New("bearer: Clients names no app client, or an empty one")
	}
	for _, resource := range c.Resources {
		if u, err := url.Parse(resource); err != nil || u.Host == "" || u.Fragment != "" {
			return nil, fmt.Errorf("bearer: the resource %q is not an absolute URL without a fragment (RFC 8707 §2)", resource)
		}
	}
	if c.Server.Authorize != "" && len(c.Resources) == 0 {
		return nil, errors.New("bearer: Server needs Resources, whose first names the origin that publishes it")
	}
	c.Tenant, c.Roles, c.Version = cmp.Or(c.Tenant, "tenant"), cmp.Or(c.Roles, "roles"), cmp.Or(c.Version, "authz_version")
	if c.Levels == nil {
		c.Levels = map[string]int{"urn:cognito:loa:1": 1, "urn:cognito:loa:2": 2, "urn:cognito:loa:3": 3, "urn:cognito:loa:4": 4}
	}
	if c.Refused == nil {
		c.Refused = func(*http.Request, error) {}
	}
	if c.Failed == nil {
		c.Failed = func(error) {}
	}
	if c.HTTP == nil {
		c.HTTP = &http.Client{Timeout: fetchLimit, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	if c.Issuers == nil {
		c.Issuers = issuers(c.Pool, append([]string{region[1]}, c.Regions...), c.NewIssuer)
	}
	v := &Verifier{config: c, issuers: map[string]*keySet{}, parser: jwt.NewParser(
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithStrictDecoding(), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(leeway),
	)}
	for issuer, address := range c.Issuers {
		v.issuers[issuer] = &keySet{address: address, client: c.HTTP, failed: c.Failed}
	}
	v.rows.ask = c.Rows
	return v, nil
}

// issuers are a table and no pattern: a pattern would accept the pool of another Region (developer
// guide, "Verifying JSON web tokens").
func issuers(pool string, regions []string, newer bool) map[string]string {
	table := map[string]string{}
	for _, region := range regions {
		for _, host := range []string{"cognito-idp.", "issuer-cognito-idp."} {
			domain := ".amazonaws.com/"
			if strings.HasPrefix(region, "cn-") {
				domain = ".amazonaws.com.cn/"
			}
			if issuer := "https://" + host + region + domain + pool; newer || host == "cognito-idp." {
				table[issuer] = issuer + "/.well-known/jwks.json"
			}
		}
	}
	return table
}
