package infra

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// waitingFile returns a file in which these names wait.
func waitingFile(t testing.TB, names ...string) string {
	t.Helper()
	var content bytes.Buffer
	if err := waiting.Write(&content, slices.Values(names)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "prod.waiting")
	if err := os.WriteFile(path, content.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// migrating is the stage prod with a migration.
func migrating(t testing.TB, change func(*staged)) template {
	t.Helper()
	s := stage(t, "prod")
	web := s.Settings.Clients["web"]
	web.Flows = []Flow{FlowPassword}
	s.Settings.Clients["web"] = web
	s.Migration.Hashes = []WaitingHashes{{Kind: "bcrypt:13", People: 3}, {Kind: "hex-md5", People: 100}}
	change(&s)
	return synthesize(t, s)
}

// What a migration adds to the table of permissions, written out.
var moving = map[string][]string{
	"UserMigration": {
		"logs:CreateLogStream, logs:PutLogEvents on its log group",
		"dynamodb:GetItem on the table if keys like LEGACY#* if attributes in " +
			"pk sk legacyHash legacyUsername legacyAttributes legacyLoadedAt legacyProvedAt legacyMovedAt, selecting SPECIFIC_ATTRIBUTES",
		"dynamodb:UpdateItem on the table if keys like MIGRATE#* if attributes in pk sk tries triesSince triesAll expiresAt, returning NONE",
		`secretsmanager:GetSecretValue on "` + secretARN("pepper") + `"`,
		"dynamodb:UpdateItem on the table if keys like LEGACY#* if attributes in " +
			"pk sk legacyHash legacyUsername legacyAttributes legacyLoadedAt legacyProvedAt legacyMovedAt, returning NONE",
	},
	"PostAuthentication": {
		"dynamodb:UpdateItem on the table if keys like LEGACY#* if attributes in " +
			"pk sk legacyHash legacyUsername legacyAttributes legacyLoadedAt legacyProvedAt legacyMovedAt, returning NONE",
	},
}

func TestR104_AMigrationGrantsTheRowsOfWhoWaitsAndTheSecretsThatItNames(t *testing.T) {
	tpl := migrating(t, func(s *staged) { s.Migration.Pepper.Secret = Secret{ARN: secretARN("pepper")} })
	for function, want := range permissions {
		if got, want := statements(t, tpl, function), append(slices.Clone(want), moving[function]...); !slices.Equal(got, want) {
			t.Errorf("%s may\n\t%s\nnot\n\t%s", function, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
	}
	if got := statements(t, tpl, "UserMigration"); !slices.Equal(got, moving["UserMigration"]) {
		t.Errorf("may\n\t%s\nnot\n\t%s", strings.Join(got, "\n\t"), strings.Join(moving["UserMigration"], "\n\t"))
	}
	for _, problem := range unguarded(tpl) {
		t.Error(problem)
	}
	if roles := tpl.resources(roleType); len(roles) != len(permissions)+1 {
		t.Errorf("%d roles", len(roles))
	}
}

// The trigger is off unless the stage asks for it: no other stage has a hook, a function or a
// grant of it.
func TestR104_AStageAsksForTheMigration(t *testing.T) {
	with, without := migrating(t, func(*staged) {}), ofStage(t, "prod")
	if hook := at(with.properties(t, poolType, "Pool"), "LambdaConfig", "UserMigration", "Ref"); !strings.HasPrefix(fmt.Sprint(hook), "SuiteUserMigrationLive") {
		t.Errorf("the pool calls %v", hook)
	}
	for id, resource := range without["Resources"].(map[string]any) {
		src, _ := json.Marshal(resource)
		if text := string(src); strings.Contains(id, "Migration") || strings.Contains(text, "UserMigration\"") || strings.Contains(text, "LEGACY") || strings.Contains(text, "MIGRATE") {
			t.Errorf("%s: %s", id, text)
		}
	}
	alarms := 0
	for id := range with.resources(alarmType) {
		if strings.HasPrefix(id, "SuiteUserMigration") {
			alarms++
		}
	}
	if alarms != 5 { // Broken and BrokenDay, Throttles, Slow, Lasting; it mirrors nobody
		t.Errorf("%d alarms", alarms)
	}
}

// The slowest kind decides the memory, and so the processor; whoever tries passwords gets 20
// of these at most.
func TestR104_TheFunctionHasTheMemoryOfItsSlowestHash(t *testing.T) {
	size := func(change func(*staged)) (memory, reserved any) {
		fn := migrating(t, change).properties(t, functionType, "UserMigration")
		return fn["MemorySize"], fn["ReservedConcurrentExecutions"]
	}
	memory, reserved := size(func(*staged) {})
	if memory != 1024.0 || reserved != 20.0 {
		t.Errorf("bcrypt:13: %v MiB, %v at a time", memory, reserved)
	}
	memory, reserved = size(func(s *staged) {
		s.Migration.Hashes = []WaitingHashes{{Kind: "bcrypt:10", People: 1}}
		s.Functions = map[string]FunctionSettings{"UserMigration": {ReservedConcurrency: 5}}
	})
	if memory != 256.0 || reserved != 5.0 {
		t.Errorf("bcrypt:10: %v MiB, %v at a time", memory, reserved)
	}
}

// Everybody who may read a function's settings sees its variables.
func TestR104_NoSecretStandsInTheTemplate(t *testing.T) {
	tpl := migrating(t, func(s *staged) {
		s.Migration = Migration{OldApp: OldApp{URL: "https://app.example/move", Secret: Secret{ARN: secretARN("move"), Field: "hmac", Version: "EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE"}}}
	})
	env := at(tpl.properties(t, functionType, "UserMigration"), "Environment", "Variables").(map[string]any)
	if env["OLD_APP_SECRET"] != secretARN("move")+"#hmac#EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE" || env["PEPPER_SECRET"] != nil {
		t.Errorf("environment %v", env)
	}
	if text := string(printed(t, tpl)); strings.Contains(text, "{{resolve:") {
		t.Error("CloudFormation resolves a secret")
	}
}

// presignup, and no other function, is shipped the names that wait. A broken file stops synth.
func TestR104_TheWaitingNamesLieBesidePresignup(t *testing.T) {
	p := &Props{Bundles: stubs(t, ARM64), Settings: Settings{Migration: Migration{Waiting: waitingFile(t, "ada@example.com")}}}
	for _, room := range triggers.Rooms() {
		folder, err := stageBundle(room, p)
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(folder)
		names, err := waiting.Open(filepath.Join(folder, waiting.FileName))
		if room != "presignup" {
			if err == nil {
				t.Errorf("%s has the names", room)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		defer names.Close()
		if waits, err := names.Has("Ada@example.com"); !waits || err != nil {
			t.Errorf("ada waits: %t, %v", waits, err)
		}
		if text, err := os.ReadFile(filepath.Join(folder, policy.FileName)); err != nil || !strings.Contains(string(text), `"waiting": {}`) {
			t.Errorf("%s, %v", text, err)
		}
	}
	for _, file := range []string{filepath.Join(t.TempDir(), "none"), filepath.Join(p.Bundles, "presignup", bootstrapFile)} {
		p.Migration.Waiting = file
		if _, err := stageBundle("presignup", p); err == nil {
			t.Errorf("%s is shipped", file)
		}
		if err := p.CheckBundles(); err == nil || strings.Count(err.Error(), "migration.waiting: ") != 1 || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", file, err)
		}
	}
}
