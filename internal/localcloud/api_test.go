package localcloud

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// withAPI adds an HTTP API with a route to the function, and tells the function where it is.
func withAPI(resources object) object {
	of := object{"ApiId": ref("Api")}
	part := func(kind string, properties object) object {
		for name, value := range of {
			properties[name] = value
		}
		return object{"Type": "AWS::ApiGatewayV2::" + kind, "Properties": properties}
	}
	resources["Api"] = object{"Type": "AWS::ApiGatewayV2::Api", "Properties": object{"ProtocolType": "HTTP"}}
	resources["Stage"] = part("Stage", object{"StageName": "$default"})
	resources["Authorizer"] = part("Authorizer", object{
		"AuthorizerType": "JWT", "IdentitySource": []string{"$request.header.Authorization"},
		"JwtConfiguration": object{"Audience": []object{ref("Web")}, "Issuer": object{"Fn::GetAtt": []string{"Pool", "ProviderURL"}}},
	})
	resources["Lambda"] = part("Integration", object{"IntegrationType": "AWS_PROXY", "IntegrationUri": arnOf("Sign"), "PayloadFormatVersion": "2.0"})
	resources["Route"] = part("Route", object{
		"RouteKey": "ANY /me", "AuthorizationType": "JWT", "AuthorizerId": ref("Authorizer"),
		"Target": object{"Fn::Join": []any{"", []any{"integrations/", ref("Lambda")}}},
	})
	resources["ApiPermission"] = object{"Type": "AWS::Lambda::Permission", "Properties": object{
		"Action": "lambda:InvokeFunction", "FunctionName": arnOf("Sign"), "Principal": "apigateway.amazonaws.com",
		"SourceArn": object{"Fn::Join": []any{"", []any{"arn:aws:execute-api:us-east-1:000000000000:", ref("Api"), "/*/*/me"}}},
	}}
	resources["Sign"].(object)["Properties"].(object)["Environment"].(object)["Variables"].(object)["API"] = object{"Fn::GetAtt": []string{"Api", "ApiEndpoint"}}
	return resources
}

// The authorizer names AWS's issuer. Tokens have it, or the local one where Options ask for
// that; a pool of the other form has tokens that AWS refuses, too.
func TestR93_TheAuthorizerTakesTheTokensOfThePoolInEachFormOfTheIssuer(t *testing.T) {
	for form, want := range map[string]string{"": "200", "local": "200", "updated": "401"} {
		cloud, err := Start(t.Context(), Options{AssemblyDir: assembly(t, withAPI(resources())), Pool: userpool.Options{Issuer: form}})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = cloud.Close() }()
		if at := functions(cloud.Stack, cloud.local)[0].Env["API"]; at != cloud.Endpoints().API {
			t.Errorf("the function is told %s, the API is at %s", at, cloud.Endpoints().API)
		}
		pool, web := cognitoOf(cloud), cloud.Stack.Pool.Clients[0].ID
		if err := signUp(t, cloud, "ada@example.com"); err != nil {
			t.Fatal(err)
		}
		if _, err := pool.AdminConfirmSignUp(t.Context(), &cognito.AdminConfirmSignUpInput{UserPoolId: &cloud.Stack.Pool.ID, Username: aws.String("ada@example.com")}); err != nil {
			t.Fatal(err)
		}
		got, err := pool.InitiateAuth(t.Context(), &cognito.InitiateAuthInput{
			ClientId: &web, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": "ada@example.com", "PASSWORD": "Correct-horse-7"},
		})
		if err != nil {
			t.Fatal(err)
		}
		r, _ := http.NewRequestWithContext(t.Context(), "GET", cloud.Endpoints().API+"/me", nil)
		r.Header.Set("Authorization", *got.AuthenticationResult.AccessToken)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		// The test's function echoes the event.
		if !strings.HasPrefix(response.Status, want) || want == "200" && !strings.Contains(string(body), `"client_id":"`+web+`"`) {
			t.Errorf("issuer %q: %s %s", form, response.Status, body)
		}
	}
}

func TestR93_AnAppOnAnotherMachineIsRefused(t *testing.T) {
	err := refused(t, Options{AssemblyDir: assembly(t, withAPI(resources())), App: &url.URL{Scheme: "https", Host: "app.example.com"}})
	if !strings.Contains(err.Error(), "the app https://app.example.com is not on this machine") {
		t.Error(err)
	}
}
