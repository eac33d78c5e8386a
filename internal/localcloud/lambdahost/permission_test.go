package lambdahost

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

func TestPermissionAdmitsWhatItNamesOnly(t *testing.T) {
	const alias, pool = "arn:aws:lambda:us-east-1:000000000000:function:f", "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_A"
	cognito := Caller{Principal: "cognito-idp.amazonaws.com", SourceARN: pool, SourceAccount: "000000000000"}
	right := Permission{FunctionARN: alias, Action: "lambda:InvokeFunction", Principal: cognito.Principal, SourceARN: pool, SourceAccount: "000000000000"}
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
			if got := permission.Allows(alias, cognito); got != c.allows {
				t.Errorf("allows: %v", got)
			}
			host := &Host{functions: map[string]*function{"f": {policy: []Permission{permission}}}}
			err := host.Allowed(alias, cognito)
			want := "no AWS::Lambda::Permission lets cognito-idp.amazonaws.com invoke " + alias + " for " + pool + " (account 000000000000)"
			if (err == nil) != c.allows || err != nil && err.Error() != want {
				t.Errorf("error %v", err)
			}
		})
	}
}

// What AWS answers is recorded in its reference: each operation's page, "Errors".
func TestR85_APermissionIsShownAndRemovedAsOnAWS(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:lambda:us-east-1:000000000000:function:worker"
	cognito := Caller{"cognito-idp.amazonaws.com", "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_A", "000000000000"}
	permit := func(id, on string) Permission {
		return Permission{id, on, "lambda:InvokeFunction", cognito.Principal, cognito.SourceARN, cognito.SourceAccount}
	}
	host, _ := start(t, Function{Version: "1", Aliases: []string{"live"}, ReservedConcurrency: 7, Permissions: []Permission{
		permit("one", arn+":live"), {StatementID: "two", FunctionARN: arn + ":live", Action: "lambda:InvokeFunction", Principal: "*"}, permit("whole", arn),
	}}, Options{})
	api := sdk(host)
	live := &lambda.GetPolicyInput{FunctionName: aws.String("worker"), Qualifier: aws.String("live")}
	out, err := api.GetPolicy(t.Context(), live)
	const want = `{"Id":"default","Statement":[{"Action":"lambda:InvokeFunction","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_A"},` +
		`"StringEquals":{"AWS:SourceAccount":"000000000000"}},"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},"Resource":"` + arn + `:live","Sid":"one"},` +
		`{"Action":"lambda:InvokeFunction","Effect":"Allow","Principal":"*","Resource":"` + arn + `:live","Sid":"two"}],"Version":"2012-10-17"}`
	if err != nil || *out.Policy != want || *out.RevisionId == "" {
		t.Fatalf("%v, %+v", err, out)
	}
	reserve, err := api.GetFunctionConcurrency(t.Context(), &lambda.GetFunctionConcurrencyInput{FunctionName: aws.String("worker")})
	if err != nil || *reserve.ReservedConcurrentExecutions != 7 {
		t.Errorf("%v, %+v", err, reserve)
	}
	remove := func(id string, qualifier, revision *string) error {
		_, err := api.RemovePermission(t.Context(), &lambda.RemovePermissionInput{FunctionName: aws.String("worker"), StatementId: &id, Qualifier: qualifier, RevisionId: revision})
		return err
	}
	wantCode(t, remove("one", live.Qualifier, aws.String("old")), "PreconditionFailedException")
	wantCode(t, remove("none", live.Qualifier, nil), "ResourceNotFoundException")
	wantCode(t, remove("one", aws.String("1"), nil), "ResourceNotFoundException")
	for _, id := range []string{"one", "two"} {
		if err := host.Allowed(arn+":live", cognito); err != nil {
			t.Errorf("before %s goes: %v", id, err)
		}
		if err := remove(id, live.Qualifier, out.RevisionId); err != nil {
			t.Fatal(err)
		}
	}
	if host.Allowed(arn+":live", cognito) == nil || host.Allowed(arn, cognito) != nil {
		t.Error("the alias may be called, or the function not")
	}
	_, err = api.GetPolicy(t.Context(), live)
	wantCode(t, err, "ResourceNotFoundException")
	wantCode(t, remove("one", live.Qualifier, nil), "ResourceNotFoundException")
	_, err = api.GetPolicy(t.Context(), &lambda.GetPolicyInput{FunctionName: aws.String("nobody")})
	wantCode(t, err, "ResourceNotFoundException")
	_, err = api.GetFunctionConcurrency(t.Context(), &lambda.GetFunctionConcurrencyInput{FunctionName: aws.String("nobody")})
	wantCode(t, err, "ResourceNotFoundException")
}

func TestAFunctionWithoutAReserveAnswersNone(t *testing.T) {
	t.Parallel()
	host, _ := start(t, Function{}, Options{})
	out, err := sdk(host).GetFunctionConcurrency(t.Context(), &lambda.GetFunctionConcurrencyInput{FunctionName: aws.String("worker")})
	if err != nil || out.ReservedConcurrentExecutions != nil {
		t.Errorf("%v, %+v", err, out)
	}
}
