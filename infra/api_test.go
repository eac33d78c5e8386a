package infra

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

const (
	apiPrefix    = "AWS::ApiGatewayV2::"
	identityType = "AWS::Cognito::IdentityPool"
)

// only returns the one resource of a type.
func (tpl template) only(t testing.TB, kind string) map[string]any {
	t.Helper()
	found := tpl.resources(kind)
	for _, r := range found {
		if len(found) == 1 {
			return r["Properties"].(map[string]any)
		}
	}
	t.Fatalf("%d of %s", len(found), kind)
	return nil
}

func TestNoAPIAndNoIdentityPoolUnlessAsked(t *testing.T) {
	for id, r := range ofStage(t, "prod")["Resources"].(map[string]any) {
		if kind := at(r, "Type").(string); strings.HasPrefix(kind, apiPrefix) || strings.HasPrefix(kind, identityType) || strings.Contains(id, "Whoami") {
			t.Errorf("%s of type %s", id, kind)
		}
	}
}

func TestTheAPITakesTokensOfThisPoolAndItsClientsAlone(t *testing.T) {
	tpl := everything(t)
	authorizer := tpl.only(t, apiPrefix+"Authorizer")
	issuer := at(authorizer, "JwtConfiguration", "Issuer")
	if authorizer["AuthorizerType"] != "JWT" || !reflect.DeepEqual(texts(authorizer["IdentitySource"]), []string{"$request.header.Authorization"}) ||
		!reflect.DeepEqual(issuer, map[string]any{"Fn::GetAtt": []any{"SuitePool5B9D4F59", "ProviderURL"}}) {
		t.Errorf("%v", authorizer)
	}
	audience := at(authorizer, "JwtConfiguration", "Audience")
	if ids := fmt.Sprint(audience); ids != "[map[Ref:SuiteClientBatch6E048293] map[Ref:SuiteClientDesk2DCDB1BA] map[Ref:SuiteMachineClient26C3BE57] map[Ref:SuiteClientPhoneFE5FA31F] map[Ref:SuiteWebClientB66EBAF8] https://api.example.com/orders]" {
		t.Errorf("audience %v", ids)
	}
	for _, r := range tpl.resources(apiPrefix + "Route") {
		route := r["Properties"].(map[string]any)
		if route["AuthorizationType"] != "JWT" || at(route, "AuthorizerId", "Ref") == nil || !slices.Equal(texts(route["AuthorizationScopes"]), []string{"app/read"}) {
			t.Errorf("%v", route)
		}
	}
}

// routes returns the keys of the API's routes, by the type of what they lead to.
func (tpl template) routes() map[string][]string {
	keys := map[string][]string{}
	for _, r := range tpl.resources(apiPrefix + "Route") {
		route := r["Properties"].(map[string]any)
		to := at(route, "Target", "Fn::Join", 1, 1, "Ref").(string)
		kind := tpl.resources(apiPrefix + "Integration")[to]["Properties"].(map[string]any)["IntegrationType"].(string)
		keys[kind] = append(keys[kind], route["RouteKey"].(string))
	}
	for _, list := range keys {
		slices.Sort(list)
	}
	return keys
}

// The app gets every request that the sample route does not take, and no preflight: a route
// for it would want a token, which a browser does not send.
func TestR93_AnAppInPlaceIsBehindEveryOtherRoute(t *testing.T) {
	want := map[string][]string{"AWS_PROXY": {"GET /whoami"}}
	for _, method := range []string{"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"} {
		want["HTTP_PROXY"] = append(want["HTTP_PROXY"], method+" /", method+" /{proxy+}")
	}
	tpl := everything(t)
	if got := tpl.routes(); !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	found := 0
	for _, r := range tpl.resources(apiPrefix + "Integration") {
		p := r["Properties"].(map[string]any)
		if p["IntegrationType"] != "HTTP_PROXY" {
			continue
		}
		found++
		mappings := map[string]any{
			"overwrite:header.x-user-sub": "$context.authorizer.claims.sub", "overwrite:path": "$request.path",
			"remove:header.x_user_sub": "", "remove:header.x_user-sub": "", "remove:header.x-user_sub": "",
		}
		if p["IntegrationUri"] != "https://shop.example.com" || p["IntegrationMethod"] != "ANY" || !reflect.DeepEqual(p["RequestParameters"], mappings) {
			t.Errorf("%v", p)
		}
	}
	if found != 1 {
		t.Errorf("%d integrations with the app", found)
	}
}

func TestTheAPIsOwnSettings(t *testing.T) {
	tpl := everything(t)
	cors := tpl.only(t, apiPrefix+"Api")["CorsConfiguration"]
	if !slices.Equal(texts(at(cors, "AllowOrigins")), []string{"https://app.example.com"}) || !slices.Equal(texts(at(cors, "AllowMethods")), []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}) ||
		!slices.Equal(texts(at(cors, "AllowHeaders")), []string{"authorization", "content-type"}) || at(cors, "AllowCredentials") != nil {
		t.Errorf("CORS %v", cors)
	}
	stage := tpl.only(t, apiPrefix+"Stage")
	if at(stage, "DefaultRouteSettings", "ThrottlingRateLimit") != 50.0 || at(stage, "DefaultRouteSettings", "ThrottlingBurstLimit") != 100.0 {
		t.Errorf("limits %v", stage["DefaultRouteSettings"])
	}
	format := fmt.Sprint(at(stage, "AccessLogSettings", "Format"))
	if strings.Contains(format, "sourceIp") || strings.Contains(format, "claims") || !strings.Contains(format, "$context.requestId") {
		t.Errorf("access log %s", format)
	}
	if got := statements(t, tpl, "Whoami"); !slices.Equal(got, []string{"logs:CreateLogStream, logs:PutLogEvents on its log group"}) {
		t.Errorf("the sample route may %v", got)
	}
}

// There is one permission, for this route of this API.
func TestR36_OnlyTheRouteMayInvokeTheSample(t *testing.T) {
	tpl := everything(t)
	found := 0
	for _, r := range tpl.resources(permissionType) {
		p := r["Properties"].(map[string]any)
		if p["Principal"] != "apigateway.amazonaws.com" {
			continue
		}
		found++
		if fn := fmt.Sprint(at(p, "FunctionName", "Fn::GetAtt", 0)); !strings.HasPrefix(fn, "SuiteWhoami") || !strings.HasSuffix(fmt.Sprint(p["SourceArn"]), "/*/*/whoami]]]") {
			t.Errorf("%v", p)
		}
	}
	if found != 1 {
		t.Errorf("%d permissions", found)
	}
}

func TestTheIdentityPoolGivesARoleByAClaimOrNone(t *testing.T) {
	tpl := everything(t)
	pool := tpl.only(t, identityType)
	if pool["AllowUnauthenticatedIdentities"] != false || pool["AllowClassicFlow"] != false || at(pool, "CognitoIdentityProviders", 0, "ServerSideTokenCheck") != true ||
		len(pool["CognitoIdentityProviders"].([]any)) != 3 {
		t.Errorf("%v", pool)
	}
	attachment := tpl.only(t, identityType+"RoleAttachment")
	mapping := at(attachment, "RoleMappings", "web")
	for i, name := range []string{"desk", "phone", "web"} { // each client of users, and no machine
		client := at(pool, "CognitoIdentityProviders", i, "ClientId")
		own := at(attachment, "RoleMappings", name)
		if !strings.Contains(fmt.Sprint(at(own, "IdentityProvider")), fmt.Sprint(client)) || !reflect.DeepEqual(at(own, "RulesConfiguration"), at(mapping, "RulesConfiguration")) {
			t.Errorf("%s: %v for %v", name, own, client)
		}
	}
	if at(mapping, "Type") != "Rules" || at(mapping, "AmbiguousRoleResolution") != "AuthenticatedRole" || at(attachment, "Roles", "authenticated", "Fn::GetAtt", 0) != "SuiteIdentityOwnRows1DDC330A" {
		t.Errorf("%v", attachment)
	}
	denying := pooled(t).only(t, identityType+"RoleAttachment") // without own rows
	if at(denying, "RoleMappings", "web", "AmbiguousRoleResolution") != "Deny" || denying["Roles"] != nil || len(pooled(t).resources(identityType+"PrincipalTag")) != 0 {
		t.Errorf("%v", denying)
	}
	var rules []string
	for _, r := range at(mapping, "RulesConfiguration", "Rules").([]any) {
		rules = append(rules, fmt.Sprint(at(r, "Claim"), " ", at(r, "MatchType"), " ", at(r, "Value"), " ", at(r, "RoleARN", "Fn::GetAtt", 0)))
	}
	if len(rules) != 2 || !strings.HasPrefix(rules[0], "tenant Equals acme SuiteIdentityAcme") || !strings.HasPrefix(rules[1], "cognito:groups Contains admins SuiteIdentityAdmins") {
		t.Errorf("rules %q", rules)
	}
}

func TestR36_OnlySignedInPeopleOfTheIdentityPoolTakeItsRoles(t *testing.T) {
	trust := func(pool string, actions any) map[string]any {
		return map[string]any{
			"Action": actions, "Effect": "Allow", "Principal": map[string]any{"Federated": "cognito-identity.amazonaws.com"},
			"Condition": map[string]any{
				"StringEquals":           map[string]any{"cognito-identity.amazonaws.com:aud": map[string]any{"Ref": pool}},
				"ForAnyValue:StringLike": map[string]any{"cognito-identity.amazonaws.com:amr": "authenticated"},
			},
		}
	}
	tagged := trust("SuiteIdentityPoolCFE568CE", []any{"sts:AssumeRoleWithWebIdentity", "sts:TagSession"})
	for name, policies := range map[string][]string{"Acme": {"arn:aws:iam::111122223333:policy/ReadReports"}, "Admins": nil, "OwnRows": nil} {
		role := everything(t).properties(t, roleType, "Identity"+name)
		if statements := at(role, "AssumeRolePolicyDocument", "Statement"); !reflect.DeepEqual(statements, []any{tagged}) {
			t.Errorf("%s: %v", name, statements)
		}
		if !slices.Equal(texts(role["ManagedPolicyArns"]), policies) {
			t.Errorf("%s may %v", name, role["ManagedPolicyArns"])
		}
	}
	alone := pooled(t).properties(t, roleType, "IdentityAcme")
	want := trust("SuiteIdentityPoolCFE568CE", "sts:AssumeRoleWithWebIdentity")
	if statements := at(alone, "AssumeRolePolicyDocument", "Statement"); !reflect.DeepEqual(statements, []any{want}) || alone["Policies"] != nil {
		t.Errorf("without own rows: %v, %v", statements, alone["Policies"])
	}
}

// What a user reads is told apart by the tag sub, which the pool sets from the ID token.
func TestR96_EveryRoleOfTheIdentityPoolReadsOwnRowsAndNothingElse(t *testing.T) {
	tpl := everything(t)
	for _, name := range []string{"Acme", "Admins", "OwnRows"} {
		policies := tpl.properties(t, roleType, "Identity"+name)["Policies"].([]any)
		statement := at(policies, 0, "PolicyDocument", "Statement", 0).(map[string]any)
		if len(policies) != 1 || !slices.Equal(texts(statement["Action"]), []string{"dynamodb:GetItem", "dynamodb:Query"}) || statement["Effect"] != "Allow" ||
			!reflect.DeepEqual(statement["Resource"], map[string]any{"Fn::GetAtt": []any{"SuiteTableD51218A5", "Arn"}}) {
			t.Errorf("%s: %v", name, policies)
		}
		want := map[string]any{
			"ForAllValues:StringEquals": map[string]any{
				"dynamodb:Attributes":  at(statement, "Condition", "ForAllValues:StringEquals", "dynamodb:Attributes"),
				"dynamodb:LeadingKeys": []any{map[string]any{"Fn::Join": []any{"", []any{"USER#", map[string]any{"Ref": "SuitePool5B9D4F59"}, "#${aws:PrincipalTag/sub}"}}}},
			},
			"Null":                 map[string]any{"dynamodb:Attributes": "false", "dynamodb:LeadingKeys": "false"},
			"StringEqualsIfExists": map[string]any{"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
		}
		if !reflect.DeepEqual(statement["Condition"], want) {
			t.Errorf("%s: %v", name, statement["Condition"])
		}
		columns := texts(at(want, "ForAllValues:StringEquals", "dynamodb:Attributes"))
		for _, column := range table.Written[table.Authz]() {
			if slices.Contains(columns, column) != (column == table.PK || column == table.SK) {
				t.Errorf("%s reads %s", name, column)
			}
		}
		if !slices.Equal(columns, directory.ReadAttributes()) {
			t.Errorf("%s reads %q", name, columns)
		}
	}
	tag := tpl.only(t, identityType+"PrincipalTag")
	if !reflect.DeepEqual(tag["PrincipalTags"], map[string]any{"sub": "sub"}) || tag["UseDefaults"] != false ||
		!reflect.DeepEqual(tag["IdentityProviderName"], map[string]any{"Fn::GetAtt": []any{"SuitePool5B9D4F59", "ProviderName"}}) {
		t.Errorf("%v", tag)
	}
}

func TestOwnRowsAloneMakeAnIdentityPoolOfOneRole(t *testing.T) {
	s := quiet(t, "dev")
	s.IdentityPool = IdentityPool{OwnRows: true}
	tpl := synthesize(t, s)
	attachment := tpl.only(t, identityType+"RoleAttachment")
	if attachment["RoleMappings"] != nil || at(attachment, "Roles", "authenticated", "Fn::GetAtt", 0) != "SuiteIdentityOwnRows1DDC330A" {
		t.Errorf("%v", attachment)
	}
	if tpl.properties(t, roleType, "IdentityOwnRows")["Policies"] == nil {
		t.Error("the role reads nothing")
	}
}
