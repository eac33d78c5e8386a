package infra

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

func TestR70_EachClientHasItsOwnSettings(t *testing.T) {
	tpl := everything(t)
	for resource, want := range map[string]map[string]any{
		"WebClient": {
			"ExplicitAuthFlows": []any{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"}, "AllowedOAuthScopes": []any{"openid", "email", "app/read"},
			"AccessTokenValidity": 15.0, "IdTokenValidity": 30.0, "RefreshTokenValidity": 720.0, "AuthSessionValidity": 5.0,
			"TokenValidityUnits":   map[string]any{"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"},
			"RefreshTokenRotation": map[string]any{"Feature": "ENABLED", "RetryGracePeriodSeconds": 10.0},
		},
		"ClientPhone": {
			"ExplicitAuthFlows": []any{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"}, "AllowedOAuthScopes": []any{"openid", "email", "profile"},
			"AccessTokenValidity": nil, "TokenValidityUnits": nil, "CallbackURLs": []any{"myapp://signed-in"},
			"RefreshTokenRotation": map[string]any{"Feature": "ENABLED", "RetryGracePeriodSeconds": 0.0},
			"WriteAttributes":      []any{"email", "name", "locale"},
		},
		"ClientDesk": {
			"ExplicitAuthFlows":    []any{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
			"RefreshTokenRotation": nil, "AllowedOAuthFlows": nil, "AllowedOAuthScopes": nil, "CallbackURLs": nil, "AllowedOAuthFlowsUserPoolClient": false,
			"ReadAttributes": []any{"email", "name"}, "WriteAttributes": []any{"name"}, "GenerateSecret": false,
		},
		"ClientBatch": {
			"ExplicitAuthFlows": []any{"ALLOW_REFRESH_TOKEN_AUTH"}, "AllowedOAuthFlows": []any{"client_credentials"}, "AllowedOAuthScopes": []any{"app/write"},
			"AccessTokenValidity": 5.0, "GenerateSecret": true, "ReadAttributes": []any{"name"}, "WriteAttributes": []any{"name"},
		},
	} {
		client := tpl.properties(t, clientType, resource)
		for name, value := range want {
			if got := client[name]; !reflect.DeepEqual(got, value) {
				t.Errorf("%s.%s is %v, want %v", resource, name, got, value)
			}
		}
	}
	styled := slices.Sorted(maps.Keys(tpl.resources(brandingType)))
	if len(styled) != 2 || !strings.HasPrefix(styled[0], "SuiteBrandingClientPhone") || styled[1] != "SuiteBrandingE122C5A6" {
		t.Errorf("styles %v: of each client with pages, and no other", styled)
	}
}

// The parent domain and the record are for people to make; the stack says to what it points.
func TestR70_ADomainOfTheTeamsOwnHasACertificateAndATarget(t *testing.T) {
	tpl := everything(t)
	domain := tpl.properties(t, domainType, "Domain")
	if domain["Domain"] != "auth.example.com" || !strings.HasPrefix(fmt.Sprint(at(domain, "CustomDomainConfig", "CertificateArn")), "arn:aws:acm:us-east-1:") {
		t.Errorf("domain %v", domain)
	}
	target := at(tpl["Outputs"], "UserPoolDomainTarget", "Value", "Fn::GetAtt")
	if !reflect.DeepEqual(target, []any{"SuiteDomainA50E199D", "CloudFrontDistribution"}) {
		t.Errorf("target %v", target)
	}
	if ofStage(t, "prod")["Outputs"].(map[string]any)["UserPoolDomainTarget"] != nil {
		t.Error("a prefix has a target")
	}
}

// drawClient draws a client that Cognito takes.
func drawClient(t *rapid.T, label string, apiScopes []string) Client {
	some := func(name string, from ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, len(from), rapid.ID[string]).Draw(t, label+" "+name)
	}
	one := func(name string, from ...Duration) Duration { return rapid.SampledFrom(from).Draw(t, label+" "+name) }
	tokens := Lifetimes{Access: one("access", "", "5m", "45m", "1h"), Refresh: one("refresh", "", "1h", "3650d"), ID: one("id", "", "300s", "1h"), Session: one("session", "", "3m", "15m")}
	if rapid.IntRange(0, 3).Draw(t, label+" is a machine") == 0 {
		return Client{Machine: true, Profile: "service", Scopes: some("scopes", apiScopes...), Tokens: Lifetimes{Access: one("access", "", "1d", "5m")}}
	}
	c := Client{
		Profile: "app", Tokens: tokens, Rotation: Rotation{Grace: one("grace", "", settings.Off, "0s", "60s")},
		ReadAttributes: some("reads", "email", "name", "email_verified"), WriteAttributes: some("writes", "email", "name", "zoneinfo"),
	}
	for _, flow := range some("flows", "srp", "password", "admin", "custom", "choice") {
		c.Flows = append(c.Flows, Flow(flow))
	}
	if len(c.Flows) == 0 || rapid.Bool().Draw(t, label+" has pages") {
		c.CallbackURLs = []string{"https://" + label + ".example/callback"}
		c.Scopes = some("scopes", append([]string{"openid", "aws.cognito.signin.user.admin"}, apiScopes...)...)
	}
	return c
}

// Whatever clients a stage has: they synthesize, each has the scopes and attributes that it
// says and no other, an output, and no logical id of the shipped stage moves.
func TestR70_AnySetOfClientsSynthesizes(t *testing.T) {
	shipped := synthesize(t, quiet(t, "prod"))
	apiScopes := []string{"app/read", "app/write"}
	form.Check(t, 1, 2, 100, func(rt *rapid.T) {
		s := quiet(t, "prod")
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z][A-Za-z0-9]{0,6}`), 1, 6, func(n string) string { return settings.ClientResource(n) }).Draw(rt, "names")
		for _, name := range names {
			if name != settings.WebClient && name != settings.MachineClient && name != "profiles" {
				s.Settings.Clients[name] = drawClient(rt, name, apiScopes)
			}
		}
		tpl := synthesize(t, s)
		for id, r := range shipped["Resources"].(map[string]any) {
			if tpl["Resources"].(map[string]any)[id] == nil && !strings.Contains(id, "CurrentVersion") {
				rt.Errorf("%s (%v) is gone", id, at(r, "Type"))
			}
		}
		if n := len(tpl.resources(clientType)); n != len(s.Settings.Clients) {
			rt.Errorf("%d clients of %d", n, len(s.Settings.Clients))
		}
		for name, full := range s.WithDefaults().Clients {
			client := tpl.properties(t, clientType, settings.ClientResource(name))
			writes := full.WriteAttributes
			if full.Machine {
				writes = []string{settings.MachineAttribute}
			}
			if !slices.Equal(texts(client["AllowedOAuthScopes"]), full.Scopes) || !slices.Equal(texts(client["WriteAttributes"]), writes) || len(writes) == 0 {
				rt.Errorf("%s has the scopes %v and writes %v", name, client["AllowedOAuthScopes"], client["WriteAttributes"])
			}
			if rotates := client["RefreshTokenRotation"] != nil; rotates == slices.Contains(texts(client["ExplicitAuthFlows"]), "ALLOW_REFRESH_TOKEN_AUTH") {
				rt.Errorf("%s rotates: %v, with the flows %v", name, rotates, client["ExplicitAuthFlows"])
			}
			if at(tpl["Outputs"], settings.ClientOutput(name), "Value", "Ref") == nil {
				rt.Errorf("%s has no output", name)
			}
		}
	})
}
