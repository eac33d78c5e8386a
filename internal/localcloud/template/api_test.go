package template

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// anAPI is a template with a function and a service behind an HTTP API.
const anAPI = `{
	"P":{"Type":"AWS::Cognito::UserPool","Properties":{}},
	"f":{"Type":"AWS::Lambda::Function","Metadata":{"aws:asset:path":"f"},"Properties":{"FunctionName":"f","Runtime":"provided.al2023"}},
	"A":{"Type":"AWS::ApiGatewayV2::Api","Properties":{"ProtocolType":"HTTP","Name":"n","CorsConfiguration":{
		"AllowOrigins":["https://a.example"],"AllowMethods":["GET"],"AllowHeaders":["authorization"],"ExposeHeaders":["x"],"MaxAge":5,"AllowCredentials":false}}},
	"S":{"Type":"AWS::ApiGatewayV2::Stage","Properties":{"ApiId":{"Ref":"A"},"StageName":"$default","AutoDeploy":true,
		"DefaultRouteSettings":{"ThrottlingRateLimit":50,"ThrottlingBurstLimit":100}}},
	"J":{"Type":"AWS::ApiGatewayV2::Authorizer","Properties":{"ApiId":{"Ref":"A"},"AuthorizerType":"JWT","Name":"J","IdentitySource":["$request.header.Authorization"],
		"JwtConfiguration":{"Audience":["web"],"Issuer":{"Fn::GetAtt":["P","ProviderURL"]}}}},
	"I":{"Type":"AWS::ApiGatewayV2::Integration","Properties":{"ApiId":{"Ref":"A"},"IntegrationType":"AWS_PROXY","IntegrationUri":{"Fn::GetAtt":["f","Arn"]},"PayloadFormatVersion":"2.0"}},
	"H":{"Type":"AWS::ApiGatewayV2::Integration","Properties":{"ApiId":{"Ref":"A"},"IntegrationType":"HTTP_PROXY","IntegrationUri":"https://app.example.com","IntegrationMethod":"ANY","PayloadFormatVersion":"1.0",
		"TimeoutInMillis":5000,"RequestParameters":{"overwrite:header.x-user-sub":"$context.authorizer.claims.sub"}}},
	"R":{"Type":"AWS::ApiGatewayV2::Route","Properties":{"ApiId":{"Ref":"A"},"RouteKey":"GET /whoami","AuthorizationType":"JWT","AuthorizerId":{"Ref":"J"},
		"AuthorizationScopes":["app/read"],"Target":{"Fn::Join":["",["integrations/",{"Ref":"I"}]]}}},
	"Q":{"Type":"AWS::ApiGatewayV2::Route","Properties":{"ApiId":{"Ref":"A"},"RouteKey":"GET /{proxy+}","AuthorizationType":"JWT","AuthorizerId":{"Ref":"J"},"Target":{"Fn::Join":["",["integrations/",{"Ref":"H"}]]}}}}`

// changedAPI returns the template with one property of one resource changed.
func changedAPI(t *testing.T, id, path string, value any) string {
	t.Helper()
	var resources map[string]any
	if err := json.Unmarshal([]byte(anAPI), &resources); err != nil {
		t.Fatal(err)
	}
	if path != "" {
		set(resources[id].(map[string]any)["Properties"], strings.Split(path, "."), value)
	}
	text, err := json.Marshal(map[string]any{"Resources": resources, "Outputs": map[string]any{"ApiUrl": map[string]any{"Value": map[string]any{"Fn::GetAtt": []string{"A", "ApiEndpoint"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestR93_TheHTTPAPIOfATemplateIsRead(t *testing.T) {
	stack := read(t, changedAPI(t, "", "", nil))
	got, _ := json.Marshal(stack.API)
	id := stack.API.ID
	want := `{"LogicalID":"A","ID":"` + id + `","AccountID":"000000000000","ARN":"arn:aws:execute-api:us-east-1:000000000000:` + id + `",` +
		`"CORS":{"Origins":["https://a.example"],"Methods":["GET"],"Headers":["authorization"],"Exposed":["x"],"MaxAge":5,"Credentials":false},"Routes":[` +
		`{"Key":"GET /{proxy+}","Authorizer":{"LogicalID":"J","Issuer":"` + stack.Pool.ProviderURL() + `","Audience":["web"]},"Scopes":null,"Integration":{"LogicalID":"H","FunctionARN":"","URL":"https://app.example.com","Method":"ANY","Mappings":[{"Header":"x-user-sub","Claim":"sub"}],"Timeout":5000000000}},` +
		`{"Key":"GET /whoami","Authorizer":{"LogicalID":"J","Issuer":"` + stack.Pool.ProviderURL() + `","Audience":["web"]},"Scopes":["app/read"],"Integration":{"LogicalID":"I","FunctionARN":"` + arnOfF + `","URL":"","Method":"","Mappings":null,"Timeout":30000000000}}],` +
		`"Rate":50,"Burst":100}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(id) != 10 || stack.Outputs["ApiUrl"] != "https://"+id+".execute-api.us-east-1.amazonaws.com" || len(stack.Unsupported) > 0 {
		t.Errorf("%s, %v, %q", id, stack.Outputs, stack.Unsupported)
	}
}

// apiKindOf are the resources of anAPI by their type.
var apiKindOf = map[string]string{"Api": "A", "Stage": "S", "Authorizer": "J", "Integration": "H", "Route": "R"}

// Each property that acts either changes what is served or stops the start: none is dropped.
func TestR93_EachPropertyOfTheAPIThatActsIsHeeded(t *testing.T) {
	values := map[string]any{"MaxAge": 7, "AllowCredentials": true, "ThrottlingRateLimit": 1, "ThrottlingBurstLimit": 1, "TimeoutInMillis": 1, "RequestParameters": map[string]any{}}
	base, _ := json.Marshal(read(t, changedAPI(t, "", "", nil)).API)
	for _, path := range acting() {
		kind, property, _ := strings.Cut(path, ".")
		id, is := apiKindOf[kind]
		if !is || path == "Integration.PayloadFormatVersion" { // of a function's
			continue
		}
		leaf := property[strings.LastIndex(property, ".")+1:]
		value, given := values[leaf]
		if !given && slices.Contains([]string{"AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders", "Audience", "AuthorizationScopes", "IdentitySource"}, leaf) {
			value = []string{"other"}
		} else if !given {
			value = "other"
		}
		stack, err := Read(write(t, changedAPI(t, id, property, value)), "")
		if err != nil {
			continue
		}
		if got, _ := json.Marshal(stack.API); string(got) == string(base) {
			t.Errorf("%s = %v is dropped", path, value)
		}
	}
}

func TestR93_WhatTheAPIAsksForAndIsNotModelledStopsTheStartByName(t *testing.T) {
	for _, c := range []struct {
		id, path string
		value    any
		want     string
	}{
		{"A", "ProtocolType", "WEBSOCKET", `A.Properties.ProtocolType: "WEBSOCKET" is not modelled: the local cloud knows HTTP`},
		{"A", "Body", map[string]any{"openapi": "3.0"}, "A: Api.Body (an object): not modelled"},
		{"A", "DisableExecuteApiEndpoint", true, "A: Api.DisableExecuteApiEndpoint (true): not modelled"},
		{"S", "StageName", "v1", `S.Properties.StageName: "v1" is not modelled`},
		{"S", "StageVariables", map[string]any{"a": "b"}, "S: Stage.StageVariables (an object): not modelled"},
		{"S", "RouteSettings", map[string]any{"GET /whoami": map[string]any{"ThrottlingRateLimit": 1}}, "S: Stage.RouteSettings (an object): not modelled"},
		{"J", "AuthorizerType", "REQUEST", `J.Properties.AuthorizerType: "REQUEST" is not modelled`},
		{"J", "IdentitySource", []string{"$request.querystring.token"}, `J.Properties.IdentitySource: ["$request.querystring.token"] is not modelled`},
		{"J", "JwtConfiguration.Issuer", "https://idp.example", "J.Properties.JwtConfiguration.Issuer: https://idp.example is not modelled"},
		{"J", "AuthorizerUri", "arn", "J: Authorizer.AuthorizerUri (a text): not modelled"},
		{"R", "AuthorizationType", "AWS_IAM", `R.Properties.AuthorizationType: "AWS_IAM" is not modelled`},
		{"R", "AuthorizationType", "CUSTOM", `R.Properties.AuthorizationType: "CUSTOM" is not modelled`},
		{"R", "AuthorizerId", "other", "R.Properties.AuthorizerId: it is no authorizer of this stack"},
		{"R", "Target", "integrations/other", "R.Properties.Target: it is no integration of this stack"},
		{"R", "RouteKey", "$connect", `R.Properties.RouteKey: "$connect" is not a key of an HTTP API`},
		{"R", "ApiId", "other", "R.Properties.ApiId: it belongs to an API that this stack does not create"},
		{"R", "ApiKeyRequired", true, "R: Route.ApiKeyRequired (true): not modelled"},
		{"Q", "RouteKey", "$default", "Q.Properties.RouteKey: $default before an HTTP service is not modelled"},
		{"I", "PayloadFormatVersion", "1.0", `I.Properties.PayloadFormatVersion: "1.0" is not modelled`},
		{"I", "IntegrationUri", "arn:aws:lambda:us-east-1:000000000000:function:far", "I.Properties.IntegrationUri: arn:aws:lambda:us-east-1:000000000000:function:far is no function that runs here"},
		{"I", "RequestParameters", map[string]any{"append:header.x": "y"}, "I.Properties.RequestParameters: mappings of a function are not modelled"},
		{"I", "IntegrationSubtype", "SQS-SendMessage", "I: Integration.IntegrationSubtype (a text): not modelled"},
		{"H", "ConnectionType", "VPC_LINK", "H: Integration.ConnectionType (VPC_LINK): not modelled"},
		{"H", "IntegrationUri", "file:///etc/passwd", `H.Properties.IntegrationUri: "file:///etc/passwd" is not modelled`},
		{"H", "IntegrationUri", "https://me:secret@app.example.com", "H.Properties.IntegrationUri: "},
		{"H", "IntegrationUri", "https://app.example.com/{proxy}", "H.Properties.IntegrationUri: "},
		{"H", "RequestParameters", map[string]any{"overwrite:header.x": "$request.body.y"}, "H.Properties.RequestParameters: the mapping overwrite:header.x = $request.body.y is not modelled"},
		{"H", "ResponseParameters", map[string]any{"200": map[string]any{}}, "H: Integration.ResponseParameters (an object): not modelled"},
	} {
		_, err := Read(write(t, changedAPI(t, c.id, c.path, c.value)), "")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s.%s = %v: %v\nwant %s", c.id, c.path, c.value, err, c.want)
		}
	}
	for kind, verdict := range map[string]bool{"VpcLink": false, "RouteResponse": false, "DomainName": true, "ApiMapping": true, "Deployment": true} {
		text := strings.Replace(changedAPI(t, "", "", nil), `"Resources":{`, fmt.Sprintf(`"Resources":{"X":{"Type":"AWS::ApiGatewayV2::%s","Properties":{}},`, kind), 1)
		if _, err := Read(write(t, text), ""); (err == nil) != verdict || err != nil && !strings.Contains(err.Error(), "X: "+kind+": not modelled") {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// A tolerated setting does not open a route.
func TestR93_ToleratingAnotherKindOfAuthorizationOpensNoRoute(t *testing.T) {
	text := changedAPI(t, "R", "AuthorizationType", "AWS_IAM")
	if _, err := Read(write(t, text), "", "Route.AuthorizationType"); err == nil {
		t.Error("it starts")
	}
}

// The stack of a pool in another Region than the local one names it by its own Region.
func TestR93_TheAPIOfAnExistingPoolTakesItsTokens(t *testing.T) {
	var resources map[string]any
	if err := json.Unmarshal([]byte(anAPI), &resources); err != nil {
		t.Fatal(err)
	}
	delete(resources, "P")
	resources["Hook"] = map[string]any{"Type": "AWS::Lambda::Permission", "Properties": map[string]any{
		"Action": "lambda:InvokeFunction", "FunctionName": arnOfF, "Principal": "cognito-idp.amazonaws.com", "SourceArn": "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_AbCdEf123",
	}}
	set(resources["J"].(map[string]any)["Properties"], []string{"JwtConfiguration", "Issuer"}, map[string]any{"Fn::Join": []any{"", []any{"https://cognito-idp.", map[string]any{"Ref": "AWS::Region"}, ".amazonaws.com/eu-west-1_AbCdEf123"}}})
	text, _ := json.Marshal(map[string]any{"Resources": resources})
	stack := read(t, string(text))
	if got := stack.API.Routes[0].Authorizer.Issuer; got != "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123" || got != stack.Pool.ProviderURL() {
		t.Error(got)
	}
}
