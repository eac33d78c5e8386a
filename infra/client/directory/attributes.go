package directory

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// The attributes that say which version of the schema a row has. AUTHZ has one of
// its own, as all of its names are its own (package table).
const (
	schemaAttribute      = "schema"
	authzSchemaAttribute = "authzSchema"
)

// ReadAttributes gives every attribute name that Profile, SignIn and ByEmail
// mention, for the condition key dynamodb:Attributes. None of AUTHZ is among them.
func ReadAttributes() []string {
	return sorted(profileAttributes(), signInAttributes())
}

// ManagementAttributes gives every attribute name that Authz, and Change before and
// after it writes, read. Nothing of the person is among them.
func ManagementAttributes() []string {
	return sorted(table.Written[table.Authz](), knownAttributes())
}

// ChangeAttributes gives every attribute name that Change writes or has a condition
// on, the keys included. No trigger may write any of them but for the keys.
func ChangeAttributes() []string { return sorted(table.Written[table.Authz]()) }

// EmailAttributes gives every attribute name that the search in the index mentions.
func EmailAttributes() []string { return []string{table.EmailKey, table.PK, table.SK} }

func profileAttributes() []string {
	return append(table.Written[table.Profile](), schemaAttribute)
}

func signInAttributes() []string {
	return append(table.Written[table.SignIn](), schemaAttribute)
}

// knownAttributes tell whether a PROFILE exists and is no tombstone.
func knownAttributes() []string { return []string{table.PK, table.SK, "deletedAt"} }

func sorted(lists ...[]string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(lists...))))
}

// project gives a projection of attributes, each behind a placeholder: status and
// others are reserved words.
func project(attributes []string) (string, map[string]string) {
	names := make(map[string]string, len(attributes))
	placeholders := make([]string, len(attributes))
	for i, attribute := range attributes {
		placeholders[i] = "#" + attribute
		names[placeholders[i]] = attribute
	}
	return strings.Join(placeholders, ", "), names
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
