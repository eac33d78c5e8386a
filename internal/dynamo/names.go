package dynamo

import (
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// The sort keys of a person's three rows.
const (
	profileRow = "PROFILE"
	signInRow  = "SIGNIN"
	authzRow   = "AUTHZ"
)

// ProfileAttributes gives every attribute name that an update of PROFILE by a
// trigger mentions, key and condition included: what dynamodb:Attributes has to
// allow (developer guide, "Using IAM policy conditions for fine-grained access
// control"). expiresAt is not among them: who may set a time to live can make a
// suspension vanish.
func ProfileAttributes() []string {
	return []string{
		"pk", "sk", "status", "createdAt", "createdBy", "username", "email", "emailKey", "emailCollision", "emailVerified",
		"profile", "truncated", "disabled", "previousEmail", "emailChangedAt", "attrsAt", "rev", "deletedAt",
	}
}

// SignInAttributes gives the same for SIGNIN.
func SignInAttributes() []string {
	return []string{"pk", "sk", "lastSignInAt", "firstSignInAt", "signInCount", "signInMark", "lastClient", "deletedAt"}
}

// AuthzAttributes gives AUTHZ's own attribute names. The three rows share their
// partition key and IAM can tell rows apart by attribute names only, so none of
// these is a name that a trigger may write.
func AuthzAttributes() []string {
	return []string{"authzRoles", "authzTenants", "authzTenant", "authzStatus", "authzExtra", "authzRev", "authzBy", "authzAt"}
}

// AccessAttributes gives every attribute name that Access reads.
func AccessAttributes() []string {
	return slices.Concat([]string{"pk", "sk", "deletedAt", clientProfile}, AuthzAttributes()[:6])
}

// EraseAttributes gives every attribute name that Erase mentions, in all three rows.
// No trigger has them: expiresAt and those of AUTHZ are among them.
func EraseAttributes() []string {
	return []string{
		"pk", "sk", "status", "deletedAt", "expiresAt",
		"username", "email", "emailKey", "emailCollision", "emailVerified", "profile", "truncated", "disabled", "previousEmail", "emailChangedAt",
		"lastSignInAt", "firstSignInAt", "signInCount", "signInMark", "lastClient",
		"authzStatus", "authzAt", "authzRoles", "authzTenants", "authzTenant", "authzExtra", "authzBy",
	}
}

// PartitionKey gives the value of pk that all rows of a person share.
func PartitionKey(key users.Key) string { return "USER#" + key.PoolID + "#" + key.Sub }

func rowKey(key users.Key, row string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": text(PartitionKey(key)), "sk": text(row)}
}

// Time writes a time as rows hold it: RFC 3339 in UTC with exactly three digits of
// a second, so that the order of the strings is the order of the times.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// textOrNone gives nil, which removes the attribute, for an empty string.
func textOrNone(s string) types.AttributeValue {
	if s == "" {
		return nil
	}
	return text(s)
}

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func truth(b bool) types.AttributeValue { return &types.AttributeValueMemberBOOL{Value: b} }
