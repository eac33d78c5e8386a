package users_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func sighting(source, status string) users.Sighting {
	return users.Sighting{
		Key: users.Key{PoolID: "eu-west-1_AbCdEf123", Sub: "8d1c"}, At: noon, Source: source, Username: "ada", ClientID: "web",
		Attributes: map[string]string{"sub": "8d1c", "email": "a@b.example", "cognito:user_status": status},
	}
}

type handler func(context.Context, users.Recorder, *users.Mirror, users.Sighting) (users.Writes, error)

func signedIn(ctx context.Context, store users.Recorder, mirror *users.Mirror, seen users.Sighting) (users.Writes, error) {
	return users.SignedIn(ctx, store.(users.Mirrored), mirror, seen)
}

func TestWhatEachEventWritesIntoAnEmptyStore(t *testing.T) {
	for name, c := range map[string]struct {
		handle         handler
		source, status string
		want           users.Writes
	}{
		"confirmation":            {users.Confirmed, "PostConfirmation_ConfirmSignUp", "CONFIRMED", users.Writes{Profile: users.Applied}},
		"first federated sign-in": {users.Confirmed, "PostConfirmation_ConfirmSignUp", "EXTERNAL_PROVIDER", users.Writes{Profile: users.Applied, SignIn: users.Applied}},
		"password reset":          {users.Confirmed, "PostConfirmation_ConfirmForgotPassword", "CONFIRMED", users.Writes{Profile: users.Unchanged}},
		"reset of a federated":    {users.Confirmed, "PostConfirmation_ConfirmForgotPassword", "EXTERNAL_PROVIDER", users.Writes{Profile: users.Unchanged}},
		"sign-in":                 {signedIn, "PostAuthentication_Authentication", "CONFIRMED", users.Writes{Profile: users.Applied, SignIn: users.Applied}},
		"token without a profile": {users.Healed, "TokenGeneration_Authentication", "CONFIRMED", users.Writes{Profile: users.Applied}},
	} {
		t.Run(name, func(t *testing.T) {
			store, seen := &userstest.Memory{}, sighting(c.source, c.status)
			got, err := c.handle(t.Context(), store, mirror(t), seen)
			if err != nil || got != c.want {
				t.Fatalf("the writes were %+v with error %v, want %+v", got, err, c.want)
			}
			rows, _ := store.Rows(t.Context(), seen.Key)
			if c.want.Profile == users.Applied && (rows.Profile.CreatedBy != c.source || rows.Profile.Email != "a@b.example") {
				t.Errorf("PROFILE is %+v", rows.Profile)
			}
			if c.want.SignIn == users.Applied && (rows.SignIn.Count != 1 || rows.SignIn.LastClient != "web") {
				t.Errorf("SIGNIN is %+v", rows.SignIn)
			}
			if again, err := c.handle(t.Context(), store, mirror(t), seen); err != nil || again.Profile != users.Unchanged {
				t.Errorf("the same event again wrote %+v with error %v", again, err)
			}
		})
	}
}

func TestAnEventWithoutAPersonWritesNothing(t *testing.T) {
	store := &userstest.Memory{}
	for name, change := range map[string]func(*users.Sighting){
		"no sub": func(s *users.Sighting) { s.Key.Sub = "" }, "no pool": func(s *users.Sighting) { s.Key.PoolID = "" },
		"no time": func(s *users.Sighting) { s.At = time.Time{} }, "long sub": func(s *users.Sighting) { s.Key.Sub = string(make([]byte, users.MaxKey)) },
		"broken sub": func(s *users.Sighting) { s.Key.Sub = "\xff" },
	} {
		seen := sighting("PostConfirmation_ConfirmSignUp", "CONFIRMED")
		change(&seen)
		for _, handle := range []handler{users.Confirmed, signedIn, users.Healed} {
			if got, err := handle(t.Context(), store, nil, seen); !errors.Is(err, users.ErrNoUser) || got != (users.Writes{}) {
				t.Errorf("%s: the writes were %+v with error %v", name, got, err)
			}
		}
	}
	if store.Len() != 0 {
		t.Errorf("%d rows were written", store.Len())
	}
}

func TestBothWritesReportTheirOwnFate(t *testing.T) {
	store, down := &userstest.Memory{}, errors.New("down")
	store.Down(down)
	got, err := users.SignedIn(t.Context(), store, nil, sighting("PostAuthentication_Authentication", ""))
	if got != (users.Writes{Profile: users.Failed, SignIn: users.Failed}) || !errors.Is(err, down) {
		t.Errorf("the writes were %+v with error %v", got, err)
	}
	other := &recorder{upsert: func() (users.Write, error) { return users.Applied, nil }, signIn: func() (users.Write, error) { return users.Failed, down }}
	got, err = users.SignedIn(t.Context(), other, nil, sighting("PostAuthentication_Authentication", ""))
	if got != (users.Writes{Profile: users.Applied, SignIn: users.Failed}) || !errors.Is(err, down) {
		t.Errorf("the writes were %+v with error %v", got, err)
	}
	half := &recorder{upsert: func() (users.Write, error) { return users.Failed, down }, signIn: func() (users.Write, error) { return users.Advanced, nil }}
	got, err = users.SignedIn(t.Context(), half, nil, sighting("PostAuthentication_Authentication", ""))
	if got != (users.Writes{Profile: users.Failed, SignIn: users.Advanced}) || !errors.Is(err, down) {
		t.Errorf("the writes were %+v with error %v", got, err)
	}
}

func TestAFailureOfAnyEventReachesTheCaller(t *testing.T) {
	down := errors.New("down")
	for name, c := range map[string]struct {
		handle         handler
		status         string
		upsert, signIn error
	}{
		"confirmation": {users.Confirmed, "CONFIRMED", down, nil}, "heal": {users.Healed, "CONFIRMED", down, nil},
		"first federated, PROFILE": {users.Confirmed, "EXTERNAL_PROVIDER", down, nil}, "first federated, SIGNIN": {users.Confirmed, "EXTERNAL_PROVIDER", nil, down},
	} {
		store := &recorder{
			upsert: func() (users.Write, error) { return users.Applied, c.upsert },
			signIn: func() (users.Write, error) { return users.Applied, c.signIn },
		}
		if _, err := c.handle(t.Context(), store, nil, sighting("PostConfirmation_ConfirmSignUp", c.status)); !errors.Is(err, down) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// TestTheRequestsOfAnEventRunAtTheSameTime lets each wait for the other.
func TestTheRequestsOfAnEventRunAtTheSameTime(t *testing.T) {
	meet := make(chan struct{})
	done := func() (users.Write, error) { return users.Applied, nil }
	both := &recorder{
		same:   func() (bool, error) { meet <- struct{}{}; return true, nil },
		upsert: func() (users.Write, error) { meet <- struct{}{}; return done() },
		signIn: func() (users.Write, error) { <-meet; return done() },
	}
	for handle, status := range map[*handler]string{new(handler(signedIn)): "CONFIRMED", new(handler(users.Confirmed)): "EXTERNAL_PROVIDER"} {
		if _, err := (*handle)(t.Context(), both, nil, sighting("PostAuthentication_Authentication", status)); err != nil {
			t.Error(err)
		}
	}
}

// TestR19_APanicReachesTheCallerAndLeavesNoGoroutine: a panic in its own goroutine
// would end the process, and with it every other sign-in.
func TestR19_APanicReachesTheCallerAndLeavesNoGoroutine(t *testing.T) {
	var finished bool
	well := func() (users.Write, error) {
		time.Sleep(10 * time.Millisecond)
		finished = true
		return users.Applied, nil
	}
	asked := func() (bool, error) { finished = true; return true, nil }
	panics := func() (users.Write, error) { panic("on purpose") }
	for name, c := range map[string]struct {
		handle handler
		status string
		store  *recorder
	}{
		"sign-in":         {signedIn, "", &recorder{same: asked, signIn: panics}},
		"profile":         {signedIn, "", &recorder{upsert: panics, signIn: well}},
		"both":            {signedIn, "", &recorder{upsert: panics, signIn: panics}},
		"question":        {signedIn, "", &recorder{same: func() (bool, error) { panic("on purpose") }, signIn: well}},
		"first federated": {users.Confirmed, "EXTERNAL_PROVIDER", &recorder{upsert: panics, signIn: well}},
	} {
		finished = name == "both"
		func() {
			defer func() {
				if recover() != "on purpose" || !finished {
					t.Errorf("%s: the panic did not reach the caller after both requests", name)
				}
			}()
			_, _ = c.handle(t.Context(), c.store, nil, sighting("PostAuthentication_Authentication", c.status))
		}()
	}
}

type recorder struct {
	upsert, signIn func() (users.Write, error)
	same           func() (bool, error) // nil: there is no PROFILE
}

func (r *recorder) Compare(context.Context, users.Snapshot) (there, same bool, err error) {
	if r.same != nil {
		same, err = r.same()
	}
	return same, same, err
}

func (r *recorder) Upsert(context.Context, users.Snapshot) (users.Write, error) { return r.upsert() }
func (r *recorder) SignIn(context.Context, users.SignIn) (users.Write, error)   { return r.signIn() }
