package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// staged writes the outputs of a stage, and its file, into a folder that it enters.
func (r *rig) staged(migration string) {
	r.Helper()
	said, err := os.ReadFile(filepath.Join(r.folder, "outputs.json"))
	if err != nil {
		r.Fatal(err)
	}
	r.Chdir(r.folder)
	for name, text := range map[string]string{
		"infra/stages/shop.yaml": migration,
		"dist/outputs.shop.json": strings.ReplaceAll(string(said), settings.StackName(settings.LocalStage), settings.StackName("shop")),
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			r.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			r.Fatal(err)
		}
	}
}

// Whoever waits with a hash that the trigger does not check could never sign in: nothing is loaded,
// and all that lacks is said at once, for one deployment.
func TestR106_WhatWaitsMustBeInTheStagesFile(t *testing.T) {
	r := newRig(t)
	file := r.exported("users.jsonl", oldPeople(10))
	r.staged("migration: {hashes: [{kind: \"bcrypt:13\", people: 1}]}\n")
	if status, out := r.calls("load", file, "--stage", "shop", "--logs-role", role); status != failed || !strings.Contains(out, `- {kind: "django-pbkdf2-sha256:1500000", people: 2}`) {
		t.Errorf("status %d: %s", status, out)
	}
	for _, verb := range []string{"csv", "load"} {
		status, out := r.calls(verb, file, "--stage", "shop", "--no-import")
		if r.holds(out, "8 people wait with hashes which", `- {kind: "bcrypt:10", people: 2}`, `- {kind: "django-pbkdf2-sha256:1000", people: 2}`, `- {kind: "pbkdf2-sha256:1000", people: 2}`); status != failed {
			t.Errorf("status %d: %s", status, out)
		}
	}
	if n := r.scan("LEGACY#") + r.users(); n != 0 {
		t.Errorf("%d rows and users", n)
	}
	// With a pepper, Cognito could check no password.
	r.staged("migration: {pepper: {joined: append, secret: {arn: p}}, hashes: [{kind: \"django-pbkdf2-sha256:1500000\", people: 1}, {kind: \"django-pbkdf2-sha256:1000\", people: 1}, {kind: \"pbkdf2-sha256:1000\", people: 1}, {kind: \"bcrypt:10\", people: 1}]}\n")
	out := r.must("load", file, "--stage", "shop")
	if r.holds(out, "10  wait"); r.scan("LEGACY#") != 10 || r.users() != 0 {
		t.Errorf("%d rows, %d users", r.scan("LEGACY#"), r.users())
	}
	if status, out := r.calls("load", file, "--stage", "other"); status != failed {
		t.Errorf("status %d: %s", status, out)
	}
}

// Where the old app is asked, a row would wait for ever; the digests of those who wait are of use.
func TestWhereTheOldAppIsAskedNobodyWaitsInTheTable(t *testing.T) {
	r := newRig(t)
	file := r.exported("users.jsonl", oldPeople(10))
	r.staged("migration: {oldApp: {url: \"https://app.example/move\", secret: {arn: p}}}\n")
	r.must("csv", file, "--stage", "shop", "--no-import")
	status, out := r.calls("load", file, "--stage", "shop", "--logs-role", role)
	if r.holds(out, "there is nothing to load"); status != misuse || r.scan("LEGACY#")+r.users() != 0 {
		t.Errorf("status %d: %s", status, out)
	}
}

// In a pool whose people may sign in with an address beside their user name, a user name is none.
func TestAPoolWithAliasesWantsUserNames(t *testing.T) {
	r := newRig(t)
	people, err := userpool.Start(userpool.Config{ID: pool, AliasAttributes: []string{"email"}, AutoVerifiedAttributes: []string{"email"}}, nil, userpool.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = people.Close() })
	said, err := (&target{stage: "local", outputs: filepath.Join(r.folder, "outputs.json")}).said()
	if err != nil {
		t.Fatal(err)
	}
	named := oldPeople(2)
	named[1]["login"] = "ada"
	if status, out := r.calls("load", r.exported("named.jsonl", named), "--no-import"); status != failed || !strings.Contains(out, "named.jsonl:2:") || !strings.Contains(out, "sign in to this pool with an address") {
		t.Errorf("status %d: %s", status, out)
	}
	r.outputs(said[settings.LocalDynamoDBOutput], people.URL(), said[settings.LocalLambdaOutput])
	all := oldPeople(5)
	for n := range all {
		all[n]["nick"] = "nick" + all[n]["login"].(string)[7:8]
	}
	file := r.exported("users.jsonl", all)
	if status, out := r.calls("load", file, "--no-import"); status != failed || !strings.Contains(out, "add username=COLUMN") {
		t.Errorf("status %d: %s", status, out)
	}
	r.must("load", file, "--logs-role", role, "--columns", says+",username=nick")
	if row := r.row(0); row.Username != "nick0" || row.ProvedAt.IsZero() {
		t.Errorf("who is imported: %+v", row)
	}
	if row := r.row(3); row.Username != "nick3" || row.Hash == "" {
		t.Errorf("who waits: %+v", row)
	}
}
