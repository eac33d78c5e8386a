package template

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// disobeyed is a pool with settings that would have been dropped.
const disobeyed = `{"Resources":{
	"P":{"Type":"AWS::Cognito::UserPool","Properties":{
		"Colour":["red"],"Nothing":[],
		"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","WEB_AUTHN"]}},"WebAuthnRelyingPartyID":"example.com",
		"LambdaConfig":{"CustomEmailSender":{"LambdaArn":"arn","LambdaVersion":"V1_0"},"PreSignUp":"arn:aws:lambda:us-east-1:000000000000:function:far"},
		"UserPoolAddOns":{"AdvancedSecurityMode":"ENFORCED"},
		"UserPoolTags":{"a":"b"},"EmailConfiguration":{"SourceArn":{"Fn::ImportValue":"x"}}}},
	"C":{"Type":"AWS::Cognito::UserPoolClient","Properties":{"UserPoolId":{"Ref":"P"},"PreventUserExistenceErrors":"ENABLED","ExplicitAuth":"secret"}},
	"N":{"Type":"AWS::Cognito::UserPoolNovelty","Properties":{"UserPoolId":{"Ref":"P"}}},
	"R":{"Type":"AWS::Cognito::UserPoolRiskConfigurationAttachment","Properties":{"ClientId":"ALL","UserPoolId":{"Ref":"P"}}},
	"U":{"Type":"AWS::Cognito::UserPoolReplica"}}}`

var disobeyedLines = []string{
	"C: UserPoolClient.ExplicitAuth (a text): the local cloud does not know what it does",
	"N: UserPoolNovelty: the local cloud does not know what it does",
	"P: UserPool.Colour (a text): the local cloud does not know what it does",
	"P: UserPool.LambdaConfig.CustomEmailSender (an object): the function is not called: codes are printed",
	"P: UserPool.Nothing (an empty list): the local cloud does not know what it does",
	"P: UserPool.UserPoolAddOns.AdvancedSecurityMode (ENFORCED): sign-ins and passwords that threat protection blocks are accepted",
	"R: UserPoolRiskConfigurationAttachment: sign-ins and passwords that it blocks are accepted",
	"P: UserPool.LambdaConfig.PreSignUp (arn:aws:lambda:us-east-1:000000000000:function:far): the function does not run here and is not called: only a function of this stack with the runtime provided.* does",
}

// named are the names in the lines above, as --tolerate takes them.
func named() []string {
	var names []string
	for _, line := range disobeyedLines {
		names = append(names, strings.Trim(strings.Fields(line)[1], ":"))
	}
	return names
}

func TestR51_WhatTheLocalCloudDoesNotObeyStopsTheStartAllAtOnce(t *testing.T) {
	_, err := Read(write(t, disobeyed), "")
	if err == nil {
		t.Fatal("it starts")
	}
	want := "reading stack S: " + strings.Join(disobeyedLines, "\n") +
		"\nthe local cloud does not obey these settings: change them, or accept what follows with --tolerate " + strings.Join(named(), " --tolerate ")
	if err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestR51_WhatIsToleratedIsSaid(t *testing.T) {
	stack, err := Read(write(t, disobeyed), "", named()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range disobeyedLines {
		if !slices.Contains(stack.Unsupported, line+" (tolerated)") {
			t.Errorf("%q is not said", line)
		}
	}
	for _, line := range []string{
		"P: UserPool.WebAuthnRelyingPartyID (example.com): passkeys are registered for localhost, and work at no other name",
		"U: UserPoolReplica: there is one pool, in one Region",
	} {
		if !slices.Contains(stack.Unsupported, line) {
			t.Errorf("%q is not said", line)
		}
	}
	if len(stack.Unsupported) != len(disobeyedLines)+2 {
		t.Errorf("it says too much: %q", stack.Unsupported)
	}
	if len(stack.Pool.Triggers) != 0 {
		t.Errorf("the pool fires %v, whose function does not run", stack.Pool.Triggers)
	}
	if !slices.Equal(stack.Pool.Uncalled, []string{"arn:aws:lambda:us-east-1:000000000000:function:far"}) {
		t.Errorf("the functions that are not called: %q", stack.Pool.Uncalled)
	}
}

func TestR51_OneToleratedSettingLeavesTheOthers(t *testing.T) {
	_, err := Read(write(t, disobeyed), "", "UserPool.Nothing", "UserPool.Nothings")
	if err == nil || strings.Contains(err.Error(), "P: UserPool.Nothing ") || !strings.Contains(err.Error(), "UserPool.Colour") ||
		!strings.Contains(err.Error(), "--tolerate UserPool.Nothings: the template sets nothing of this name that stops the start") {
		t.Errorf("got %v", err)
	}
}

// A setting whose value is not known before a deployment may have any.
func TestR51_AnUnknownValueIsTheWorst(t *testing.T) {
	_, err := Read(write(t, `{"Resources":{"P":{"Type":"AWS::Cognito::UserPool","Properties":{"UserPoolAddOns":{"AdvancedSecurityMode":{"Fn::ImportValue":"x"}}}}}}`), "")
	if err == nil || !strings.Contains(err.Error(), "P: UserPool.UserPoolAddOns (not known before a deployment): the local cloud does not know what it does\n"+
		"the local cloud does not obey these settings: change them, or accept what follows with --tolerate UserPool.UserPoolAddOns") {
		t.Errorf("got %v", err)
	}
}

// The golden templates are those of every stage that the project ships or tests.
func TestTheSuitesOwnStagesStartWithoutAFlag(t *testing.T) {
	for _, stage := range []string{"dev", "prod", "full", "pool"} {
		t.Run(stage, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("..", "..", "..", "infra", "testdata", stage+".template.json"))
			if err != nil {
				t.Fatal(err)
			}
			found := &foundStack{name: stage}
			if err := json.Unmarshal(text, &found.template); err != nil {
				t.Fatal(err)
			}
			reading, err := newReading(found)
			if err != nil {
				t.Fatal(err)
			}
			reading.all()
			reading.faults = nil // golden templates name no assets
			reading.judge(nil)
			if err := reading.failure(); err != nil {
				t.Error(err)
			}
			for _, part := range []string{"LogDeliveryConfiguration: Cognito's own logs are not written", "the web ACL filters nothing here"} {
				if said := strings.Contains(strings.Join(reading.stack.Unsupported, "\n"), part); said != (stage == "full") {
					t.Errorf("said of %q: %v", part, said)
				}
			}
		})
	}
}
