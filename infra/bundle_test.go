package infra

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

func TestCheckBundleTakesOneProgramForTheRightProcessor(t *testing.T) {
	build := "run `make build ARCH=arm64`"
	tests := map[string]struct {
		spoil func(t *testing.T, folder string)
		want  []string // what the error says; none means no error
	}{
		"as built":       {func(*testing.T, string) {}, nil},
		"no folder":      {func(_ *testing.T, folder string) { _ = os.RemoveAll(folder) }, []string{"is not there", build}},
		"empty folder":   {func(_ *testing.T, folder string) { _ = os.Remove(filepath.Join(folder, "bootstrap")) }, []string{"holds no bootstrap", build}},
		"not executable": {func(_ *testing.T, folder string) { _ = os.Chmod(filepath.Join(folder, "bootstrap"), 0o644) }, []string{"no executable file", build}},
		"wrong machine":  {func(t *testing.T, folder string) { writeStub(t, folder, AMD64) }, []string{"is built for amd64, not for arm64", build}},
		"no program": {func(_ *testing.T, folder string) {
			_ = os.WriteFile(filepath.Join(folder, "bootstrap"), []byte("#!/bin/sh\n"), 0o755)
		}, []string{"no Linux program", build}},
		"a file beside it": {func(_ *testing.T, folder string) {
			_ = os.WriteFile(filepath.Join(folder, ".DS_Store"), nil, 0o644)
		}, []string{"holds .DS_Store beside bootstrap; remove it"}},
		"a folder in its place": {func(_ *testing.T, folder string) {
			_ = os.Remove(filepath.Join(folder, "bootstrap"))
			_ = os.Mkdir(filepath.Join(folder, "bootstrap"), 0o755)
		}, []string{"no executable file", build}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "presignup")
			writeStub(t, folder, ARM64)
			test.spoil(t, folder)
			err := checkBundle(folder, &Props{Architecture: ARM64})
			if (err == nil) != (test.want == nil) {
				t.Fatalf("error %v", err)
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) || !strings.Contains(err.Error(), folder) {
					t.Errorf("%q is not in %v", part, err)
				}
			}
		})
	}
}

// The local cloud runs the functions as programs of its own machine. Any Go program for
// this one stands for those of another.
func TestABundleForAnotherSystemIsThatSystemsProgram(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "presignup")
	writeStub(t, folder, ARM64)
	props := &Props{Architecture: Architecture(runtime.GOARCH), System: "plan9"}
	if err := checkBundle(folder, props); err == nil || !strings.Contains(err.Error(), "is no Go program") {
		t.Errorf("a stub: %v", err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "bootstrap"), program, 0o755); err != nil {
		t.Fatal(err)
	}
	want := "is built for " + runtime.GOOS + "/" + runtime.GOARCH + ", not for plan9/" + runtime.GOARCH + "; run `make build-host`"
	if err := checkBundle(folder, props); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	if err := checkForeign(folder, &Props{Architecture: Architecture(runtime.GOARCH), System: runtime.GOOS}); err != nil {
		t.Errorf("the right program: %v", err)
	}
	if got := props.bundles(); got != "dist/plan9/"+runtime.GOARCH {
		t.Errorf("its folder is %s", got)
	}
	if got := (&Props{System: "linux"}).bundles(); got != "dist/arm64" {
		t.Errorf("the folder of Linux is %s", got)
	}
}

func TestCheckBundlesReportsEveryFunction(t *testing.T) {
	for beside, s := range map[int]Settings{1: {}, 2: {Reconcile: Reconcile{EveryHours: 24}}, 3: {Reconcile: Reconcile{EveryHours: 24}, API: API{On: true}}} {
		props := &Props{Settings: s, Bundles: t.TempDir()}
		err := props.CheckBundles()
		if err == nil || strings.Count(err.Error(), "\n")+1 != len(triggers.Usual())+beside {
			t.Errorf("want a line for each trigger and %d beside, got %v", beside, err)
		}
	}
}

// A function's bundle has the sections that it asks for when it starts, and no more: a
// change of the sign-up rules does not redeploy the others.
func TestBundleHoldsTheFunctionsOwnPartOfThePolicy(t *testing.T) {
	s := stage(t, "dev")
	for _, trigger := range triggers.Usual() {
		sections := policy.Sections(trigger.Room)
		if len(sections) == 0 {
			t.Fatalf("%s has no sections", trigger.Room)
		}
		folder, err := stageBundle(trigger.Room, &s.Props)
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(folder)
		if _, _, err := policy.Load(folder, sections...); err != nil {
			t.Errorf("%s: %v", trigger.Room, err)
		}
		src, err := os.ReadFile(filepath.Join(folder, policy.FileName))
		if err != nil {
			t.Fatal(err)
		}
		if hasSignUp := strings.Contains(string(src), `"signUp"`); hasSignUp != slices.Contains(trigger.Sections, "signUp") {
			t.Errorf("%s holds %s", trigger.Room, src)
		}
		if info, err := os.Stat(filepath.Join(folder, bootstrapFile)); err != nil || info.Mode().Perm() != 0o755 {
			t.Errorf("%s: %v, %v", trigger.Room, info.Mode(), err)
		}
	}
}

// The mapping of clients is in the table, so that changing it deploys no function.
func TestNoFunctionIsShippedTheClients(t *testing.T) {
	s := stage(t, "dev")
	app := s.Policy.Tokens.Profiles["app"]
	app.ID.Claims = append(app.ID.Claims, policy.Claim{Name: "id", From: "attribute:sub"})
	s.Policy.Tokens.Profiles["app"] = app
	before, err := s.Shipped("pretokengeneration", s.given())
	if err != nil || !strings.Contains(string(before), `"app"`) || !strings.Contains(string(before), `"unwritten"`) {
		t.Fatalf("%v in %s", err, before)
	}
	s.Settings.Clients = map[string]Client{"machine": s.Settings.Clients["machine"]}
	if after, err := s.Shipped("pretokengeneration", s.given()); err != nil || string(after) != string(before) {
		t.Errorf("%v, and the function's part became %s", err, after)
	}
	if part, err := s.Shipped(registerFolder, s.given()); part != nil || err != nil {
		t.Errorf("the register is shipped %s, %v", part, err)
	}
}

func TestStagingLeavesNothingBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	stackOf(newApp(t), quiet(t, "dev"))
	left, err := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "cognito-trigger-*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}
