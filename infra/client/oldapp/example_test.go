package oldapp_test

import (
	"context"
	"crypto/subtle"
	"log"
	"net/http"
	"os"

	"github.com/cognito-triggers/cognito-triggers/infra/client/oldapp"
)

// row is what an old app knows of a user.
type row struct{ name, email, hash string }

// rows is the old app's table of users.
var rows = map[string]row{"ada": {"Ada Lovelace", "ada@example.com", "…"}}

// fits is the old app's own check of a password.
func fits(hash, password string) bool {
	return subtle.ConstantTimeCompare([]byte(hash), []byte(password)) == 1 // a real one hashes the password
}

// nobody is the hash of no password, of the same form and cost as those in the table.
const nobody = "!"

func person(r row) oldapp.Person {
	return oldapp.Person{Attributes: map[string]string{"email": r.email, "email_verified": "true", "name": r.name}}
}

func Example() {
	check := func(_ context.Context, name, password string) (oldapp.Person, bool, error) {
		user, known := rows[name]
		if !known {
			user.hash = nobody // so that an unknown name takes as long as a wrong password
		}
		right := fits(user.hash, password)
		return person(user), known && right, nil
	}
	find := func(_ context.Context, name string) (oldapp.Person, bool, error) {
		user, known := rows[name]
		return person(user), known, nil
	}
	handler, err := oldapp.New(oldapp.Config{
		Secrets: []string{os.Getenv("MIGRATION_SECRET")}, Check: check, Find: find,
		Failed: func(_ *http.Request, err error) { log.Print(err) },
	})
	if err != nil {
		log.Print(err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle("POST /cognito/migrate", handler)
}
