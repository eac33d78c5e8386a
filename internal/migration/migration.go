// Package migration decides about a name that the pool does not have: whether a person of the
// old app has it and typed the old password, so that Cognito makes the user. Cognito asks once
// for every unknown name, whoever types it, so most of what comes is a mistake or a guess.
//
//	reserve a try ─► row of the name ─► check the hash, or a dummy ─► note the proof ─► answer
//
// A name has five tries in fifteen minutes, whether somebody has it or not. Each is reserved by
// one conditional update before a hash is computed: guesses at the same time share none, and
// the processor time that a stranger can buy is bounded.
//
// An unknown name, a wrong password and a name without a try left get one answer: the event as
// it came. Cognito then answers as for any unknown user (developer guide, "Managing user
// existence error responses"). The first two also cost the same. An unknown name has a dummy
// hash, whose kind is drawn from the name, in the shares in which the stage's hashes have kinds.
// The draw has a key, so that nobody can tell from outside which kind a name ought to have. A
// row that cannot be read, or whose hash cannot be checked, is an unknown name to the user and
// degraded in the log.
//
// A right password is noted in the row before the answer. If the store fails, nothing is
// answered and the user tries again. The row stays: Cognito may yet fail to make the user, and
// then asks again. It goes when the first sign-in was seen (users.Moving), and what is left of
// it keeps the person from moving again. Answers may repeat; Cognito makes one user of a name.
//
// ForgotPassword brings no password. Anybody may ask for it, so that it needs an address that
// is verified, to which Cognito sends the code. There is no hash to compute. It also moves a
// person whose old password nobody can check. Somebody who asks for the passwords of others
// makes them choose new ones.
//
// A password is not kept, and no error holds one.
package migration

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// A name has Most tries in a Window, which begins with the first of them.
const (
	Most   = 5
	Window = 15 * time.Minute
)

// longest is the number of characters that a password of a pool has at most (API reference,
// SignUp). InitiateAuth takes 131,072, which crypt(3) would hash for most of a minute.
const longest = 256

// Store holds who waits. Implementations are safe for concurrent use.
type Store interface {
	// Reserve takes one of most tries in a window and reports whether there was one.
	Reserve(ctx context.Context, pool, name string, at time.Time, most int, window time.Duration) (bool, error)
	// Waiting returns the row of a name; the zero value is an absent one. An error that is
	// table.ErrUnreadable is of this row alone.
	Waiting(ctx context.Context, pool, name string) (table.Legacy, error)
	// Prove notes a proof and reports whether the person still waits with that hash.
	Prove(ctx context.Context, pool, name, hash string, at time.Time) (bool, error)
}

// Check reports whether a password is that of a hash. It is check.Password, with the keys of
// the old app.
type Check func(h hash.Hash, password string) (bool, error)

// Person is what the pool shall know of a user.
type Person struct {
	// Username is the user's name in the pool; "" is the name that was typed.
	Username   string
	Attributes map[string]string
}

// OldApp checks passwords itself. An error means that nothing is known.
type OldApp interface {
	SignIn(ctx context.Context, name, password string) (Person, bool, error)
	Forgot(ctx context.Context, name string) (Person, bool, error)
}

// What happened, for the log.
const (
	NotWaiting = "nobody"     // nobody waits under the name
	Wrong      = "wrong"      // the password, or with an old app the name
	HeldBack   = "held back"  // the name has no try left
	Proved     = "moved"      // the user is made with this password
	Reset      = "must reset" // the user is made, and chooses a new password
)

// rowTrouble is what is wrong with a person's row, by a class for the log.
type rowTrouble struct {
	class string
	err   error
}

func (t rowTrouble) Error() string { return t.class + ": " + t.err.Error() }
func (t rowTrouble) Unwrap() error { return t.err }

// ErrorCode returns the class.
func (t rowTrouble) ErrorCode() string { return t.class }

// Lasting reports true: the operator has to look at the row.
func (rowTrouble) Lasting() bool { return true }

// Verdict is a decision. Response is the response for Cognito; nil leaves the event as it came.
// Trouble is what is wrong with a person's row; the answer is that of an unknown name.
type Verdict struct {
	Response []byte
	Outcome  string
	Trouble  error
}

// Migration decides. Compile makes it. It is immutable and safe for concurrent use.
type Migration struct {
	store Store
	check Check
	old   OldApp
	rules policy.PasswordRules
	kinds []share
	all   uint64 // the sum of the shares
	key   []byte
}

// share is a kind of hashes that wait, and how many there are.
type share struct {
	kind hash.Kind
	many uint64
}

// Compile returns the decision of a section of the policy. key is what nobody outside knows of
// the stage. old is for a section that names an old app; store's rows do not count then. An
// error says what is wrong with the section.
func Compile(section policy.Migration, key string, store Store, check Check, old OldApp) (*Migration, error) {
	m := &Migration{store: store, check: check, rules: section.Passwords, key: []byte(key)}
	if section.OldApp != "" {
		m.old = old
	}
	if (section.OldApp != "") == (len(section.Hashes) > 0) {
		return nil, errors.New("migration: it has hashes and an old app, or none of the two: say who checks the passwords")
	}
	for _, h := range section.Hashes {
		kind, err := hash.ParseKind(h.Kind)
		if err != nil {
			return nil, fmt.Errorf("migration.hashes: %w", err)
		}
		many := uint64(max(h.Share, 1))
		m.kinds, m.all = append(m.kinds, share{kind, many}), m.all+many
	}
	return m, nil
}

// SignIn decides about a name that was typed with a password. An error means that nothing is
// known, and not that a person is unknown.
func (m *Migration) SignIn(ctx context.Context, pool, name string, password cognito.Password, at time.Time) (Verdict, error) {
	if text := password.Reveal(); text == "" || utf8.RuneCountInString(text) > longest {
		return Verdict{Outcome: NotWaiting}, nil
	}
	free, err := m.store.Reserve(ctx, pool, name, at, Most, Window)
	if err != nil || !free {
		return Verdict{Outcome: HeldBack}, err
	}
	if m.old != nil {
		found, ok, err := m.old.SignIn(ctx, name, password.Reveal())
		if err != nil || !ok {
			return Verdict{Outcome: Wrong}, err
		}
		return m.answer(name, found, password), nil
	}
	row, err := m.store.Waiting(ctx, pool, name)
	if err != nil && !errors.Is(err, table.ErrUnreadable) {
		return Verdict{}, err
	}
	verdict := m.judge(pool, name, row, password)
	if err != nil {
		verdict.Trouble = err
	}
	if verdict.Response == nil {
		return verdict, nil
	}
	if waits, err := m.store.Prove(ctx, pool, name, row.Hash, at); err != nil || !waits {
		return Verdict{Outcome: NotWaiting}, err // moved, or loaded with another password, since the read
	}
	return verdict, nil
}

// judge computes one hash: that of the row, or a dummy.
func (m *Migration) judge(pool, name string, row table.Legacy, password cognito.Password) Verdict {
	h, there, trouble := m.hashOf(row)
	if !there {
		h = m.dummy(pool, name)
	}
	right, err := m.check(h, password.Reveal())
	switch {
	case err != nil:
		return Verdict{Outcome: NotWaiting, Trouble: rowTrouble{"hash", err}}
	case !there:
		return Verdict{Outcome: NotWaiting, Trouble: trouble}
	case !right:
		return Verdict{Outcome: Wrong}
	}
	return m.answer(name, personOf(row), password)
}

// errUnlisted is a kind that the stage does not list: the function's memory, and the time that
// an unknown name takes, are chosen for those that it lists.
var errUnlisted = errors.New("the kind of the hash is not among migration.hashes")

// hashOf returns the hash of a row, and whether it can be checked.
func (m *Migration) hashOf(row table.Legacy) (hash.Hash, bool, error) {
	if row.Hash == "" {
		return hash.Hash{}, false, nil
	}
	h, err := hash.Parse(row.Hash)
	if err != nil {
		return hash.Hash{}, false, rowTrouble{"hash", err}
	}
	if !slices.ContainsFunc(m.kinds, func(s share) bool { return s.kind == h.Kind }) {
		return hash.Hash{}, false, rowTrouble{"unlisted", errUnlisted}
	}
	return h, true, nil
}

// Forgot decides about a name whose password was forgotten. It asks the store the same for
// every name.
func (m *Migration) Forgot(ctx context.Context, pool, name string, at time.Time) (Verdict, error) {
	if m.old != nil {
		found, ok, err := m.old.Forgot(ctx, name)
		if err != nil || !ok || !reachable(name, found.Attributes) {
			return Verdict{Outcome: NotWaiting}, err
		}
		return Verdict{Response: response(name, found, resetRequired), Outcome: Reset}, nil
	}
	row, err := m.store.Waiting(ctx, pool, name)
	if err != nil && !errors.Is(err, table.ErrUnreadable) {
		return Verdict{}, err
	}
	hash := row.Hash
	if !reachable(name, row.Attributes) {
		hash = noHash
	}
	waits, failed := m.store.Prove(ctx, pool, name, hash, at)
	if failed != nil || !waits {
		return Verdict{Outcome: NotWaiting, Trouble: err}, failed
	}
	return Verdict{Response: response(name, personOf(row), resetRequired), Outcome: Reset}, nil
}

// noHash is no stored hash, so that its proof changes nothing.
const noHash = "-"

func personOf(row table.Legacy) Person { return Person{row.Username, row.Attributes} }
