package template

import (
	"errors"
	"fmt"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// Client is an AWS::Cognito::UserPoolClient. Its Name is ClientName, or the logical id.
type Client struct {
	LogicalID string
	userpool.Client
}

// client reads an app client as CloudFormation passes it to the API: the properties are the
// members of CreateUserPoolClient, where numbers and flags may also be text.
func (p *properties) client(id string) Client {
	physical, _ := p.physicalID(id, maxDepth)
	settings := map[string]any{"ClientName": id}
	for name := range p.values {
		if value, ok := p.value(name); ok {
			settings[name] = value
		}
	}
	for _, name := range []string{"AccessTokenValidity", "AuthSessionValidity", "IdTokenValidity", "RefreshTokenValidity"} {
		if p.has(name) {
			settings[name] = p.number(name, 0)
		}
	}
	for _, name := range []string{"AllowedOAuthFlowsUserPoolClient", "EnablePropagateAdditionalUserContextData", "EnableTokenRevocation", "GenerateSecret"} {
		if p.has(name) {
			settings[name] = p.flag(name)
		}
	}
	if rotation := p.object("RefreshTokenRotation"); rotation.has("RetryGracePeriodSeconds") {
		settings["RefreshTokenRotation"] = map[string]any{"Feature": rotation.text("Feature"), "RetryGracePeriodSeconds": rotation.number("RetryGracePeriodSeconds", 0)}
	}
	if settings["GenerateSecret"] == true {
		settings["ClientSecret"] = p.clientSecret(id)
	}
	settings["ClientId"] = fmt.Sprint(physical)
	client, err := userpool.NewClient(settings)
	var wrong *userpool.ClientError
	switch {
	case errors.As(err, &wrong):
		p.fault(wrong.Member, errors.New(wrong.Want))
	case err != nil:
		p.fault("", err)
	}
	return Client{id, client}
}
