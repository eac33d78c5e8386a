// Package tokens joins what an event says, what the table holds and which profile
// the app client has into the one question that package claims answers. The
// function and the preview of tokens ask by it, so that a preview cannot differ
// from what is issued.
package tokens

import (
	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Request makes the question. profile is the name of the app client's token
// profile, "" for none; readErr says that the rows in access could not be read.
// The result shares memory with the event.
func Request(e cognito.TokenGeneration, profile string, access table.Access, readErr error) claims.Request {
	request := claims.Request{
		Version: e.Version, Source: string(e.Source), Machine: e.Machine(),
		Profile: profile, StoreFailed: readErr != nil,
	}
	if request.Machine {
		return request
	}
	request.Authz = Authz(access)
	request.Tenant = e.AskedTenant
	request.Attributes = e.Attributes
	request.Groups = claims.EventGroups(e.Groups)
	return request
}

// Authz translates what the table holds of a person.
func Authz(access table.Access) *claims.Authz {
	row := access.Authz
	return &claims.Authz{
		Roles: row.Roles, Tenant: row.Tenant, Tenants: row.Tenants,
		Status:    string(row.Status),
		Suspended: row.Status == table.Suspended,
		Deleted:   access.Deleted,
		Extra:     row.Extra, Version: row.Rev,
	}
}
