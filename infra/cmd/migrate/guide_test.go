package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// Each line of the guide runs as it is written, in its order, in a folder with the guide's own stage
// file and an export.
func TestR106_EachLineOfTheGuideRuns(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	said, err := os.ReadFile(filepath.Join(r.folder, "outputs.json"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(r.folder)
	export := "id,email,password,last_login,confirmed_at,full_name\n"
	for n := range 10 {
		export += fmt.Sprintf("%d,%s,%s,2026-03-0%d 10:00:00,2026-01-01 00:00:00,\"Person, %d\"\n", n, login(n), makers[n%len(makers)](n), n%9+1, n)
	}
	for name, content := range map[string]string{
		"users.csv": export, "infra/stages/shop.yaml": "",
		"dist/outputs.shop.json": strings.ReplaceAll(string(said), settings.StackName(settings.LocalStage), settings.StackName("shop")),
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var lines []string
	for _, block := range regexp.MustCompile("(?ms)^```(yaml|sh)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		if block[1] == "sh" {
			lines = append(lines, block[2])
			continue
		}
		if err := os.WriteFile("infra/stages/shop.yaml", []byte(block[2]), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := settings.LoadStage("infra/stages/shop.yaml"); err != nil {
			t.Errorf("%v in\n%s", err, block[2])
		}
	}
	script := "set -e\n" + strings.ReplaceAll(strings.Join(lines, ""), "go run ./infra/cmd/migrate", "\"$COMMAND\"")
	cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
	cmd.Env = append(os.Environ(), asCommand+"=1", "COMMAND="+os.Args[0], "CLIENT="+client)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	r.said = string(out)
	r.silent(oldPeople(10))
	if n := strings.Count(script, "$COMMAND"); n != 11 || r.scan("LEGACY#") != 0 {
		t.Errorf("%d calls, %d rows\n%s", n, r.scan("LEGACY#"), out)
	}
	var named map[string]string
	if list, err := os.ReadFile("left.jsonl"); err != nil || json.Unmarshal([]byte(strings.SplitN(string(list), "\n", 2)[0]), &named) != nil || named["is"] == "" {
		t.Errorf("%v: %s", err, list)
	}
}
