package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/support"
)

const whyHelp = `
why: what a user's tokens say and lack, and why

  go run ./infra/cmd/ops why USER --stage NAME [--client CLIENT]
  go run ./infra/cmd/ops why [USER] --stage NAME --token JWT

The verdict comes first. Then it shows the user in the pool and the rows, the token profile of the app client and where
it is said, and each claim, scope and role with what became of it: granted, absent because
of something, or elsewhere (a role in another tenant). The functions' own code answers, with
the policy of the stage file: where that is not deployed yet, the functions say what is
deployed. The word behind "in the log lines" is how the functions' logs name the user.

USER is a sub, an e-mail address or a user name.

  --client CLIENT   an app client's name in the stage (default: web), or its id
  --tenant TENANT   the tenant that the caller asks for (clientMetadata)
  --token JWT       compare an ID or access token with what would be said now; - reads it
                    from the standard input, which keeps it out of the shell's history.
                    It is decoded only: its signature is neither checked nor printed
  --json            write it as JSON
` + targetHelp + `
Exit status: 0 if all is granted, 4 if the user gets no token (suspended, deleted, refused
by a rule, disabled or unconfirmed in Cognito), 5 if nobody knows the user or the app
client, 6 if a grant is absent, 7 if the tenant is none of the user's.

Example:
  go run ./infra/cmd/ops why ada@example.com --stage dev
`

func why(ctx context.Context, args []string, t terminal) error {
	var where target
	var asJSON bool
	q := support.WhyQuestion{Now: t.now()}
	flags := newFlags("why")
	where.flags(flags)
	flags.StringVar(&q.Client, "client", "", "")
	flags.StringVar(&q.Tenant, "tenant", "", "")
	flags.StringVar(&q.Token, "token", "", "")
	flags.BoolVar(&asJSON, "json", false, "")
	words, err := parse(flags, args)
	switch {
	case err != nil:
		return err
	case len(words) > 1 || len(words) == 0 && q.Token == "":
		return misused("name the user: one USER, or --token JWT")
	case where.stage+where.stageFile+where.stack == "":
		return misused("pass --stage NAME")
	}
	q.User = strings.Join(words, "")
	if q.Token == "-" {
		if q.Token, err = readToken(t.in); err != nil {
			return err
		}
	}
	stage, err := where.tokenStage(ctx)
	if err != nil {
		return err
	}
	s, err := where.suite(ctx, stage, t)
	if err != nil {
		return err
	}
	w, err := s.Why(ctx, q)
	if err != nil {
		return where.advise(err, t)
	}
	status := conclude(w.Tokens, true)
	if w.NoSignIn != "" {
		status = concluded(denied)
	}
	return cmp.Or(show(t, asJSON, w, printWhy), status)
}

// readToken reads a token from the standard input.
func readToken(in io.Reader) (string, error) {
	const most = 64 << 10
	text, err := io.ReadAll(io.LimitReader(in, most))
	if err != nil {
		return "", fmt.Errorf("reading the token: %w", err)
	}
	if len(strings.TrimSpace(string(text))) == 0 {
		return "", misused("--token - reads a token from the standard input, and there is none")
	}
	return string(text), nil
}
