package userpool

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func scopes(names ...string) []any {
	list := []any{}
	for _, name := range names {
		list = append(list, map[string]any{"ScopeName": name, "ScopeDescription": "what it is for"})
	}
	return list
}

func TestR58_AResourceServerDecidesWhichScopesMachinesGet(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Domain = "example" })
	server := inPool("Identifier", "https://api.example", "Name", "API", "Scopes", scopes("read", "write"))
	made := r.must(t, "CreateResourceServer", server)["ResourceServer"]
	got := r.must(t, "DescribeResourceServer", inPool("Identifier", "https://api.example"))["ResourceServer"]
	if fmt.Sprint(got) != fmt.Sprint(server) || fmt.Sprint(made) != fmt.Sprint(server) {
		t.Errorf("made %v\ngot  %v\nwant %v", made, got, server)
	}
	client := r.must(t, "CreateUserPoolClient", inPool("ClientName", "m", "GenerateSecret", true, "AllowedOAuthFlowsUserPoolClient", true,
		"AllowedOAuthFlows", []any{"client_credentials"}, "AllowedOAuthScopes", []any{"https://api.example/read", "https://api.example/write"}))["UserPoolClient"].(map[string]any)
	as := Client{ID: client["ClientId"].(string), Secret: client["ClientSecret"].(string)}
	ask := func() string {
		out, refusal := r.token(t, as, url.Values{"grant_type": {"client_credentials"}})
		if refusal != "" {
			return refusal
		}
		return fmt.Sprint(r.verifiedToken(t, out.AccessToken)["scope"])
	}
	if got := ask(); got != "https://api.example/read https://api.example/write" {
		t.Errorf("with both scopes: %s", got)
	}
	_, err := r.raw(t, "UpdateResourceServer", inPool("Identifier", "https://api.example", "Name", "API", "Scopes", scopes("a", "a")))
	wantRefusal(t, err, "InvalidParameterException", "The resource server has a scope more than once")
	less := inPool("Identifier", "https://api.example", "Name", "API", "Scopes", scopes("read"))
	if got := r.must(t, "UpdateResourceServer", less)["ResourceServer"]; fmt.Sprint(got) != fmt.Sprint(less) {
		t.Errorf("updated to %v", got)
	}
	if got := ask(); got != "https://api.example/read" {
		t.Errorf("with one scope: %s", got)
	}
	r.must(t, "DeleteResourceServer", inPool("Identifier", "https://api.example"))
	if got := ask(); !strings.HasPrefix(got, "invalid_grant") {
		t.Errorf("without the server: %s", got)
	}
	for _, operation := range []string{"DescribeResourceServer", "UpdateResourceServer", "DeleteResourceServer"} {
		_, err := r.raw(t, operation, server)
		wantRefusal(t, err, "ResourceNotFoundException", "Resource server https://api.example does not exist.")
	}
}

func TestR58_AResourceServerThatTheModelForbidsIsRefused(t *testing.T) {
	r := startRig(t, nil)
	many := make([]string, maxScopes+1)
	for i := range many {
		many[i] = fmt.Sprint("s", i)
	}
	for name, c := range map[string]struct {
		in   map[string]any
		want string // after "Value"
	}{
		"no identifier":         {inPool("Name", "a"), " null at 'identifier' failed to satisfy constraint: Member must not be null"},
		"a blank":               {inPool("Identifier", "a b", "Name", "a"), ` at 'identifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\x21\x23-\x5B\x5D-\x7E]+`},
		"no name":               {inPool("Identifier", "a"), " null at 'name' failed to satisfy constraint: Member must not be null"},
		"a long name":           {inPool("Identifier", "a", "Name", strings.Repeat("a", 257)), " at 'name' failed to satisfy constraint: Member must have length less than or equal to 256"},
		"a scope with a slash":  {inPool("Identifier", "a", "Name", "a", "Scopes", scopes("a/b")), ` at 'scopes.member.scopeName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+`},
		"a nameless scope":      {inPool("Identifier", "a", "Name", "a", "Scopes", scopes("")), " null at 'scopes.member.scopeName' failed to satisfy constraint: Member must not be null"},
		"a silent scope":        {inPool("Identifier", "a", "Name", "a", "Scopes", []any{map[string]any{"ScopeName": "a"}}), " null at 'scopes.member.scopeDescription' failed to satisfy constraint: Member must not be null"},
		"more than 100 scopes":  {inPool("Identifier", "a", "Name", "a", "Scopes", scopes(many...)), " at 'scopes' failed to satisfy constraint: Member must have length less than or equal to 100"},
		"an identifier too big": {inPool("Identifier", strings.Repeat("a", 257), "Name", "a"), " at 'identifier' failed to satisfy constraint: Member must have length less than or equal to 256"},
	} {
		_, err := r.raw(t, "CreateResourceServer", c.in)
		t.Log(name)
		wantRefusal(t, err, "InvalidParameterException", "1 validation error detected: Value"+c.want)
	}
	for i := range maxServers {
		r.must(t, "CreateResourceServer", inPool("Identifier", fmt.Sprint("s", i), "Name", "a", "Scopes", scopes(many[:maxScopes]...)))
	}
	_, err := r.raw(t, "CreateResourceServer", inPool("Identifier", "s0", "Name", strings.Repeat("a", 256)))
	wantRefusal(t, err, "InvalidParameterException", "s0 already exists in user pool "+poolUnderTest+".")
	_, err = r.raw(t, "CreateResourceServer", inPool("Identifier", "more", "Name", "a"))
	wantRefusal(t, err, "LimitExceededException", "The user pool has 25 resource servers, which is the limit")
}

// page returns the status of an address of the pool.
func (r *rig) page(t *testing.T, path string) int {
	t.Helper()
	response, err := http.Get(r.URL() + path)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func TestR58_PagesAnswerOnlyWhileThePoolHasADomain(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		c.Clients[0].CallbackURLs, c.Clients[0].AllowedOAuthFlows, c.Clients[0].AllowedOAuthScopes = []string{"https://app.example/"}, []string{"code"}, []string{"openid"}
	})
	login := "/login?client_id=" + webClient + "&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2F"
	custom := map[string]any{"CertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/x"}
	for _, in := range []map[string]any{inPool("Domain", "shop"), inPool("Domain", "login.shop.example", "CustomDomainConfig", custom)} {
		if got := r.page(t, login); got != http.StatusNotFound {
			t.Errorf("without a domain: %d", got)
		}
		r.must(t, "CreateUserPoolDomain", in)
		if got := r.page(t, login); got != http.StatusOK {
			t.Errorf("with %v: %d", in["Domain"], got)
		}
		pool := r.must(t, "DescribeUserPool", inPool())["UserPool"].(map[string]any)
		if name := in["Domain"]; pool["Domain"] != name && pool["CustomDomain"] != name {
			t.Errorf("the pool does not name %v", name)
		}
		r.must(t, "UpdateUserPoolDomain", with(in, "ManagedLoginVersion", 2))
		got := r.must(t, "DescribeUserPoolDomain", map[string]any{"Domain": in["Domain"]})["DomainDescription"].(map[string]any)
		if got["UserPoolId"] != poolUnderTest || got["Status"] != "ACTIVE" || got["ManagedLoginVersion"] != 2. || fmt.Sprint(got["CustomDomainConfig"]) != fmt.Sprint(in["CustomDomainConfig"]) {
			t.Errorf("described as %v", got)
		}
		r.must(t, "DeleteUserPoolDomain", in)
		if got := r.must(t, "DescribeUserPoolDomain", map[string]any{"Domain": in["Domain"]}); fmt.Sprint(got) != "map[DomainDescription:map[]]" {
			t.Errorf("an unknown domain: %v", got)
		}
		_, err := r.raw(t, "DeleteUserPoolDomain", in)
		wantCode(t, err, "InvalidParameterException")
		_, err = r.raw(t, "UpdateUserPoolDomain", in)
		wantCode(t, err, "InvalidParameterException")
	}
}

func TestR58_ADomainThatAWSRefusesIsRefused(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Domain = "shop" })
	certificate := map[string]any{"CertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/x"}
	for name, c := range map[string]struct {
		in      map[string]any
		message string
	}{
		"reserved":       {inPool("Domain", "my-aws-shop"), "Domain cannot contain reserved word: aws"},
		"reserved too":   {inPool("Domain", "newcognito"), "Domain cannot contain reserved word: cognito"},
		"upper case":     {inPool("Domain", "Shop"), "The domain name contains an invalid character."},
		"a dot":          {inPool("Domain", "shop.example"), "The domain name contains an invalid character."},
		"a hyphen last":  {inPool("Domain", "shop-"), "The domain name contains an invalid character."},
		"a second one":   {inPool("Domain", "shop2"), "User pool already has a domain configured."},
		"no certificate": {inPool("Domain", "a.example", "CustomDomainConfig", map[string]any{}), "1 validation error detected: Value null at 'customDomainConfig.certificateArn'"},
		"no dot":         {inPool("Domain", "example", "CustomDomainConfig", certificate), "1 validation error detected: Value at 'domain'"},
		"a version":      {inPool("Domain", "shop2", "ManagedLoginVersion", 3), "ManagedLoginVersion must be 1 or 2"},
	} {
		_, err := r.raw(t, "CreateUserPoolDomain", c.in)
		wantCode(t, err, "InvalidParameterException")
		if err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: got %v, want %s", name, err, c.message)
		}
	}
}

func TestR58_ManagedLoginIsNotOfLITE(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Tier, c.Triggers = "LITE", nil })
	_, err := r.raw(t, "CreateUserPoolDomain", inPool("Domain", "shop", "ManagedLoginVersion", 2))
	wantRefusal(t, err, "FeatureUnavailableInTierException", "ManagedLoginVersion 2: it needs the ESSENTIALS or PLUS plan, the pool has LITE")
}

func TestR58_APoolHasADomainOfEachKind(t *testing.T) {
	r := startRig(t, nil)
	certificate := map[string]any{"CertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/x"}
	prefix := r.must(t, "CreateUserPoolDomain", inPool("Domain", "shop"))
	custom := r.must(t, "CreateUserPoolDomain", inPool("Domain", "login.shop.example", "CustomDomainConfig", certificate))
	if prefix["CloudFrontDomain"] != nil || fmt.Sprint("http://", custom["CloudFrontDomain"]) != r.URL() || prefix["ManagedLoginVersion"] != 1. {
		t.Errorf("made %v and %v", prefix, custom)
	}
	pool := r.must(t, "DescribeUserPool", inPool())["UserPool"].(map[string]any)
	if pool["Domain"] != "shop" || pool["CustomDomain"] != "login.shop.example" {
		t.Errorf("the pool names %v and %v", pool["Domain"], pool["CustomDomain"])
	}
	_, err := r.raw(t, "CreateUserPoolDomain", inPool("Domain", "login2.shop.example", "CustomDomainConfig", certificate))
	wantRefusal(t, err, "InvalidParameterException", "User pool already has a domain configured.")
	route := map[string]any{"Failover": map[string]any{"SecondaryRegion": "eu-west-1", "PrimaryRoute53HealthCheckId": "x"}}
	changed := r.must(t, "UpdateUserPoolDomain", inPool("Domain", "login.shop.example", "ManagedLoginVersion", 2, "Routing", route))
	if changed["ManagedLoginVersion"] != 2. || fmt.Sprint(changed["Routing"]) != fmt.Sprint(route) {
		t.Errorf("changed to %v", changed)
	}
	r.must(t, "UpdateUserPoolDomain", inPool("Domain", "login.shop.example"))
	got := r.must(t, "DescribeUserPoolDomain", map[string]any{"Domain": "login.shop.example"})["DomainDescription"].(map[string]any)
	if fmt.Sprint(got["CustomDomainConfig"]) != fmt.Sprint(certificate) || got["ManagedLoginVersion"] != 2. || got["Routing"] == nil {
		t.Errorf("an update without members leaves %v", got)
	}
	_, err = r.raw(t, "UpdateUserPoolDomain", inPool("Domain", "shop", "ManagedLoginVersion", -1))
	wantCode(t, err, "InvalidParameterException")
}

func TestR58_ADomainHasOneTo63Characters(t *testing.T) {
	certificate := map[string]any{"CertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/x"}
	a63 := strings.Repeat("a", 61)
	for _, c := range []struct {
		in   map[string]any
		want string
	}{
		{inPool("Domain", "a"), ""},
		{inPool("Domain", a63+"bc"), ""},
		{inPool("Domain", a63+"bcd"), "The domain name contains an invalid character."},
		{inPool("Domain", a63+".b", "CustomDomainConfig", certificate), ""},
		{inPool("Domain", a63+".bc", "CustomDomainConfig", certificate), "1 validation error detected: Value at 'domain' failed to satisfy constraint: Member must have length less than or equal to 63"},
	} {
		r := startRig(t, nil)
		if _, err := r.raw(t, "CreateUserPoolDomain", c.in); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.in["Domain"], err, c.want)
		}
	}
	r := startRig(t, nil)
	r.must(t, "CreateUserPoolDomain", inPool("Domain", "shop"))
	pool, _ := r.second(t)
	_, err := r.raw(t, "CreateUserPoolDomain", map[string]any{"UserPoolId": pool, "Domain": "shop"})
	wantRefusal(t, err, "InvalidParameterException", "Domain already associated with another user pool.")
}
