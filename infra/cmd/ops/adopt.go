package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

const adoptHelp = `
adopt: make a user pool that nobody's code owns call the suite, and take that back

  go run ./infra/cmd/ops adopt plan  --stage NAME --owner none
  go run ./infra/cmd/ops adopt apply --stage NAME
  go run ./infra/cmd/ops adopt undo  --stage NAME

The stage has pool: {mode: owner}: table, functions and permissions are there, and no hook.
plan looks at the pool, changes nothing, shows the hooks before and after, and writes
adopt-POOL.json: all that the pool was, and what apply sends. apply sends it, unless the pool
has changed since, and looks whether the pool then is as it should be. undo puts back what was
there before the first apply, where a hook still is the suite's; all other settings stay as
they are. Keep the file as long as the pool calls the suite.

A pool that code owns is not to be changed beside that code, whose next run would take the
hooks out again, or more: ops wiring has the lines for it. plan asks CloudFormation whether a
stack owns the pool. Terraform nobody can ask, so you must say --owner none.
` + targetHelp + `
  --owner none      nobody's code owns the pool (plan)
  --replace HOOKS   hooks that may be somebody else's: they are replaced, and undo brings
                    them back (plan; a list with commas)
  --carry, --drop   members of the pool that this release does not know, to be sent as they
                    are or not at all (plan; lists with commas)
  --from-stack      take out also what the stack attached (undo): its next deployment that
                    changes the hooks attaches the pool again. Deploy pool: {mode: owner} instead
  --file FILE       another file than adopt-POOL.json

Exit status: 0 done; 1 refused, and the pool is as it was; 2 nobody knows whether the pool
has changed, or the call was wrong. The last line says what to call next.

Example:
  go run ./infra/cmd/ops adopt plan --stage prod --owner none --replace PreSignUp
`

// adopting is one call of the verb.
type adopting struct {
	target
	set                  *flag.FlagSet
	owner, file          string
	cfg                  aws.Config
	replace, carry, drop string
	fromStack            bool
}

func adopt(ctx context.Context, args []string, t terminal) error {
	flags := newFlags("adopt")
	a := &adopting{set: flags}
	a.flags(flags)
	for name, value := range map[string]*string{"owner": &a.owner, "file": &a.file, "replace": &a.replace, "carry": &a.carry, "drop": &a.drop} {
		flags.StringVar(value, name, "", "")
	}
	flags.BoolVar(&a.fromStack, "from-stack", false, "")
	words, err := parse(flags, args)
	if err != nil {
		return err
	}
	steps := map[string]func(context.Context, attach.Attacher, adoption, terminal) error{"apply": a.apply, "undo": a.undo, "plan": a.plan}
	if len(words) != 1 || steps[words[0]] == nil {
		return misused("say plan, apply or undo")
	}
	if words[0] == "plan" && a.owner != "none" {
		return misused("say --owner none if no code owns the pool, or wire it there (ops wiring): a hook that is set beside the code is lost at its next run")
	}
	if a.cfg, err = a.connect(ctx); err != nil {
		return err
	}
	a.file = cmp.Or(a.file, "adopt-"+a.pool+".json")
	file, err := readAdoption(a.file, a.pool)
	if err != nil {
		return err
	}
	if words[0] != "plan" { // the next one takes the decisions of this one
		a.replace, a.carry, a.drop = decided(a.replace, file.Options.Replace), decided(a.carry, file.Options.Carry), decided(a.drop, file.Options.Drop)
	}
	return steps[words[0]](ctx, a.attacher(t), file, t)
}

// session is a role's; IAM simulates roles alone, and of one with a path it says NoSuchEntity
// (API reference, SimulatePrincipalPolicy).
var session = regexp.MustCompile(`^arn:([a-z-]+):sts::(\d+):assumed-role/([^/]+)/.*$`)

// ofStack reports whether the stack attaches the pool: its stage says so, or the record of who
// attached it.
func (a *adopting) ofStack(record attach.Record) bool {
	return a.target.file.ExistingPool.Mode == settings.PoolAttach || record.Attached() && record.By != byAdopt && record.By != "tripwire"
}

// byAdopt is who works, in the record.
const byAdopt = "ops adopt"

// list splits a flag's value.
func list(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ',' })
}

// decided is a flag's value, or else the plan's.
func decided(flag string, planned []string) string {
	return cmp.Or(flag, strings.Join(planned, ","))
}

// wish reads from the stack's outputs what the pool is to call.
func (a *adopting) wish(ctx context.Context) (pooledit.Want, error) {
	outputs, err := a.stackOutputs(ctx, "deploy the stage with pool: {mode: owner}")
	want := pooledit.Want{Hooks: map[string]string{}, TokenVersion: outputs[settings.EventVersionOutput]}
	for _, t := range triggers.All() {
		if arn := outputs[t.Name+settings.AliasOutput]; arn != "" {
			want.Hooks[t.Name] = arn
		}
	}
	if err == nil && len(want.Hooks) == 0 {
		err = errors.New("the stage has no functions for a pool of somebody else (no output ends with " + settings.AliasOutput + "): deploy it with pool: {mode: owner, id: …}")
	}
	return want, err
}

// plan writes what apply is to send.
func (a *adopting) plan(ctx context.Context, at attach.Attacher, file adoption, t terminal) error {
	want, err := a.wish(ctx)
	if err != nil {
		return err
	}
	unasked, err := a.unowned(ctx)
	if err != nil {
		return err
	}
	options := pooledit.Options{Replace: list(a.replace), Carry: list(a.carry), Drop: list(a.drop)}
	before := attach.Preconditions{Asker: a, Hooks: want.Hooks, Everything: true}
	if who, err := sts.NewFromConfig(a.cfg).GetCallerIdentity(ctx, nil); a.local == nil && err == nil {
		before.Caller = session.ReplaceAllString(aws.ToString(who.Arn), "arn:$1:iam::$2:role/$3")
	}
	at.Check = before.Check
	seen, err := at.Preview(ctx, want, options)
	if err == nil && a.ofStack(seen.Record) {
		return fmt.Errorf("the stack attaches the pool %s itself (pool: {mode: attach}): there is nothing to adopt, and nothing was changed", a.pool)
	}
	a.show(seen.Result, t)
	for _, question := range append(unasked, seen.Unasked...) {
		fmt.Fprintf(t.out, "  not asked: %s\n", question)
	}
	if _, refused := errors.AsType[attach.Refused](err); refused {
		return fmt.Errorf("the pool %s is not to be adopted like this, and nothing was changed:\n%w", a.pool, err)
	}
	if err != nil {
		return a.advisePoolCode(err)
	}
	file.Pool, file.Planned, file.Want, file.Options = a.pool, t.now().UTC(), want, options
	file.Described, file.MFA, file.Request = seen.Described, seen.MFA, seen.Plan.Request
	if err := file.keep(a.file); err != nil {
		return err
	}
	if len(seen.Plan.Changes) == 0 {
		fmt.Fprintf(t.out, "The pool %s calls the suite already.\n", a.pool)
		return nil
	}
	fmt.Fprintf(t.out, "Nothing was changed. Next: %s\n", a.next("apply"))
	return nil
}

// next is a call of the verb: it has the flags of this one, and a plan the decisions, too.
func (a *adopting) next(step string) string {
	call := "ops adopt " + step
	say := func(name, value string) {
		if value != "" {
			call += " --" + name + " " + word(value)
		}
	}
	for _, name := range strings.Fields("stage stack prefix outputs table pool region profile stage-file file") {
		if given(a.set, name) {
			say(name, a.set.Lookup(name).Value.String())
		}
	}
	if a.live {
		call += " --live"
	}
	switch {
	case step == "plan":
		say("owner", "none")
		say("replace", a.replace)
		say("carry", a.carry)
		say("drop", a.drop)
	case step == "undo" && a.fromStack:
		call += " --from-stack"
	}
	return call
}

// plain is a word that a shell leaves alone.
var plain = regexp.MustCompile(`^[\w./:@,=+-]+$`)

// word quotes a value where a shell needs that.
func word(value string) string {
	if plain.MatchString(value) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// show writes the hooks before and after.
func (a *adopting) show(r attach.Result, t terminal) {
	for _, c := range r.Plan.Changes {
		fmt.Fprintf(t.out, "  %s\n    - %s\n    + %s\n", c.Hook, cmp.Or(string(c.Before), "none"), cmp.Or(string(c.After), "none"))
	}
	for _, note := range r.Plan.Moved {
		fmt.Fprintf(t.out, "  %s\n", note)
	}
	for _, name := range r.Left {
		fmt.Fprintf(t.out, "  %s is left: it is no longer what the suite put there\n", name)
	}
}

// unowned refuses a pool that a stack owns.
func (a *adopting) unowned(ctx context.Context) (unasked []string, err error) {
	const question = "whether a CloudFormation stack owns the pool (cloudformation DescribeStackResources: %s)"
	if a.local != nil {
		return nil, nil
	}
	out, err := cloudformation.NewFromConfig(a.cfg).DescribeStackResources(ctx, &cloudformation.DescribeStackResourcesInput{PhysicalResourceId: &a.pool})
	api, answered := errors.AsType[smithy.APIError](err)
	switch {
	case answered && api.ErrorCode() == "ValidationError": // "Stack for … does not exist"
		return nil, nil
	case answered:
		return []string{fmt.Sprintf(question, api.ErrorCode())}, nil
	case err != nil:
		return []string{fmt.Sprintf(question, "no answer")}, nil
	case len(out.StackResources) == 0:
		return nil, nil
	}
	name := aws.ToString(out.StackResources[0].StackName)
	return nil, fmt.Errorf("the stack %s owns the pool %s, and its next deployment may take the hooks out: ops wiring --for cloudformation has the lines for its template; nothing was changed", name, a.pool)
}

// advisePoolCode adds a remedy to an error of the pool.
func (a *adopting) advisePoolCode(err error) error {
	if attach.Gone(err) {
		return fmt.Errorf("there is no pool %s here: check --pool, the Region and the account: %w", a.pool, err)
	}
	switch doctor.Code(err) {
	case "ResourceNotFoundException":
		return fmt.Errorf("there is no table %s here, and no %s that could do without it: %w", a.table, a.file, err)
	case "AccessDeniedException":
		return fmt.Errorf("these credentials need cognito-idp:DescribeUserPool, GetUserPoolMfaConfig and UpdateUserPool for the pool, and iam:PassRole for the role of its text messages: %w", err)
	case "UserImportInProgressException":
		return fmt.Errorf("users are being imported: wait for the end of it: %w", err)
	}
	return err
}
