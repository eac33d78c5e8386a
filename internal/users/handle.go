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
// user it also writes SIGNIN, at the same time, because Cognito runs no post
// authentication then (developer guide, "Lambda triggers for federated users"). A
// password reset refreshes a row and never creates one.
func Confirmed(ctx context.Context, store Recorder, mirror *Mirror, seen Sighting) (Writes, error) {
	if !seen.valid() {
		return Writes{}, ErrNoUser
	}
	snapshot := snapshotOf(mirror, seen)
	snapshot.RefreshOnly = seen.Source == string(cognito.ConfirmForgotPassword)
	if snapshot.RefreshOnly || !cognito.Federated(seen.Attributes) {
		write, err := store.Upsert(ctx, snapshot)
		return Writes{Profile: write}, err
	}
	wait := count(ctx, store, seen)
	defer wait() // also if the other write panics: no goroutine outlives the call
	profile, profileErr := store.Upsert(ctx, snapshot)
	signIn, signInErr := wait()
	return Writes{Profile: profile, SignIn: signIn}, errors.Join(profileErr, signInErr)
}

// Healed writes only PROFILE, for a user without one whom a token request met: no
// trigger fires when administrators or imports create users.
func Healed(ctx context.Context, store Recorder, mirror *Mirror, seen Sighting) (Writes, error) {
	if !seen.valid() {
		return Writes{}, ErrNoUser
	}
	write, err := store.Upsert(ctx, snapshotOf(mirror, seen))
	return Writes{Profile: write}, err
}

// SignedIn writes SIGNIN and, meanwhile, asks whether PROFILE says what the event says.
// If it does, nothing is left to write: that is a read at a fifth of a write's price. It
// returns when all is done, even if ctx ends, and passes a panic on to its caller.
//
// PROFILE is asked, and nothing is remembered elsewhere of what it holds: sweeps, password
// resets and operators write it, too.
//
// A sign-in that leaves PROFILE alone does not move AttrsAt, so it could not keep an older
// snapshot from landing later. It therefore happens only if no other sign-in lies within
// Window before it, which is longer than one can be on its way; otherwise PROFILE is
// written as if nothing were known. A sign-in that finds a later one recorded writes
// PROFILE only if there is none: the later one has judged.
//
// SIGNIN knows sign-ins alone. A password reset or a sweep that read an attribute before it
// was changed back, and writes after this sign-in found it unchanged, leaves what it read
// until the next sign-in or sweep.
func SignedIn(ctx context.Context, store Mirrored, mirror *Mirror, seen Sighting) (Writes, error) {
	if !seen.valid() {
		return Writes{}, ErrNoUser
	}
	snapshot := snapshotOf(mirror, seen)
	wait := count(ctx, store, seen)
	defer wait() // also if the question panics: no goroutine outlives the call
	there, same, askErr := store.Compare(ctx, snapshot)
	signIn, signInErr := wait()
	writes := Writes{SignIn: signIn}
	var profileErr error
	switch {
	case askErr != nil && signInErr != nil: // the store is down
		writes.Profile = Failed
	case !there || signIn != Late && !(signIn == Applied && same):
		writes.Profile, profileErr = store.Upsert(ctx, snapshot)
	}
	return writes, errors.Join(askErr, profileErr, signInErr)
}

func snapshotOf(mirror *Mirror, seen Sighting) Snapshot {
	return Snapshot{
		Key: seen.Key, At: seen.At, Source: seen.Source,
		Profile: mirror.Profile(seen.Username, seen.Attributes),
	}
}

// count writes SIGNIN beside its caller. wait waits for the result, any number of times,
// and panics if the write did: a panic in its own goroutine would end the process, past
// every recover of the caller.
func count(ctx context.Context, store Recorder, seen Sighting) (wait func() (Write, error)) {
	var (
		done     = make(chan struct{})
		write    Write
		err      error
		panicked any
	)
	go func() {
		defer close(done)
		defer func() { panicked = recover() }()
		write, err = store.SignIn(ctx, SignIn{Key: seen.Key, At: seen.At, ClientID: seen.ClientID})
	}()
	return func() (Write, error) {
		<-done
		if p := panicked; p != nil {
			panicked = nil // once
			panic(p)
		}
		return write, err
	}
}
