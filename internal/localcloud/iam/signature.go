package iam

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// refusal is an answer of AWS with one of its error codes.
type refusal struct{ code, message string }

// service and algorithm are what a signature is for and how it is made.
const (
	service   = "dynamodb"
	algorithm = "AWS4-HMAC-SHA256"
	amzDate   = "20060102T150405Z"
)

// window is how far a signature's time may be from the present (IAM user guide, "Troubleshoot
// AWS API request signatures"). A request may be repeated within it, as on AWS.
const window = 5 * time.Minute

// once are the headers of which a second one could be read by the one side and not by the
// other.
var once = []string{"Authorization", "Content-Type", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Target"}

// authorization is a parsed Authorization header.
type authorization struct {
	credential []string // access key, date, region, service, terminator
	signed     []string // names of headers
	signature  string
}

// verify returns who signed a request, or why AWS refuses it. It looks at date, algorithm,
// credential, key, signature and token, in this order, as DynamoDB does. Order and sentences are
// those that dynalite has recorded (dynalite 4.0.0, index.js), except about a header that is
// incomplete or has another scope: there one sentence names what is wanted.
func (g *Guard) verify(r *http.Request, body []byte, now time.Time) (Principal, *refusal) {
	for _, name := range once {
		if len(r.Header[name]) > 1 {
			return Principal{}, &refusal{"InvalidSignatureException", "The local cloud refuses a second header " + name + "."}
		}
	}
	auth, refused := parseAuthorization(r)
	if refused != nil {
		return Principal{}, refused
	}
	date := r.Header.Get("X-Amz-Date")
	signedAt, refused := checkDate(date, now)
	if refused != nil {
		return Principal{}, refused
	}
	key, known := g.keys.find(auth.credential[0])
	region := g.region
	if key.principal.Admin { // of every Region: a pool beside the stack may be in another one
		region = auth.credential[2]
	}
	if refused := checkScope(auth, date, region, r.Header); refused != nil {
		return Principal{}, refused
	}
	if !known {
		return Principal{}, unrecognized()
	}
	if !key.Expires.IsZero() && !now.Before(key.Expires) {
		return Principal{}, &refusal{"ExpiredTokenException", "The security token included in the request is expired"}
	}
	if !hmac.Equal([]byte(r.Header.Get("X-Amz-Security-Token")), []byte(key.SessionToken)) {
		return Principal{}, unrecognized()
	}
	if !key.signed(auth, r, body, region, signedAt) {
		return Principal{}, invalid("The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	}
	return key.principal, nil
}

func unrecognized() *refusal {
	return &refusal{"UnrecognizedClientException", "The security token included in the request is invalid."}
}

func invalid(format string, args ...any) *refusal {
	return &refusal{"InvalidSignatureException", fmt.Sprintf(format, args...)}
}

func incomplete(message string) *refusal { return &refusal{"IncompleteSignatureException", message} }

// parseAuthorization reads the header (IAM user guide, "Create a signed AWS API request",
// step 5). A signature in the query is not modelled.
func parseAuthorization(r *http.Request) (authorization, *refusal) {
	var auth authorization
	header := r.Header.Get("Authorization")
	switch {
	case r.URL.Query().Has("X-Amz-Algorithm"):
		return auth, incomplete("not modelled: a signature in the query. The local cloud takes an Authorization header.")
	case !strings.HasPrefix(header, "AWS4-"):
		return auth, &refusal{"MissingAuthenticationTokenException", "Request is missing Authentication Token"}
	}
	method, rest, _ := strings.Cut(header, " ")
	has := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		has[name] = value
	}
	auth = authorization{strings.Split(has["Credential"], "/"), strings.Split(has["SignedHeaders"], ";"), has["Signature"]}
	switch {
	case has["Credential"] == "" || has["Signature"] == "" || has["SignedHeaders"] == "" || r.Header.Get("X-Amz-Date") == "":
		return auth, incomplete("Authorization header requires Credential, Signature and SignedHeaders, and a header X-Amz-Date.")
	case method != algorithm:
		return auth, incomplete(fmt.Sprintf("Unsupported AWS 'algorithm': '%s' (only %s for now). ", method, algorithm))
	case len(auth.credential) != 5:
		return auth, incomplete(fmt.Sprintf("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%s'", has["Credential"]))
	}
	return auth, nil
}

func checkDate(date string, now time.Time) (time.Time, *refusal) {
	at, err := time.Parse(amzDate, date)
	now = now.UTC()
	switch {
	case err != nil:
		return at, incomplete(fmt.Sprintf("Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601", date))
	case now.Sub(at) > window:
		return at, invalid("Signature expired: %s is now earlier than %s (%s - 5 min.)", date, now.Add(-window).Format(amzDate), now.Format(amzDate))
	case at.Sub(now) > window:
		return at, invalid("Signature not yet current: %s is still later than %s (%s + 5 min.)", date, now.Add(window).Format(amzDate), now.Format(amzDate))
	}
	return at, nil
}

// checkScope checks what is signed and for what. Every x-amz-* header must be (IAM user guide,
// "Create a signed AWS API request", step 1): X-Amz-Target is the operation.
func checkScope(auth authorization, date, region string, header http.Header) *refusal {
	if !slices.Contains(auth.signed, "host") {
		return invalid("'Host' must be a 'SignedHeader' in the AWS Authorization.")
	}
	for name := range header {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, "x-amz-") && !slices.Contains(auth.signed, name) {
			return invalid("'%s' must be a 'SignedHeader' in the AWS Authorization.", name)
		}
	}
	if want := []string{date[:8], region, service, "aws4_request"}; !slices.Equal(auth.credential[1:], want) {
		return invalid("Credential should be scoped to %s, not %s.", strings.Join(want, "/"), strings.Join(auth.credential[1:], "/"))
	}
	return nil
}

// signed reports whether the key signed the request. It signs a copy that has the signed
// headers only, and compares. The payload's hash is of the body that came.
func (k key) signed(auth authorization, r *http.Request, body []byte, region string, at time.Time) bool {
	again := &http.Request{Method: r.Method, URL: &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}, Host: r.Host, Header: http.Header{}}
	for _, name := range auth.signed {
		switch name {
		case "host":
		case "content-length":
			again.ContentLength = int64(len(body))
		default:
			again.Header[http.CanonicalHeaderKey(name)] = slices.Clone(r.Header.Values(name))
		}
	}
	sum := sha256.Sum256(body)
	who := aws.Credentials{AccessKeyID: k.AccessKeyID, SecretAccessKey: k.SecretAccessKey, SessionToken: k.SessionToken}
	if err := v4.NewSigner().SignHTTP(r.Context(), who, again, hex.EncodeToString(sum[:]), service, region, at); err != nil {
		return false
	}
	want, refused := parseAuthorization(again)
	return refused == nil && slices.Equal(want.signed, auth.signed) && hmac.Equal([]byte(want.signature), []byte(auth.signature))
}
