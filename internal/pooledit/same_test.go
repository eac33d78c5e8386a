package pooledit

import (
	"slices"
	"testing"
)

func TestR82_APoolIsComparedWithWhatWasAskedOfIt(t *testing.T) {
	request := func(members string) []byte {
		return []byte(`{"UserPoolId":"eu-central-1_Ab","PoolName":"p",` + members + `}`)
	}
	both := `"LambdaConfig":{"PreTokenGeneration":"a","PreTokenGenerationConfig":{"LambdaArn":"a","LambdaVersion":"V3_0"}}`
	for name, row := range map[string]struct {
		described, request string
		differ             []string
	}{
		"equal":                         {`"MfaConfiguration":"ON"`, `"MfaConfiguration":"ON"`, nil},
		"another value":                 {`"MfaConfiguration":"OFF"`, `"MfaConfiguration":"ON"`, []string{"MfaConfiguration"}},
		"not set":                       {`"Status":"a"`, `"MfaConfiguration":"ON"`, []string{"MfaConfiguration"}},
		"set by somebody":               {`"MfaConfiguration":"ON","UserPoolTier":"LITE"`, `"MfaConfiguration":"ON"`, []string{"UserPoolTier"}},
		"a list of texts is a set":      {`"AutoVerifiedAttributes":["phone_number","email"]`, `"AutoVerifiedAttributes":["email","phone_number"]`, nil},
		"another list":                  {`"AutoVerifiedAttributes":["email"]`, `"AutoVerifiedAttributes":["email","phone_number"]`, []string{"AutoVerifiedAttributes"}},
		"a list of objects is none":     {`"AccountRecoverySetting":{"RecoveryMechanisms":[{"a":1},{"a":2}]}`, `"AccountRecoverySetting":{"RecoveryMechanisms":[{"a":2},{"a":1}]}`, []string{"AccountRecoverySetting"}},
		"a set within":                  {`"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["a","b"]}},"DcrConfiguration":{"a":[["b","a"]]}`, `"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["b","a"]}},"DcrConfiguration":{"a":[["a","b"]]}`, nil},
		"digits count":                  {`"DcrConfiguration":{"n":1.0}`, `"DcrConfiguration":{"n":1}`, []string{"DcrConfiguration"}},
		"a null is none":                {`"DcrConfiguration":{"n":1,"z":null}`, `"DcrConfiguration":{"n":1}`, nil},
		"the older name of the token":   {both, `"LambdaConfig":{"PreTokenGenerationConfig":{"LambdaArn":"a","LambdaVersion":"V3_0"}}`, nil},
		"the older version of it":       {both, `"LambdaConfig":{"PreTokenGenerationConfig":{"LambdaArn":"a","LambdaVersion":"V2_0"}}`, []string{"LambdaConfig"}},
		"absent hooks became none":      {`"LambdaConfig":{}`, `"UserPoolTags":null`, nil},
		"a hook that is not there":      {`"LambdaConfig":{}`, `"LambdaConfig":{"PreSignUp":"a"}`, []string{"LambdaConfig"}},
		"a hook that was to leave":      {`"LambdaConfig":{"PreSignUp":"a"}`, `"LambdaConfig":{}`, []string{"LambdaConfig"}},
		"the days by both names":        {`"AdminCreateUserConfig":{"UnusedAccountValidityDays":3},"Policies":{"PasswordPolicy":{"TemporaryPasswordValidityDays":3}}`, `"Policies":{"PasswordPolicy":{"TemporaryPasswordValidityDays":3}}`, nil},
		"a text that was dropped":       {`"EmailVerificationSubject":"b","VerificationMessageTemplate":{"EmailSubject":"b"}`, `"VerificationMessageTemplate":{"EmailSubject":"b"}`, nil},
		"a text that was sent":          {`"EmailVerificationSubject":"b"`, `"EmailVerificationSubject":"c"`, []string{"EmailVerificationSubject"}},
		"an unknown one was dropped":    {`"Tomorrow":1`, `"UserPoolTags":null`, nil},
		"an unknown one was carried":    {`"Tomorrow":1`, `"Tomorrow":1`, nil},
		"an unknown one went":           {`"Status":"a"`, `"Tomorrow":1`, []string{"Tomorrow"}},
		"an unknown one is another one": {`"Tomorrow":2`, `"Tomorrow":1`, []string{"Tomorrow"}},
		"AWS's tags":                    {`"UserPoolTags":{"a":"b","aws:x":"y"}`, `"UserPoolTags":{"a":"b"}`, nil},
	} {
		asked := request(row.request)
		if name == "absent hooks became none" || name == "an unknown one was dropped" {
			asked = []byte(`{"UserPoolId":"eu-central-1_Ab","PoolName":"p"}`)
		}
		if got := Differences(described(row.described), asked); !slices.Equal(got, row.differ) || Same(described(row.described), asked) != (row.differ == nil) {
			t.Errorf("%s: they differ in %v", name, got)
		}
	}
	if got := Differences([]byte(`{"Id":"other","Name":"q"}`), []byte(`{"UserPoolId":"p","PoolName":"p"}`)); !slices.Equal(got, []string{"PoolName", "UserPoolId"}) {
		t.Errorf("another pool: %v", got)
	}
	if got := Differences(described(""), []byte(`{}`)); !slices.Equal(got, []string{"PoolName", "UserPoolId"}) {
		t.Errorf("nothing was asked: %v", got)
	}
	if Same([]byte("[]"), []byte(`{"UserPoolId":"p"}`)) || Same(described(""), []byte(`[]`)) {
		t.Error("what is no pool is as it was asked to be")
	}
}
