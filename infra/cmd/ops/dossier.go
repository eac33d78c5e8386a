package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
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

// held is all that is stored about a user.
type held struct {
	Pool   string                    `json:"pool"`
	Sub    string                    `json:"sub"`
	Table  string                    `json:"table"`
	ReadAt time.Time                 `json:"readAt"`
	Rows   map[string]map[string]any `json:"rows"`
}

// dossier is the verb.
func dossier(ctx context.Context, args []string, t terminal) error {
	var where target
	flags := newFlags("dossier")
	where.flags(flags)
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
	if len(all.Rows) == 0 {
		return fmt.Errorf("nothing is stored about %s in the table %s: check the sub, the pool and the stage", all.Sub, where.table)
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
	if err := t.resolve(); err != nil {
		return reader{}, err
	}
	cfg, err := t.session(ctx)
	if err != nil {
		return reader{}, err
	}
	return reader{t, t.tableClient(cfg), at}, nil
}

func (r reader) read(ctx context.Context, user string) (held, error) {
	sub, err := support.Find(ctx, directory.New(r.client, r.table, r.pool), user)
	if err != nil {
		return held{}, err
	}
	all := held{Pool: r.pool, Sub: sub, Table: r.table, ReadAt: r.at.now().UTC(), Rows: map[string]map[string]any{}}
	pages := dynamodb.NewQueryPaginator(r.client, &dynamodb.QueryInput{
		TableName: &r.table, ConsistentRead: new(true), KeyConditionExpression: new("#pk = :pk"),
		ExpressionAttributeNames: map[string]string{"#pk": table.PK},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":pk": &types.AttributeValueMemberS{Value: table.User(r.pool, sub)},
		},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return held{}, fmt.Errorf("reading the rows of a user: %w", err)
		}
		for _, item := range page.Items {
			if err := all.add(item); err != nil {
				return held{}, err
			}
		}
	}
	return all, nil
}

func (h *held) add(item map[string]types.AttributeValue) error {
	row := map[string]any{}
	err := attributevalue.UnmarshalMapWithOptions(item, &row, func(o *attributevalue.DecoderOptions) { o.UseNumber = true })
	if err != nil {
		return fmt.Errorf("decoding a row of a user: %w", err)
	}
	sk, _ := row[table.SK].(string)
	delete(row, table.PK) // the pool and the sub, which are reported once
	delete(row, table.SK)
	h.Rows[sk] = asJSON(row).(map[string]any)
	return nil
}

// asJSON turns the SDK's numbers into JSON's, which keep their digits.
func asJSON(v any) any {
	switch v := v.(type) {
	case attributevalue.Number:
		return json.Number(v)
	case map[string]any:
		for name, value := range v {
			v[name] = asJSON(value)
		}
	case []any:
		for i, value := range v {
			v[i] = asJSON(value)
		}
	}
	return v
}

// expiry reads a time to live; the zero time is none.
func expiry(v any) time.Time {
	n, ok := v.(json.Number)
	if !ok {
		return time.Time{}
	}
	seconds, err := n.Int64()
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
