package userpool

import "maps"

// migration is a call that names a user whom the pool does not have, in a pool whose
// UserMigration trigger may bring it (guide, "Migrate user Lambda trigger").
type migration struct {
	source, typed        string
	client               Client
	password             *string // nil when a password was forgotten
	validation, metadata map[string]string
}

// userMigrationRequest: logs show userAttributes as null.
type userMigrationRequest struct {
	Password       *string           `json:"password,omitempty"`
	ValidationData map[string]string `json:"validationData"`
	UserAttributes map[string]string `json:"userAttributes"`
	ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
}

type userMigrationResponse struct {
	UserAttributes         map[string]string `json:"userAttributes"`
	FinalUserStatus        *string           `json:"finalUserStatus"`
	MessageAction          *string           `json:"messageAction"`
	DesiredDeliveryMediums []string          `json:"desiredDeliveryMediums"`
	ForceAliasCreation     *bool             `json:"forceAliasCreation"`
	EnableSMSMFA           *bool             `json:"enableSMSMFA"`
}

// migrateAtSignIn brings a user who signs in with a password that the client sends. A
// refusal of the function counts as a wrong password, so that nobody tries passwords of the
// other directory without limit. The pages show no sentence of the function
// (amazon-cognito-developer-guide#37).
func (p *Pool) migrateAtSignIn(client Client, typed, password string, validation map[string]string) error {
	if _, known := p.store.find(typed); known || !p.has(userMigration) {
		return nil
	}
	err := p.judge(p.lockOf(user{}, typed), func() error {
		return p.migrate(migration{source: "Authentication", typed: typed, client: client, password: &password, validation: validation})
	})
	if err != nil && client.onPages {
		return errIncorrect()
	}
	return err
}

// migrate asks the trigger for the user and adds it. A function that returns no attributes
// brings nobody: the call goes on as for any unknown user (guide, "Managing user existence
// error responses"). Neither PreSignUp nor PostConfirmation fires; AWS does not say.
func (p *Pool) migrate(m migration) error {
	request := userMigrationRequest{Password: m.password, ValidationData: m.validation, ClientMetadata: m.metadata}
	var brought userMigrationResponse
	response, err := p.fire(userMigration, p.newEvent("UserMigration_"+m.source, m.typed, m.client.ID, request, brought))
	if err == nil {
		err = decodeResponse(response, &brought)
	}
	if err != nil || len(brought.UserAttributes) == 0 {
		return err
	}
	u, err := p.migrated(m, brought)
	if err == nil {
		err = p.store.add(u, is(brought.ForceAliasCreation))
	}
	if err != nil {
		if _, known := p.store.find(m.typed); known {
			return nil // another call has brought it
		}
		return err
	}
	p.welcome(u, brought)
	return nil
}

func is(flag *bool) bool { return flag != nil && *flag }

func says(text *string, word string) bool { return text != nil && *text == word }

// errMigration has the words that clients have seen for a user that cannot be added. AWS
// documents no exception for it; this one is a choice.
func (m migration) errMigration() *APIError {
	return refuse("UserNotFoundException", "Exception migrating user in app client %s", m.client.ID)
}

// migrated makes the user of a response. The password policy does not count. A status other
// than CONFIRMED is RESET_REQUIRED, without a password. A function that returns sub fails
// the sign-in (boto3#2747). Required attributes that are missing get default values on AWS,
// which does not name them; here they stay away.
func (p *Pool) migrated(m migration, brought userMigrationResponse) (user, error) {
	attributes, now, sub := maps.Clone(brought.UserAttributes), p.now(), newUUID()
	if _, ok := attributes["sub"]; ok {
		return user{}, errIncorrect()
	}
	name, err := p.migratedName(m, sub, attributes)
	if err != nil || p.checkAttributes(attributes) != nil {
		return user{}, m.errMigration()
	}
	u := user{username: name, sub: sub, enabled: true, status: resetRequired, attributes: attributes, created: now, modified: now}
	for _, address := range []string{"email", "phone_number"} {
		if attributes[address] != "" && attributes[address+"_verified"] == "" {
			attributes[address+"_verified"] = "false"
		}
	}
	if says(brought.FinalUserStatus, confirmed) {
		u.status = confirmed
		if m.password != nil {
			u.password = p.verifier(name, *m.password)
		}
	}
	if is(brought.EnableSMSMFA) {
		if s := p.mfaSettings(); s.mode == "OFF" || !s.allow(sms2) || !u.has(sms2) {
			return user{}, m.errMigration()
		}
		u.mfa = []string{sms2}
	}
	return u, nil
}

// migratedName takes username out of the attributes. Who typed an alias gets a username from
// the function, and the alias must be among the attributes; otherwise username repeats what
// was typed or is absent (guide, "Migrate user Lambda trigger", userAttributes).
func (p *Pool) migratedName(m migration, sub string, attributes map[string]string) (string, error) {
	given, typed := attributes["username"], m.typed
	delete(attributes, "username")
	switch {
	case given == "" || given == typed:
		return p.name(typed, sub, attributes) // refuses an address that is an alias
	case p.hasAlias(attributes, typed):
		return p.name(given, sub, attributes)
	}
	return "", m.errMigration()
}

func (p *Pool) hasAlias(attributes map[string]string, typed string) bool {
	for _, alias := range p.cfg().AliasAttributes {
		if attributes[alias] != "" && p.store.fold(attributes[alias]) == p.store.fold(typed) {
			return true
		}
	}
	return false
}

// welcome tells the user, by SMS unless the function says otherwise. AWS does not say what
// its message says, nor that CustomMessage writes it.
func (p *Pool) welcome(u user, brought userMigrationResponse) {
	if says(brought.MessageAction, "SUPPRESS") {
		return
	}
	mediums := brought.DesiredDeliveryMediums
	if len(mediums) == 0 {
		mediums = []string{"SMS"}
	}
	for _, medium := range mediums {
		attribute := map[string]string{"EMAIL": "email", "SMS": "phone_number"}[medium]
		if to := u.attributes[attribute]; to != "" {
			p.deliver(Message{Username: u.username, To: to, Channel: medium, Purpose: "welcome", Text: "Welcome, " + p.signInName(u) + "."})
		}
	}
}
