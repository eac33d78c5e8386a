package settings

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Duration is a whole number with its unit: s, m, h or d.
type Duration string

// Off is no rotation, in place of a duration.
const Off = "off"

var durationForm = regexp.MustCompile(`^([0-9]{1,6})([smhd])$`)

// Of returns the duration; zero for "" and for a text that has another form.
func (d Duration) Of() time.Duration {
	parts := durationForm.FindStringSubmatch(string(d))
	if parts == nil {
		return 0
	}
	n, _ := strconv.Atoi(parts[1]) // six digits fit
	return time.Duration(n) * units[parts[2]]
}

var graceForm = form[Rotation]("Grace")

var units = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}

// Lifetimes are how long the tokens of a client are good, and a sign-in that waits for an
// answer: whole minutes, such as 15m, 1h or 30d.
type Lifetimes struct {
	// Access is that of the access token, and the only one of a machine: 5m to 1d, and not
	// longer than Refresh. A token that is out stays good until then, whatever happens to its
	// user. Default: "" means Cognito's 1h. Example: 15m.
	Access Duration `yaml:"access" pattern:"^[0-9]{1,6}[smhd]$"`

	// ID is that of the ID token, with the same limits. Default: "" means Cognito's 1h.
	// Example: 15m.
	ID Duration `yaml:"id" pattern:"^[0-9]{1,6}[smhd]$"`

	// Refresh is how long a user stays signed in at most: 1h to 3650d. A token that takes the
	// place of another ends when that would have. Default: "" means Cognito's 30d. Example:
	// 12h.
	Refresh Duration `yaml:"refresh" pattern:"^[0-9]{1,6}[smhd]$"`

	// Session is how long a sign-in waits for the answer to a challenge: 3m to 15m.
	// Default: "" means Cognito's 3m. Example: 5m.
	Session Duration `yaml:"session" pattern:"^[0-9]{1,6}[smhd]$"`
}

// Rotation replaces a refresh token at each use.
type Rotation struct {
	// Grace is how long the replaced token still works: 0s to 60s. It is long enough for an
	// answer that was lost on a phone, and too short to share. With off a refresh token works
	// until it ends. Default: "" means 10s. Example: 30s.
	Grace Duration `yaml:"grace,scalar" pattern:"^(off|[0-9]{1,2}s)$"`
}

// lifetimes checks what a client of users says of its tokens (API reference,
// CreateUserPoolClient and RefreshTokenRotationType). A life that is not said is in no
// conflict: Cognito's hour is no longer than any refresh token, and its 30 days are longer
// than any other token.
func (c *checker) lifetimes(at string, t Lifetimes, r Rotation) {
	const day = 24 * time.Hour
	refresh := c.lifetime(at+".tokens.refresh", t.Refresh, time.Hour, 3650*day, "use 1h to 3650d")
	short := func(at string, said Duration) {
		if life := c.lifetime(at, said, 5*time.Minute, day, "use 5m to 1d"); life > refresh && refresh != 0 {
			c.faults.Add(at, fmt.Sprintf("is longer than that of the refresh token (%v)", refresh), "shorten it, or lengthen tokens.refresh")
		}
	}
	short(at+".tokens.access", t.Access)
	short(at+".tokens.id", t.ID)
	c.lifetime(at+".tokens.session", t.Session, 3*time.Minute, 15*time.Minute, "use 3m to 15m")
	if grace := r.Grace; grace != "" && (!graceForm.MatchString(string(grace)) || grace.Of() > time.Minute) {
		c.faults.Add(at+".rotation.grace", fmt.Sprintf("%q is not from 0s to 60s", string(grace)), "use such a number of seconds, or off")
	}
}

// lifetime checks one life and returns it; 0 if none is said or it has a fault.
func (c *checker) lifetime(at string, said Duration, least, most time.Duration, fix string) time.Duration {
	life := said.Of()
	switch {
	case said == "":
	case !durationForm.MatchString(string(said)):
		c.faults.Add(at, fmt.Sprintf("%q is not a duration", string(said)), "write a whole number and its unit, such as 15m, 12h or 30d")
	case life < least || life > most:
		c.faults.Add(at, fmt.Sprintf("%s is out of range", said), fix)
	case life%time.Minute != 0:
		c.faults.Add(at, fmt.Sprintf("%s is not whole minutes", said), "use whole minutes")
	default:
		return life
	}
	return 0
}
