package userpool

import (
	"slices"
	"time"
)

// hourlyTries is how often an hour a user may ask for a code of one purpose or enter one: "In
// a given hour, we allow between 5 and 20 attempts for a user to request or enter a password
// reset code" (guide, "Resetting user passwords", forgot password behavior). AWS decides by
// risk; here it is the most. For the codes of a sign-up and of an address AWS names no
// figure, only the exception (API reference, ConfirmSignUp and VerifyUserAttribute).
const hourlyTries = 20

// tryKey is what tries count under: a code's purpose and a folded username.
type tryKey struct{ purpose, user string }

// tryCode counts a request for a code, or a code that is entered, before anybody looks at
// it: many at once are no more guesses than one after another. Past the limit the code itself
// dies, as it lives longer than the hour. AWS says neither that nor what a success does: here
// it ends the count. Clients read the sentence for all these calls (amplify-js#8013).
func (p *Pool) tryCode(purpose, username string) error {
	if p.store.tried(tryKey{purpose, p.store.fold(username)}) {
		return nil
	}
	return errTooMany()
}

func errTooMany() *APIError {
	return refuse("LimitExceededException", "Attempt limit exceeded, please try after some time.")
}

// tried counts one more try if there may be one.
func (s *store) tried(key tryKey) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	recent := slices.DeleteFunc(s.tries[key], func(at time.Time) bool { return now.Sub(at) >= time.Hour })
	may := len(recent) < hourlyTries
	if may {
		recent = append(recent, now)
	} else {
		s.codes[key.user] = slices.DeleteFunc(s.codes[key.user], func(c code) bool { return c.purpose == key.purpose })
	}
	s.tries[key] = recent
	return may
}

// forgiveTries ends the count of a user whose code was right.
func (s *store) forgiveTries(purpose, username string) {
	take(s, s.tries, tryKey{purpose, s.fold(username)})
}
