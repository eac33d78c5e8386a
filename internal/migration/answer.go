package migration

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// The states of a user who is made. Cognito takes anything but CONFIRMED for RESET_REQUIRED
// (developer guide, "Migrate user Lambda trigger", finalUserStatus).
const (
	confirmed     = "CONFIRMED"
	resetRequired = "RESET_REQUIRED"
)

// errStranded is a person whose password the pool does not take, and who has no address to
// which a code could go.
var errStranded = errors.New("the password does not meet the pool's rules, and no address is verified")

// answer makes the user of a right password. Cognito does not hold the password to the pool's
// policy, so this does: a password that a sign-up could not choose is good once, for a reset.
func (m *Migration) answer(name string, who Person, password cognito.Password) Verdict {
	switch {
	case meets(m.rules, password.Reveal()):
		return Verdict{Response: response(name, who, confirmed), Outcome: Proved}
	case reachable(name, who.Attributes):
		return Verdict{Response: response(name, who, resetRequired), Outcome: Reset}
	}
	return Verdict{Outcome: NotWaiting, Trouble: rowTrouble{"stranded", errStranded}}
}

// response returns Cognito's response. Nothing is sent to the user, an alias is not taken from
// another user, and whether an address is verified is what the attributes say.
func response(name string, who Person, status string) []byte {
	attributes := make(map[string]string, len(who.Attributes)+1)
	for attribute, value := range who.Attributes {
		if value != "" && !own(attribute) {
			attributes[attribute] = value
		}
	}
	// username repeats what was typed, or is the name of a user who typed an alias; without any
	// attribute Cognito makes nobody.
	if username := who.Username; username != "" && table.FoldName(username) != table.FoldName(name) {
		attributes["username"] = username
	} else if len(attributes) == 0 {
		attributes["username"] = name
	}
	text, _ := json.Marshal(struct { // strings always encode
		UserAttributes  map[string]string `json:"userAttributes"`
		FinalUserStatus string            `json:"finalUserStatus"`
		MessageAction   string            `json:"messageAction"`
	}{attributes, status, "SUPPRESS"})
	return text
}

// own reports whether Cognito sets an attribute itself. A function that returns sub fails the
// sign-in (github.com/boto/boto3/issues/2747).
func own(attribute string) bool {
	return attribute == "sub" || attribute == "username" || attribute == "identities" || strings.HasPrefix(attribute, "cognito:")
}

// reachable reports whether a code can go to the user. Who typed an address must have that one:
// AWS does not say whether Cognito sends to what was typed or to the attribute, and an old app, or
// its database, may take a stranger's address for the user's (as in CVE-2019-19844).
func reachable(name string, attributes map[string]string) bool {
	if email := attributes["email"]; email != "" && strings.Contains(name, "@") && table.FoldName(email) != table.FoldName(name) {
		return false
	}
	for _, address := range []string{"email", "phone_number"} {
		if attributes[address] != "" && attributes[address+"_verified"] == "true" {
			return true
		}
	}
	return false
}

// symbols are the special characters of the developer guide, "Adding user pool password
// requirements", with the space that may stand inside.
const symbols = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= "

// meets reports whether a pool with these rules takes a password.
func meets(rules policy.PasswordRules, password string) bool {
	has := func(letters string) bool { return strings.ContainsAny(password, letters) }
	return utf8.RuneCountInString(password) >= rules.MinLength &&
		(!rules.Lower || has("abcdefghijklmnopqrstuvwxyz")) &&
		(!rules.Upper || has("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) &&
		(!rules.Digits || has("0123456789")) &&
		(!rules.Symbols || has(symbols))
}

// dummy returns a hash for a name without one: always the same, of a kind that the name draws.
func (m *Migration) dummy(pool, name string) hash.Hash {
	mac := hmac.New(sha256.New, m.key)
	mac.Write([]byte(table.LegacyKey(pool, name).PK))
	drawn := mac.Sum(nil)
	at, i := binary.BigEndian.Uint64(drawn)%m.all, 0
	for ; at >= m.kinds[i].many; i++ {
		at -= m.kinds[i].many
	}
	return hash.Dummy(m.kinds[i].kind, drawn)
}
