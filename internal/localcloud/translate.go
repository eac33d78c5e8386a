package localcloud

import (
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// functions turns the template's functions into the host's.
func functions(stack *template.Stack) []lambdahost.Function {
	var declared []lambdahost.Function
	for _, f := range stack.Functions {
		declared = append(declared, lambdahost.Function{
			Name: f.Name, ARN: f.ARN, Dir: f.Dir, Env: f.Env, Timeout: f.Timeout, MemoryMiB: f.MemoryMiB,
			Version: f.Version, Aliases: f.Aliases, ReservedConcurrency: f.ReservedConcurrency,
		})
	}
	return declared
}

// poolConfig turns the template's user pool into the pool's configuration.
func poolConfig(stack *template.Stack) userpool.Config {
	p := stack.Pool
	config := userpool.Config{
		ID: p.ID, ARN: p.ARN, Region: stack.Region, AccountID: stack.AccountID,
		Triggers:           map[string]userpool.Trigger{},
		UsernameAttributes: p.UsernameAttributes, AliasAttributes: p.AliasAttributes,
		AutoVerifiedAttributes: p.AutoVerifiedAttributes, RequiredAttributes: p.RequiredAttributes, VerifyBeforeUpdate: p.VerifyBeforeUpdate,
		CaseSensitive: p.CaseSensitive, AllowAdminCreateUserOnly: p.AllowAdminCreateUserOnly,
		PasswordPolicy: userpool.PasswordPolicy(p.PasswordPolicy), Groups: p.Groups,
		CustomAttributes: p.CustomAttributes, Tier: p.Tier, Domain: p.Domain,
	}
	for name, trigger := range p.Triggers {
		config.Triggers[name] = userpool.Trigger(trigger)
	}
	for _, server := range p.ResourceServers {
		config.ResourceServers = append(config.ResourceServers, userpool.ResourceServer(server))
	}
	for _, client := range p.Clients {
		config.Clients = append(config.Clients, poolClient(client))
	}
	return config
}

func poolClient(c template.Client) userpool.Client {
	return userpool.Client{
		ID: c.ID, Name: c.Name, Secret: c.Secret, ExplicitAuthFlows: c.ExplicitAuthFlows,
		ReadAttributes: c.ReadAttributes, WriteAttributes: c.WriteAttributes,
		AllowedOAuthFlows: c.AllowedOAuthFlows, AllowedOAuthScopes: c.AllowedOAuthScopes,
		RefreshTokenRotation: c.RefreshTokenRotation, RefreshGrace: c.RefreshGrace,
		AccessTokenValidity: c.AccessTokenValidity, IDTokenValidity: c.IDTokenValidity,
		RefreshTokenValidity: c.RefreshTokenValidity, PreventUserExistenceErrors: c.PreventUserExistenceErrors,
	}
}
