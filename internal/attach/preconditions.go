package attach

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
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
	// Hooks are the ARNs of the functions' aliases by trigger.
	Hooks map[string]string
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
	a.permissions(pool.ID)
	for _, trigger := range slices.Sorted(maps.Keys(p.Hooks)) {
		a.dryRun(p.Hooks[trigger])
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
		reason := doctor.Code(err)
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

// permissionCheck is the number of doctor's check of the aliases' permissions.
const permissionCheck = 3

// permissions asks what doctor asks of a pool that is attached: whether Cognito may call every
// alias for this pool.
func (a *asking) permissions(pool string) {
	subject := doctor.Subject{Pool: pool}
	for _, trigger := range slices.Sorted(maps.Keys(a.Hooks)) {
		function, alias := split(a.Hooks[trigger])
		subject.Triggers = append(subject.Triggers, doctor.Trigger{Name: trigger, Function: function, Alias: alias})
	}
	watched := slices.DeleteFunc(doctor.Watched(), func(c doctor.Check) bool { return c.Number != permissionCheck })
	results, err := doctor.Examine(a.ctx, watched, subject, a.Asker)
	if err != nil {
		a.against = append(a.against, err)
	}
	for _, r := range results {
		a.unasked = append(a.unasked, r.Unasked...)
		for _, f := range r.Findings {
			a.refuse("%s; %s", f.Text, r.Means)
		}
	}
}

// split parts an alias's ARN.
func split(arn string) (function, alias string) {
	i := max(strings.LastIndexByte(arn, ':'), 0)
	return arn[:i], strings.TrimPrefix(arn[i:], ":")
}

// dryRun calls the function.
func (a *asking) dryRun(arn string) {
	name, alias := split(arn)
	event := []byte(`{"version":"1","triggerSource":"` + kernel.DryRun + `","request":{},"response":{}}`)
	var reply json.RawMessage
	if a.ask("whether "+arn+" runs", "lambda", "Invoke", map[string]any{"FunctionName": name, "Qualifier": alias, "Payload": json.RawMessage(event)}, &reply) && !equal(reply, event) {
		a.refuse("%s does not return an event as it came, but %.200s: deploy the stage again, and look at its log", arn, reply)
	}
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
	a.ask("whether users are being imported", "cognito-idp", "ListUserImportJobs", map[string]any{"UserPoolId": pool, "MaxResults": 60}, &out)
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
