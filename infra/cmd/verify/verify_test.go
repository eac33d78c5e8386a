package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// local returns the options of a run on the local cloud. It needs the recording build.
func local(t *testing.T) options {
	t.Helper()
	form.Often(t, 0, 1, 1) // a synthesis and a cloud for each
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	o := options{
		on: onLocal, root: root, bundles: filepath.Join(root, "dist", "recording"), out: t.TempDir(),
		arch: runtime.GOARCH, id: "verify-test", log: io.Discard,
	}
	_, noBuild := os.Stat(filepath.Join(o.bundles, o.arch, "register", "bootstrap"))
	_, noTable := os.Stat(filepath.Join(root, "infra", "node_modules", "dynalite"))
	if err := errors.Join(noBuild, noTable); err != nil {
		if os.Getenv("ASSEMBLY_REQUIRED") != "" {
			t.Fatal(err)
		}
		t.Skipf("make verify-build makes what is missing: %v", err)
	}
	return o
}

func TestAVerificationOfTheLocalCloud(t *testing.T) {
	o := local(t)
	r, err := verify(t.Context(), o)
	if err != nil || !r.Removed || r.Evidence {
		t.Fatalf("%v, removed %v, evidence %v", err, r.Removed, r.Evidence)
	}
	for _, step := range r.Steps {
		if step.Error != "" {
			t.Errorf("%s: %s", step.Title, step.Error)
		}
	}
	if len(r.Steps) == 0 || !slices.Equal(r.Fired, r.expected()) {
		t.Errorf("%d steps, which called %v", len(r.Steps), r.Fired)
	}
	if len(r.Events) != len(r.Fired) {
		t.Errorf("%d events are kept of %d", len(r.Events), len(r.Fired))
	}
	for _, q := range r.Questions {
		asked := strings.HasPrefix(q.Topic, "groups") || strings.HasPrefix(q.Topic, "audience") || slices.Contains([]string{"forbidden claim", "wrong type", "sessions of a disabled user"}, q.Topic)
		want := map[bool]verdict{true: confirmed, false: unanswered}[asked]
		if q.Topic == "a failed condition" {
			want = refuted // the local table does not know ReturnValuesOnConditionCheckFailure
		}
		if q.Verdict != want || q.Because == "" {
			t.Errorf("%s: %s, %s", q.Topic, q.Verdict, q.Because)
		}
	}
	text, err := os.ReadFile(filepath.Join(o.out, "report.txt"))
	if err != nil || !strings.Contains(string(text), "NOT AWS") || !strings.Contains(string(text), fmt.Sprintf("%d of %[1]d steps", len(r.Steps))) {
		t.Errorf("%v in\n%s", err, text)
	}
	var again report
	if src, err := os.ReadFile(filepath.Join(o.out, "report.json")); err != nil || json.Unmarshal(src, &again) != nil || !reflect.DeepEqual(again.Fired, r.Fired) {
		t.Errorf("%v in %s", err, src)
	}
	keptIsClean(t, o.out)
}

// keptIsClean looks for ids and addresses in what was kept.
func keptIsClean(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		src, err := os.ReadFile(path)
		for _, pool := range []string{"us-east-1_", "eu-west-1_"} {
			for _, part := range strings.Split(string(src), pool)[1:] {
				if !strings.HasPrefix(part, "Ex4mpl3Id") {
					t.Errorf("%s names a pool: %.20s", path, part)
				}
			}
		}
		if bytes.Contains(src, []byte("000000000000")) {
			t.Errorf("%s names an account", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// interrupt ends the run when a text is written.
type interrupt struct {
	at   string
	stop context.CancelFunc
}

func (i interrupt) Write(text []byte) (int, error) {
	if strings.Contains(string(text), i.at) {
		i.stop()
	}
	return len(text), nil
}

// After a Ctrl-C in the middle, what was made is removed, and there is a report.
func TestAnInterruptedVerificationRemovesWhatItMade(t *testing.T) {
	o := local(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	o.log = interrupt{"Ada signs in ", stop}
	t.Setenv("TMPDIR", t.TempDir())
	r, err := verify(ctx, o)
	if !errors.Is(err, context.Canceled) || !r.Removed {
		t.Fatalf("%v, removed %v", err, r.Removed)
	}
	if left, _ := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "verify*")); len(left) != 0 {
		t.Errorf("left %v", left)
	}
	if _, err := os.Stat(filepath.Join(o.out, "report.txt")); err != nil {
		t.Error(err)
	}
}

func TestAVerificationThatCannotRemoveSaysSo(t *testing.T) {
	p := &place{close: func(context.Context) error { return nil }}
	p.alsoBefore(func(context.Context) error { return errors.New("still there") })
	var order []string
	p.alsoBefore(func(context.Context) error { order = append(order, "later first"); return nil })
	if err := p.close(t.Context()); err == nil || err.Error() != "still there" || len(order) != 1 {
		t.Errorf("%v, %v", err, order)
	}
	if text := (report{}).text(); !strings.Contains(text, "STILL THERE") {
		t.Error(text)
	}
}

// The confirmation is the account's number: nothing is deployed with other credentials,
// or without a number.
func TestNothingIsDeployedWithoutTheAccountsNumber(t *testing.T) {
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		fmt.Fprint(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	}))
	defer server.Close()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "",
	} {
		t.Setenv(name, value)
	}
	for _, account := range []string{"", "210987654321"} {
		_, err := verify(t.Context(), options{on: onAWS, account: account, root: "../../..", out: t.TempDir(), log: io.Discard})
		if err == nil || !strings.Contains(err.Error(), "pass ACCOUNT=123456789012") {
			t.Errorf("%q: %v", account, err)
		}
	}
	if calls != 2 {
		t.Errorf("%d calls, one each to ask who it is", calls)
	}
}

// Such a build obeys every caller.
func TestARecordingBuildIsForADisposableStageOnly(t *testing.T) {
	o := local(t)
	props := infra.Props{Bundles: filepath.Join(o.bundles, o.arch), Architecture: infra.Architecture(o.arch)}
	if err := props.CheckBundles(); err == nil || strings.Count(err.Error(), "only a disposable stage") != 5 {
		t.Errorf("in a stage that keeps its data: %v", err)
	}
	props.Disposable = true
	if err := props.CheckBundles(); err != nil {
		t.Errorf("in a disposable stage: %v", err)
	}
}
