package migration_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
	"github.com/cognito-triggers/cognito-triggers/internal/migration"
	"github.com/cognito-triggers/cognito-triggers/internal/migration/migrationtest"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

var _ migration.Store = (*dynamo.Store)(nil)

const pool = "eu-west-1_Ex4mpl3Id"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// checker checks no hash: the password of a hash is its own text. It counts.
type checker struct {
	mu    sync.Mutex
	kinds []string
	down  error
}

func (c *checker) check(h hash.Hash, password string) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kinds = append(c.kinds, h.Kind.String())
	return string(h.Salt) == password, c.down
}

func (c *checker) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	kinds := c.kinds
	c.kinds = nil
	return kinds
}

// stored returns a hash that checker takes for the password's.
func stored(password string) string {
	return "pbkdf2_sha256$1000$" + password + "$" + strings.Repeat("A", 43) + "="
}

const kind = "django-pbkdf2-sha256:1000"

// world is a decision with its store and its checker.
type world struct {
	*migration.Migration
	store *migrationtest.Memory
	checker
}

func newWorld(t testing.TB, section policy.Migration, people map[string]table.Legacy) *world {
	t.Helper()
	w := &world{store: new(migrationtest.Memory)}
	for name, row := range people {
		row.LoadedAt = noon.Add(-time.Hour)
		if _, err := w.store.Load(t.Context(), pool, name, row); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if w.Migration, err = migration.Compile(section, "key", w.store, w.check, nil); err != nil {
		t.Fatal(err)
	}
	w.store.Calls()
	return w
}

var listed = policy.Migration{Hashes: []policy.HashShare{{Kind: kind, Share: 3}, {Kind: "bcrypt:4"}}}

func reachable(stored string) table.Legacy {
	return table.Legacy{Hash: stored, Attributes: map[string]string{"email": "ada@example.com", "email_verified": "true"}}
}

func people() map[string]table.Legacy {
	return map[string]table.Legacy{
		"ada":       reachable(stored("right")),
		"no hash":   reachable(""),
		"odd hash":  reachable("odd"),
		"unlisted":  reachable("pbkdf2_sha256$1001$right$" + strings.Repeat("A", 43) + "="),
		"unchecked": {Hash: stored("right")},
	}
}

func (w *world) move(t testing.TB, name string) {
	t.Helper()
	row, err := w.store.Waiting(t.Context(), pool, name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.Prove(t.Context(), pool, name, row.Hash, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.Moved(t.Context(), pool, name, "", noon); err != nil {
		t.Fatal(err)
	}
	w.store.Calls()
}

// Whoever has no answer has it for the same requests and one hash of a kind that the stage
// lists: an unknown name, a wrong password, and whoever cannot be checked. The log alone knows.
func TestR102_AnUnknownNameCostsWhatAWrongPasswordCosts(t *testing.T) {
	w := newWorld(t, listed, people())
	w.move(t, "unchecked")
	for name, want := range map[string]struct{ password, outcome, trouble string }{
		"ada":       {"wrong", migration.Wrong, ""},
		"unknown":   {"right", migration.NotWaiting, ""},
		"unchecked": {"right", migration.NotWaiting, ""},
		"no hash":   {"right", migration.NotWaiting, ""},
		"odd hash":  {"right", migration.NotWaiting, "hash"},
		"unlisted":  {"right", migration.NotWaiting, "unlisted"},
	} {
		verdict, err := w.SignIn(t.Context(), pool, name, cognito.NewPassword(want.password), noon)
		calls, kinds := w.store.Calls(), w.take()
		if err != nil || verdict.Response != nil || verdict.Outcome != want.outcome || class(verdict.Trouble) != want.trouble {
			t.Errorf("%s: %+v, %v", name, verdict, err)
		}
		if !slices.Equal(calls, []string{"Reserve", "Waiting"}) || len(kinds) != 1 || kinds[0] != kind && kinds[0] != "bcrypt:4" {
			t.Errorf("%s: the calls are %v, the hashes %v", name, calls, kinds)
		}
	}
}

func class(err error) string {
	if coded, ok := errors.AsType[interface {
		error
		ErrorCode() string
		Lasting() bool
	}](err); ok && coded.Lasting() {
		if why := errors.Unwrap(coded); why != nil && why.Error() != "" && coded.Error() == coded.ErrorCode()+": "+why.Error() {
			return coded.ErrorCode()
		}
	}
	return ""
}

func TestR102_OfParallelGuessesFiveAreLookedAt(t *testing.T) {
	for _, name := range []string{"ada", "unknown"} {
		w := newWorld(t, listed, people())
		var guesses sync.WaitGroup
		for i := range 200 {
			guesses.Go(func() {
				spelled := []string{name, " " + name, strings.ToUpper(name)}[i%3]
				verdict, err := w.SignIn(t.Context(), pool, spelled, cognito.NewPassword(fmt.Sprint("guess", i)), noon)
				if err != nil || verdict.Response != nil {
					t.Errorf("%+v, %v", verdict, err)
				}
			})
		}
		guesses.Wait()
		if kinds := w.take(); len(kinds) != migration.Most {
			t.Errorf("%s: %d hashes", name, len(kinds))
		}
	}
}

// A name that is held back asks for nothing more, and has its tries again after the window.
func TestR102_ANameThatIsHeldBackMayTryAgain(t *testing.T) {
	w := newWorld(t, listed, people())
	for range migration.Most {
		_, _ = w.SignIn(t.Context(), pool, "ada", cognito.NewPassword("guess"), noon)
	}
	w.store.Calls()
	for _, after := range []time.Duration{0, migration.Window - time.Millisecond} {
		verdict, err := w.SignIn(t.Context(), pool, "ada", cognito.NewPassword("right"), noon.Add(after))
		if calls := w.store.Calls(); err != nil || !reflect.DeepEqual(verdict, migration.Verdict{Outcome: migration.HeldBack}) || !slices.Equal(calls, []string{"Reserve"}) {
			t.Errorf("after %v: %+v, %v, calls %v", after, verdict, err, calls)
		}
	}
	if verdict, err := w.SignIn(t.Context(), pool, "ada", cognito.NewPassword("right"), noon.Add(migration.Window)); err != nil || verdict.Outcome != migration.Proved {
		t.Errorf("%+v, %v", verdict, err)
	}
}

// A reset asks the same for every name, computes no hash, and needs an address that is verified.
func TestR102_AForgottenPasswordNeedsAVerifiedAddress(t *testing.T) {
	all := people()
	all["unverified"] = table.Legacy{Hash: stored("right"), Attributes: map[string]string{"email": "a@b.example", "email_verified": "false", "phone_number": "+491"}}
	all["verified nothing"] = table.Legacy{Hash: stored("right"), Attributes: map[string]string{"email_verified": "true"}}
	all["by phone"] = table.Legacy{Attributes: map[string]string{"phone_number": "+491", "phone_number_verified": "true"}}
	all["moved"] = reachable(stored("right"))
	w := newWorld(t, listed, all)
	w.move(t, "moved")
	for name, moves := range map[string]bool{
		"ada": true, "no hash": true, "odd hash": true, "by phone": true,
		"unverified": false, "verified nothing": false, "moved": false, "unknown": false, "unchecked": false,
	} {
		verdict, err := w.Forgot(t.Context(), pool, name, noon)
		want := map[bool]string{true: migration.Reset, false: migration.NotWaiting}[moves]
		if err != nil || verdict.Outcome != want || (verdict.Response != nil) != moves || moves && !strings.Contains(string(verdict.Response), `"finalUserStatus":"RESET_REQUIRED"`) {
			t.Errorf("%s: %+v, %v", name, verdict, err)
		}
		if calls, kinds := w.store.Calls(), w.take(); !slices.Equal(calls, []string{"Waiting", "Prove"}) || len(kinds) > 0 {
			t.Errorf("%s: the calls are %v, the hashes %v", name, calls, kinds)
		}
		if row, _ := w.store.Waiting(t.Context(), pool, name); row.ProvedAt.IsZero() == (moves || name == "moved") {
			t.Errorf("%s is proved at %v", name, row.ProvedAt)
		}
		w.store.Calls()
	}
}

// What the pool makes of a right password: its name, its attributes, its status.
func TestR102_ARightPasswordMakesTheUser(t *testing.T) {
	section := listed
	section.Passwords = policy.PasswordRules{MinLength: 8}
	verified := map[string]string{"email": "ada@example.com", "email_verified": "true"}
	for what, c := range map[string]struct {
		typed, password string
		row             table.Legacy
		want            string
		outcome         string
	}{
		"attributes": {"Ada", "long enough", table.Legacy{Attributes: verified}, `{"userAttributes":{"email":"ada@example.com","email_verified":"true"},"finalUserStatus":"CONFIRMED","messageAction":"SUPPRESS"}`, migration.Proved},
		"none":       {" Ada", "long enough", table.Legacy{}, `{"userAttributes":{"username":" Ada"},"finalUserStatus":"CONFIRMED","messageAction":"SUPPRESS"}`, migration.Proved},
		"same name":  {"ADA", "long enough", table.Legacy{Username: "ada"}, `{"userAttributes":{"username":"ADA"},"finalUserStatus":"CONFIRMED","messageAction":"SUPPRESS"}`, migration.Proved},
		"an alias":   {"ada", "long enough", table.Legacy{Username: "ada-7", Attributes: verified}, `{"userAttributes":{"email":"ada@example.com","email_verified":"true","username":"ada-7"},"finalUserStatus":"CONFIRMED","messageAction":"SUPPRESS"}`, migration.Proved},
		"Cognito's":  {"ada", "long enough", table.Legacy{Attributes: map[string]string{"sub": "x", "username": "x", "identities": "x", "cognito:user_status": "x", "custom:sub": "x", "name": "", "nickname": "n"}}, `{"userAttributes":{"custom:sub":"x","nickname":"n"},"finalUserStatus":"CONFIRMED","messageAction":"SUPPRESS"}`, migration.Proved},
		"weak":       {"ada", "short", table.Legacy{Attributes: verified}, `{"userAttributes":{"email":"ada@example.com","email_verified":"true"},"finalUserStatus":"RESET_REQUIRED","messageAction":"SUPPRESS"}`, migration.Reset},
		"stranded":   {"ada", "short", table.Legacy{Attributes: map[string]string{"email": "a@b.example"}}, ``, migration.NotWaiting},
	} {
		c.row.Hash = stored(c.password)
		w := newWorld(t, section, map[string]table.Legacy{"ada": c.row})
		verdict, err := w.SignIn(t.Context(), pool, c.typed, cognito.NewPassword(c.password), noon)
		if err != nil || string(verdict.Response) != c.want || verdict.Outcome != c.outcome || (class(verdict.Trouble) == "stranded") != (c.want == "") {
			t.Errorf("%s: %s, %+v, %v", what, verdict.Response, verdict, err)
		}
		if row, _ := w.store.Waiting(t.Context(), pool, "ada"); row.ProvedAt.Equal(noon) != (c.want != "") {
			t.Errorf("%s: proved at %v", what, row.ProvedAt)
		}
	}
}

func TestR102_APasswordMeetsThePoolsRulesOrNot(t *testing.T) {
	all := policy.PasswordRules{MinLength: 8, Lower: true, Upper: true, Digits: true, Symbols: true}
	without := func(change func(*policy.PasswordRules)) policy.PasswordRules {
		rules := all
		change(&rules)
		return rules
	}
	for password, lacks := range map[string]func(*policy.PasswordRules){
		"aB3$5678": nil, "ééééaB3 ": nil, "aB3$567": func(r *policy.PasswordRules) { r.MinLength = 7 },
		"AB3$5678": func(r *policy.PasswordRules) { r.Lower = false }, "ab3$5678": func(r *policy.PasswordRules) { r.Upper = false },
		"aBc$defg": func(r *policy.PasswordRules) { r.Digits = false }, "aB345678": func(r *policy.PasswordRules) { r.Symbols = false },
		"aB3éééé": func(r *policy.PasswordRules) { r.MinLength, r.Symbols = 0, false },
	} {
		for _, rules := range []policy.PasswordRules{all, without(func(r *policy.PasswordRules) {
			if lacks != nil {
				lacks(r)
			}
		})} {
			w := newWorld(t, listed, map[string]table.Legacy{"ada": reachable(stored("any"))})
			m, err := migration.Compile(policy.Migration{Hashes: listed.Hashes, Passwords: rules}, "key", w.store, func(hash.Hash, string) (bool, error) { return true, nil }, nil)
			if err != nil {
				t.Fatal(err)
			}
			verdict, err := m.SignIn(t.Context(), pool, "ada", cognito.NewPassword(password), noon)
			want := map[bool]string{true: migration.Proved, false: migration.Reset}[lacks == nil || rules != all]
			if err != nil || verdict.Outcome != want {
				t.Errorf("%q under %+v: %+v, %v, want %s", password, rules, verdict, err, want)
			}
		}
	}
}

// An address in letters that look alike is another one, of somebody else: no code goes there.
func TestR102_AnAddressInOtherLettersFindsNobody(t *testing.T) {
	w := newWorld(t, listed, map[string]table.Legacy{
		"kim@äå.example": {Hash: stored("right"), Attributes: map[string]string{"email": "Kim@äå.example", "email_verified": "true"}},
		"tim@a.example":  reachable(stored("right")),
		"pam@a.example":  {Hash: stored("right"), Attributes: map[string]string{"phone_number": "+15555550100", "phone_number_verified": "true"}},
	})
	for typed, finds := range map[string]bool{
		"KIM@ÄÅ.example": true, " kim@äå.Example": true, "\u212aim@äå.example": false, "k\u0130m@äå.example": false, "kim@ä\u212b.example": false, "kım@äå.example": false, "tim@a.example": false, "pam@a.example": true,
	} {
		verdict, err := w.Forgot(t.Context(), pool, typed, noon)
		if err != nil || (verdict.Outcome == migration.Reset) != finds {
			t.Errorf("%s: %+v, %v", typed, verdict, err)
		}
	}
}

// The store is asked again, and answers again, until all of it has been answered: a failure of
// any call is an error, which the kernel answers for, and no answer goes out before the proof is
// noted.
func TestR103_AStoreThatFailsAnswersNobody(t *testing.T) {
	down := errors.New("down")
	for _, sign := range []bool{true, false} {
		for fails := range 3 {
			w := newWorld(t, listed, people())
			m, err := migration.Compile(listed, "key", &failing{Memory: w.store, left: fails, err: down}, w.check, nil)
			if err != nil {
				t.Fatal(err)
			}
			ask := func(m *migration.Migration) (migration.Verdict, error) {
				if sign {
					return m.SignIn(t.Context(), pool, "ada", cognito.NewPassword("right"), noon)
				}
				return m.Forgot(t.Context(), pool, "ada", noon)
			}
			verdict, err := ask(m)
			if works := !sign && fails == 2; works == errors.Is(err, down) || works == (verdict.Response == nil) {
				t.Errorf("call %d fails: %+v, %v", fails, verdict, err)
			}
			if verdict, err := ask(w.Migration); err != nil || verdict.Response == nil {
				t.Errorf("after call %d failed: %+v, %v", fails, verdict, err)
			}
		}
	}
}

// between changes a row after it was read.
type between struct {
	*migrationtest.Memory
	change func()
}

func (b between) Waiting(ctx context.Context, pool, name string) (table.Legacy, error) {
	defer b.change()
	return b.Memory.Waiting(ctx, pool, name)
}

// Who has moved, or has another password, since the row was read is answered as nobody.
func TestR103_ARowThatChangesMeanwhileAnswersNobody(t *testing.T) {
	for what, change := range map[string]func(*world){
		"moved": func(w *world) { w.move(t, "ada") },
		"another password": func(w *world) {
			again := reachable(stored("other"))
			again.LoadedAt = noon
			_, _ = w.store.Load(t.Context(), pool, "ada", again)
		},
	} {
		for _, sign := range []bool{true, false} {
			w := newWorld(t, listed, people())
			m := mustCompile(t, between{w.store, func() { change(w) }}, w.check)
			ask := func() (migration.Verdict, error) { return m.Forgot(t.Context(), pool, "ada", noon) }
			if sign {
				ask = func() (migration.Verdict, error) {
					return m.SignIn(t.Context(), pool, "ada", cognito.NewPassword("right"), noon)
				}
			}
			verdict, err := ask()
			if err != nil || !reflect.DeepEqual(verdict, migration.Verdict{Outcome: migration.NotWaiting}) {
				t.Errorf("%s: %+v, %v", what, verdict, err)
			}
		}
	}
}

// failing fails once it has been called so many times.
type failing struct {
	*migrationtest.Memory
	left int
	err  error
}

func (f *failing) fails() error {
	if f.left--; f.left < 0 {
		return f.err
	}
	return nil
}

func (f *failing) Reserve(ctx context.Context, pool, name string, at time.Time, most int, window time.Duration) (bool, error) {
	if err := f.fails(); err != nil {
		return false, err
	}
	return f.Memory.Reserve(ctx, pool, name, at, most, window)
}

func (f *failing) Waiting(ctx context.Context, pool, name string) (table.Legacy, error) {
	if err := f.fails(); err != nil {
		return table.Legacy{}, err
	}
	return f.Memory.Waiting(ctx, pool, name)
}

func (f *failing) Prove(ctx context.Context, pool, name, hash string, at time.Time) (bool, error) {
	if err := f.fails(); err != nil {
		return false, err
	}
	return f.Memory.Prove(ctx, pool, name, hash, at)
}

// A row that cannot be read is that of an unknown name, with a hash and with a reason in the log.
func TestR102_ARowThatCannotBeReadIsAnUnknownName(t *testing.T) {
	w := newWorld(t, listed, people())
	odd := fmt.Errorf("odd: %w", table.ErrUnreadable)
	store := &failing{Memory: w.store, left: 1, err: odd}
	m, err := migration.Compile(listed, "key", store, w.check, nil)
	if err != nil {
		t.Fatal(err)
	}
	verdict, err := m.SignIn(t.Context(), pool, "ada", cognito.NewPassword("right"), noon)
	if kinds := w.take(); err != nil || verdict.Response != nil || !errors.Is(verdict.Trouble, odd) || len(kinds) != 1 {
		t.Errorf("%+v, %v, hashes %v", verdict, err, kinds)
	}
	store.left = 0
	verdict, err = m.Forgot(t.Context(), pool, "ada", noon)
	if !errors.Is(err, odd) { // the proof fails, too
		t.Errorf("%+v, %v", verdict, err)
	}
	if verdict, err := (mustCompile(t, &once{failing{Memory: w.store, err: odd}}, w.check)).Forgot(t.Context(), pool, "ada", noon); err != nil || verdict.Response != nil || !errors.Is(verdict.Trouble, odd) {
		t.Errorf("%+v, %v", verdict, err)
	}
}

// A read that fails is no unknown name, also where the rest would work.
func TestR103_AReadThatFailsAnswersNobody(t *testing.T) {
	w, down := newWorld(t, listed, people()), errors.New("down")
	verdict, err := mustCompile(t, &once{failing{Memory: w.store, err: down}}, w.check).Forgot(t.Context(), pool, "unknown", noon)
	if !errors.Is(err, down) || !slices.Equal(w.store.Calls(), nil) {
		t.Errorf("%+v, %v", verdict, err)
	}
}

// once fails its first call alone.
type once struct{ failing }

func (o *once) Waiting(context.Context, string, string) (table.Legacy, error) {
	return table.Legacy{}, o.err
}

func (o *once) Prove(ctx context.Context, pool, name, hash string, at time.Time) (bool, error) {
	return o.Memory.Prove(ctx, pool, name, hash, at)
}

func mustCompile(t interface{ Fatal(...any) }, store migration.Store, check migration.Check) *migration.Migration {
	m, err := migration.Compile(listed, "key", store, check, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A hash that cannot be checked is trouble, and computed once.
func TestR102_AHashThatCannotBeCheckedIsAnUnknownName(t *testing.T) {
	w := newWorld(t, listed, people())
	w.down = errors.New("no key")
	for _, name := range []string{"ada", "unknown"} {
		verdict, err := w.SignIn(t.Context(), pool, name, cognito.NewPassword("right"), noon)
		if kinds := w.take(); err != nil || verdict.Response != nil || verdict.Outcome != migration.NotWaiting || class(verdict.Trouble) != "hash" || len(kinds) != 1 {
			t.Errorf("%s: %+v, %v, hashes %v", name, verdict, err, kinds)
		}
	}
}

// So is one that no pool takes: a hash of crypt(3) takes longer, the longer the password is.
func TestR102_WithoutAPasswordNothingIsAsked(t *testing.T) {
	w := newWorld(t, listed, people())
	for _, password := range []string{"", strings.Repeat("ä", 257)} {
		verdict, err := w.SignIn(t.Context(), pool, "ada", cognito.NewPassword(password), noon)
		if calls, kinds := w.store.Calls(), w.take(); err != nil || !reflect.DeepEqual(verdict, migration.Verdict{Outcome: migration.NotWaiting}) || len(calls)+len(kinds) > 0 {
			t.Errorf("%d bytes: %+v, %v, %v, %v", len(password), verdict, err, calls, kinds)
		}
	}
	if _, err := w.SignIn(t.Context(), pool, "ada", cognito.NewPassword(strings.Repeat("ä", 256)), noon); err != nil || len(w.take()) != 1 {
		t.Errorf("the longest password: %v", err)
	}
}

// The kinds of unknown names have the shares of the stage. A name has one kind, in each of its
// spellings; another stage draws others.
func TestR102_AnUnknownNameHasAKindOfItsOwn(t *testing.T) {
	kindsOf := func(key string) (kinds []string) {
		w := newWorld(t, listed, nil)
		m, err := migration.Compile(listed, key, w.store, w.check, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2000 {
			if _, err := m.SignIn(t.Context(), pool, fmt.Sprintf("Nobody%d", i), cognito.NewPassword("x"), noon); err != nil {
				t.Fatal(err)
			}
		}
		kinds = w.take()
		for i := range 100 {
			_, _ = m.SignIn(t.Context(), pool, fmt.Sprintf(" nobody%d", i), cognito.NewPassword("y"), noon)
		}
		if !slices.Equal(w.take(), kinds[:100]) {
			t.Error("another spelling has another kind")
		}
		return kinds
	}
	one, other := kindsOf("one"), kindsOf("other")
	three := 0
	for _, k := range one {
		if k == kind {
			three++
		}
	}
	if three < 1400 || three > 1600 { // three quarters, 5 standard deviations
		t.Errorf("%d of 2000 have a kind of three quarters", three)
	}
	if slices.Equal(one, other) {
		t.Error("the key draws nothing")
	}
}

// oldApp knows one password.
type oldApp struct{ err error }

func (o oldApp) SignIn(_ context.Context, name, password string) (migration.Person, bool, error) {
	return migration.Person{Attributes: map[string]string{"email": name}}, password == "right", o.err
}

func (o oldApp) Forgot(_ context.Context, name string) (migration.Person, bool, error) {
	return migration.Person{Attributes: map[string]string{"email": name, "email_verified": "true"}}, name == "ada", o.err
}

// An old app is asked within the tries of a name, and knows.
func TestR102_AnOldAppIsAskedInPlaceOfTheTable(t *testing.T) {
	store, down := new(migrationtest.Memory), errors.New("down")
	section := policy.Migration{OldApp: "https://app.example/move"}
	compiled := func(old migration.OldApp) *migration.Migration {
		m, err := migration.Compile(section, "key", store, nil, old)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	m := compiled(oldApp{})
	for i, c := range []struct{ password, outcome string }{
		{"wrong", migration.Wrong}, {"right", migration.Proved}, {"wrong", migration.Wrong}, {"right", migration.Proved}, {"right", migration.Proved}, {"right", migration.HeldBack},
	} {
		verdict, err := m.SignIn(t.Context(), pool, "ada", cognito.NewPassword(c.password), noon)
		if err != nil || verdict.Outcome != c.outcome || (verdict.Response != nil) != (c.outcome == migration.Proved) {
			t.Errorf("try %d: %+v, %v", i, verdict, err)
		}
	}
	for name, outcome := range map[string]string{"ada": migration.Reset, "eve": migration.NotWaiting} {
		if verdict, err := m.Forgot(t.Context(), pool, name, noon); err != nil || verdict.Outcome != outcome || (verdict.Response != nil) != (outcome == migration.Reset) {
			t.Errorf("%s has forgotten: %+v, %v", name, verdict, err)
		}
	}
	if calls := store.Calls(); slices.Contains(calls, "Waiting") || slices.Contains(calls, "Prove") {
		t.Errorf("the table was asked %v", calls)
	}
	m = compiled(oldApp{down})
	if verdict, err := m.SignIn(t.Context(), pool, "bob", cognito.NewPassword("right"), noon); !errors.Is(err, down) || verdict.Response != nil {
		t.Errorf("%+v, %v", verdict, err)
	}
	if verdict, err := m.Forgot(t.Context(), pool, "ada", noon); !errors.Is(err, down) || verdict.Response != nil {
		t.Errorf("%+v, %v", verdict, err)
	}
}

func TestASectionThatChecksNoPasswordStopsTheStart(t *testing.T) {
	for want, section := range map[string]policy.Migration{
		"none of the two":              {},
		"say who checks the passwords": {OldApp: "https://a.example", Hashes: listed.Hashes},
		"migration.hashes: ":           {Hashes: []policy.HashShare{{Kind: "bcript:4"}}},
	} {
		if m, err := migration.Compile(section, "key", nil, nil, nil); m != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", section, err)
		}
	}
}

// A response is one JSON object, whatever the attributes are.
func TestAResponseIsJSON(t *testing.T) {
	row := reachable(stored("right"))
	row.Attributes["name"] = "\"}\\\u2028<é\x00"
	w := newWorld(t, listed, map[string]table.Legacy{"ada": row})
	verdict, err := w.SignIn(t.Context(), pool, "ada", cognito.NewPassword("right"), noon)
	var read struct{ UserAttributes map[string]string }
	if err != nil || json.Unmarshal(verdict.Response, &read) != nil || read.UserAttributes["name"] != row.Attributes["name"] {
		t.Errorf("%s, %v", verdict.Response, err)
	}
}
