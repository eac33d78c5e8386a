package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// rounds bounds the repetitions of Upsert. Each but the first needs, in the middle of
// it, a snapshot of the same user that is older than this one and newer than the row.
const rounds = 8

// errUnsettled says that the row changed during every attempt to write it.
var errUnsettled = errors.New("the row does not come to rest")

// Upsert creates, heals or updates PROFILE. It uses one expression for all three, since
// a trigger cannot know which it is. The first update is users.MergeProfile. Its
// condition fails if the row knows something newer, which the second update asks, or if
// the user leaves a verified address, which the third update keeps. Between them an
// older snapshot may turn one case into the other; then Upsert tries again.
func (s *Store) Upsert(ctx context.Context, seen users.Snapshot) (users.Write, error) {
	key := rowKey(seen.Key, table.ProfileRow)
	for range rounds {
		c, condition := profileChange(seen)
		write, err := s.update(ctx, "writing PROFILE", key, c, condition)
		if err != nil || write == users.Applied {
			return write, err
		}
		c, condition = profileProbe(seen)
		if write, err = s.update(ctx, "asking PROFILE", key, c, condition); err != nil || write == users.Unchanged {
			return write, err
		}
		c, condition = profileLeaving(seen)
		if write, err = s.update(ctx, "writing PROFILE", key, c, condition); err != nil || write == users.Applied {
			return write, err
		}
	}
	return users.Failed, explain("writing PROFILE", errUnsettled)
}

// Compare reports whether there is a PROFILE, and whether it has the snapshot's digest or
// is a tombstone. The read is a BatchGetItem as in Access, so that a function links, and
// warms, one kind of read.
func (s *Store) Compare(ctx context.Context, seen users.Snapshot) (there, same bool, err error) {
	projection, names := Project(CompareAttributes())
	consistent := true
	out, err := s.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{s.table: {
		Keys:                     []map[string]types.AttributeValue{rowKey(seen.Key, table.ProfileRow)},
		ConsistentRead:           &consistent,
		ProjectionExpression:     &projection,
		ExpressionAttributeNames: names,
	}}})
	switch {
	case err != nil:
		return false, false, explain("asking PROFILE", err)
	case len(out.UnprocessedKeys) > 0:
		return false, false, explain("asking PROFILE", errUnprocessed)
	}
	for _, row := range out.Responses[s.table] {
		digest, _ := row["digest"].(*types.AttributeValueMemberS)
		return true, row["deletedAt"] != nil || digest != nil && digest.Value == seen.Profile.Digest(), nil
	}
	return false, false, nil
}

// profileChange is step A: the address stays, or the row has no verified one.
func profileChange(seen users.Snapshot) (*change, string) {
	c := copied(seen)
	condition := newer(c, seen.RefreshOnly) + " AND (" + "attribute_not_exists(" + c.name("emailVerified") + ")" + " OR #emailVerified = " + c.value("unverified", truth(false))
	if key := email.Lower(seen.Profile.Email); key != "" {
		condition += " OR #emailKey = :emailKey"
	}
	return c, condition + ")"
}

// profileProbe is step B: it changes nothing, and succeeds if the row exists and is
// older than this snapshot. An absent row cannot have failed step A, except if nothing
// may be created.
func profileProbe(seen users.Snapshot) (*change, string) {
	c := newChange(8)
	name := c.name("attrsAt")
	c.set = append(c.set, name+" = "+name)
	c.value("attrsAt", stamp(seen.At))
	return c, newer(c, true)
}

// profileLeaving is step C: the user leaves the row's verified address.
func profileLeaving(seen users.Snapshot) (*change, string) {
	c := copied(seen)
	c.set = append(c.set, c.name("previousEmail")+" = "+c.name("email"))
	c.put("emailChangedAt", stamp(seen.At))
	condition := newer(c, seen.RefreshOnly) + " AND " + c.name("emailVerified") + " = " + c.value("verified", truth(true))
	if key := email.Lower(seen.Profile.Email); key != "" {
		condition += " AND #emailKey <> :emailKey"
	}
	return c, condition
}

// copied sets what a snapshot says.
func copied(seen users.Snapshot) *change {
	at, p, c := stamp(seen.At), seen.Profile, newChange(16)
	c.keep("status", text(string(table.Active)))
	c.keep("createdAt", at)
	c.keep("createdBy", textOrNone(seen.Source))
	c.put("username", textOrNone(p.Username))
	c.put("email", textOrNone(p.Email))
	// The index's key is the address in lower case. An empty key would be refused by
	// DynamoDB, and silently kept by dynalite.
	c.put("emailKey", textOrNone(email.Lower(p.Email)))
	c.put("emailCollision", textOrNone(p.EmailCollision))
	c.put("emailVerified", ifAny(p.Email != "", truth(p.EmailVerified)))
	c.put("profile", textMap(p.Attributes))
	c.put("truncated", ifAny(p.Truncated, truth(true)))
	c.put("disabled", ifAny(p.Disabled, truth(true)))
	c.put("digest", text(p.Digest()))
	c.put(table.ShardKey, text(table.Shard(seen.Key.PoolID, seen.Key.Sub)))
	c.put("attrsAt", at)
	c.count("rev")
	return c
}

// newer returns the condition that all steps share: no tombstone, and nothing as new as
// :attrsAt.
func newer(c *change, refreshOnly bool) string {
	c.name("deletedAt")
	if refreshOnly {
		return "attribute_not_exists(#deletedAt) AND attribute_exists(#attrsAt) AND #attrsAt < :attrsAt"
	}
	return "attribute_not_exists(#deletedAt) AND (attribute_not_exists(#attrsAt) OR #attrsAt < :attrsAt)"
}

func ifAny(there bool, v types.AttributeValue) types.AttributeValue {
	if !there {
		return nil
	}
	return v
}

func textMap(m map[string]string) types.AttributeValue {
	if len(m) == 0 {
		return nil
	}
	values := make(map[string]types.AttributeValue, len(m))
	for name, value := range m {
		values[name] = text(value)
	}
	return &types.AttributeValueMemberM{Value: values}
}
