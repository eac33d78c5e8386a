package infra

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

const profilesType = "Custom::AppClientProfiles"

func TestTheStackWritesTheProfileOfEachClient(t *testing.T) {
	s := quiet(t, "prod")
	s.ForeignClients = map[string]string{"3n4b5urk1ft4fl3mg5e62d9ado": "app"}
	tpl := synthesize(t, s)
	p := tpl.properties(t, profilesType, "ClientProfiles")
	want := []any{
		map[string]any{"Id": "3n4b5urk1ft4fl3mg5e62d9ado", "Profile": "app"},
		map[string]any{"Id": map[string]any{"Ref": "SuiteMachineClient26C3BE57"}, "Profile": "service"},
		map[string]any{"Id": map[string]any{"Ref": "SuiteWebClientB66EBAF8"}, "Profile": "app"},
	}
	if !reflect.DeepEqual(p["Clients"], want) || !reflect.DeepEqual(p["Table"], map[string]any{"Ref": "SuiteTableD51218A5"}) {
		t.Errorf("the resource has %v", p)
	}
	if function := fmt.Sprint(at(p, "ServiceToken", "Fn::GetAtt", 0)); !strings.HasPrefix(function, "SuiteRegister") {
		t.Errorf("it is run by %s", function)
	}
	fn := tpl.properties(t, functionType, "Register")
	env := at(fn, "Environment", "Variables")
	if !reflect.DeepEqual(env, map[string]any{"TABLE_NAME": map[string]any{"Ref": "SuiteTableD51218A5"}}) || fn["Timeout"] != 60.0 || fmt.Sprint(p["ServiceTimeout"]) != "300" {
		t.Errorf("environment %v, timeout %v of %v", env, fn["Timeout"], p["ServiceTimeout"])
	}
}

// A row must not name a profile that the function does not have yet.
func TestRowsAreWrittenAfterTheFunctionThatReadsThem(t *testing.T) {
	for id, r := range ofStage(t, "prod").resources(profilesType) {
		after := strings.Join(texts(r["DependsOn"]), " ")
		if !strings.Contains(after, "SuitePreTokenGeneration") {
			t.Errorf("%s is made after %q", id, after)
		}
	}
}

func TestAStageWithoutProfilesNeedsNoRegister(t *testing.T) {
	s := quiet(t, "prod")
	s.Policy.Tokens, s.Settings.Clients = policy.Tokens{}, map[string]Client{"web": {CallbackURLs: []string{"https://app.example/"}}}
	tpl := synthesize(t, s)
	if found := len(tpl.resources(profilesType)); found != 0 || len(tpl.resources(functionType)) != len(triggers.Usual()) {
		t.Errorf("%d resources and %d functions", found, len(tpl.resources(functionType)))
	}
}
