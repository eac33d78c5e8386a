package directory

import (
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Update returns the request that a change sends.
func (d *Directory) Update(row Authz, seenRev int64) (*dynamodb.UpdateItemInput, error) {
	return d.update(row, seenRev)
}

// Disabled is the change that Directory.Suspend makes beside Suspend.
func Disabled(yes bool) Change { return disabled(yes) }

// Size returns the bytes that a row grants, as a change counts them.
func Size(row Authz) int { return (&draft{Authz: row}).size() }

// Keepable reports whether the table keeps a JSON number.
func Keepable(number json.Number) bool { return decimalOf(number).keepable() }

// SameValue reports whether two values are equal as claims.
func SameValue(a, b any) bool { return same(a, b) }
