package table

import (
	"fmt"
	"time"
)

// The names that the table itself knows: its keys, its time to live, and the index
// by which an address finds a PROFILE.
const (
	PK         = "pk"
	SK         = "sk"
	TTL        = "expiresAt"
	EmailIndex = "byEmail"
	EmailKey   = "emailKey"
)

// How the partition keys of app clients and of checkpoints begin, which is what an
// IAM condition on dynamodb:LeadingKeys can say.
const (
	ClientPrefix     = "CLIENT#"
	CheckpointPrefix = "SWEEP#"
)

// Keys are the two attributes that every row has.
type Keys struct {
	PK string `dynamodbav:"pk"`
	SK string `dynamodbav:"sk"`
}

// User returns the partition key that all rows of a user share; for an empty sub it
// is how those of all users of the pool begin.
func User(pool, sub string) string { return "USER#" + pool + "#" + sub }

// CheckpointKey returns the key of a part of the checkpoint of a pool's sweep.
func CheckpointKey(pool string, part int) Keys {
	return Keys{CheckpointPrefix + pool, fmt.Sprintf("CHECKPOINT#%04d", part)}
}

// Time returns a time as rows hold it: RFC 3339 in UTC with exactly three digits of
// a second, so that the order of the strings is the order of the times.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
