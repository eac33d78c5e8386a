package paths

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel/kerneltest"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

const events = "../../../../events"

// event returns an event of events/ without blanks.
func event(b *testing.B, name string) []byte {
	b.Helper()
	text, err := os.ReadFile(filepath.Join(events, name+".json"))
	if err != nil {
		b.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		b.Fatal(err)
	}
	return compact.Bytes()
}

func parsed(b *testing.B, doc []byte) *cognito.Event {
	b.Helper()
	e, err := cognito.Parse(doc)
	if err != nil {
		b.Fatal(err)
	}
	return e
}

func BenchmarkDecode(b *testing.B) {
	for _, name := range []string{"presignup/self-allowed", "pretokengeneration/v2-authentication", "pretokengeneration/v2-many-groups"} {
		b.Run(name, func(b *testing.B) {
			doc := event(b, name)
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				e, err := cognito.Parse(doc)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := e.TokenGeneration(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSplice(b *testing.B) {
	e := parsed(b, event(b, "pretokengeneration/v2-authentication"))
	response := []byte(`{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"roles":["editor","reviewer"],"tenant":"acme"}}}}`)
	b.ReportAllocs()
	for b.Loop() {
		if reply := e.Reply(response); len(reply) < len(response) {
			b.Fatalf("got %s", reply)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	rules, err := signup.Compile(kerneltest.Policy(b, events).SignUp)
	if err != nil {
		b.Fatal(err)
	}
	for name, refused := range map[string]bool{"self-allowed": false, "self-denied-sub-domain": true} {
		b.Run(name, func(b *testing.B) {
			view, err := parsed(b, event(b, "presignup/"+name)).PreSignUp()
			if err != nil {
				b.Fatal(err)
			}
			applicant := signup.Applicant{Origin: policy.Self, UserName: view.UserName, Attributes: view.Attributes, ClientID: view.ClientID}
			b.ReportAllocs()
			for b.Loop() {
				if rules.Check(applicant).Refused() != refused {
					b.Fatal("the verdict is wrong")
				}
			}
		})
	}
}

func BenchmarkClaims(b *testing.B) {
	tokens, err := claims.Compile(kerneltest.Policy(b, events).Tokens)
	if err != nil {
		b.Fatal(err)
	}
	row := kerneltest.Authz(b, events)["f3d4c5b6-0001-4a5b-8c9d-00000000a001"]
	for _, version := range []string{"1", "2", "3"} {
		b.Run("version "+version, func(b *testing.B) {
			event := cognito.TokenGeneration{}
			event.Version, event.Source = version, cognito.TokenAuthentication
			b.ReportAllocs()
			for b.Loop() {
				if grant, err := tokens.For("app", event, table.Access{Authz: row}, nil); err != nil || grant.Response(version) == nil {
					b.Fatal("nothing is granted")
				}
			}
		})
	}
}

// BenchmarkLogLine is the chain around a handler that does nothing: decode, budget, echo
// and the line. BenchmarkDecode and BenchmarkSplice are its other parts.
func BenchmarkLogLine(b *testing.B) {
	doc := event(b, "postconfirmation/confirmed")
	chain := kernel.Handle(kernel.Function[cognito.PostConfirmation]{
		Name: "postconfirmation", Sources: cognito.PostConfirmationSources(), Versions: []string{"1"},
		OnFailure: kernel.Open, View: (*cognito.Event).PostConfirmation,
		Decide: func(_ context.Context, e cognito.PostConfirmation, _ time.Time) (kernel.Decision, error) {
			return kernel.Decision{Outcome: "recorded", User: e.Attributes["sub"]}, nil
		},
	}, kernel.Environment{Timeout: 4 * time.Second, PolicyHash: "0123456789ab", Now: time.Now, Log: kernel.NewLog(io.Discard)})
	ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
	defer cancel()
	ctx = lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{AwsRequestID: "8476a536-e9f4-11e8-9739-2dfe598c3fcd"})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := chain.Invoke(ctx, doc); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkUpdate is a row's update: built, signed, sent, answered and read, over a plain
// connection on this machine.
func BenchmarkUpdate(b *testing.B) {
	store := open(b, `{}`)
	seen := users.Snapshot{
		Key: users.Key{PoolID: "eu-west-1_Ex4mpl3Id", Sub: "f3d4c5b6-0001-4a5b-8c9d-00000000a001"}, At: time.Now(),
		Source:  "PostConfirmation_ConfirmSignUp",
		Profile: users.Profile{Username: "ada", Email: "ada@example.com", EmailVerified: true, Attributes: map[string]string{"name": "Ada Lovelace"}},
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := store.Upsert(b.Context(), seen); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAccess is a token's read, likewise.
func BenchmarkAccess(b *testing.B) {
	store := open(b, `{"Responses":{"bench":[{"sk":{"S":"AUTHZ"},"authzRoles":{"L":[{"S":"editor"},{"S":"reviewer"}]},"authzTenant":{"S":"acme"}},{"sk":{"S":"PROFILE"}}]},"UnprocessedKeys":{}}`)
	key := users.Key{PoolID: "eu-west-1_Ex4mpl3Id", Sub: "f3d4c5b6-0001-4a5b-8c9d-00000000a001"}
	b.ReportAllocs()
	for b.Loop() {
		if access, err := store.Access(b.Context(), key, "4example4client4id4web4app"); err != nil || access.Authz.Tenant != "acme" {
			b.Fatal(access, err)
		}
	}
}

// open returns a store whose table answers every request with reply.
func open(b *testing.B, reply string) *dynamo.Store {
	b.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = io.WriteString(w, reply)
	}))
	b.Cleanup(server.Close)
	environment := map[string]string{
		"TABLE_NAME": "bench", "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_DYNAMODB": server.URL,
		"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
	}
	store, err := dynamo.Open(func(name string) string { return environment[name] })
	if err != nil {
		b.Fatal(err)
	}
	return store
}
