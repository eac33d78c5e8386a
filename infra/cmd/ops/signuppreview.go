package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

const signUpHelp = `
sign-up-preview: what every rule of sign-up says to somebody

  go run ./infra/cmd/ops sign-up-preview --stage NAME --email ADDRESS [--phone NUMBER]
                                         [--attr NAME=VALUE]… [--client ID]

The rules of the stage's file are asked as the function asks them, and nothing is deployed,
sent or stored. Each is shown in the order in which it is asked, with what it does: also a
rule in mode observe or off, with what it would do. The first line is the decision.

  --stage NAME      a file in infra/stages
  --email, --phone  the attributes email and phone_number
  --attr NAME=VALUE another attribute; the flag may be repeated
  --username NAME   the user name as typed (default: one that Cognito makes)
  --client ID       the app client's id, if it has rules of its own
  --source SOURCE   who asks for the account: self (the default), admin, or external, an
                    identity provider
  --invite, --challenge
                    the proofs that the form sends along
  --locale LOCALE   the language of the form (default: the attribute locale)
  --json            write it as JSON
  --stage-file FILE a stage's file elsewhere; --live: the rules that run, for which the flags
                    of ops help token-preview say where. --stage local is the stage that make
                    local serves

Exit status: 0, or 4 if the account is refused.

Example:
  go run ./infra/cmd/ops sign-up-preview --stage dev --email ada@mailinator.com --attr name=Ada
`

func signUpPreview(ctx context.Context, args []string, t terminal) error {
	var where target
	var asJSON bool
	q := support.SignUpQuestion{Now: t.now(), Attributes: map[string]string{}}
	flags := newFlags("sign-up-preview")
	where.flags(flags)
	attribute := func(name string) func(string) error {
		return func(value string) error { q.Attributes[name] = value; return nil }
	}
	flags.Func("email", "", attribute("email"))
	flags.Func("phone", "", attribute("phone_number"))
	flags.Func("attr", "", func(pair string) error {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return fmt.Errorf("write NAME=VALUE")
		}
		return attribute(name)(value)
	})
	source := flags.String("source", string(policy.Self), "")
	flags.StringVar(&q.UserName, "username", "", "")
	flags.StringVar(&q.Client, "client", "", "")
	flags.StringVar(&q.Invite, "invite", "", "")
	flags.StringVar(&q.Challenge, "challenge", "", "")
	flags.StringVar(&q.Locale, "locale", "", "")
	flags.BoolVar(&asJSON, "json", false, "")
	err := where.parseOnly(flags, args)
	q.Source = policy.Origin(*source)
	switch {
	case err != nil:
		return err
	case q.Source != policy.Self && q.Source != policy.Admin && q.Source != policy.External:
		return misused("there is no source %q: pass self, admin or external", *source)
	}
	if q.Stage, err = where.theStage(ctx); err != nil {
		return err
	}
	p, err := q.Answer()
	if err != nil {
		return err
	}
	err = show(t, asJSON, p, printSignUp)
	if err == nil && p.Decision == support.Refused {
		err = concluded(denied)
	}
	return err
}

// printSignUp writes the decision and the rules' verdicts for readers.
func printSignUp(out io.Writer, p support.SignUpPreview) {
	printSignUpDecision(out, p)
	fmt.Fprintf(out, "stage %s, asked for by %s\n\n", p.Stage, p.Source)
	colours := map[support.Does]colour{support.Refuses: bad, support.WouldRefuse: aside, support.Confirms: good}
	for _, r := range p.Rules {
		fmt.Fprintf(out, "  %-12s %-8s ", r.Rule, r.Mode)
		if c, ok := colours[r.Does]; ok {
			mark(out, c, string(r.Does))
		} else {
			fmt.Fprint(out, r.Does)
		}
		if r.Code != "" {
			fmt.Fprintf(out, ": %s", r.Code)
		}
		if r.OfClient {
			fmt.Fprint(out, ", the app client's own rule")
		}
		if r.Place != "" {
			fmt.Fprintf(out, "  (%s)", r.Place)
		}
		fmt.Fprintln(out)
	}
}

func printSignUpDecision(out io.Writer, p support.SignUpPreview) {
	switch p.Decision {
	case support.Refused:
		mark(out, bad, "REFUSED")
		fmt.Fprintf(out, " by %s with %s: %s\n", p.Rule, p.Code, p.Sentence)
	case support.Confirmed:
		mark(out, good, "ALLOWED")
		fmt.Fprintln(out, ", and confirmed without a code")
	default:
		mark(out, good, "ALLOWED")
		fmt.Fprintln(out)
	}
}
