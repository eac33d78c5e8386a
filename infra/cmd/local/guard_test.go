package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer/bearertest"
)

// metadata is what every challenge of the example names.
const metadata = "https://api.example.com/.well-known/oauth-protected-resource/orders"

// example starts the example in TypeScript, with these addresses of keys by issuer. It skips the test,
// and says why, where npm's packages are not installed; package bearer runs the same table then.
func example(t *testing.T, keys map[string]string) *foreign {
	t.Helper()
	p := node("guard.mjs", "aws-jwt-verify")
	if why := p.lacks(); why != "" {
		t.Skip(why)
	}
	script, err := p.start(t, nil, map[string]any{
		"compiled": compiled(t, "../../client/js/guard.ts"), "keys": keys,
		"config": map[string]any{
			"pool": bearertest.Pool, "clients": []string{bearertest.Client}, "replicas": []string{"eu-central-1"},
			"resources": []string{bearertest.Resource}, "metadata": metadata,
		},
	})
	if err == nil {
		_, err = script.do("anew", nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return script
}

func TestR97_TheScriptJudgesEachTokenAsTheTableSays(t *testing.T) {
	issuer := bearertest.New(t)
	script := example(t, map[string]string{issuer.URL: issuer.Keys, issuer.Second.URL: issuer.Second.Keys})
	lacking(t, script, issuer)
	for _, c := range bearertest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			if _, err := script.do("anew", nil); err != nil {
				t.Fatal(err)
			}
			if c.Before != nil {
				if got, _ := judged(t, script, c.Before(issuer), c.Route); got != bearertest.Accepted {
					t.Fatalf("the request before: %v", got)
				}
			}
			got, challenge := judged(t, script, c.Tokens(issuer), c.Route)
			if got != c.Script {
				t.Errorf("%v, want %v", got, c.Script)
			}
			if challenged := challenge != ""; challenged != (got.Status == 401 || got.Status == 403 || got.Status == 400) {
				t.Errorf("status %d with the challenge %q", got.Status, challenge)
			}
		})
	}
}

func TestR97_TheScriptLetsNobodyInWithoutKeys(t *testing.T) {
	issuer := bearertest.New(t)
	script := example(t, map[string]string{issuer.URL: "http://127.0.0.1:1/"})
	for range 2 { // the second one finds the fetch put off
		if got, _ := judged(t, script, []string{"Bearer " + issuer.Right()}, bearertest.Route{}); got.Status != 503 {
			t.Errorf("%v", got)
		}
	}
}

// lacking asks with demands that are there and empty, as of a value that a configuration lacks:
// they let nobody in.
func lacking(t *testing.T, script *foreign, issuer *bearertest.Issuer) {
	t.Helper()
	for demand, want := range map[string]int{`"tenant":""`: 403, `"tenant":null`: 403, `"role":""`: 403, `"resource":""`: 401, `"maxAge":0`: 401, `"scopes":[""]`: 403} {
		if got, _ := asked(t, script, []string{"Bearer " + issuer.Right()}, "{"+demand+"}"); got.Status != want {
			t.Errorf("%s: %v, want %d", demand, got, want)
		}
	}
}

func judged(t *testing.T, script *foreign, authorization []string, r bearertest.Route) (bearertest.Verdict, string) {
	t.Helper()
	r.MaxAge /= time.Second // the example's unit
	return asked(t, script, authorization, string(must(json.Marshal(r))))
}

func asked(t *testing.T, script *foreign, authorization []string, route string) (bearertest.Verdict, string) {
	t.Helper()
	values := must(json.Marshal(append([]string{}, authorization...)))
	answer, err := script.do("judge", map[string]string{"authorization": string(values), "route": route})
	if err != nil {
		t.Fatal(err)
	}
	return bearertest.Verdict{Status: must(strconv.Atoi(answer["status"])), Error: answer["error"]}, answer["challenge"]
}

// compiled checks the types of a file and returns where it is as JavaScript, beside the
// packages that it imports.
func compiled(t *testing.T, file string) string {
	t.Helper()
	folder := t.TempDir()
	packages, err := filepath.Abs(jsFolder + "/node_modules")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(file)
	name := filepath.Base(file)
	if err := errors.Join(err,
		os.Symlink(packages, filepath.Join(folder, "node_modules")),
		os.WriteFile(filepath.Join(folder, name), source, 0o600),
		os.WriteFile(filepath.Join(folder, "package.json"), []byte(`{"type":"module"}`), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	tsc := exec.CommandContext(t.Context(), "node", filepath.Join(packages, "typescript", "bin", "tsc"),
		"--strict", "--noUnusedLocals", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", name)
	tsc.Dir = folder
	if out, err := tsc.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", file, err, out)
	}
	return filepath.Join(folder, name[:len(name)-len(".ts")]+".js")
}
