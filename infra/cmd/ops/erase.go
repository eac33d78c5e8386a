package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/live"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
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

// receipt says what was erased.
type receipt struct {
	Pool  string `json:"pool"`
	Sub   string `json:"sub"`
	Table string `json:"table"`
	By    string `json:"by,omitempty"`
	// ErasedAt is the time of the pool's reply that it has no such user, or that of an
	// earlier erasure.
	ErasedAt string `json:"erasedAt"`
	// Erased has the rows that existed, with their columns.
	Erased map[string][]string `json:"erased"`
	// Left has what is left, and until when.
	Left  map[string][]string `json:"left"`
	Until time.Time           `json:"leftUntil"`
}

// erase is the verb.
func erase(ctx context.Context, args []string, t terminal) error {
	e, err := readErasing(args, t)
	if err != nil {
		return err
	}
	r, err := e.reader(ctx, t)
	if err != nil {
		return err
	}
	before, err := r.read(ctx, e.user)
	if err != nil {
		return e.advise(err, t)
	}
	if len(before.Rows) == 0 {
		return fmt.Errorf("nothing is stored about %s in the table %s: check the sub, the pool and the stage", before.Sub, e.table)
	}
	at, err := e.gone(ctx, before.Sub)
	if err != nil {
		return err
	}
	if err := e.confirm(before, t); err != nil {
		return err
	}
	if err := r.bury(ctx, before, at); err != nil {
		return e.advise(err, t)
	}
	after, err := r.read(ctx, before.Sub)
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
func (e *erasing) gone(ctx context.Context, sub string) (time.Time, error) {
	cfg, err := e.session(ctx)
	if err != nil {
		return time.Time{}, err
	}
	answer, err := live.NewPool(e.poolClient(cfg), e.pool).Find(ctx, sub)
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
func (e *erasing) confirm(before held, t terminal) error {
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

// bury makes the tombstones and removes the rows without a tombstone, those of a history.
func (r reader) bury(ctx context.Context, before held, at time.Time) error {
	key := users.Key{PoolID: r.pool, Sub: before.Sub}
	if err := dynamo.Over(r.client, r.table).Erase(ctx, key, at); err != nil {
		return fmt.Errorf("erasing: %w; repeat it until it succeeds", err)
	}
	for sk := range before.Rows {
		if slices.Contains(table.UserRows(), sk) {
			continue
		}
		_, err := r.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &r.table, Key: map[string]types.AttributeValue{
			table.PK: &types.AttributeValueMemberS{Value: table.User(r.pool, before.Sub)}, table.SK: &types.AttributeValueMemberS{Value: sk},
		}})
		if err != nil {
			return fmt.Errorf("removing the row %s: %w; repeat it until it succeeds", sk, err)
		}
	}
	return nil
}

// acknowledge writes the receipt: what existed and what is left.
func (e *erasing) acknowledge(before, after held, t terminal) error {
	profile := after.Rows[table.ProfileRow]
	erasedAt, _ := profile["deletedAt"].(string)
	r := receipt{
		Pool: e.pool, Sub: before.Sub, Table: e.table, By: e.as, ErasedAt: erasedAt,
		Erased: map[string][]string{}, Left: map[string][]string{}, Until: expiry(profile[table.TTL]),
	}
	for sk, row := range after.Rows {
		r.Left[sk] = sortedKeys(row)
	}
	for sk, row := range before.Rows {
		for _, name := range sortedKeys(row) {
			if !slices.Contains(r.Left[sk], name) {
				r.Erased[sk] = append(r.Erased[sk], name)
			}
		}
	}
	if e.json {
		return writeJSON(t.out, r)
	}
	r.print(t)
	return nil
}

func (r receipt) print(t terminal) {
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
