package users

import (
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

// noClient is the callerContext.clientId of an administrator's call, which has no app
// client.
const noClient = "CLIENT_ID_NOT_APPLICABLE"

// Seen returns the sighting of an event at its time. Without a sub or a pool id the key
// is invalid, and every write of it is ErrNoUser.
func Seen(header cognito.Header, attributes map[string]string, at time.Time) Sighting {
	seen := Sighting{
		Key:        Key{PoolID: header.UserPoolID, Sub: attributes["sub"]},
		At:         at,
		Source:     string(header.Source),
		Username:   header.UserName,
		Attributes: attributes,
	}
	if header.ClientID != noClient {
		seen.ClientID = header.ClientID
	}
	return seen
}

// Outcome returns one word for the log: "recorded" if any row changed, "unchanged" if
// the rows knew it all.
func (w Writes) Outcome() string {
	for _, write := range []Write{w.Profile, w.SignIn} {
		if write == Applied || write == Advanced {
			return "recorded"
		}
	}
	return "unchanged"
}
