package policy

// Tokens says what tokens carry beyond Cognito's own claims, by profile. Which app client
// has which one stands in the table (rows CLIENT#<id>), where the function reads it: an id
// in the function's environment would be a dependency cycle. A client without a row, such
// as one that registered itself, has the built-in profile `unknown`.
type Tokens struct {
	// Profiles are the token profiles by name. Example:
	// {app: {id: {extraClaims: true}}}.
	Profiles map[string]Profile `yaml:"profiles" json:"profiles,omitempty"`
	// Trusted names attributes that a user can write as far as synth knows, each with the
	// reason why no user does. Claims and rules of the identity pool may then use them, and
	// synth repeats each as a warning. Default: none. Example: {"custom:plan": "no client
	// of the pool may write it"}. WARNING: users who can write such an attribute after all
	// write their own authority.
	Trusted map[string]string `yaml:"trusted" json:"trusted,omitempty"`
	// Unwritten lists the attributes that claims come from and that nobody writes. It is
	// not a key of the stage file: synth knows who may write an attribute and sets it.
	Unwritten []string `yaml:"-" json:"unwritten,omitempty"`
}

// Unknown is the built-in profile of a client that has none. It adds nothing to a token,
// and removes what any other profile removes.
const Unknown = "unknown"

// Profile is what the tokens of one kind of app client carry.
type Profile struct {
	// Machine says that the profile is for client credentials: there is no user, no ID
	// token and no group, and claims are constants.
	Machine bool `yaml:"machine" json:"machine,omitempty"`
	// ID is what changes in the ID token.
	ID Token `yaml:"id" json:"id,omitzero"`
	// Access is what changes in the access token.
	Access Token `yaml:"access" json:"access,omitzero"`
	// Groups says what becomes of cognito:groups in both tokens. Where they are taken away,
	// Cognito takes the user's IAM roles (cognito:roles, cognito:preferred_role) too.
	// Default: "" means KeepGroups. Example: roles.
	Groups Groups `yaml:"groups" json:"groups,omitempty"`
	// WhenStoreIsDown says what a user gets when the user's rows cannot be read: an error,
	// a time-out, part of an answer, or an event that does not say which user. Where the
	// app client's profile cannot be read either, NoToken holds if any profile of users
	// says so. Machines are never refused. Default: "" means grantLess. Example: refuse.
	WhenStoreIsDown StoreDown `yaml:"whenStoreIsDown" json:"whenStoreIsDown,omitempty"`
	// PrincipalTags names the claims of the ID token that an identity pool maps to principal
	// tags. A claim whose value has * or ? is left out: AWS advises against them, because they
	// are wildcards in IAM policies (Cognito developer guide, "Using attributes for
	// access control"). Example: [tenant].
	PrincipalTags []string `yaml:"principalTags" json:"principalTags,omitempty"`
}

// Groups says what becomes of the user's groups.
type Groups string

// The rules about groups. A user without roles has no group under RolesAsGroups and
// TenantRolesAsGroups, and without groups there are no IAM roles.
const (
	KeepGroups          Groups = "keep"        // as Cognito has them
	NoGroups            Groups = "none"        // tokens carry none
	RolesAsGroups       Groups = "roles"       // the global roles of the AUTHZ row, in place of the user's groups
	TenantRolesAsGroups Groups = "tenantRoles" // these, and the roles of the tenant that the user acts for, which both tokens must say
)

// StoreDown says what a user gets when the user's rows cannot be read.
type StoreDown string

// The rules about a store that is down.
const (
	GrantLess StoreDown = "grantLess" // tokens that say nothing of the rows, also to a user who is suspended
	NoToken   StoreDown = "refuse"    // no token
)

// Token is what changes in one token.
type Token struct {
	// Claims are the claims that are added. Example: [{name: plan, from: authz.extra.plan}].
	Claims []Claim `yaml:"claims" json:"claims,omitempty"`
	// ExtraClaims adds every extra claim of the AUTHZ row.
	ExtraClaims bool `yaml:"extraClaims" json:"extraClaims,omitempty"`
	// Suppress removes claims that Cognito would set: user attributes. Example:
	// [phone_number].
	Suppress []string `yaml:"suppress" json:"suppress,omitempty"`
	// Scopes are the changes to the scopes of an access token; an ID token has none.
	Scopes Scopes `yaml:"scopes" json:"scopes,omitzero"`
	// Audience adds the claim aud to an access token: the app client's id, the only value
	// that Cognito takes. An ID token always has it. A session that is bound to a resource
	// has an aud already, and AWS does not say which of them a token has then. Default: ""
	// means no aud from the suite. Example: client.
	Audience Audience `yaml:"audience" json:"audience,omitempty"`
	// Budget is how many bytes may be added to the token, as JSON. A token travels in
	// headers of 8 KB and cookies of 4 KB, in Base64. Default: 0 means 2048. Example:
	// 1024.
	Budget int `yaml:"budget" json:"budget,omitempty" range:"64,6144"`
	// Drop names the claims that are removed first, in this order, when more is to be
	// added than Budget allows. After them go the extra claims and then the others, from
	// the last to the first; constants stay. The token then says claims_truncated.
	// Example: [roles].
	Drop []string `yaml:"drop" json:"drop,omitempty"`
}

// Audience says whom an access token is for.
type Audience string

// ClientAudience makes the app client the audience.
const ClientAudience Audience = "client"

// Scopes are the changes to an access token's scopes.
type Scopes struct {
	// Add are the scopes that are added. Example: [app/read].
	Add []string `yaml:"add" json:"add,omitempty"`
	// Suppress are the scopes that are taken out. Example: [phone].
	Suppress []string `yaml:"suppress" json:"suppress,omitempty"`
	// AllowCognito lets Add have Cognito's own scopes, such as
	// aws.cognito.signin.user.admin, which lets the bearer change the user's attributes
	// and password. Suppressing them is always allowed.
	AllowCognito bool `yaml:"allowCognito" json:"allowCognito,omitempty"`
}

// Claim is one claim and the one place it comes from: exactly one of From and Value is
// set.
type Claim struct {
	// Name is the claim's name in the token. No default. Example: roles. WARNING: the name
	// of an attribute, such as custom:role, is then this claim's in the ID tokens of all
	// clients: where no claim is said, Cognito's own, with what the user wrote, is removed.
	Name string `yaml:"name" json:"name"`
	// From is a source that no caller controls: authz.roles (the same in every tenant),
	// authz.tenant (the one the user acts for), authz.tenantRoles (authz.roles and those of
	// that tenant; the token must have a claim from authz.tenant, and if that claim is
	// dropped, these go too), authz.tenants (all of the user's), authz.status, authz.version
	// (a number that changes with every change of the row), authz.extra.<name> (one extra
	// claim), event.groups (the user's groups in the pool), or attribute:<name>, an
	// attribute that nobody writes or that `trusted` names. Default: none; one of From and
	// Value is required. Example: authz.tenant.
	From string `yaml:"from" json:"from,omitempty"`
	// Value is a constant: a string, number, boolean, a list of those, or an object.
	// Default: none; one of From and Value is required. Example: machine.
	Value any `yaml:"value" json:"value,omitempty"`
}
