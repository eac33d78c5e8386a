package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// What CloudFormation replaces is said by its registry, which cfn-lint has a copy of.
func TestR73_WhatIsReplacedIsWhatTheRegistrySays(t *testing.T) {
	const python = "../../../dist/venv/bin/python"
	if _, err := os.Stat(python); err != nil {
		t.Skipf("cfn-lint is missing, make venv installs it: %v", err)
	}
	const script = `import json, sys
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER as m
def fixed(kind):
    s = m.get_resource_schema(region="us-east-1", resource_type=kind).schema
    return s.get("createOnlyProperties", []) + s.get("conditionalCreateOnlyProperties", [])
print(json.dumps({kind: fixed(kind) for kind in sys.argv[1:]}))`
	out, err := exec.Command(python, append([]string{"-c", script}, sortedKeys(kinds)...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var registry map[string][]string
	if err := json.Unmarshal(out, &registry); err != nil {
		t.Fatal(err)
	}
	unused := []string{"GlobalTableSourceArn", "LocalSecondaryIndexes"} // by the table of the suite
	for kind, k := range kinds {
		var want []string
		for _, pointer := range registry[kind] {
			if name := strings.TrimPrefix(pointer, "/properties/"); !slices.Contains(unused, name) {
				want = append(want, name)
			}
		}
		if slices.Sort(want); !slices.Equal(k.fixed, want) {
			t.Errorf("%s is replaced by a change of %v, the registry says %v", kind, k.fixed, want)
		}
	}
}

// Of the four pools only that of an owner is left with a hook whose function is gone.
func TestR80_AHookThatLosesItsFunctionIsNamed(t *testing.T) {
	read := func(text string) (tpl stackTemplate) {
		t.Helper()
		if err := json.Unmarshal([]byte(text), &tpl); err != nil {
			t.Fatal(err)
		}
		return tpl
	}
	const outputs = `"Outputs":{"PreSignUpAliasArn":{"Value":{"Ref":"Live"}},"UserPoolId":{"Value":"eu-west-1_AbCdEf123"}}`
	owner, attached := read(`{"Resources":{"Live":{"Type":"AWS::Lambda::Alias"}},`+outputs+`}`), read(`{"Resources":{"Hooks":{"Type":"Custom::UserPoolHooks"}},`+outputs+`}`)
	own := read(`{"Resources":{"Live":{"Type":"AWS::Lambda::Alias"}}}`)
	for name, c := range map[string]struct {
		before, after stackTemplate
		want          int
	}{"gone": {owner, stackTemplate{}, 1}, "stays": {owner, owner, 0}, "owned by the stack now": {owner, own, 0}, "taken out by the stack": {attached, stackTemplate{}, 0}, "the stack's pool": {own, stackTemplate{}, 0}} {
		lost := losses(c.before, c.after)
		if len(lost) != c.want || c.want == 1 && lost[0].name != "hook:PreSignUp" {
			t.Errorf("%s: %v", name, lost)
		}
	}
}
