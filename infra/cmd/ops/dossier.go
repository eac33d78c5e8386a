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
	cfg, err := where.connect(ctx)
	if err != nil {
		return err
	}
	all, err := where.rows(ctx, where.tableClient(cfg), words[0], t)
	if err != nil {
		return where.advise(err, t)
	}
	return writeJSON(t.out, all)
}

// rows reads all rows of a user. It is an error if there are none.
func (t *target) rows(ctx context.Context, client *dynamodb.Client, user string, at terminal) (dossier.Dossier, error) {
	sub, err := support.Find(ctx, directory.New(client, t.table, t.pool), user)
	if err != nil {
		return dossier.Dossier{}, err
	}
	all, err := dossier.Read(ctx, client, t.table, t.pool, sub, at.now())
	if err == nil && len(all.Rows) == 0 {
		err = support.Unknown(fmt.Sprintf("nothing is stored about %s in the table %s: check the sub, the pool and the stage", sub, t.table))
	}
	return all, err
}
