package settings

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/check"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/policy/strict"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// movingStage returns a sound stage that moves people whose hashes are of these kinds.
func movingStage(kinds ...string) *Settings {
	s := sound()
	s.SelfSignUp = true
	s.Clients["web"] = Client{CallbackURLs: []string{"https://app.example/callback"}, Flows: []Flow{FlowPassword}}
	for i, kind := range kinds {
		s.Migration.Hashes = append(s.Migration.Hashes, WaitingHashes{kind, i + 1})
	}
	return s
}

// Every kind that a stage may name is checked within its time with the memory that synth
// chooses, the rest of an event's time is there for the table, and one step less of memory
// would be too little.
func TestR104_TheMemoryFitsEveryKind(t *testing.T) {
	t.Parallel()
	small, whole := 0, 0
	for _, text := range []string{
		"bcrypt:4", "bcrypt:10", "bcrypt:11", "bcrypt:12", "bcrypt:13", "bcrypt:14", "argon2id:19456,2,1", "argon2id:65536,3,4", "argon2id:102400,2,8",
		"scrypt:32768,8,1", "scrypt:131072,8,1", "django-pbkdf2-sha256:600000", "django-pbkdf2-sha256:1500000", "aspnet-v3-sha512:100000", "firebase-scrypt:8,14", "hex-md5",
	} {
		kind, err := hash.ParseKind(text)
		if err != nil {
			t.Fatal(err)
		}
		s := movingStage(text, "hex-sha1")
		if strings.HasPrefix(text, "firebase") {
			s.Migration.FirebaseSigner.ARN = secretARN + "signer"
		}
		cost, faults := kind.Cost(), s.Faults(Given{})
		if slow := cost.CPU > hash.MostCPU; slow || faults.Err() != nil {
			if !slow || len(faults) != 1 || faults[0].Path != "migration.hashes[0].kind" {
				t.Errorf("%s takes %.0f ms: %v", text, cost.CPU, faults)
			}
			continue
		}
		memory := s.WithDefaults().Functions[Migrator].MemoryMiB
		needs := max(256, 128+2*cost.Bytes>>20, int(min(wholeProcessor, math.Ceil(cost.CPU*wholeProcessor/usualCheck))))
		if memory < needs || memory >= needs+64 || memory%64 != 0 {
			t.Errorf("%s has %d MiB and needs %d", text, memory, needs)
		}
		takes := cost.CPU * wholeProcessor / float64(min(memory, wholeProcessor))
		switch {
		case memory < cost.Bytes>>20+128:
			t.Errorf("%s needs %d MiB and has %d", text, cost.Bytes>>20, memory)
		case takes > usualCheck && (memory < wholeProcessor || takes > hash.MostCPU):
			t.Errorf("%s takes %.0f ms with %d MiB", text, takes, memory)
		}
		if memory == 256 {
			small++
		}
		if memory >= wholeProcessor {
			whole++
		}
	}
	if small == 0 || whole == 0 || hash.MostCPU+1000 > int(kernel.WorkBudget.Milliseconds()) {
		t.Errorf("%d kinds need no more than usual, %d a whole processor", small, whole)
	}
}

// The file is as synth reads it; what the policy says of the rule is kept.
func TestR104_WhatTheFunctionsAreShippedOfAMigration(t *testing.T) {
	t.Parallel()
	s := movingStage("bcrypt:12", "hex-md5")
	s.Migration.Waiting, s.Migration.Pepper = "dist/prod.waiting", Pepper{Secret{ARN: secretARN + "pepper"}, PepperHMACHex}
	s.Policy.SignUp.Waiting = &policy.Waiting{Rule: policy.Rule{Mode: policy.Observe}}
	if err := s.Faults(Given{}).Err(); err != nil {
		t.Fatal(err)
	}
	document := s.Document(Given{})
	want := policy.Migration{
		Hashes: []policy.HashShare{{Kind: "bcrypt:12", Share: 1}, {Kind: "hex-md5", Share: 2}}, Peppered: "hmac-hex",
		Passwords: policy.PasswordRules{MinLength: 12, Lower: true, Upper: true, Digits: true, Symbols: true},
	}
	if !reflect.DeepEqual(document.Migration, want) || !document.Moving || document.SignUp.Waiting.Mode != policy.Observe {
		t.Errorf("shipped %+v, %v, %+v", document.Migration, document.Moving, document.SignUp.Waiting)
	}
	s.Policy.SignUp.Waiting = nil
	if document := s.Document(Given{}); document.SignUp.Waiting == nil || document.SignUp.Waiting.Mode != "" {
		t.Errorf("the rule of the file is %+v", document.SignUp.Waiting)
	}
	s.Migration.Waiting = ""
	if document := s.Document(Given{}); document.SignUp.Waiting != nil {
		t.Errorf("without a file %+v", document.SignUp.Waiting)
	}
	foreign := Settings{ExistingPool: ExistingPool{Mode: PoolOwner, ID: "eu-west-1_AbCdEf123"}, Migration: Migration{
		OldApp: OldApp{"https://app.example/move", Secret{ARN: secretARN + "move"}}, PasswordPolicy: PasswordPolicy{8, []Characters{Digits}},
	}}
	if err := foreign.Faults(Given{}).Err(); err != nil {
		t.Fatal(err)
	}
	want = policy.Migration{OldApp: "https://app.example/move", Passwords: policy.PasswordRules{MinLength: 8, Digits: true}}
	if got := foreign.Document(Given{}).Migration; !reflect.DeepEqual(got, want) {
		t.Errorf("for a pool of somebody else %+v", got)
	}
}

// A stage without the key has nothing of it, and one with it has the trigger whatever triggers
// says.
func TestR104_TheKeyHooksTheTrigger(t *testing.T) {
	t.Parallel()
	s := sound()
	if slices.ContainsFunc(s.Hooked(), func(t triggers.Trigger) bool { return t.OnRequest }) || !reflect.DeepEqual(s.Document(Given{}).Migration, policy.Migration{}) || s.Document(Given{}).Moving {
		t.Error("every stage moves people")
	}
	s = movingStage("bcrypt:12")
	for _, list := range [][]Hook{nil, {"preSignUp", "postAuthentication"}, {"userMigration", "postAuthentication"}} {
		s.Triggers = list
		if err := s.Faults(Given{}).Err(); err != nil || !s.hooks(Migrator) {
			t.Errorf("%v: %v, hooked %v", list, err, s.hooks(Migrator))
		}
	}
	if f := s.WithDefaults().Functions[Migrator]; f.ReservedConcurrency != migratorConcurrency {
		t.Errorf("%d at a time", f.ReservedConcurrency)
	}
}

func TestR104_SynthSaysWhatAMigrationLeavesOpen(t *testing.T) {
	t.Parallel()
	app := func(given Given) Given { given.Pool = true; return given }
	const (
		flow  = "migration: people who wait sign in through web, which sends passwords to Cognito; leave"
		other = "migration: people who wait sign in through web, which sends passwords to Cognito, and cannot sign in through kiosk; leave"
		file  = "migration.waiting: is missing"
		kept  = "migration.waiting: is judged at sign-up alone"
	)
	for name, c := range map[string]struct {
		change func(*Settings)
		given  Given
		want   []string
	}{
		"no file":         {func(*Settings) {}, Given{}, []string{flow, file}},
		"a file":          {func(s *Settings) { s.Migration.Waiting = "x" }, Given{}, []string{flow}},
		"nobody signs up": {func(s *Settings) { s.SelfSignUp = false }, Given{}, []string{flow}},
		"two clients of each": {func(s *Settings) {
			s.Clients["desk"], s.Migration.Waiting = Client{Flows: []Flow{FlowAdmin}}, "x"
			s.Clients["kiosk"], s.Clients["tv"], s.Clients["jobs"] = Client{Flows: []Flow{FlowSRP}}, Client{}, Client{Machine: true}
		}, Given{}, []string{"migration: people who wait sign in through desk, web, which sends passwords to Cognito, and cannot sign in through kiosk, tv; leave"}},
		"no migration":                 {func(s *Settings) { s.Migration = Migration{} }, Given{}, nil},
		"a client without the flow":    {func(s *Settings) { s.Clients["kiosk"], s.Migration.Waiting = Client{Flows: []Flow{FlowSRP}}, "x" }, Given{}, []string{other}},
		"a pool of the app":            {func(s *Settings) { s.Clients = nil; s.Migration.Waiting = "x" }, app(Given{}), []string{kept}},
		"one that keeps its numbers":   {func(s *Settings) { s.Clients = nil; s.Migration.Waiting = "x" }, app(Given{Keeps: []string{"phone_number"}}), []string{kept}},
		"one that keeps its addresses": {func(s *Settings) { s.Clients = nil; s.Migration.Waiting = "x" }, app(Given{Keeps: []string{"email"}}), nil},
		"a closed one":                 {func(s *Settings) { s.Clients, s.SelfSignUp = nil, false }, app(Given{Closed: true}), nil},
	} {
		s := movingStage("bcrypt:12")
		c.change(s)
		got := moving(s, c.given)
		useful(t, got)
		if len(got) != len(c.want) {
			t.Errorf("%s: warned of %v", name, got)
			continue
		}
		for i, want := range c.want {
			if !strings.HasPrefix(got[i].String(), want) {
				t.Errorf("%s: warned of %v, want %s", name, got[i], want)
			}
		}
	}
}

// The memory that is written down may be the least one, and an old app on this machine is asked
// in make local.
func TestR104_WhatAStageMaySayOfAMigration(t *testing.T) {
	t.Parallel()
	s := movingStage("bcrypt:13")
	least, _ := s.Migration.memoryMiB()
	s.Functions = map[string]FunctionSettings{Migrator: {MemoryMiB: least}}
	if err := s.Faults(Given{}).Err(); err != nil {
		t.Error(err)
	}
	for _, address := range []string{"http://localhost:4817/move", "http://127.0.0.1/move", "http://[::1]:80/move", "https://app.example:8443/move?x=1"} {
		s := movingStage()
		s.Migration.OldApp = OldApp{address, Secret{ARN: secretARN + "move"}}
		if err := s.Faults(Given{}).Err(); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// The settings cannot ask the package that checks passwords: they would link it.
func TestR104_ThePeppersAreThoseThatAreChecked(t *testing.T) {
	t.Parallel()
	known := fmt.Sprint([]Joining{PepperAppended, PepperHMACBase64, PepperHMACHex, PepperPrepended})
	if got := fmt.Sprint(check.Peppers()); got != known {
		t.Errorf("checked are %s, a stage knows %s", got, known)
	}
}

// A command that writes the file reads the stage first, so that only those who ship it look.
func TestR104_AFileOfNamesThatIsNotThereIsAFaultWithItsLine(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "prod.waiting")
	var names bytes.Buffer
	if err := waiting.Write(&names, slices.Values([]string{"ada"})); err != nil {
		t.Fatal(err)
	}
	text := "disposable: true\nselfSignUp: true\nmigration:\n  hashes: [{kind: \"bcrypt:10\"}]\n"
	for name, c := range map[string]struct {
		line    string
		content []byte
		want    string
	}{
		"no file is named": {"", nil, ""},
		"it is there":      {"  waiting: " + file + "\n", names.Bytes(), ""},
		"it is cut off":    {"  waiting: " + file + "\n", names.Bytes()[:names.Len()-1], "bad.yaml:5: migration.waiting: "},
	} {
		if err := os.WriteFile(file, c.content, 0o600); err != nil {
			t.Fatal(err)
		}
		stage, err := ReadStage("bad.yaml", []byte(text+c.line), Given{Pool: true})
		if _, faults := errors.AsType[strict.Faults](err); err != nil && !faults {
			t.Fatalf("%s: %v", name, err)
		}
		err = stage.Beside()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want) || !strings.Contains(err.Error(), "; write the file with `migrate csv`")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
