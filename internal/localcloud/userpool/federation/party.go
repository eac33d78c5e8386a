package federation

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Login is what the pool must remember of a browser that it sends to a real provider.
type Login struct{ nonce, verifier string }

// metadata is a provider's discovery document (OpenID Connect Discovery, section 3).
type metadata struct {
	Issuer    string `json:"issuer"`
	Authorize string `json:"authorization_endpoint"`
	Token     string `json:"token_endpoint"`
	UserInfo  string `json:"userinfo_endpoint"`
	JWKS      string `json:"jwks_uri"`
	// NamesItself is set if each answer has the parameter iss (RFC 9207, section 3).
	NamesItself bool `json:"authorization_response_iss_parameter_supported"`
}

// IsReal reports whether the pool asks this provider, and no page stands in its place: an
// OpenID provider on this machine. The local cloud calls no other host.
func (p Provider) IsReal() bool { return p.Type == OIDC && onThisMachine(p.Details["oidc_issuer"]) }

func onThisMachine(address string) bool {
	at, err := url.Parse(address)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" {
		return false
	}
	ip := net.ParseIP(at.Hostname())
	return at.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// party asks over HTTP. It follows no redirect: an endpoint is where the metadata says.
var party = &http.Client{
	Timeout:       5 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Leave returns the address of the provider's own page, and what Arrive needs later.
// redirectURI is this pool's Callback. Other parameters are passed on.
func (p Provider) Leave(ctx context.Context, redirectURI, state string, others url.Values) (string, Login, error) {
	provider, err := p.discover(ctx)
	if err != nil {
		return "", Login{}, err
	}
	to, err := url.Parse(provider.Authorize)
	if err != nil {
		return "", Login{}, fmt.Errorf("the provider's authorization_endpoint: %w", err)
	}
	login := Login{nonce: rand.Text(), verifier: rand.Text() + rand.Text()}
	challenge := sha256.Sum256([]byte(login.verifier))
	q := to.Query()
	for name, values := range others {
		q[name] = values
	}
	for name, value := range map[string]string{
		"response_type": "code", "client_id": p.Details["client_id"], "redirect_uri": redirectURI, "scope": p.Details["authorize_scopes"],
		"state": state, "nonce": login.nonce, "code_challenge_method": "S256",
		"code_challenge": base64.RawURLEncoding.EncodeToString(challenge[:]),
	} {
		q.Set(name, value)
	}
	to.RawQuery = q.Encode()
	return to.String(), login, nil
}

// Arrive exchanges the provider's code for its answer, and believes nothing that its keys
// have not signed for this pool and this browser (guide, "OIDC user pool IdP authentication
// flow"). iss is the parameter of that name, "" if there is none. A provider that promises it
// is not believed without (RFC 9207, section 2.4): the code would be another provider's.
func (p Provider) Arrive(ctx context.Context, redirectURI, code, iss string, login Login, now func() time.Time) (Answer, error) {
	provider, err := p.discover(ctx)
	if err != nil {
		return Answer{}, err
	}
	if iss != provider.Issuer && (iss != "" || provider.NamesItself) {
		return Answer{}, errors.New("the answer is another provider's")
	}
	// The guide, "Using OIDC identity providers": client_secret_post alone.
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirectURI}, "code_verifier": {login.verifier},
		"client_id": {p.Details["client_id"]}, "client_secret": {p.Details["client_secret"]},
	}
	var answer Answer
	if err := fetch(ctx, http.MethodPost, provider.Token, "", form, &answer.Token); err != nil {
		return Answer{}, fmt.Errorf("exchanging the code: %w", err)
	}
	idToken, _ := answer.Token["id_token"].(string)
	if answer.ID, err = p.verified(ctx, provider, idToken, login.nonce, now); err != nil {
		return Answer{}, fmt.Errorf("verifying the ID token: %w", err)
	}
	answer.Subject, _ = answer.ID["sub"].(string)
	return answer, p.ask(ctx, provider, &answer)
}

// ask adds what userInfo says. It may fail (guide, "Inbound federation Lambda trigger":
// "May be empty if … the endpoint call fails"), but not speak of another user (OpenID
// Connect Core, section 5.3.2).
func (p Provider) ask(ctx context.Context, provider metadata, answer *Answer) error {
	access, _ := answer.Token["access_token"].(string)
	method := cmp.Or(p.Details["attributes_request_method"], http.MethodGet)
	if provider.UserInfo == "" || fetch(ctx, method, provider.UserInfo, access, nil, &answer.Info) != nil || answer.Info == nil {
		answer.Info = map[string]any{}
	}
	if sub, given := answer.Info["sub"]; answer.Subject == "" || given && sub != answer.Subject {
		return errors.New("userInfo speaks of another user than the ID token")
	}
	return nil
}

func (p Provider) discover(ctx context.Context) (metadata, error) {
	issuer := p.Details["oidc_issuer"]
	var found metadata
	if err := fetch(ctx, http.MethodGet, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", "", nil, &found); err != nil {
		return metadata{}, fmt.Errorf("discovering the provider: %w", err)
	}
	if found.Issuer != issuer {
		return metadata{}, fmt.Errorf("the provider calls itself %q, not %q", found.Issuer, issuer)
	}
	for _, endpoint := range []string{found.Authorize, found.Token, found.JWKS, cmp.Or(found.UserInfo, issuer)} {
		if !onThisMachine(endpoint) {
			return metadata{}, fmt.Errorf("the provider's endpoint %q is not on this machine", endpoint)
		}
	}
	return found, nil
}

// verified returns the claims of an ID token (OpenID Connect Core, section 3.1.3.7). AWS also
// takes tokens that are signed with the client secret.
func (p Provider) verified(ctx context.Context, provider metadata, token, nonce string, now func() time.Time) (map[string]any, error) {
	var keys keySet
	if err := fetch(ctx, http.MethodGet, provider.JWKS, "", nil, &keys); err != nil {
		return nil, err
	}
	client, claims := p.Details["client_id"], jwt.MapClaims{}
	_, err := jwt.ParseWithClaims(token, claims, keys.find, jwt.WithValidMethods([]string{"RS256", "ES256"}), jwt.WithIssuer(provider.Issuer),
		jwt.WithAudience(client), jwt.WithExpirationRequired(), jwt.WithTimeFunc(now), jwt.WithJSONNumber())
	audience, _ := claims.GetAudience()
	switch azp, given := claims["azp"]; {
	case err != nil:
		return nil, err
	case len(audience) > 1 && !given:
		return nil, errors.New("the token is for several clients and names none that it was issued to")
	case claims["nonce"] != nonce:
		return nil, errors.New("the nonce is another sign-in's")
	case given && azp != client:
		return nil, errors.New("the token was issued to another client")
	}
	return claims, nil
}

// fetch reads a JSON object of at most 1 MB.
func fetch(ctx context.Context, method, from, bearer string, form url.Values, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, from, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := party.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", from, res.Status)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	return dec.Decode(into)
}
