package infra

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// An edit in the local cloud ships without the CDK what a deployment would ship.
func TestR63_WhatAnEditShipsIsSynthsByteForByte(t *testing.T) {
	for _, file := range []string{"stages/dev.yaml", "stages/prod.yaml", "app/testdata/v1.yaml"} {
		s, err := settings.LoadStage(file)
		if err != nil {
			t.Fatal(err)
		}
		synthesized := s.Settings
		synthesized.Monitoring = Monitoring{NoAlarms: true, NoDashboard: true}
		app := newApp(t)
		stackOf(app, staged{s.Name, Props{Settings: synthesized, Bundles: stubs(t, ARM64)}})
		shipped(t, *app.Synth(nil).Directory(), settings.StackName(s.Name), &s)
	}
}

// The assembly that the local cloud runs, with the programs that were built for it.
func TestR63_WhatAnEditShipsIsWhatTheLocalCloudRuns(t *testing.T) {
	const assembly = "../dist/local"
	if _, err := os.Stat(assembly); err != nil {
		if os.Getenv("ASSEMBLY_REQUIRED") != "" {
			t.Fatal(err)
		}
		t.Skipf("the synthesized stack is missing, make synth-host writes it: %v", err)
	}
	found, err := filepath.Glob(filepath.Join(assembly, settings.StackName("*")+".template.json"))
	if err != nil || len(found) != 1 {
		t.Fatalf("the templates are %v: %v", found, err)
	}
	stack := strings.TrimSuffix(filepath.Base(found[0]), ".template.json")
	s, err := settings.FindStage("stages", settings.StageOf(stack))
	if err != nil {
		t.Fatal(err)
	}
	shipped(t, assembly, stack, &s)
}

// shipped compares the assets of an assembly with what a stage ships.
func shipped(t *testing.T, assembly, stack string, s *settings.Stage) {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(assembly, stack+".template.json"))
	if err != nil {
		t.Fatal(err)
	}
	var tpl template
	if err := json.Unmarshal(src, &tpl); err != nil {
		t.Fatal(err)
	}
	compared := 0
	for id, r := range tpl.resources(functionType) {
		room, known := roomOf(id), at(r, "Metadata", "aws:asset:path")
		if room == "" || known == nil {
			continue
		}
		got, err := os.ReadFile(filepath.Join(assembly, known.(string), policy.FileName))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		want, err := s.Shipped(room, settings.Given{})
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s of %s: %v\nsynth ships\n%s\nan edit\n%s", room, stack, err, got, want)
		}
		compared++
	}
	if compared <= len(triggers.Usual()) {
		t.Errorf("%s: compared %d functions", stack, compared)
	}
}

// roomOf returns the folder of the function with a logical id, "" of one of the CDK's own.
func roomOf(id string) string {
	rooms := map[string]string{"Register": registerFolder, "Reconcile": reconcileFolder}
	for _, trigger := range triggers.Usual() {
		rooms[trigger.Name] = trigger.Room
	}
	for name, room := range rooms {
		if strings.Contains(id, name) {
			return room
		}
	}
	return ""
}
