package directory

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// These attributes hold the version of a row's schema. AUTHZ has its own, since it
// shares no name with other rows (package table).
const (
	schemaAttribute      = "schema"
	authzSchemaAttribute = "authzSchema"
)

const usernameAttribute = "username"

// ReadAttributes returns every attribute name that Profile, SignIn and ByEmail mention,
// for the condition key dynamodb:Attributes. It has none of AUTHZ's.
func ReadAttributes() []string {
	return sorted(profileAttributes(), signInAttributes())
}

// ManagementAttributes returns every attribute name that Authz and Change read. It has
// no personal data.
func ManagementAttributes() []string {
	return sorted(table.Written[table.Authz](), knownAttributes())
}

// ChangeAttributes returns every attribute name that Change writes or has a condition
// on, the keys included. No trigger may write any of them but the keys.
func ChangeAttributes() []string { return sorted(table.Written[table.Authz]()) }

// UsernameAttributes returns every attribute name that Suspend and Reinstate read of
// PROFILE, to name the user in Cognito.
func UsernameAttributes() []string { return []string{table.PK, table.SK, usernameAttribute} }

// EmailAttributes returns every attribute name that the search in the index mentions.
func EmailAttributes() []string { return []string{table.EmailKey, table.PK, table.SK} }

func profileAttributes() []string {
	return append(table.Written[table.Profile](), schemaAttribute)
}

func signInAttributes() []string {
	return append(table.Written[table.SignIn](), schemaAttribute)
}

// knownAttributes returns the attributes that tell whether a PROFILE exists and is not
// a tombstone.
func knownAttributes() []string { return []string{table.PK, table.SK, "deletedAt"} }

func sorted(lists ...[]string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(lists...))))
}

// checkSchema refuses a row of a version that this package does not know.
func checkSchema(item map[string]types.AttributeValue, attribute string) error {
	switch v := item[attribute].(type) {
	case nil:
		return nil
	case *types.AttributeValueMemberN:
		if v.Value == "1" {
			return nil
		}
	}
	return ErrSchema
}
