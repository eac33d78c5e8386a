package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer"
	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer/bearertest"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
)

// The guide "Two clients as access levels": its stage file and commands make the tokens of its
// first table, and its routes answer them as the second one says.
func TestR99_TwoClientsAreTwoAccessLevelsAsTheGuideSays(t *testing.T) {
	text := section(t, "Two clients as access levels")
	routes, err := os.ReadFile("levels_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(fenced(text, "go")[0]) {
		if !strings.Contains(string(routes), "\t"+line) {
			t.Errorf("the test has no route %s", line)
		}
	}
	t.Chdir(t.TempDir())
	if err := os.MkdirAll(stagesFolder, 0o755); err != nil {
		t.Fatal(err)
	}
	for file, language := range map[string]string{filepath.Join(stagesFolder, "levels.yaml"): "yaml", "ada.json": "json"} {
		if err := os.WriteFile(file, []byte(fenced(text, language)[0]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var said []map[string]any // the claims of the access token, by command
	for line := range strings.Lines(strings.Join(fenced(text, "sh"), "")) {
		words, _ := strings.CutPrefix(strings.TrimSpace(line), "go run ./infra/cmd/ops ")
		said = append(said, accessToken(t, strings.Fields(words)))
	}
	issuer := bearertest.New(t)
	api := ordersAPI(t, issuer)
	requests := 0
	for _, cells := range rows(text) {
		for i, want := range cells[1:] {
			got := ""
			if method, path, is := strings.Cut(cells[0], " "); is {
				requests++
				got = asked(api, method, path, tokenOf(issuer, said[i]))
			} else if got = "–"; said[i][cells[0]] != nil {
				got = strings.Trim(support.Compact(said[i][cells[0]]), `"`)
			}
			if strings.Trim(want, `"`) != got {
				t.Errorf("%s, token %d: the guide says %s, and it is %s", cells[0], i+1, want, got)
			}
		}
	}
	if len(said) != 3 || requests != 15 {
		t.Errorf("%d tokens, %d requests", len(said), requests)
	}
}

// rows returns the rows of the tables that have a column for each of three tokens, without marks.
func rows(text string) (all [][]string) {
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.ReplaceAll(strings.TrimSpace(cells[i]), "`", "")
		}
		if len(cells) == 4 && cells[1] != "shop" && cells[0] != "---" {
			all = append(all, cells)
		}
	}
	return all
}

func accessToken(t *testing.T, words []string) map[string]any {
	t.Helper()
	got := ops(t, append(words, "--json")...)
	var p support.TokenPreview
	if err := json.Unmarshal([]byte(got.out), &p); err != nil || len(p.Tokens) != 2 {
		t.Fatalf("ops %v: %v %s %s", words, err, got.out, got.err)
	}
	return p.Tokens[1].Claims
}

// tokenOf returns a token of today with what the suite put into the previewed one.
func tokenOf(issuer *bearertest.Issuer, said map[string]any) string {
	claims := issuer.Claims()
	for _, name := range []string{"scope", "roles", "tenant", "authz_version"} {
		if delete(claims, name); said[name] != nil {
			claims[name] = said[name]
		}
	}
	return issuer.Sign(nil, claims)
}

// ordersAPI has the routes of the guide.
func ordersAPI(t *testing.T, issuer *bearertest.Issuer) http.Handler {
	t.Helper()
	v, err := bearer.New(bearer.Config{
		Pool: bearertest.Pool, Clients: []string{bearertest.Client}, Issuers: map[string]string{issuer.URL: issuer.Keys},
	})
	if err != nil {
		t.Fatal(err)
	}
	mux, next := http.NewServeMux(), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	tenant := func(r *http.Request) string { return r.PathValue("tenant") }
	mux.Handle("GET /orders", v.Require(next, bearer.Scopes("orders/read")))
	mux.Handle("PUT /orders/{tenant}", v.Require(next, bearer.Scopes("orders/write"), bearer.InTenant(tenant)))
	mux.Handle("POST /refunds/{tenant}", v.Require(next, bearer.Scopes("orders/write"), bearer.InTenant(tenant), bearer.Role("admin")))
	return mux
}

// asked returns the status, and the error code if there is one.
func asked(api http.Handler, method, path, token string) string {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	said := []string{strconv.Itoa(w.Code)}
	if _, code, is := strings.Cut(w.Header().Get("WWW-Authenticate"), `error="`); is {
		code, _, _ = strings.Cut(code, `"`)
		said = slices.Concat(said, []string{code})
	}
	return strings.Join(said, " ")
}
