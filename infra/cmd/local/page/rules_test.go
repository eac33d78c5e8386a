package page

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// ruleCounts returns the general rules by name.
func (s seen) ruleCounts() (map[string]countRule, int) {
	s.Helper()
	if err := s.cloud.Settle(s.Context()); err != nil {
		s.Fatal(err)
	}
	_, body := s.gets("/api/rules")
	var list ruleList
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		s.Fatal(err)
	}
	all := map[string]countRule{}
	for _, r := range list.Rules {
		if r.Client == "" {
			all[r.Rule.Rule] = r
		}
	}
	return all, list.SignUps
}

func TestR62_ARuleCountsWhomItRefusedAndWhomItLetPass(t *testing.T) {
	s := see(t)
	before, signUps := s.ruleCounts()
	s.arrives("passes@example.com", "Ada")
	const denied = "mallory@mail.blocked.example"
	_, err := s.suite.pool.SignUp(t.Context(), &cognito.SignUpInput{
		ClientId: &s.web, Username: aws.String(denied), Password: aws.String(password),
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(denied)}, {Name: aws.String("name"), Value: aws.String("Mallory")}},
	})
	if err == nil {
		t.Fatal("it was not refused")
	}
	after, now := s.ruleCounts()
	was, is := before["domains"], after["domains"]
	if now != signUps+2 || is.Refused != was.Refused+1 || is.Passed != was.Passed+1 || after["email"].Passed != before["email"].Passed+1 {
		t.Errorf("%d sign-ups, then %d; domains %+v, then %+v; email %+v, then %+v", signUps, now, was, is, before["email"], after["email"])
	}
	if !strings.Contains(is.Place, "dev.yaml:") || !strings.HasPrefix(is.Standing, "enforce") {
		t.Errorf("the rule is %+v", is)
	}
}

func TestR62_TheFormSaysWhatEveryRuleSaysAndHasALink(t *testing.T) {
	s := see(t)
	path := "/sign-up-preview?" + url.Values{"email": {"mallory@mail.blocked.example"}, "attr": {"name=Mallory\nlocale=en"}, "client": {s.web}, "source": {"self"}}.Encode()
	_, body := s.gets(path)
	s.shows(body, "Refused", "domains", "The person reads", "email-domain-denied", `value="mallory@mail.blocked.example"`, "name=Mallory", `href="/api/sign-up-preview?`)
	_, text := s.gets("/api" + path)
	var answer struct {
		Decision string
		Rules    []struct{ Rule, Does string }
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil || answer.Decision != "refused" || len(answer.Rules) < 5 {
		t.Errorf("%v: %s", err, text)
	}
	for _, wrong := range []string{"source=owner", "attr=no", "attr=%3Dx"} {
		if status, _ := s.gets("/sign-up-preview?" + wrong); status != http.StatusBadRequest {
			t.Errorf("%s: status %d", wrong, status)
		}
	}
	_, body = s.gets("/sign-up-preview?email=" + url.QueryEscape(hostile+"@example.com"))
	if strings.Contains(body, "<script>alert") {
		t.Error("the address is not escaped")
	}
}

// What an edit changed counts, not what the file says meanwhile.
func TestR62_TheRulesAreThoseThatAct(t *testing.T) {
	s := see(t)
	stage, err := settings.FindStage("../../../stages", "dev")
	if err != nil {
		t.Fatal(err)
	}
	stage.Policy.SignUp.Access = &policy.Access{Mode: policy.AccessClosed}
	p, err := Start(shared.cloud, 0, WithStages("nowhere"), WithStage(func() *settings.Stage { return &stage }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	_, body := get(t, p, "/sign-up-preview?email=ada@example.com")
	s.shows(body, "Refused", "access")
	_, body = get(t, p, "/rules")
	s.shows(body, "closed")
}

// After a rollback the functions say what an older file said.
func TestR62_TheRulesSayThatAFunctionWasRolledBack(t *testing.T) {
	s := see(t)
	name := s.cloud.Outputs()["PreSignUp"+settings.FunctionNameOutput]
	at := slices.IndexFunc(s.cloud.Stack.Functions, func(f template.Function) bool { return f.Name == name })
	says := func() bool {
		_, body := s.gets("/rules")
		return strings.Contains(body, "Rolled back: PreSignUp.")
	}
	if _, err := s.cloud.Functions.Replace(name, t.TempDir()); err != nil || says() {
		t.Fatalf("an edit is no rollback; %v", err)
	}
	functions := lambda.NewFromConfig(patient(s.cloud.Endpoints().Lambda, "test"))
	if _, err := functions.UpdateAlias(t.Context(), &lambda.UpdateAliasInput{FunctionName: &name, Name: aws.String(settings.LiveAlias), FunctionVersion: aws.String("1")}); err != nil || !says() {
		t.Errorf("it does not say so; %v", err)
	}
	if _, err := s.cloud.Functions.Replace(name, s.cloud.Stack.Functions[at].Dir); err != nil || says() {
		t.Errorf("it still says so; %v", err)
	}
}

func TestR62_ARefusalIsExplainedAndTheFileChecked(t *testing.T) {
	s := see(t)
	_, body := s.gets("/explain?text=" + url.QueryEscape("PreSignUp failed with error Sign-up with this e-mail domain is not possible."))
	if !strings.Contains(body, "means") {
		_, body = s.gets("/explain?text=email-domain-denied")
	}
	s.shows(body, "email-domain-denied", "dev.yaml:")
	_, body = s.gets("/explain?text=nonsense+of+nobody")
	s.shows(body, "of no rule")
	_, body = s.gets("/check")
	s.shows(body, "is sound")
}
