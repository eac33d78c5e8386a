package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// From the first look to the last: what each verb says and does.
func TestR106_AMoveFromTriageToFinish(t *testing.T) {
	r := newRig(t)
	all := oldPeople(50)
	all[0]["confirmed"] = nil     // cannot be imported: no verified address
	all[1]["full"] = `The "Rock"` // no form of the file for it
	all[4]["confirmed"] = false   // no password, and no address
	file := r.exported("users.jsonl", all)
	defer r.silent(all)

	out := r.must("triage", file)
	r.holds(out, "50 people, 0 rows with a fault", "pbkdf2-sha256:1000", "import", "convert", "django-pbkdf2-sha256:1500000", "at sign-in", "(no hash that is known)", "reset", "7 days  100.0 %", "90 days")

	r.files(file)
	r.load(file, all)
	fresh := r.goesOn(all)
	r.finishes(fresh)
}

// files: conversion, import files, digests.
func (r *rig) files(file string) {
	r.Helper()
	converted := filepath.Join(r.folder, "converted.jsonl")
	r.holds(r.must("convert", file, "--out", converted), "10 of 50 hashes are converted")
	r.private(converted)

	out := r.must("csv", file)
	r.holds(out, "50 people", "10  imported, BCRYPT", "18  imported, PBKDF2_SHA256", "21  wait", "1  cannot come along", "1: no verified email", "1: name: it has a quotation mark", "waiting.bin")
	names, err := waiting.Open(filepath.Join(r.folder, "book", waiting.FileName))
	if err != nil {
		r.Fatal(err)
	}
	defer func() { _ = names.Close() }()
	for n, want := range map[int]bool{0: true, 1: true, 2: true, 3: true, 4: true, 5: true, 9: true, 50: false} {
		if has, err := names.Has(strings.ToUpper(login(n))); has != want || err != nil {
			r.Errorf("person %d waits: %v, %v", n, has, err)
		}
	}
}

// load loads, and looks at every kind of row.
func (r *rig) load(file string, all []oldPerson) {
	r.Helper()
	r.holds(r.must("load", file, "--dry-run"), "Nothing is loaded")
	if row := r.row(3); !row.LoadedAt.IsZero() {
		r.Errorf("a dry run wrote %+v", row)
	}
	out := r.must("load", file, "--logs-role", role)
	r.holds(out, "import-BCRYPT-1-", "10 imported, 0 are in the pool", "18 imported, 0 are in the pool", "Loaded.")
	if left, _ := filepath.Glob(filepath.Join(r.folder, "book", "import-*")); len(left) > 0 {
		r.Errorf("left are %v", left)
	}
	for n, want := range map[int]table.Legacy{
		0: {Hash: all[0]["pw"].(string), Attributes: map[string]string{"email": login(0), "email_verified": "false", "name": "Person, 0"}},
		3: {Hash: all[3]["pw"].(string), Attributes: map[string]string{"email": login(3), "email_verified": "true", "name": "Person, 3"}},
		9: {Attributes: map[string]string{"email": login(9), "email_verified": "true", "name": "Person, 9"}},
		4: {}, 2: {}, 5: {},
	} {
		got := r.row(n)
		if got.Hash != want.Hash || len(got.Attributes) != len(want.Attributes) || got.Attributes["name"] != want.Attributes["name"] || got.Attributes["email_verified"] != want.Attributes["email_verified"] {
			r.Errorf("the row of %d is %+v", n, got)
		}
		if is := !got.ProvedAt.IsZero(); is != (n == 2 || n == 5) || got.LoadedAt.IsZero() != (n == 4) {
			r.Errorf("the row of %d is %+v", n, got)
		}
	}
}

// goesOn moves some people, changes the old app, and loads a fresh export, whose name it returns.
func (r *rig) goesOn(all []oldPerson) string {
	r.Helper()
	r.signed(5, 6, 7)
	if proved, err := r.store.Prove(r.Context(), pool, login(3), all[3]["pw"].(string), r.now); !proved || err != nil {
		r.Fatal(proved, err)
	}
	for range 3 {
		if _, err := r.store.Reserve(r.Context(), pool, login(8), r.now, 5, time.Hour); err != nil {
			r.Fatal(err)
		}
	}
	all[8]["pw"] = makers[3](108)
	fresh := r.exported("fresh.jsonl", append(all, oldPeople(51)[50]))
	list := filepath.Join(r.folder, "left.jsonl")
	r.now = r.now.Add(40 * 24 * time.Hour)
	out := r.must("status", fresh, "--list", list)
	r.holds(out, "51 people", "3  moved", "25  imported, and have not", "21  wait", "1  of them have proved", "1  of them have another password", "2  are not loaded", "1  have not moved, and somebody tried their names lately (tries: 3)", "At the end of day 40, 6.0 % had moved", "has left the forecast on day 1: fewer", " 130 days")
	r.private(list)
	if text, err := os.ReadFile(list); err != nil || strings.Count(string(text), "\n") != 48 || !strings.Contains(string(text), `{"is":"changed","name":"person-8@old.example"}`) {
		r.Errorf("%v\n%s", err, text)
	}

	out = r.must("load", fresh, "--logs-role", role)
	r.holds(out, "1  imported, PBKDF2_SHA256", "28  have moved, or were imported by an earlier load", "1 imported, 0 are in the pool")
	if row := r.row(8); row.Hash != all[8]["pw"] {
		r.Errorf("the row of 8 is %+v", row)
	}
	return fresh
}

// finishes ends the move.
func (r *rig) finishes(fresh string) {
	r.Helper()
	r.holds(r.must("finish", fresh), "Nothing is deleted", "--left 21", "26 people are imported, and need the flow password")
	if status, out := r.calls("finish", fresh, "--apply", "--left", "20"); status != misuse || !strings.Contains(out, "pass --left 21") {
		r.Errorf("status %d: %s", status, out)
	}
	out := r.must("finish", fresh, "--apply", "--left", "21")
	r.holds(out, "51 rows are deleted", "the stage file's migration", "the flow password")
	r.holds(r.must("finish", fresh, "--apply"), "0 rows are deleted")
	if left := r.scan("LEGACY#") + r.scan("MIGRATE#"); left != 0 {
		r.Errorf("%d rows are left", left)
	}
}

// Who was deleted in the old app does not come along. Who has moved is the pool's, and does not wait again.
func TestR106_WhomTheOldAppHasNoLongerDoesNotComeAlong(t *testing.T) {
	r := newRig(t)
	all := oldPeople(8)
	r.must("load", r.exported("users.jsonl", all), "--no-import")
	if _, err := r.store.Prove(t.Context(), pool, login(1), all[1]["pw"].(string), r.now); err != nil {
		t.Fatal(err)
	}
	r.signed(1)
	if _, err := r.store.Reserve(t.Context(), pool, login(3), r.now, 5, time.Hour); err != nil {
		t.Fatal(err)
	}
	fresh := r.exported("fresh.jsonl", append([]oldPerson{all[0], all[2]}, all[5:]...)) // without 1, 3 and 4
	r.holds(r.must("finish", fresh, "--absent"), "2 people are loaded, have not moved", "--apply --left 2")
	if status, out := r.calls("finish", fresh, "--absent", "--apply", "--left", "1"); status != misuse || !strings.Contains(out, "pass --left 2") || r.row(3).Hash == "" {
		t.Errorf("status %d: %s", status, out)
	}
	r.must("finish", fresh, "--absent", "--apply", "--left", "2")
	for n, want := range map[int]bool{0: true, 1: true, 2: true, 3: false, 4: false, 7: true} {
		if row := r.row(n); row.LoadedAt.IsZero() == want || row.MovedAt.IsZero() == (n == 1) {
			t.Errorf("the row of %d is %+v", n, row)
		}
	}
	if tries := r.scan(table.TriesPrefix); tries != 1 {
		t.Errorf("%d rows of tries", tries)
	}
}
