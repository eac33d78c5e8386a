// Package oldapp lets the user pool ask your old app whether a password is right, while its
// people move to the pool. It is an http.Handler:
//
//	handler, err := oldapp.New(oldapp.Config{Secrets: []string{os.Getenv("MIGRATION_SECRET")}, Check: check, Find: find})
//	mux.Handle("POST /cognito/migrate", handler)
//
// The stage names its address and its secret under migration.oldApp. It is what to use where
// the table of users cannot leave the old app, or has passwords in a form that nothing else
// can check. Mount it where no middleware asks for a session or a CSRF token, nor logs bodies:
// a question holds a password. It imports std only.
//
// # What happens
//
// Somebody signs in who is not in the pool. The user migration function asks the old app,
// once, and waits 1.5 seconds in all. If the password is right, the pool gets the user with the
// attributes of the answer and this password. Later sign-ins do not ask. The function lets
// five tries in 15 minutes through for a name, in small letters and without space around it. If
// your app finds a person by more than one name (an address and a nickname, or with an accent
// that the database does not tell from none), count the tries of a person yourself. Requests for
// new passwords are not counted.
//
// # In another language
//
// Any library of Standard Webhooks (https://www.standardwebhooks.com) verifies the question. By
// hand, in this order; on a failure answer 403 without a reason, and do nothing else:
//
//  1. Read the headers webhook-id, webhook-timestamp and webhook-signature, and at most 8 KiB of
//     body, as bytes: verify what came, not what a JSON library writes again.
//  2. webhook-timestamp is a number of seconds since 1970, at most 300 away from now.
//  3. The key is the base64 behind whsec_ in the secret. What is signed is the id, a full stop,
//     the timestamp, a full stop and the body. The signature is v1, a comma and the base64 of
//     the HMAC-SHA256. The header has one or more, separated by spaces. One must be equal,
//     compared in constant time. While a secret is rotated two keys count.
//  4. Refuse an id that was accepted before; forget it after ten minutes.
//
// Then read the body, a JSON object of strings:
//
//	{"type":"user.sign_in","name":"ada@example.com","password":"…"}
//	{"type":"user.forgot_password","name":"ada@example.com"}
//
// The name is what the user typed. Answer with Content-Type application/json, at most 64 KiB:
//
//	200 {"email":"ada@example.com","email_verified":"true","name":"Ada"}
//	401 {"verdict":"wrong"}
//	404 {"verdict":"unknown"}
//
// 200 has Cognito's attributes, all of them strings, the pool's own ones as custom:<name>. Never sub.
// email_verified is "true" only if your app has seen that the address is the user's: the
// person who reads it can ask for a new password. username is there only if the name in the pool is to be
// another one than the user typed. Any other answer, a redirect too, is a fault: the user
// cannot sign in now, and an alarm says so. A name that nobody has should take as long as a
// wrong password: check that password against a hash of nobody's.
//
// # The secret
//
// It is whsec_ and the base64 of 24 to 64 random bytes:
//
//	printf 'whsec_%s\n' "$(openssl rand -base64 32)"
//
// To rotate it, accept both here, then change it in AWS Secrets Manager and deploy, then take the
// old one out here. An app that knows one alone gets questions with two signatures while the text
// in Secrets Manager is both, with a blank between them.
package oldapp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/migration/wire"
)

// Person is what the pool shall know of a user.
type Person struct {
	// Attributes are Cognito's, by its names: email, email_verified ("true" or "false"), name,
	// custom:plan. Never sub. At least one is needed.
	Attributes map[string]string
	// Username is the name in the pool. Empty: what the user typed.
	Username string
}

// Config is what the handler needs. Secrets and Check are required. The functions are called
// by several requests at once.
type Config struct {
	// Secrets are accepted, each of them: one, or more while they are rotated.
	Secrets []string
	// Check returns the user of a name if the password is right. It reports false if it is
	// wrong or nobody has the name; both should take the same time. An error is a fault: the
	// user cannot sign in now. The context ends with the request.
	Check func(ctx context.Context, name, password string) (Person, bool, error)
	// Find returns the user of a name who has forgotten the password. Nil: nobody is found, and a
	// user who has not moved cannot ask for a new password.
	Find func(ctx context.Context, name string) (Person, bool, error)
	// First reports whether an id is seen for the first time. It remembers the id until then.
	// Nil: the handler remembers, for this process alone. Behind a load balancer a captured
	// request could be repeated once at each other process: keep ids in one place then, such
	// as a table with id as its key, into which First inserts.
	First func(ctx context.Context, id string, until time.Time) (bool, error)
	// Failed is told why a request got no answer. It holds no name, no password and nothing
	// else of the request, but for what Check, Find and First return. Nil: nobody is told.
	Failed func(*http.Request, error)
}

// New returns the handler. An error says what the configuration lacks.
func New(c Config) (http.Handler, error) {
	secrets, err := wire.ReadSecrets(c.Secrets)
	if err != nil {
		return nil, fmt.Errorf("oldapp: %w", err)
	}
	if c.Check == nil {
		return nil, errors.New("oldapp: Check is missing: it says whether a password is right")
	}
	if c.Find == nil {
		c.Find = func(context.Context, string) (Person, bool, error) { return Person{}, false, nil }
	}
	if c.First == nil {
		c.First = newMemory(mostIDs).first
	}
	if c.Failed == nil {
		c.Failed = func(*http.Request, error) {}
	}
	return &receiver{c, secrets}, nil
}
