package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Upsert creates, heals or updates PROFILE: one expression for all three, since a
// trigger cannot know which it is. It is users.MergeProfile as an update.
func (s *Store) Upsert(ctx context.Context, seen users.Snapshot) (users.Write, error) {
	c, condition := profileChange(seen)
	return s.update(ctx, "writing PROFILE", rowKey(seen.Key, profileRow), c, condition)
}

func profileChange(seen users.Snapshot) (*change, string) {
	at, p, c := text(Time(seen.At)), seen.Profile, newChange()
	c.keep("status", text(string(users.Active)))
	c.keep("createdAt", at)
	c.keep("createdBy", textOrNone(seen.Source))
	c.put("username", textOrNone(p.Username))
	c.put("email", textOrNone(p.Email))
	// The index's key is the address as an identity. An empty one would be refused
	// by DynamoDB, and kept silently by dynalite.
	c.put("emailKey", textOrNone(email.Lower(p.Email)))
	c.put("emailCollision", textOrNone(p.EmailCollision))
	c.put("emailVerified", ifAny(p.Email != "", truth(p.EmailVerified)))
	c.put("profile", textMap(p.Attributes))
	c.put("truncated", ifAny(p.Truncated, truth(true)))
	c.put("attrsAt", at)
	c.count("rev")
	return c, profileCondition(c, seen.RefreshOnly)
}

func profileCondition(c *change, refreshOnly bool) string {
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
