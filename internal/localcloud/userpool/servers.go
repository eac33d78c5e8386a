package userpool

import (
	"cmp"
	"slices"
)

// The quotas of an account that asked for none (guide, "Quotas in Amazon Cognito", resource
// quotas).
const (
	maxServers = 25
	maxScopes  = 100
)

var (
	identifierShape = shape{1, 256, `[\x21\x23-\x5B\x5D-\x7E]+`}
	scopeShape      = shape{1, 256, `[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+`} // no slash
	labelShape      = shape{1, 256, anyText}
)

// ResourceServer is an API that owns custom scopes. A scope's full name is
// "<Identifier>/<scope>". Name and Descriptions, by scope, are labels; "" is Identifier or
// the scope itself.
type ResourceServer struct {
	Identifier, Name string
	Scopes           []string
	Descriptions     map[string]string
}

// standardScopes are those of every pool (guide, "Scopes, M2M, and resource servers").
func standardScopes() []string { return []string{"openid", "email", "phone", "profile", selfService} }

type resourceServer struct {
	UserPoolID string `json:"UserPoolId"`
	Identifier string
	Name       string
	Scopes     []scopeType `json:",omitempty"`
}

type scopeType struct{ ScopeName, ScopeDescription string }

type serverInput struct {
	ofPool
	Identifier, Name string
	Scopes           []scopeType
}

type serverOutput struct{ ResourceServer resourceServer }

// server returns the resource server of a request for one, checked against the API's model.
// The sentences about resource servers are from memory: AWS documents their exceptions only.
func (in serverInput) server() (resourceServer, error) {
	if len(in.Scopes) > maxScopes {
		return resourceServer{}, violation("", "scopes", "have length less than or equal to 100")
	}
	errs := []error{identifierShape.check("identifier", in.Identifier), shape{1, 256, nameShape.pattern}.check("name", in.Name)}
	names := map[string]bool{}
	for _, scope := range in.Scopes {
		errs = append(errs, scopeShape.check("scopes.member.scopeName", scope.ScopeName), labelShape.check("scopes.member.scopeDescription", scope.ScopeDescription))
		names[scope.ScopeName] = true
	}
	if len(names) < len(in.Scopes) {
		errs = append(errs, invalidParameter("The resource server has a scope more than once"))
	}
	return resourceServer{in.UserPoolID, in.Identifier, in.Name, in.Scopes}, cmp.Or(errs...)
}

func (p *Pool) createResourceServer(in serverInput) (serverOutput, error) {
	server, err := in.server()
	if err == nil {
		taken := invalidParameter("%s already exists in user pool %s.", in.Identifier, in.UserPoolID)
		err = insert(p.store, p.store.servers, in.Identifier, server, maxServers, "resource servers", taken)
	}
	return serverOutput{server}, err
}

func (in serverInput) errNone() *APIError {
	return refuse("ResourceNotFoundException", "Resource server %s does not exist.", in.Identifier)
}

// updateResourceServer replaces name and scopes: "If you don't provide a value for an
// attribute, it is set to the default value" (API reference).
func (p *Pool) updateResourceServer(in serverInput) (serverOutput, error) {
	server, err := in.server()
	if err == nil {
		_, err = edit(p.store, p.store.servers, in.Identifier, in.errNone(), func(old *resourceServer) error { *old = server; return nil })
	}
	return serverOutput{server}, err
}

func (p *Pool) describeResourceServer(in serverInput) (serverOutput, error) {
	if server, known := get(p.store, p.store.servers, in.Identifier); known {
		return serverOutput{server}, nil
	}
	return serverOutput{}, in.errNone()
}

// deleteResourceServer takes its scopes from the client credentials: "users can no longer
// generate access tokens with scopes that are associate with that resource server" (API
// reference). Clients keep the names (aws-cloudformation/cloudformation-coverage-roadmap#173).
func (p *Pool) deleteResourceServer(in serverInput) (empty, error) {
	if _, known := take(p.store, p.store.servers, in.Identifier); !known {
		return empty{}, in.errNone()
	}
	return empty{}, nil
}

func (p *Pool) listResourceServers(in pageInput) (object, error) {
	return pageOf(p, serversList, in.paging, "", values(p.store, p.store.servers), func(s resourceServer) string { return s.Identifier }, same)
}

// customScopes are the full names of the scopes of all resource servers.
func (s *store) customScopes() map[string]bool {
	all := map[string]bool{}
	for _, server := range values(s, s.servers) {
		for _, scope := range server.Scopes {
			all[server.Identifier+"/"+scope.ScopeName] = true
		}
	}
	return all
}

// serversOf returns the resource servers of a template.
func serversOf(cfg Config) map[string]resourceServer {
	servers := map[string]resourceServer{}
	for _, declared := range cfg.ResourceServers {
		server := resourceServer{UserPoolID: cfg.ID, Identifier: declared.Identifier, Name: cmp.Or(declared.Name, declared.Identifier)}
		for _, name := range slices.Compact(slices.Sorted(slices.Values(declared.Scopes))) {
			server.Scopes = append(server.Scopes, scopeType{name, cmp.Or(declared.Descriptions[name], name)})
		}
		servers[declared.Identifier] = server
	}
	return servers
}
