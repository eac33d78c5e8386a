package awsraw_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"go.uber.org/goleak"

	"github.com/cognito-triggers/cognito-triggers/internal/awsraw"
)

func TestMain(m *testing.M) {
	code := m.Run()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

const describe = "AWSCognitoIdentityProviderService.DescribeUserPool"

var keys = credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "session")

// at starts a service and returns a client of it.
func at(t *testing.T, serve http.HandlerFunc) awsraw.Client {
	t.Helper()
	s := httptest.NewServer(serve)
	t.Cleanup(s.Close)
	return awsraw.Client{Credentials: keys, Region: "eu-central-1", Endpoint: s.URL}
}

// signed reports whether a request is signed as AWS would compute it from what arrived.
func signed(t *testing.T, r *http.Request, service string, body []byte) bool {
	t.Helper()
	when, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil {
		t.Error(err)
	}
	again, err := http.NewRequestWithContext(t.Context(), r.Method, "http://"+r.Host+r.URL.String(), strings.NewReader(string(body)))
	if err != nil {
		t.Error(err)
	}
	for _, name := range []string{"Content-Type", "X-Amz-Target"} {
		if value := r.Header.Get(name); value != "" {
			again.Header.Set(name, value)
		}
	}
	own, _ := keys.Retrieve(t.Context())
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(t.Context(), own, again, hex.EncodeToString(sum[:]), service, "eu-central-1", when); err != nil {
		t.Error(err)
	}
	return r.Header.Get("Authorization") == again.Header.Get("Authorization") && r.Header.Get("X-Amz-Security-Token") == "session"
}

func TestR82_ACallIsSignedAndNeitherSideIsDecoded(t *testing.T) {
	const answer = `{"UserPool":{"Tomorrow":12345678901234567890.50,"Text":"<&>"}}`
	for _, input := range []any{json.RawMessage(`{"UserPoolId":"<p>","n":1.0}`), map[string]string{"UserPoolId": "p"}} {
		var got string
		c := at(t, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			got = string(body)
			if !signed(t, r, "cognito-idp", body) || r.Header.Get("X-Amz-Target") != describe || r.Header.Get("Content-Type") != "application/x-amz-json-1.1" ||
				r.Method != http.MethodPost || r.ContentLength != int64(len(body)) {
				t.Errorf("%s %v", r.Method, r.Header)
			}
			w.Header().Set("X-Amzn-RequestId", "id")
			_, _ = io.WriteString(w, answer)
		})
		body, header, err := c.Call(t.Context(), "cognito-idp", describe, input)
		if err != nil || string(body) != answer || header.Get("X-Amzn-RequestId") != "id" {
			t.Errorf("%s, %v, %v", body, header, err)
		}
		want := `{"UserPoolId":"p"}`
		if raw, is := input.(json.RawMessage); is {
			want = string(raw)
		}
		if got != want {
			t.Errorf("sent %s", got)
		}
	}
	c := at(t, func(w http.ResponseWriter, r *http.Request) {
		if !signed(t, r, "lambda", nil) || r.UserAgent() != "app/me" || r.Method != http.MethodGet || r.URL.RequestURI() != "/2015-03-31/functions/a%3Ab/policy?Qualifier=live" {
			t.Errorf("%s %s", r.Method, r.URL.RequestURI())
		}
		_, _ = io.WriteString(w, "<no JSON>")
	})
	c.Agent = "app/me"
	if body, _, err := c.Do(t.Context(), "lambda", awsraw.Request{Method: http.MethodGet, Path: "/2015-03-31/functions/a%3Ab/policy?Qualifier=live"}); err != nil || string(body) != "<no JSON>" {
		t.Errorf("%s, %v", body, err)
	}
}

func TestR82_ARefusalHasAWSsCode(t *testing.T) {
	for name, row := range map[string]struct {
		status                      int
		header, body, code, message string
		throttled                   bool
	}{
		"in the body":          {400, "", `{"__type":"ResourceNotFoundException","message":"no pool"}`, "ResourceNotFoundException", "no pool", false},
		"with a namespace":     {400, "", `{"__type":"com.amazonaws.x#TooManyRequestsException","Message":"slower"}`, "TooManyRequestsException", "slower", true},
		"in the header":        {400, "ConcurrentModificationException:http://internal.amazon.com/coral/", `{"__type":"Other"}`, "ConcurrentModificationException", "", false},
		"header and namespace": {400, "x#ThrottlingException:", ``, "ThrottlingException", "", true},
		"a REST API's code":    {404, "", `{"code":"Gone","message":"m"}`, "Gone", "m", false},
		"a number is no code":  {429, "", `{"code":3,"message":"m"}`, "", "m", true},
		"XML":                  {403, "", `<ErrorResponse><Error><Code>AccessDenied</Code><Message>m</Message></Error></ErrorResponse>`, "AccessDenied", "m", false},
		"a proxy's page":       {502, "", `<html>`, "", "", false},
		"choices":              {300, "", ``, "", "", false},
		"a redirect":           {307, "", ``, "", "", false},
	} {
		c := at(t, func(w http.ResponseWriter, _ *http.Request) {
			if row.header != "" {
				w.Header().Set("X-Amzn-ErrorType", row.header)
			}
			w.Header().Set(map[bool]string{true: "X-Amzn-Requestid", false: "X-Amz-Request-Id"}[row.throttled], "id")
			w.Header().Set("Location", "http://127.0.0.1:1/")
			w.WriteHeader(row.status)
			_, _ = io.WriteString(w, row.body)
		})
		_, header, err := c.Call(t.Context(), "cognito-idp", describe, struct{}{})
		refused, is := errors.AsType[*awsraw.Error](err)
		if !is || *refused != (awsraw.Error{Status: row.status, Code: row.code, Message: row.message, RequestID: "id"}) || awsraw.Throttled(err) != row.throttled ||
			refused.ErrorCode() != row.code || refused.ErrorMessage() != row.message || header != nil {
			t.Errorf("%s: %v, %+v", name, err, refused)
		}
	}
	for e, want := range map[awsraw.Error]string{
		{Status: 400, Code: "A", Message: "m", RequestID: "id"}: "A: m (status 400, request id)", {Status: 502}: "no code: no message (status 502, request without an id)",
	} {
		if e.Error() != want {
			t.Errorf("%v is not %s", e.Error(), want)
		}
	}
	if awsraw.Throttled(errors.New("TooManyRequestsException")) || awsraw.Throttled(nil) {
		t.Error("an error of somebody else is AWS's")
	}
}

// A reply that begins before the request was read must not take the connection away, and a
// connection serves the next call. What is too large, cut or no JSON is an error.
func TestR82_ARequestIsSentOnceAndItsReplyIsBounded(t *testing.T) {
	calls := 0
	c := at(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		switch r.Header.Get("X-Amz-Target") {
		case "early":
			_ = http.NewResponseController(w).EnableFullDuplex()
			_, _ = io.WriteString(w, `{}`)
			_ = http.NewResponseController(w).Flush()
			_, _ = io.Copy(io.Discard, r.Body)
		case "cut":
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{}`)
		case "large", "full":
			_, _ = io.WriteString(w, `{`+strings.Repeat(" ", 16<<20-2)+map[string]string{"large": " }", "full": "}"}[r.Header.Get("X-Amz-Target")])
		case "text":
			_, _ = io.WriteString(w, `hello`)
		}
	})
	reused := 0
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) {
		if i.Reused {
			reused++
		}
	}})
	for range 10 {
		if _, _, err := c.Call(ctx, "cognito-idp", "early", map[string]string{"text": strings.Repeat("x", 100_000)}); err != nil {
			t.Fatal(err)
		}
	}
	if calls != 10 || reused != 9 {
		t.Errorf("%d calls, %d on a connection that was there", calls, reused)
	}
	for target, want := range map[string]string{"cut": "reading the reply: unexpected EOF", "large": "the reply is too large", "full": "", "text": "the answer is no JSON"} {
		calls = 0
		if _, _, err := c.Call(ctx, "cognito-idp", target, nil); want == "" && err != nil || want != "" && (err == nil || err.Error() != "calling "+target+": "+want) || calls != 1 {
			t.Errorf("%s: %v after %d calls", target, err, calls)
		}
	}
	if _, _, err := c.Call(ctx, "cognito-idp", "x", json.RawMessage(`{`)); err == nil || !strings.HasPrefix(err.Error(), "writing the input of x: ") || calls != 1 {
		t.Errorf("a request that is no JSON is sent: %v", err)
	}
	if _, _, err := c.Do(ctx, "lambda", awsraw.Request{Method: "a b"}); err == nil || !strings.HasPrefix(err.Error(), "making the request: ") {
		t.Error(err)
	}
}

func TestR82_ACallEndsWithItsContext(t *testing.T) {
	came, over := make(chan struct{}), make(chan struct{})
	c := at(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(came)
		<-r.Context().Done()
		close(over)
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-came; cancel() }()
	if _, header, err := c.Call(ctx, "cognito-idp", describe, struct{}{}); !errors.Is(err, context.Canceled) || header != nil {
		t.Errorf("%v, %v", err, header)
	}
	<-over
}

func TestR82_TheEnvironmentSaysWhereAServiceIs(t *testing.T) {
	var asked string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Path
		_, _ = io.WriteString(w, `{}`)
	}))
	t.Cleanup(s.Close)
	seen := errors.New("seen")
	for name, row := range map[string]struct {
		env                   map[string]string
		service, region, want string
	}{
		"the service's own":         {map[string]string{"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": s.URL + "/own/", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "cognito-idp", "eu-central-1", "/own"},
		"of a name with a space":    {map[string]string{"AWS_ENDPOINT_URL_SECRETS_MANAGER": s.URL + "/space"}, "secretsmanager", "eu-central-1", "/space"},
		"one for all":               {map[string]string{"AWS_ENDPOINT_URL": s.URL}, "cloudtrail", "eu-central-1", "/"},
		"of a name with a dash":     {map[string]string{"AWS_ENDPOINT_URL_A_B": s.URL + "/dash"}, "a-b", "eu-central-1", "/dash"},
		"AWS's":                     {nil, "cognito-idp", "eu-central-1", "https://cognito-idp.eu-central-1.amazonaws.com"},
		"AWS's in China":            {nil, "cloudtrail", "cn-north-1", "https://cloudtrail.cn-north-1.amazonaws.com.cn"},
		"AWS's, as asked":           {map[string]string{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "TRUE", "AWS_ENDPOINT_URL": s.URL}, "cloudtrail", "eu-central-1", "https://cloudtrail.eu-central-1.amazonaws.com"},
		"no Region":                 {nil, "cloudtrail", "", "no Region: set AWS_REGION"},
		"no URL":                    {map[string]string{"AWS_ENDPOINT_URL_CLOUDTRAIL": "localhost:4810"}, "cloudtrail", "eu-central-1", `the endpoint "localhost:4810" is no URL: write https://HOST[:PORT] into AWS_ENDPOINT_URL_CLOUDTRAIL`},
		"a query":                   {map[string]string{"AWS_ENDPOINT_URL_CLOUDTRAIL": "http://a?b"}, "cloudtrail", "eu-central-1", `the endpoint "http://a?b" is no URL: write https://HOST[:PORT] into AWS_ENDPOINT_URL_CLOUDTRAIL`},
		"no host":                   {map[string]string{"AWS_ENDPOINT_URL_CLOUDTRAIL": "http://"}, "cloudtrail", "eu-central-1", `the endpoint "http://" is no URL: write https://HOST[:PORT] into AWS_ENDPOINT_URL_CLOUDTRAIL`},
		"the Region's other name":   {map[string]string{"AWS_DEFAULT_REGION": "us-east-1"}, "cloudtrail", "", "https://cloudtrail.us-east-1.amazonaws.com"},
		"without keys":              {map[string]string{"AWS_ACCESS_KEY_ID": ""}, "cloudtrail", "eu-central-1", "reading the credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set: Lambda sets them; elsewhere set both"},
		"with half of the keys":     {map[string]string{"AWS_SECRET_ACCESS_KEY": ""}, "cloudtrail", "eu-central-1", "reading the credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set: Lambda sets them; elsewhere set both"},
		"no scheme":                 {map[string]string{"AWS_ENDPOINT_URL": "//a"}, "cloudtrail", "eu-central-1", `the endpoint "//a" is no URL: write https://HOST[:PORT] into AWS_ENDPOINT_URL_CLOUDTRAIL`},
		"another scheme is no HTTP": {map[string]string{"AWS_ENDPOINT_URL": "ftp://a"}, "cloudtrail", "eu-central-1", `the endpoint "ftp://a" is no URL: write https://HOST[:PORT] into AWS_ENDPOINT_URL_CLOUDTRAIL`},
	} {
		t.Run(name, func(t *testing.T) {
			clearAWS(t)
			for name, value := range map[string]string{"AWS_REGION": row.region, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "session"} {
				t.Setenv(name, value)
			}
			for name, value := range row.env {
				t.Setenv(name, value)
			}
			c := awsraw.FromEnvironment()
			c.HTTP = &http.Client{Transport: trip(func(r *http.Request) (*http.Response, error) {
				if r.Header.Get("X-Amz-Security-Token") != "session" {
					t.Error("the session is not sent")
				}
				if r.URL.Scheme == "https" {
					asked = r.URL.String()
					return nil, seen
				}
				return http.DefaultTransport.RoundTrip(r)
			})}
			asked = ""
			if _, _, err := c.Call(t.Context(), row.service, "x", struct{}{}); err != nil && !errors.Is(err, seen) {
				asked = strings.TrimPrefix(err.Error(), "calling x: ")
			}
			if asked != row.want {
				t.Errorf("asked %s, want %s", asked, row.want)
			}
		})
	}
}

// clearAWS empties what the environment says of AWS.
func clearAWS(t *testing.T) {
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
		}
	}
}

type trip func(*http.Request) (*http.Response, error)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestR82_CredentialsThatCannotBeReadAreNamed(t *testing.T) {
	c := at(t, func(http.ResponseWriter, *http.Request) { t.Error("called") })
	c.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, io.EOF })
	if _, _, err := c.Call(t.Context(), "cognito-idp", "x", nil); !errors.Is(err, io.EOF) || err.Error() != "calling x: reading the credentials: EOF" {
		t.Error(err)
	}
}

// closing is a body that notes that it was closed.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

func TestR82_EveryReplyIsClosed(t *testing.T) {
	for status, want := range map[int]bool{200: true, 299: true, 400: false} {
		body := &closing{Reader: strings.NewReader(`{}`)}
		c := awsraw.Client{Credentials: keys, Region: "eu-central-1", HTTP: &http.Client{Transport: trip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: body}, nil
		})}}
		if _, _, err := c.Call(t.Context(), "cognito-idp", "x", nil); (err == nil) != want || !body.closed {
			t.Errorf("%d: %v, closed %v", status, err, body.closed)
		}
	}
}
