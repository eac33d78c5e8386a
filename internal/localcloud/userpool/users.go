package userpool

// userType is the API's UserType.
type userType struct {
	userFacts
	Attributes []attribute
}

// userFacts are the common members of the API's two forms of a user.
type userFacts struct {
	Username             string
	UserCreateDate       epoch
	UserLastModifiedDate epoch
	Enabled              bool
	UserStatus           string
}

func describeUser(u user) userType {
	return userType{
		userFacts{u.username, epoch(u.created), epoch(u.modified), u.enabled, u.status},
		u.list(func(string) bool { return true }),
	}
}

// userMFA is what the API shows of a user's second factors.
type userMFA struct {
	UserMFASettingList  []string `json:",omitempty"`
	PreferredMfaSetting string   `json:",omitempty"`
}

type adminGetUserOutput struct {
	userFacts
	userMFA
	UserAttributes []attribute
}

func (p *Pool) adminGetUser(u user, _ ofUser) (adminGetUserOutput, error) {
	d := describeUser(u)
	return adminGetUserOutput{d.userFacts, userMFA{u.mfa, u.mfaPreferred}, d.Attributes}, nil
}

type getUserOutput struct {
	userMFA
	Username       string
	UserAttributes []attribute
}

// getUser returns what the token's client may read (guide, "User attributes", attribute
// permissions).
func (p *Pool) getUser(u user, client Client, _ ofHolder) (getUserOutput, error) {
	return getUserOutput{userMFA{u.mfa, u.mfaPreferred}, u.username, u.list(client.readable)}, nil
}
