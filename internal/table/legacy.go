package table

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"
	"unicode"
)

// These are the prefixes of the partition keys of people who wait to be moved and of tries
// at their passwords, for IAM conditions on dynamodb:LeadingKeys, and the sort keys of these
// rows.
const (
	LegacyPrefix = "LEGACY#"
	TriesPrefix  = "MIGRATE#"
	LegacyRow    = "LEGACY"
	TriesRow     = "TRIES"
)

// Legacy is the row of a person whom the old app knows under a name. With a hash, or a
// verified address alone, the person waits; with MovedAt the person signed in to the pool,
// and nothing personal is left.
type Legacy struct {
	Hash string `dynamodbav:"legacyHash,omitempty" is:"personal"` // of the password, as the old app stored it
	// Username is the pool's name for the person; "" is the name that the row is found by.
	Username string `dynamodbav:"legacyUsername,omitempty" is:"personal"`
	// Attributes are the pool's, by their names there. sub is not among them.
	Attributes map[string]string `dynamodbav:"legacyAttributes,omitempty" is:"personal"`
	LoadedAt   time.Time         `dynamodbav:"legacyLoadedAt,omitempty"`
	// ProvedAt says when the old password was right, or a reset was asked for, for the first
	// time since the row was loaded. Only such a row can become moved.
	ProvedAt time.Time `dynamodbav:"legacyProvedAt,omitempty"`
	MovedAt  time.Time `dynamodbav:"legacyMovedAt,omitempty"`
}

// ErrUnreadable says that a column of a row cannot be read: the store answered, and another row
// may be well.
var ErrUnreadable = errors.New("a column cannot be read")

// Tries is the row of the tries at a name's password, whether somebody has the name or not.
// A try that was refused before the password was looked at does not count.
type Tries struct {
	Count     int64     `dynamodbav:"tries"`      // since Since
	Since     time.Time `dynamodbav:"triesSince"` // of the first try of the window
	All       int64     `dynamodbav:"triesAll"`   // since the row is there
	ExpiresAt time.Time `dynamodbav:"expiresAt,unixtime" is:"ttl"`
}

// FoldName returns what Cognito takes for the same name: it does not tell capital letters
// from small ones (developer guide, "User pool case sensitivity"; the default of a new
// pool). Space around a name is a slip of the hand.
func FoldName(name string) string { return strings.Map(small, strings.TrimSpace(name)) }

// small returns the small letter of a capital one. A letter that merely has the same small
// letter, such as the Kelvin sign, makes another address, whose owner is somebody else: Cognito
// may write the address that was typed, and send codes there.
func small(r rune) rune {
	if letter := unicode.ToLower(r); unicode.ToUpper(letter) == r {
		return letter
	}
	return r
}

// LegacyKey returns the key of the person with that name in the old app. The name itself is
// in no key: keys get into logs and metrics.
func LegacyKey(pool, name string) Keys {
	return Keys{LegacyPrefix + pool + "#" + digest(name), LegacyRow}
}

// TriesKey returns the key of the tries at that name's password.
func TriesKey(pool, name string) Keys { return Keys{TriesPrefix + pool + "#" + digest(name), TriesRow} }

func digest(name string) string {
	sum := sha256.Sum256([]byte(FoldName(name)))
	return hex.EncodeToString(sum[:])
}
