package bearer_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer"
	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer/bearertest"
)

// store has one user's row.
type store struct {
	mu      sync.Mutex
	version int64
	active  bool
	err     error
	after   time.Duration
	reads   int
	// complaint is why the last read failed.
	complaint string
}

func (s *store) standing(ctx context.Context, _ string) (int64, bool, error) {
	s.mu.Lock()
	s.reads++
	version, active, err, after := s.version, s.active, s.err, s.after
	s.mu.Unlock()
	select {
	case <-time.After(after):
		return version, active, err
	case <-ctx.Done():
		return 0, false, ctx.Err()
	}
}

func (s *store) is(version int64, active bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version, s.active, s.err = version, active, err
}

func guarded(t *testing.T, issuer *bearertest.Issuer, s *store, change func(*bearer.Config)) *bearer.Verifier {
	keys := &server{}
	keys.says(issuer.KeySet(0))
	c := config(issuer)
	c.HTTP, c.Rows, c.Failed = &http.Client{Transport: keys}, s.standing, func(err error) { s.complaint = err.Error() }
	if change != nil {
		change(&c)
	}
	return verifier(t, c)
}

func version(issuer *bearertest.Issuer, sub string, n any) string {
	claims := issuer.Claims()
	claims["sub"] = sub
	if claims["authz_version"] = n; n == nil {
		delete(claims, "authz_version")
	}
	return issuer.Sign(nil, claims)
}

func TestR92_ANewerTokenEndsTheOlderOnesOfItsUser(t *testing.T) {
	issuer := bearertest.New(t)
	for _, ignore := range []bool{false, true} {
		v := guarded(t, issuer, &store{}, func(c *bearer.Config) { c.IgnoreVersions = ignore })
		h := v.Require(ok)
		want := map[bool]int{false: 401, true: 200}[ignore]
		for _, c := range []struct {
			sub     string
			version any
			want    int
		}{
			{"ada", 4, 200}, {"ada", 5, 200}, {"ada", 4, want}, {"ada", nil, 200}, {"ada", 5, 200}, {"bob", 1, 200}, {"bob", nil, 200}, {"cyd", nil, 200}, {"cyd", "9", 401},
		} {
			if got := status(h, version(issuer, c.sub, c.version)); got != c.want {
				t.Errorf("%v, ignored %v: %d", c, ignore, got)
			}
		}
	}
}

func TestR92_TheRowIsAskedWhereARouteWantsIt(t *testing.T) {
	issuer := bearertest.New(t)
	synctest.Test(t, func(t *testing.T) {
		s := &store{version: 4, active: true}
		v := guarded(t, issuer, s, nil)
		lax, strict := v.Require(ok), v.Require(ok, bearer.Fresh(time.Minute))
		token := version(issuer, "ada", 4)
		expect := func(when string, want, reads int) {
			t.Helper()
			if got := status(strict, token); got != want || s.reads != reads {
				t.Errorf("%s: %d after %d reads, want %d after %d", when, got, s.reads, want, reads)
			}
		}
		expect("at first", 200, 1)
		s.is(4, false, nil)
		expect("suspended, within the minute", 200, 1)
		time.Sleep(time.Minute)
		expect("suspended, after a minute", 200, 1)
		time.Sleep(time.Nanosecond)
		expect("suspended", 401, 2)
		if got := status(lax, token); got != 200 {
			t.Errorf("a route that does not ask: %d", got)
		}
		s.is(5, true, nil)
		time.Sleep(time.Minute + 1)
		expect("changed", 401, 3)
		token = version(issuer, "ada", 6)
		expect("newer than the row", 200, 3)
		s.is(0, false, errors.New("down"))
		time.Sleep(time.Minute + 1)
		expect("the table is down", 503, 4)
		verdict(t, ask(strict, "Bearer "+token))
		if s.complaint != "reading the user's row: down" {
			t.Errorf("%q", s.complaint)
		}
		s.reads--
		expect("and is asked again", 503, 5)
		s.is(6, true, nil)
		expect("and back", 200, 6)
	})
}

// While the table is down tokens say nothing of the row: no version, and no role either.
func TestR92_ATableThatIsDownEndsNoTokens(t *testing.T) {
	issuer := bearertest.New(t)
	s := &store{version: 4, active: true}
	v := guarded(t, issuer, s, nil)
	lax, strict := v.Require(ok), v.Require(ok, bearer.Fresh(0))
	status(lax, version(issuer, "ada", 4))
	without := version(issuer, "ada", nil)
	if got := status(lax, without); got != 200 {
		t.Errorf("a token without a version: %d", got)
	}
	if got := status(lax, version(issuer, "ada", 3)); got != 401 {
		t.Errorf("what was seen is forgotten: %d", got)
	}
	if got := status(strict, without); got != 401 {
		t.Errorf("where the row is asked: %d", got)
	}
}

func TestR92_ARowThatDoesNotComeIsNotWaitedFor(t *testing.T) {
	issuer := bearertest.New(t)
	synctest.Test(t, func(t *testing.T) {
		v := guarded(t, issuer, &store{}, func(c *bearer.Config) {
			c.Rows = func(context.Context, string) (int64, bool, error) { time.Sleep(time.Hour); return 0, true, nil }
		})
		begin := time.Now()
		if got := status(v.Require(ok, bearer.Fresh(time.Minute)), issuer.Right()); got != 503 || time.Since(begin) != 2*time.Second {
			t.Errorf("%d after %v", got, time.Since(begin))
		}
		time.Sleep(2 * time.Hour) // the read ends in the test
	})
}

func TestR92_TheRowIsReadForEachRequest(t *testing.T) {
	issuer := bearertest.New(t)
	synctest.Test(t, func(t *testing.T) {
		s := &store{version: 4, active: true}
		h := guarded(t, issuer, s, nil).Require(ok, bearer.Fresh(0))
		for n := range 3 {
			if got := status(h, version(issuer, "ada", 4)); got != 200 || s.reads != n+1 {
				t.Errorf("%d after %d reads", got, s.reads)
			}
			time.Sleep(time.Nanosecond)
		}
	})
}

func TestR92_AMachineHasNoRow(t *testing.T) {
	issuer := bearertest.New(t)
	s := &store{}
	claims := issuer.Claims()
	claims["sub"] = bearertest.Client
	delete(claims, "username")
	h := guarded(t, issuer, s, nil).Require(ok, bearer.Machines(), bearer.Fresh(time.Minute))
	if got := status(h, issuer.Sign(nil, claims)); got != 200 || s.reads != 0 {
		t.Errorf("%d after %d reads", got, s.reads)
	}
}

func TestR92_RequestsOfOneUserShareARead(t *testing.T) {
	issuer := bearertest.New(t)
	synctest.Test(t, func(t *testing.T) {
		s := &store{version: 4, active: true, after: time.Second}
		h := guarded(t, issuer, s, nil).Require(ok, bearer.Fresh(time.Minute))
		ctx, cancel := context.WithCancel(t.Context())
		go func() { // breaks off
			r, _ := http.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
			r.Header.Set("Authorization", "Bearer "+version(issuer, "ada", 4))
			h.ServeHTTP(discard{}, r)
		}()
		synctest.Wait()
		cancel()
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if got := status(h, version(issuer, "ada", 4)); got != 200 {
					t.Error(got)
				}
			})
		}
		all.Wait()
		if s.reads != 1 {
			t.Errorf("%d reads", s.reads)
		}
		s.after = time.Hour
		began := time.Now()
		if got := status(h, version(issuer, "bob", 4)); got != 503 || time.Since(began) != 2*time.Second {
			t.Errorf("a slow table: %d after %v", got, time.Since(began))
		}
	})
}

// What is remembered is bounded, and the users who called last are remembered.
func TestR92_ManyUsersAreForgottenInTheOrderTheyCame(t *testing.T) {
	var r bearer.Recent
	most := 0
	for n := range int64(200_000) {
		r.Newest(fmt.Sprint(n), n)
		most = max(most, r.Len())
	}
	if most != 64<<10 {
		t.Errorf("%d users are kept", most)
	}
	for n := int64(200_000 - 32<<10 + 1); n < 200_000; n++ {
		if got := r.Newest(fmt.Sprint(n), 0); got != n {
			t.Fatalf("user %d: %d", n, got)
		}
	}
	if got := r.Newest("new", 7); got != 7 {
		t.Errorf("a new user: %d", got)
	}
}

func TestR92_WhoCallsIsNotForgotten(t *testing.T) {
	var r bearer.Recent
	for round := range 4 {
		r.Newest("ada", 7)
		for n := range 32<<10 + 1 {
			r.Newest(fmt.Sprint(round, n), 1)
		}
	}
	if got := r.Newest("ada", 6); got != 7 {
		t.Errorf("%d", got)
	}
}

func TestR92_WhoBreaksOffIsNotLetIn(t *testing.T) {
	issuer := bearertest.New(t)
	synctest.Test(t, func(t *testing.T) {
		s := &store{version: 4, active: true}
		h := guarded(t, issuer, s, nil).Require(ok, bearer.Fresh(1))
		if got := status(h, version(issuer, "ada", 4)); got != 200 { // fetches the keys
			t.Fatal(got)
		}
		s.after = time.Second
		ctx, cancel := context.WithCancel(t.Context())
		r, _ := http.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
		r.Header.Set("Authorization", "Bearer "+version(issuer, "bob", 4))
		w := httptest.NewRecorder()
		go func() {
			time.Sleep(time.Millisecond)
			cancel()
		}()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusServiceUnavailable {
			t.Errorf("%d", w.Code)
		}
		time.Sleep(time.Minute)
	})
}
