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
		f.Env, f.Principal = local(f.Env), principal(stack, f)
		declared = append(declared, f.Function)
	}
	return declared
}

// poolConfig returns the configuration of the template's user pool.
func poolConfig(stack *template.Stack) userpool.Config {
	config := stack.Pool.Config
	for _, client := range stack.Pool.Clients {
		config.Clients = append(config.Clients, client.Client)
	}
	return config
}
