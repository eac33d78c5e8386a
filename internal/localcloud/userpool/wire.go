package userpool

import (
	"encoding/json"
	"errors"
	"io"
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

// operation is one cognito-idp call.
type operation struct {
	category string // of its quota
	handler
}

// handler is an operation from its body to its answer.
type handler func(p *Pool, body []byte) (any, error)

func op[In, Out any](f func(*Pool, In) (Out, error)) handler {
	return func(p *Pool, body []byte) (any, error) {
		var in In
		if err := json.Unmarshal(body, &in); err != nil {
			return nil, refuse("SerializationException", "the body is not what the operation takes: %v", err)
		}
		return f(p, in)
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

// ofEither is the input of an operation that users and administrators have.
type ofEither struct {
	ofHolder
	ofUser
}

func (o ofPool) poolID() string   { return o.UserPoolID }
func (o ofUser) username() string { return o.Username }
func (o ofHolder) token() string  { return o.AccessToken }

// rawInput is a request with any member, as it came.
type rawInput map[string]json.RawMessage

// text returns a member, "" for one of another type: nothing has that name.
func (r rawInput) text(member string) (text string) {
	_ = json.Unmarshal(r[member], &text)
	return text
}

func (r rawInput) poolID() string { return r.text("UserPoolId") }

// forPool is an operation that names its pool.
func forPool[In interface{ poolID() string }, Out any](f func(*Pool, In) (Out, error)) handler {
	return op(func(p *Pool, in In) (out Out, err error) {
		if err := p.pool(in.poolID()); err != nil {
			return out, err
		}
		return f(p, in)
	})
}

// forUser is an administrator's operation on a user.
func forUser[In interface {
	poolID() string
	username() string
}, Out any](f func(*Pool, user, In) (Out, error)) handler {
	return op(func(p *Pool, in In) (out Out, err error) {
		u, err := p.admin(in.poolID(), in.username())
		if err != nil {
			return out, err
		}
		return f(p, u, in)
	})
}

// forHolder is an operation of the user whose access token the request carries.
func forHolder[In interface{ token() string }, Out any](f func(*Pool, user, Client, In) (Out, error)) handler {
	return op(func(p *Pool, in In) (out Out, err error) {
		u, client, err := p.holder(in.token())
		if err != nil {
			return out, err
		}
		return f(p, u, client, in)
	})
}

// forOwner is an operation of the user whose access token the request carries, where an
// administrator has the same one.
func forOwner[In interface{ token() string }, Out any](f func(*Pool, user, In) (Out, error)) handler {
	return forHolder(func(p *Pool, u user, _ Client, in In) (Out, error) { return f(p, u, in) })
}

func (p *Pool) handler() http.Handler {
	mux := http.NewServeMux()
	serve := func(pattern string, e endpoint) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { e(p.during(r), w, r) })
	}
	serve("POST /{$}", (*Pool).serveOperation)
	serve("POST /oauth2/token", (*Pool).serveToken)
	serve("POST /oauth2/revoke", (*Pool).serveRevoke)
	serve("GET /oauth2/userInfo", (*Pool).serveUserInfo)
	serve("POST /oauth2/userInfo", (*Pool).serveUserInfo)
	serve("GET /oauth2/authorize", onPages((*Pool).serveAuthorize))
	for path, e := range hosted() {
		serve("GET "+path, onPages(e))
		serve("POST "+path, onPages(e))
	}
	serve("PUT /{pool}/imports/{job}", (*Pool).serveUpload)
	serve("GET /{pool}/.well-known/jwks.json", (*Pool).serveJWKS)
	serve("GET /{pool}/.well-known/openid-configuration", (*Pool).serveDiscovery)
	return mux
}

// endpoint answers a request.
type endpoint func(p *Pool, w http.ResponseWriter, r *http.Request)

// during returns the pool as it is for one request: what it fires and sends is that call's.
func (p *Pool) during(r *http.Request) *Pool {
	return &Pool{core: p.core, call: callOf(r)}
}

func (p *Pool) serveOperation(w http.ResponseWriter, r *http.Request) {
	out, err := p.operate(w, r)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, awsJSON, out)
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

func (p *Pool) operate(w http.ResponseWriter, r *http.Request) (any, error) {
	name := named(r)
	f, known := p.ops[name]
	if !known {
		return nil, errUnknown(r.Header.Get("X-Amz-Target"), name)
	}
	if err := p.checkSigned(name, r); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxInput))
	if err != nil {
		return nil, refuse("SerializationException", "reading the request: %v", err)
	}
	if err := p.throttle.admit(p.countedOf(name, body), p.now()); err != nil {
		return nil, err
	}
	out, err := f.handler(p, body)
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
	w.WriteHeader(status)
	w.Write(out)
}
