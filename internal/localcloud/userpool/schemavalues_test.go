package userpool

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// ofSchema starts a pool with a schema of its own.
func ofSchema(t *testing.T, attributes ...object) *rig {
	t.Helper()
	var schema []any
	for _, a := range attributes {
		schema = append(schema, a)
	}
	settings, err := NewSettings(map[string]any{"PoolName": "p", "UsernameAttributes": []any{"email"}, "Schema": schema})
	if err != nil {
		t.Fatal(err)
	}
	return startRig(t, func(c *Config, _ *Options) {
		own, err := settings.Config()
		if err != nil {
			t.Fatal(err)
		}
		own.ID, own.ARN, own.Clients, own.Providers = c.ID, c.ARN, c.Clients, c.Providers
		*c = own
	})
}

func TestR51_AValueFitsItsTypeAndItsBounds(t *testing.T) {
	r := ofSchema(t,
		object{"Name": "plan", "AttributeDataType": "String", "StringAttributeConstraints": object{"MinLength": "2", "MaxLength": "4"}},
		object{"Name": "age", "AttributeDataType": "Number", "NumberAttributeConstraints": object{"MinValue": "-1", "MaxValue": "99999999999999999999"}},
		object{"Name": "any", "AttributeDataType": "Number"},
		object{"Name": "vip", "AttributeDataType": "Boolean"},
		object{"Name": "since", "AttributeDataType": "DateTime", "StringAttributeConstraints": object{"MaxLength": "1"}},
		object{"Name": "free", "AttributeDataType": "String", "StringAttributeConstraints": object{"MinLength": "x", "MaxLength": "y"}},
	)
	for name, values := range map[string]struct{ fit, unfit []string }{
		"custom:plan":  {[]string{"ab", "äöüß"}, []string{"a", "abcde"}},
		"custom:age":   {[]string{"-1", "0", "17.5", "99999999999999999999"}, []string{"-2", "100000000000000000000", "x", "", "1e3", "0x10", "NaN", "1/2", " 1"}},
		"custom:any":   {[]string{"-9", strings.Repeat("9", 300)}, []string{"one", strings.Repeat("9", 400)}},
		"custom:free":  {[]string{"a", strings.Repeat("a", 50)}, nil},
		"custom:vip":   {[]string{"true", "false"}, []string{"True", "1"}},
		"custom:since": {[]string{"2026-11-27T20:00:00Z"}, []string{"yesterday", "2026-11-27"}},
		"birthdate":    {[]string{"2000-01-31"}, []string{"1.1.2000", "2000-01-311"}},
		"updated_at":   {[]string{"0", "1764273600"}, []string{"-1", "now"}},
		"name":         {[]string{strings.Repeat("x", 2048)}, nil},
	} {
		for _, value := range values.fit {
			if err := r.checkAttributes(map[string]string{name: value}); err != nil {
				t.Errorf("%s %q: %v", name, value, err)
			}
		}
		for _, value := range values.unfit {
			if err := r.checkAttributes(map[string]string{name: value}); err == nil || !strings.HasPrefix(err.Error(), "InvalidParameterException: Attributes did not conform to the schema: "+name+": ") {
				t.Errorf("%s %q is taken: %v", name, value, err)
			}
		}
	}
	for value, want := range map[string]string{"-2": "value is less than -1.", "100000000000000000000": "value is more than 99999999999999999999."} {
		if err := r.checkAttributes(map[string]string{"custom:age": value}); err == nil || !strings.HasSuffix(err.Error(), ": "+want) {
			t.Errorf("%s: %v", value, err)
		}
	}
	_, err := r.api.SignUp(t.Context(), &idp.SignUpInput{
		ClientId: aws.String(webClient), Username: aws.String(ada), Password: aws.String(longPassword), UserAttributes: []types.AttributeType{attr("custom:plan", "abcde")},
	})
	wantRefusal(t, err, "InvalidParameterException", "Attributes did not conform to the schema: custom:plan: length is more than 4.")
}

// What is developer-only an administrator alone writes.
func TestR51_ADeveloperOnlyAttributeIsReadOnlyToClients(t *testing.T) {
	r := ofSchema(t, object{"Name": "tier", "DeveloperOnlyAttribute": true})
	signUp := func(attributes ...types.AttributeType) error {
		_, err := r.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: aws.String(webClient), Username: aws.String(ada), Password: aws.String(longPassword), UserAttributes: attributes})
		return err
	}
	wantRefusal(t, signUp(attr("dev:custom:tier", "gold")), "NotAuthorizedException", "A client attempted to write unauthorized attribute")
	if err := signUp(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.adminConfirmSignUp(theUser(t, r, ada), adminConfirmInput{}); err != nil {
		t.Fatal(err)
	}
	access := r.login(t, ada, longPassword).AccessToken
	_, err := r.update(t, access, attr("dev:custom:tier", "gold"))
	wantRefusal(t, err, "NotAuthorizedException", "A client attempted to write unauthorized attribute")
	if err := r.adminSet(t, ada, "dev:custom:tier", "silver"); err != nil {
		t.Fatal(err)
	}
	got, err := r.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: access})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range got.UserAttributes {
		if *a.Name == "dev:custom:tier" && *a.Value == "silver" {
			return
		}
	}
	t.Errorf("a client cannot read it: %+v", got.UserAttributes)
}

func TestR51_ASchemaThatIsNoneIsRefused(t *testing.T) {
	for schema, want := range map[string]string{
		`"x"`:              "InvalidParameterException: SchemaAttributes: want a list, not x",
		`["x"]`:            "InvalidParameterException: SchemaAttributes: want a list of objects, not x",
		`[{"Name":"a b"}]`: "InvalidParameterException: 1 validation error detected: Value at 'customAttributes.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
		`[{"Name":"` + strings.Repeat("a", 20) + `"}]`:                                "",
		`[{"Name":"dev:custom:a","DeveloperOnlyAttribute":true},{"Name":"custom:b"}]`: "",
	} {
		_, err := NewSettings(defaults(`{"PoolName":"p","Schema":` + schema + `}`))
		if (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%s: %v", schema, err)
		}
	}
	settings, err := NewSettings(defaults(`{"PoolName":"p","Schema":[{"Name":"dev:custom:a","DeveloperOnlyAttribute":true},{"Name":"custom:b"},{"Name":"custom:email"},{"Name":"email","Required":true}]}`))
	if err != nil {
		t.Fatal(err)
	}
	c, err := settings.Config()
	if err != nil || !maps.Equal(c.CustomAttributes, map[string]bool{"dev:custom:a": true, "custom:b": true, "custom:email": true}) || !slices.Equal(c.RequiredAttributes, []string{"email"}) || c.ImmutableAttributes != nil {
		t.Errorf("%v %v %v, %v", c.CustomAttributes, c.RequiredAttributes, c.ImmutableAttributes, err)
	}
	if _, err := (Settings{"SchemaAttributes": []any{object{"Name": "a", "Mutable": "x"}}}).Config(); err == nil {
		t.Error("a flag that is a text is taken")
	}
	made := Config{ID: poolUnderTest, RequiredAttributes: []string{"email"}, ImmutableAttributes: []string{"name"}}
	if err := made.complete(); err != nil {
		t.Fatal(err)
	}
	for _, item := range made.Settings["SchemaAttributes"].([]any) {
		a := item.(object)
		if name := a["Name"]; name != "sub" && (a["Required"] != (name == "email") || a["Mutable"] != (name != "name")) {
			t.Errorf("a pool that is made in Go shows %v", a)
		}
	}
}
