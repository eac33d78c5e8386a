package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/infra/support/dossier"
)

const dossierHelp = `
dossier: print all that is stored about a user, as JSON

  go run ./infra/cmd/ops dossier USER --stage STAGE

Every row of the user with every column, as in the table: what the suite copied from
Cognito (PROFILE), when the user signed in (SIGNIN, and SIGNIN#… if a history is
kept), and what the user may do (AUTHZ). It is this table's part of what a user may
ask for under article 15 of the GDPR; AdminGetUser returns the pool's.

USER is a sub, or the e-mail address that exactly one user has verified.
` + targetHelp + `
Example:
  go run ./infra/cmd/ops dossier ada@example.com --stage prod > ada.json
`

func showDossier(ctx context.Context, args []string, t terminal) error {
	var where target
	flags := newFlags("dossier")
	where.flags(flags)
	flags.Bool("json", true, "") // it writes nothing else
	words, err := parse(flags, args)
	if err != nil {
		return err
	}
	if len(words) != 1 || words[0] == "" {
		return misused("name the user: one USER")
	}
	r, err := where.reader(ctx, t)
	if err != nil {
		return err
	}
	all, err := r.read(ctx, words[0])
	if err != nil {
		return where.advise(err, t)
	}
	return writeJSON(t.out, all)
}

// reader reads all rows of a user.
type reader struct {
	*target
	client *dynamodb.Client
	at     terminal
}

func (t *target) reader(ctx context.Context, at terminal) (reader, error) {
	cfg, err := t.connect(ctx)
	if err != nil {
		return reader{}, err
	}
	return reader{t, t.tableClient(cfg), at}, nil
}

func (r reader) read(ctx context.Context, user string) (dossier.Dossier, error) {
	sub, err := support.Find(ctx, directory.New(r.client, r.table, r.pool), user)
	if err != nil {
		return dossier.Dossier{}, err
	}
	all, err := dossier.Read(ctx, r.client, r.table, r.pool, sub, r.at.now())
	if err == nil && len(all.Rows) == 0 {
		err = support.Unknown(fmt.Sprintf("nothing is stored about %s in the table %s: check the sub, the pool and the stage", sub, r.table))
	}
	return all, err
}
