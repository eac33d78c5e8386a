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
	labelShape      = shape{1, 256, anyShape.pattern}
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

type listServersInput struct {
	ofPool
	paging
}

type serversOutput struct {
	ResourceServers []resourceServer
	NextToken       string `json:",omitempty"`
}

// server returns the resource server of a request for one, checked against the API's model.
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
	return resourceServer{in.UserPoolID, in.Identifier, in.Name, in.Scopes}, first(errs...)
}

func (p *Pool) createResourceServer(in serverInput) (serverOutput, error) {
	server, err := in.server()
	if err != nil {
		return serverOutput{}, err
	}
	return serverOutput{server}, p.store.withServers(func(servers map[string]resourceServer) error {
		switch _, taken := servers[in.Identifier]; {
		case taken:
			return invalidParameter("%s already exists in user pool %s.", in.Identifier, in.UserPoolID)
		case len(servers) >= maxServers:
			return refuse("LimitExceededException", "The user pool has %d resource servers, which is the limit", maxServers)
		}
		servers[in.Identifier] = server
		return nil
	})
}

// updateResourceServer replaces name and scopes: "If you don't provide a value for an
// attribute, it is set to the default value" (API reference).
func (p *Pool) updateResourceServer(in serverInput) (serverOutput, error) {
	server, err := in.server()
	if err != nil {
		return serverOutput{}, err
	}
	_, err = p.onServer(in, func(servers map[string]resourceServer) { servers[in.Identifier] = server })
	return serverOutput{server}, err
}

func (p *Pool) describeResourceServer(in serverInput) (serverOutput, error) {
	server, err := p.onServer(in, func(map[string]resourceServer) {})
	return serverOutput{server}, err
}

// deleteResourceServer takes its scopes from the client credentials: "users can no longer
// generate access tokens with scopes that are associate with that resource server" (API
// reference). Clients keep the names (aws-cloudformation/cloudformation-coverage-roadmap#173).
func (p *Pool) deleteResourceServer(in serverInput) (empty, error) {
	_, err := p.onServer(in, func(servers map[string]resourceServer) { delete(servers, in.Identifier) })
	return empty{}, err
}

// onServer returns a server as it was before f.
func (p *Pool) onServer(in serverInput, f func(map[string]resourceServer)) (server resourceServer, err error) {
	err = p.store.withServers(func(servers map[string]resourceServer) error {
		found, ok := servers[in.Identifier]
		if !ok {
			return refuse("ResourceNotFoundException", "Resource server %s does not exist.", in.Identifier)
		}
		server = found
		f(servers)
		return nil
	})
	return server, err
}

func (p *Pool) listResourceServers(in listServersInput) (serversOutput, error) {
	var all []resourceServer
	_ = p.store.withServers(func(servers map[string]resourceServer) error {
		for _, server := range servers {
			all = append(all, server)
		}
		return nil
	})
	page, token, err := pageOf(p, serversList, in.paging, "", all, func(s resourceServer) string { return s.Identifier })
	return serversOutput{page, token}, err
}

func (s *store) withServers(f func(map[string]resourceServer) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f(s.servers)
}

// customScopes are the full names of the scopes of all resource servers.
func (s *store) customScopes() map[string]bool {
	all := map[string]bool{}
	_ = s.withServers(func(servers map[string]resourceServer) error {
		for _, server := range servers {
			for _, scope := range server.Scopes {
				all[server.Identifier+"/"+scope.ScopeName] = true
			}
		}
		return nil
	})
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
