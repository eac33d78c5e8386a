package attach

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
)

// Asker asks AWS, as package doctor's Port does.
type Asker interface {
	Ask(ctx context.Context, service, operation string, input any) (json.RawMessage, error)
}

// Preconditions are what must hold before a pool calls the suite: what would break its
// sign-ins, or make AWS refuse the update. A question that is refused is no answer: it is
// named.
type Preconditions struct {
	Asker Asker
	// Aliases are the functions' ARNs, with their alias.
	Aliases []string
	// Role is the one that the caller may pass to Cognito; Everything asks the rest that an
	// operator's credentials may ask, and whether Caller may pass the pool's role.
	Role, Caller string
	Everything   bool
}

// asking collects what the questions bring.
type asking struct {
	Preconditions
	ctx     context.Context // of the one check
	against []error
	unasked []string
}

// Check is Attacher.Check.
func (p Preconditions) Check(ctx context.Context, described json.RawMessage) (unasked []string, against error) {
	var pool struct {
		ID                 string `json:"Id"`
		Arn                string
		SmsConfiguration   struct{ SnsCallerArn string }
		EmailConfiguration struct{ EmailSendingAccount, SourceArn string }
	}
	_ = json.Unmarshal(described, &pool)
	a := &asking{Preconditions: p, ctx: ctx}
	for _, arn := range p.Aliases {
		a.alias(arn, pool.Arn)
	}
	a.passRole(pool.SmsConfiguration.SnsCallerArn)
	if p.Everything {
		a.imports(pool.ID)
		if pool.EmailConfiguration.EmailSendingAccount == "DEVELOPER" {
			a.identity(pool.EmailConfiguration.SourceArn)
		}
	}
	return a.unasked, errors.Join(a.against...)
}

// ask reports whether there is an answer.
func (a *asking) ask(what, service, operation string, input, out any) bool {
	answer, err := a.Asker.Ask(a.ctx, service, operation, input)
	if err == nil && out != nil {
		err = json.Unmarshal(answer, out)
	}
	if err != nil {
		reason := Code(err)
		if reason == "" {
			reason = err.Error()
		}
		a.unasked = append(a.unasked, fmt.Sprintf("%s (%s %s: %s)", what, service, operation, reason))
	}
	return err == nil
}

func (a *asking) refuse(format string, args ...any) {
	a.against = append(a.against, fmt.Errorf(format, args...))
}

// alias asks whether the pool may call the function, and calls it.
func (a *asking) alias(arn, pool string) {
	i := strings.LastIndexByte(arn, ':')
	if i < 0 {
		a.refuse("%q is no alias of a function", arn)
		return
	}
	name, alias := arn[:i], arn[i+1:]
	var policy struct{ Policy string }
	if a.ask("whether the pool may call "+arn, "lambda", "GetPolicy", map[string]any{"FunctionName": name, "Qualifier": alias}, &policy) {
		if !permits(policy.Policy, pool) {
			a.refuse("people would read AccessDeniedException: nothing lets the pool %s call %s", pool, arn)
		}
	} else if strings.HasSuffix(a.unasked[len(a.unasked)-1], notFound+")") {
		a.unasked = a.unasked[:len(a.unasked)-1]
		a.refuse("people would read AccessDeniedException: %s is not there, or nobody may call it", arn)
	}
	event := []byte(`{"version":"1","triggerSource":"` + kernel.DryRun + `","request":{},"response":{}}`)
	var reply json.RawMessage
	if a.ask("whether "+arn+" runs", "lambda", "Invoke", map[string]any{"FunctionName": name, "Qualifier": alias, "Payload": json.RawMessage(event)}, &reply) && !bytes.Equal(reply, event) {
		a.refuse("%s does not return an event as it came, but %.200s: deploy the stage again, and look at its log", arn, reply)
	}
}

// permits reports whether a resource policy has a statement for Cognito and this pool, as the
// stack writes it.
func permits(policy, pool string) bool {
	var p struct {
		Statement []struct {
			Effect    string
			Principal struct{ Service string }
			Condition map[string]map[string]string
		}
	}
	_ = json.Unmarshal([]byte(policy), &p)
	for _, s := range p.Statement {
		for _, condition := range s.Condition {
			for key, value := range condition {
				if s.Effect == "Allow" && s.Principal.Service == "cognito-idp.amazonaws.com" && strings.EqualFold(key, "AWS:SourceArn") && value == pool {
					return true
				}
			}
		}
	}
	return false
}

// passRole asks whether the caller may pass the role of the pool's text messages, without
// which AWS refuses every update of the pool.
func (a *asking) passRole(role string) {
	switch {
	case role == "" || role == a.Role:
	case !a.Everything:
		a.refuse("the pool sends text messages as %s, which the suite may not pass: say pool: {smsRoleArn: %s}", role, role)
	case a.Caller == "":
		a.unasked = append(a.unasked, "whether these credentials may pass "+role+" (iam:PassRole)")
	default:
		var out struct {
			EvaluationResults []struct{ EvalDecision string }
		}
		in := map[string]any{"PolicySourceArn": a.Caller, "ActionNames": []string{"iam:PassRole"}, "ResourceArns": []string{role}}
		if a.ask("whether these credentials may pass "+role, "iam", "SimulatePrincipalPolicy", in, &out) && len(out.EvaluationResults) > 0 && out.EvaluationResults[0].EvalDecision != "allowed" {
			a.refuse("these credentials may not pass the role of the pool's text messages, %s: they need iam:PassRole for it", role)
		}
	}
}

// imports asks whether users are being imported: AWS refuses updates meanwhile
// (UserImportInProgressException).
func (a *asking) imports(pool string) {
	var out struct {
		UserImportJobs []struct{ JobName, Status string }
	}
	if !a.ask("whether users are being imported", "cognito-idp", "ListUserImportJobs", map[string]any{"UserPoolId": pool, "MaxResults": 60}, &out) {
		return
	}
	for _, job := range out.UserImportJobs {
		if slices.Contains([]string{"Pending", "InProgress", "Stopping"}, job.Status) {
			a.refuse("the import %q runs: wait for its end", job.JobName)
		}
	}
}

// identity asks whether the pool's sender can still send: AWS refuses every update of a pool
// whose SES identity is gone.
func (a *asking) identity(arn string) {
	_, name, found := strings.Cut(arn, ":identity/")
	if !found {
		return
	}
	var out struct{ VerifiedForSendingStatus bool }
	if a.ask("whether the e-mail identity "+name+" lives", "sesv2", "GetEmailIdentity", map[string]any{"EmailIdentity": name}, &out) && !out.VerifiedForSendingStatus {
		a.refuse("the pool's e-mail identity %s is not verified: AWS refuses every update of the pool until it is", name)
	}
}
