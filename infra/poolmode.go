package infra

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

// The suite makes a pool with everything around it, hooks its functions into one that the
// same app makes (Props.Pool), or serves one that somebody else makes (Settings.ExistingPool).
// But in the first case the pool's settings are its maker's, and the settings refuse them
// (package settings, Given).

// takesPool reports whether the suite does not make the pool.
func (p *Props) takesPool() bool { return p.Pool != nil || p.ExistingPool.Elsewhere() }

// existingPool returns a pool that somebody else makes, in the stack's account and Region.
func existingPool(scope constructs.Construct, e ExistingPool) awscognito.IUserPool {
	if e.ARN != "" {
		return awscognito.UserPool_FromUserPoolArn(scope, new("UserPool"), new(e.ARN))
	}
	return awscognito.UserPool_FromUserPoolId(scope, new("UserPool"), new(e.ID))
}

// makePool makes the pool, its domain, clients, API scopes and groups, or takes the app's
// own pool.
func (s *TriggerSuite) makePool(p *Props) {
	self := s.Construct
	switch {
	case p.Pool != nil:
		s.Pool, s.hookable = p.Pool, p.Pool
		return
	case p.ExistingPool.Elsewhere():
		s.Pool = existingPool(self, p.ExistingPool)
		return
	}
	pool := newPool(self, p)
	s.Pool, s.hookable = pool, pool
	s.Domain = newDomain(self, pool, p)
	s.ResourceServer = newResourceServer(self, pool, p)
	s.IdentityProviders = newIdentityProviders(self, pool, p)
	s.Clients = newClients(self, pool, s.ResourceServer, s.IdentityProviders, p)
	s.Branding = newBranding(self, pool, s.Clients, p)
	s.Groups = newGroups(self, pool, p)
	newPoolLogs(self, pool, p)
	newWebACLAssociation(self, pool, p)
}

// providerURL returns the issuer of the pool's tokens.
func (s *TriggerSuite) providerURL() *string {
	if s.hookable != nil {
		return s.hookable.UserPoolProviderUrl()
	}
	return new("https://" + *s.Pool.UserPoolProviderName())
}

// clientIDs returns the ids of the known app clients, by their names.
func (s *TriggerSuite) clientIDs() map[string]*string {
	ids := make(map[string]*string)
	for name, client := range s.props.Clients {
		ids[name] = client.UserPoolClientId()
	}
	for name, client := range s.Clients {
		ids[name] = client.UserPoolClientId()
	}
	if s.props.ExistingPool.Elsewhere() {
		for id := range s.props.ForeignClients {
			ids[id] = new(id)
		}
	}
	return ids
}

// people returns the ids of the app clients that people sign in with: those whose ids the
// stack knows, and others of the pool that the stage names by their ids.
func (s *TriggerSuite) people(p *Props) []*string {
	var all []*string
	ids := s.clientIDs()
	for _, name := range p.UserClients(p.given()) {
		all = append(all, ids[name])
	}
	for _, id := range slices.Sorted(maps.Keys(p.ForeignClients)) {
		if !p.ExistingPool.Elsewhere() && !p.Policy.Tokens.Profiles[p.ForeignClients[id]].Machine {
			all = append(all, new(id))
		}
	}
	return all
}

// GivenPool returns what the settings must know about a pool that the app makes, for
// settings.LoadStageFor; nil is none. What cannot be read from the pool, such as a schema
// that is a token, is taken for writable. The CDK shows no construct what AddOverride and
// its like change in the template, and no later change: set what is mutable, and who may
// sign up, in the construct and before this call.
func GivenPool(pool awscognito.UserPool) settings.Given {
	if pool == nil {
		return settings.Given{}
	}
	given := settings.Given{Pool: true}
	cfn, ok := pool.Node().DefaultChild().(awscognito.CfnUserPool)
	if !ok {
		return given
	}
	// jsii passes an object of Node by reference; Resolve returns the contents.
	read, _ := pool.Stack().Resolve(map[string]any{"schema": cfn.Schema(), "signUp": cfn.AdminCreateUserConfig(), "tier": cfn.UserPoolTier(), "updates": cfn.UserAttributeUpdateSettings()}).(map[string]any)
	schema, _ := read["schema"].([]any)
	for _, each := range schema {
		attribute, _ := each.(map[string]any)
		name, _ := attribute["name"].(string)
		developer, _ := attribute["developerOnlyAttribute"].(bool) // dev:custom:x is not custom:x
		if mutable, said := attribute["mutable"].(bool); name == "" || !said || mutable || developer {
			continue
		}
		if !cognito.IsStandard(name, 0) {
			name = "custom:" + name
		}
		given.Immutable = append(given.Immutable, name)
	}
	signUp, _ := read["signUp"].(map[string]any)
	given.Closed, _ = signUp["allowAdminCreateUserOnly"].(bool)
	updates, _ := read["updates"].(map[string]any)
	kept, _ := updates["attributesRequireVerificationBeforeUpdate"].([]any)
	for _, each := range kept {
		if name, ok := each.(string); ok {
			given.Keeps = append(given.Keeps, name)
		}
	}
	tier, _ := read["tier"].(string)
	given.Plan = Plan(strings.ToLower(tier))
	return given
}
