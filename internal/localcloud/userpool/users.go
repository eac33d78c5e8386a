package userpool

// userType is the API's UserType.
type userType struct {
	Username             string
	Attributes           []attribute
	UserCreateDate       epoch
	UserLastModifiedDate epoch
	Enabled              bool
	UserStatus           string
}

func describeUser(u user) userType {
	return userType{
		Username: u.username, Attributes: u.list(everything), Enabled: u.enabled, UserStatus: u.status,
		UserCreateDate: epoch(u.created), UserLastModifiedDate: epoch(u.modified),
	}
}

func everything(string) bool { return true }

type adminGetUserOutput struct {
	Username             string
	UserAttributes       []attribute
	UserCreateDate       epoch
	UserLastModifiedDate epoch
	Enabled              bool
	UserStatus           string
}

func (p *Pool) adminGetUser(in adminUserInput) (adminGetUserOutput, error) {
	u, err := p.admin(in.UserPoolID, in.Username)
	if err != nil {
		return adminGetUserOutput{}, err
	}
	d := describeUser(u)
	return adminGetUserOutput{d.Username, d.Attributes, d.UserCreateDate, d.UserLastModifiedDate, d.Enabled, d.UserStatus}, nil
}

type getUserInput struct{ AccessToken string }

type getUserOutput struct {
	Username       string
	UserAttributes []attribute
}

// getUser returns what the token's client may read (guide, "User attributes", attribute
// permissions).
func (p *Pool) getUser(in getUserInput) (getUserOutput, error) {
	u, client, err := p.holder(in.AccessToken)
	if err != nil {
		return getUserOutput{}, err
	}
	return getUserOutput{u.username, u.list(client.readable)}, nil
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
