package userpool

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
)

// oauthError is a refusal of the token endpoint (guide, "The token endpoint", examples of
// negative responses). The description is ours.
type oauthError struct {
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

func (e *oauthError) Error() string { return e.Code + ": " + e.Description }

type tokenOutput struct {
	AccessToken  string `json:"access_token"`
	IDToken      string `json:"id_token,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
	ExpiresIn    int    `json:"expires_in"`
	TokenType    string `json:"token_type"`
}

func (r *authResult) oauth() tokenOutput {
	return tokenOutput{r.AccessToken, r.IDToken, r.RefreshToken, r.ExpiresIn, r.TokenType}
}

// serveToken serves POST /oauth2/token, which only a pool with a domain has.
func (p *Pool) serveToken(w http.ResponseWriter, r *http.Request) {
	if out, err := p.token(r); err != nil {
		writeOAuthError(w, err)
	} else {
		w.Header().Set("Cache-Control", "no-store") // RFC 6749, section 5.1
		writeJSON(w, http.StatusOK, oauthJSON, out)
	}
}

const oauthJSON = "application/json;charset=UTF-8"

func writeOAuthError(w http.ResponseWriter, err error) {
	refusal, status := oauthErrorOf(err), http.StatusBadRequest
	if refusal.Code == "server_error" {
		status = http.StatusInternalServerError
	}
	writeJSON(w, status, oauthJSON, refusal)
}

// oauthErrorOf returns an error as OAuth says it. AWS does not say how a failing trigger
// or a replaced refresh token reads at the token endpoint; an app reads invalid_request in
// its redirect for a failing trigger (seen in amplify-js#3778 and others).
func oauthErrorOf(err error) *oauthError {
	var refusal *oauthError
	var api *APIError
	switch {
	case errors.As(err, &refusal):
		return refusal
	case errors.As(err, &api) && strings.Contains(api.Code, "Lambda"):
		return &oauthError{"invalid_request", api.Message}
	case errors.As(err, &api):
		return &oauthError{"invalid_grant", api.Message}
	}
	return &oauthError{"server_error", err.Error()}
}

func (p *Pool) token(r *http.Request) (tokenOutput, error) {
	client, err := p.clientOf(r)
	if err != nil {
		return tokenOutput{}, err
	}
	switch grantType := r.PostForm.Get("grant_type"); grantType {
	case "authorization_code":
		return p.codeGrant(client, r.PostForm)
	case "client_credentials":
		return p.clientCredentials(client, r.PostForm.Get("scope"), r.PostForm.Get("aws_client_metadata"))
	case "refresh_token":
		return p.refreshGrant(client, r.PostForm.Get("refresh_token"))
	case "":
		return tokenOutput{}, &oauthError{"invalid_request", "grant_type is missing"}
	default:
		return tokenOutput{}, &oauthError{"unsupported_grant_type", "the local user pool has authorization_code, client_credentials and refresh_token, not " + grantType}
	}
}

// clientOf reads a form and returns the client that sends it, authenticated.
func (p *Pool) clientOf(r *http.Request) (Client, error) {
	if !p.hasDomain() {
		return Client{}, &oauthError{"invalid_request", "the user pool has no domain, and without one no token endpoint"}
	}
	if err := r.ParseForm(); err != nil {
		return Client{}, &oauthError{"invalid_request", "the body is not x-www-form-urlencoded"}
	}
	if twice := onlyOnce(r.PostForm); twice != nil {
		return Client{}, twice
	}
	return p.authenticate(r)
}

// authenticate accepts client_secret_basic and client_secret_post (guide, "The token
// endpoint"). A request that uses both must say the same twice (RFC 6749, section 2.3: one
// method a request; many clients repeat client_id).
func (p *Pool) authenticate(r *http.Request) (Client, error) {
	id, given, basic := r.BasicAuth()
	form := r.PostForm
	switch {
	case !basic:
		id, given = form.Get("client_id"), form.Get("client_secret")
	case form.Has("client_id") && form.Get("client_id") != id, form.Has("client_secret") && form.Get("client_secret") != given:
		return Client{}, &oauthError{"invalid_request", "the header and the body name different clients or secrets"}
	}
	client, err := p.clientByID(id)
	if err != nil || !client.authenticates(given) {
		return Client{}, &oauthError{"invalid_client", "no app client has this id and secret"}
	}
	return client, nil
}

// refreshGrant works with rotation and without (guide, "Refresh tokens", OAuth token
// refresh).
func (p *Pool) refreshGrant(client Client, token string) (tokenOutput, error) {
	if token == "" {
		return tokenOutput{}, &oauthError{"invalid_request", "refresh_token is missing"}
	}
	result, err := p.refresh(client, token, "RefreshTokens", nil)
	if err != nil {
		return tokenOutput{}, err
	}
	return result.oauth(), nil
}

// clientCredentials implements the grant of guide, "The token endpoint" and "Scopes, M2M,
// and resource servers". Only a trigger of version three fires: the others do not know
// machines.
func (p *Pool) clientCredentials(client Client, scope, metadata string) (tokenOutput, error) {
	if client.Secret == "" || !slices.Contains(client.AllowedOAuthFlows, "client_credentials") {
		return tokenOutput{}, &oauthError{"unauthorized_client", "the app client has no secret or not the flow client_credentials"}
	}
	var data map[string]string
	if metadata != "" && json.Unmarshal([]byte(metadata), &data) != nil {
		return tokenOutput{}, &oauthError{"invalid_request", "aws_client_metadata is not a JSON object of strings"}
	}
	return p.machineGrant(client, strings.Fields(scope), data)
}

// machineGrant makes a token for a client that has authenticated.
func (p *Pool) machineGrant(client Client, asked []string, metadata map[string]string) (tokenOutput, error) {
	scopes, err := p.machineScopes(client, asked)
	if err != nil {
		return tokenOutput{}, err
	}
	var changes overrides
	if p.cfg().Triggers[preTokenGeneration].Version == "V3_0" {
		changes, err = p.firePreToken("ClientCredentials", "ClientCredentials", client.ID, preTokenRequest{
			UserAttributes: map[string]string{}, Scopes: scopes, ClientMetadata: metadata,
		})
		if err != nil {
			return tokenOutput{}, err
		}
	}
	return p.machineToken(client, scopes, changes)
}

// machineToken makes the machine-to-machine payload: sub is the client; no user, no
// groups, no origin_jti (guide, "Understanding the access token").
func (p *Pool) machineToken(client Client, scopes []string, changes overrides) (tokenOutput, error) {
	now := p.now()
	claims := map[string]any{
		"sub": client.ID, "client_id": client.ID, "token_use": "access", "iss": p.Issuer(), "version": 2,
		"auth_time": now.Unix(), "iat": now.Unix(), "exp": now.Add(client.accessLife()).Unix(), "jti": newUUID(),
	}
	if err := changes.applyAccess(claims, scopes, client.ID, 0); err != nil {
		return tokenOutput{}, err
	}
	token, err := signWith(p.keys.access, claims)
	return tokenOutput{AccessToken: token, ExpiresIn: int(client.accessLife() / time.Second), TokenType: "Bearer"}, err
}

// machineScopes returns the requested scopes, without a request all custom scopes of the
// client. A scope that exists but is not the client's is invalid_grant, one that does not
// exist invalid_scope (guide, "The token endpoint", scope).
func (p *Pool) machineScopes(client Client, asked []string) ([]string, error) {
	custom := p.store.customScopes()
	for _, s := range asked {
		switch {
		case !custom[s]:
			return nil, &oauthError{"invalid_scope", "no resource server has the scope " + s}
		case !slices.Contains(client.AllowedOAuthScopes, s):
			return nil, &oauthError{"invalid_grant", "the app client is not allowed the scope " + s}
		}
	}
	if len(asked) == 0 {
		asked = slices.DeleteFunc(slices.Clone(client.AllowedOAuthScopes), func(s string) bool { return !custom[s] })
	}
	if len(asked) == 0 {
		return nil, &oauthError{"invalid_grant", "the app client has no custom scope of a resource server"}
	}
	return asked, nil
}
