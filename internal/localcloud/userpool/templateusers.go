package userpool

import (
	"fmt"
	"slices"
)

// TemplateUser is a user whom a template creates, an AWS::Cognito::UserPoolUser.
type TemplateUser struct {
	Username                                   string
	Attributes, ValidationData, ClientMetadata map[string]string
	// ForceAliasCreation takes an alias from the user who has it.
	ForceAliasCreation bool
	// MessageAction SUPPRESS sends no invitation; DesiredDeliveryMediums are EMAIL and SMS,
	// where one goes.
	MessageAction          string
	DesiredDeliveryMediums []string
	// Groups are those of the template's attachments.
	Groups []string
}

// Create adds the users of a template as CloudFormation does, by AdminCreateUser: PreSignUp
// fires and may refuse. Unlike there a user is invited only if DesiredDeliveryMediums asks for
// it, so that a start sends no message by itself; AdminSetUserPassword lets the others in. The
// error names the user; those before it stay.
//
// In a pool that was kept, a user is created once, whatever became of it, and one that the
// template has no longer is deleted.
func (p *Pool) Create(users ...TemplateUser) error {
	defer p.service.changed()
	const kind = "user/"
	for named, username := range p.store.declaredOf(kind) {
		if !slices.ContainsFunc(users, func(u TemplateUser) bool { return u.Username == named }) {
			p.store.remove(username)
			take(p.store, p.store.declared, kind+named)
		}
	}
	for _, from := range users {
		if _, known := get(p.store, p.store.declared, kind+from.Username); known {
			continue
		}
		username, err := p.createOf(from)
		if err != nil {
			return fmt.Errorf("creating user %s of the template: %w", from.Username, err)
		}
		set(p.store, p.store.declared, kind+from.Username, username)
	}
	return nil
}

func (p *Pool) createOf(from TemplateUser) (username string, err error) {
	if len(from.DesiredDeliveryMediums) == 0 {
		from.MessageAction = "SUPPRESS"
	}
	out, err := p.adminCreateUser(adminCreateUserInput{
		Username: from.Username, UserAttributes: attributeList(from.Attributes), ValidationData: attributeList(from.ValidationData),
		ClientMetadata: from.ClientMetadata, ForceAliasCreation: from.ForceAliasCreation,
		MessageAction: from.MessageAction, DesiredDeliveryMediums: from.DesiredDeliveryMediums,
	})
	if err != nil {
		return "", err
	}
	u, _ := p.store.find(out.User.Username)
	for _, group := range from.Groups {
		if _, err := p.adminAddUserToGroup(u, groupInput{GroupName: group}); err != nil {
			return "", err
		}
	}
	return u.username, nil
}

func attributeList(attributes map[string]string) (list []attribute) {
	for name, value := range attributes {
		list = append(list, attribute{name, value})
	}
	return list
}
