package localcloud

import (
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// functions turns the template's functions into the host's, with local names in their
// variables.
func functions(stack *template.Stack, local func(map[string]string) map[string]string) []lambdahost.Function {
	var declared []lambdahost.Function
	for _, f := range stack.Functions {
		f.Env = local(f.Env)
		declared = append(declared, f.Function)
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
		Recovery: p.Recovery, ImmutableAttributes: p.ImmutableAttributes,
		PasswordPolicy: userpool.PasswordPolicy(p.PasswordPolicy), Groups: p.Groups,
		Passkeys: p.Passkeys, Devices: p.Devices,
		FirstFactors: p.FirstFactors, MfaConfiguration: p.MfaConfiguration, EnabledMfas: p.EnabledMfas,
		CustomAttributes: p.CustomAttributes, Tier: p.Tier, Domain: p.Domain,
	}
	for name, trigger := range p.Triggers {
		config.Triggers[name] = userpool.Trigger(trigger)
	}
	for _, server := range p.ResourceServers {
		config.ResourceServers = append(config.ResourceServers, userpool.ResourceServer(server))
	}
	for _, client := range p.Clients {
		config.Clients = append(config.Clients, client.Client)
	}
	return config
}
