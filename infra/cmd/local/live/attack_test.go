package live

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// One start serves all. The policy of before stays whatever the file becomes.
func TestR63_WhateverTheStageFileBecomesIsToldOrActs(t *testing.T) {
	t.Parallel()
	r := start(t, "", "")
	r.acts(r.with(deny, "deny: [corp.example]"))
	elsewhere := filepath.Join(t.TempDir(), "elsewhere.yaml")
	for _, c := range []struct {
		name, want string
		become     func() error
	}{
		{"deleted", "the file is not there", func() error { return nil }},
		{"a folder", "this is no file", func() error { return os.Mkdir(r.stageFile, 0o755) }},
		{"a link to itself", "it cannot be read: too many levels", func() error { return os.Symlink(r.stageFile, r.stageFile) }},
		{"a pipe that nobody writes to", "this is no file", func() error { return syscall.Mkfifo(r.stageFile, 0o644) }},
		{"100 MB", "more than the 65536 allowed", func() error {
			return errors.Join(os.WriteFile(r.stageFile, []byte(r.sound), 0o644), os.Truncate(r.stageFile, 100<<20))
		}},
		{"an endless device", "this is no file", func() error { return os.Symlink("/dev/zero", r.stageFile) }},
		{"not UTF-8", "dev.yaml:2: a byte here is not UTF-8", func() error { return os.WriteFile(r.stageFile, []byte("disposable: true\n\xff"), 0o644) }},
		{"nested without end", "nested more than", func() error { return os.WriteFile(r.stageFile, []byte("a: "+strings.Repeat("[", 60000)), 0o644) }},
		{"a file that refers to itself", "dev.yaml:1: ", func() error { return os.WriteFile(r.stageFile, []byte("policy: &a {signUp: *a}\n"), 0o644) }},
		{"empty", "the file is empty", func() error { return os.WriteFile(r.stageFile, nil, 0o644) }},
	} {
		if err := errors.Join(os.RemoveAll(r.stageFile), c.become()); err != nil {
			t.Fatal(err)
		}
		if e := r.told(); e.Acted || e.Text != staysAsItWas || len(e.Faults) == 0 || !strings.Contains(e.Faults[0], c.want) || len(e.Faults[0]) > 500 {
			t.Errorf("%s: told %.2000v", c.name, e)
		}
	}
	if why := r.signUp("ada@corp.example"); !strings.Contains(why, "UserLambdaValidationException") {
		t.Errorf("the policy of before is gone: %q", why)
	}

	// A link to a file is that file.
	if err := errors.Join(os.WriteFile(elsewhere, []byte(r.sound), 0o644), os.RemoveAll(r.stageFile), os.Symlink(elsewhere, r.stageFile)); err != nil {
		t.Fatal(err)
	}
	if e := r.told(); !e.Acted {
		t.Errorf("told %+v", e)
	}
	if why := r.signUp("ada@corp.example"); why != "" {
		t.Errorf("the file behind the link does not act: %s", why)
	}
	r.savedOften()
}

// savedOften saves a hundred times in a second: the last counts.
func (r *rig) savedOften() {
	r.t.Helper()
	for n := range 100 {
		r.save(r.with(deny, fmt.Sprintf("deny: [n%d.example]", n)))
		time.Sleep(10 * time.Millisecond)
	}
	told := 0
	for r.signUp("ada@n99.example") == "" {
		r.told()
		told++
	}
	if told > 20 {
		r.t.Errorf("%d edits were told", told)
	}
}

// What fails has nothing to do with the file: nothing of the edit acts, and all of it when
// that is over, without another save.
func TestR63_AnEditActsAsAWholeAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	r := start(t, "", "")
	if why := r.signUp("ada@corp.example"); why != "" {
		t.Fatal(why)
	}
	if err := r.cloud.StopStore(); err != nil { // the rows of app clients are there
		t.Fatal(err)
	}
	r.save(r.with(deny, "deny: [corp.example]", "profile: app\n", "profile: console\n"))
	if e := r.told(); e.Acted || !strings.HasPrefix(e.Text, staysAsItWas+": updating ") {
		t.Errorf("told %+v", e)
	}
	if why := r.signUp("grace@corp.example"); why != "" {
		t.Errorf("a part of the edit acts: %s", why)
	}
	if err := r.cloud.StartStore(t.Context()); err != nil {
		t.Fatal(err)
	}
	if e := r.told(); !e.Acted || e.Text != "clients.web.profile, policy.signUp.domains acts now" {
		t.Errorf("told %+v", e)
	}
	if why := r.signUp("hedy@corp.example"); why == "" {
		t.Error("the edit does not act")
	}

	// Nobody can write into the folder, and then somebody can.
	folder := r.watcher.functions.folder
	if err := os.Rename(folder, folder+"-away"); err != nil {
		t.Fatal(err)
	}
	r.save(r.sound)
	if e := r.told(); e.Acted || !strings.HasPrefix(e.Text, staysAsItWas+": making the folder of ") {
		t.Errorf("told %+v", e)
	}
	if err := os.Rename(folder+"-away", folder); err != nil {
		t.Fatal(err)
	}
	if e := r.told(); !e.Acted {
		t.Errorf("told %+v", e)
	}
	if why := r.signUp("barbara@corp.example"); why != "" {
		t.Errorf("the edit does not act: %s", why)
	}
}
