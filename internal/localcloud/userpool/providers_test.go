package userpool

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// tenant is a request for a SAML provider of this name, with a member that no SDK knows.
func tenant(name string) map[string]any {
	return inPool(
		"ProviderName", name, "ProviderType", "SAML", "ProviderDetails", map[string]string{"MetadataURL": "https://idp.example/metadata"},
		"AttributeMapping", map[string]string{"email": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"},
		"IdpIdentifiers", []string{name + ".example"}, "Foreign", map[string]any{"kept": []int{1, 2}},
	)
}

func TestR57_AProviderKeepsEveryMember(t *testing.T) {
	r := startRig(t, nil)
	made := r.must(t, "CreateIdentityProvider", tenant("Corp"))["IdentityProvider"].(map[string]any)
	described := r.must(t, "DescribeIdentityProvider", inPool("ProviderName", "Corp"))["IdentityProvider"].(map[string]any)
	found := r.must(t, "GetIdentityProviderByIdentifier", inPool("IdpIdentifier", "Corp.example"))["IdentityProvider"].(map[string]any)
	if fmt.Sprint(made) != fmt.Sprint(described) || fmt.Sprint(found) != fmt.Sprint(described) {
		t.Errorf("made      %v\ndescribed %v\nfound     %v", made, described, found)
	}
	want := []string{"AttributeMapping", "CreationDate", "Foreign", "IdpIdentifiers", "LastModifiedDate", "ProviderDetails", "ProviderName", "ProviderType", "UserPoolId"}
	if got := slices.Sorted(maps.Keys(described)); !slices.Equal(got, want) {
		t.Errorf("members %q, want %q", got, want)
	}
	r.must(t, "UpdateIdentityProvider", inPool("ProviderName", "Corp", "AttributeMapping", map[string]string{"name": "cn"}))
	updated := r.must(t, "DescribeIdentityProvider", inPool("ProviderName", "Corp"))["IdentityProvider"].(map[string]any)
	if fmt.Sprint(updated["AttributeMapping"]) != "map[name:cn]" || updated["Foreign"] == nil || updated["ProviderType"] != "SAML" {
		t.Errorf("after the update: %v", updated)
	}
	at := float64(r.clock.now().Unix())
	r.clock.pass(time.Minute)
	again := r.must(t, "UpdateIdentityProvider", inPool("ProviderName", "Corp", "AttributeMapping", nil))["IdentityProvider"].(map[string]any)
	if again["CreationDate"] != at || again["LastModifiedDate"] != at+60 || described["CreationDate"] != at || described["LastModifiedDate"] != at || fmt.Sprint(again["AttributeMapping"]) != "map[name:cn]" {
		t.Errorf("changed to %v", again)
	}
	_, err := r.raw(t, "UpdateIdentityProvider", inPool("ProviderName", "Corp", "ProviderDetails", object{}))
	wantCode(t, err, "InvalidParameterException")
	r.must(t, "DeleteIdentityProvider", inPool("ProviderName", "Corp"))
	for _, operation := range []string{"DescribeIdentityProvider", "UpdateIdentityProvider", "DeleteIdentityProvider"} {
		_, err := r.raw(t, operation, inPool("ProviderName", "Corp"))
		wantRefusal(t, err, "ResourceNotFoundException", "Identity provider Corp does not exist.")
	}
	_, err = r.raw(t, "GetIdentityProviderByIdentifier", inPool("IdpIdentifier", "Corp.example"))
	wantRefusal(t, err, "ResourceNotFoundException", "Identity provider Corp.example does not exist.")
	if google := r.must(t, "DescribeIdentityProvider", inPool("ProviderName", "Google"))["IdentityProvider"].(map[string]any); google["UserPoolId"] != poolUnderTest {
		t.Errorf("a provider of the template: %v", google)
	}
}

func TestR57_AProviderIsDescribedAsOnAWS(t *testing.T) {
	r := startRig(t, nil)
	r.must(t, "CreateIdentityProvider", inPool("ProviderName", "SignInWithApple", "ProviderType", "SignInWithApple", "ProviderDetails", map[string]string{
		"client_id": "com.example", "team_id": "t", "key_id": "k", "private_key": "secret", "authorize_scopes": "email name",
	}))
	apple := r.must(t, "DescribeIdentityProvider", inPool("ProviderName", "SignInWithApple"))["IdentityProvider"].(map[string]any)
	details := apple["ProviderDetails"].(map[string]any)
	if details["private_key"] != nil || details["oidc_issuer"] != "https://appleid.apple.com" {
		t.Errorf("details %v", details)
	}
	if fmt.Sprint(apple["AttributeMapping"]) != "map[username:sub]" {
		t.Errorf("mapping %v", apple["AttributeMapping"])
	}
}

// A provider of the template has all its members, too.
func TestR57_AnUpdateKeepsWhatItOmits(t *testing.T) {
	r := startRig(t, nil)
	r.must(t, "UpdateIdentityProvider", inPool("ProviderName", "Google", "IdpIdentifiers", []string{"example.com"}, "ProviderType", "SAML"))
	updated := r.must(t, "DescribeIdentityProvider", inPool("ProviderName", "Google"))["IdentityProvider"].(map[string]any)
	if fmt.Sprint(updated["AttributeMapping"]) != "map[email:email name:name username:sub]" || updated["ProviderType"] != "Google" ||
		updated["ProviderDetails"].(map[string]any)["client_id"] != "c" || updated["UserPoolId"] != poolUnderTest {
		t.Errorf("after the update: %v", updated)
	}
}

func TestR57_AProviderThatAWSRefusesIsRefused(t *testing.T) {
	r := startRig(t, nil)
	r.must(t, "CreateIdentityProvider", tenant("Corp"))
	with := func(member string, value any) map[string]any {
		in := tenant("Other")
		in[member] = value
		return in
	}
	for name, c := range map[string]struct {
		in   map[string]any
		code string
	}{
		"the same name":           {tenant("Corp"), "DuplicateProviderException"},
		"the same identifier":     {with("IdpIdentifiers", []string{"Corp.example"}), "DuplicateProviderException"},
		"an underscore":           {with("ProviderName", "Corp_x"), "InvalidParameterException"},
		"a blank":                 {with("ProviderName", "Corp x"), "InvalidParameterException"},
		"33 characters":           {with("ProviderName", strings.Repeat("a", 33)), "InvalidParameterException"},
		"the pool's own name":     {with("ProviderName", "Cognito"), "InvalidParameterException"},
		"a social name":           {with("ProviderName", "Facebook"), "InvalidParameterException"},
		"an unknown type":         {with("ProviderType", "Kerberos"), "InvalidParameterException"},
		"no metadata":             {with("ProviderDetails", map[string]string{"IDPInit": "true"}), "InvalidParameterException"},
		"an unknown attribute":    {with("AttributeMapping", map[string]string{"shoe": "38"}), "InvalidParameterException"},
		"an identifier of spaces": {with("IdpIdentifiers", []string{"a/b"}), "InvalidParameterException"},
		"another pool":            {with("UserPoolId", "eu-central-1_Other"), "ResourceNotFoundException"},
		"no object":               {with("AttributeMapping", "email"), "SerializationException"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := r.raw(t, "CreateIdentityProvider", c.in)
			wantCode(t, err, c.code)
		})
	}
	r.must(t, "CreateIdentityProvider", tenant("Third"))
	_, err := r.raw(t, "UpdateIdentityProvider", inPool("ProviderName", "Third", "IdpIdentifiers", []string{"Corp.example"}))
	wantCode(t, err, "ConcurrentModificationException")
}

func TestR57_ATemplatesProviderIsChecked(t *testing.T) {
	for want, change := range map[string]func(*Config){
		"identity provider Google: ":                  func(c *Config) { c.Providers[0].Details = nil },
		"identity provider Google: it is there twice": func(c *Config) { c.Providers = append(c.Providers, google()) },
		"app client web1example: SupportedIdentityProviders Facebook: the pool has no such provider": func(c *Config) { c.Clients[0].SupportedIdentityProviders = []string{"Facebook"} },
		"identity provider Google: AttributeMapping":                                                 func(c *Config) { c.Providers[0].Mapping["custom:none"] = "x" },
	} {
		cfg := baseConfig()
		change(&cfg)
		if err := cfg.complete(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if google().Fault(func(string) bool { return true }) != "" || federation.Native != "COGNITO" {
		t.Error("the provider of the tests is refused")
	}
}
