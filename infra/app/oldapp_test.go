package main

import (
	stdcontext "context"
	"errors"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/oldapp"
	"github.com/cognito-triggers/cognito-triggers/internal/migration"
)

// What signs the questions. The function has two, since one is being rotated in.
const (
	appSecretARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:old-app-AbCdEf"
	appSecret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	newSecret    = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
)

// oldApp is an old app that runs here and is asked.
type oldApp struct {
	*httptest.Server
	mu     sync.Mutex
	people map[string]string // passwords by address
	checks map[string]int    // by name
	down   atomic.Bool
}

func newOldApp(t *testing.T) *oldApp {
	t.Helper()
	a := &oldApp{people: map[string]string{}, checks: map[string]int{}}
	handler, err := oldapp.New(oldapp.Config{
		Secrets: []string{appSecret}, Check: a.check, Find: a.find,
		Failed: func(_ *nethttp.Request, err error) { t.Logf("the old app: %v", err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := nethttp.NewServeMux()
	mux.Handle("POST /cognito", handler)
	a.Server = httptest.NewServer(mux)
	t.Cleanup(a.Close)
	return a
}

// moves in a person.
func (a *oldApp) houses(email, password string) resident {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.people[email] = password
	return resident{email, password}
}

func (a *oldApp) check(ctx stdcontext.Context, name, password string) (oldapp.Person, bool, error) {
	person, known, err := a.find(ctx, name)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.checks[name]++
	return person, known && a.people[name] == password, err
}

func (a *oldApp) find(_ stdcontext.Context, name string) (oldapp.Person, bool, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, known := a.people[name]
	if a.down.Load() {
		return oldapp.Person{}, false, errors.New("the database is down")
	}
	return oldapp.Person{Attributes: map[string]string{"email": name, "email_verified": "true", "name": "Of the app"}}, known, nil
}

func (a *oldApp) asked(name string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.checks[name]
}

// asks moves people by the built function, which asks the old app for their passwords.
func (w *town) asks() {
	w.t.Helper()
	ada := w.app.houses("ada@example.com", secretOf(0))
	for range 2 {
		if err := w.enters(ada.email, ada.password); err != nil {
			w.t.Fatalf("%v; the functions said\n%s", err, w.out.text.String())
		}
	}
	if n := w.app.asked(ada.email); n != 1 {
		w.t.Errorf("the app was asked %d times for somebody who moved", n)
	}
	bob := w.app.houses("bob@example.com", secretOf(1))
	wrong, nobody := w.enters(bob.email, mark), w.enters("nobody@example.com", mark)
	if wrong == nil || nobody == nil || kindOf(wrong) != kindOf(nobody) {
		w.t.Errorf("a wrong password: %v; nobody: %v", wrong, nobody)
	}
	if a, b := w.app.asked(bob.email), w.app.asked("nobody@example.com"); a != 1 || b != 1 {
		w.t.Errorf("the app was asked %d times for a wrong password and %d times for nobody", a, b)
	}
	w.guesses()
	w.survives(bob)
	w.mustChoose(w.app.houses("weak@example.com", mark+" is short"))
	w.forgets(w.app.houses("grace@example.com", secretOf(2)))
}

// kindOf returns AWS's name of an error, and what a user reads.
func kindOf(err error) string {
	if refused := (*cognito.NotAuthorizedException)(nil); errors.As(err, &refused) {
		return refused.ErrorCode() + ": " + refused.ErrorMessage()
	}
	return err.Error()
}

// guesses tries many passwords of one name at once: the app is asked for five.
func (w *town) guesses() {
	w.t.Helper()
	const name = "victim@example.com"
	var guesses sync.WaitGroup
	for range 12 {
		guesses.Go(func() {
			if w.enters(name, mark) == nil {
				w.t.Error("a guess has entered")
			}
		})
	}
	guesses.Wait()
	if n := w.app.asked(name); n != migration.Most {
		w.t.Errorf("%d of 12 guesses were checked", n)
	}
}

// survives lets the app fail: nobody learns that a right password is wrong, and it works
// as soon as the app does.
func (w *town) survives(bob resident) {
	w.t.Helper()
	w.app.down.Store(true)
	failed := w.enters(bob.email, bob.password)
	refused := (*cognito.UserLambdaValidationException)(nil)
	if !errors.As(failed, &refused) || !strings.Contains(refused.ErrorMessage(), "try again") {
		w.t.Errorf("while the app is down: %v", failed)
	}
	w.app.down.Store(false)
	if err := w.enters(bob.email, bob.password); err != nil {
		w.t.Errorf("afterwards: %v", err)
	}
}

// mustChoose moves somebody whose password the pool would not take at a sign-up.
func (w *town) mustChoose(r resident) {
	w.t.Helper()
	err := w.enters(r.email, r.password)
	if must := (*cognito.PasswordResetRequiredException)(nil); !errors.As(err, &must) {
		w.t.Errorf("with a weak password: %v", err)
	}
	w.chooses(r.email)
}

// forgets moves somebody who never enters with the old password.
func (w *town) forgets(r resident) {
	w.t.Helper()
	w.chooses(r.email)
	if n := w.app.asked(r.email); n != 0 {
		w.t.Errorf("%d passwords were checked of somebody who forgot it", n)
	}
}

// chooses asks for a code and chooses a new password with it.
func (w *town) chooses(email string) {
	w.t.Helper()
	if _, err := w.pool.ForgotPassword(w.t.Context(), &idp.ForgotPasswordInput{ClientId: &w.client, Username: &email}); err != nil {
		w.t.Fatal(err)
	}
	code, chosen := (<-w.mails).Code, secretOf(3)
	if _, err := w.pool.ConfirmForgotPassword(w.t.Context(), &idp.ConfirmForgotPasswordInput{ClientId: &w.client, Username: &email, ConfirmationCode: &code, Password: &chosen}); err != nil {
		w.t.Fatal(err)
	}
	if err := w.enters(email, chosen); err != nil {
		w.t.Errorf("%s, with the new password: %v", email, err)
	}
}
