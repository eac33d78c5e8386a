package dynamo

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// ReadAuthz reads AUTHZ from an item as Access does, so that those who write the row
// see what a token gets. An error comes with the status, if that could be read. A nil
// item is an absent row.
func ReadAuthz(item map[string]types.AttributeValue) (table.Authz, error) { return decodeAuthz(item) }
