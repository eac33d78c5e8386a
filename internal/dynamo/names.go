package dynamo

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// ProfileAttributes returns every attribute name that an update of PROFILE by a
// trigger mentions, key and condition included.
func ProfileAttributes() []string { return table.Written[table.Profile]() }

// SignInAttributes returns the same for SIGNIN.
func SignInAttributes() []string { return table.Written[table.SignIn]() }

// CompareAttributes returns every attribute name that Compare reads.
func CompareAttributes() []string { return []string{table.PK, table.SK, "digest", "deletedAt"} }

// EraseAttributes returns every attribute name that Erase mentions, in all three rows.
// No trigger may write all of them: the time to live and AUTHZ's are among them.
func EraseAttributes() []string {
	all := slices.Concat([]string{table.PK, table.SK}, table.Names[table.Profile](table.Erased),
		table.Names[table.SignIn](table.Erased), table.Names[table.Authz](table.Erased))
	return slices.Compact(slices.Sorted(slices.Values(all)))
}

// accessAttributes returns the attribute names that Access reads. It reads them from
// the tags once; to do so for every token would cost 35 allocations.
var accessAttributes = sync.OnceValue(func() []string {
	return slices.Concat([]string{table.PK, table.SK}, table.Names[table.Profile](table.Token),
		table.Names[table.Client](table.Token), table.Names[table.Authz](table.Token))
})

func rowKey(key users.Key, row string) map[string]types.AttributeValue {
	return ItemKey(table.Keys{PK: table.User(key.PoolID, key.Sub), SK: row})
}

// ItemKey returns a row's key as an item.
func ItemKey(key table.Keys) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{table.PK: text(key.PK), table.SK: text(key.SK)}
}

// Project returns a projection of columns, each behind a placeholder, since status and
// others are reserved words.
func Project(columns []string) (projection string, names map[string]string) {
	placeholders := make([]string, len(columns))
	names = make(map[string]string, len(columns))
	for i, column := range columns {
		placeholders[i] = "#" + column
		names[placeholders[i]] = column
	}
	return strings.Join(placeholders, ", "), names
}

// stamp returns a time as rows hold it.
func stamp(t time.Time) types.AttributeValue { return text(table.Time(t)) }

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// textOrNone returns nil, which removes the attribute, for an empty string.
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
