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
	moved   int
}

var rows = map[string]row{
	"as it is, digit by digit":          {described: `"MfaConfiguration":"ON","DcrConfiguration":{"n":12345678901234567890.50,"z":null}`, request: `"MfaConfiguration":"ON","DcrConfiguration":{"n":12345678901234567890.50,"z":null}`},
	"what is read only":                 {described: `"Arn":"a","Status":"Enabled","CreationDate":1.5,"EstimatedNumberOfUsers":3,"SchemaAttributes":[],"AliasAttributes":["email"],"UsernameConfiguration":{"CaseSensitive":true}`},
	"what says nothing":                 {described: `"UserPoolTags":{},"DeviceConfiguration":null,"LambdaConfig":null`},
	"no letter is escaped":              {described: `"EmailVerificationMessage":"<b>&amp; {####}</b>"`, request: `"EmailVerificationMessage":"<b>&amp; {####}</b>"`},
	"empty hooks":                       {described: `"LambdaConfig":{}`, request: `"LambdaConfig":{}`},
	"recovery without mechanisms":       {described: `"AccountRecoverySetting":{"RecoveryMechanisms":[]},"UserPoolAddOns":{"AdvancedSecurityMode":""},"SmsConfiguration":{"ExternalId":"e"}`, moved: 3},
	"conditions that hold":              {described: `"AccountRecoverySetting":{"RecoveryMechanisms":[{"Name":"admin_only","Priority":1}]},"UserPoolAddOns":{"AdvancedSecurityMode":"OFF"},"SmsConfiguration":{"SnsCallerArn":"r"}`, request: `"AccountRecoverySetting":{"RecoveryMechanisms":[{"Name":"admin_only","Priority":1}]},"UserPoolAddOns":{"AdvancedSecurityMode":"OFF"},"SmsConfiguration":{"SnsCallerArn":"r"}`},
	"the days, twice":                   {described: `"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true,"UnusedAccountValidityDays":7},"Policies":{"PasswordPolicy":{"TemporaryPasswordValidityDays":7}}`, request: `"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true},"Policies":{"PasswordPolicy":{"TemporaryPasswordValidityDays":7}}`},
	"the days, twice and different":     {described: `"AdminCreateUserConfig":{"UnusedAccountValidityDays":0},"Policies":{"PasswordPolicy":{"TemporaryPasswordValidityDays":7}}`, request: `"Policies":{"PasswordPolicy":{"TemporaryPasswordValidityDays":7}}`, moved: 1},
	"the days, by the older name":       {described: `"AdminCreateUserConfig":{"UnusedAccountValidityDays":3},"Policies":{"PasswordPolicy":{"MinimumLength":9},"SignInPolicy":{}}`, request: `"Policies":{"PasswordPolicy":{"MinimumLength":9,"TemporaryPasswordValidityDays":3},"SignInPolicy":{}}`, moved: 1},
	"the days, without a policy":        {described: `"AdminCreateUserConfig":{"UnusedAccountValidityDays":3},"Policies":{"SignInPolicy":{}}`, request: `"AdminCreateUserConfig":{"UnusedAccountValidityDays":3},"Policies":{"SignInPolicy":{}}`},
	"no days":                           {described: `"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true,"UnusedAccountValidityDays":null}`, request: `"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true}`},
	"tags of AWS":                       {described: `"UserPoolTags":{"team":"a","aws:cloudformation:stack-name":"s","AWS:x":"y","aws":"z"}`, request: `"UserPoolTags":{"team":"a","aws":"z"}`, moved: 2},
	"tags of AWS alone":                 {described: `"UserPoolTags":{"aws:x":"s"}`, moved: 1},
	"texts under both names":            {described: `"EmailVerificationMessage":"a {####}","VerificationMessageTemplate":{"EmailMessage":"a {####}"}`, request: `"EmailVerificationMessage":"a {####}","VerificationMessageTemplate":{"EmailMessage":"a {####}"}`},
	"texts under one name":              {described: `"EmailVerificationSubject":"a","SmsVerificationMessage":"","VerificationMessageTemplate":{"EmailMessage":"b","SmsMessage":"c"}`, request: `"EmailVerificationSubject":"a","SmsVerificationMessage":"","VerificationMessageTemplate":{"EmailMessage":"b","SmsMessage":"c"}`},
	"a contradiction, decided":          {described: `"EmailVerificationSubject":"a","VerificationMessageTemplate":{"EmailSubject":"b"}`, options: Options{Drop: []string{"EmailVerificationSubject"}}, request: `"VerificationMessageTemplate":{"EmailSubject":"b"}`, moved: 1},
	"an unknown member, carried":        {described: `"Tomorrow":[1,{"b":null}]`, options: Options{Carry: []string{"Tomorrow", "Never"}}, request: `"Tomorrow":[1,{"b":null}]`},
	"an unknown member, dropped":        {described: `"Tomorrow":1`, options: Options{Drop: []string{"Tomorrow"}}, moved: 1},
	"a known member is never dropped":   {described: `"DeletionProtection":"ACTIVE","Arn":"a"`, options: Options{Drop: []string{"DeletionProtection"}, Carry: []string{"Arn"}}, request: `"DeletionProtection":"ACTIVE"`, moved: 1},
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
			if len(plan.Moved) != row.moved {
				t.Errorf("moved: %q", plan.Moved)
			}
		})
	}
}

func TestR82_EachReasonAgainstAnUpdateIsNamedTogetherWithTheOthers(t *testing.T) {
	var all []string
	rows := []struct{ members, where string }{
		{`"Tomorrow":1`, "Tomorrow: this release does not know it"},
		{`"PoolName":"q"`, "PoolName: AWS describes it beside its older name"},
		{`"EmailVerificationMessage":"a","EmailVerificationSubject":"a","SmsVerificationMessage":"a","VerificationMessageTemplate":{"EmailMessage":"b","EmailSubject":"b","SmsMessage":"b"}`, "SmsVerificationMessage: it is another text than VerificationMessageTemplate.SmsMessage"},
		{`"UserPoolTier":"LITE"`, "UserPoolTier: the plan LITE has no V3_0"},
		{`"LambdaConfig":{"PreSignUp":"theirs","PreTokenGeneration":"theirs","PreTokenGenerationConfig":{"LambdaArn":"theirs"}}`, "LambdaConfig.PreTokenGenerationConfig: somebody else's function is there"},
		{`"UserPoolTags":[1]`, "UserPoolTags: it is not a JSON object"},
		{`"SmsConfiguration":{"a":1,"a":2}`, "SmsConfiguration: it has a twice"},
	}
	want := Want{Hooks: map[string]string{"PreSignUp": signUp, "PreTokenGeneration": tokens}, TokenVersion: "V3_0"}
	for _, row := range rows {
		_, err := Edit(described(row.members), want, Options{})
		if err == nil || !strings.Contains(err.Error(), row.where) {
			t.Errorf("%s: %v", row.members, err)
		}
		all = append(all, row.members)
	}
	_, err := Edit(described(strings.Join(all, ",")), want, Options{})
	for _, row := range rows {
		if err == nil || !strings.Contains(err.Error(), row.where) {
			t.Errorf("%s is missing among\n%v", row.where, err)
		}
	}
	for wish, where := range map[*Want]string{
		{Hooks: map[string]string{"CustomMessage": "a"}}:         "LambdaConfig.CustomMessage: it is wanted and no trigger",
		{Hooks: map[string]string{"PreSignUp": ""}}:              "LambdaConfig.PreSignUp: it is wanted and no trigger",
		{Hooks: map[string]string{"PreTokenGeneration": tokens}}: `TokenVersion: it is ""`,
	} {
		if _, err := Edit(described(""), *wish, Options{}); err == nil || !strings.Contains(err.Error(), where) {
			t.Errorf("%v: %v", wish, err)
		}
	}
	for text, where := range map[string]string{
		"": "names no pool", "null": "names no pool", "[]": "is not a JSON object", "{": "is not JSON", `{"Id":"a"}{}`: "more than one", `{"Id":1}`: "names no pool",
		`{"Id":"a","Id":"a"}`: "has Id twice", "{\"Id\":\"\xff\"}": "is not UTF-8",
	} {
		if _, err := Edit([]byte(text), Want{}, Options{}); err == nil || !strings.Contains(err.Error(), where) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := Edit(described(`"Tomorrow":1`), Want{}, Options{Carry: []string{"Tomorrow"}, Drop: []string{"Tomorrow"}}); err == nil || !strings.Contains(err.Error(), "say one of the two") {
		t.Error(err)
	}
	if _, err := Edit(described(`"LambdaConfig":{"PreTokenGeneration":"a","PreTokenGenerationConfig":{"LambdaArn":"b"}}`), wantSignUp, Options{}); err == nil || !strings.Contains(err.Error(), "AWS wants one function") {
		t.Error(err)
	}
}
