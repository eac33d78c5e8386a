package userstest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func sparseSignIns(t *testing.T, s Store) {
	key := newKey()
	for i := range 5 {
		at := after(float64(i) * 30.1)
		want(t, s, users.Applied, signIn(key, at, "web"))
		// These are Cognito's retries, late and with a time of their own.
		want(t, s, users.Advanced, signIn(key, at.Add(5*time.Second), "web"))
		want(t, s, users.Advanced, signIn(key, at.Add(10*time.Second), "web"))
	}
	equal(t, table.SignInRow, rowsOf(t, s, key).SignIn, table.SignIn{
		First: after(0), Mark: after(4 * 30.1), Last: after(4*30.1 + 10), Count: 5, LastClient: "web",
	})
}

func denseSignIns(t *testing.T, s Store) {
	key := newKey()
	for i := range 100 {
		fate := users.Advanced // 21, 42, 63 and 84 are counted, more than 20 s after the last counted one
		if i == 0 {
			fate = users.Applied
		}
		want(t, s, fate, signIn(key, after(float64(i)), "web"))
	}
	row := rowsOf(t, s, key).SignIn
	equal(t, "signInCount", row.Count, 5)
	equal(t, "lastSignInAt", row.Last, after(99))
	want(t, s, users.Advanced, signIn(key, after(84+20), "app")) // at the window's edge
	want(t, s, users.Advanced, signIn(key, after(84+20.001), "app"))
	equal(t, "lastClient", rowsOf(t, s, key).SignIn.LastClient, "app")
	want(t, s, users.Unchanged, signIn(key, after(84+20.001), "app"))
	want(t, s, users.Late, signIn(key, after(84+20), "app"))
	want(t, s, users.Advanced, signIn(key, after(84+40.001), "app")) // at the edge of the last one's
	want(t, s, users.Applied, signIn(key, after(84+60.002), "app"))
}

func signInAgain(t *testing.T, s Store) {
	key := newKey()
	again := func(at time.Time) call {
		return func(ctx context.Context, s Store) (users.Write, error) {
			return s.SignInAgain(ctx, users.SignIn{Key: key, At: at, ClientID: "app"})
		}
	}
	want(t, s, users.Unchanged, again(start))
	equal(t, table.SignInRow, rowsOf(t, s, key).SignIn, table.SignIn{})
	want(t, s, users.Applied, signIn(key, start, "web"))
	for _, seconds := range []float64{0, 1, 20, -100} {
		want(t, s, users.Unchanged, again(after(seconds)))
	}
	want(t, s, users.Applied, again(after(20.001)))
	equal(t, table.SignInRow, rowsOf(t, s, key).SignIn, table.SignIn{First: start, Mark: after(20.001), Last: after(20.001), Count: 2, LastClient: "app"})
	want(t, s, users.None, erase(key, after(30)))
	want(t, s, users.Unchanged, again(after(100)))
}

func lastSignIn(t *testing.T, s Store) {
	key := newKey()
	newest := time.Time{}
	for _, seconds := range []float64{100, 90, 101, 50, 100.5, 125, 120, 0, 124.999, 125.001, -86400, 1000} {
		if _, err := signIn(key, after(seconds), "web")(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		newest = slices.MaxFunc([]time.Time{newest, after(seconds)}, time.Time.Compare)
		equal(t, "lastSignInAt", rowsOf(t, s, key).SignIn.Last, newest)
	}
}
