package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// endless makes an export of so many rows while it is read.
type endless struct {
	rows, made int
	rest       []byte
}

func (e *endless) Read(to []byte) (int, error) {
	for len(e.rest) == 0 {
		if e.made == e.rows {
			return 0, io.EOF
		}
		n := e.made
		e.made++
		stored := fmt.Sprintf("$2b$%02d$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6", 10+n%4)
		switch n % 7 {
		case 5:
			stored = fmt.Sprintf("pbkdf2_sha256$%d$salt%06d$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA=", 1+n, n) // a kind of its own
		case 6:
			stored = "!"
		}
		e.rest = fmt.Appendf(e.rest[:0], "{\"login\":\"user-%d@example.com\",\"pw\":%q,\"seen\":%d}\n", n, stored, 1_700_000_000+n)
	}
	n := copy(to, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// Ten times the people take no more of the heap; the time for a million is in the long form's log.
func TestR106_TriageTakesFlatMemory(t *testing.T) {
	alive := func(rows int) uint64 {
		c := &call{terminal: terminal{out: io.Discard, err: io.Discard, now: time.Now}, source: source{file: "x", says: "name=login,hash=pw,last=seen"}}
		if err := c.source.parse("triage"); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		found, err := c.triage(&endless{rows: rows}, time.Now())
		if err != nil || found.People != rows || found.Faults != 0 || len(found.Kinds) > maxKinds+1 {
			t.Fatalf("%d people, %d faults, %d kinds, %v", found.People, found.Faults, len(found.Kinds), err)
		}
		t.Logf("%d people: %.1f s", rows, time.Since(begun).Seconds())
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		runtime.KeepAlive(found)
		return m.HeapAlloc
	}
	n := form.Often(t, 2000, 5000, 100_000)
	small := alive(n)
	if large := alive(10 * n); large > small+1<<20 {
		t.Errorf("%d people keep %d bytes, %d people %d", n, small, 10*n, large)
	}
}

func TestR106_TriageSaysEachKindsWay(t *testing.T) {
	text := "id,login,pw,seen\n"
	for n := range 20 {
		text += fmt.Sprintf("%d,%s,%s,%s\n", n, login(n), makers[n%5](n), time.Date(2026, 3, 1-n, 0, 0, 0, 0, time.UTC).Format(time.RFC3339))
	}
	text += "20,last,$2b$13$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6,\n21,bad,x,yesterday\n"
	file := filepath.Join(t.TempDir(), "users.csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	if err := os.Chtimes(file, noon, noon); err != nil {
		t.Fatal(err)
	}
	at := terminal{out: &out, err: &errs, now: time.Now}
	if status := run(t.Context(), []string{"triage", file, "--columns", "name=login,hash=pw,last=seen"}, at); status != done {
		t.Fatal(errs.String())
	}
	want, err := os.ReadFile("testdata/triage.golden")
	if err != nil || out.String() != string(want) {
		t.Errorf("%v, got\n%s", err, out.String())
	}
	if !strings.HasSuffix(errs.String(), "users.csv:23:10: last: it is no time: write it as 2026-03-01T11:22:33Z, or in seconds since 1970\n") {
		t.Error(errs.String())
	}
	out.Reset()
	if status := run(t.Context(), []string{"triage", "--json", file}, at); status != failed { // no name and no hash there
		t.Errorf("status %d: %s", status, out.String())
	}
	if status := run(t.Context(), []string{"triage", "--json", "--columns=name=login,hash=pw", file}, at); status != done || !strings.Contains(out.String(), `"people":22`) || strings.Contains(out.String(), "forecast") {
		t.Errorf("status %d: %s", status, out.String())
	}
}

// A fault is said with its place, and nothing is done.
func TestR106_ABadExportChangesNothing(t *testing.T) {
	r := newRig(t)
	bad := oldPeople(6)
	bad[0]["login"], bad[1]["confirmed"], bad[2]["seen"], bad[3]["full"] = "", "perhaps", "yesterday", map[string]any{}
	file := r.exported("bad.jsonl", bad)
	for _, verb := range []string{"csv", "load", "convert"} {
		status, out := r.calls(verb, file, "--logs-role", role, "--out", filepath.Join(r.folder, "converted"))
		if status != failed {
			t.Errorf("%s: status %d", verb, status)
		}
		r.holds(out, "bad.jsonl:1:", "name: it is empty", "bad.jsonl:2:", "email_verified: it is neither", "bad.jsonl:3:", "last: it is no time", "bad.jsonl:4:", "attribute:name: it is an object", "4 rows have a fault: correct the export, nothing was done")
	}
	nobody := oldPeople(60) // a wrong column is a fault of everybody
	for _, p := range nobody {
		p["login"] = ""
	}
	if _, out := r.calls("csv", r.exported("nobody.jsonl", nobody)); strings.Count(out, "name: it is empty") != maxFaults {
		t.Error(out)
	}
	twice := oldPeople(6)
	twice[4]["login"] = strings.ToUpper(login(1))
	if status, out := r.calls("load", r.exported("twice.jsonl", twice), "--logs-role", role); status != failed || !strings.Contains(out, "twice.jsonl:5:") || !strings.Contains(out, "name: line 2 has this name, too") {
		t.Errorf("status %d: %s", status, out)
	}
	if n := r.scan("LEGACY#"); n != 0 {
		t.Errorf("%d rows", n)
	}
	if status, out := r.calls("csv", file, "--columns", says+",custom:plan=plan"); status != misuse || !strings.Contains(out, "no attribute custom:plan") {
		t.Errorf("status %d: %s", status, out)
	}
	left, _ := filepath.Glob(filepath.Join(r.folder, "book", "*"))
	if len(left) != 1 || filepath.Base(left[0]) != "book.json" {
		t.Errorf("left are %v", left)
	}
}

// Whoever looks at an import file may save or delete it: a part of it would be taken for the whole, and
// who is in the rest for imported.
func TestR106_AnImportFileThatWasEditedIsMadeAgain(t *testing.T) {
	r := newRig(t)
	file := r.exported("users.jsonl", oldPeople(10))
	for _, edit := range []func(string) error{
		os.Remove,
		func(path string) error { return os.Truncate(path, 300) },
	} {
		r.must("csv", file)
		if err := edit(filepath.Join(r.folder, "book", "import-PBKDF2_SHA256-1.csv")); err != nil {
			t.Fatal(err)
		}
	}
	r.holds(r.must("load", file, "--logs-role", role), "4 imported, 0 are in the pool already, 0 failed", "2 imported, 0 are")
	for _, n := range []int{0, 1, 5, 6} {
		if !r.signsIn(n) {
			t.Errorf("person %d does not sign in", n)
		}
	}
	err := (&call{}).upload(t.Context(), job{JobName: "import-BCRYPT-1-ABCDEFGH-0000000000000000", PreSignedURL: "https://localhost:1"}, file)
	if err == nil || !strings.Contains(err.Error(), "nothing was sent") {
		t.Errorf("of another call's file: %v", err)
	}
}

// A file of others, or a link, is in the way of none that is for the caller alone.
func TestR106_AFileIsForTheCallerAloneWhateverIsThere(t *testing.T) {
	folder := t.TempDir()
	file, out, others := filepath.Join(folder, "users.jsonl"), filepath.Join(folder, "out.jsonl"), filepath.Join(folder, "others")
	for _, path := range []string{file, others} {
		if err := os.WriteFile(path, []byte(`{"name":"ada","hash":"x"}`), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for what, inTheWay := range map[string]func() error{
		"a file": func() error { return os.WriteFile(out+"~", []byte("backup"), 0o644) },
		"a link": func() error { return os.Symlink(others, out+"~") },
	} {
		if err := inTheWay(); err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		status := run(t.Context(), []string{"convert", file, "--out", out}, terminal{out: &said, err: &said, now: time.Now})
		info, err := os.Lstat(out)
		if status != done || err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: status %d, %v, %v: %s", what, status, info.Mode(), err, said.String())
		}
		if text, _ := os.ReadFile(others); string(text) != `{"name":"ada","hash":"x"}` {
			t.Errorf("%s: another file became %s", what, text)
		}
	}
}

// Whom Cognito does not take waits. Without its log nobody knows who that is, and load says so.
func TestR106_WhomAJobDoesNotTakeWaits(t *testing.T) {
	r := newRig(t)
	all := oldPeople(40)
	for _, n := range []int{1, 36} {
		all[n]["full"] = strings.Repeat("x", 3000)
	}
	file := r.exported("users.jsonl", all)
	r.logs = false
	if status, out := r.calls("load", file, "--logs-role", role); status != failed || !strings.Contains(out, "logs:FilterLogEvents") {
		t.Errorf("status %d: %s", status, out)
	}
	r.logs = true
	out := r.must("load", file, "--logs-role", role)
	r.holds(out, "14 imported, 0 are in the pool already, 2 failed", "2 people with django-pbkdf2-sha256:1000, whom Cognito did not import, wait")
	for n, want := range map[int]string{1: all[1]["pw"].(string), 36: all[36]["pw"].(string), 6: "", 31: ""} {
		if row := r.row(n); row.Hash != want || row.ProvedAt.IsZero() != (want != "") {
			t.Errorf("the row of %d is %+v", n, row)
		}
	}
	r.holds(r.must("status", file), "18  wait", "22  imported")
	r.silent(all)
}

// A job fails when most of its rows fail. Who was imported is in the pool, and the others wait.
func TestR106_AJobThatFailsForMostLosesNobody(t *testing.T) {
	r := newRig(t)
	all := oldPeople(10)
	for _, n := range []int{0, 1, 5} {
		all[n]["full"] = strings.Repeat("x", 3000)
	}
	out := r.must("load", r.exported("users.jsonl", all), "--logs-role", role)
	r.holds(out, "1 imported, 0 are in the pool already, 3 failed", "2 people with pbkdf2-sha256:1000, whom")
	for n, waits := range map[int]bool{0: true, 1: true, 5: true, 6: false} {
		if row := r.row(n); (row.Hash != "") != waits || r.signsIn(n) == waits {
			t.Errorf("person %d: %+v", n, row)
		}
	}
}

func TestR106_EverybodyCanBeLeftToTheTrigger(t *testing.T) {
	r := newRig(t)
	all := oldPeople(10)
	out := r.must("load", r.exported("users.jsonl", all), "--no-import")
	r.holds(out, "10  wait")
	for n := range 8 {
		if row := r.row(n); row.Hash != all[n]["pw"] && n != 4 || row.LoadedAt.IsZero() {
			t.Errorf("the row of %d is %+v", n, row)
		}
	}
	r.silent(all)
}

func TestTheCommandSaysHowItIsCalled(t *testing.T) {
	r := newRig(t)
	file := r.exported("users.jsonl", oldPeople(5))
	for want, args := range map[string][]string{
		"migrate load ":                 nil,
		"migrate finish":                {"nonsense"},
		"name the FILE":                 {"triage"},
		"one FILE at a time":            {"triage", file, file},
		"flag provided but not defined": {"triage", file, "--nonsense"},
		"name and hash must be there":   {"triage", file, "--columns", "hash=pw"},
		"there twice":                   {"triage", file, "--columns", "hash=pw,hash=pw"},
		"a sub of its own":              {"triage", file, "--columns", "name=login,hash=pw,sub=id"},
		"name the suite":                {"load", file},
		"pass --out FILE":               {"convert", file},
		"pass --client ID":              {"canary"},
		"--cutover is no time":          {"status", file, "--table", "t", "--pool", pool, "--outputs", filepath.Join(r.folder, "outputs.json"), "--cutover", "soon", "--book", r.folder},
	} {
		var out bytes.Buffer
		if status := run(t.Context(), args, terminal{out: &out, err: &out, now: time.Now}); status != misuse || !strings.Contains(out.String(), want) {
			t.Errorf("%v: status %d, %s", args, status, out.String())
		}
	}
	for _, args := range [][]string{{"help"}, {"load", "--help"}} {
		var out bytes.Buffer
		if status := run(t.Context(), args, terminal{out: &out, err: io.Discard, now: time.Now}); status != done || !strings.Contains(out.String(), "--columns LIST") {
			t.Errorf("%v: status %d, %s", args, status, out.String())
		}
	}
	if status, out := r.calls("load", file); status != failed && status != misuse || !strings.Contains(out, "--logs-role") {
		t.Errorf("status %d: %s", status, out)
	}
	if status, out := r.calls("triage", filepath.Join(r.folder, "absent")); status != failed || !strings.Contains(out, "opening the export") {
		t.Errorf("status %d: %s", status, out)
	}
	if err := os.WriteFile(filepath.Join(r.folder, "book", "book.json"), []byte(`{"pool":"eu-west-1_Other"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, out := r.calls("status", file); status != failed || !strings.Contains(out, "the book of the pool eu-west-1_Other") {
		t.Errorf("status %d: %s", status, out)
	}
}

func TestR106_AFolderOfAnyNameKeepsNoHash(t *testing.T) {
	b := &book{folder: filepath.Join(t.TempDir(), "of [may")}
	if err := errors.Join(os.Mkdir(b.folder, 0o700), os.WriteFile(b.path("import-BCRYPT-1.csv"), nil, 0o600), b.clear()); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(b.folder); len(left) > 0 || err != nil {
		t.Errorf("left are %v, %v", left, err)
	}
}
