package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/page"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// picture is what the README shows.
const picture = "page/timeline.png"

// seesThePage opens the page of the session's cloud in the session's browser (R61). -update
// takes its picture.
func (s session) seesThePage(all bool) {
	s.Helper()
	shown, err := page.Start(s.cloud, 0, page.WithStages("../../stages"))
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = shown.Close() }()
	at := shown.URL()
	s.does("watch", "at", at)
	web, _ := s.cloud.Client("WebClientId")
	if _, err := s.j.Cognito.SignUp(s.Context(), &idp.SignUpInput{
		ClientId: &web.ID, Username: new("eve@mailinator.com"), Password: new("Analytical-Engine-1843"),
		UserAttributes: []types.AttributeType{{Name: new("email"), Value: new("eve@mailinator.com")}},
	}); err == nil {
		s.Fatal("a denied domain signed up")
	}
	if seen := s.does("appears", "text", "eve@mailinator.com"); seen["same"] != "yes" {
		s.Error("the new row came with a reload")
	}
	if err := s.cloud.Settle(s.Context()); err != nil {
		s.Fatal(err)
	}
	s.does("appears", "text", "PreSignUp_SignUp refused")
	s.picture()
	refused := s.newest(at, "operation=SignUp&refused=1")
	if replayed := s.does("replay", "at", at, "path", "/invocations/"+refused.ID); !strings.HasPrefix(replayed["path"], "/invocations/") || strings.HasSuffix(replayed["path"], refused.ID) {
		s.Errorf("the replay of %s is at %s", refused.ID, replayed["path"])
	}
	if err := s.cloud.Turn("delivery", "twice"); err != nil { // the views with their banner
		s.Fatal(err)
	}
	s.looksAtAll(at, "/invocations/"+s.newest(at, "operation=TokenGeneration").ID, all)
	if err := s.cloud.Turn("delivery", ""); err != nil {
		s.Fatal(err)
	}
	s.showsSoMany(at)
}

// showsSoMany lets more happen than a view has rows for.
func (s session) showsSoMany(at string) {
	s.Helper()
	s.does("watch", "at", at)
	for n := range 300 {
		s.cloud.Timeline().AddEdit(timeline.Edit{File: fmt.Sprintf("stage-%d.yaml", n)})
	}
	if seen := s.does("appears", "text", "stage-299.yaml"); seen["rows"] != "100" || seen["same"] != "yes" {
		s.Errorf("after 300 more entries: %v", seen)
	}
}

func (s session) picture() {
	s.Helper()
	file, err := filepath.Abs(picture)
	if !*update || err != nil {
		file = s.TempDir() + "/timeline.png"
	}
	s.does("picture", "file", file)
	if made, err := os.Stat(file); err != nil || made.Size() > 150<<10 {
		s.Errorf("the picture: %v, %v", made, err)
	}
}

// newest returns the last trigger of the newest call that a query finds.
func (s session) newest(at, query string) timeline.Invocation {
	s.Helper()
	var told struct{ Entries []timeline.Entry }
	answer, err := http.Get(at + "/api/timeline?" + query)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if err := json.NewDecoder(answer.Body).Decode(&told); err != nil {
		s.Fatal(err)
	}
	for _, e := range told.Entries {
		if e.Call != nil && len(e.Call.Invocations) > 0 {
			return e.Call.Invocations[len(e.Call.Invocations)-1]
		}
	}
	s.Fatalf("%s finds no trigger", query)
	return timeline.Invocation{}
}

// looksAtAll follows the page's own links, from a path on.
func (s session) looksAtAll(at, from string, all bool) {
	s.Helper()
	every := "no"
	if all {
		every = "yes"
	}
	told := s.does("look", "at", at, "from", from, "all", every)
	if told["faults"] != "" {
		s.Error(told["faults"])
	}
	seen := strings.Fields(told["seen"])
	for _, view := range []string{
		from, "/timeline", "/calls/*", "/invocations/*", "/messages", "/messages/*", "/faults",
		"/users", "/users/*", "/users/*/suspend", "/users/*/erase", "/tokens", "/tokens?", "/why", "/rules", "/sign-up-preview", "/explain", "/check", "/demo",
	} {
		if !slices.Contains(seen, view) {
			s.Errorf("no link leads to %s; they lead to %v", view, seen)
		}
	}
}
