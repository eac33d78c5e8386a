package page

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/infra/support/dossier"
	"github.com/cognito-triggers/cognito-triggers/infra/support/token"
)

// filled is the form of a user as the page shows it, with what a test writes into it.
func (s seen) filled(sub string, written map[string]string) url.Values {
	s.Helper()
	row, err := s.suite.users.Authz(s.Context(), sub)
	if err != nil {
		s.Fatal(err)
	}
	e := editOf(row)
	form := url.Values{
		"rev": {strconv.FormatInt(e.Rev, 10)}, "by": {e.By}, "roles": {e.Roles}, "tenants": {e.Tenants}, "tenant": {e.Tenant}, "claims": {e.Claims},
	}
	for _, each := range e.TenantRoles {
		form.Add("inTenant", each.Name)
		form.Add("tenantRoles", each.Value)
	}
	for name, value := range written {
		form.Set(name, value)
	}
	return form
}

func TestR62_AnEditLandsInTheRowAndInTheNextToken(t *testing.T) {
	s := see(t)
	sub := s.arrives("edit@example.com", "Ada")
	before, _ := s.suite.users.Authz(t.Context(), sub)
	got, body := s.posts("/users/"+sub+"/authz", s.filled(sub, map[string]string{
		"roles": "editor\n owner \n\n", "tenants": "acme\nglobex", "tenant": "acme", "claims": `{"plan": "team"}`, "by": "grace",
	}))
	if got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/users/"+sub) {
		t.Fatalf("status %d, %s", got.StatusCode, body)
	}
	second := s.filled(sub, nil)
	second["tenantRoles"] = []string{"auditor", ""} // in acme and in globex
	if got, body := s.posts("/users/"+sub+"/authz", second); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d, %s", got.StatusCode, body)
	}
	row, err := s.suite.users.Authz(t.Context(), sub)
	if err != nil || strings.Join(row.Roles, " ") != "editor owner" || row.Tenant != "acme" || strings.Join(row.TenantRoles["acme"], " ") != "auditor" ||
		row.Extra["plan"] != "team" || row.By != somebody || row.Rev != before.Rev+2 {
		t.Errorf("the row is %+v, %v", row, err)
	}
	said, err := token.Decode(*s.signsIn("edit@example.com").IdToken)
	if err != nil || support.Compact(said.Claims["roles"]) != `["editor","owner","auditor"]` {
		t.Errorf("the token says %v, %v", said.Claims["roles"], err)
	}
}

func TestR62_AConflictIsShownAndLosesNothing(t *testing.T) {
	s := see(t)
	sub := s.arrives("conflict@example.com", "Ada")
	mine := s.filled(sub, map[string]string{"roles": "mine"})
	row, _ := s.suite.users.Authz(t.Context(), sub)
	if _, err := s.suite.users.Change(t.Context(), row, "somebody else", directory.SetRoles("theirs")); err != nil {
		t.Fatal(err)
	}
	got, body := s.posts("/users/"+sub+"/authz", mine)
	if got.StatusCode != http.StatusConflict {
		t.Errorf("status %d", got.StatusCode)
	}
	s.shows(body, ">\nmine</textarea>", "theirs", "somebody else", `role="alert"`)
	got, body = s.posts("/api/users/"+sub+"/authz", mine)
	if got.StatusCode != http.StatusConflict || !json.Valid([]byte(body)) {
		t.Errorf("status %d, %s", got.StatusCode, body)
	}
	if now, _ := s.suite.users.Authz(t.Context(), sub); strings.Join(now.Roles, " ") != "theirs" {
		t.Errorf("the row is %+v", now)
	}
	mine.Set("rev", strconv.FormatInt(row.Rev+1, 10)) // what the form says now
	if got, body := s.posts("/users/"+sub+"/authz", mine); got.StatusCode != http.StatusSeeOther {
		t.Errorf("saved again: status %d, %s", got.StatusCode, body)
	}
}

func TestR62_WhatTheDirectoryRefusesStandsBesideItsField(t *testing.T) {
	s := see(t)
	sub := s.arrives("faulty@example.com", "Ada")
	for field, value := range map[string]string{"roles": "twice\ntwice", "tenant": "nowhere", "claims": `{"sub": "x"}`} {
		got, body := s.posts("/users/"+sub+"/authz", s.filled(sub, map[string]string{field: value}))
		beside := field
		if field == "tenant" {
			beside = "tenants"
		}
		_, said, _ := strings.Cut(body, `id="`+beside+`-fault">`)
		said, _, _ = strings.Cut(said, "<")
		if got.StatusCode != http.StatusUnprocessableEntity || said == "" {
			t.Errorf("%s: status %d, %q beside it", field, got.StatusCode, said)
		}
		if row, _ := s.suite.users.Authz(t.Context(), sub); row.Rev != 0 {
			t.Errorf("%s: the row is %+v", field, row)
		}
	}
	_, body := s.posts("/users/"+sub+"/authz", s.filled(sub, map[string]string{"claims": "[1", "roles": "kept"}))
	s.shows(body, "not a JSON object", ">\n[1</textarea>", ">\nkept</textarea>")
}

func TestR62_ASuspensionRefusesTheNextRefresh(t *testing.T) {
	s := see(t)
	sub := s.arrives("suspend@example.com", "Ada")
	refresh := s.signsIn("suspend@example.com").RefreshToken
	if status, body := s.gets("/users/" + sub + "/suspend"); status != http.StatusOK || !strings.Contains(body, "<form") {
		t.Errorf("the question: status %d", status)
	}
	if row, _ := s.suite.users.Authz(t.Context(), sub); row.Status != directory.Active {
		t.Error("the question suspends")
	}
	if got, body := s.posts("/users/"+sub+"/suspend", url.Values{}); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d, %s", got.StatusCode, body)
	}
	if _, err := s.suite.pool.GetTokensFromRefreshToken(t.Context(), &cognito.GetTokensFromRefreshTokenInput{ClientId: &s.web, RefreshToken: refresh}); err == nil {
		t.Error("a suspended user refreshes")
	}
	_, body := s.gets("/users/" + sub)
	s.shows(body, "suspended", "disabled", "Reinstate")
	if got, _ := s.posts("/users/"+sub+"/reinstate", url.Values{}); got.StatusCode != http.StatusSeeOther {
		t.Errorf("status %d", got.StatusCode)
	}
	s.signsIn("suspend@example.com")
}

func TestR62_AnErasureLeavesTombstonesAndAReceipt(t *testing.T) {
	s := see(t)
	sub := s.arrives("erase@example.com", "Ada Erased")
	s.signsIn("erase@example.com")
	got, body := s.posts("/users/"+sub+"/erase", url.Values{"by": {"grace"}})
	if got.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %s", got.StatusCode, body)
	}
	s.shows(body, "erased of PROFILE", "left of PROFILE", "deletedAt", "grace")
	left, err := dossier.Read(t.Context(), s.suite.rows, s.suite.table, s.suite.id, sub, s.suite.now())
	if err != nil || left.Rows["PROFILE"]["deletedAt"] == nil || strings.Contains(support.Compact(left.Rows), "erase@example.com") {
		t.Errorf("left is %v, %v", left.Rows, err)
	}
	if _, err := s.suite.pool.AdminGetUser(t.Context(), &cognito.AdminGetUserInput{UserPoolId: &s.suite.id, Username: aws.String("erase@example.com")}); err == nil {
		t.Error("the pool has the user")
	}
	_, body = s.gets("/users/" + sub)
	s.shows(body, "tombstones", "The pool has no user")
	if got, _ := s.posts("/users/"+sub+"/authz", url.Values{"roles": {"ghost"}}); got.StatusCode != http.StatusGone {
		t.Errorf("a grant to a deleted user: status %d", got.StatusCode)
	}
}

func TestR62_HostileNamesAreEscapedAndFound(t *testing.T) {
	s := see(t)
	const hostile = `"><script>alert(1)</script>\" OR`
	sub := s.arrives("hostile@example.com", hostile)
	for _, path := range []string{"/users", "/users/" + sub, "/users?by=name&q=" + url.QueryEscape(hostile), "/users/" + sub + "/erase"} {
		status, body := s.gets(path)
		if status != http.StatusOK || strings.Contains(body, "<script>alert") || !strings.Contains(body, "hostile@example.com") {
			t.Errorf("%s: status %d, %s", path, status, body)
		}
	}
	if status, _ := s.gets("/users/" + url.PathEscape(hostile)); status != http.StatusNotFound {
		t.Errorf("a hostile sub: status %d", status)
	}
}

func TestR62_EveryUserIsOnOnePageOfTheList(t *testing.T) {
	s := see(t)
	for i := range 3 {
		s.arrives("page"+strconv.Itoa(i)+"@example.com", "Page")
	}
	found := map[string]bool{}
	for path := "/api/users?q=page&by=email"; path != ""; {
		_, body := s.gets(path)
		var page people
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			t.Fatal(err)
		}
		for _, u := range page.Users {
			found[u.Email] = true
		}
		if path = ""; page.Next != "" {
			path = "/api" + page.More()
		}
	}
	if len(found) != 3 {
		t.Errorf("found %v", found)
	}
}

// A view is the same data as HTML and as JSON.
func TestR62_EveryViewOfAUserIsAlsoJSON(t *testing.T) {
	s := see(t)
	sub := s.arrives("views@example.com", "Ada")
	for _, to := range s.routes {
		if to.method != http.MethodGet || strings.HasPrefix(to.path, "/api/") || !strings.Contains(to.path, "{sub}") {
			continue
		}
		path := strings.Replace(to.path, "{sub}", sub, 1)
		html, body := s.gets(path)
		same, text := s.gets("/api" + path)
		var data struct{ Sub string }
		if err := json.Unmarshal([]byte(text), &data); html != http.StatusOK || same != http.StatusOK || err != nil || data.Sub != sub {
			t.Errorf("%s: %d, as JSON %d, %v", path, html, same, err)
		}
		s.shows(body, `href="/api`+path+`"`)
	}
}

func TestR62_NoOtherOriginSeesOrChangesAUser(t *testing.T) {
	s := see(t)
	refusesStrangers(t, s.Page)
	runsNothing(t, s.Page)
}

// What the page asks would fill the timeline that it shows, and each answer would be news.
func TestR62_LookingAtAUserIsNotInTheTimeline(t *testing.T) {
	s := see(t)
	sub := s.granted("looked@example.com")
	mark := func() string {
		out, err := s.suite.pool.AdminGetUser(t.Context(), &cognito.AdminGetUserInput{UserPoolId: &s.suite.id, Username: &sub})
		if err != nil {
			t.Fatal(err)
		}
		id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
		s.suite.reported(t.Context(), id)
		return id
	}
	before := mark()
	for _, path := range []string{"/users", "/users/" + sub, s.tokenPath(sub), "/why?user=" + sub, "/rules", "/demo"} {
		if status, _ := s.gets(path); status != http.StatusOK {
			t.Errorf("%s: status %d", path, status)
		}
	}
	after := mark()
	for _, e := range s.entries.Entries(before, 0) {
		if e.ID != after {
			t.Errorf("it made %s", support.Compact(e))
		}
	}
}
