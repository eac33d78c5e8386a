package template

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// Pool is an AWS::Cognito::UserPool with what belongs to it. Its Config is read from its
// Settings, but for what other resources say.
type Pool struct {
	LogicalID string
	// Existing says that the stack is beside the pool and does not make it (existing.go). Its
	// LogicalID is its id.
	Existing bool `json:",omitempty"`
	userpool.Config
	Clients []Client
	Users   []userpool.TemplateUser
}

func (r *reading) pool(id string) {
	at := r.propertiesOf(id)
	if r.stack.Pool != nil {
		at.fault("", fmt.Errorf("the local cloud runs one user pool a stack, and %s is one already", r.stack.Pool.LogicalID))
		return
	}
	r.stack.Pool = &Pool{LogicalID: id}
	settings, err := userpool.NewSettings(at.poolRequest(id))
	if err != nil {
		at.faults = append(at.faults, fmt.Errorf("%s: %w", at.id, err))
	} else if r.stack.Pool.Config, err = settings.Config(); err != nil {
		at.faults = append(at.faults, fmt.Errorf("%s.%w", at.id, err))
	}
	physical, _ := r.physicalID(id, maxDepth)
	pool := &r.stack.Pool.Config
	pool.ID, pool.Region, pool.AccountID = fmt.Sprint(physical), r.stack.Region, r.stack.AccountID
	pool.ARN = arn("cognito-idp", "userpool/"+pool.ID)
}

// belongToPool reads what other resources add to functions and to the pool, when all of
// these are known.
func (r *reading) belongToPool() {
	r.attachQualifiers()
	for _, id := range slices.Sorted(maps.Keys(r.resources)) {
		at := r.propertiesOf(id)
		switch r.resources[id].Type {
		case "AWS::Cognito::UserPoolClient":
			at.ifOurs(func(pool *Pool) { pool.Clients = append(pool.Clients, at.client(id)) })
		case "AWS::Cognito::UserPoolGroup":
			at.ifOurs(func(pool *Pool) { pool.Groups = append(pool.Groups, at.group(id)) })
		case "AWS::Cognito::UserPoolDomain":
			at.ifOurs(func(pool *Pool) { pool.Domain = at.text("Domain") })
		case "AWS::Cognito::UserPoolIdentityProvider":
			at.ifOurs(func(pool *Pool) { pool.Providers = append(pool.Providers, at.identityProvider()) })
		case "AWS::Cognito::UserPoolResourceServer":
			at.ifOurs(func(pool *Pool) { pool.ResourceServers = append(pool.ResourceServers, at.resourceServer()) })
		case "AWS::Cognito::UserPoolUser":
			at.ifOurs(func(pool *Pool) { pool.Users = append(pool.Users, at.user(id)) })
		}
	}
	r.attachUsers()
}

// nameOf returns a resource's name, given or derived.
func (p *properties) nameOf(id string) string {
	name, err := p.name(id, p.resources[id], maxDepth)
	if err != nil {
		p.fault(nameProperties[p.resources[id].Type], err)
	}
	return name
}

// ifOurs calls add if the resource names this stack's pool.
func (p *properties) ifOurs(add func(*Pool)) {
	if named := p.text("UserPoolId"); p.stack.Pool == nil || named != p.stack.Pool.ID {
		p.unsupported("%s: it belongs to the user pool %s, which this stack does not create", strings.TrimSuffix(p.id, ".Properties"), named)
		return
	}
	add(p.stack.Pool)
}

func (p *properties) group(id string) userpool.Group {
	group := userpool.Group{Name: p.nameOf(id), RoleARN: p.text("RoleArn"), Description: p.text("Description")}
	if p.has("Precedence") {
		group.Precedence = new(p.number("Precedence", 0))
	}
	return group
}

// identityProvider reads a provider. A dynamic reference is no secret, and the local cloud has
// none for it: it stays as it is, and nobody asks for it but a provider on this machine.
func (p *properties) identityProvider() federation.Provider {
	read := federation.Provider{
		Name: p.text("ProviderName"), Type: p.text("ProviderType"), Identifiers: p.list("IdpIdentifiers"),
		Details: p.texts("ProviderDetails"), Mapping: p.texts("AttributeMapping"),
	}
	for _, member := range []string{"client_secret", "private_key"} {
		instead := "a page takes the place of " + read.Name + ", which needs none"
		if read.IsReal() {
			instead = "nobody signs in by " + read.Name + " until UpdateIdentityProvider names one"
		}
		if strings.HasPrefix(read.Details[member], "{{resolve:") {
			p.unsupported("%s.ProviderDetails.%s: the local cloud reads no secret of AWS: %s", p.id, member, instead)
		}
	}
	return read
}

func (p *properties) resourceServer() userpool.ResourceServer {
	server := userpool.ResourceServer{Identifier: p.text("Identifier"), Name: p.text("Name"), Descriptions: map[string]string{}}
	for _, scope := range p.objects("Scopes") {
		name := scope.text("ScopeName")
		server.Scopes, server.Descriptions[name] = append(server.Scopes, name), scope.text("ScopeDescription")
	}
	return server
}
