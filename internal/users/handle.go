package users

import (
	"context"
	"errors"
)

const (
	// resetSource is the trigger source of a password reset: the developer guide
	// sends it through post confirmation too, and it creates nobody.
	resetSource = "PostConfirmation_ConfirmForgotPassword"
	// federatedStatus is the cognito:user_status of a person from an identity provider.
	federatedStatus = "EXTERNAL_PROVIDER"
)

// Writes tells what became of each row of one event.
type Writes struct{ Profile, SignIn Write }

// Confirmed writes down a confirmed person: PROFILE, and for the first sign-in of
// a federated one also SIGNIN, because Cognito runs no post authentication then
// (developer guide, "Lambda triggers for federated users"). A password reset
// refreshes a row and never creates one.
func Confirmed(ctx context.Context, store Recorder, mirror *Mirror, seen Sighting) (Writes, error) {
	reset := seen.Source == resetSource
	if !reset && seen.Attributes["cognito:user_status"] == federatedStatus {
		return SignedIn(ctx, store, mirror, seen)
	}
	write, err := upsert(ctx, store, mirror, seen, reset)
	return Writes{Profile: write}, err
}

// Healed writes PROFILE alone, for a person whom a token request met without one:
// administrators and imports create people of whom no trigger hears.
func Healed(ctx context.Context, store Recorder, mirror *Mirror, seen Sighting) (Writes, error) {
	write, err := upsert(ctx, store, mirror, seen, false)
	return Writes{Profile: write}, err
}

// SignedIn writes PROFILE and SIGNIN at the same time: the person waits for the
// slower of the two, not for both. It returns when both are done, also when ctx
// ends, and carries a panic of either to its caller.
func SignedIn(ctx context.Context, store Recorder, mirror *Mirror, seen Sighting) (Writes, error) {
	if !seen.valid() {
		return Writes{}, ErrNoUser
	}
	var signIn Write
	wait := alongside(func() (err error) {
		signIn, err = store.SignIn(ctx, SignIn{Key: seen.Key, At: seen.At, ClientID: seen.ClientID})
		return err
	})
	defer wait() // also when the other write panics: no goroutine outlives the call
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

// alongside runs f beside its caller. The function it gives waits for f, as often
// as it is called, and panics if f did: a panic in a goroutine of its own would
// end the process, past every recover of the caller.
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
