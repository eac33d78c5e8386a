package userpool

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/passkey"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp"
)

// The user statuses (API reference, UserType) that this pool can reach.
const (
	unconfirmed         = "UNCONFIRMED"
	confirmed           = "CONFIRMED"
	forceChangePassword = "FORCE_CHANGE_PASSWORD"
	externalProvider    = "EXTERNAL_PROVIDER"
	resetRequired       = "RESET_REQUIRED"
)

// user is one user. The store hands out copies; a copy shares nothing that is written to.
type user struct {
	username, sub, status string
	enabled               bool
	// attributes has neither sub nor cognito:user_status. All values are strings, also
	// those of email_verified and identities.
	attributes map[string]string
	// password is all that the pool keeps of it; zero if the user has none.
	password srp.Verifier
	former   []srp.Verifier // the passwords before it, the newest first
	imported string         // the hash of the password that an import brought; "" once it was proven
	// temporaryUntil is when the temporary password expires; zero if there is none.
	temporaryUntil    time.Time
	created, modified time.Time
	groups            []string
	// waiting are new addresses that the user has yet to prove, by attribute.
	waiting map[string]string
	// identities are those of providers; the attribute of that name shows them.
	identities []identity
	// totp is the secret of the registered software token and totpStep the step of its last
	// code; totpNew waits for VerifySoftwareToken.
	totp, totpNew string
	totpStep      int64
	mfa           []string // second factors that are turned on
	mfaPreferred  string
	// passkeys are in the order of their registration; registering is the one that waits, nil
	// if none does. passkeyMFA lets a passkey count as two factors.
	passkeys    []passkey.Passkey
	registering *registration
	passkeyMFA  bool
	devices     []device // confirmed ones
	place       int64    // in the list of all users; the store sets it
}

func (u *user) clone() user {
	c := *u
	c.attributes = maps.Clone(u.attributes)
	c.groups = slices.Clone(u.groups)
	c.identities = slices.Clone(u.identities)
	c.mfa = slices.Clone(u.mfa)
	c.passkeys = slices.Clone(u.passkeys)
	c.devices = slices.Clone(u.devices)
	c.waiting = maps.Clone(u.waiting)
	return c
}

func (u *user) verified(attribute string) bool {
	return u.attributes[attribute] != "" && u.attributes[attribute+"_verified"] == "true"
}

// attribute is one Name/Value pair of the API.
type attribute struct{ Name, Value string }

// list returns the attributes that readable allows for an API answer, sub first, the rest
// by name.
func (u *user) list(readable func(string) bool) []attribute {
	out := []attribute{{"sub", u.sub}}
	for _, name := range slices.Sorted(maps.Keys(u.attributes)) {
		if readable(name) {
			out = append(out, attribute{name, u.attributes[name]})
		}
	}
	return out
}

func attributeMap(list []attribute) map[string]string {
	m := map[string]string{}
	for _, a := range list {
		m[a.Name] = a.Value
	}
	return m
}

// dataMap is attributeMap for ValidationData: nil if the caller sent none.
func dataMap(list []attribute) map[string]string {
	if len(list) == 0 {
		return nil
	}
	return attributeMap(list)
}

// epoch is a time as in AWS JSON 1.1: seconds with a fraction.
type epoch time.Time

func (e epoch) MarshalJSON() ([]byte, error) {
	return json.Marshal(float64(time.Time(e).UnixMilli()) / 1000)
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *epoch) UnmarshalJSON(text []byte) error {
	var seconds float64
	err := json.Unmarshal(text, &seconds)
	*e = epoch(time.UnixMilli(int64(math.Round(seconds * 1000))).UTC())
	return err
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
