package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo/record"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Profile is a copy of what the pool knows of a user, as of the last event. Empty
// members are absent.
type Profile struct {
	// Schema is SchemaVersion.
	Schema   int    `json:"schema"`
	Sub      string `json:"sub"`
	Username string `json:"username,omitempty"`
	// Email is as the user wrote it. It identifies no user unless EmailVerified is
	// true.
	Email         string `json:"email,omitempty"`
	EmailVerified bool   `json:"emailVerified"`
	// Attributes are those that the policy's mirror section lists.
	Attributes map[string]string `json:"attributes,omitempty"`
	// Truncated reports whether an attribute was too long to be copied.
	Truncated bool `json:"truncated,omitempty"`
	// Disabled reports whether an administrator has disabled the user, as of the last
	// sweep: no event tells it.
	Disabled bool `json:"disabled,omitempty"`
	// PreviousEmail is the verified address before this one, and EmailChangedAt is when
	// the change was seen; both are absent without a change.
	PreviousEmail  string    `json:"previousEmail,omitempty"`
	EmailChangedAt time.Time `json:"emailChangedAt,omitzero"`
	CreatedAt      time.Time `json:"createdAt"`
	// CreatedBy is the trigger source that created the row, or "sweep".
	CreatedBy string `json:"createdBy,omitempty"`
	// SeenAt is when an event had the copied part and wrote it. A sign-in that changes
	// nothing does not move it: see SignIn.
	SeenAt time.Time `json:"seenAt"`
	// Rev counts the writes.
	Rev int64 `json:"rev"`
}

// SignIn says when and how often a user signed in. Post authentication writes it before
// the tokens are decided: a sign-in that pre token generation then refuses, such as that
// of a suspended user, is counted, and is the last one.
type SignIn struct {
	// Schema is SchemaVersion.
	Schema int       `json:"schema"`
	Sub    string    `json:"sub"`
	First  time.Time `json:"first"`
	Last   time.Time `json:"last"`
	// Count is the number of sign-ins at least 20 s apart. It is never too high, and
	// exact if they are 30 s or more apart.
	Count int64 `json:"count"`
	// LastClient is the id of the app client of the last counted sign-in.
	LastClient string `json:"lastClient,omitempty"`
}

// Profile reads a user's PROFILE. Errors wrap ErrNotFound, ErrDeleted, ErrSchema,
// or are the store's.
func (d *Directory) Profile(ctx context.Context, sub string) (Profile, error) {
	item, err := d.row(ctx, sub, table.ProfileRow, profileAttributes())
	if err := presence(item, err); err != nil {
		return Profile{}, fmt.Errorf("reading PROFILE: %w", err)
	}
	row, err := record.ReadProfile(item)
	if err != nil {
		return Profile{}, fmt.Errorf("reading PROFILE: %w", err)
	}
	return Profile{
		Schema: SchemaVersion, Sub: sub, Username: row.Username, Email: row.Email, EmailVerified: row.EmailVerified,
		Attributes: row.Attributes, Truncated: row.Truncated, Disabled: row.Disabled,
		PreviousEmail: row.PreviousEmail, EmailChangedAt: row.EmailChangedAt,
		CreatedAt: row.CreatedAt, CreatedBy: row.CreatedBy, SeenAt: row.AttrsAt, Rev: row.Rev,
	}, nil
}

// SignIn reads a user's SIGNIN. Errors are those of Profile; for a user who has never
// signed in it is ErrNotFound.
func (d *Directory) SignIn(ctx context.Context, sub string) (SignIn, error) {
	item, err := d.row(ctx, sub, table.SignInRow, signInAttributes())
	if err := presence(item, err); err != nil {
		return SignIn{}, fmt.Errorf("reading SIGNIN: %w", err)
	}
	row, err := record.ReadSignIn(item)
	if err != nil {
		return SignIn{}, fmt.Errorf("reading SIGNIN: %w", err)
	}
	return SignIn{
		Schema: SchemaVersion, Sub: sub, First: row.First, Last: row.Last, Count: row.Count, LastClient: row.LastClient,
	}, nil
}

// presence returns an error for a row that cannot be read, is absent, deleted, or of a
// newer version.
func presence(item map[string]types.AttributeValue, err error) error {
	switch {
	case err != nil:
		return err
	case item == nil:
		return ErrNotFound
	case item["deletedAt"] != nil:
		return ErrDeleted
	}
	return checkSchema(item, schemaAttribute)
}

// ByEmail finds the users with an address, in any ASCII case; finding none is not an
// error. There may be several, because an address counts only if it is verified: before
// you decide anything by an address, check that the Profile's EmailVerified is true.
// The index lags a moment behind the rows, so ByEmail reads each row again. It leaves
// out a hit that is no longer true and may miss a very new one.
func (d *Directory) ByEmail(ctx context.Context, address string) ([]Profile, error) {
	subs, err := d.subsOf(ctx, email.Lower(address))
	if err != nil {
		return nil, fmt.Errorf("searching by e-mail address: %w", err)
	}
	var found []Profile
	for _, sub := range subs {
		profile, err := d.Profile(ctx, sub)
		switch {
		case errors.Is(err, ErrNotFound), errors.Is(err, ErrDeleted): // the index lags
		case err != nil:
			return nil, err
		case email.Lower(profile.Email) == email.Lower(address):
			found = append(found, profile)
		}
	}
	return found, nil
}

// subsOf asks the index for this pool's users.
func (d *Directory) subsOf(ctx context.Context, emailKey string) ([]string, error) {
	if emailKey == "" {
		return nil, nil
	}
	pool := table.User(d.pool, "")
	pages := dynamodb.NewQueryPaginator(d.client, &dynamodb.QueryInput{
		TableName: &d.table, IndexName: new(table.EmailIndex), KeyConditionExpression: new("#emailKey = :emailKey"),
		ProjectionExpression:      new("#pk, #sk"),
		ExpressionAttributeNames:  map[string]string{"#pk": table.PK, "#sk": table.SK, "#emailKey": table.EmailKey},
		ExpressionAttributeValues: map[string]types.AttributeValue{":emailKey": text(emailKey)},
	})
	var subs []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("asking the index %s of the table %s: %w", table.EmailIndex, d.table, err)
		}
		for _, item := range page.Items {
			pk := item[table.PK].(*types.AttributeValueMemberS) // the table's key is a string
			if sub, own := strings.CutPrefix(pk.Value, pool); own {
				subs = append(subs, sub)
			}
		}
	}
	return subs, nil
}
