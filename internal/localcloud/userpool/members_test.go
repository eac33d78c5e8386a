package userpool

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

// exact calls an operation with JSON that no SDK would send, and reads numbers as they are.
func (r *rig) exact(t *testing.T, operation string, body any) (int, object) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL()+"/", strings.NewReader(string(text)))
	req.Header.Set("X-Amz-Target", target+operation)
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, defaults(string(answer))
}

// described returns the raw settings that DescribeUserPool shows.
func (r *rig) described(t *testing.T, id string) object {
	t.Helper()
	status, out := r.exact(t, "DescribeUserPool", object{"UserPoolId": id})
	if status != http.StatusOK {
		t.Fatalf("DescribeUserPool %s: %v", id, out)
	}
	return out["UserPool"].(object)
}

func fieldsOf(shape any) (names []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeOf(shape)) {
		if f.IsExported() && f.Name != "ResultMetadata" {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return names
}

// The SDK is generated from the model. It lacks two members of the newest one.
func TestR58_TheMembersOfAPoolAreThoseOfTheModel(t *testing.T) {
	newest := []string{"AcrConfiguration", "DcrConfiguration"}
	names := func(by func(taken) bool, request bool) (all []string) {
		for name, m := range members() {
			for from, to := range requested() {
				if to == name && request {
					name = from
				}
			}
			if by(m.taken) && !slices.Contains(newest, name) {
				all = append(all, name)
			}
		}
		slices.Sort(all)
		return all
	}
	if got, want := names(func(k taken) bool { return k != byMFA }, false), fieldsOf(types.UserPoolType{}); !slices.Equal(got, want) {
		t.Errorf("UserPoolType has\n%q, want\n%q", want, got)
	}
	if got, want := names(func(k taken) bool { return k <= byCreate }, true), fieldsOf(idp.CreateUserPoolInput{}); !slices.Equal(got, want) {
		t.Errorf("CreateUserPool takes\n%q, want\n%q", want, got)
	}
	want := slices.DeleteFunc(fieldsOf(idp.UpdateUserPoolInput{}), func(name string) bool { return name == "UserPoolId" })
	if got := names(func(k taken) bool { return k <= stays }, true); !slices.Equal(got, want) {
		t.Errorf("UpdateUserPool takes\n%q, want\n%q", want, got)
	}
}

func TestR58_EveryPoolHasTheStandardAttributes(t *testing.T) {
	var names []string
	for _, a := range standardSchema() {
		names = append(names, a["Name"].(string))
	}
	slices.Sort(names)
	want := append(cognito.StandardAttributes(0), "sub")
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
}

// A pool that is made in Go and one that is made of its settings are one pool.
func TestR58_SettingsSayWhatAConfigSays(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"as the others": func(*Config) {},
		"bare":          func(c *Config) { *c = Config{ID: c.ID} },
		"full": func(c *Config) {
			c.UsernameAttributes, c.AliasAttributes, c.VerifyBeforeUpdate = nil, []string{"email"}, []string{"email"}
			c.Recovery, c.RequiredAttributes, c.ImmutableAttributes = []string{}, []string{"email", "name"}, []string{"locale"}
			c.CaseSensitive, c.AllowAdminCreateUserOnly, c.DeletionProtection = true, true, "ACTIVE"
			c.PasswordPolicy = PasswordPolicy{MinimumLength: 6, RequireNumbers: true, TemporaryPasswordValidityDays: 30}
			c.FirstFactors, c.MfaConfiguration, c.EnabledMfas, c.Tier = []string{"PASSWORD", "SMS_OTP"}, "ON", []string{"SMS_MFA"}, "PLUS"
			c.Messages.Verification.EmailSubject, c.Messages.Invitation.SMSMessage, c.Messages.Authentication.EmailMessage = "a", "b", "c"
		},
		"one way to recover": func(c *Config) { c.Recovery = []string{"email"} },
	} {
		cfg := baseConfig()
		change(&cfg)
		if err := cfg.complete(); err != nil {
			t.Fatal(err)
		}
		again, err := cfg.Settings.Config()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		one, _ := json.Marshal(cfg.fields())
		other, _ := json.Marshal(again.fields())
		want := strings.NewReplacer(`"AllowedFirstAuthFactors":null`, `"AllowedFirstAuthFactors":["PASSWORD"]`, `"DeletionProtection":""`, `"DeletionProtection":"INACTIVE"`,
			`"EmailSendingAccount":""`, `"EmailSendingAccount":"COGNITO_DEFAULT"`).Replace(string(one))
		if string(other) != want {
			t.Errorf("%s: the settings say\n%s\nwant\n%s", name, other, want)
		}
	}
}

func TestR58_DescribeUserPoolShowsEveryMemberAndAWSsDefaults(t *testing.T) {
	settings, err := NewSettings(object{
		"PoolName": "people", "Schema": []any{object{"Name": "email", "Required": true}, object{"Name": "plan", "Foreign": 7}},
		"AliasAttributes": nil, "DcrConfiguration": object{"OpenDcrEnabled": false}, "Tomorrow": object{"A": []any{1.5, "x"}},
		"AdminCreateUserConfig": object{"UnusedAccountValidityDays": 3}, "UsernameConfiguration": object{"CaseSensitive": false, "Else": "y"},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := startRig(t, func(c *Config, _ *Options) {
		id := c.ID
		if *c, err = settings.Config(); err != nil {
			t.Fatal(err)
		}
		c.ID, c.Domain = id, "people-dev"
	})
	out := r.described(t, r.cfg().ID)
	for path, want := range map[string]string{
		"Id": `"` + poolUnderTest + `"`, "Name": `"people"`, "Domain": `"people-dev"`, "EstimatedNumberOfUsers": "0", "LambdaConfig": "{}",
		"DcrConfiguration": `{"OpenDcrEnabled":false}`, "Tomorrow": `{"A":[1.5,"x"]}`, "UserPoolTier": `"ESSENTIALS"`, "MfaConfiguration": `"OFF"`,
		"AdminCreateUserConfig": `{"AllowAdminCreateUserOnly":false,"UnusedAccountValidityDays":3}`, "AliasAttributes": "null",
		"UsernameConfiguration": `{"CaseSensitive":false,"Else":"y"}`, "DeletionProtection": `"INACTIVE"`, "UserPoolTags": "{}",
		"Policies":           `{"PasswordPolicy":` + strings.Replace(strictPolicy, "Days\":7", "Days\":3", 1) + `,"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD"]}}`,
		"EmailConfiguration": `{"EmailSendingAccount":"COGNITO_DEFAULT"}`, "VerificationMessageTemplate": `{"DefaultEmailOption":"CONFIRM_WITH_CODE"}`,
	} {
		if got, _ := json.Marshal(out[path]); string(got) != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	schema := out["SchemaAttributes"].([]any)
	plan, _ := json.Marshal(schema[len(schema)-1])
	if want := `{"AttributeDataType":"String","DeveloperOnlyAttribute":false,"Foreign":7,"Mutable":true,"Name":"custom:plan","Required":false}`; len(schema) != 21 || string(plan) != want {
		t.Errorf("%d attributes, the last is %s", len(schema), plan)
	}
	typed, err := r.api.DescribeUserPool(t.Context(), &idp.DescribeUserPoolInput{UserPoolId: &r.cfg().ID})
	if err != nil || *typed.UserPool.SchemaAttributes[10].Name != "email" || !*typed.UserPool.SchemaAttributes[10].Required || typed.UserPool.CreationDate == nil {
		t.Errorf("the SDK reads %+v (%v)", typed, err)
	}
}

// Every member that the pool obeys, by its name in the API, none with its default.
func TestR58_EveryMemberIsReadAndWrittenByItsName(t *testing.T) {
	const all = `{
		"AcrConfiguration":{"Level1":{"AcrValue":"one"},"Level2":{"AcrValue":"two"},"Level3":{"AcrValue":"three"},"Level4":{"AcrValue":"four"}},
		"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true,"InviteMessageTemplate":{"EmailSubject":"a","EmailMessage":"b","SMSMessage":"c"}},
		"AliasAttributes":["email"],"AutoVerifiedAttributes":["phone_number"],"DeletionProtection":"ACTIVE",
		"DeviceConfiguration":{"ChallengeRequiredOnNewDevice":true,"DeviceOnlyRememberedOnUserPrompt":true},
		"EmailConfiguration":{"EmailSendingAccount":"DEVELOPER"},"EmailMfaConfiguration":{"Subject":"d","Message":"e"},"EnabledMfas":["SMS_MFA"],
		"IssuerConfiguration":{"Type":"f"},"LambdaConfig":{"PreSignUp":"g"},"MfaConfiguration":"ON",
		"Policies":{"PasswordPolicy":{"MinimumLength":9,"RequireLowercase":true,"RequireUppercase":true,"RequireNumbers":true,"RequireSymbols":true,
			"TemporaryPasswordValidityDays":2,"PasswordHistorySize":3},"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","WEB_AUTHN"]}},
		"SmsAuthenticationMessage":"h","UserAttributeUpdateSettings":{"AttributesRequireVerificationBeforeUpdate":["email"]},
		"UserPoolAddOns":{"AdvancedSecurityMode":"AUDIT"},"UserPoolTier":"PLUS","UsernameAttributes":["email"],"UsernameConfiguration":{"CaseSensitive":true},
		"WebAuthnConfiguration":{"RelyingPartyId":"i","UserVerification":"required","FactorConfiguration":"SINGLE_FACTOR"},
		"VerificationMessageTemplate":{"DefaultEmailOption":"CONFIRM_WITH_LINK","EmailSubject":"j","EmailMessage":"k","SmsMessage":"l","EmailSubjectByLink":"m","EmailMessageByLink":"n"}
	}`
	want := defaults(all)
	c, err := Settings(want).Config()
	if err != nil {
		t.Fatal(err)
	}
	got, err := decoded(c.fields())
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range want {
		one, _ := json.Marshal(got[name])
		if other, _ := json.Marshal(value); string(one) != string(other) {
			t.Errorf("%s: %s, want %s", name, one, other)
		}
	}
	for name := range got {
		if _, known := members()[name]; !known {
			t.Errorf("%q is no member", name)
		}
	}
}

func TestR58_SettingsAreCopiedExactlyAndWithoutNulls(t *testing.T) {
	in := object{
		"Tomorrow":     object{"Number": json.Number("9007199254740993"), "None": nil, "List": []any{object{"None": nil}}},
		"LambdaConfig": object{"PreTokenGenerationConfig": object{"LambdaArn": "f", "LambdaVersion": "V2_0"}}, "AliasAttributes": nil,
		"AdminCreateUserConfig": object{"UnusedAccountValidityDays": 3}, "EmailVerificationMessage": "older",
	}
	s, err := NewSettings(in)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Tomorrow": `{"List":[{}],"Number":9007199254740993}`, "AdminCreateUserConfig": `{"AllowAdminCreateUserOnly":false}`,
		"LambdaConfig": `{"PreTokenGeneration":"f","PreTokenGenerationConfig":{"LambdaArn":"f","LambdaVersion":"V2_0"}}`,
	} {
		if got, _ := json.Marshal(s[name]); string(got) != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if _, there := s["AliasAttributes"]; there {
		t.Error("a null is kept")
	}
	if _, exact := s.part("Policies")["PasswordPolicy"].(object)["MinimumLength"].(json.Number); !exact {
		t.Error("a default is no exact number")
	}
	c := Config{Tier: "PLUS", Uncalled: []string{"f"}}
	if err := c.obey(s); err != nil || c.Messages.Verification.EmailMessage != "older" || len(c.Triggers) != 0 {
		t.Errorf("%v: message %q, triggers %v", err, c.Messages.Verification.EmailMessage, c.Triggers)
	}
	if err := c.obey(Settings{}); err != nil || c.Tier != "" {
		t.Errorf("%v: what is absent keeps %q", err, c.Tier)
	}
	made, err := (&Config{ID: poolUnderTest}).settings()
	if _, there := made["EmailMfaConfiguration"]; err != nil || there {
		t.Errorf("%v: an empty object is kept", err)
	}
}

func TestR58_SettingsThatCannotBeAreRefused(t *testing.T) {
	both := object{"AdminCreateUserConfig": object{"UnusedAccountValidityDays": 3}, "Policies": object{"PasswordPolicy": object{"TemporaryPasswordValidityDays": 3}}}
	_, err := NewSettings(both)
	wantAPIError(t, err, "InvalidParameterException: Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays")
	for name, in := range map[string]object{"no JSON": {"X": make(chan int)}, "no schema": {"Schema": "x"}} {
		if s, err := NewSettings(in); err == nil || s != nil && name == "no JSON" {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
	if _, err = decoded(make(chan int)); err == nil || !strings.HasPrefix(err.Error(), "copying settings: json") {
		t.Errorf("%v", err)
	}
	_, err = decoded("text")
	wantAPIError(t, err, "SerializationException: the body is not what the operation takes: json: cannot unmarshal string into Go value of type userpool.Settings")
	if err := read(make(chan int), new(string)); err == nil || !strings.HasPrefix(err.Error(), "json: unsupported type") {
		t.Errorf("a channel is read: %v", err)
	}
}

// A trigger is a text or a function with a version, which wins; what the pool does not fire is
// no trigger of it. Twenty times, as the members come in no order.
func TestR58_TriggersAreReadInEachForm(t *testing.T) {
	for text, want := range map[string]string{
		`{"PreSignUp":"a","PreTokenGeneration":"old","PreTokenGenerationConfig":{"LambdaArn":"b","LambdaVersion":"V2_0"},"KMSKeyID":"k","X":1,"Y":[],"PostConfirmation":"","InboundFederation":"c"}`: `map[InboundFederation:{c } PreSignUp:{a } PreTokenGeneration:{b V2_0}]`,
		`{"InboundFederation":{"LambdaArn":"a","LambdaVersion":"V1_0"},"PreTokenGenerationConfig":{"LambdaArn":""}}`:                                                                                 `map[InboundFederation:{a V1_0}]`,
		`{"InboundFederation":{"LambdaArn":"a","LambdaVersion":"V2_0"}}`:                                                                                                                             `InboundFederation.LambdaVersion: want V1_0, not "V2_0"`,
		`{"PreTokenGenerationConfig":"a"}`: `PreTokenGenerationConfig: json: cannot unmarshal string into Go value of type userpool.versioned`,
		`{"PreSignUp":5}`:                  `json: cannot unmarshal number into Go value of type string`,
	} {
		for range 20 {
			var h hooks
			got := ""
			if err := json.Unmarshal([]byte(text), &h); err != nil {
				got = err.Error()
			} else {
				got = fmt.Sprint(map[string]Trigger(h))
			}
			if got != want {
				t.Fatalf("%s\ngot  %s\nwant %s", text, got, want)
			}
		}
	}
}

func TestR58_MembersInTheirOlderFormsAreRead(t *testing.T) {
	settings := func(text string) (Config, error) { return Settings(defaults(text)).Config() }
	c, err := settings(`{"PoolName":"p","EmailVerificationSubject":"s {####}","EmailVerificationMessage":"m {####}","SmsVerificationMessage":"t {####}","UsernameConfiguration":{"CaseSensitive":null}}`)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Messages.Verification; got != (MessageTemplate{"s {####}", "m {####}", "t {####}"}) || !c.CaseSensitive {
		t.Errorf("read %+v, %v", got, c.CaseSensitive)
	}
	for _, bad := range []string{`{"VerificationMessageTemplate":{"DefaultEmailOption":5}}`, `{"UsernameConfiguration":{"CaseSensitive":"yes"}}`} {
		if _, err := settings(bad); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}
