package page

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
)

// granted lets a user arrive who has roles in two tenants.
func (s seen) granted(email string) (sub string) {
	s.Helper()
	sub = s.arrives(email, "Ada")
	row, err := s.suite.users.Authz(s.Context(), sub)
	if err == nil {
		_, err = s.suite.users.Change(s.Context(), row, "test", directory.SetRoles("editor"), directory.SetTenants("acme", "acme", "globex"), directory.SetClaim("plan", "team"))
	}
	if err != nil {
		s.Fatal(err)
	}
	return sub
}

// tokenPath is the view of a user and the web client.
func (s seen) tokenPath(sub string) string {
	return "/tokens?" + url.Values{"user": {sub}, "client": {s.web}}.Encode()
}

func TestR62_EachClaimOfATokenHasItsOriginAndItsBytes(t *testing.T) {
	s := see(t)
	sub := s.granted("claims@example.com")
	_, body := s.gets(s.tokenPath(sub))
	s.shows(body, "The timeline has no tokens of this user", "As they would be now", "authz.tenantRoles", "% of a 4 KB cookie", "% of an 8 KB header")
	s.signsIn("claims@example.com")
	if err := s.cloud.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, body = s.gets("/api" + s.tokenPath(sub))
	var shown shownTokens
	if err := json.Unmarshal([]byte(body), &shown); err != nil || shown.Last == nil || shown.Now == nil {
		t.Fatalf("%v: %s", err, body)
	}
	for i, now := range shown.Now.Tokens.Tokens {
		was := shown.Last.Tokens[i]
		if was.Token != now.Token || support.Compact(was.Added) != support.Compact(now.Added) || len(was.Added) == 0 || was.EncodedBytes < 400 || was.Budget != now.Budget || was.AddedBytes == 0 {
			t.Errorf("the pool made %s\nand would make %s", support.Compact(was), support.Compact(now))
		}
	}
	_, body = s.gets(s.tokenPath(sub))
	s.shows(body, "The newest tokens", ">InitiateAuth</a>", `<span aria-hidden="true">+</span><span class="away">added</span>`)
}

func TestR62_ARefreshGoesThroughThePoolAndLeavesTheAppItsToken(t *testing.T) {
	s := see(t)
	sub := s.granted("refresh@example.com")
	form := url.Values{"user": {sub}, "client": {s.web}, "tenant": {"globex"}}
	if got, body := s.posts("/tokens/refresh", form); got.StatusCode != http.StatusConflict || !strings.Contains(body, "sign in first") {
		t.Errorf("without a session: status %d, %s", got.StatusCode, body)
	}
	own := s.signsIn("refresh@example.com").RefreshToken
	got, body := s.posts("/tokens/refresh", form)
	if got.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d, %s", got.StatusCode, body)
	}
	_, body = s.gets(got.Header.Get("Location"))
	s.shows(body, ">GetTokensFromRefreshToken</a>", `"globex"`)
	if _, err := s.suite.pool.GetTokensFromRefreshToken(t.Context(), &cognito.GetTokensFromRefreshTokenInput{ClientId: &s.web, RefreshToken: own}); err != nil {
		t.Errorf("the app's own: %v", err)
	}
	if _, err := s.suite.users.Suspend(t.Context(), sub, "test", directory.KeepEnabled(), directory.KeepSessions()); err != nil {
		t.Fatal(err)
	}
	got, body = s.posts("/tokens/refresh", form)
	s.shows(body, "authz.tenantRoles", "of 2048 bytes") // though there are no tokens now
	if got.StatusCode != http.StatusForbidden || !strings.Contains(body, "This account is disabled") || !strings.Contains(body, "Since then refused") {
		t.Errorf("suspended: status %d, %s", got.StatusCode, body)
	}
}

func TestR62_APastedTokenIsReadAndKeptNowhere(t *testing.T) {
	s := see(t)
	sub := s.granted("pasted@example.com")
	row, _ := s.suite.users.Authz(t.Context(), sub)
	issued := s.signsIn("pasted@example.com")
	if _, err := s.suite.users.Change(t.Context(), row, "test", directory.SetRoles("owner")); err != nil {
		t.Fatal(err)
	}
	got, body := s.posts("/tokens/read", url.Values{"token": {" " + *issued.AccessToken + "\n"}})
	if got.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %s", got.StatusCode, body)
	}
	s.shows(body, "Access token", sub, "AUTHZ has changed since", `"owner"`)
	forged := strings.Join([]string{base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)), base64.RawURLEncoding.EncodeToString([]byte(`{"x":` + support.Compact(hostile) + `}`)), "c2ln"}, ".")
	if got, body := s.posts("/tokens/read", url.Values{"token": {forged}}); got.StatusCode != http.StatusOK || strings.Contains(body, "<script>alert") {
		t.Errorf("forged: status %d, %s", got.StatusCode, body)
	}
	for _, wrong := range []string{"", "no.token", *issued.RefreshToken, "a.b.c"} {
		if got, body := s.posts("/tokens/read", url.Values{"token": {wrong}}); got.StatusCode != http.StatusUnprocessableEntity || len(wrong) > 9 && strings.Contains(body, wrong) {
			t.Errorf("%.20q: status %d, %s", wrong, got.StatusCode, body)
		}
	}
}

// signed finds a token with a signature.
var signed = regexp.MustCompile(`eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{20,}`)

func TestR62_NoSignatureAndNoRefreshTokenIsInAnyAnswer(t *testing.T) {
	s := see(t)
	sub := s.granted("canary@example.com")
	issued := s.signsIn("canary@example.com")
	canaries := []string{*issued.RefreshToken, password}
	for _, token := range []*string{issued.IdToken, issued.AccessToken} {
		canaries = append(canaries, (*token)[strings.LastIndexByte(*token, '.')+1:])
	}
	clean := func(where, body string) {
		t.Helper()
		for _, canary := range canaries {
			if strings.Contains(body, canary) {
				t.Errorf("%s has a secret", where)
			}
		}
		if found := signed.FindString(body); found != "" {
			t.Errorf("%s has the token %s", where, found)
		}
	}
	form := url.Values{"user": {sub}, "client": {s.web}, "token": {*issued.AccessToken}}
	for _, path := range []string{"/tokens/refresh", "/tokens/read"} {
		_, body := s.posts(path, form)
		clean("POST "+path, body)
		_, body = s.posts("/api"+path, form)
		clean("POST /api"+path, body)
	}
	var calls []string
	for _, e := range s.entries.Entries("", 20) {
		calls = append(calls, e.ID)
	}
	for _, to := range s.routes {
		if to.method != http.MethodGet || to.path == "/api/events" {
			continue
		}
		for _, id := range calls {
			path := strings.NewReplacer("{$}", "", "{sub}", sub, "{id}", id).Replace(to.path) + "?" + url.Values{"user": {sub}, "client": {s.web}}.Encode()
			_, body := s.gets(path)
			clean(path, body)
			if !strings.Contains(to.path, "{id}") {
				break
			}
		}
	}
}

func TestR62_WhyNamesEachGrantAndWhoIsUnknown(t *testing.T) {
	s := see(t)
	sub := s.granted("why@example.com")
	_, body := s.gets("/why?user=why@example.com&client=" + s.web)
	s.shows(body, sub, "editor", "granted", "authz.roles")
	for _, path := range []string{"/why?user=nobody@example.com", "/why?user=" + sub + "&client=1example2client3id4nowhere5"} {
		if status, body := s.gets("/api" + path); status != http.StatusNotFound {
			t.Errorf("%s: status %d, %s", path, status, body)
		}
	}
}
