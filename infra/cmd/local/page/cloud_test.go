package page

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// assembly is written by `make synth-host`. `make test` runs it first and says so in the
// environment, so that nothing is skipped there.
const assembly = "../../../../dist/local"

// shared is the local cloud of this package's tests; TestMain closes it.
var shared struct {
	sync.Once
	cloud *localcloud.Cloud
	err   error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.cloud != nil {
		if err := shared.cloud.Close(); err != nil {
			fmt.Println(err)
			code = 1
		}
	}
	os.Exit(code)
}

// seen is a page of the shared cloud.
type seen struct {
	*testing.T
	*Page
	web string // the web client's id
}

func see(t *testing.T) seen {
	t.Helper()
	if _, err := os.Stat(assembly + "/manifest.json"); err != nil {
		if os.Getenv("ASSEMBLY_REQUIRED") != "" {
			t.Fatalf("the synthesized stack is missing: %v", err)
		}
		t.Skipf("the synthesized stack is missing, make synth-host writes it: %v", err)
	}
	shared.Do(func() {
		shared.cloud, shared.err = localcloud.Start(context.Background(), localcloud.Options{AssemblyDir: assembly, InfraDir: "../../..", Timeline: timeline.New(timeline.Limits{})})
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	p, err := Start(shared.cloud, 0, WithStages("../../../stages"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	web, _ := shared.cloud.Client("WebClientId")
	return seen{t, p, web.ID}
}

const password = "Analytical-Engine-1843"

// arrives signs a user up and confirms it, as an app would, and returns the sub.
func (s seen) arrives(email, name string) string {
	s.Helper()
	out, err := s.suite.pool.SignUp(s.Context(), &cognito.SignUpInput{
		ClientId: &s.web, Username: &email, Password: aws.String(password),
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: &email}, {Name: aws.String("name"), Value: &name}},
	})
	if err != nil {
		s.Fatal(err)
	}
	code, _ := s.cloud.Pool.Code(email)
	if _, err := s.suite.pool.ConfirmSignUp(s.Context(), &cognito.ConfirmSignUpInput{ClientId: &s.web, Username: &email, ConfirmationCode: &code}); err != nil {
		s.Fatal(err)
	}
	return *out.UserSub
}

// signsIn returns the tokens.
func (s seen) signsIn(email string) *types.AuthenticationResultType {
	s.Helper()
	out, err := s.suite.pool.InitiateAuth(s.Context(), &cognito.InitiateAuthInput{
		ClientId: &s.web, AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": password},
	})
	if err != nil {
		s.Fatal(err)
	}
	return out.AuthenticationResult
}

// gets returns an answer's status and body.
func (s seen) gets(path string) (int, string) {
	s.Helper()
	got, body := ask(s.T, s.Page, route{http.MethodGet, path}, func(*http.Request) {})
	return got.StatusCode, body
}

// posts sends a form, as the page itself does.
func (s seen) posts(path string, form url.Values) (*http.Response, string) {
	s.Helper()
	return ask(s.T, s.Page, route{http.MethodPost, path}, func(r *http.Request) {
		text := form.Encode()
		r.Body, r.ContentLength = http.NoBody, 0
		r.Body, r.ContentLength = readCloser{strings.NewReader(text)}, int64(len(text))
		r.Header.Set("Origin", s.URL())
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	})
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

// shows fails unless the body has the texts, as a reader sees them.
func (s seen) shows(body string, texts ...string) {
	s.Helper()
	body = html.UnescapeString(body)
	for _, text := range texts {
		if !strings.Contains(body, text) {
			s.Errorf("%q is not in %s", text, body)
		}
	}
}
