package userpool

import (
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

// A change of attributes fires CustomMessage alone, for the code to a new address (guide,
// "Customizing user pool workflows with Lambda triggers", API operations and their triggers).

type updateInput struct {
	ofUser             // of the admin calls
	ofHolder           // of the user's calls
	UserAttributes     []attribute
	UserAttributeNames []string // of the deleting calls
	ClientMetadata     map[string]string
}

// changes returns the attributes to write. A blank value deletes (API reference,
// UpdateUserAttributes).
func (in updateInput) changes() map[string]string {
	changes := attributeMap(in.UserAttributes)
	for _, name := range in.UserAttributeNames {
		changes[name] = ""
	}
	return changes
}

type updateOutput struct {
	CodeDeliveryDetailsList []*codeDelivery `json:",omitempty"`
}

// updateUserAttributes reports where codes went; deleteUserAttributes sends none (API
// reference).
func (p *Pool) updateUserAttributes(u user, client Client, in updateInput) (updateOutput, error) {
	changes := in.changes()
	if err := client.checkWritable(changes); err != nil {
		return updateOutput{}, err
	}
	return p.update(u, changes, occasion{"UpdateUserAttribute", client.ID, in.ClientMetadata})
}

func (p *Pool) deleteUserAttributes(u user, client Client, in updateInput) (empty, error) {
	_, err := p.updateUserAttributes(u, client, in)
	return empty{}, err
}

// adminUpdateUserAttributes may also set email_verified and phone_number_verified. It
// serves AdminDeleteUserAttributes too (API reference).
func (p *Pool) adminUpdateUserAttributes(u user, in updateInput) (empty, error) {
	_, err := p.update(u, in.changes(), occasion{"UpdateUserAttribute", noClient, in.ClientMetadata})
	return empty{}, err
}

func (p *Pool) update(u user, changes map[string]string, why occasion) (updateOutput, error) {
	if err := p.checkChanges(changes); err != nil {
		return updateOutput{}, err
	}
	var unproven []string
	u, err := p.store.change(u.username, false, func(u *user) error {
		if err := p.checkMutable(u.attributes, changes); err != nil {
			return err
		}
		unproven, u.modified = p.write(u, changes), p.now()
		return nil
	})
	if err != nil {
		return updateOutput{}, err
	}
	list, err := p.sendCodes(u, unproven, why)
	return updateOutput{list}, err
}

// sendCodes sends a code to each of these new addresses. They are changed whatever becomes
// of the message.
func (p *Pool) sendCodes(u user, addresses []string, why occasion) (list []*codeDelivery, err error) {
	for _, name := range addresses {
		delivery, err := p.sendCode(u, "attribute", name, why)
		if err != nil {
			return nil, err
		}
		list = append(list, delivery)
	}
	return list, nil
}

// checkChanges is checkAttributes for a change, in which a blank value deletes. AWS does
// not say how it refuses the deletion of a required attribute.
func (p *Pool) checkChanges(changes map[string]string) error {
	present := maps.Clone(changes)
	for name, value := range changes {
		if value != "" {
			continue
		}
		if slices.Contains(p.cfg().RequiredAttributes, name) {
			return invalidParameter("user.%s: Attribute is required and cannot be deleted.", name)
		}
		if !p.inSchema(name) {
			return errNotInSchema(name)
		}
		delete(present, name)
	}
	return p.checkAttributes(present)
}

// write changes u and returns the addresses that need a code: those that take effect once
// proven (AttributesRequireVerificationBeforeUpdate), and those that have taken effect
// and that the pool verifies by itself. email_verified set to true in the same call skips
// both (API reference, AdminUpdateUserAttributes).
func (p *Pool) write(u *user, changes map[string]string) (unproven []string) {
	for _, name := range slices.Sorted(maps.Keys(changes)) { // email before email_verified
		value := changes[name]
		switch {
		case value == "":
			u.forget(name)
		case !isAddress(name) || value == u.attributes[name]:
			u.attributes[name] = value
			delete(u.waiting, name)
		case slices.Contains(p.cfg().VerifyBeforeUpdate, name) && changes[name+"_verified"] != "true":
			u.wait(name, value)
			unproven = append(unproven, name)
		default:
			u.move(name, value)
			if slices.Contains(p.cfg().AutoVerifiedAttributes, name) && changes[name+"_verified"] != "true" {
				unproven = append(unproven, name)
			}
		}
	}
	return unproven
}

func isAddress(name string) bool { return name == "email" || name == "phone_number" }

// forget removes an attribute, and with an address its verification mark. AWS does not
// say whether it keeps the mark.
func (u *user) forget(name string) {
	delete(u.attributes, name)
	delete(u.waiting, name)
	if isAddress(name) {
		delete(u.attributes, name+"_verified")
	}
}

func (u *user) wait(name, value string) {
	if u.waiting == nil {
		u.waiting = map[string]string{}
	}
	u.waiting[name] = value
}

// move sets a new address, which starts unverified (guide, "User attributes").
func (u *user) move(name, value string) {
	u.attributes[name], u.attributes[name+"_verified"] = value, "false"
	delete(u.waiting, name)
}

// inSchema reports whether users of the pool may have the attribute.
func (p *Pool) inSchema(name string) bool { return p.cfg().inSchema(name) }

func (c *Config) inSchema(name string) bool {
	_, custom := c.CustomAttributes[name]
	return custom || cognito.IsStandard(name, 0)
}

func errNotInSchema(name string) *APIError {
	return invalidParameter("Attributes did not conform to the schema: %s: Attribute does not exist in the schema.", name)
}

// isMark reports whether the attribute says that an address is verified.
func isMark(name string) bool { return strings.HasSuffix(name, "_verified") }
