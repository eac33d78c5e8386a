package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra"
	"github.com/cognito-triggers/cognito-triggers/internal/claims"
)

var update = flag.Bool("update", false, "rewrite the golden previews")

// previews has a user and, for each stage and client, what the tokens of that user
// say. A change of a stage's policy, or of the code that obeys it, shows there.
const previews = "../stages/testdata/previews"

// stranger is a client that no policy names, as dynamic registration makes them.
const stranger = "unknown"

func TestGoldenPreviewsOfEveryStageAndClient(t *testing.T) {
	user, err := readPerson(filepath.Join(previews, "user.json"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../stages/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d stages, error %v", len(files), err)
	}
	var current []string
	for _, file := range files {
		stage, err := infra.LoadStage(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, client := range clientsOf(stage) {
			golden := filepath.Join(previews, stage.Name+"."+client+".golden")
			current = append(current, golden)
			t.Run(stage.Name+"."+client, func(t *testing.T) {
				compareGolden(t, golden, question{stage: stage.Name, TokenSettings: stage.TokenSettings(), client: client, person: user})
			})
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

// clientsOf are those that the stage makes or names, and one that it does not know.
func clientsOf(stage infra.Stage) []string {
	clients := []string{claims.WebClient, claims.MachineClient, stranger}
	for client := range stage.Policy.Tokens.Clients {
		clients = append(clients, client)
	}
	slices.Sort(clients)
	return slices.Compact(clients)
}

func compareGolden(t *testing.T, file string, q question) {
	t.Helper()
	p, err := q.answer()
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	p.print(&got)
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: write it with `go test ./infra/ops -run Golden -update`", err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("tokens have changed; `go test ./infra/ops -run Golden -update && git diff infra/stages` shows how:\n%s", difference(string(want), got.String()))
	}
}

// difference lists the lines that only one of two texts has.
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
