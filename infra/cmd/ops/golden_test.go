package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
)

var update = flag.Bool("update", false, "rewrite the golden previews")

// previews has a user and, for each stage and app client, the user's tokens. A change of
// a stage's policy, or of the code that obeys it, shows there.
const previews = "../../stages/testdata/previews"

func TestGoldenPreviewsOfEveryStageAndClient(t *testing.T) {
	user, err := support.ReadSubject(filepath.Join(previews, "user.json"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../stages/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d stages, error %v", len(files), err)
	}
	var current []string
	for _, file := range files {
		stage, err := settings.LoadStage(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, q := range questions(stage) {
			golden := filepath.Join(previews, stage.Name+"."+name+".golden")
			current = append(current, golden)
			q.Stage, q.TokenSettings, q.User = stage.Name, stage.TokenSettings(), user
			t.Run(stage.Name+"."+name, func(t *testing.T) { compareGolden(t, golden, q) })
		}
	}
	there, err := filepath.Glob(filepath.Join(previews, "*.golden"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range there {
		if !slices.Contains(current, file) {
			t.Errorf("%s is of no client of a stage: remove it", file)
		}
	}
}

// sampleClient is an id as long as a real one.
const sampleClient = "1example23456789abcdefghij"

// questions returns one about each client that the stage makes or names, one about an
// unknown client, and one about each profile that no client has yet.
func questions(stage settings.Stage) map[string]support.TokenQuestion {
	all := map[string]support.TokenQuestion{
		"unknown": {Client: sampleClient},
	}
	for name := range stage.Policy.Tokens.Profiles {
		all["profile-"+name] = support.TokenQuestion{Client: sampleClient, Profile: name}
	}
	for name := range stage.Clients {
		all[name] = support.TokenQuestion{Client: name}
	}
	for client, profile := range stage.Profiles() {
		all[client] = support.TokenQuestion{Client: client}
		delete(all, "profile-"+profile)
	}
	return all
}

func compareGolden(t *testing.T, file string, q support.TokenQuestion) {
	t.Helper()
	p, err := q.Answer()
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	printTokens(&got, p)
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: write it with `go test ./infra/cmd/ops -run Golden -update`", err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("tokens have changed; `go test ./infra/cmd/ops -run Golden -update && git diff infra/stages` shows how:\n%s", difference(string(want), got.String()))
	}
}

// difference returns the lines that only one of two texts has.
func difference(old, now string) string {
	was, is := strings.Split(old, "\n"), strings.Split(now, "\n")
	var b strings.Builder
	for _, line := range was {
		if !slices.Contains(is, line) {
			b.WriteString("- " + line + "\n")
		}
	}
	for _, line := range is {
		if !slices.Contains(was, line) {
			b.WriteString("+ " + line + "\n")
		}
	}
	return b.String()
}
