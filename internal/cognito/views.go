package cognito

// PreSignUp is what may decide a sign-up. The event has no sub yet.
type PreSignUp struct {
	Header
	Attributes map[string]string
	Proofs     Proofs
}

// PostConfirmation is what is known of a user who has just been confirmed.
type PostConfirmation struct {
	Header
	Attributes map[string]string
}

// PostAuthentication is what is known of a user who has just signed in.
type PostAuthentication struct {
	Header
	Attributes map[string]string
}

// TokenGeneration is what may decide about tokens. A machine has no attributes, no
// groups and no meaningful user name.
type TokenGeneration struct {
	Header
	Attributes map[string]string
	Groups     GroupConfiguration
	// AskedTenant is the member tenant of clientMetadata. The caller writes it, so it
	// may only select among tenants that the user was granted.
	AskedTenant string
}

// UserMigration is what may decide about a user who is not in the pool: UserName is what
// was typed. Password is empty where a password was forgotten.
type UserMigration struct {
	Header
	Password Password
}

// GroupConfiguration is what Cognito will say of the user's groups in the tokens.
// Names are the groups, nil for none. IAMRoles and PreferredRole are the event's
// JSON, nil if absent; they share the event's bytes.
type GroupConfiguration struct {
	Names                   []string
	IAMRoles, PreferredRole []byte
}

// Machine reports whether the tokens are for a client itself, without a user (the
// client credentials grant).
func (t TokenGeneration) Machine() bool { return t.Source == TokenClientCredentials }

// SelfService is the scope with which an access token may change its own user: attributes,
// password, factors (developer guide, "Understanding the access token").
const SelfService = "aws.cognito.signin.user.admin"

// PreSignUp returns the view; the error is [ErrDuplicate] or [ErrTooLarge].
func (e *Event) PreSignUp() (PreSignUp, error) {
	var validation, metadata span
	attributes, err := e.attributes(member{"validationData", &validation}, member{"clientMetadata", &metadata})
	if err != nil {
		return PreSignUp{}, err
	}
	return PreSignUp{e.Header, attributes, e.proofs(validation, metadata)}, nil
}

// PostConfirmation returns the view; the error is [ErrDuplicate] or [ErrTooLarge].
func (e *Event) PostConfirmation() (PostConfirmation, error) {
	attributes, err := e.attributes()
	return PostConfirmation{e.Header, attributes}, err
}

// PostAuthentication returns the view; the error is [ErrDuplicate] or [ErrTooLarge].
func (e *Event) PostAuthentication() (PostAuthentication, error) {
	attributes, err := e.attributes()
	return PostAuthentication{e.Header, attributes}, err
}

// TokenGeneration returns the view; the error is [ErrDuplicate] or [ErrTooLarge].
func (e *Event) TokenGeneration() (TokenGeneration, error) {
	var configuration, metadata span
	attributes, err := e.attributes(member{"groupConfiguration", &configuration}, member{"clientMetadata", &metadata})
	if err != nil {
		return TokenGeneration{}, err
	}
	groups, err := e.groups(configuration)
	return TokenGeneration{e.Header, attributes, groups, e.askedTenant(metadata)}, err
}

// UserMigration returns the view; the error is [ErrDuplicate] or [ErrTooLarge].
func (e *Event) UserMigration() (UserMigration, error) {
	var password span
	err := e.find(e.request, member{"password", &password})
	return UserMigration{e.Header, NewPassword(e.text(password))}, err
}

// groups reads a groupConfiguration.
func (e *Event) groups(at span) (GroupConfiguration, error) {
	var g GroupConfiguration
	err := eachMember(e.doc, at, func(name []byte, value span) {
		switch string(name) {
		case "groupsToOverride":
			eachItem(e.doc, value, func(item span) {
				if item.kind(e.doc) == '"' {
					g.Names = append(g.Names, scalar(e.doc, item))
				}
			})
		case "iamRolesToOverride":
			g.IAMRoles = e.doc[value.start:value.end]
		case "preferredRole":
			g.PreferredRole = e.doc[value.start:value.end]
		}
	})
	return g, err
}

// askedTenant reads the one member of clientMetadata that counts. Metadata with a
// repeated name asks for nothing. That is not an error: otherwise a caller could keep
// the function from looking at the user.
func (e *Event) askedTenant(metadata span) string {
	var tenant span
	if e.find(metadata, member{"tenant", &tenant}) != nil {
		return ""
	}
	return e.text(tenant)
}

// attributes reads request.userAttributes and finds other members of request. Cognito's
// values are strings; scalar says what else has been seen. A null value is absent.
// Without an error, the map is not nil.
func (e *Event) attributes(others ...member) (map[string]string, error) {
	var object span
	if err := e.find(e.request, append(others, member{"userAttributes", &object})...); err != nil {
		return nil, err
	}
	attributes := make(map[string]string, 12)
	return attributes, eachMember(e.doc, object, func(name []byte, value span) {
		switch value.kind(e.doc) {
		case 'n', '{', '[':
		default:
			attributes[string(name)] = scalar(e.doc, value)
		}
	})
}
