package live

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// project copies what the functions are built from, so that a test may edit it.
func project(t *testing.T) string {
	t.Helper()
	const from = "../../../.."
	to := t.TempDir()
	for _, part := range []string{"go.mod", "go.sum", "Makefile", "triggers", "internal", "infra"} {
		if err := filepath.WalkDir(filepath.Join(from, part), func(path string, e fs.DirEntry, err error) error {
			name := filepath.Join(to, strings.TrimPrefix(path, from))
			switch {
			case err != nil:
				return err
			case e.IsDir() && slices.Contains([]string{"node_modules", "testdata"}, e.Name()):
				return fs.SkipDir
			case e.IsDir():
				return os.MkdirAll(name, 0o755)
			case strings.HasSuffix(path, "_test.go"):
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(name, text, 0o644)
		}); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// One start serves all. What is watched is a copy.
func TestR63_ChangedCodeIsBuiltAndRuns(t *testing.T) {
	t.Parallel()
	form.Often(t, 0, 1, 1)
	code := project(t)
	r := start(t, "", code)
	file := filepath.Join(code, "internal", "signup", "domains.go")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const old, anew = "of this e-mail provider are not accepted", "of this e-mail provider are not taken"
	if bytes.Count(before, []byte(old)) != 1 {
		t.Fatalf("%s does not say once: %s", file, old)
	}
	if why := r.signUp("ada@blocked.example"); !strings.Contains(why, old) {
		t.Fatalf("before the change: %q", why)
	}
	after := bytes.Replace(before, []byte(old), []byte(anew), 1)
	write := func(text []byte) {
		t.Helper()
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}

	write(after)
	e := r.told()
	if !e.Acted || e.File != "internal/signup/domains.go" || !strings.Contains(e.Text, "presignup") || strings.Contains(e.Text, "postauthentication") {
		t.Fatalf("told %+v", e)
	}
	if why := r.signUp("ada@blocked.example"); !strings.Contains(why, anew) {
		t.Errorf("the new code does not run: %q", why)
	}
	t.Logf("built and live after %.0f ms", e.Millis)

	write(append(slices.Clone(after), "\nfunc broken( {\n"...))
	want := "internal/signup/domains.go:"
	if e := r.told(); e.Acted || len(e.Faults) == 0 || !strings.HasPrefix(e.Faults[0], want) {
		t.Errorf("told %+v", e)
	}
	if why := r.signUp("ada@blocked.example"); !strings.Contains(why, anew) {
		t.Errorf("the old code is gone: %q", why)
	}

	write(after)
	if e := r.told(); !e.Acted || !strings.HasPrefix(e.Text, "the functions are the same") && !strings.HasPrefix(e.Text, "restart") {
		t.Errorf("told %+v", e)
	}
}
