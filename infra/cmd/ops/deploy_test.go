package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// The calls of the command line.
const (
	publishes  = " --build true --outputs-file dist/outputs.test.json"
	firstPass  = "deploy " + testStack + " --app dist/deploy/test.unprotected" + publishes
	onePass    = "deploy " + testStack + " --app dist/deploy/test" + publishes
	secondPass = onePass + " --require-approval never"
)

func TestR73_AStackIsMadeWithoutProtectionAndProtectedAtOnce(t *testing.T) {
	a := staged(t)
	a.expect(done, "PreSignUp", []string{firstPass + " --quiet", secondPass}, "deploy", "--", "--quiet")
	if !a.guarded || a.status != "UPDATE_COMPLETE" || !strings.Contains(a.template, `"ACTIVE"`) {
		t.Errorf("%s, protected %v: %s", a.status, a.guarded, a.template)
	}
	a.expect(done, "PreSignUp", []string{onePass}, "deploy")
	a.stage(strings.Replace(a.whole(), "\ndisposable: false", "\ndisposable: true", 1))
	a.status = ""
	a.expect(done, "PreSignUp", []string{onePass}, "deploy")
}

func TestR73_AFailedFirstDeploymentIsRepeated(t *testing.T) {
	a := staged(t)
	a.fails = 1
	a.expect(failed, "ROLLBACK_COMPLETE", []string{firstPass}, "deploy")
	a.expect(done, "PreSignUp", []string{firstPass, secondPass}, "deploy")
	if a.orphans != 0 || !a.guarded || len(a.writes) != 0 {
		t.Errorf("%d orphans, protected %v, %v", a.orphans, a.guarded, a.writes)
	}
}

// A rollback cannot delete a pool with deletion protection, nor the command line a stack with
// termination protection. This is why there are two passes; a stack that was deployed by hand
// in one is freed.
func TestR73_OneProtectedPassThatFailsIsTheEnd(t *testing.T) {
	bare := staged(t)
	protected := `{"Resources":{` + fmt.Sprintf(poolAndTable, "ACTIVE", true) + `}}`
	bare.fails = 1
	first, second := bare.deploy(protected), bare.deploy(protected)
	if bare.status != "ROLLBACK_FAILED" || second == nil || !strings.Contains(second.Error(), "TerminationProtection") {
		t.Fatalf("%v, %v: two passes would not be needed", first, second)
	}
	bare.failsAt = secondPass
	bare.expect(unprotected, "is made and UNPROTECTED", []string{firstPass, secondPass}, "deploy")
	bare.expect(done, "PreSignUp", []string{onePass}, "deploy")
	if !slices.Equal(bare.writes, []string{"UpdateTerminationProtection"}) || !bare.guarded {
		t.Errorf("%v, protected %v", bare.writes, bare.guarded)
	}
}

func TestR73_AFailedUpdateIsRepeated(t *testing.T) {
	a := staged(t)
	a.ops("", "deploy")
	a.fails = 1
	a.expect(failed, "UPDATE_ROLLBACK_COMPLETE", []string{onePass}, "deploy")
	a.expect(done, "PreSignUp", []string{onePass}, "deploy")
}

func TestR73_AStackWhoseSecondPassFailedSaysSoUntilItIsProtected(t *testing.T) {
	a := staged(t)
	a.failsAt = secondPass
	a.expect(unprotected, "CognitoTriggers-test is made and UNPROTECTED", []string{firstPass, secondPass}, "deploy")
	a.expect(unprotected, "UNPROTECTED against deletion: pool:Pool, table:Table, stack:CognitoTriggers-test", nil, "status")
	a.failsAt = onePass
	a.expect(unprotected, "CognitoTriggers-test is made and UNPROTECTED", []string{onePass}, "deploy")
	a.guarded = true // as the command line leaves it when CloudFormation fails after it
	a.expect(unprotected, "UNPROTECTED against deletion: pool:Pool, table:Table; deploy", nil, "status", "--json")
	a.expect(done, "PreSignUp", []string{onePass}, "deploy")
	a.expect(done, "PreSignUp", nil, "status")
}

func TestR73_AFirstPassThatEndsAfterTheStackWasMadeSaysSo(t *testing.T) {
	a := staged(t)
	a.cutAt = firstPass
	a.expect(unprotected, "CognitoTriggers-test is made and UNPROTECTED: deploy again (cdk deploy: the connection was lost)", []string{firstPass}, "deploy")
	a.expect(done, "PreSignUp", []string{onePass}, "deploy")
}

func TestR73_AnotherProgramsStackOfThatNameIsLeftAlone(t *testing.T) {
	a := staged(t)
	a.status, a.template = "UPDATE_COMPLETE", `{"Resources":{"Files":{"Type":"AWS::S3::Bucket"},"Users":{"Type":"AWS::Cognito::UserPool"}}}`
	a.expect(failed, "is not of this suite, and nothing was changed", nil, "deploy")
	a.expect(failed, "is not of this suite, and nothing was changed", nil, "destroy", "--yes", testStack)
}

// A stage that becomes disposable takes every guard away at once.
func TestR73_WhatIsKeptNoLongerIsALoss(t *testing.T) {
	kept, not := resource{Type: poolType, DeletionPolicy: "RetainExceptOnCreate"}, resource{Type: poolType, DeletionPolicy: "Delete"}
	for _, c := range []struct {
		before, after resource
		want          int
	}{{kept, not, 1}, {kept, kept, 0}, {not, kept, 0}, {not, not, 0}} {
		lost := losses(stackTemplate{Resources: map[string]resource{"Pool": c.before}}, stackTemplate{Resources: map[string]resource{"Pool": c.after}})
		if len(lost) != c.want || c.want > 0 && (lost[0].name != "pool:Pool" || !strings.Contains(lost[0].why, "is kept no longer")) {
			t.Errorf("%+v to %+v loses %v", c.before, c.after, lost)
		}
	}
}

func TestR73_WhatIsNotOursOrNotReadyIsNotDeployed(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string
		status   int
		text     string
		args     []string
	}{
		"another account":   {testAccount, "123456789012", failed, "these credentials are of account 210987654321, and the stage test belongs to 123456789012 (infra/stages/test.yaml:1): nothing was deployed", nil},
		"another Region":    {"", "", misuse, "--region us-east-1: the stage test belongs to eu-central-1 (infra/stages/test.yaml:2)", []string{"--region", "us-east-1"}},
		"no account":        {"account: \"" + testAccount + "\"\n", "", failed, "infra/stages/test.yaml:1: account: is missing", nil},
		"a placeholder":     {"app.acme.org/callback", "app.example.com/callback", failed, `"https://app.example.com/callback" is a name for examples`, nil},
		"nobody's e-mails":  {"email: {cognitoDefault: true}\n", "", failed, "infra/stages/test.yaml:1: email: is missing: Cognito's own sender", nil},
		"a fault":           {"disposable: false", "disposabel: false", failed, "disposabel", nil},
		"a time":            {"", "", misuse, "1 to 180", []string{"--watch", "181"}},
		"another word":      {"", "", misuse, `unexpected argument "prod"`, []string{"prod"}},
		"a stage elsewhere": {"", "", misuse, `there is no stage "qa"`, []string{"--stage", "qa"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := staged(t)
			a.stage(strings.Replace(a.whole(), c.old, c.new, 1))
			args := append([]string{"deploy"}, c.args...)
			if name == "a stage elsewhere" {
				refused(t, c.status, []string{c.text}, args...)
				return
			}
			a.expect(c.status, c.text, nil, args...)
			if len(a.calls)+len(a.writes) > 0 {
				t.Errorf("called %v, %v", a.calls, a.writes)
			}
		})
	}
}

func TestR73_AStackInTheMiddleOfSomethingIsLeftAlone(t *testing.T) {
	for status, text := range map[string]string{
		"UPDATE_IN_PROGRESS": "wait until", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "wait until", "UPDATE_ROLLBACK_FAILED": "cdk rollback CognitoTriggers-test",
		"DELETE_FAILED": "make destroy", "CREATE_FAILED": "cdk rollback",
	} {
		t.Run(status, func(t *testing.T) {
			a := staged(t)
			a.status = status
			a.expect(failed, text, nil, "deploy")
			a.expect(failed, "nothing was deleted", nil, "prune")
		})
	}
	a := staged(t)
	a.status = ""
	a.expect(failed, "the stack CognitoTriggers-test is not there", nil, "prune")
}

func TestNobodySitsAtTheNullDevice(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil || isTerminal(null) {
		t.Errorf("%v; a pipeline is asked, and not told what to pass", err)
	}
}

func TestR73_WhatWouldBeLostIsNamedAndAskedFor(t *testing.T) {
	const had = `,"Admins":{"Type":"AWS::Cognito::UserPoolGroup","Properties":{"GroupName":"admins","UserPoolId":{"Ref":"Pool"}}},
		"Web":{"Type":"AWS::Cognito::UserPoolClient","Properties":{"UserPoolId":{"Ref":"Pool"}}},
		"Domain":{"Type":"AWS::Cognito::UserPoolDomain","Properties":{"Domain":"acme","UserPoolId":{"Ref":"Pool"}}},
		"Scopes":{"Type":"AWS::Cognito::UserPoolResourceServer","Properties":{"Identifier":"app","UserPoolId":{"Ref":"Pool"}}},
		"Role":{"Type":"AWS::IAM::Role"}`
	const has = `,"Web":{"Type":"AWS::Cognito::UserPoolClient","Properties":{"GenerateSecret":true,"UserPoolId":{"Ref":"Pool"}}},
		"Domain":{"Type":"AWS::Cognito::UserPoolDomain","Properties":{"Domain":"other","UserPoolId":{"Ref":"Pool"}}},
		"Scopes":{"Type":"AWS::Cognito::UserPoolResourceServer","Properties":{"Identifier":"app","Scopes":[1],"UserPoolId":{"Ref":"Pool"}}}`
	a := staged(t)
	a.more = had
	a.ops("", "deploy")
	a.expect(done, "PreSignUp", []string{onePass}, "deploy") // nothing changes
	a.more = has
	const all = "group:admins,domain:acme,client:Web"
	a.expect(misuse, "--yes '"+all+"'", nil, "deploy")
	a.expect(misuse, "domain:acme is replaced, because its Domain changes", nil, "deploy", "--yes", "group:admins,client:Web")
	for answer, want := range map[string]int{"no\n": failed, "yes\n": done} {
		a.template = `{"Resources":{` + fmt.Sprintf(poolAndTable, "ACTIVE", true) + had + `}}`
		got := a.ops(answer, "deploy")
		if got.status != want || !strings.Contains(got.err, "client:Web is replaced, because its GenerateSecret changes") || !strings.Contains(got.err, "group:admins is deleted, and with it its memberships") || strings.Contains(got.err, "Scopes") {
			t.Errorf("%q: %d, %s", answer, got.status, got.err)
		}
	}
	a.template = `{"Resources":{` + fmt.Sprintf(poolAndTable, "ACTIVE", true) + had + `}}`
	a.expect(done, "PreSignUp", []string{onePass}, "deploy", "--yes", all)
	a.template = `{"Resources":{` + strings.ReplaceAll(fmt.Sprintf(poolAndTable, "ACTIVE", true), `"Pool":`, `"Old":`) + `}}`
	a.expect(misuse, "pool:Old leaves the stack with every user; it is kept", nil, "deploy")
}

func TestR73_ADeploymentIsTakenBackByTheAlarmsOfTheStack(t *testing.T) {
	a := staged(t)
	got := a.ops("", "deploy", "--watch", "15")
	if got.status != done || !strings.Contains(got.err, "A first deployment is not watched") {
		t.Errorf("%d %s", got.status, got.err)
	}
	a.expect(misuse, "has no output WatchAlarmArns", nil, "deploy", "--watch", "15")
	const arn = "arn:aws:cloudwatch:eu-central-1:210987654321:alarm:"
	a.outputs[settings.WatchOutput] = arn + "one," + arn + "two"
	const flag = " --rollback-trigger-alarm-arns "
	a.expect(done, "PreSignUp", []string{onePass + flag + arn + "one" + flag + arn + "two --monitoring-time-minutes 15"}, "deploy", "--watch", "15")
	a.red = "two"
	a.expect(failed, "the alarm two is red", nil, "deploy", "--watch", "15")
	a.watched = true
	a.expect(done, "PreSignUp", []string{onePass + flag + "none"}, "deploy")
}

func TestR73_DestroyNamesWhatGoesAndWhatStays(t *testing.T) {
	a := staged(t)
	a.more = `,"Admins":{"Type":"AWS::Cognito::UserPoolGroup","Properties":{"GroupName":"admins"}},"Logs":{"Type":"AWS::Logs::LogGroup","DeletionPolicy":"RetainExceptOnCreate"}`
	a.expect(failed, "there is no stack CognitoTriggers-test in eu-central-1", nil, "destroy")
	a.ops("", "deploy")
	a.expect(failed, "is protected against deletion, and nothing was destroyed", nil, "destroy", "--yes", testStack)
	a.guarded = false
	a.expect(misuse, "stays: logs:Logs, pool:Pool, table:Table\ngoes:  group:admins\n", nil, "destroy")
	a.expect(done, "", []string{"destroy CognitoTriggers-test --force -c stage=test"}, "destroy", "--yes", testStack)
	a.stage(strings.Replace(a.whole(), testAccount, "123456789012", 1))
	a.expect(failed, "nothing was destroyed", nil, "destroy", "--yes", testStack)
}

func TestR73_PruneSparesWhatIsNamedYoungOrAmongTheNewest(t *testing.T) {
	a := staged(t)
	api := a.lambda
	signUp := api.functions["stack-PreSignUp"]
	signUp.versions = nil
	for n := 1; n <= 9; n++ {
		signUp.versions = append(signUp.versions, release(n, "aaaaaaaaaaaa", fmt.Sprintf("%02d", n)))
	}
	signUp.live, signUp.also = "2", "3"
	a.status, a.versions = "UPDATE_COMPLETE", []string{"arn:aws:lambda:eu-west-1:1:function:stack-PreSignUp:4"}
	a.expect(done, "PreSignUp: would delete 1 of 9 versions: 1\n", nil, "prune", "--keep", "2", "--older", "60d", "--dry-run")
	if len(api.updates) != 0 {
		t.Errorf("a dry run calls %v", api.updates)
	}
	a.expect(done, "PreSignUp: deleted 4 of 9 versions: 1, 5, 6, 7\n", nil, "prune", "--keep", "2")
	want := []string{"stack-PreSignUp-1", "stack-PreSignUp-5", "stack-PreSignUp-6", "stack-PreSignUp-7"}
	if !slices.Equal(api.updates, want) {
		t.Errorf("deleted %v", api.updates)
	}
	a.expect(misuse, "--keep takes 2 or more", nil, "prune", "--keep", "1")
	a.expect(misuse, "--older", nil, "prune", "--older", "soon")
	var parsed []pruned
	if err := json.Unmarshal([]byte(a.ops("", "prune", "--json", "--dry-run").out), &parsed); err != nil || len(parsed) != 4 {
		t.Errorf("%v, %v", parsed, err)
	}
}
