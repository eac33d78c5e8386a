package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/policy/strict"
	signed "github.com/cognito-triggers/cognito-triggers/internal/signup/invite"
)

// keygen makes a pair of keys and returns the file and the public half as in the stage
// file.
func keygen(t *testing.T) (file string, keys []signed.PublicKey) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "dev.key")
	got := call(t, "invite", "keygen", "--id", "2027-01", "--out", file)
	if got.status != done || got.err != "" {
		t.Fatalf("status %d, %s", got.status, got.err)
	}
	var section policy.Access
	if _, err := strict.Decode("stage", []byte("mode: invite\nkeys:\n"+got.out), &section); err != nil {
		t.Fatalf("%v in\n%s", err, got.out)
	}
	keys, faults := signed.Compile("signUp.access", section)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return file, keys
}

func TestAnIssuedInviteLetsItsPersonIn(t *testing.T) {
	file, keys := keygen(t)
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		args     string
		days     int
		holder   signed.Holder
		stranger signed.Holder
	}{
		{"--email Ada@Example.com", 7, signed.Holder{Email: "ada@example.com", ClientID: "web"}, signed.Holder{Email: "eve@example.com", ClientID: "web"}},
		{"--email ada@example.com --days 30 --client web", 30, signed.Holder{Email: "ada@example.com", ClientID: "web"}, signed.Holder{Email: "ada@example.com", ClientID: "ios"}},
	} {
		got := call(t, append([]string{"invite", "issue", "--key", file}, strings.Fields(test.args)...)...)
		token := strings.TrimSuffix(got.out, "\n")
		if got.status != done || strings.ContainsAny(token, " \n") {
			t.Fatalf("status %d, %q, %s", got.status, got.out, got.err)
		}
		end := now.AddDate(0, 0, test.days)
		if err := signed.Verify(token, keys, test.holder, end.Add(-time.Second)); err != nil {
			t.Errorf("%s: on the last day: %v", test.args, err)
		}
		if signed.Verify(token, keys, test.holder, end) == nil {
			t.Errorf("%s: it outlives its days", test.args)
		}
		if signed.Verify(token, keys, test.stranger, now) == nil {
			t.Errorf("%s: it lets %v in", test.args, test.stranger)
		}
	}
}

func TestAnInviteIsWrittenForProgramsToo(t *testing.T) {
	file, keys := keygen(t)
	var made issued
	got := call(t, "invite", "issue", "--json", "--key", file, "--email", "Ada@example.com", "--client", "web")
	if err := json.Unmarshal([]byte(got.out), &made); err != nil {
		t.Fatal(err, got.err)
	}
	want := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	if made.Email != "ada@example.com" || !made.Expires.Equal(want) || made.KeyID != "2027-01" || made.Client != "web" {
		t.Errorf("got %+v", made)
	}
	if err := signed.Verify(made.Invite, keys, signed.Holder{Email: made.Email, ClientID: "web"}, want.Add(-time.Second)); err != nil {
		t.Error(err)
	}
}

func TestThePrivateHalfIsItsOwnersAlone(t *testing.T) {
	file, _ := keygen(t)
	info, err := os.Stat(file)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if again := call(t, "invite", "keygen", "--id", "2027-02", "--out", file); again.status != failed || !strings.Contains(again.err, "is there already") {
		t.Errorf("status %d, %s", again.status, again.err)
	}
	if after, _ := os.ReadFile(file); string(after) != string(text) {
		t.Error("the key was overwritten")
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	if got := call(t, "invite", "issue", "--key", file, "--email", "ada@example.com"); runtime.GOOS != "windows" && (got.status != failed || got.out != "" || !strings.Contains(got.err, "can be read by others")) {
		t.Errorf("status %d, %s%s", got.status, got.out, got.err)
	}
}

func TestNeitherHalfIsWhereItDoesNotBelong(t *testing.T) {
	file, _ := keygen(t)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, secret, _ := strings.Cut(string(text), "invite-private-key:2027-01:")
	secret = strings.TrimSpace(secret)
	other := call(t, "invite", "keygen", "--id", "2027-01", "--out", filepath.Join(t.TempDir(), "k"))
	issued := call(t, "invite", "issue", "--key", file, "--email", "ada@example.com")
	if len(secret) != 43 || strings.Contains(issued.out+issued.err+other.out+other.err, secret) {
		t.Errorf("the private half is shown")
	}
}

func TestAWrongInviteSaysWhatToDo(t *testing.T) {
	file, _ := keygen(t)
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.WriteFile(broken, []byte("not a key, but a secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"write keygen or issue":     {},
		"write keygen or issue ":    {"isue"},
		"--id \"\"":                 {"keygen", "--out", "x"},
		"--id \"A\"":                {"keygen", "--id", "A", "--out", "x"},
		"--out FILE is missing":     {"keygen", "--id", "a"},
		"unexpected argument \"x\"": {"keygen", "x", "--id", "a", "--out", "y"},
		"--key FILE is missing":     {"issue", "--email", "ada@example.com"},
		"--email \"\": the address": {"issue", "--key", file},
		"--email \"ada\"":           {"issue", "--key", file, "--email", "ada"},
		"--days 0: use 1 to 365":    {"issue", "--key", file, "--email", "ada@example.com", "--days", "0"},
		"--days 366":                {"issue", "--key", file, "--email", "ada@example.com", "--days", "366"},
		"-day":                      {"issue", "--day", "3"},
		"unexpected argument \"y\"": {"issue", "y"},
	} {
		if got := call(t, append([]string{"invite"}, args...)...); got.status != misuse || got.out != "" || !strings.Contains(got.err, strings.TrimSpace(want)) {
			t.Errorf("%v: status %d\n%s%s", args, got.status, got.out, got.err)
		}
	}
	for want, args := range map[string][]string{
		"reading the private key":   {"issue", "--key", file + "x", "--email", "ada@example.com"},
		"this is not a private key": {"issue", "--key", broken, "--email", "ada@example.com"},
		"an app client's id":        {"issue", "--key", file, "--email", "ada@example.com", "--client", "a b"},
		"writing the private key:":  {"keygen", "--id", "a", "--out", filepath.Join(file, "x")},
	} {
		got := call(t, append([]string{"invite"}, args...)...)
		if got.status != failed || got.out != "" || !strings.Contains(got.err, want) || strings.Contains(got.err, "secret") {
			t.Errorf("%v: status %d\n%s%s", args, got.status, got.out, got.err)
		}
	}
}

func TestTheVerbsSayWhatTheyDo(t *testing.T) {
	overview := call(t, "help").out
	for _, v := range verbs() {
		if !strings.Contains(overview, v.summary) || !strings.HasPrefix(call(t, "help", v.name).out, v.name+": ") {
			t.Errorf("%s has no help", v.name)
		}
	}
}
