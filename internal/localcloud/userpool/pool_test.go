package userpool

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

const (
	poolUnderTest = "eu-central-1_AbCdEf123"
	webClient     = "web1example"
	longPassword  = "Correct-horse-7"
)

// functions is an Invoker that finds its functions by trigger and keeps every event.
type functions struct {
	mu     sync.Mutex
	events []capturedEvent
	reply  map[string]func(event []byte) ([]byte, error)
}

type capturedEvent struct {
	trigger string
	raw     []byte
}

func (f *functions) Invoke(_ context.Context, arn string, ev []byte) ([]byte, error) {
	f.mu.Lock()
	f.events = append(f.events, capturedEvent{arn, ev})
	reply := f.reply[arn]
	f.mu.Unlock()
	if reply == nil {
		return ev, nil
	}
	return reply(ev)
}

func (f *functions) answer(trigger string, reply func([]byte) ([]byte, error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reply[trigger] = reply
}

// sources returns the triggerSource of every event so far, and forgets the events.
func (f *functions) sources(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, e := range f.take() {
		var v struct{ TriggerSource string }
		if err := json.Unmarshal(e.raw, &v); err != nil {
			t.Fatalf("event: %v", err)
		}
		out = append(out, v.TriggerSource)
	}
	return out
}

func (f *functions) take() []capturedEvent {
	f.mu.Lock()
	defer f.mu.Unlock()
	taken := f.events
	f.events = nil
	return taken
}

// responding returns a function that replaces the event's response.
func responding(response string) func([]byte) ([]byte, error) {
	return func(ev []byte) ([]byte, error) {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(ev, &members); err != nil {
			return nil, err
		}
		members["response"] = json.RawMessage(response)
		return json.Marshal(members)
	}
}

func failing(message string) func([]byte) ([]byte, error) {
	return func([]byte) ([]byte, error) { return nil, &FunctionError{Type: "errorString", Message: message} }
}

// testKeys are shared: RSA keys take most of the time that a pool needs to start.
var testKeys = newKeyPair()

// clock is a clock that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// rig is a pool under test with its client, its functions and its clock.
type rig struct {
	*Pool
	api      *idp.Client
	fns      *functions
	clock    *clock
	template func() Config // of restart
}

// google is a provider that maps no verification of addresses.
func google() federation.Provider {
	return federation.Provider{
		Name: "Google", Type: "Google", Details: map[string]string{"client_id": "c", "client_secret": "s", "authorize_scopes": "openid email"},
		Mapping: map[string]string{"email": "email", "name": "name"},
	}
}

// baseConfig returns a pool with addresses as usernames and the usual triggers of the suite.
func baseConfig() Config {
	wired := map[string]Trigger{}
	for _, name := range triggers.UsualNames() {
		wired[name] = Trigger{FunctionARN: name}
	}
	wired[preTokenGeneration] = Trigger{FunctionARN: preTokenGeneration, Version: "V3_0"}
	return Config{
		ID: poolUnderTest, ARN: "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/" + poolUnderTest, AccountID: "111122223333",
		Clients: []Client{{
			ID: webClient, Name: "web", RefreshTokenRotation: true,
			ExplicitAuthFlows:          []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"},
			SupportedIdentityProviders: []string{federation.Native, "Google"},
		}},
		Triggers: wired, UsernameAttributes: []string{"email"}, AutoVerifiedAttributes: []string{"email"},
		Providers: []federation.Provider{google()},
		Groups:    []Group{{Name: "admins"}, {Name: "editors"}}, CustomAttributes: map[string]bool{"custom:plan": true, "custom:origin": false},
	}
}

func startRig(t *testing.T, change func(*Config, *Options)) *rig {
	t.Helper()
	cfg, fns := baseConfig(), &functions{reply: map[string]func([]byte) ([]byte, error){}}
	c := &clock{t: time.Now().Truncate(time.Second)}
	opts := Options{Now: c.now, keys: testKeys}
	if change != nil {
		change(&cfg, &opts)
	}
	p, err := Start(cfg, fns, opts)
	if err != nil {
		t.Fatalf("Start: %v", err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return &rig{Pool: p, api: newAPI(p.URL()), fns: fns, clock: c}
}

// newAPI returns the real SDK client. It uses the SDK's own HTTP client: a plain one
// fails if AWS_CA_BUNDLE is set.
func newAPI(url string) *idp.Client {
	return idp.New(idp.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(url), HTTPClient: awshttp.NewBuildableClient(),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""), RetryMaxAttempts: 1,
	})
}

// withHooks adds these triggers to a pool's own.
func withHooks(names ...string) func(*Config, *Options) {
	return func(c *Config, _ *Options) {
		for _, name := range names {
			c.Triggers[name] = Trigger{FunctionARN: name}
		}
	}
}

func withV(version string) func(*Config, *Options) {
	return func(c *Config, _ *Options) {
		c.Triggers[preTokenGeneration] = Trigger{FunctionARN: preTokenGeneration, Version: version}
	}
}

func (r *rig) signUp(t *testing.T, email string) *idp.SignUpOutput {
	t.Helper()
	out, err := r.api.SignUp(t.Context(), &idp.SignUpInput{
		ClientId: aws.String(webClient), Username: aws.String(email), Password: aws.String(longPassword),
	})
	if err != nil {
		t.Fatalf("SignUp: %v", err)
	}
	return out
}

func (r *rig) confirmUp(t *testing.T, email string) error {
	t.Helper()
	code, ok := r.Code(email)
	if !ok {
		t.Fatalf("no code for %s", email)
	}
	_, err := r.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{
		ClientId: aws.String(webClient), Username: aws.String(email), ConfirmationCode: aws.String(code),
	})
	return err
}

// member signs a user up, confirms it and forgets the events.
func (r *rig) member(t *testing.T, email string) string {
	t.Helper()
	sub := *r.signUp(t, email).UserSub
	if err := r.confirmUp(t, email); err != nil {
		t.Fatalf("ConfirmSignUp: %v", err)
	}
	r.fns.take()
	return sub
}

func (r *rig) tryLogin(t *testing.T, email, password string) (*idp.InitiateAuthOutput, error) {
	t.Helper()
	return r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
		ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": password},
	})
}

func (r *rig) login(t *testing.T, email, password string) *types.AuthenticationResultType {
	t.Helper()
	out, err := r.tryLogin(t, email, password)
	if err != nil {
		t.Fatalf("InitiateAuth: %v", err)
	}
	if out.AuthenticationResult == nil {
		t.Fatalf("InitiateAuth: challenge %s, want tokens", out.ChallengeName)
	}
	return out.AuthenticationResult
}

func (r *rig) status(t *testing.T, username string) types.UserStatusType {
	t.Helper()
	out, err := r.api.AdminGetUser(t.Context(), &idp.AdminGetUserInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String(username)})
	if err != nil {
		t.Fatalf("AdminGetUser: %v", err)
	}
	return out.UserStatus
}

func (r *rig) attribute(t *testing.T, username, name string) string {
	t.Helper()
	out, err := r.api.AdminGetUser(t.Context(), &idp.AdminGetUserInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String(username)})
	if err != nil {
		t.Fatalf("AdminGetUser: %v", err)
	}
	for _, a := range out.UserAttributes {
		if *a.Name == name {
			return *a.Value
		}
	}
	return ""
}

// wantRefusal checks code and message as the SDK decodes them.
func wantRefusal(t *testing.T, err error, code, message string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("got %v, want %s: %s", err, code, message)
	}
	if api.ErrorCode() != code || api.ErrorMessage() != message {
		t.Errorf("got  %s: %s\nwant %s: %s", api.ErrorCode(), api.ErrorMessage(), code, message)
	}
}

func wantSources(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("triggers fired: %v, want %v", got, want)
	}
}

func TestEveryMessageIsTold(t *testing.T) {
	mailed := make(chan Message, 2)
	p, err := Start(Config{ID: "us-east-1_Mail00001", AutoVerifiedAttributes: []string{"email"}, UsernameAttributes: []string{"email"}, Clients: []Client{{ID: "web"}}}, nil, Options{
		OnMail: func(m Message) { mailed <- m },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	out, err := p.signUp(signUpInput{ClientID: "web", Username: "ada@example.com", Password: "Correct-horse-7"})
	if err != nil {
		t.Fatal(err)
	}
	code, _ := p.Code("ada@example.com")
	want := Message{
		Username: out.UserSub, To: "ada@example.com", Channel: "EMAIL", Purpose: "signup", Subject: "Your verification code",
		Text: "Your confirmation code is " + code, Code: code,
	}
	if got := <-mailed; got != want {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}
