package template

import (
	"strings"
	"testing"
)

func TestPermissionAdmitsWhatItNamesOnly(t *testing.T) {
	const function, pool = "arn:aws:lambda:us-east-1:000000000000:function:f", "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_A"
	cognito := Caller{Principal: "cognito-idp.amazonaws.com", SourceARN: pool, SourceAccount: AccountID}
	right := Permission{FunctionARN: function, Action: "lambda:InvokeFunction", Principal: cognito.Principal, SourceARN: pool, SourceAccount: AccountID}
	for _, c := range []struct {
		name   string
		change func(*Permission)
		allows bool
	}{
		{"all named", func(*Permission) {}, true},
		{"no account", func(p *Permission) { p.SourceAccount = "" }, true},
		{"no source", func(p *Permission) { p.SourceARN = "" }, true},
		{"any pool", func(p *Permission) { p.SourceARN = strings.Replace(pool, "us-east-1_A", "*", 1) }, true},
		{"any caller", func(p *Permission) { p.Principal = "*" }, true},
		{"no caller", func(p *Permission) { p.Principal = "" }, false},
		{"any action", func(p *Permission) { p.Action = "lambda:*" }, true},
		{"another function", func(p *Permission) { p.FunctionARN += "2" }, false},
		{"its alias only", func(p *Permission) { p.FunctionARN += ":live" }, false},
		{"another service", func(p *Permission) { p.Principal = "s3.amazonaws.com" }, false},
		{"another pool", func(p *Permission) { p.SourceARN = pool + "B" }, false},
		{"another account", func(p *Permission) { p.SourceAccount = "111111111111" }, false},
		{"another action", func(p *Permission) { p.Action = "lambda:GetFunction" }, false},
		{"a shorter source", func(p *Permission) { p.SourceARN = pool[:20] }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			permission := right
			c.change(&permission)
			if got := permission.Allows(function, cognito); got != c.allows {
				t.Errorf("allows: %v", got)
			}
			err := (&Stack{Name: "S", Permissions: []Permission{permission}}).Allowed(function, cognito)
			want := "no AWS::Lambda::Permission of stack S lets cognito-idp.amazonaws.com invoke " + function + " for " + pool + " (account 000000000000)"
			if (err == nil) != c.allows || err != nil && err.Error() != want {
				t.Errorf("error %v", err)
			}
		})
	}
}

// IAM User Guide, "IAM JSON policy elements: Resource": * is any run, ? any one character.
func TestWildcards(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"a*c", "abbc", true},
		{"a*c", "ac", true},
		{"a*c", "abd", false},
		{"*b*d", "abcd", true},
		{"*b*d", "acd", false},
		{"*", "", true},
		{"a*a", "a", false},
		{"a?c", "abc", true},
		{"a?c", "ac", false},
		{"a?c", "abd", false},
		{"?", "", false},
		{"a?*", "ab", true},
	} {
		if got := matches(c.pattern, c.text); got != c.want {
			t.Errorf("%s, %s: %v", c.pattern, c.text, got)
		}
	}
}

func TestPermissionIsCompletedToAnARN(t *testing.T) {
	stack := read(t, `{"Resources":{
		"F":{"Type":"AWS::Lambda::Function","Metadata":{"aws:asset:path":"f"},"Properties":{"Runtime":"provided.al2023","FunctionName":"f"}},
		"A":{"Type":"AWS::Lambda::Permission","Properties":{"FunctionName":{"Ref":"F"}}},
		"B":{"Type":"AWS::Lambda::Permission","Properties":{"FunctionName":"f:live"}}}}`)
	const arn = "arn:aws:lambda:us-east-1:000000000000:function:f"
	if stack.Permissions[0].FunctionARN != arn || stack.Permissions[1].FunctionARN != arn+":live" {
		t.Errorf("got %+v", stack.Permissions)
	}
}
