package localcloud

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestR55_NoOutputAndNoVariableNamesARealHost(t *testing.T) {
	base := object{"Fn::Join": []any{"", []any{"https://", ref("Domain"), ".auth.", ref("AWS::Region"), ".amazoncognito.com/login"}}}
	changed := resources()
	changed["Domain"] = object{"Type": "AWS::Cognito::UserPoolDomain", "Properties": object{"UserPoolId": ref("Pool"), "Domain": "demo"}}
	property(changed, "Sign")["Environment"] = object{"Variables": object{"LOGIN": base, "OTHER": "https://mydemo.auth.us-east-1.amazoncognito.com"}}
	cloud, _ := start(t, changed)
	cloud.Stack.Outputs["Login"] = "https://demo.auth.us-east-1.amazoncognito.com/login"
	cloud.Stack.Outputs["Host"] = "demo.auth.us-east-1.amazoncognito.com"
	login := cloud.Endpoints().CognitoTLS + "/login"
	if got := cloud.Outputs()["Login"]; got != login {
		t.Errorf("the output is %s", got)
	}
	if got := cloud.Outputs()["Host"]; got != strings.TrimPrefix(cloud.Endpoints().CognitoTLS, "https://") {
		t.Errorf("the host is %s", got)
	}
	reply, err := cloud.Functions.Invoke(t.Context(), "suite-Sign", []byte(`{"do":"environment"}`))
	if err != nil {
		t.Fatal(err)
	}
	var env []string
	if err := json.Unmarshal(reply, &env); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(env, "LOGIN="+login) || !slices.Contains(env, "OTHER=https://mydemo.auth.us-east-1.amazoncognito.com") {
		t.Errorf("the function has %q", env)
	}
	got, err := http.Get(cloud.Pool.URL() + "/login")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	if kind := got.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/html") {
		t.Errorf("the page is %s", kind)
	}
}
