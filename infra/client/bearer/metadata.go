package bearer

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Server has the addresses of the pool's domain, as its discovery document has them. Cognito's
// own document lacks code_challenge_methods_supported, without which a client of the Model Context
// Protocol must refuse to sign in (its specification of 2025-11-25, "Authorization Code Protection").
// Some do (zed-industries/zed#60358), the SDK for TypeScript does not (typescript-sdk#2831).
type Server struct{ Authorize, Token, Revoke string }

const protectedResource = "/.well-known/oauth-protected-resource"

// metadataURL returns where the metadata of a resource is expected: at its origin, with its path
// behind (RFC 9728 §3.1); "" means the first one. Without resources it is "", and challenges do not
// name it.
func (v *Verifier) metadataURL(resource string) string {
	if len(v.config.Resources) == 0 {
		return ""
	}
	u, _ := url.Parse(cmp.Or(resource, v.config.Resources[0])) // New has checked them
	metadata := u.Scheme + "://" + u.Host + metadataPath(u)
	if u.RawQuery != "" {
		metadata += "?" + u.RawQuery
	}
	return metadata
}

func metadataPath(resource *url.URL) string {
	return protectedResource + strings.TrimSuffix(resource.EscapedPath(), "/")
}

// Metadata returns the handler of the protected-resource metadata (RFC 9728), by which a client
// that knows only this API finds where its user signs in. Serve it, without Require, at
// /.well-known/oauth-protected-resource followed by the path of each resource; at any other path it
// answers for the first. It answers 404 without Config.Resources.
func (v *Verifier) Metadata() http.Handler {
	if len(v.config.Resources) == 0 {
		return http.NotFoundHandler()
	}
	servers := slices.Sorted(maps.Keys(v.config.Issuers))
	if v.config.Server.Authorize != "" {
		servers = []string{v.origin()}
	}
	documents := map[string]http.Handler{}
	for _, resource := range v.config.Resources {
		u, _ := url.Parse(resource)
		document := map[string]any{"resource": resource, "authorization_servers": servers, "bearer_methods_supported": []string{"header"}}
		if len(v.config.Scopes) > 0 {
			document["scopes_supported"] = v.config.Scopes
		}
		documents[metadataPath(u)] = publish(document)
	}
	first, _ := url.Parse(v.config.Resources[0])
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		document := documents[r.URL.EscapedPath()]
		if document == nil {
			document = documents[metadataPath(first)]
		}
		document.ServeHTTP(w, r)
	})
}

// ServerMetadata returns the handler of an authorization server's metadata (RFC 8414) for
// /.well-known/oauth-authorization-server of this API's origin. It has Cognito's endpoints, and says
// what Cognito does and does not publish: PKCE by S256. It is for access tokens: the iss of an ID
// token is the pool's. It answers 404 without Config.Server.
func (v *Verifier) ServerMetadata() http.Handler {
	server := v.config.Server
	if server.Authorize == "" {
		return http.NotFoundHandler()
	}
	document := map[string]any{
		"issuer": v.origin(), "authorization_endpoint": server.Authorize, "token_endpoint": server.Token,
		"response_types_supported": []string{"code"}, "grant_types_supported": []string{"authorization_code", "refresh_token"},
		"code_challenge_methods_supported":      []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{"none", "client_secret_basic", "client_secret_post"},
	}
	if server.Revoke != "" {
		document["revocation_endpoint"] = server.Revoke
	}
	if len(v.config.Scopes) > 0 {
		document["scopes_supported"] = v.config.Scopes
	}
	return publish(document)
}

// origin returns that of the first resource.
func (v *Verifier) origin() string {
	u, _ := url.Parse(v.config.Resources[0])
	return u.Scheme + "://" + u.Host
}

// publish answers GET and HEAD of any web page: the documents are public.
func publish(document map[string]any) http.Handler {
	body, _ := json.Marshal(document) // texts only
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "public, max-age=3600")
		_, _ = w.Write(body)
	})
}
