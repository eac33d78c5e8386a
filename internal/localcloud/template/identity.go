package template

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/identity"
)

// IdentityPool is an AWS::Cognito::IdentityPool with its roles and tags.
type IdentityPool struct {
	LogicalID string
	// Lends are the ARNs of its roles, which are among the stack's.
	Lends []string
	identity.Config
}

// identityPool reads the identity pool, then what names it.
func (r *reading) identityPool() {
	const kind = "AWS::Cognito::IdentityPool"
	for id, at := range r.of(kind) {
		at.readIdentityPool(id)
	}
	for _, at := range r.of(kind + "RoleAttachment") {
		at.ofIdentityPool(at.identityRoles)
	}
	for _, at := range r.of(kind + "PrincipalTag") {
		at.ofIdentityPool(at.principalTag)
	}
}

func (p *properties) readIdentityPool(id string) {
	switch {
	case p.stack.Pool == nil:
		p.unsupported("%s: it is left out, since the stack has no user pool", id)
		return
	case p.stack.IdentityPool != nil:
		p.fault("", fmt.Errorf("the local cloud runs one identity pool a stack, and %s is one already", p.stack.IdentityPool.LogicalID))
		return
	}
	pool := &IdentityPool{LogicalID: id, Config: identity.Config{
		ID: p.reference(id), Guests: p.flag("AllowUnauthenticatedIdentities"), Clients: map[string]bool{}, Mappings: map[string]identity.Mapping{}, Tags: map[string]string{},
	}}
	for _, provider := range p.objects("CognitoIdentityProviders") {
		if named := provider.text("ProviderName"); provider.ours(named) {
			pool.Provider = named
			pool.Clients[provider.text("ClientId")] = provider.flag("ServerSideTokenCheck")
		}
	}
	p.stack.IdentityPool = pool
}

// ours reports whether a provider is the stack's user pool. No token of another is taken.
func (p *properties) ours(provider string) bool {
	ours := strings.HasPrefix(provider, "cognito-idp.") && strings.HasSuffix(provider, "/"+p.stack.Pool.ID)
	if !ours {
		p.unsupported("%s: the identity pool takes no token of %s, which is not the stack's user pool", p.id, provider)
	}
	return ours
}

// ofIdentityPool calls read if the resource names the stack's identity pool.
func (p *properties) ofIdentityPool(read func(*IdentityPool)) {
	pool := p.stack.IdentityPool
	if named := p.text("IdentityPoolId"); pool == nil || named != pool.ID {
		p.unsupported("%s: it belongs to the identity pool %s, which this stack does not create", strings.TrimSuffix(p.id, ".Properties"), named)
		return
	}
	read(pool)
}

func (p *properties) identityRoles(pool *IdentityPool) {
	roles := p.texts("Roles")
	for _, kind := range slices.Sorted(maps.Keys(roles)) {
		switch kind {
		case "authenticated":
			pool.Authenticated = p.lent(roles[kind])
		case "unauthenticated":
			pool.Unauthenticated = p.lent(roles[kind])
		default:
			p.fault("Roles."+kind, errors.New("want authenticated or unauthenticated"))
		}
	}
	mappings := p.object("RoleMappings")
	for _, key := range slices.Sorted(maps.Keys(mappings.values)) {
		mapping := mappings.object(key)
		provider := key
		if mapping.has("IdentityProvider") {
			provider = mapping.text("IdentityProvider")
		}
		provider, client, _ := strings.Cut(provider, ":")
		if !mapping.ours(provider) {
			continue
		}
		pool.Mappings[client] = mapping.identityMapping()
		if pool.Mappings[client].FromToken {
			for _, group := range p.stack.Pool.Groups {
				if group.RoleARN != "" {
					p.lent(group.RoleARN)
				}
			}
		}
	}
}

// identityMapping reads a role mapping; judge knows its words.
func (p *properties) identityMapping() identity.Mapping {
	read := identity.Mapping{
		FromToken: p.text("Type") == "Token", Default: p.text("AmbiguousRoleResolution") == "AuthenticatedRole",
	}
	for _, rule := range p.object("RulesConfiguration").objects("Rules") {
		read.Rules = append(read.Rules, identity.Rule{
			Claim: rule.text("Claim"), Match: rule.text("MatchType"), Value: rule.text("Value"), RoleARN: rule.lent(rule.text("RoleARN")),
		})
	}
	return read
}

// lent notes a role that the identity pool lends.
func (p *properties) lent(arn string) string {
	p.stack.IdentityPool.Lends = append(p.stack.IdentityPool.Lends, arn)
	p.useRole(arn, strings.TrimSuffix(p.id, ".Properties"))
	return arn
}

func (p *properties) principalTag(pool *IdentityPool) {
	if p.ours(p.text("IdentityProviderName")) {
		pool.Tags = p.texts("PrincipalTags")
	}
}
