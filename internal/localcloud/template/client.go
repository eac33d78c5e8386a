package template

import (
	"errors"
	"fmt"
	"maps"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// Client is an AWS::Cognito::UserPoolClient. Its Name is ClientName, or the logical id.
type Client struct {
	LogicalID string
	userpool.Client
}

// client reads an app client: the properties are the members of CreateUserPoolClient.
func (p *properties) client(id string) Client {
	physical, _ := p.physicalID(id, maxDepth)
	settings := map[string]any{"ClientName": id}
	maps.Copy(settings, p.plainObject("UserPoolClient.", "", p.values))
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
		p.faults = append(p.faults, fmt.Errorf("%s: %w", p.id, err))
	}
	return Client{id, client}
}
