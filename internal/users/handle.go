package users

import (
	"context"
	"errors"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

// noClient is the callerContext.clientId of an administrator's call, which has no app
// client.
const noClient = "CLIENT_ID_NOT_APPLICABLE"

// Seen returns the sighting of an event at its time. Without a sub or a pool id the key
// is invalid, and every write of it is ErrNoUser.
func Seen(header cognito.Header, attributes map[string]string, at time.Time) Sighting {
	seen := Sighting{
		Key:        Key{PoolID: header.UserPoolID, Sub: attributes["sub"]},
		At:         at,
		Source:     string(header.Source),
		Username:   header.UserName,
		Attributes: attributes,
	}
	if header.ClientID != noClient {
		seen.ClientID = header.ClientID
	}
	return seen
}

// Writes is the result of each write of one event.
type Writes struct{ Profile, SignIn Write }

// Outcome returns one word for the log: "recorded" if any row changed, "unchanged" if
// the rows knew it all.
func (w Writes) Outcome() string {
	for _, write := range []Write{w.Profile, w.SignIn} {
		if write == Applied || write == Advanced {
			return "recorded"
		}
	}
	return "unchanged"
}

// Confirmed records a confirmed user in PROFILE. For the first sign-in of a federated
// user it also writes SIGNIN, because Cognito runs no post authentication then
// (developer guide, "Lambda triggers for federated users"). A password reset refreshes
// a row and never creates one.
func Confirmed(ctx context.Context, store Recorder, mirror *Mirror, seen Sighting) (Writes, error) {
	reset := seen.Source == string(cognito.ConfirmForgotPassword)
	if !reset && cognito.Federated(seen.Attributes) {
		return SignedIn(ctx, store, mirror, seen)
	}
	write, err := upsert(ctx, store, mirror, seen, reset)
	return Writes{Profile: write}, err
}

// Healed writes only PROFILE, for a user without one whom a token request met: no
// trigger fires when administrators or imports create users.
func Healed(ctx context.Context, store Recorder, mirror *Mirror, seen Sighting) (Writes, error) {
	write, err := upsert(ctx, store, mirror, seen, false)
	return Writes{Profile: write}, err
}

// SignedIn writes PROFILE and SIGNIN at the same time, so that the user waits for the
// slower of the two and not for both. It returns when both are done, even if ctx ends,
// and passes a panic of either on to its caller.
func SignedIn(ctx context.Context, store Recorder, mirror *Mirror, seen Sighting) (Writes, error) {
	if !seen.valid() {
		return Writes{}, ErrNoUser
	}
	var signIn Write
	wait := alongside(func() (err error) {
		signIn, err = store.SignIn(ctx, SignIn{Key: seen.Key, At: seen.At, ClientID: seen.ClientID})
		return err
	})
	defer wait() // also if the other write panics: no goroutine outlives the call
	profile, profileErr := upsert(ctx, store, mirror, seen, false)
	signInErr := wait()
	return Writes{Profile: profile, SignIn: signIn}, errors.Join(profileErr, signInErr)
}

func upsert(ctx context.Context, store Recorder, mirror *Mirror, seen Sighting, refreshOnly bool) (Write, error) {
	if !seen.valid() {
		return None, ErrNoUser
	}
	return store.Upsert(ctx, Snapshot{
		Key: seen.Key, At: seen.At, Source: seen.Source, RefreshOnly: refreshOnly,
		Profile: mirror.Profile(seen.Username, seen.Attributes),
	})
}

// alongside runs f beside its caller. wait waits for f, any number of times, and panics
// if f did: a panic in f's own goroutine would end the process, past every recover of
// the caller.
func alongside(f func() error) (wait func() error) {
	var (
		done     = make(chan struct{})
		err      error
		panicked any
	)
	go func() {
		defer close(done)
		defer func() { panicked = recover() }()
		err = f()
	}()
	return func() error {
		<-done
		if p := panicked; p != nil {
			panicked = nil // once
			panic(p)
		}
		return err
	}
}
