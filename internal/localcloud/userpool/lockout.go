package userpool

import "time"

// attempts are a user's failed sign-ins in a row.
type attempts struct {
	failed      int
	last, until time.Time
}

// The guide's figures ("Lockout behavior for failed sign-in attempts"): "After five failed
// sign-in attempts, Amazon Cognito locks out your user for one second. The lockout duration
// then doubles after each additional one failed attempt, up to a maximum of approximately 15
// minutes."
const (
	freeAttempts = 5
	longestLock  = 15 * time.Minute
)

// judge counts an attempt to prove a factor: an error of prove is a failed one. An attempt
// during a lock is refused unseen and does not prolong it. A sign-in that succeeds, or 15
// minutes without an attempt, ends the count (same page): a right password alone does not,
// so that it buys no more guesses at a code. Codes of a second factor count, too (guide,
// "Adding MFA to a user pool"). An attempt that ends during a lock is refused as well, right
// or wrong: many at once are no more guesses than one after another.
func (p *Pool) judge(name string, prove func() error) error {
	if p.store.isLocked(name) {
		return errLocked
	}
	err := prove()
	if p.store.counted(name, err != nil) {
		return errLocked
	}
	return err
}

var errLocked = notAuthorized("Password attempts exceeded")

func (s *store) isLocked(name string) bool {
	a, _ := get(s, s.attempts, s.fold(name))
	return s.now().Before(a.until)
}

func (s *store) forgive(name string) { take(s, s.attempts, s.fold(name)) }

// counted counts an attempt if it failed, and reports whether it ended during a lock.
func (s *store) counted(name string, failed bool) (locked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, now := s.fold(name), s.now()
	a := s.attempts[key]
	if now.Before(a.until) || !failed {
		return now.Before(a.until)
	}
	if now.Sub(a.last) >= longestLock && !now.Before(a.until.Add(longestLock)) {
		a = attempts{}
	}
	a.failed, a.last = a.failed+1, now
	if over := a.failed - freeAttempts; over >= 0 {
		a.until = now.Add(min(time.Second<<min(over, 10), longestLock))
	}
	s.attempts[key] = a
	return false
}
