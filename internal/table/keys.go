package table

import "time"

// The table itself knows these names: its keys, its time to live, and the index that
// finds a PROFILE by address.
const (
	PK         = "pk"
	SK         = "sk"
	TTL        = "expiresAt"
	EmailIndex = "byEmail"
	EmailKey   = "emailKey"
)

// These are the prefixes of the partition keys of app clients, checkpoints and attachments,
// for IAM conditions on dynamodb:LeadingKeys.
const (
	ClientPrefix     = "CLIENT#"
	CheckpointPrefix = "SWEEP#"
	AttachPrefix     = "ATTACH#"
)

// Keys are the two attributes of every row.
type Keys struct {
	PK string `dynamodbav:"pk"`
	SK string `dynamodbav:"sk"`
}

// User returns the partition key of all rows of a user; with an empty sub, the common
// prefix of all users of the pool.
func User(pool, sub string) string { return "USER#" + pool + "#" + sub }

// SweepKey returns the key of the row that holds a pool's pass and who makes it.
func SweepKey(pool string) Keys { return Keys{CheckpointPrefix + pool, "PASS"} }

// SuspectsKey returns the key of the row that holds the unlisted subs of a leaf of a pass,
// which is in a column of the other row.
func SuspectsKey(pool, column, leaf string) Keys {
	return Keys{CheckpointPrefix + pool, "SUSPECTS#" + column + "#" + leaf}
}

// AttachKey returns the key of what the suite set in a pool that it did not make.
func AttachKey(pool string) Keys { return Keys{AttachPrefix + pool, AttachRow} }

// Time returns a time as rows hold it: RFC 3339 in UTC with exactly three decimals, so
// that the order of the strings is the order of the times.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
