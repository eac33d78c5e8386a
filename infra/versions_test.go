package infra

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

const (
	versionType = "AWS::Lambda::Version"
	aliasType   = "AWS::Lambda::Alias"
)

// published returns the logical id of each trigger's version.
func published(t *testing.T, tpl template) map[string]string {
	t.Helper()
	ids := make(map[string]string)
	for _, trigger := range triggers.Usual() {
		alias := tpl.properties(t, aliasType, trigger.Name+"Live")
		id, _ := at(alias, "FunctionVersion", "Fn::GetAtt", 0).(string)
		if tpl.resources(versionType)[id] == nil {
			t.Fatalf("%s points to %v", trigger.Name, alias["FunctionVersion"])
		}
		ids[trigger.Name] = id
	}
	return ids
}

// deciding are the triggers that decide with a section of the policy.
func deciding(section string) []string {
	var names []string
	for _, trigger := range triggers.Usual() {
		if slices.Contains(trigger.Sections, section) {
			names = append(names, trigger.Name)
		}
	}
	slices.Sort(names)
	return names
}

// A rollback goes to the previous version. So a deployment that changes nothing of a
// function must keep its version, or the previous one would equal the one that is taken
// back.
func TestAVersionChangesWithItsFunctionAndOnlyThen(t *testing.T) {
	before := published(t, ofQuiet(t, "prod"))
	for name, c := range map[string]struct {
		change func(*staged)
		want   []string
	}{
		"a sign-up rule": {func(s *staged) { s.Policy.SignUp.Relay = &policy.Relay{} }, deciding("signUp")},
		"one that holds": {func(s *staged) {
			s.Policy.SignUp.Domains = &policy.Domains{Deny: []string{"other.example"}, Held: policy.Held{Holds: policy.HoldsAtToken}}
		}, slices.Sorted(slices.Values(slices.Concat(deciding("signUp"), deciding("atToken"))))},
		"the mirror":      {func(s *staged) { s.Policy.Mirror.Attributes = []string{"name"} }, deciding("mirror")},
		"a token profile": {func(s *staged) { s.Policy.Tokens.Profiles["app"] = policy.Profile{} }, deciding("tokens")},
		"the code":        {func(s *staged) { s.Bundles = stubsWith(t, ARM64, "presignup", "another build") }, []string{"PreSignUp"}},
		"pool and log":    {func(s *staged) { s.PasswordMinimumLength, s.LogRetentionDays = 20, 30 }, nil},
		"a tag":           {func(s *staged) { s.Tags = map[string]string{"team": "identity"} }, nil},
		"Lambda's lines":  {func(s *staged) { s.Logging.System = SystemInfo }, slices.Sorted(slices.Values(triggers.UsualNames()))},
	} {
		t.Run(name, func(t *testing.T) {
			s := quiet(t, "prod")
			c.change(&s)
			var changed []string
			for id, version := range published(t, synthesize(t, s)) {
				if version != before[id] {
					changed = append(changed, id)
				}
			}
			if slices.Sort(changed); !slices.Equal(changed, c.want) {
				t.Errorf("new versions of %v, not of %v", changed, c.want)
			}
		})
	}
}

// CloudFormation deletes a version with its resource, which leaves the template when the
// next one comes.
func TestTheVersionBeforeStays(t *testing.T) {
	for _, name := range []string{"dev", "prod"} {
		versions := ofStage(t, name).resources(versionType)
		if len(versions) != len(triggers.Usual()) {
			t.Errorf("%s has %d versions", name, len(versions))
		}
		for id, r := range versions {
			if r["DeletionPolicy"] != "RetainExceptOnCreate" || r["UpdateReplacePolicy"] != "Retain" {
				t.Errorf("%s: %s has %v, %v", name, id, r["DeletionPolicy"], r["UpdateReplacePolicy"])
			}
		}
	}
}

// The hash is that of the file that the function reads and logs.
func TestAVersionIsDescribedByThePolicyHashOfItsLogLines(t *testing.T) {
	s, tpl := quiet(t, "prod"), ofQuiet(t, "prod")
	for _, trigger := range triggers.Usual() {
		folder, err := stageBundle(trigger.Room, &s.Props)
		if err != nil {
			t.Fatal(err)
		}
		_, hash, err := policy.Load(folder)
		if err != nil {
			t.Fatal(err)
		}
		if got := tpl.properties(t, versionType, "CurrentVersion", trigger.Name)["Description"]; got != "policy "+hash || hash == "" {
			t.Errorf("%s is described as %v, and logs %s", trigger.Name, got, hash)
		}
	}
}

// No caller gets past the alias, and a rollback changes only the alias.
func TestThePoolCallsTheAliasAndNothingElse(t *testing.T) {
	tpl := ofStage(t, "prod")
	aliases := tpl.resources(aliasType)
	config := tpl.properties(t, poolType, "Pool")["LambdaConfig"].(map[string]any)
	called := map[string]any{"PreTokenGeneration": at(config, "PreTokenGenerationConfig", "LambdaArn")}
	for name, target := range config {
		if name != "PreTokenGenerationConfig" {
			called[name] = target
		}
	}
	if got := slices.Sorted(maps.Keys(called)); len(got) != len(triggers.Usual()) || len(aliases) != len(triggers.Usual()) {
		t.Errorf("%v are called, by %d aliases", got, len(aliases))
	}
	for name, target := range called {
		id, _ := at(target, "Ref").(string)
		want := map[string]any{"Name": "live"}
		if !strings.HasPrefix(id, "Suite"+name+"Live") || aliases[id] == nil || at(aliases[id], "Properties", "Name") != want["Name"] ||
			!reflect.DeepEqual(target, map[string]any{"Ref": id}) {
			t.Errorf("%s calls %v", name, target)
		}
	}
}
