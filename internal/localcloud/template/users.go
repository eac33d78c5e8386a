package template

import (
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// user reads an AWS::Cognito::UserPoolUser.
func (p *properties) user(id string) userpool.TemplateUser {
	return userpool.TemplateUser{
		Username: p.nameOf(id), Attributes: p.pairs("UserAttributes"), ValidationData: p.pairs("ValidationData"), ClientMetadata: p.texts("ClientMetadata"),
		ForceAliasCreation: p.flag("ForceAliasCreation"), MessageAction: p.text("MessageAction"), DesiredDeliveryMediums: p.list("DesiredDeliveryMediums"),
	}
}

// pairs reads a list of objects with Name and Value.
func (p *properties) pairs(name string) map[string]string {
	pairs := map[string]string{}
	for _, pair := range p.objects(name) {
		pairs[pair.text("Name")] = pair.text("Value")
	}
	return pairs
}

// attachUsers reads AWS::Cognito::UserPoolUserToGroupAttachment when all users are known.
func (r *reading) attachUsers() {
	for id, at := range r.of("AWS::Cognito::UserPoolUserToGroupAttachment") {
		at.ifOurs(func(pool *Pool) {
			name := at.text("Username")
			i := slices.IndexFunc(pool.Users, func(u userpool.TemplateUser) bool { return u.Username == name })
			if i < 0 {
				at.unsupported("%s: the template creates no user %s, so none is in the group", id, name)
				return
			}
			pool.Users[i].Groups = append(pool.Users[i].Groups, at.text("GroupName"))
		})
	}
}
