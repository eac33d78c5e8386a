package srp

import (
	"errors"
	"time"
)

// TimestampLayout is the form of TIMESTAMP. The day has no leading zero.
const TimestampLayout = "Mon Jan 2 15:04:05 UTC 2006"

// Timestamp parses a client's TIMESTAMP. Package time reads forms that no client of
// Cognito may send ("Sep 05"); what it writes must be what was read.
func Timestamp(sent string) (time.Time, error) {
	t, err := time.Parse(TimestampLayout, sent)
	if err == nil && t.Format(TimestampLayout) != sent {
		err = errors.New("the timestamp is not of the form " + TimestampLayout)
	}
	return t, err
}
