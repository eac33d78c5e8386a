package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
	"github.com/cognito-triggers/cognito-triggers/internal/doctor/live"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

const doctorHelp = `
doctor: examine a live pool, its functions and its stack

  go run ./infra/cmd/ops doctor --stage NAME
  go run ./infra/cmd/ops doctor --stage NAME --watch
  go run ./infra/cmd/ops doctor --list

It asks AWS, and changes nothing. What is wrong comes first, the worst before the rest, each
with what it means, how it is mended and who says so. Then it says how many checks passed, and
which could not be asked and why: those are not passed. What the stage's file asks for on
purpose is not wrong; without a file, some checks are not asked. The read permissions that
each check needs are the operations that --list prints (the AWS managed policy SecurityAudit
has most of them), and cloudformation:DetectStackDrift.

  --strict          fail for a warning, and for a check that could not be asked, too
  --only 1,2,3      these checks alone
  --except 17,24    without these: what is known and stays, such as a pool with case
                    sensitive names
  --list            print the checks with their questions and sources, and ask nothing
  --watch           look each minute whether the pool still calls the suite, as the tripwire's
                    function does, and print what changes and who did it, until Ctrl-C
  --json            for programs: a list of checks with status, findings and what was not asked;
                    with --watch an object a line

Exit status: 0 nothing critical, 9 a critical finding, 10 with --strict a warning or a check
that could not be asked.
` + targetHelp + `
Example:
  go run ./infra/cmd/ops doctor --stage prod --strict
`

// examination is a call of doctor.
type examination struct {
	target
	only, except       string
	strict, list, json bool
	watch              bool
}

func examine(ctx context.Context, args []string, t terminal) error {
	var e examination
	flags := newFlags("doctor")
	e.flags(flags)
	flags.StringVar(&e.only, "only", "", "")
	flags.StringVar(&e.except, "except", "", "")
	flags.BoolVar(&e.strict, "strict", false, "")
	flags.BoolVar(&e.list, "list", false, "")
	flags.BoolVar(&e.json, "json", false, "")
	flags.BoolVar(&e.watch, "watch", false, "")
	if err := parseOnly(flags, args); err != nil {
		return err
	}
	if e.watch && (e.list || e.only+e.except != "") {
		return misused("--watch makes the tripwire's checks: leave out --list, --only and --except")
	}
	checks, err := e.checks()
	if err != nil {
		return err
	}
	if e.list && e.json {
		return writeJSON(t.out, checks)
	}
	if e.list {
		return listChecks(t.out, checks)
	}
	subject, port, err := e.subject(ctx, t)
	if err != nil {
		return err
	}
	if e.watch {
		return e.keepWatch(ctx, subject, port, t)
	}
	results, err := doctor.Examine(ctx, checks, subject, port)
	if err != nil {
		return err
	}
	if e.json {
		err = writeJSON(t.out, results)
	} else {
		printResults(t.out, subject, results)
	}
	if err != nil {
		return err
	}
	return e.verdict(results)
}

// checks returns those that are asked for.
func (e *examination) checks() ([]doctor.Check, error) {
	chosen := doctor.All()
	for flag, numbers := range map[string]string{"--only": e.only, "--except": e.except} {
		if numbers == "" {
			continue
		}
		wanted := strings.Split(numbers, ",")
		isNamed := func(c doctor.Check) bool { return slices.Contains(wanted, fmt.Sprint(c.Number)) }
		if named := slices.DeleteFunc(doctor.All(), func(c doctor.Check) bool { return !isNamed(c) }); len(named) != len(wanted) {
			return nil, misused("%s %s: the checks are numbers with commas, each once; --list prints them", flag, numbers)
		}
		chosen = slices.DeleteFunc(chosen, func(c doctor.Check) bool { return isNamed(c) == (flag == "--except") })
	}
	return chosen, nil
}

// verdict is the exit status.
func (e *examination) verdict(results []doctor.Result) error {
	worst := func(s doctor.Severity) bool {
		return slices.ContainsFunc(results, func(r doctor.Result) bool { return r.Status == doctor.Failed && r.Severity == s })
	}
	unasked := slices.ContainsFunc(results, func(r doctor.Result) bool { return len(r.Unasked) > 0 })
	switch {
	case worst(doctor.Critical):
		return concluded(critical)
	case e.strict && (worst(doctor.Warning) || unasked):
		return concluded(warned)
	}
	return nil
}

// subject returns what the stack wants, and what answers for it.
func (e *examination) subject(ctx context.Context, t terminal) (doctor.Subject, doctor.Port, error) {
	if e.stage+e.stack+e.outputs == "" {
		return doctor.Subject{}, nil, misused("name the suite: --stage, or --stack")
	}
	cfg, err := e.connect(ctx)
	if err != nil {
		return doctor.Subject{}, nil, err
	}
	outputs, err := e.stackOutputs(ctx, "pass another --outputs")
	if err != nil {
		return doctor.Subject{}, nil, err
	}
	s := doctor.Subject{Pool: e.pool, Table: e.table, Stack: cmp.Or(e.stack, settings.StackName(cmp.Or(outputs[settings.LocalStageOutput], e.stage))), Now: t.now(), TokenVersion: outputs[settings.EventVersionOutput]}
	stage, err := e.tokenStage(ctx)
	switch {
	case err == nil:
		if s.Stage = wanted(stage, outputs); !stage.Runs() { // whose version is the pool's own
			s.TokenVersion = string(stage.WithDefaults().TokenVersion)
		}
	case e.runs():
		fmt.Fprintf(t.err, "what the stage wants is not known, and some checks are not asked: %v\n", err)
	default:
		return s, nil, err
	}
	if s.Triggers, err = e.functions(outputs, stage, s.Stage != nil); err != nil {
		return s, nil, err
	}
	if e.local != nil {
		cfg.AppID = timeline.Onlooker
		return s, live.New(cfg, e.endpoint(cfg.Region), t).Without(unplayed), nil
	}
	return s, live.New(cfg, e.endpoint(cfg.Region), t), nil
}

// functions returns the triggers of the stage with their functions; without a file, those that
// were deployed.
func (e *examination) functions(outputs map[string]string, stage settings.Stage, known bool) (all []doctor.Trigger, err error) {
	wanted := triggers.All() // each that has an output
	if known {
		wanted = stage.Hooked()
	}
	for _, trigger := range wanted {
		output := trigger.Name + settings.FunctionNameOutput
		switch name := outputs[output]; {
		case name != "":
			all = append(all, doctor.Trigger{Name: trigger.Name, Function: name, Alias: settings.LiveAlias})
		case known:
			return nil, fmt.Errorf("%s has no output %s: deploy the stage", e.from, e.prefix+output)
		}
	}
	return all, nil
}

// unplayed are operations that something of the local cloud answers without doing what they say.
var unplayed = map[string]string{"DescribeTimeToLive": "rows of the local table do not end"}

// endpoint returns where the services are: of the local cloud those that it plays.
func (e *examination) endpoint(region string) func(string) string {
	if e.local == nil {
		return func(service string) string { return live.Endpoint(service, region) }
	}
	outputs := map[string]string{
		"cognito-idp": settings.LocalCognitoOutput, "dynamodb": settings.LocalDynamoDBOutput, "lambda": settings.LocalLambdaOutput,
	}
	return func(service string) string { return e.local[outputs[service]] }
}

// wanted returns what a stage asks for.
func wanted(stage settings.Stage, outputs map[string]string) *doctor.Stage {
	full := stage.WithDefaults()
	s := &doctor.Stage{
		Disposable: stage.Disposable, Plan: strings.ToUpper(string(full.Plan)), DefaultMail: stage.Email.CognitoDefault,
		PhoneFirst: full.Recovery[0] == settings.RecoverByPhone,
		SelfRules:  len(stage.SelfRules()), Closed: !stage.SelfSignUp && !stage.ExistingPool.Elsewhere(), Trusted: stage.Guarded(),
		Clients: map[string]doctor.Client{}, PromisedHours: full.Reconcile.PromisedHours,
	}
	for name, p := range full.IdentityProviders {
		if p.TrustsEmail {
			s.TrustsEmail = append(s.TrustsEmail, name)
		}
	}
	for output, id := range outputs {
		name := settings.ClientOfOutput(output)
		client, known := full.Clients[name]
		if name == "" || !known {
			continue
		}
		s.Clients[id] = doctor.Client{
			Name: name, Hidden: stage.Policy.Tokens.Profiles[client.Profile].ID.Suppress,
			Password: slices.Contains(client.Flows, settings.FlowPassword),
		}
	}
	for id, profile := range stage.ForeignClients {
		s.Clients[id] = doctor.Client{Hidden: stage.Policy.Tokens.Profiles[profile].ID.Suppress}
	}
	return s
}
