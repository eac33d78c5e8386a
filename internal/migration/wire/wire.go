// Package wire is what the user migration function and an old app say to each other in HTTP
// mode. Package webhook asks, infra/client/oldapp answers; both forms and the signature stand
// here once.
//
// A question is a POST whose body is a JSON object of strings: type, name and, where a user
// signs in, password. It is signed as Standard Webhooks 1.0.0 says: HMAC-SHA256 over
// id.timestamp.body. An answer is a JSON object of strings, too:
//
//	200 {"email": "ada@example.com", …}  the user's attributes; username may be among them
//	401 {"verdict": "wrong"}             the password is wrong
//	404 {"verdict": "unknown"}           nobody has the name
//
// Everything else is no answer. So neither the 404 of a router nor the 401 of a proxy tells
// each user that the password is wrong.
//
// It imports std only, since an application that imports oldapp gets it.
package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// The types of a question. Only SignIn has a password.
const (
	SignIn         = "user.sign_in"
	ForgotPassword = "user.forgot_password"
)

// The members of a question; beside the attributes of an answer; of one without a person.
const (
	Type     = "type"
	Name     = "name"
	Password = "password"
	Username = "username"
	Verdict  = "verdict"
)

// The values of Verdict.
const (
	Wrong   = "wrong"
	Unknown = "unknown"
)

// Limits. Cognito's names have at most 128 characters and its passwords 256 (API reference,
// InitiateAuth and SignUp), and JSON may write a character in 12 bytes.
const (
	MaxQuestion = 8 << 10
	MaxAnswer   = 64 << 10
	// Leeway is how far a timestamp may be from the receiver's clock, in either direction.
	Leeway = 5 * time.Minute
)

// IsAddress reports whether questions may go to an address: to one of https, or to this machine. The
// name localhost may be no other machine's (RFC 6761 §6.3).
func IsAddress(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Fragment != "" || u.Hostname() == "" || strings.Contains(address, " ") {
		return false
	}
	here := u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && here
}

// errForm never says what was in the text.
var errForm = errors.New("the text is not one JSON object that has each name once and a string behind each")

// ReadStrings reads one JSON object of strings, of which no name stands twice, and nothing
// behind it. Names count as they are written, upper and lower case too.
func ReadStrings(text []byte) (map[string]string, error) {
	if !utf8.Valid(text) || !json.Valid(text) {
		return nil, errForm
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if open, _ := d.Token(); open != json.Delim('{') {
		return nil, errForm
	}
	members := map[string]string{}
	for d.More() {
		key, _ := d.Token()
		value, _ := d.Token()
		name, _ := key.(string) // a valid object has nothing else
		text, ok := value.(string)
		if _, twice := members[name]; !ok || twice {
			return nil, errForm
		}
		members[name] = text
	}
	return members, nil
}
