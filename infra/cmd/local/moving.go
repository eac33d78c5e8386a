package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
)

// part is a step of the move: what happens after the shop was turned to it.
type part struct {
	title string
	steps []journey.Step
}

// brought are the sources of the first sign-in of a user who is not in the pool yet.
var brought = []string{"UserMigration_Authentication", "PostAuthentication_Authentication", "TokenGeneration_Authentication"}

func (m *moving) parts() []part {
	const tea, kettle, wrong = "order 1: a box of tea", "order 2: a kettle", "Incorrect username or password."
	asked := brought[:1]
	return []part{
		{"1. The shop signs its users in.", []journey.Step{
			step("Ada signs in at the shop", "POST /sign-in", inTurn(m.loads("ada", ""), m.enters("ada", "ada", tea))),
			step("she writes a note to her order", "PUT /order", m.writes("ada", "ring twice", tea+", ring twice")),
			step("Bob signs in; his password's hash is an older one, bcrypt's", "POST /sign-in", inTurn(m.loads("bob", ""), m.enters("bob", "bob", kettle))),
			step("the team loads the shop's users, who wait from now on", "migrate load", m.studio("load", "--no-import")),
		}},
		{"2. The pool signs in beside it: the shop takes sessions and tokens.", []journey.Step{
			step("Ada loads the new page, and her session is still good", "GET /order", m.loads("ada", tea+", ring twice")),
			step("she signs out and in again: now at the pool, to which the trigger brings her", "InitiateAuth", inTurn(m.leaves("ada"), m.enters("ada", "ada", tea+", ring twice")), brought...),
			step("another page of this machine tries to sign Bob out", "POST /sign-out", m.shows("", "lure", map[string]string{"who": "bob", "shop": m.at})),
			step("Bob still has the page of before, and his session", "PUT /order", m.writes("bob", "the blue one", kettle+", the blue one")),
			step("somebody guesses Bob's password at the pool", "InitiateAuth", inTurn(m.loads("eve", ""), m.enters("eve", "bob", wrong)), asked...),
			step("and that of nobody: the answer is the same", "InitiateAuth", m.enters("eve", "nobody", wrong), asked...),
			step("nobody signs up with an address that waits", "SignUp", m.hijack, "PreSignUp_SignUp"),
			step("how far is it?", "migrate status", m.studio("status")),
		}},
		{"3. The pool alone: the shop has dropped its hashes and sessions.", []journey.Step{
			step("Bob's session is over", "PUT /order", m.writes("bob", "the red one", "an access token is needed")),
			step("and so is the shop's own sign-in", "POST /sign-in", m.enters("bob", "bob", "This sign-in is gone: reload the page.")),
			step("he loads the new page, and signs in with his password", "InitiateAuth", inTurn(m.loads("bob", ""), m.enters("bob", "bob", kettle+", the blue one")), brought...),
			step("the team finishes", "migrate finish", m.studio("finish", "--apply", "--left", "1")),
		}},
	}
}

func step(title, call string, play play, fires ...string) journey.Step {
	return journey.Step{Title: title, Call: call, Fires: fires, Run: play}
}

// play is what a step does.
type play = func(context.Context) (journey.Result, error)

// inTurn does one after the other; the last one's result counts.
func inTurn(plays ...play) play {
	return func(ctx context.Context) (result journey.Result, err error) {
		for _, play := range plays {
			if result, err = play(ctx); err != nil {
				return result, err
			}
		}
		return result, nil
	}
}

func (m *moving) loads(who, want string) play {
	return m.shows(want, "visit", map[string]string{"who": who, "shop": m.at})
}

func (m *moving) leaves(who string) play {
	return m.shows("", "leaveShop", map[string]string{"who": who})
}

// enters lets somebody sign in with a customer's address, on the page that is there. Somebody who
// is no customer guesses the password.
func (m *moving) enters(who, name, want string) play {
	password := "Wrong-guess-0"
	for _, c := range customers {
		if c.name == who {
			password = c.password
		}
	}
	return m.shows(want, "enterShop", map[string]string{"who": who, "email": email(name), "password": password})
}

func (m *moving) writes(who, note, want string) play {
	return m.shows(want, "change", map[string]string{"who": who, "note": note})
}

// hijack signs up with Grace's address, and must be refused.
func (m *moving) hijack(ctx context.Context) (journey.Result, error) {
	hers := email(customers[2].name)
	_, err := m.Cognito.SignUp(ctx, &idp.SignUpInput{ClientId: &m.WebClientID, Username: &hers, Password: &customers[0].password})
	if refused, is := errors.AsType[*types.UserLambdaValidationException](err); is {
		return journey.Result{Note: refused.ErrorMessage()}, nil
	}
	return journey.Result{}, fmt.Errorf("the sign-up was not refused: %w", err)
}

// shows makes a call of a page, which must then show that: an order, why not, or "" for the sign-in.
func (m *moving) shows(want, call string, given map[string]string) play {
	return func(context.Context) (journey.Result, error) {
		page, err := m.pages.do(call, given)
		got := page["refused"]
		if page["number"] != "" && got == "" {
			got = strings.TrimSuffix(fmt.Sprintf("order %s: %s, %s", page["number"], page["item"], page["note"]), ", ")
		}
		if err == nil && got != want {
			err = fmt.Errorf("the page shows %q, and should show %q", got, want)
		}
		return journey.Result{Note: got}, err
	}
}

// rows writes the shop's table.
func (m *moving) rows(a *account) {
	a.title("What the shop's table holds now:")
	for _, c := range m.Customers() {
		a.row(c.Email, map[string]any{"hash": c.Hash, "sub": c.Sub, "order": c.Order})
	}
}

// studio runs a verb of the command migrate on the shop's export, which is the last one that has
// hashes.
func (m *moving) studio(verb string, more ...string) play {
	return func(ctx context.Context) (journey.Result, error) {
		export := filepath.Join(m.folder, "users.csv")
		if verb != "finish" {
			if err := os.WriteFile(export, m.export(), 0o600); err != nil {
				return journey.Result{}, err
			}
		}
		args := append([]string{
			verb, export, "--columns", "name=email,hash=password,last=last_login,email,email_verified==true",
			"--outputs", filepath.Join(m.folder, "outputs."+settings.LocalStage+".json"), "--book", filepath.Join(m.folder, "book"),
		}, more...)
		out, err := exec.CommandContext(ctx, m.migrate, args...).CombinedOutput()
		said := strings.ReplaceAll(strings.TrimSpace(string(out)), "\n\n", "\n")
		said = strings.ReplaceAll(said, "\n", "\n"+strings.Repeat(" ", noteAt))
		if err != nil {
			err = fmt.Errorf("%w: %s", err, said)
		}
		return journey.Result{Note: said}, err
	}
}

// export is the shop's table as its database would write it.
func (m *moving) export() []byte {
	text := []byte("email,password,last_login\n")
	for _, c := range m.Customers() {
		last := ""
		if !c.LastSignIn.IsZero() {
			last = c.LastSignIn.UTC().Format(time.RFC3339)
		}
		text = fmt.Appendf(text, "%s,%s,%s\n", c.Email, c.Hash, last)
	}
	return text
}
