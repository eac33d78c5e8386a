// Package gateway is an HTTP API of Amazon API Gateway on localhost: routes, JWT
// authorizer, throttling, CORS, and integrations with a Lambda function (AWS_PROXY, payload
// format 2.0) or with an HTTP service (HTTP_PROXY).
//
// A request takes AWS's way (API Gateway Developer Guide, "Create routes for HTTP APIs"):
//
//	limits ► route, or the answer to a preflight, or 404 ► throttle 429 ► authorizer 401,
//	403 ► permission 500 ► body 413 ► integration ► CORS headers
//
// A preflight that a route takes is that route's request, with its authorizer (guide,
// "Configure CORS for HTTP APIs", on $default). The authorizer's rules are AWS's, which are
// not those of package bearer: one scope of the route's is enough, aud is judged in place of
// client_id where there is one, and without scopes an ID token passes.
//
// AWS does not document everything. Chosen here, each where it is done: the texts of
// error_description but one; no leeway in a token's times; "Bearer " in this spelling only;
// a path with a dot segment is 400; an encoded slash does not divide a path, and a slash at
// its end is part of it; 413 and 431 in the form of the other errors; CORS headers on API
// Gateway's own refusals; a cookie is among cookies and not among headers; which bodies are
// Base64.
//
// Nothing leaves the machine: an HTTP integration whose host is not this machine is answered
// with 503, unless Options.App takes its place. There is no forward proxy: a request cannot
// name a host. What the template asks for and this package does not have is an error where
// the template is read.
package gateway

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/time/rate"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
)

// API is an AWS::ApiGatewayV2::Api with its stage $default.
type API struct {
	LogicalID, ID, AccountID string
	// ARN is arn:aws:execute-api:<region>:<account>:<id>.
	ARN    string
	CORS   *CORS // nil adds nothing to an answer
	Routes []Route
	// Rate is how many requests a second are answered, Burst how many at once; a Rate of 0 is
	// no limit.
	Rate  float64
	Burst int
}

// Endpoint is what a template's ApiEndpoint is.
func (a *API) Endpoint(region string) string {
	return "https://" + a.ID + ".execute-api." + region + ".amazonaws.com"
}

// Authorizer is a JWT authorizer, whose token is in the header Authorization.
type Authorizer struct {
	LogicalID, Issuer string
	Audience          []string
}

// Integration is a Lambda function, or an HTTP service if FunctionARN is "".
type Integration struct {
	LogicalID, FunctionARN string
	// URL is the service's, with scheme and host.
	URL string
	// Method is the service's; ANY is that of the request.
	Method   string
	Mappings []Mapping
	Timeout  time.Duration
}

// Options of a Gateway. All but App and the limits are required.
type Options struct {
	// Functions invokes a Lambda function if its policy admits the API.
	Functions interface {
		Allowed(functionARN string, caller lambdahost.Caller) error
		Invoke(ctx context.Context, functionARN string, event []byte) ([]byte, error)
	}
	// Keys returns the iss that tokens of an authorizer's issuer have here, and the public keys
	// by kid. It is called for each token.
	Keys func(issuer string) (iss string, keys map[string]*rsa.PublicKey, err error)
	// App, if not nil, is called in place of each HTTP service.
	App *url.URL
	Now func() time.Time
}

// The limits of every HTTP API (guide, "Quotas for configuring and running an HTTP API").
const (
	maxPayload = 10 << 20
	maxHeaders = 10240 // request line and header values
)

// Gateway serves an API. It is safe for concurrent use.
type Gateway struct {
	api     *API
	opts    Options
	limiter *rate.Limiter
	out     *http.Transport
}

// New returns the API's handler.
func New(api *API, opts Options) *Gateway {
	limit := rate.Limit(api.Rate)
	if api.Rate == 0 {
		limit = rate.Inf
	}
	// No proxy of the environment, no redirect, no other encoding than the service's.
	out := &http.Transport{DisableCompression: true, MaxResponseHeaderBytes: 64 << 10}
	return &Gateway{api: api, opts: opts, limiter: rate.NewLimiter(limit, api.Burst), out: out}
}

// request is one on its way.
type request struct {
	*http.Request
	id        string
	at        time.Time
	route     *Route
	path      []string          // the decoded segments
	variables map[string]string // of the path
	claims    map[string]any    // nil without an authorizer
	body      []byte
}

// answer is what a client gets. Its header has canonical names.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// refuse returns an answer of API Gateway itself.
func refuse(status int, message string) *answer {
	body, _ := json.Marshal(map[string]string{"message": message})
	return &answer{status, http.Header{"Content-Type": {"application/json"}}, body}
}

var internalError = func() *answer { return refuse(http.StatusInternalServerError, "Internal Server Error") }

// ServeHTTP implements http.Handler.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := &request{Request: r, id: newID(), at: g.opts.Now()}
	a := g.answer(w, q)
	g.api.CORS.dress(a.header, r)
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	header.Set("Apigw-Requestid", q.id)
	header.Set("Content-Length", strconv.Itoa(len(a.body)))
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		header.Del("Content-Length")
		a.body = nil
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

func (g *Gateway) answer(w http.ResponseWriter, q *request) *answer {
	if size(q.Request) > maxHeaders {
		return refuse(http.StatusRequestHeaderFieldsTooLarge, "Request Header Fields Too Large")
	}
	var ok bool
	if q.path, ok = segments(q.URL.EscapedPath()); !ok {
		return refuse(http.StatusBadRequest, "Bad Request")
	}
	q.route, q.variables = g.api.find(q.Method, q.path)
	switch {
	case q.route == nil && g.api.CORS.asked(q.Request):
		return &answer{http.StatusNoContent, http.Header{}, nil}
	case q.route == nil:
		return refuse(http.StatusNotFound, "Not Found")
	case !g.limiter.AllowN(q.at, 1):
		return refuse(http.StatusTooManyRequests, "Too Many Requests")
	}
	if refusal := g.authorize(q); refusal != nil {
		return refusal
	}
	if refusal := g.permitted(q.route); refusal != nil {
		return refusal
	}
	var err error // the body is read when the caller is known: a stranger cannot fill the memory
	q.body, err = io.ReadAll(http.MaxBytesReader(w, q.Body, maxPayload))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return refuse(http.StatusRequestEntityTooLarge, "Request Entity Too Large")
	}
	if err != nil {
		return refuse(http.StatusBadRequest, "Bad Request")
	}
	ctx, cancel := context.WithTimeout(q.Context(), q.route.Integration.Timeout)
	defer cancel()
	if q.route.Integration.FunctionARN == "" {
		return g.call(ctx, q)
	}
	return g.invoke(ctx, q)
}

// permitted asks the function's policy. The source has the route's path and not the
// request's (guide, "Troubleshooting issues with HTTP API Lambda integrations").
func (g *Gateway) permitted(route *Route) *answer {
	function := route.Integration.FunctionARN
	if function == "" {
		return nil
	}
	caller := lambdahost.Caller{Principal: "apigateway.amazonaws.com", SourceARN: g.api.ARN + "/$default/" + route.source(), SourceAccount: g.api.AccountID}
	if g.opts.Functions.Allowed(function, caller) != nil {
		return internalError()
	}
	return nil
}

// size is what the quota counts: the request line and the header values.
func size(r *http.Request) int {
	total := len(r.Method) + len(r.RequestURI) + len(r.Proto) + len(r.Host)
	for _, values := range r.Header {
		for _, value := range values {
			total += len(value)
		}
	}
	return total
}

func newID() string {
	id := make([]byte, 11)
	_, _ = rand.Read(id)
	return base64.StdEncoding.EncodeToString(id)
}
