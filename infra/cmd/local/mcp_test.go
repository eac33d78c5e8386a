package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
)

// agentScope is what the agent's app client is allowed and the server demands.
const agentScope = "app/read"

// agents is a server of the Model Context Protocol behind package bearer. It notes what it is
// asked and what it answers.
type agents struct {
	url  string
	mu   sync.Mutex
	seen []string
}

func TestR92_AnUnmodifiedMCPClientFindsWhereToSignIn(t *testing.T) {
	t.Parallel()
	p := node("mcp.mjs", "@modelcontextprotocol/sdk")
	if why := p.lacks(); why != "" {
		t.Skip(why)
	}
	cloud, j := running(t, local(t))
	client := agentClient(t, j)
	server := serveAgents(t, cloud, client)
	agent, err := p.start(t, cloud.Env(), map[string]string{"server": server.url, "client": client, "callback": appCallback})
	if err != nil {
		t.Fatal(err)
	}
	user := map[string]string{"email": "agent@example.com", "password": "Correct-horse-7"}
	addUser(t, j.Cognito, j.PoolID, user["email"], user["password"])

	if told, err := agent.do("strict", nil); err != nil || told["resource"] != server.url || told["methods"] != "S256" {
		t.Errorf("what a strict client finds: %v, %v", told, err)
	}
	server.noted()
	first := bound(t, server, agent, "signIn", user)
	findsItsWay(t, server, first["asked"])
	if second := bound(t, server, agent, "stale", nil); first["access"] == second["access"] {
		t.Error("the client did not refresh its token")
	}
	server.noted()
	// Without resource= the client gets a token and cannot use it.
	user["unbound"] = "yes"
	if told, err := agent.do("signIn", user); err == nil || !strings.Contains(err.Error(), "401 after successful authentication") {
		t.Errorf("a token for no resource got in: %v, %v", told, err)
	}
	if got := server.noted(); slices.Contains(got, "POST /mcp 200") {
		t.Errorf("without resource= the server answered %q", got)
	}
}

// findsItsWay judges how the client came to the address at which its user signs in.
func findsItsWay(t *testing.T, server *agents, address string) {
	t.Helper()
	want := []string{
		"POST /mcp 401", "GET /.well-known/oauth-protected-resource/mcp 200", "GET /.well-known/oauth-authorization-server 200",
	}
	if got := server.noted(); !slices.Equal(got[:min(len(want), len(got))], want) {
		t.Errorf("the client's way was %q", got)
	}
	asked := must(url.Parse(address)).Query()
	if asked.Get("resource") != server.url || asked.Get("code_challenge_method") != "S256" || asked.Get("scope") != agentScope {
		t.Errorf("the client asked for %v", asked)
	}
}

// bound makes a call whose token must be for the server.
func bound(t *testing.T, server *agents, agent *foreign, call string, given map[string]string) map[string]string {
	t.Helper()
	told, err := agent.do(call, given)
	if err != nil {
		t.Fatalf("%s: %v", call, err)
	}
	if says := claims(told["access"]); says["aud"] != server.url || told["who"] != says["sub"] {
		t.Errorf("%s: the server knows %q, the token says %v", call, told["who"], says)
	}
	return told
}

// agentClient makes an app client of an agent.
func agentClient(t *testing.T, j *journey.Journey) string {
	t.Helper()
	in := &idp.CreateUserPoolClientInput{UserPoolId: &j.PoolID, ClientName: new("agent")}
	withPages(in)
	in.AllowedOAuthScopes = []string{agentScope}
	made, err := j.Cognito.CreateUserPoolClient(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return *made.UserPoolClient.ClientId
}

// serveAgents publishes one scope more than the route demands: the client asks for what the
// challenge names.
func serveAgents(t *testing.T, cloud *localcloud.Cloud, client string) *agents {
	t.Helper()
	mux, s := http.NewServeMux(), &agents{}
	listening := httptest.NewServer(s.noting(mux))
	t.Cleanup(listening.Close)
	// Cognito takes no other name of this machine as a resource.
	origin := strings.Replace(listening.URL, "127.0.0.1", "localhost", 1)
	s.url = origin + "/mcp"
	at := cloud.Endpoints()
	v, err := bearer.New(bearer.Config{
		Pool: cloud.Stack.Pool.ID, Issuers: map[string]string{at.Issuer: at.JWKS}, Clients: []string{client},
		Resources: []string{s.url}, Scopes: []string{agentScope, "app/write"},
		Server: bearer.Server{Authorize: at.CognitoIDP + "/oauth2/authorize", Token: at.Token},
	})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/mcp", v.Require(http.HandlerFunc(answerAgent), bearer.RequireResource(s.url), bearer.Scopes(agentScope)))
	mux.Handle("/.well-known/oauth-protected-resource/mcp", v.Metadata())
	mux.Handle("/.well-known/oauth-authorization-server", v.ServerMetadata())
	return s
}

// noted returns what was noted since the last call.
func (s *agents) noted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.seen
	s.seen = nil
	return seen
}

func (s *agents) noting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		s.mu.Lock()
		s.seen = append(s.seen, fmt.Sprint(r.Method, " ", r.URL.Path, " ", answer.Code))
		s.mu.Unlock()
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

// answerAgent is the part of the protocol that a client needs for one call of a tool.
func answerAgent(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.WriteHeader(http.StatusMethodNotAllowed) // there is no stream of events
		return
	}
	var call struct {
		ID     json.RawMessage
		Method string
		Params struct{ ProtocolVersion string }
	}
	if err := json.NewDecoder(r.Body).Decode(&call); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if call.ID == nil {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	who, _ := bearer.From(r.Context())
	result := map[string]any{"content": []any{map[string]string{"type": "text", "text": who.Subject}}}
	if call.Method == "initialize" {
		result = map[string]any{
			"protocolVersion": call.Params.ProtocolVersion, "capabilities": map[string]any{"tools": map[string]any{}},
			"serverInfo": map[string]string{"name": "orders", "version": "1"},
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"jsonrpc": "2.0", "id": call.ID, "result": result})
}
