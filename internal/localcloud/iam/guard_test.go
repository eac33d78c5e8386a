package iam

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const (
	region = "us-east-1"
	own    = "arn:aws:sts::000000000000:assumed-role/suite-Role/suite-Function"
)

var suiteTable = Table{Name: "suite-Table", ARN: "arn:aws:dynamodb:us-east-1:000000000000:table/suite-Table", Key: "pk"}

// policy returns a policy of these statements.
func policy(t testing.TB, statements ...string) Policy {
	t.Helper()
	p, err := ParsePolicy("p", []byte(`{"Version":"2012-10-17","Statement":[`+strings.Join(statements, ",")+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const getItems = `{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"arn:aws:dynamodb:us-east-1:000000000000:table/suite-Table"}`

// guarded is a store behind a guard: reached is the last body that passed.
type guarded struct {
	*Guard
	reached string
}

func newGuarded(keys *Keys) *guarded {
	g := &guarded{}
	g.Guard = NewGuard(keys, []Table{suiteTable}, region, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body := new(bytes.Buffer)
		_, _ = body.ReadFrom(r.Body)
		g.reached = "reached " + body.String()
	}))
	return g
}

// send returns "" if the request passed, and otherwise code and message.
func (g *guarded) send(t testing.TB, r *http.Request, at time.Time) string {
	t.Helper()
	g.reached = ""
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r.WithContext(At(context.Background(), at)))
	var answer struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	_ = json.Unmarshal(w.Body.Bytes(), &answer)
	code, _ := strings.CutPrefix(answer.Type, "com.amazon.coral.service#")
	if w.Code != http.StatusOK && (w.Header().Get("Content-Type") != "application/x-amz-json-1.0" || w.Header().Get("Date") != at.UTC().Format(http.TimeFormat)) {
		t.Errorf("%v", w.Header())
	}
	if (w.Code == http.StatusOK) != (g.reached != "") || (w.Code == http.StatusBadRequest) != (code != "") {
		t.Fatalf("status %d, reached %q, %q", w.Code, g.reached, w.Body)
	}
	return strings.TrimSpace(code + " " + answer.Message)
}

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// signed returns a request that Go's signer signed.
func signed(t testing.TB, c Credentials, operation, body string, change ...func(*http.Request)) *http.Request {
	t.Helper()
	r := httptest.NewRequest("POST", "http://localhost:4813/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", target+operation)
	for _, f := range change {
		f(r)
	}
	sign(t, c, r, body, service, region, noon)
	return r
}

func sign(t testing.TB, c Credentials, r *http.Request, body, service, region string, at time.Time) {
	t.Helper()
	sum := sha256.Sum256([]byte(body))
	who := aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
	if err := v4.NewSigner().SignHTTP(t.Context(), who, r, hex.EncodeToString(sum[:]), service, region, at); err != nil {
		t.Fatal(err)
	}
}

const one = `{"TableName":"suite-Table","Key":{"pk":{"S":"USER#p#1"},"sk":{"S":"PROFILE"}}}`

// Recorded on 2026-11-28 with AWS SDK for JavaScript 3.1168.0 and boto3 1.43.106: the first
// signs the body's length and its hash as headers, the second neither.
func TestR95_SignaturesOfOtherSDKsAreTaken(t *testing.T) {
	keys := NewKeys()
	keys.add(Credentials{
		AccessKeyID: "ASIAEXAMPLEEXAMPLE00", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", SessionToken: "token+of/the=session",
	}, Principal{ARN: own, Policies: []Policy{policy(t, getItems)}})
	g := newGuarded(keys)
	for _, name := range []string{"js-sdk-v3", "boto3"} {
		text, err := os.ReadFile("testdata/" + name + ".http")
		if err != nil {
			t.Fatal(err)
		}
		recorded := func() *http.Request {
			r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(text)))
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		at := time.Date(2026, 11, 28, 11, 26, 0, 0, time.UTC)
		if got := g.send(t, recorded(), at); got != "" {
			t.Errorf("%s: %s", name, got)
		}
		text = bytes.Replace(text, []byte(`"PROFILE"`), []byte(`"PROFILI"`), 1)
		if got := g.send(t, recorded(), at); !strings.HasPrefix(got, "InvalidSignatureException The request signature we calculated") {
			t.Errorf("%s, another body: %s", name, got)
		}
	}
}

// The sentences are those that dynalite has recorded of DynamoDB (index.js).
func TestR95_AForgedSignatureIsRefusedInAWSsWords(t *testing.T) {
	keys := NewKeys()
	c := keys.Issue(Principal{ARN: own, Policies: []Policy{policy(t, getItems)}}, noon.Add(time.Hour))
	other := keys.Issue(Principal{ARN: own}, time.Time{})
	g := newGuarded(keys)
	plain := func() *http.Request { return signed(t, c, "GetItem", one) }
	replaced := func(r *http.Request, old, with string) {
		r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, with, 1))
	}
	scoped := func(service, region string) func(*http.Request) {
		return func(r *http.Request) { sign(t, c, r, one, service, region, noon) }
	}
	for name, x := range map[string]struct {
		change func(*http.Request)
		want   string
	}{
		"no signature":        {func(r *http.Request) { r.Header.Del("Authorization") }, "MissingAuthenticationTokenException Request is missing Authentication Token"},
		"another scheme":      {func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, "MissingAuthenticationTokenException"},
		"in the query":        {func(r *http.Request) { r.Header.Del("Authorization"); r.URL.RawQuery = "X-Amz-Algorithm=x" }, "IncompleteSignatureException not modelled"},
		"twice":               {func(r *http.Request) { r.URL.RawQuery = "X-Amz-Algorithm=x" }, "IncompleteSignatureException not modelled"},
		"another algorithm":   {func(r *http.Request) { replaced(r, "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1") }, "IncompleteSignatureException Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'"},
		"a part is missing":   {func(r *http.Request) { replaced(r, "SignedHeaders=", "Signed=") }, "IncompleteSignatureException Authorization header requires Credential, Signature and SignedHeaders, and a header X-Amz-Date."},
		"no date":             {func(r *http.Request) { r.Header.Del("X-Amz-Date") }, "IncompleteSignatureException Authorization header requires"},
		"a bad date":          {func(r *http.Request) { r.Header.Set("X-Amz-Date", "today") }, "IncompleteSignatureException Date must be in ISO-8601"},
		"another date":        {func(r *http.Request) { r.Header.Set("X-Amz-Date", "20261128T120001Z") }, "InvalidSignatureException The request signature"},
		"another day":         {func(r *http.Request) { replaced(r, "/20261128/", "/20261127/") }, "InvalidSignatureException Credential should be scoped to 20261128/us-east-1/dynamodb/aws4_request, not 20261127/us-east-1/dynamodb/aws4_request."},
		"four elements":       {func(r *http.Request) { replaced(r, "/aws4_request", "") }, "IncompleteSignatureException Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '" + c.AccessKeyID},
		"another end":         {func(r *http.Request) { replaced(r, "/aws4_request", "/aws5") }, "InvalidSignatureException Credential should be scoped to 20261128/us-east-1/dynamodb/aws4_request, not 20261128/us-east-1/dynamodb/aws5."},
		"another service":     {scoped("s3", region), "InvalidSignatureException Credential should be scoped to 20261128/us-east-1/dynamodb/aws4_request, not 20261128/us-east-1/s3/aws4_request."},
		"another Region":      {scoped(service, "eu-west-1"), "InvalidSignatureException Credential should be scoped to 20261128/us-east-1/dynamodb/aws4_request, not 20261128/eu-west-1/dynamodb/aws4_request."},
		"an unknown key":      {func(r *http.Request) { replaced(r, c.AccessKeyID, "AKIAIOSFODNN7EXAMPLE") }, "UnrecognizedClientException The security token included in the request is invalid."},
		"somebody's key":      {func(r *http.Request) { replaced(r, c.AccessKeyID, other.AccessKeyID) }, "UnrecognizedClientException"},
		"the administrator's": {func(r *http.Request) { replaced(r, c.AccessKeyID, Administrator) }, "UnrecognizedClientException"},
		"no token":            {func(r *http.Request) { r.Header.Del("X-Amz-Security-Token") }, "UnrecognizedClientException"},
		"another token":       {func(r *http.Request) { r.Header.Set("X-Amz-Security-Token", other.SessionToken) }, "UnrecognizedClientException"},
		"another signature":   {func(r *http.Request) { replaced(r, "Signature=", "Signature=0") }, "InvalidSignatureException The request signature"},
		"another operation":   {func(r *http.Request) { r.Header.Set("X-Amz-Target", target+"Scan") }, "InvalidSignatureException The request signature"},
		"another path":        {func(r *http.Request) { r.URL.Path = "/x" }, "InvalidSignatureException The request signature"},
		"a query":             {func(r *http.Request) { r.URL.RawQuery = "a=b" }, "InvalidSignatureException The request signature"},
		"another host":        {func(r *http.Request) { r.Host = "app.localhost:4813" }, "InvalidSignatureException The request signature"},
		"another method":      {func(r *http.Request) { r.Method = "PUT" }, "InvalidSignatureException The request signature"},
		"an unsigned header":  {func(r *http.Request) { r.Header.Set("X-Amz-New", "1") }, "InvalidSignatureException 'x-amz-new' must be a 'SignedHeader'"},
		"the target unsigned": {func(r *http.Request) { replaced(r, ";x-amz-target", "") }, "InvalidSignatureException 'x-amz-target' must be a 'SignedHeader'"},
		"the host unsigned":   {func(r *http.Request) { replaced(r, ";host;", ";") }, "InvalidSignatureException 'Host' must be a 'SignedHeader'"},
		"names in capitals":   {func(r *http.Request) { replaced(r, "content-type", "Content-Type") }, "InvalidSignatureException The request signature"},
		"a second date":       {func(r *http.Request) { r.Header.Add("X-Amz-Date", "x") }, "InvalidSignatureException The local cloud refuses a second header X-Amz-Date."},
		"a second type":       {func(r *http.Request) { r.Header.Add("Content-Type", "x") }, "InvalidSignatureException The local cloud refuses a second header Content-Type."},
		"a second target":     {func(r *http.Request) { r.Header.Add("X-Amz-Target", target+"Scan") }, "InvalidSignatureException The local cloud refuses a second header X-Amz-Target."},
		"a second signature":  {func(r *http.Request) { r.Header.Add("Authorization", "x") }, "InvalidSignatureException The local cloud refuses a second header Authorization."},
		"a second token":      {func(r *http.Request) { r.Header.Add("X-Amz-Security-Token", "x") }, "InvalidSignatureException The local cloud refuses a second header X-Amz-Security-Token."},
	} {
		r := plain()
		x.change(r)
		if got := g.send(t, r, noon); !strings.HasPrefix(got, x.want) {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

// A repeated request passes, within five minutes, as on AWS.
func TestR95_ASignatureHoldsForFiveMinutes(t *testing.T) {
	keys := NewKeys()
	c := keys.Issue(Principal{ARN: own, Policies: []Policy{policy(t, getItems)}}, time.Time{})
	g := newGuarded(keys)
	for at, want := range map[time.Duration]string{
		0: "", window: "", -window: "",
		window + time.Second:  "InvalidSignatureException Signature expired: 20261128T120000Z is now earlier than 20261128T120001Z (20261128T120501Z - 5 min.)",
		-window - time.Second: "InvalidSignatureException Signature not yet current: 20261128T120000Z is still later than 20261128T115959Z (20261128T115459Z + 5 min.)",
	} {
		if got := g.send(t, signed(t, c, "GetItem", one), noon.Add(at)); got != want {
			t.Errorf("after %v: %q", at, got)
		}
	}
}

func TestR95_TemporaryKeysEnd(t *testing.T) {
	keys := NewKeys()
	who := Principal{ARN: own, Policies: []Policy{policy(t, getItems)}}
	c := keys.Issue(who, noon)
	g := newGuarded(keys)
	if got := g.send(t, signed(t, c, "GetItem", one), noon.Add(-time.Second)); got != "" || g.reached != "reached "+one {
		t.Errorf("before: %s", got)
	}
	if got := g.send(t, signed(t, c, "GetItem", one), noon); got != "ExpiredTokenException The security token included in the request is expired" {
		t.Errorf("at their end: %s", got)
	}
	old := keys.Issue(who, noon)
	if c.AccessKeyID == old.AccessKeyID || c.SecretAccessKey == old.SecretAccessKey || c.SessionToken == old.SessionToken || len(c.AccessKeyID) != 20 || len(c.SecretAccessKey) != 40 {
		t.Errorf("%+v and %+v", c, old)
	}
}

func TestR95_TheAdministratorIsAProgram(t *testing.T) {
	g := newGuarded(NewKeys())
	admin := Credentials{AccessKeyID: Administrator, SecretAccessKey: Administrator}
	if got := g.send(t, signed(t, admin, "DeleteTable", "{}"), noon); got != "" {
		t.Errorf("a program: %s", got)
	}
	for _, header := range []string{"Origin", "Sec-Fetch-Site"} {
		r := signed(t, admin, "GetItem", one)
		r.Header.Set(header, "cross-site")
		if got := g.send(t, r, noon); got != "AccessDeniedException The local cloud does not take the administrator's key from a web page." {
			t.Errorf("a page with %s: %q", header, got)
		}
	}
	r := signed(t, Credentials{AccessKeyID: Administrator, SecretAccessKey: Administrator + "x"}, "GetItem", one)
	if got := g.send(t, r, noon); !strings.HasPrefix(got, "InvalidSignatureException") {
		t.Errorf("a wrong secret: %q", got)
	}
	elsewhere := signed(t, admin, "GetItem", one, func(r *http.Request) {})
	sign(t, admin, elsewhere, one, service, "eu-west-1", noon)
	if got := g.send(t, elsewhere, noon); got != "" {
		t.Errorf("of another Region: %q", got)
	}
	for _, r := range []*http.Request{httptest.NewRequest("POST", "http://localhost:4813/", nil), httptest.NewRequest("GET", "http://localhost:4813/", nil)} {
		if r.Method == "GET" {
			r.Header.Set("X-Amz-Target", target+"GetItem")
		}
		if got := g.send(t, r, noon); !strings.HasPrefix(got, "MissingAuthenticationTokenException") {
			t.Errorf("%s without a signature: %q", r.Method, got)
		}
	}
	if got := g.send(t, signed(t, Credentials{AccessKeyID: "nobody"}, "GetItem", one), noon); !strings.HasPrefix(got, "UnrecognizedClientException") {
		t.Errorf("nobody's empty secret: %q", got)
	}
	if got := g.send(t, httptest.NewRequest("GET", "http://localhost:4813/", nil), noon); got != "" {
		t.Errorf("a health check: %q", got)
	}
}

func TestR95_ARefusalNamesWhoWhatAndWhere(t *testing.T) {
	keys := NewKeys()
	const at = " on resource: arn:aws:dynamodb:us-east-1:000000000000:table/suite-Table "
	deny := `{"Effect":"Deny","Action":"dynamodb:*","Resource":"*"}`
	leading := `{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":"A#*"}}}`
	for name, x := range map[string]struct {
		operation, body, want string
		policies              []Policy
	}{
		"no policy": {"GetItem", one, "User: " + own + " is not authorized to perform: dynamodb:GetItem" + at + "because no identity-based policy allows the dynamodb:GetItem action", nil},
		"denied":    {"GetItem", one, "User: " + own + " is not authorized to perform: dynamodb:GetItem" + at + "with an explicit deny in an identity-based policy", []Policy{policy(t, getItems), policy(t, deny)}},
		"PartiQL":   {"ExecuteStatement", `{"Statement":"SELECT"}`, "User: " + own + " is not authorized to perform: dynamodb:ExecuteStatement on resource: * not modelled in the local cloud: the operation ExecuteStatement", []Policy{policy(t, getItems)}},
		"legacy":    {"GetItem", `{"TableName":"suite-Table","Key":{"pk":{"S":"A#"}},"AttributesToGet":["pk"]}`, "User: " + own + " is not authorized to perform: dynamodb:GetItem" + at + "not modelled in the local cloud: the member AttributesToGet", []Policy{policy(t, leading)}},
	} {
		g := newGuarded(keys)
		c := keys.Issue(Principal{ARN: own, Policies: x.policies}, time.Time{})
		if got := g.send(t, signed(t, c, x.operation, x.body), noon); got != "AccessDeniedException "+x.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	c := keys.Issue(Principal{ARN: own}, time.Time{})
	unknown := signed(t, c, "", one, func(r *http.Request) { r.Header.Set("X-Amz-Target", "DynamoDB_20111205.GetItem") })
	if got := newGuarded(keys).send(t, unknown, noon); got != "UnknownOperationException" {
		t.Errorf("another version: %s", got)
	}
	if got := SessionARN("arn:aws:iam::000000000000:role/a/path/suite-Role", "suite-Function"); got != own {
		t.Error(got)
	}
}

// The cost before each request to the table, beside what Node needs for one (0.3 ms and more).
func BenchmarkGuard(b *testing.B) {
	keys := NewKeys()
	c := keys.Issue(Principal{ARN: own, Policies: []Policy{policy(b, getItems)}}, time.Time{})
	g := newGuarded(keys)
	r := signed(b, c, "GetItem", one)
	for b.Loop() {
		again := r.Clone(At(context.Background(), noon))
		again.Body = io.NopCloser(strings.NewReader(one))
		g.ServeHTTP(httptest.NewRecorder(), again)
		if g.reached == "" {
			b.Fatal("refused")
		}
	}
}
