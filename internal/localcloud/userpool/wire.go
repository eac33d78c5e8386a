package userpool

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"
)

const (
	target   = "AWSCognitoIdentityProviderService."
	awsJSON  = "application/x-amz-json-1.1"
	maxInput = 1 << 20
)

// empty is the answer of an operation that returns nothing.
type empty struct{}

// operation is one cognito-idp call, from its body to its answer.
type operation func(body []byte) (any, error)

func op[In, Out any](f func(In) (Out, error)) operation {
	return func(body []byte) (any, error) {
		var in In
		if err := json.Unmarshal(body, &in); err != nil {
			return nil, refuse("SerializationException", "the body is not what the operation takes: %v", err)
		}
		return f(in)
	}
}

// ofPool, ofUser and ofHolder are the members of a request that name its pool, its user and
// the user whose access token it carries.
type (
	ofPool struct {
		UserPoolID string `json:"UserPoolId"`
	}
	ofUser struct {
		ofPool
		Username string
	}
	ofHolder struct{ AccessToken string }
)

func (o ofPool) poolID() string   { return o.UserPoolID }
func (o ofUser) username() string { return o.Username }
func (o ofHolder) token() string  { return o.AccessToken }

// forPool is an operation that names its pool.
func forPool[In interface{ poolID() string }, Out any](p *Pool, f func(In) (Out, error)) operation {
	return op(func(in In) (out Out, err error) {
		if err := p.pool(in.poolID()); err != nil {
			return out, err
		}
		return f(in)
	})
}

// forUser is an administrator's operation on a user.
func forUser[In interface {
	poolID() string
	username() string
}, Out any](p *Pool, f func(user, In) (Out, error)) operation {
	return op(func(in In) (out Out, err error) {
		u, err := p.admin(in.poolID(), in.username())
		if err != nil {
			return out, err
		}
		return f(u, in)
	})
}

// forHolder is an operation of the user whose access token the request carries.
func forHolder[In interface{ token() string }, Out any](p *Pool, f func(user, Client, In) (Out, error)) operation {
	return op(func(in In) (out Out, err error) {
		u, client, err := p.holder(in.token())
		if err != nil {
			return out, err
		}
		return f(u, client, in)
	})
}

// operations are all that this pool has, by name.
func (p *Pool) operations() map[string]operation {
	all := p.resourceOperations()
	maps.Copy(all, p.providerOperations())
	maps.Copy(all, p.factorOperations())
	maps.Copy(all, map[string]operation{
		"AdminConfirmSignUp":               forUser(p, p.adminConfirmSignUp),
		"AdminCreateUser":                  forPool(p, p.adminCreateUser),
		"AdminDeleteUser":                  forUser(p, p.adminDeleteUser),
		"AdminDeleteUserAttributes":        forUser(p, p.adminUpdateUserAttributes),
		"AdminDisableUser":                 forUser(p, p.adminDisableUser),
		"AdminEnableUser":                  forUser(p, p.adminEnableUser),
		"AdminGetUser":                     forUser(p, p.adminGetUser),
		"AdminInitiateAuth":                forPool(p, p.adminInitiateAuth),
		"AdminRespondToAuthChallenge":      forPool(p, p.adminRespondToAuthChallenge),
		"AdminResetUserPassword":           forUser(p, p.adminResetUserPassword),
		"AdminSetUserMFAPreference":        forUser(p, p.adminSetUserMFAPreference),
		"AdminSetUserPassword":             forUser(p, p.adminSetUserPassword),
		"AdminUpdateUserAttributes":        forUser(p, p.adminUpdateUserAttributes),
		"AdminUserGlobalSignOut":           forUser(p, p.adminUserGlobalSignOut),
		"AssociateSoftwareToken":           op(p.associateSoftwareToken),
		"ChangePassword":                   forHolder(p, p.changePassword),
		"ConfirmForgotPassword":            op(p.confirmForgotPassword),
		"ConfirmSignUp":                    op(p.confirmSignUp),
		"DeleteUser":                       forHolder(p, p.deleteUser),
		"DeleteUserAttributes":             forHolder(p, p.deleteUserAttributes),
		"DescribeUserPool":                 forPool(p, p.describeUserPool),
		"ForgotPassword":                   op(p.forgotPassword),
		"GetTokensFromRefreshToken":        op(p.getTokensFromRefreshToken),
		"GetUser":                          forHolder(p, p.getUser),
		"GetUserPoolMfaConfig":             forPool(p, p.getUserPoolMfaConfig),
		"SetUserMFAPreference":             forHolder(p, p.setUserMFAPreference),
		"SetUserPoolMfaConfig":             forPool(p, p.setUserPoolMfaConfig),
		"VerifySoftwareToken":              op(p.verifySoftwareToken),
		"GetUserAttributeVerificationCode": forHolder(p, p.getUserAttributeVerificationCode),
		"GlobalSignOut":                    forHolder(p, p.globalSignOut),
		"InitiateAuth":                     op(p.initiateAuth),
		"ListUsers":                        forPool(p, p.listUsers),
		"ResendConfirmationCode":           op(p.resendConfirmationCode),
		"RespondToAuthChallenge":           op(p.respondToAuthChallenge),
		"RevokeToken":                      op(p.revokeToken),
		"SignUp":                           op(p.signUp),
		"UpdateUserAttributes":             forHolder(p, p.updateUserAttributes),
		"UpdateUserPool":                   forPool(p, p.updateUserPool),
		"CreateUserPool":                   op(p.createUserPool),
		"DeleteUserPool":                   forPool(p, p.deleteUserPool),
		"ListUserPools":                    op(p.listUserPools),
		"AddCustomAttributes":              forPool(p, p.addCustomAttributes),
		"ListTagsForResource":              op(p.listTagsForResource),
		"TagResource":                      op(p.tagResource),
		"UntagResource":                    op(p.untagResource),
		"GetCSVHeader":                     forPool(p, p.getCSVHeader),
		"VerifyUserAttribute":              forHolder(p, p.verifyUserAttribute),
	})
	return all
}

// resourceOperations are those on groups, app clients, resource servers, domains, sessions
// and events.
func (p *Pool) resourceOperations() map[string]operation {
	return map[string]operation{
		"AdminListUserAuthEvents":         forUser(p, p.adminListUserAuthEvents),
		"AdminListUserSessions":           forUser(p, p.adminListUserSessions),
		"AdminRevokeUserSession":          forUser(p, p.adminRevokeUserSession),
		"AdminUpdateAuthEventFeedback":    forUser(p, p.adminUpdateAuthEventFeedback),
		"GetClientToken":                  op(p.getClientToken),
		"GetUserPoolSessionConfiguration": forPool(p, p.getUserPoolSessionConfiguration),
		"ListUserSessions":                forHolder(p, p.listUserSessions),
		"RevokeUserSession":               forHolder(p, p.revokeUserSession),
		"SetUserPoolSessionConfiguration": forPool(p, p.setUserPoolSessionConfiguration),
		"UpdateAuthEventFeedback":         forPool(p, p.updateAuthEventFeedback),
		"AddUserPoolClientSecret":         forPool(p, p.addUserPoolClientSecret),
		"AdminAddUserToGroup":             forUser(p, p.adminAddUserToGroup),
		"AdminListGroupsForUser":          forUser(p, p.adminListGroupsForUser),
		"AdminRemoveUserFromGroup":        forUser(p, p.adminRemoveUserFromGroup),
		"CreateGroup":                     forPool(p, p.createGroup),
		"CreateResourceServer":            forPool(p, p.createResourceServer),
		"CreateUserPoolClient":            forPool(p, p.createUserPoolClient),
		"CreateUserPoolDomain":            forPool(p, p.createUserPoolDomain),
		"DeleteGroup":                     forPool(p, p.deleteGroup),
		"DeleteResourceServer":            forPool(p, p.deleteResourceServer),
		"DeleteUserPoolClient":            forPool(p, p.deleteUserPoolClient),
		"DeleteUserPoolClientSecret":      forPool(p, p.deleteUserPoolClientSecret),
		"DeleteUserPoolDomain":            forPool(p, p.deleteUserPoolDomain),
		"DescribeResourceServer":          forPool(p, p.describeResourceServer),
		"DescribeUserPoolClient":          forPool(p, p.describeUserPoolClient),
		"DescribeUserPoolDomain":          op(p.describeUserPoolDomain),
		"GetGroup":                        forPool(p, p.getGroup),
		"ListGroups":                      forPool(p, p.listGroups),
		"ListResourceServers":             forPool(p, p.listResourceServers),
		"ListUserPoolClientSecrets":       forPool(p, p.listUserPoolClientSecrets),
		"ListUserPoolClients":             forPool(p, p.listUserPoolClients),
		"ListUsersInGroup":                forPool(p, p.listUsersInGroup),
		"UpdateGroup":                     forPool(p, p.updateGroup),
		"UpdateResourceServer":            forPool(p, p.updateResourceServer),
		"UpdateUserPoolClient":            forPool(p, p.updateUserPoolClient),
		"UpdateUserPoolDomain":            forPool(p, p.updateUserPoolDomain),
	}
}

// providerOperations are those on identity providers and on links to them.
func (p *Pool) providerOperations() map[string]operation {
	return map[string]operation{
		"AdminDisableProviderForUser":     forPool(p, p.adminDisableProviderForUser),
		"AdminLinkProviderForUser":        forPool(p, p.adminLinkProviderForUser),
		"CreateIdentityProvider":          forPool(p, p.createIdentityProvider),
		"DeleteIdentityProvider":          forPool(p, p.deleteIdentityProvider),
		"DescribeIdentityProvider":        forPool(p, p.describeIdentityProvider),
		"GetIdentityProviderByIdentifier": forPool(p, p.getIdentityProviderByIdentifier),
		"ListIdentityProviders":           forPool(p, p.listIdentityProviders),
		"UpdateIdentityProvider":          forPool(p, p.updateIdentityProvider),
	}
}

func (p *Pool) handler() http.Handler {
	mux, operations := http.NewServeMux(), p.operations()
	mux.HandleFunc("POST /{$}", func(w http.ResponseWriter, r *http.Request) {
		out, err := p.call(operations, w, r)
		if err != nil {
			writeError(w, err)
			return
		}
		writeJSON(w, http.StatusOK, awsJSON, out)
	})
	mux.HandleFunc("POST /oauth2/token", p.serveToken)
	mux.HandleFunc("POST /oauth2/revoke", p.serveRevoke)
	mux.HandleFunc("GET /oauth2/userInfo", p.serveUserInfo)
	mux.HandleFunc("POST /oauth2/userInfo", p.serveUserInfo)
	mux.HandleFunc("GET /oauth2/authorize", p.onPages(p.serveAuthorize))
	for path, serve := range p.hosted() {
		mux.HandleFunc("GET "+path, p.onPages(serve))
		mux.HandleFunc("POST "+path, p.onPages(serve))
	}
	mux.HandleFunc("GET /{pool}/.well-known/jwks.json", p.serveJWKS)
	mux.HandleFunc("GET /{pool}/.well-known/openid-configuration", p.serveDiscovery)
	return mux
}

// dated sets the service's time in every reply, as AWS's endpoints do (RFC 9110, section
// 6.6.1), so that clients need no clock of their own to compare times.
func (p *Pool) dated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", p.now().UTC().Format(http.TimeFormat))
		next.ServeHTTP(w, r)
	})
}

// named returns the name of the operation that a request asks for, "" if it is not one of
// this API.
func named(r *http.Request) string {
	if name, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), target); ok {
		return name
	}
	return ""
}

func (p *Pool) call(operations map[string]operation, w http.ResponseWriter, r *http.Request) (any, error) {
	name := named(r)
	f := operations[name]
	if f == nil {
		return nil, errUnknown(r.Header.Get("X-Amz-Target"), name)
	}
	if err := p.checkSigned(name, r); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxInput))
	if err != nil {
		return nil, refuse("SerializationException", "reading the request: %v", err)
	}
	if err := p.throttle.admit(countedOf(name, body), p.now()); err != nil {
		return nil, err
	}
	out, err := f(body)
	p.noteCall(r, name, body, out, err)
	return out, err
}

// writeError sends AWS JSON 1.1's error form: __type in the body, the same name in a
// header, HTTP 400. An error that is no refusal is a fault of this package: HTTP 500.
func writeError(w http.ResponseWriter, err error) {
	status, api := http.StatusBadRequest, (*APIError)(nil)
	if !errors.As(err, &api) {
		status, api = http.StatusInternalServerError, refuse("InternalErrorException", "%v", err)
	}
	w.Header().Set("X-Amzn-Errortype", api.Code+":")
	writeJSON(w, status, awsJSON, map[string]string{"__type": api.Code, "message": api.Message})
}

func writeJSON(w http.ResponseWriter, status int, contentType string, body any) {
	out, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Amzn-Requestid", newUUID())
	w.WriteHeader(status)
	w.Write(out)
}
