// Package table describes the suite's one table: its rows, their keys, their columns, and
// who may do what with a column. It knows no AWS.
//
// A row is a struct, a column a field. The tag dynamodbav names the attribute; the tag
// is holds words about the column:
//
//	token     read for every token, and so by package dynamo's own decoder
//	personal  erasing a user removes it
//	grave     erasing a user sets it: the column stays in the tombstone
//	ttl       ends the row, so no trigger may write it and no application read it
//
// Requests, tombstones, IAM lists and the directory ask for columns by these words
// ([Names], [Written]). A new column is a field here, a line in the decoder of package
// dynamo, and code in the directory that sets it.
//
// Three rows of a user share a partition key, and IAM tells rows apart only by attribute
// names, so AUTHZ shares none with PROFILE or SIGNIN.
package table

import "time"

// These are the sort keys of a user's rows; ClientRow is that of an app client's only
// row, AttachRow that of a pool's.
const (
	ProfileRow = "PROFILE"
	SignInRow  = "SIGNIN"
	AuthzRow   = "AUTHZ"
	ClientRow  = "CLIENT"
	AttachRow  = "ATTACH"
)

// UserRows returns the sort keys of a user's rows, each of which becomes a tombstone.
func UserRows() []string { return []string{ProfileRow, SignInRow, AuthzRow} }

// Profile is PROFILE, Cognito's copy of a user.
type Profile struct {
	Status         Status            `dynamodbav:"status,omitempty" is:"grave"`
	CreatedAt      time.Time         `dynamodbav:"createdAt,omitempty"`
	CreatedBy      string            `dynamodbav:"createdBy,omitempty"`
	Username       string            `dynamodbav:"username,omitempty" is:"personal"`
	Email          string            `dynamodbav:"email,omitempty" is:"personal"`
	EmailKey       string            `dynamodbav:"emailKey,omitempty" is:"personal"`
	EmailCollision string            `dynamodbav:"emailCollision,omitempty" is:"personal"`
	EmailVerified  *bool             `dynamodbav:"emailVerified,omitempty" is:"personal"` // absent without an address
	Attributes     map[string]string `dynamodbav:"profile,omitempty" is:"personal"`
	Truncated      bool              `dynamodbav:"truncated,omitempty" is:"personal"`
	Disabled       bool              `dynamodbav:"disabled,omitempty" is:"personal"`
	PreviousEmail  string            `dynamodbav:"previousEmail,omitempty" is:"personal"`
	EmailChangedAt time.Time         `dynamodbav:"emailChangedAt,omitempty" is:"personal"`
	// Digest is users.Profile.Digest of the columns that are copied: a sign-in compares it
	// in place of them.
	Digest string `dynamodbav:"digest,omitempty" is:"personal"`
	// Shard is the row's partition in ShardIndex.
	Shard     string    `dynamodbav:"shard,omitempty" is:"personal"`
	AttrsAt   time.Time `dynamodbav:"attrsAt,omitempty"`
	Rev       int64     `dynamodbav:"rev,omitempty"`
	DeletedAt time.Time `dynamodbav:"deletedAt,omitempty" is:"token grave"`
	ExpiresAt time.Time `dynamodbav:"expiresAt,unixtime,omitempty" is:"grave ttl"`
}

// SignIn is SIGNIN. The zero value is an absent row. A sign-in is an authentication; one
// whose tokens are then refused is a sign-in too (package users).
type SignIn struct {
	Last  time.Time `dynamodbav:"lastSignInAt,omitempty" is:"personal"`  // never goes back
	First time.Time `dynamodbav:"firstSignInAt,omitempty" is:"personal"` // of the first sign-in that was written; a late one does not change it
	// Count is the number of sign-ins at least users.Window apart. It is never too
	// high, and exact if sign-ins are 30 s or more apart and at most 4 s late.
	Count      int64     `dynamodbav:"signInCount,omitempty" is:"personal"`
	Mark       time.Time `dynamodbav:"signInMark,omitempty" is:"personal"` // of the last counted sign-in
	LastClient string    `dynamodbav:"lastClient,omitempty" is:"personal"` // of the last counted sign-in
	DeletedAt  time.Time `dynamodbav:"deletedAt,omitempty" is:"grave"`
	ExpiresAt  time.Time `dynamodbav:"expiresAt,unixtime,omitempty" is:"grave ttl"`
}

// Client is the row of an app client. The stack writes it, and tokens read it.
type Client struct {
	Profile string `dynamodbav:"clientProfile" is:"token"`
}

// Sweep is the row of a pool's pass and of its lease. Dry is the pass of a dry run; both
// are package sweep's JSON.
type Sweep struct {
	Holder    string    `dynamodbav:"holder,omitempty"`
	Fence     int64     `dynamodbav:"fence"` // of the lease; each one has a higher one
	Since     int64     `dynamodbav:"since"` // milliseconds since 1970
	Until     int64     `dynamodbav:"until"` // in the same way; 0 if the lease has ended
	Pass      []byte    `dynamodbav:"pass,omitempty"`
	Dry       []byte    `dynamodbav:"dry,omitempty"`
	ExpiresAt time.Time `dynamodbav:"expiresAt,unixtime" is:"ttl"`
}

// Suspects is a row of subs that a leaf of a pass did not list.
type Suspects struct {
	Fence     int64     `dynamodbav:"fence"` // of the lease under which it was written
	Subs      []string  `dynamodbav:"subs"`
	ExpiresAt time.Time `dynamodbav:"expiresAt,unixtime" is:"ttl"`
}

// Attachment is the row of a user pool that the suite did not make: the record of package
// attach, as JSON, which alone reads it. Rev counts its changes.
type Attachment struct {
	Record string `dynamodbav:"attachRecord"`
	Rev    int64  `dynamodbav:"attachRev"`
}
