package template

import (
	"cmp"
	"fmt"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// Client is an AWS::Cognito::UserPoolClient. Its Name is ClientName, or the logical id.
type Client struct {
	LogicalID string
	userpool.Client
}

func (p *properties) client(id string) Client {
	physical, _ := p.physicalID(id, maxDepth)
	rotation := p.object("RefreshTokenRotation")
	client := userpool.Client{
		ID: fmt.Sprint(physical), Name: cmp.Or(p.text("ClientName"), id),
		ExplicitAuthFlows: p.list("ExplicitAuthFlows"),
		ReadAttributes:    p.list("ReadAttributes"), WriteAttributes: p.list("WriteAttributes"),
		RefreshTokenRotation:       rotation.text("Feature") == "ENABLED",
		RefreshGrace:               rotation.seconds("RetryGracePeriodSeconds"),
		AccessTokenValidity:        p.validity("AccessToken", "hours", 5*time.Minute, 24*time.Hour),
		IDTokenValidity:            p.validity("IdToken", "hours", 5*time.Minute, 24*time.Hour),
		RefreshTokenValidity:       p.validity("RefreshToken", "days", time.Hour, 10*365*24*time.Hour),
		AuthSessionValidity:        time.Duration(p.number("AuthSessionValidity", 0)) * time.Minute,
		NoTokenRevocation:          !p.flag("EnableTokenRevocation", true),
		PreventUserExistenceErrors: p.text("PreventUserExistenceErrors") == "ENABLED",
	}
	if p.flag("GenerateSecret", false) {
		client.Secret = p.clientSecret(id)
	}
	if p.flag("AllowedOAuthFlowsUserPoolClient", false) {
		client.AllowedOAuthFlows, client.AllowedOAuthScopes = p.list("AllowedOAuthFlows"), p.list("AllowedOAuthScopes")
		client.CallbackURLs, client.LogoutURLs = p.list("CallbackURLs"), p.list("LogoutURLs")
		client.DefaultRedirectURI = p.text("DefaultRedirectURI")
	}
	return Client{id, client}
}

// validity reads a token's validity in the unit that TokenValidityUnits names. AWS takes
// none outside the limits (API reference, UserPoolClientType).
func (p *properties) validity(token, unit string, shortest, longest time.Duration) time.Duration {
	units := p.object("TokenValidityUnits")
	if given := units.text(token); given != "" {
		unit = given
	}
	lengths := map[string]time.Duration{"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour}
	length, known := lengths[unit]
	if !known {
		units.fault(token, fmt.Errorf("want seconds, minutes, hours or days, not %q", unit))
	}
	validity := time.Duration(p.number(token+"Validity", 0)) * length
	if known && validity != 0 && (validity < shortest || validity > longest) {
		p.fault(token+"Validity", fmt.Errorf("want %v to %v, not %v", shortest, longest, validity))
	}
	return validity
}
