package userpool

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// everything is a request that sets each member of CreateUserPool to something that is not
// AWS's default, and two that no model has.
const everything = `{
	"PoolName": "p", "AliasAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": false}, "Schema": [{"Name": "plan", "Mutable": false}],
	"AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]}, "AcrConfiguration": {"A": 1}, "DcrConfiguration": {"OpenDcrEnabled": true},
	"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true, "InviteMessageTemplate": {"EmailSubject": "hi"}}, "AutoVerifiedAttributes": ["email"],
	"DeletionProtection": "ACTIVE", "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true}, "EmailConfiguration": {"EmailSendingAccount": "DEVELOPER", "SourceArn": "a"},
	"EmailVerificationMessage": "{####}", "EmailVerificationSubject": "s", "IssuerConfiguration": {"Type": "UPDATED"}, "KeyConfiguration": {"KeyType": "x"},
	"LambdaConfig": {"PreSignUp": "arn:aws:lambda:x:1:function:PreSignUp", "KMSKeyID": "k", "PreTokenGenerationConfig": {"LambdaArn": "arn:aws:lambda:x:1:function:t", "LambdaVersion": "V2_0"}},
	"MfaConfiguration": "OPTIONAL", "SmsConfiguration": {"SnsCallerArn": "r", "ExternalId": "e"}, "SmsAuthenticationMessage": "{####}!", "SmsVerificationMessage": "{####}?",
	"Policies": {"PasswordPolicy": {"MinimumLength": 12, "RequireNumbers": true, "PasswordHistorySize": 3}, "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
	"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}, "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"},
	"UserPoolTags": {"team": "a"}, "UserPoolTier": "PLUS", "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailSubject": "s"},
	"Tomorrow": [1, {"b": null, "c": 12345678901234567890}], "Other": {}
}`

// create makes a pool by the API and returns its id.
func (r *rig) create(t *testing.T, request object) string {
	t.Helper()
	status, out := r.exact(t, "CreateUserPool", request)
	if status != http.StatusOK {
		t.Fatalf("CreateUserPool: %v", out)
	}
	return out["UserPool"].(object)["Id"].(string)
}

func without(all object, names ...string) object {
	out := maps.Clone(all)
	for _, name := range names {
		delete(out, name)
	}
	return out
}

func withReset(rule Reset) func(*Config, *Options) {
	return func(_ *Config, o *Options) { o.Reset = rule }
}

func TestR58_AnUpdateResetsWhatItOmits(t *testing.T) {
	always := []string{"Id", "Arn", "Name", "CreationDate", "EstimatedNumberOfUsers", "AliasAttributes", "UsernameConfiguration", "SchemaAttributes", "UserPoolTier"}
	for rule, kept := range map[Reset][]string{ResetDocumented: nil, ResetMeasured: {"MfaConfiguration", "Policies"}} {
		r := startRig(t, withReset(rule))
		bare, full := r.described(t, r.create(t, object{"PoolName": "bare"})), defaults(everything)
		id := r.create(t, full)
		before := r.described(t, id)
		for name := range full { // a member with the default proves nothing
			if to := requested()[name]; to == "" && reflect.DeepEqual(before[name], bare[name]) {
				t.Errorf("%s is AWS's default: %v", name, bare[name])
			}
		}
		r.clock.pass(time.Minute)
		if status, out := r.exact(t, "UpdateUserPool", object{"UserPoolId": id, "SmsVerificationMessage": "{####}", "AutoVerifiedAttributes": nil}); status != http.StatusOK {
			t.Fatalf("%s: %v", rule, out)
		}
		want := without(bare, "LastModifiedDate")
		for _, name := range append(always, kept...) {
			want[name] = before[name]
		}
		want["SmsVerificationMessage"] = "{####}"
		if rule == ResetMeasured {
			want["AdminCreateUserConfig"] = bare["AdminCreateUserConfig"]
		}
		got := r.described(t, id)
		if !reflect.DeepEqual(without(got, "LastModifiedDate"), want) {
			for name := range maps.Keys(complete(got, want)) {
				if name != "LastModifiedDate" && !reflect.DeepEqual(got[name], want[name]) {
					t.Errorf("%s: %s: %v, want %v", rule, name, got[name], want[name])
				}
			}
		}
		if got["LastModifiedDate"] == before["LastModifiedDate"] {
			t.Errorf("%s: LastModifiedDate stands still", rule)
		}
	}
}

func TestR58_AHalfOfPoliciesAlone(t *testing.T) {
	for rule, want := range map[Reset]string{
		ResetDocumented: `{"PasswordPolicy":` + strictPolicy + `,"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","SMS_OTP"]}}`,
		ResetMeasured: `{"PasswordPolicy":{"MinimumLength":12,"PasswordHistorySize":3,"RequireLowercase":false,"RequireNumbers":true,"RequireSymbols":false,"RequireUppercase":false,` +
			`"TemporaryPasswordValidityDays":7},"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","SMS_OTP"]}}`,
	} {
		r := startRig(t, withReset(rule))
		id := r.create(t, defaults(everything))
		r.exact(t, "UpdateUserPool", object{"UserPoolId": id, "Policies": object{"SignInPolicy": object{"AllowedFirstAuthFactors": []any{"PASSWORD", "SMS_OTP"}}}})
		if got, _ := json.Marshal(r.described(t, id)["Policies"]); string(got) != want {
			t.Errorf("%s: %s, want %s", rule, got, want)
		}
	}
}

// echo turns what is described into the update that changes nothing, as the guide says to.
func echoed(described object) object {
	request := object{"UserPoolId": described["Id"], "PoolName": described["Name"]}
	for name, value := range described {
		if m, known := members()[name]; (!known || m.taken <= stays) && name != "Name" {
			request[name] = value
		}
	}
	request["AdminCreateUserConfig"] = without(described["AdminCreateUserConfig"].(object), "UnusedAccountValidityDays")
	return request
}

func TestR58_AnEchoChangesTheDateOnly(t *testing.T) {
	for _, rule := range []Reset{ResetDocumented, ResetMeasured} {
		r := startRig(t, withReset(rule))
		all := defaults(everything)
		names := slices.Sorted(maps.Keys(all))
		form.Check(t, 20, 50, 500, func(t *rapid.T) {
			request := object{"PoolName": "p", "LambdaConfig": object{}}
			for _, name := range rapid.SliceOfDistinct(rapid.SampledFrom(names), rapid.ID[string]).Draw(t, "members") {
				request[name] = all[name]
			}
			if request["UserAttributeUpdateSettings"] != nil {
				request["AutoVerifiedAttributes"] = all["AutoVerifiedAttributes"]
			}
			if request["MfaConfiguration"] != nil {
				request["SmsConfiguration"] = all["SmsConfiguration"]
			}
			request["DeletionProtection"] = "INACTIVE"
			out, err := r.createUserPool(rawRequest(t, request))
			if err != nil {
				t.Fatalf("%v: %v", request, err)
			}
			id := out.UserPool["Id"].(string)
			p := r.service.pools[id]
			defer r.service.remove(id)
			before := plain(t, p.describe())
			if _, err := p.updateUserPool(rawRequest(t, echoed(before["UserPool"].(object)))); err != nil {
				t.Fatal(err)
			}
			if after := plain(t, p.describe()); !reflect.DeepEqual(before, after) {
				t.Fatalf("before\n%v\nafter\n%v", before, after)
			}
		})
	}
}

// Whatever a request says, it is answered or refused, and the pool can be described.
func TestR58_NoRequestBreaksAPool(t *testing.T) {
	r := startRig(t, nil)
	all := defaults(everything)
	names, id := slices.Sorted(maps.Keys(all)), r.create(t, object{"PoolName": "p"})
	scalar := rapid.SampledFrom([]any{nil, "", "ON", "x", true, -1, 1e300, []any{}, object{}, []any{"email", 1}, []any{object{"Name": 1}}, object{"LambdaArn": 1}})
	form.Check(t, 50, 200, 20000, func(t *rapid.T) {
		request := object{"UserPoolId": id, "PoolName": "p"}
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 4, rapid.ID[string]).Draw(t, "members") {
			request[name] = scalar.Draw(t, name)
			if inner, ok := all[name].(object); ok && rapid.Bool().Draw(t, "inside") {
				broken := maps.Clone(inner)
				for _, member := range slices.Sorted(maps.Keys(inner)) {
					broken[member] = scalar.Draw(t, member)
				}
				request[name] = broken
			}
		}
		p := r.service.pools[id]
		_, err := p.updateUserPool(rawRequest(t, request))
		made, created := p.createUserPool(rawRequest(t, without(request, "UserPoolId")))
		for _, err := range []error{err, created} {
			if _, refused := errors.AsType[*APIError](err); err != nil && !refused {
				t.Fatalf("%v: %v", request, err)
			}
		}
		if created == nil {
			other := r.service.pools[made.UserPool["Id"].(string)]
			_, _ = other.getCSVHeader(ofPool{})
			_ = other.changeTags(func(tags object) { tags["a"] = "b" })
			r.service.remove(other.cfg().ID)
		}
		p.describe()
		_, _ = p.getUserPoolMfaConfig(ofPool{})
	})
}

func rawRequest(t *rapid.T, request object) (in rawInput) {
	text, err := json.Marshal(request)
	if err != nil || json.Unmarshal(text, &in) != nil {
		t.Fatal(err)
	}
	return in
}

func plain(t *rapid.T, value any) object {
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return defaults(string(text))
}

func TestR58_AnUpdateActsAtOnce(t *testing.T) {
	r := startRig(t, nil)
	signUp := func(email, password string) error {
		_, err := r.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: aws.String(webClient), Username: &email, Password: &password})
		return err
	}
	if err := signUp("a@example.com", longPassword); err != nil || len(r.fns.take()) != 1 {
		t.Fatalf("before: %v", err)
	}
	request := echoed(r.described(t, poolUnderTest))
	request["LambdaConfig"], request["Policies"] = object{}, object{"PasswordPolicy": object{"MinimumLength": 20}}
	if status, out := r.exact(t, "UpdateUserPool", request); status != http.StatusOK {
		t.Fatal(out)
	}
	wantRefusal(t, signUp("b@example.com", longPassword), "InvalidPasswordException", "Password did not conform with policy: Password not long enough")
	if err := signUp("b@example.com", strings.Repeat("lowercase", 3)); err != nil {
		t.Error(err)
	}
	if events := r.fns.take(); len(events) != 0 {
		t.Errorf("a hook that is gone was called: %d", len(events))
	}
}

func TestR58_WhatAnUpdateRefuses(t *testing.T) {
	r := startRig(t, nil)
	id := r.create(t, object{"PoolName": "p", "LambdaConfig": object{"Foreign": "x"}})
	before := r.described(t, id)
	const mfa = "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
	for request, want := range map[string]string{
		`"UsernameAttributes": ["email"]`: "InvalidParameterException: UsernameAttributes: the request has no such member.",
		`"SchemaAttributes": []`:          "InvalidParameterException: SchemaAttributes: the request has no such member.",
		`"Schema": []`:                    "InvalidParameterException: Schema: the request has no such member.",
		`"Name": "x"`:                     "InvalidParameterException: Name: the request has no such member.",
		`"Arn": "x"`:                      "InvalidParameterException: Arn: the request has no such member.",
		`"LambdaConfig": {"CustomEmailSender": {"LambdaArn": "a:function:b", "LambdaVersion": "V1_0"}}`:                        "InvalidParameterException: LambdaConfig.CustomEmailSender: the local user pool does not fire it",
		`"LambdaConfig": {"PreTokenGeneration": "a", "PreTokenGenerationConfig": {"LambdaArn": "b", "LambdaVersion": "V1_0"}}`: "InvalidParameterException: PreTokenGeneration and PreTokenGenerationConfig name different functions",
		`"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaArn": "b", "LambdaVersion": "V9"}}`:                              "InvalidParameterException: LambdaConfig: PreTokenGenerationConfig.LambdaVersion: want V1_0",
		`"LambdaConfig": []`:       "InvalidParameterException: LambdaConfig: json: cannot unmarshal",
		`"Policies": "x"`:          "InvalidParameterException: Policies: want an object, not x",
		`"MfaConfiguration": "ON"`: "InvalidParameterException: " + mfa,
		`"UserPoolTier": "LITE", "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["EMAIL_OTP"]}}`: "FeatureUnavailableInTierException: AllowedFirstAuthFactors EMAIL_OTP",
		`"UserPoolTier": "LITE", "Policies": {"PasswordPolicy": {"PasswordHistorySize": 3}}`:               "FeatureUnavailableInTierException: PasswordHistorySize",
		`"UserPoolTier": "LITE", "AcrConfiguration": {"Level1": {"AcrValue": "one"}}`:                      "FeatureUnavailableInTierException: AcrConfiguration",
		`"UserPoolTier": "CHEAP"`:                              `InvalidParameterException: UserPoolTier "CHEAP": want LITE, ESSENTIALS or PLUS`,
		`"DeletionProtection": "MAYBE"`:                        `InvalidParameterException: DeletionProtection "MAYBE": want ACTIVE or INACTIVE`,
		`"Policies": {"PasswordPolicy": {"MinimumLength": 5}}`: "InvalidParameterException: 1 validation error detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: Member must be 6 to 99",
		`"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}`:                                         "InvalidParameterException: All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
		`"AutoVerifiedAttributes": ["nickname"]`:                                                                                          "InvalidParameterException: 1 validation error detected: Value at 'autoVerifiedAttributes' failed to satisfy constraint: Member must satisfy enum value set: [phone_number, email]",
		`"AdminCreateUserConfig": {"UnusedAccountValidityDays": 7}, "Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 7}}`: "InvalidParameterException: Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
	} {
		status, out := r.exact(t, "UpdateUserPool", json.RawMessage(`{"UserPoolId":"`+id+`",`+request+`}`))
		if got := out["__type"]; status != http.StatusBadRequest || !strings.HasPrefix(got.(string)+": "+out["message"].(string), want) {
			t.Errorf("%s: %d %v", request, status, out)
		}
	}
	if after := r.described(t, id); !reflect.DeepEqual(before, after) {
		t.Errorf("a refused update changed %v into %v", before, after)
	}
	p := r.service.pools[id]
	p.changing.Lock()
	status, out := r.exact(t, "UpdateUserPool", object{"UserPoolId": id})
	p.changing.Unlock()
	if status != http.StatusBadRequest || out["__type"] != "ConcurrentModificationException" || out["message"] != "Two or more modifications of the user pool happen at once." {
		t.Errorf("during another update: %d %v", status, out)
	}
}

func TestR58_TheLimitsOfAPasswordPolicy(t *testing.T) {
	r := startRig(t, nil)
	for member, limits := range map[string][2]int{"MinimumLength": {6, 99}, "TemporaryPasswordValidityDays": {0, 365}} {
		for value, refused := range map[int]bool{limits[0] - 1: true, limits[0]: false, limits[1]: false, limits[1] + 1: true} {
			_, err := r.raw(t, "CreateUserPool", object{"PoolName": "p", "UserPoolTier": "LITE", "Policies": object{"PasswordPolicy": object{member: value}}})
			at := "policies.passwordPolicy." + strings.ToLower(member[:1]) + member[1:]
			if (err != nil) != refused || refused && !strings.Contains(err.Error(), at) {
				t.Errorf("%s %d: %v", member, value, err)
			}
		}
	}
}

func TestR58_APoolIsMadeWithTheNamesThatAWSHas(t *testing.T) {
	r := startRig(t, nil)
	for member, taken := range map[string][]any{"UsernameAttributes": {"phone_number", "email"}, "AliasAttributes": {"phone_number", "email", "preferred_username"}} {
		r.create(t, object{"PoolName": "p", member: taken})
		_, err := r.raw(t, "CreateUserPool", object{"PoolName": "p", member: []any{"nickname"}})
		list := strings.ReplaceAll(strings.Trim(fmt.Sprint(taken), "[]"), " ", ", ")
		wantRefusal(t, err, "InvalidParameterException", "1 validation error detected: Value at '"+strings.ToLower(member[:1])+member[1:]+"' failed to satisfy constraint: Member must satisfy enum value set: ["+list+"]")
	}
}

// What a template tolerates is no new function.
func TestR58_AFunctionThatIsNotFiredMayStay(t *testing.T) {
	settings, err := NewSettings(object{"PoolName": "p", "LambdaConfig": object{"CustomSMSSender": object{"LambdaArn": "a:function:b", "LambdaVersion": "V1_0"}}})
	if err != nil {
		t.Fatal(err)
	}
	r := startRig(t, func(c *Config, _ *Options) {
		if *c, err = settings.Config(); err != nil {
			t.Fatal(err)
		}
		c.ID = poolUnderTest
	})
	r.must(t, "UpdateUserPool", echoed(r.described(t, poolUnderTest)))
	if got := r.described(t, poolUnderTest)["LambdaConfig"]; !reflect.DeepEqual(got, settings["LambdaConfig"]) {
		t.Errorf("LambdaConfig %v", got)
	}
}

// SetUserPoolMfaConfig and the settings are one.
func TestR58_TheMFAConfigurationIsPartOfTheSettings(t *testing.T) {
	r := startRig(t, nil)
	status, out := r.exact(t, "SetUserPoolMfaConfig", object{
		"UserPoolId": poolUnderTest, "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": object{"Subject": "s", "Else": 1},
		"SmsMfaConfiguration": object{"SmsAuthenticationMessage": "{####}", "SmsConfiguration": object{"SnsCallerArn": "r"}},
	})
	want := defaults(`{"MfaConfiguration":"OPTIONAL","EmailMfaConfiguration":{"Subject":"s","Else":1},"SoftwareTokenMfaConfiguration":{"Enabled":false},
		"SmsMfaConfiguration":{"SmsAuthenticationMessage":"{####}","SmsConfiguration":{"SnsCallerArn":"r"}}}`)
	if status != http.StatusOK || !reflect.DeepEqual(out, want) {
		t.Fatalf("got %v", out)
	}
	pool := r.described(t, poolUnderTest)
	if pool["MfaConfiguration"] != "OPTIONAL" || pool["SmsAuthenticationMessage"] != "{####}" || pool["EnabledMfas"] != nil {
		t.Errorf("described %v", pool)
	}
	r.exact(t, "UpdateUserPool", object{"UserPoolId": poolUnderTest}) // the documented rule
	if _, out := r.exact(t, "GetUserPoolMfaConfig", object{"UserPoolId": poolUnderTest}); out["MfaConfiguration"] != "OFF" || out["EmailMfaConfiguration"] == nil {
		t.Errorf("after an update that omits it: %v", out)
	}
}

// Each value differs from the default, so that a member that is not read, or not written
// again, is seen.
func TestR58_EachMemberThatThePoolObeysIsReadAndWritten(t *testing.T) {
	var request map[string]any
	if err := json.Unmarshal([]byte(`{
		"PoolName":"n","AccountRecoverySetting":{"RecoveryMechanisms":[{"Name":"verified_phone_number","Priority":1},{"Name":"verified_email","Priority":2}]},
		"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true,"InviteMessageTemplate":{"EmailSubject":"is {####}","EmailMessage":"im {username} {####}","SMSMessage":"ss {username} {####}"}},
		"AliasAttributes":["email"],"AutoVerifiedAttributes":["email"],"DeletionProtection":"ACTIVE",
		"DeviceConfiguration":{"ChallengeRequiredOnNewDevice":true,"DeviceOnlyRememberedOnUserPrompt":true},
		"EmailConfiguration":{"EmailSendingAccount":"DEVELOPER","SourceArn":"arn:aws:ses:us-east-1:111122223333:identity/a.example"},
		"IssuerConfiguration":{"Type":"UPDATED"},
		"LambdaConfig":{"PreSignUp":"arn:aws:lambda:us-east-1:111122223333:function:a","InboundFederation":{"LambdaArn":"arn:aws:lambda:us-east-1:111122223333:function:b","LambdaVersion":"V1_0"}},
		"Policies":{"PasswordPolicy":{"MinimumLength":9,"RequireLowercase":true,"RequireNumbers":true,"RequireSymbols":true,"RequireUppercase":true,"TemporaryPasswordValidityDays":3,"PasswordHistorySize":2},
			"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","EMAIL_OTP"]}},
		"SmsAuthenticationMessage":"sa {####}","UserAttributeUpdateSettings":{"AttributesRequireVerificationBeforeUpdate":["email"]},
		"UserPoolAddOns":{"AdvancedSecurityMode":"AUDIT"},"UserPoolTier":"PLUS","UsernameConfiguration":{"CaseSensitive":true},
		"VerificationMessageTemplate":{"DefaultEmailOption":"CONFIRM_WITH_LINK","EmailSubject":"vs","EmailMessage":"vm {####}","SmsMessage":"vt {####}","EmailSubjectByLink":"ls","EmailMessageByLink":"lm {##here##}"},
		"WebAuthnConfiguration":{"RelyingPartyId":"localhost","UserVerification":"required","FactorConfiguration":"MULTI_FACTOR_WITH_USER_VERIFICATION"}
	}`), &request); err != nil {
		t.Fatal(err)
	}
	settings, err := NewSettings(request)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := settings.Config()
	if err != nil {
		t.Fatal(err)
	}
	written, err := cfg.settings()
	if err != nil {
		t.Fatal(err)
	}
	delete(request, "PoolName")
	delete(request["EmailConfiguration"].(map[string]any), "SourceArn") // is kept and not obeyed
	wantWithin(t, "", request, map[string]any(written))
}

// wantWithin checks that got has what want has, and more at most in objects.
func wantWithin(t *testing.T, at string, want, got any) {
	t.Helper()
	object, ok := want.(map[string]any)
	if !ok {
		if is, should := fmt.Sprint(got), fmt.Sprint(want); is != should {
			t.Errorf("%s: %s, want %s", at, is, should)
		}
		return
	}
	in, _ := got.(map[string]any)
	for name, value := range object {
		wantWithin(t, at+"."+name, value, in[name])
	}
}

// Without functions beside it a process fires no trigger, and takes none.
func TestR58_APoolWithoutFunctionsTakesNoTrigger(t *testing.T) {
	p, err := Start(Config{ID: poolUnderTest}, nil, Options{keys: testKeys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	r := &rig{Pool: p, api: newAPI(p.URL())}
	r.must(t, "UpdateUserPool", inPool())
	hook := object{"PreSignUp": "arn:aws:lambda:x:1:function:f"}
	for operation, in := range map[string]map[string]any{"UpdateUserPool": inPool("LambdaConfig", hook), "CreateUserPool": {"PoolName": "p", "LambdaConfig": hook}} {
		_, err := r.raw(t, operation, in)
		wantRefusal(t, err, "InvalidParameterException", "LambdaConfig: no functions run beside this user pool.")
	}
}
