package infra

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// unlike adds the places at which two values of a template differ.
func unlike(found map[string][2]any, path string, a, b any) {
	switch a := a.(type) {
	case map[string]any:
		b, _ := b.(map[string]any)
		keys := slices.Concat(slices.Collect(maps.Keys(a)), slices.Collect(maps.Keys(b)))
		for _, key := range keys {
			unlike(found, path+"."+key, a[key], b[key])
		}
	case []any:
		b, _ := b.([]any)
		for i := range max(len(a), len(b)) {
			unlike(found, fmt.Sprint(path, "[", i, "]"), item(a, i), item(b, i))
		}
	default:
		if !reflect.DeepEqual(a, b) {
			found[path] = [2]any{a, b}
		}
	}
}

func item(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

// The first of the two passes in which a stack is made differs from the second in the three
// protections only: the second changes pool and table in place.
func TestR73_WithoutProtectionNothingElseIsDifferent(t *testing.T) {
	s := full(t)
	s.Unprotected = true
	stack, _ := stackOf(newApp(t), s)
	found := map[string][2]any{}
	unlike(found, "", map[string]any(everything(t)), *assertions.Template_FromStack(stack, nil).ToJSON())
	want := map[string][2]any{
		".Resources.SuitePool5B9D4F59.Properties.DeletionProtection":                     {"ACTIVE", "INACTIVE"},
		".Resources.SuiteTableD51218A5.Properties.Replicas[0].DeletionProtectionEnabled": {true, false},
	}
	if !reflect.DeepEqual(found, want) || *stack.TerminationProtection() {
		t.Errorf("the stack is protected: %v, and different are %v", *stack.TerminationProtection(), found)
	}
}

// What a failed first deployment leaves behind would be in the way of the next one, or be
// forgotten.
func TestR73_NothingThatADeploymentMakesOutlivesItsFailure(t *testing.T) {
	for name, tpl := range map[string]template{"dev": ofStage(t, "dev"), "prod": ofStage(t, "prod"), "full": everything(t), "pool": pooled(t)} {
		kept := 0
		for id, r := range tpl["Resources"].(map[string]any) {
			if !strings.HasPrefix(id, "Suite") { // of the app
				continue
			}
			switch at(r, "DeletionPolicy") {
			case nil, "Delete":
			case "RetainExceptOnCreate":
				kept++
			default:
				t.Errorf("%s: %s has %v", name, id, at(r, "DeletionPolicy"))
			}
		}
		if kept == 0 {
			t.Errorf("%s keeps nothing", name)
		}
	}
}

func TestR73_AStackBelongsToTheAccountAndTheRegionOfItsStage(t *testing.T) {
	s := quiet(t, "prod")
	open, _ := stackOf(newApp(t), s)
	s.Account, s.Region = "210987654321", "eu-central-1"
	app := newApp(t)
	pinned, _ := stackOf(app, s)
	if *open.Environment() != "aws://unknown-account/unknown-region" || *pinned.Environment() != "aws://210987654321/eu-central-1" {
		t.Errorf("%s, %s", *open.Environment(), *pinned.Environment())
	}
	ids := func(tpl template) string {
		return string(masked([]byte(strings.Join(slices.Sorted(maps.Keys(tpl["Resources"].(map[string]any))), "\n"))))
	}
	before, after := ofQuiet(t, "prod"), synthesize(t, s)
	if got, want := ids(after), ids(before); got != want {
		t.Errorf("a pinned stack has\n%v\nand another\n%v", got, want)
	}
	was := published(t, before)
	for trigger, version := range published(t, after) {
		description := func(tpl template) any { return tpl.properties(t, functionType, trigger)["Description"] }
		if version != was[trigger] && description(after) == description(before) {
			t.Errorf("%s has a version that Lambda sees no reason for", trigger)
		}
	}
}

// The CDK command line passes every one as a metric alarm, and CloudFormation takes five.
func TestR73_ADeploymentIsWatchedByMetricAlarmsOfEachFunctionAndOfSignIn(t *testing.T) {
	tpl := ofStage(t, "prod")
	var names []string
	for _, part := range at(tpl["Outputs"], settings.WatchOutput, "Value", "Fn::Join", 1).([]any) {
		id, _ := at(part, "Fn::GetAtt", 0).(string)
		if _, metric := tpl.resources(alarmType)[id]; !metric || at(part, "Fn::GetAtt", 1) != "Arn" {
			t.Errorf("%v is no metric alarm", part)
		}
		names = append(names, strings.TrimPrefix(id[:len(id)-8], "Suite"))
	}
	if got := strings.Join(names, " "); got != "SignInDeadNow PreSignUpBroken PostConfirmationBroken PreTokenGenerationBroken PostAuthenticationBroken" {
		t.Errorf("watched are %s", got)
	}
}

// CloudFormation deletes a resource before what it depends on: while it deletes the rows,
// function, role, log group and table are still there.
func TestR73_WhatDeletesTheRowsIsDeletedAfterThem(t *testing.T) {
	tpl := ofStage(t, "prod")
	resources := tpl["Resources"].(map[string]any)
	outlive := map[string]bool{}
	var follow func(v any)
	need := func(id string) {
		if r, known := resources[id]; known && !outlive[id] {
			outlive[id] = true
			follow(r)
		}
	}
	follow = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if id, ok := v["Ref"].(string); ok {
				need(id)
			}
			if id, ok := at(v, "Fn::GetAtt", 0).(string); ok {
				need(id)
			}
			for _, id := range texts(v["DependsOn"]) {
				need(id)
			}
			for _, each := range v {
				follow(each)
			}
		case []any:
			for _, each := range v {
				follow(each)
			}
		}
	}
	for _, rows := range tpl.resources(profilesType) {
		follow(rows)
	}
	got := strings.Join(slices.Sorted(maps.Keys(outlive)), " ")
	for _, want := range []string{"SuiteTableD51218A5", "SuiteRegisterRole", "SuiteRegisterLogs", "SuiteWebClient", "SuitePreTokenGenerationLive"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s may be deleted first; after the rows come %s", want, got)
		}
	}
}
