package userpool

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// reports collects what the pool reports.
type reports struct {
	mu    sync.Mutex
	calls []timeline.Call
}

func (r *reports) add(c timeline.Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, c)
}

// last returns the last call of an operation.
func (r *reports) last(t *testing.T, operation string) timeline.Call {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := len(r.calls) - 1; i >= 0; i-- {
		if r.calls[i].Operation == operation {
			return r.calls[i]
		}
	}
	t.Fatalf("no call of %s among %d", operation, len(r.calls))
	return timeline.Call{}
}

func reportedRig(t *testing.T) (*rig, *reports) {
	t.Helper()
	seen := &reports{}
	return startRig(t, func(_ *Config, o *Options) { o.OnCall = seen.add }), seen
}

// Many users sign up at once. The triggers and the mail of each have the id that the SDK
// reads in the answer.
func TestR60_WhatACallFiresAndSendsHasTheIDOfItsAnswer(t *testing.T) {
	var mu sync.Mutex
	fired, mailed := map[string]string{}, map[string]string{} // by address
	seen := &reports{}
	p, err := Start(baseConfig(), InvokerFunc(func(ctx context.Context, _ string, event []byte) ([]byte, error) {
		var of struct {
			Request struct{ UserAttributes map[string]string }
		}
		err := json.Unmarshal(event, &of)
		mu.Lock()
		defer mu.Unlock()
		fired[of.Request.UserAttributes["email"]] += timeline.CauseOf(ctx).Call + " "
		return event, err
	}), Options{keys: testKeys, OnCall: seen.add, OnMail: func(m Message) {
		mu.Lock()
		defer mu.Unlock()
		mailed[m.To] = m.Call
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	api := newAPI(p.URL())
	var all sync.WaitGroup
	for _, name := range strings.Fields("a b c d e f g h i j k l m n o p") {
		email := name + "@example.com"
		all.Go(func() {
			out, err := api.SignUp(t.Context(), &idp.SignUpInput{
				ClientId: aws.String(webClient), Username: &email, Password: aws.String(longPassword), UserAttributes: []types.AttributeType{attr("email", email)},
			})
			if err != nil {
				t.Error(err)
				return
			}
			id, _ := middleware.GetRequestIDMetadata(out.ResultMetadata)
			mu.Lock()
			defer mu.Unlock()
			if fired[email] != id+" " || mailed[email] != id || id == "" {
				t.Errorf("%s: the answer has %q, its trigger %q, its mail %q", email, id, fired[email], mailed[email])
			}
		})
	}
	all.Wait()
	ids := map[string]string{}
	for _, c := range seen.calls {
		ids[c.Username] = c.ID
	}
	for email, id := range mailed {
		if ids[email] != id {
			t.Errorf("%s: reported as %q, sent as %q", email, ids[email], id)
		}
	}
}

func TestR60_ACallSaysWhoCalledAndWhatAnSDKShows(t *testing.T) {
	r, seen := reportedRig(t)
	r.fns.answer(preSignUp, failing("Please use your work address"))
	_, err := r.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: aws.String(webClient), Username: aws.String("ada@example.com"), Password: aws.String(longPassword)})
	if err == nil {
		t.Fatal("the sign-up was not refused")
	}
	c := seen.last(t, "SignUp")
	if c.Status != 400 || c.Error != "UserLambdaValidationException" || c.Message != "PreSignUp failed with error Please use your work address." ||
		c.ClientID != webClient || c.Username != "ada@example.com" || c.PoolID != poolUnderTest || c.Administrator || !strings.Contains(c.Agent, "aws-sdk-go-v2") || c.Start.IsZero() {
		t.Errorf("got %+v", c)
	}
	r.fns.answer(preSignUp, responding("{}"))
	r.member(t, "ada@example.com")
	tokens := r.login(t, "ada@example.com", longPassword)
	if _, err := r.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: tokens.AccessToken}); err == nil {
		if c = seen.last(t, "GetUser"); c.Username == "" || c.ClientID != webClient || c.Status != 200 || len(c.Answer) == 0 {
			t.Errorf("got %+v", c)
		}
	}
	r.must(t, "AdminGetUser", map[string]any{"UserPoolId": poolUnderTest, "Username": "ada@example.com"})
	if c = seen.last(t, "AdminGetUser"); !c.Administrator || c.Origin != "" {
		t.Errorf("got %+v", c)
	}
	_, _ = r.raw(t, "NoSuchOperation", map[string]any{"UserPoolId": "eu-central-1_Nowhere"})
	if c = seen.last(t, "NoSuchOperation"); c.Status != 400 || c.Error == "" || c.PoolID != "" || len(c.Request) == 0 {
		t.Errorf("got %+v", c)
	}
}

func TestR60_RequestsOfPagesAndOAuthEndpointsAreReported(t *testing.T) {
	b := pagesRig(t, nil)
	seen := &reports{}
	b.service.opts.OnCall = seen.add
	b.member(t, "ada@example.com")
	b.open(t, "/login", request(nil))
	b.send(t, map[string]string{"username": "ada@example.com", "password": "wrong-Horse-1"})
	if c := seen.last(t, "POST /login"); c.Status != 400 || c.Message != "Incorrect username or password." || c.Username != "ada@example.com" || c.ClientID != webClient {
		t.Errorf("got %+v", c)
	}
	b.send(t, map[string]string{"username": "ada@example.com", "password": longPassword})
	c := seen.last(t, "POST /login")
	if c.Status != http.StatusFound || c.Error != "" || !strings.HasPrefix(callback, c.Location+"?") || strings.Contains(string(c.Request), "_csrf") {
		t.Errorf("got %+v", c)
	}
	code := b.returned.Get("code")
	if code == "" || strings.Contains(c.Location, code) {
		t.Errorf("the code is %q, the location %q", code, c.Location)
	}
	_, _ = b.token(t, Client{ID: webClient}, url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {"http://localhost/other"}})
	if c := seen.last(t, "POST /oauth2/token"); c.Error != "invalid_grant" || c.Message == "" || strings.Contains(string(c.Request), code) {
		t.Errorf("got %+v", c)
	}
	b.open(t, "/login", request(map[string]string{"client_id": "nobody"}))
	if c := seen.last(t, "GET /login"); c.Status != 400 || c.Message != "No app client has this client_id." {
		t.Errorf("got %+v", c)
	}
	b.open(t, "/saml2/idpresponse", url.Values{"SAMLResponse": {"a-proof"}, "RelayState": {"a-state"}})
	if c := seen.last(t, "GET /saml2/idpresponse"); !strings.Contains(string(c.Request), "a-state") || strings.Contains(string(c.Request), "a-proof") {
		t.Errorf("got %+v", c)
	}
	b.open(t, "/oauth2/authorize", request(map[string]string{"response_type": "nonsense"}))
	if c := seen.last(t, "GET /oauth2/authorize"); c.Error != "invalid_request" || c.Message == "" || !strings.HasPrefix(callback, c.Location+"?") {
		t.Errorf("got %+v", c)
	}
}

func TestR60_ACallSaysWhereItComesFrom(t *testing.T) {
	b := pagesRig(t, nil)
	seen := &reports{}
	b.service.opts.OnCall = seen.add
	call := func(path, body string, header map[string]string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.URL()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range header {
			req.Header.Set(name, value)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
	}
	call("/", "{}", map[string]string{"X-Amz-Target": target + "SignUp", "Origin": "http://localhost:4815", "X-Amz-User-Agent": "aws-amplify", "User-Agent": "a browser"})
	if c := seen.last(t, "SignUp"); c.Origin != "http://localhost:4815" || c.Agent != "aws-amplify" {
		t.Errorf("got %+v", c)
	}
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte("machine1example:s3cret"))}
	call("/oauth2/token", "grant_type=x&scope=a&scope=b", form)
	if c := seen.last(t, "POST /oauth2/token"); c.ClientID != "machine1example" || !strings.Contains(string(c.Request), `"scope":"a b"`) {
		t.Errorf("got %+v, %s", c, c.Request)
	}
	call("/confirmUser?"+request(nil).Encode(), "code=123456", map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
	if c := seen.last(t, "POST /confirmUser"); !strings.Contains(string(c.Request), "123456") { // the code of a mail stays
		t.Errorf("got %s", c.Request)
	}
	if c := claimed("a." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"x","username":1}`)) + ".c"); c != (claims{}) {
		t.Errorf("a token that cannot be read says %+v", c)
	}
}
