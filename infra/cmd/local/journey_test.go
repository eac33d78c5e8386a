package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/live"
	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/page"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// goesThrough is what `make local` is for. In the sample app somebody is refused, signs up,
// confirms with the code of the page's inbox and signs in. A rule is edited in the stage file
// and acts on the next try; the event of before is replayed under the new rule. Suspended on
// the page, the user gets no more tokens.
func (s session) goesThrough() {
	s.Helper()
	const email, password = "journey@edited.example", "Correct-horse-1"
	shown, err := page.Start(s.cloud, 0, page.WithStages("../../stages"))
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = shown.Close() }()
	app, err := serveSample(s.cloud, s.opts)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = app.Close() }()
	at := shown.URL()

	s.does("arrive", "app", app.URL(), "at", at)
	refused := s.does("register", "email", "journey@mailinator.com", "name", "Ada", "password", password)
	s.same("the refusal", refused["refused"], "Addresses of this e-mail provider are not accepted, please use a different one [email-domain-denied]")
	s.same("the field that is marked and has the focus", refused["field"]+" "+refused["focused"], "email true")
	registered := s.does("register", "email", email, "name", "Ada", "password", password)
	s.does("confirmed", "code", s.does("inbox", "at", at, "email", email)["code"])
	entered := s.does("enter", "password", password)
	hosted := s.does("enterHosted", "email", email, "password", password)
	s.same("the users of the two sign-ins", hosted["sub"], entered["sub"])

	s.edits(func() { s.does("edited", "at", at) })
	s.does("another")
	again := s.does("register", "email", "another@edited.example", "name", "Bob", "password", password)
	s.same("the refusal by the edited rule", again["refused"], refused["refused"])
	beside := s.does("beside", "at", at, "id", s.signUpOf(at, email))
	s.same("the code beside the old one", beside["code"], " | email-domain-denied")

	s.does("suspendHere", "at", at, "email", email)
	s.same("the refresh after the suspension", s.does("again")["refused"], "Invalid Refresh Token")
	s.same("what somebody's link makes the app say", s.does("lured", "app", app.URL())["refused"], "That sign-in did not end: please try again.")
	s.same("what axe finds", refused["looks"]+registered["looks"]+entered["looks"], "")
	s.does("leave")
}

func (s session) same(what, got, want string) {
	s.Helper()
	if got != want {
		s.Errorf("%s is %q, not %q", what, got, want)
	}
}

// edits denies a domain in a copy of the stage file that is watched, and waits.
func (s session) edits(wait func()) {
	s.Helper()
	const list = "deny: [blocked.example"
	text, err := os.ReadFile("../../stages/dev.yaml")
	if err != nil || !strings.Contains(string(text), list) {
		s.Fatalf("the stage file denies nothing: %v", err)
	}
	file := filepath.Join(s.TempDir(), "dev.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		s.Fatal(err)
	}
	watcher, err := live.Start(s.Context(), s.cloud, live.Options{StageFile: file, Folder: s.TempDir(), Told: s.cloud.Timeline().AddEdit})
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		if err := errors.Join(s.cloud.Close(), watcher.Close()); err != nil {
			s.Error(err)
		}
	})
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), list, list+", edited.example", 1)), 0o600); err != nil {
		s.Fatal(err)
	}
	wait()
}

// signUpOf returns the trigger of a user's sign-up.
func (s session) signUpOf(at, email string) string {
	s.Helper()
	answer, err := http.Get(at + "/api/timeline?operation=SignUp&user=" + url.QueryEscape(email))
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var told struct{ Entries []timeline.Entry }
	if err := json.NewDecoder(answer.Body).Decode(&told); err != nil {
		s.Fatal(err)
	}
	for _, e := range told.Entries {
		if e.Call != nil && e.Call.Operation == "SignUp" && len(e.Call.Invocations) == 1 {
			return e.Call.Invocations[0].ID
		}
	}
	s.Fatalf("the page has no sign-up of %s: %v", email, told)
	return ""
}
