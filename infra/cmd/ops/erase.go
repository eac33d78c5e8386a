package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/infra/support/dossier"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/live"
)

const eraseHelp = `
erase: remove what is stored about a user, with a receipt

  go run ./infra/cmd/ops erase USER --stage STAGE

All rows of the user become tombstones: they say that there was a user and when, and
contain no personal data. No event, sweep or grant overwrites them, so that a late one
does not bring the user back. They expire after 90 days.

Delete the user from the pool first (AdminDeleteUser). Otherwise this refuses: the
user could still sign in, would get no token, and would have to be deleted anyway.
--even-though-in-the-pool does it nevertheless.

Backups do not change: with point-in-time recovery the table can be restored for up
to 35 days.

USER is a sub, or the e-mail address that exactly one user has verified.
` + targetHelp + `
Erasing:
  --yes             do not ask
  --as WHO          who erases, for the receipt (default: $USER)
  --json            the receipt as JSON
  --even-though-in-the-pool

Example:
  go run ./infra/cmd/ops erase ada@example.com --stage prod --yes --json > receipt.json
`

// erasing is one call of the verb.
type erasing struct {
	target
	yes, json, inPool bool
	user, as          string
}

func erase(ctx context.Context, args []string, t terminal) error {
	e, err := readErasing(args, t)
	if err != nil {
		return err
	}
	cfg, err := e.connect(ctx)
	if err != nil {
		return err
	}
	client := e.tableClient(cfg)
	before, err := e.rows(ctx, client, e.user, t)
	if err != nil {
		return e.advise(err, t)
	}
	at, err := e.gone(ctx, e.poolClient(cfg), before.Sub)
	if err != nil {
		return err
	}
	if err := e.confirm(before, t); err != nil {
		return err
	}
	if err := before.Erase(ctx, client, at); err != nil {
		return e.advise(err, t)
	}
	after, err := e.rows(ctx, client, before.Sub, t)
	if err != nil {
		return fmt.Errorf("the rows are erased; reading what is left: %w", err)
	}
	return e.acknowledge(before, after, t)
}

func readErasing(args []string, t terminal) (*erasing, error) {
	e, flags := &erasing{}, newFlags("erase")
	e.flags(flags)
	flags.BoolVar(&e.yes, "yes", false, "")
	flags.BoolVar(&e.json, "json", false, "")
	flags.BoolVar(&e.inPool, "even-though-in-the-pool", false, "")
	flags.StringVar(&e.as, "as", t.getenv("USER"), "")
	words, err := parse(flags, args)
	if err != nil {
		return nil, err
	}
	if len(words) != 1 || words[0] == "" {
		return nil, misused("name the user: one USER")
	}
	if !e.yes && !t.interactive {
		return nil, misused("there is no terminal to ask at: pass --yes")
	}
	e.user = words[0]
	return e, nil
}

// gone asks the pool for the user and returns the reply's time. It asks the list, since
// AdminGetUser finds a federated user by name only.
func (e *erasing) gone(ctx context.Context, client *cognito.Client, sub string) (time.Time, error) {
	answer, err := live.NewPool(client, e.pool).Find(ctx, sub)
	switch {
	case err != nil:
		return time.Time{}, fmt.Errorf("asking the pool for the user: %w", err)
	case answer.Found && !e.inPool:
		return time.Time{}, fmt.Errorf("the pool %s still has the user: delete the user first (AdminDeleteUser; the list may be some minutes behind), "+
			"or pass --even-though-in-the-pool; then every sign-in of the user is refused", e.pool)
	case answer.At.IsZero():
		return time.Time{}, errors.New("asking the pool for the user: the reply has no Date")
	}
	return answer.At, nil
}

// confirm asks the operator, unless --yes is given.
func (e *erasing) confirm(before dossier.Dossier, t terminal) error {
	if e.yes {
		return nil
	}
	fmt.Fprintf(t.err, "All that is stored about %s in %s becomes tombstones: %s.\nThis cannot be taken back. Type the sub to erase it: ",
		before.Sub, e.table, listed(sortedKeys(before.Rows)))
	answer, _ := bufio.NewReader(t.in).ReadString('\n')
	if strings.TrimSpace(answer) != before.Sub {
		return fmt.Errorf("nothing was erased")
	}
	return nil
}

// acknowledge writes the receipt: what existed and what is left.
func (e *erasing) acknowledge(before, after dossier.Dossier, t terminal) error {
	r := before.Receipt(after, e.as)
	if e.json {
		return writeJSON(t.out, r)
	}
	printReceipt(r, t)
	return nil
}

func printReceipt(r dossier.Receipt, t terminal) {
	fmt.Fprintf(t.out, "RECEIPT: %s in %s is erased\n", r.Sub, r.Pool)
	line := func(name, text string) { fmt.Fprintf(t.out, "  %-8s %s\n", name, text) }
	line("table", r.Table)
	line("at", r.ErasedAt+", by the service's clock")
	if r.By != "" {
		line("by", r.By)
	}
	for _, sk := range sortedKeys(r.Erased) {
		line("erased", sk+": "+strings.Join(r.Erased[sk], ", "))
	}
	if len(r.Erased) == 0 {
		line("erased", "nothing: there was nothing, or it was erased before")
	}
	for _, sk := range sortedKeys(r.Left) {
		line("left", sk+": "+strings.Join(r.Left[sk], ", "))
	}
	line("until", r.Until.Format("2006-01-02")+", when the tombstones expire")
}
