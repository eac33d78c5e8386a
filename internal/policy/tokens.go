package policy

// Tokens says what is added to a token, for people and for machines apart.
type Tokens struct {
	User    Profile `yaml:"user" json:"user"`
	Machine Profile `yaml:"machine" json:"machine"`
}

// Profile is what one kind of client finds in its tokens beyond Cognito's own.
type Profile struct {
	ID     Token `yaml:"id" json:"id"`
	Access Token `yaml:"access" json:"access"`
}

// Token is what is added to one token.
type Token struct {
	Claims []Claim `yaml:"claims" json:"claims,omitempty"`
	// ExtraClaims adds every extra claim of the AUTHZ row.
	ExtraClaims bool `yaml:"extraClaims" json:"extraClaims,omitempty"`
	// Scopes are added to an access token; an ID token has none.
	Scopes []string `yaml:"scopes" json:"scopes,omitempty"`
}

// Claim is one claim and the one place it comes from: exactly one of From and
// Value is set.
type Claim struct {
	Name string `yaml:"name" json:"name"`
	// From is a server-owned source: authz.roles or authz.tenant.
	From string `yaml:"from" json:"from,omitempty"`
	// Value is a constant: a string, number, boolean or a list of those. As
	// decoded, a number is an int64 where it is whole and fits, else a float64
	// (Number), a list is a []any.
	Value any `yaml:"value" json:"value,omitempty"`
}
