package pooledit

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

const (
	lambda = "arn:aws:lambda:eu-central-1:111122223333:function:"
	signUp = lambda + "PreSignUp:live"
	tokens = lambda + "PreTokenGeneration:live"
)

// described returns a description with these members.
func described(members string) []byte {
	return []byte(`{"Id":"eu-central-1_Ab","Name":"p"` + strings.TrimSuffix(","+members, ",") + `}`)
}

func wantTokens(version string) Want {
	return Want{Hooks: map[string]string{"PreTokenGeneration": tokens}, TokenVersion: version}
}

var wantSignUp = Want{Hooks: map[string]string{"PreSignUp": signUp}}

type row struct {
	described string
	want      Want
	options   Options
	// request has what it has beside UserPoolId and PoolName.
	request string
	moved   []string
}

var rows = map[string]row{
	"as it is, digit by digit":          {described: `"MfaConfiguration":"ON","DcrConfiguration":{"n":12345678901234567890.50,"z":null}`, request: `"MfaConfiguration":"ON","DcrConfiguration":{"n":12345678901234567890.50,"z":null}`},
	"what is read only":                 {described: `"Arn":"a","Status":"Enabled","CreationDate":1.5,"EstimatedNumberOfUsers":3,"SchemaAttributes":[],"AliasAttributes":["email"],"UsernameConfiguration":{"CaseSensitive":true}`},
	"what says nothing":                 {described: `"UserPoolTags":null,"DeviceConfiguration":{},"LambdaConfig":null,"AdminCreateUserConfig":null,"Policies":null`},
	"no letter is escaped":              {described: `"EmailVerificationMessage":"<b>&amp; {####}</b>"`, request: `"EmailVerificationMessage":"<b>&amp; {####}</b>"`},
	"empty hooks":                       {described: `"LambdaConfig":{}`, request: `"LambdaConfig":{}`},
	"recovery without mechanisms":       {described: `"AccountRecoverySetting":{"RecoveryMechanisms":[]},"UserPoolAddOns":{"AdvancedSecurityMode":""},"SmsConfiguration":{"ExternalId":"e"}`, moved: []string{"AccountRecoverySetting is left out: AWS takes it only with RecoveryMechanisms", "SmsConfiguration is left out: AWS takes it only with SnsCallerArn", "UserPoolAddOns is left out: AWS takes it only with AdvancedSecurityMode"}},
	"conditions that hold":              {described: `"AccountRecoverySetting":{"RecoveryMechanisms":[{"Name":"admin_only","Priority":1}]},"UserPoolAddOns":{"AdvancedSecurityMode":"OFF"},"SmsConfiguration":{"SnsCallerArn":"r"}`, request: `"AccountRecoverySetting":{"RecoveryMechanisms":[{"Name":"admin_only","Priority":1}]},"UserPoolAddOns":{"AdvancedSecurityMode":"OFF"},"SmsConfiguration":{"SnsCallerArn":"r"}`},
	"the days, twice":                   {described: `"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true,"UnusedAccountValidityDays":7},"Policies":{"PasswordPolicy":{"TemporaryPasswordValidityDays":7}}`, request: `"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true},"Policies":{"PasswordPolicy":{"TemporaryPasswordValidityDays":7}}`},
	"the days, twice and different":     {described: `"AdminCreateUserConfig":{"UnusedAccountValidityDays":0},"Policies":{"PasswordPolicy":{"TemporaryPasswordValidityDays":7}}`, request: `"Policies":{"PasswordPolicy":{"TemporaryPasswordValidityDays":7}}`, moved: []string{"AdminCreateUserConfig.UnusedAccountValidityDays, 0, is left out: Policies.PasswordPolicy.TemporaryPasswordValidityDays, 7, is its newer name"}},
	"the days, by the older name":       {described: `"AdminCreateUserConfig":{"UnusedAccountValidityDays":3},"Policies":{"PasswordPolicy":{"MinimumLength":9},"SignInPolicy":{}}`, request: `"Policies":{"PasswordPolicy":{"MinimumLength":9,"TemporaryPasswordValidityDays":3},"SignInPolicy":{}}`, moved: []string{"AdminCreateUserConfig.UnusedAccountValidityDays, 3, is sent as Policies.PasswordPolicy.TemporaryPasswordValidityDays, its newer name"}},
	"the days, without a policy":        {described: `"AdminCreateUserConfig":{"UnusedAccountValidityDays":3},"Policies":{"SignInPolicy":{}}`, request: `"AdminCreateUserConfig":{"UnusedAccountValidityDays":3},"Policies":{"SignInPolicy":{}}`},
	"no days":                           {described: `"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true,"UnusedAccountValidityDays":null}`, request: `"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true}`},
	"tags of AWS":                       {described: `"UserPoolTags":{"team":"a","aws:cloudformation:stack-name":"s","AWS:x":"y","aws":"z"}`, request: `"UserPoolTags":{"team":"a","aws":"z"}`, moved: []string{"the tag AWS:x is left out: only AWS writes it", "the tag aws:cloudformation:stack-name is left out: only AWS writes it"}},
	"tags of AWS alone":                 {described: `"UserPoolTags":{"aws:x":"s"}`, moved: []string{"the tag aws:x is left out: only AWS writes it"}},
	"texts under both names":            {described: `"EmailVerificationMessage":"a {####}","VerificationMessageTemplate":{"EmailMessage":"a {####}"}`, request: `"EmailVerificationMessage":"a {####}","VerificationMessageTemplate":{"EmailMessage":"a {####}"}`},
	"texts under one name":              {described: `"EmailVerificationSubject":"a","SmsVerificationMessage":"","VerificationMessageTemplate":{"EmailMessage":"b","SmsMessage":"c"}`, request: `"EmailVerificationSubject":"a","SmsVerificationMessage":"","VerificationMessageTemplate":{"EmailMessage":"b","SmsMessage":"c"}`},
	"a contradiction, decided":          {described: `"EmailVerificationSubject":"a","VerificationMessageTemplate":{"EmailSubject":"b"}`, options: Options{Drop: []string{"EmailVerificationSubject"}}, request: `"VerificationMessageTemplate":{"EmailSubject":"b"}`, moved: []string{"EmailVerificationSubject is left out, as asked"}},
	"an unknown member, carried":        {described: `"Tomorrow":[1,{"b":null}]`, options: Options{Carry: []string{"Tomorrow", "Never"}}, request: `"Tomorrow":[1,{"b":null}]`},
	"an unknown member, dropped":        {described: `"Tomorrow":1`, options: Options{Drop: []string{"Tomorrow"}}, moved: []string{"Tomorrow is left out, as asked: AWS may reset it"}},
	"a known member is never dropped":   {described: `"DeletionProtection":"ACTIVE","Arn":"a"`, options: Options{Drop: []string{"DeletionProtection"}, Carry: []string{"Arn"}}, request: `"DeletionProtection":"ACTIVE"`, moved: []string{"DeletionProtection is kept, though asked to be dropped: the request would reset it"}},
	"hooks where there were none":       {described: ``, want: wantSignUp, request: `"LambdaConfig":{"PreSignUp":"` + signUp + `"}`},
	"hooks beside foreign ones":         {described: `"LambdaConfig":{"CustomMessage":"theirs","KMSKeyID":"k","CustomEmailSender":{"LambdaArn":"a","LambdaVersion":"V1_0"},"Tomorrow":{"n":1.0}}`, want: wantSignUp, request: `"LambdaConfig":{"CustomMessage":"theirs","KMSKeyID":"k","CustomEmailSender":{"LambdaArn":"a","LambdaVersion":"V1_0"},"Tomorrow":{"n":1.0},"PreSignUp":"` + signUp + `"}`},
	"the older token hook leaves":       {described: `"LambdaConfig":{"PreTokenGeneration":"` + tokens + `","PreTokenGenerationConfig":{"LambdaArn":"` + tokens + `","LambdaVersion":"V2_0","Tomorrow":1}}`, want: wantTokens("V3_0"), request: `"LambdaConfig":{"PreTokenGenerationConfig":{"LambdaArn":"` + tokens + `","LambdaVersion":"V3_0","Tomorrow":1}}`},
	"foreign token hooks stay, both":    {described: `"LambdaConfig":{"PreTokenGeneration":"a","PreTokenGenerationConfig":{"LambdaArn":"a","LambdaVersion":"V2_0"}}`, want: wantSignUp, request: `"LambdaConfig":{"PreSignUp":"` + signUp + `","PreTokenGeneration":"a","PreTokenGenerationConfig":{"LambdaArn":"a","LambdaVersion":"V2_0"}}`},
	"a foreign hook, replaced":          {described: `"LambdaConfig":{"PreSignUp":"theirs"}`, want: wantSignUp, options: Options{Replace: []string{"PreSignUp"}}, request: `"LambdaConfig":{"PreSignUp":"` + signUp + `"}`},
	"a foreign token hook, replaced":    {described: `"LambdaConfig":{"PreTokenGeneration":"theirs"}`, want: wantTokens("V2_0"), options: Options{Replace: []string{"PreTokenGeneration"}}, request: `"LambdaConfig":{"PreTokenGenerationConfig":{"LambdaArn":"` + tokens + `","LambdaVersion":"V2_0"}}`},
	"replaced by the member's name":     {described: `"LambdaConfig":{"PreTokenGeneration":"theirs","PreTokenGenerationConfig":{"LambdaArn":"theirs"}}`, want: wantTokens("V2_0"), options: Options{Replace: []string{"PreTokenGenerationConfig"}}, request: `"LambdaConfig":{"PreTokenGenerationConfig":{"LambdaArn":"` + tokens + `","LambdaVersion":"V2_0"}}`},
	"a plan that has the version":       {described: `"UserPoolTier":"ESSENTIALS"`, want: wantTokens("V3_0"), request: `"UserPoolTier":"ESSENTIALS","LambdaConfig":{"PreTokenGenerationConfig":{"LambdaArn":"` + tokens + `","LambdaVersion":"V3_0"}}`},
	"the plan Lite has the first":       {described: `"UserPoolTier":"LITE"`, want: wantTokens("V1_0"), request: `"UserPoolTier":"LITE","LambdaConfig":{"PreTokenGenerationConfig":{"LambdaArn":"` + tokens + `","LambdaVersion":"V1_0"}}`},
	"Lite, and no token":                {described: `"UserPoolTier":"LITE"`, want: wantSignUp, request: `"UserPoolTier":"LITE","LambdaConfig":{"PreSignUp":"` + signUp + `"}`},
	"a hook of an empty text is vacant": {described: `"LambdaConfig":{"PreSignUp":"","PostConfirmation":null}`, want: wantSignUp, request: `"LambdaConfig":{"PreSignUp":"` + signUp + `","PostConfirmation":null}`},
}

// Each row is one rule of the translation.
func TestR82_WhatIsDescribedIsSentAsUpdateUserPoolTakesIt(t *testing.T) {
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			plan, err := Edit(described(row.described), row.want, row.options)
			if err != nil {
				t.Fatal(err)
			}
			want, _ := object([]byte(`{"UserPoolId":"eu-central-1_Ab","PoolName":"p"` + strings.TrimSuffix(","+row.request, ",") + `}`))
			got, _ := object(plan.Request)
			if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
				t.Fatalf("the request has %s", plan.Request)
			}
			for name := range want {
				if name == lambdaConfig || strings.Contains(string(want[name]), "TemporaryPassword") || name == "UserPoolTags" {
					if string(encode(value(want[name]))) != string(encode(value(got[name]))) {
						t.Errorf("%s: %s, not %s", name, got[name], want[name])
					}
				} else if string(got[name]) != string(want[name]) {
					t.Errorf("%s: %s, not %s", name, got[name], want[name])
				}
			}
			if !slices.Equal(plan.Moved, row.moved) || plan.Request[len(plan.Request)-1] != '}' {
				t.Errorf("moved: %q", plan.Moved)
			}
		})
	}
}

// reasons are what speaks against an update with every trigger that has a place of its own.
var reasons = []struct{ members, lines string }{
	{`"Tomorrow":1`, `Tomorrow: this release does not know it, so whether UpdateUserPool takes it is open: use a newer release, or say carry Tomorrow (send it as it is) or drop Tomorrow (leave it out, which may reset it)`},
	{`"PoolName":"q","UserPoolId":"q"`, "PoolName: AWS describes it beside its older name: use a newer release\nUserPoolId: AWS describes it beside its older name: use a newer release"},
	{
		`"EmailVerificationMessage":"a","EmailVerificationSubject":"a","SmsVerificationMessage":"a","VerificationMessageTemplate":{"EmailMessage":"b","EmailSubject":"b","SmsMessage":"b"}`,
		"EmailVerificationMessage: it is another text than VerificationMessageTemplate.EmailMessage, and AWS does not say which one counts: make them equal in the pool, or say drop EmailVerificationMessage\n" +
			"EmailVerificationSubject: it is another text than VerificationMessageTemplate.EmailSubject, and AWS does not say which one counts: make them equal in the pool, or say drop EmailVerificationSubject\n" +
			"SmsVerificationMessage: it is another text than VerificationMessageTemplate.SmsMessage, and AWS does not say which one counts: make them equal in the pool, or say drop SmsVerificationMessage",
	},
	{`"AdminCreateUserConfig":[]`, "AdminCreateUserConfig: it is not a JSON object: pass what DescribeUserPool answered, unchanged"},
	{`"Policies":{"PasswordPolicy":1}`, "Policies.PasswordPolicy: it is not a JSON object: pass what DescribeUserPool answered, unchanged"},
	{`"UserPoolTags":[1]`, "UserPoolTags: it is not a JSON object: pass what DescribeUserPool answered, unchanged"},
	{`"SmsConfiguration":{"a":1,"a":2}`, "SmsConfiguration: it has a twice: pass what DescribeUserPool answered, unchanged"},
	{
		`"LambdaConfig":{"PreSignUp":"theirs","PreTokenGeneration":"theirs","PreTokenGenerationConfig":{"LambdaArn":"theirs"}}`,
		"LambdaConfig.PreSignUp: somebody else's function is there: \"theirs\": take it out of the pool, or say replace PreSignUp\n" +
			"LambdaConfig.PreTokenGeneration: somebody else's function is there: \"theirs\": take it out of the pool, or say replace PreTokenGeneration\n" +
			"LambdaConfig.PreTokenGenerationConfig: somebody else's function is there: {\"LambdaArn\":\"theirs\"}: take it out of the pool, or say replace PreTokenGenerationConfig",
	},
	{`"UserPoolTier":"LITE"`, "UserPoolTier: the plan LITE has no V3_0 of the token's event: move the pool to ESSENTIALS or PLUS, which costs more, or leave the trigger out"},
}

func refused(t *testing.T, text []byte, want Want, options Options, lines string) {
	t.Helper()
	if plan, err := Edit(text, want, options); err == nil || err.Error() != lines || plan.Request != nil {
		t.Errorf("%s:\n%v\nwant\n%s", text, err, lines)
	}
}

func TestR82_EachReasonAgainstAnUpdateIsNamedTogetherWithTheOthers(t *testing.T) {
	want := Want{Hooks: map[string]string{"PreSignUp": signUp, "PreTokenGeneration": tokens}, TokenVersion: "V3_0"}
	var members, lines []string
	for _, r := range reasons {
		refused(t, described(r.members), want, Options{}, r.lines)
		members, lines = append(members, r.members), append(lines, r.lines)
	}
	_, err := Edit(described(strings.Join(members, ",")), want, Options{})
	for line := range strings.Lines(strings.Join(lines, "\n")) {
		if err == nil || !strings.Contains(err.Error()+"\n", strings.TrimSuffix(line, "\n")+"\n") {
			t.Errorf("%s is missing among\n%v", line, err)
		}
	}
}

func TestR82_AWishOrADescriptionThatCannotBeIsRefused(t *testing.T) {
	for hook, function := range map[string]string{"CustomMessage": "a", "PreSignUp": ""} {
		refused(t, described(""), Want{Hooks: map[string]string{hook: function}}, Options{}, "LambdaConfig."+hook+": it is wanted and no trigger of the suite, or without a function: "+
			"name triggers among [PreSignUp PostConfirmation PreTokenGeneration PostAuthentication UserMigration], each with the ARN of its alias")
	}
	for _, name := range []string{"Policies", "VerificationMessageTemplate"} {
		refused(t, described(`"`+name+`":[]`), Want{}, Options{}, name+": it is not a JSON object: pass what DescribeUserPool answered, unchanged")
	}
	refused(t, described(""), wantTokens(""), Options{}, `TokenVersion: it is "": use one of [V1_0 V2_0 V3_0]`)
	refused(t, described(`"Tomorrow":1`), Want{}, Options{Carry: []string{"Tomorrow"}, Drop: []string{"Tomorrow"}}, "Tomorrow: it is to be carried and to be dropped: say one of the two")
	refused(t, described(`"LambdaConfig":{"PreTokenGeneration":"a","PreTokenGenerationConfig":{"LambdaArn":"b"}}`), wantSignUp, Options{},
		"LambdaConfig.PreTokenGeneration: it is a, and PreTokenGenerationConfig is b: AWS wants one function: take one of them out of the pool")
	const nameless = "Id: the description names no pool: pass the member UserPool of DescribeUserPool's answer"
	for _, text := range []string{``, `null`, `{}`, `{"Id":1}`, `{"Name":"a"}`, `{"Id":""}`} {
		refused(t, []byte(text), Want{}, Options{}, nameless)
	}
	for text, what := range map[string]string{
		`[]`: "is not a JSON object", `1`: "is not a JSON object", `x`: "is not a JSON object", `{`: "is not JSON: EOF", `{1:2}`: "is not JSON: invalid character '1'",
		`{"a"`: "is not JSON: EOF", `{"a":1`: "is not JSON: EOF", `{"Id":"a"}{}`: "has more than one JSON value", `{"Id":"a"}x`: "has more than one JSON value",
		`{"Id":"a","Id":"a"}`: "has Id twice", "{\"Id\":\"\xff\"}": "is not UTF-8",
	} {
		refused(t, []byte(text), Want{}, Options{}, "the description: it "+what+": pass what DescribeUserPool answered, unchanged\n"+nameless)
	}
}
