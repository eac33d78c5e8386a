// Package identity is a local Amazon Cognito identity pool: it exchanges the ID token of a
// user of the stack's user pool for AWS credentials of a role, as the enhanced flow does
// (developer guide, "Identity pools authentication flow"). GetId and
// GetCredentialsForIdentity answer as AWS answers, GetOpenIdToken refuses, since the classic
// flow is off; other operations are refused by name.
//
// A login is checked here (login.go): that the pool signed it, for one of the identity pool's
// clients, as an ID token that is still good. The role mapping of that client
// selects the role (roles.go): the first rule that matches, or the roles in the token, or the
// default role. Package iam evaluates the role's trust policy, and every call that is signed
// with the credentials.
//
// Ids are derived: a user has one and the same at every start. So no identity is stored but
// those of guests, which end with the process. A guest who signs in is another identity here;
// on AWS the identity stays.
//
// Sentences are AWS's where a public issue quotes them; each says which.
package identity

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// Config says what the pool is. Roles are ARNs.
type Config struct {
	// ID is <region>:<UUID>. Provider is the ProviderName of the user pool.
	ID, Provider string
	// Clients are the app clients whose tokens are taken, by id, and whether the user pool is
	// asked if the session lasts (ServerSideTokenCheck).
	Clients map[string]bool
	// Guests reports whether a request without a token gets credentials.
	Guests bool
	// Authenticated and Unauthenticated are the default roles; "" is none.
	Authenticated, Unauthenticated string
	// Mappings choose the role of a client's users, by the client's id.
	Mappings map[string]Mapping
	// Tags are the claims that tag a session, by tag.
	Tags map[string]string
}

// Users are those of the user pool; *userpool.Pool has the meaning.
type Users interface {
	OwnIssuer(token string) bool
	Signed(token string) (claims map[string]any, ok bool)
	Ended(claims map[string]any) bool
}

// Keys make credentials of a principal; *iam.Keys does.
type Keys interface {
	Issue(by iam.Principal, expires time.Time) iam.Credentials
}

// Pool is a running identity pool. It is safe for concurrent use.
type Pool struct {
	Config
	users Users
	roles map[string]iam.Role
	keys  Keys
	now   func() time.Time

	mu     sync.Mutex
	guests map[string]bool // identity ids
}

// New returns a pool that lends these roles, by ARN, to users by credentials of keys.
func New(cfg Config, users Users, roles map[string]iam.Role, keys Keys, now func() time.Time) *Pool {
	return &Pool{Config: cfg, users: users, roles: roles, keys: keys, now: now, guests: map[string]bool{}}
}

// request has the members of all operations.
type request struct {
	IdentityPoolID string `json:"IdentityPoolId"`
	IdentityID     string `json:"IdentityId"`
	Logins         map[string]string
	CustomRoleARN  string `json:"CustomRoleArn"`
}

// Answer answers an operation; it is a userpool.Neighbour.
func (p *Pool) Answer(operation string, body []byte) (any, error) {
	answer, known := map[string]func(request) (any, error){
		"GetId": p.getID, "GetCredentialsForIdentity": p.getCredentials, "GetOpenIdToken": p.getOpenIDToken,
	}[operation]
	if !known {
		return nil, refuse("UnknownOperationException", "the local identity pool does not simulate the operation %q", operation)
	}
	var in request
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, refuse("SerializationException", "the body is not what the operation takes: %v", err)
	}
	return answer(in)
}

type identified struct {
	IdentityID string `json:"IdentityId"`
}

func (p *Pool) getID(in request) (any, error) {
	if in.IdentityPoolID != p.ID {
		return nil, refuse("ResourceNotFoundException", "IdentityPool '%s' not found.", in.IdentityPoolID)
	}
	who, err := p.login(in.Logins)
	if err != nil {
		return nil, err
	}
	if who.guest {
		return identified{p.newGuest()}, nil
	}
	return identified{p.identityOf(who.sub)}, nil
}

// credentials is the form of AWS's Credentials.
type credentials struct {
	AccessKeyID  string `json:"AccessKeyId"`
	SecretKey    string
	SessionToken string
	Expiration   int64 // seconds since 1970
}

func (p *Pool) getCredentials(in request) (any, error) {
	who, err := p.login(in.Logins)
	if err != nil {
		return nil, err
	}
	if err := p.holds(who, in.IdentityID); err != nil {
		return nil, err
	}
	role, err := p.role(who, in.CustomRoleARN)
	if err != nil {
		return nil, err
	}
	lent, err := p.assume(role, p.session(who, in.IdentityID))
	if err != nil {
		return nil, err
	}
	return struct {
		identified
		Credentials credentials
	}{identified{in.IdentityID}, credentials{lent.AccessKeyID, lent.SecretAccessKey, lent.SessionToken, lent.Expires.Unix()}}, nil
}

// getOpenIDToken refuses: a role mapping excludes the classic flow (aws-rum-web#172), and so
// does AllowClassicFlow: false (aws-cli#7652). Which one AWS asks first it does not say.
func (p *Pool) getOpenIDToken(request) (any, error) {
	why := "enabled"
	if len(p.Mappings) > 0 {
		why = "supported with RoleMappings"
	}
	return nil, refuse("InvalidParameterException", "Basic (classic) flow is not %s, please use enhanced flow.", why)
}

// holds refuses an identity that is not the login's (amplify-js#2443 reads the sentence). AWS
// says ResourceNotFoundException where nobody has the id; ids are not stored here.
func (p *Pool) holds(who login, id string) error {
	if who.guest && p.isGuest(id) || !who.guest && id == p.identityOf(who.sub) {
		return nil
	}
	return notAuthorized("Logins don't match. Please include at least one valid login for this identity or identity pool.")
}

// identityOf derives the id of a user's identity.
func (p *Pool) identityOf(sub string) string { return p.derived(p.ID + sub) }

func (p *Pool) derived(from string) string {
	region, _, _ := strings.Cut(p.ID, ":")
	return region + ":" + UUID(from)
}

// UUID derives the text of a UUID from another one; it has no version.
func UUID(from string) string {
	id := sha256.Sum256([]byte(from))
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16])
}

func refuse(code, format string, args ...any) error {
	return &userpool.APIError{Code: code, Message: fmt.Sprintf(format, args...)}
}

func notAuthorized(format string, args ...any) error {
	return refuse("NotAuthorizedException", format, args...)
}
