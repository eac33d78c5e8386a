package userstest

import (
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

var (
	ada  = users.Profile{Username: "ada", Email: "Ada@Example.com", EmailCollision: "ada@example.com", EmailVerified: true, Attributes: map[string]string{"name": "Ada", "custom:team": "red"}}
	ada2 = users.Profile{Username: "ada", Email: "ada@example.org", Attributes: map[string]string{"name": "Ada L."}}
	ada3 = users.Profile{Username: "ada", Email: "ADA@example.COM", EmailCollision: "ada@example.com", EmailVerified: true}
	bare = users.Profile{Username: "ada"}
)

func absentUser(t *testing.T, s Store) {
	key := newKey()
	equal(t, "rows", rowsOf(t, s, key), users.Rows{})
	got, err := s.Access(t.Context(), key, "")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "access", got, table.Access{})
}

func thrice(t *testing.T, s Store) {
	key := newKey()
	for _, c := range []call{
		snapshot(key, after(0), "PostConfirmation_ConfirmSignUp", ada),
		signIn(key, after(1), "web"),
		snapshot(key, after(5), "PostAuthentication_Authentication", ada2),
		refresh(key, after(6), ada),
		signIn(key, after(60), "app"),
		erase(key, after(70)),
	} {
		once(t, s, key, c)
	}
}

// once makes the call and repeats it twice, which must change nothing.
func once(t *testing.T, s Store, key users.Key, c call) {
	t.Helper()
	if _, err := c(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	first := rowsOf(t, s, key)
	for range 2 {
		fate, err := c(t.Context(), s)
		if err != nil || (fate != users.Unchanged && fate != users.None) {
			t.Fatalf("a repeated write was %q with error %v", fate, err)
		}
	}
	equal(t, "rows after the repeats", rowsOf(t, s, key), first)
}

func firstAndNewest(t *testing.T, s Store) {
	key := newKey()
	want(t, s, users.Applied, snapshot(key, after(10), "first", ada))
	want(t, s, users.Applied, snapshot(key, after(10.001), "second", ada2))
	want(t, s, users.Unchanged, snapshot(key, after(9.999), "third", ada))
	want(t, s, users.Unchanged, snapshot(key, after(10.001), "fourth", ada))
	equal(t, table.ProfileRow, rowsOf(t, s, key).Profile, users.ProfileRow{
		Profile: ada2, Status: table.Active, CreatedAt: after(10), CreatedBy: "first", AttrsAt: after(10.001), Rev: 2,
		PreviousEmail: ada.Email, EmailChangedAt: after(10.001),
	})
}

func absentAttributes(t *testing.T, s Store) {
	key := newKey()
	want(t, s, users.Applied, snapshot(key, after(0), "first", users.Profile{
		Username: "ada", Email: "a@b.example", EmailVerified: true, Attributes: ada.Attributes, Truncated: true,
	}))
	want(t, s, users.Applied, snapshot(key, after(1), "second", bare))
	equal(t, "the copied part", rowsOf(t, s, key).Profile.Profile, bare)
	want(t, s, users.Applied, snapshot(key, after(2), "third", users.Profile{}))
	equal(t, "the copied part", rowsOf(t, s, key).Profile.Profile, users.Profile{})
	want(t, s, users.Applied, signIn(key, after(0), "web"))
	want(t, s, users.Applied, signIn(key, after(60), ""))
	equal(t, "lastClient", rowsOf(t, s, key).SignIn.LastClient, "")
}

// hostileStrings stores strings that try to be part of an expression (R6).
func hostileStrings(t *testing.T, s Store) {
	for _, text := range []string{
		"#name", ":val", "$set", "__proto__", "a\x00b", "a\r\nb", "\u2028", "\u202egnp.exe", "\u200b", "\ufffd",
		"SET a = :b", `{"S":"x"}`, "' OR 1=1 --", "🦆", string(make([]byte, users.MaxValue)),
	} {
		key := newKey()
		hostile := users.Profile{Username: text, Email: text, Attributes: map[string]string{"name": text}}
		want(t, s, users.Applied, snapshot(key, after(0), text, hostile))
		want(t, s, users.Applied, signIn(key, after(0), text))
		rows := rowsOf(t, s, key)
		equal(t, "the copied part", rows.Profile.Profile, hostile)
		equal(t, "lastClient", rows.SignIn.LastClient, text)
	}
}

func passwordReset(t *testing.T, s Store) {
	key := newKey()
	want(t, s, users.Unchanged, refresh(key, after(0), ada))
	equal(t, "rows", rowsOf(t, s, key), users.Rows{})
	want(t, s, users.Applied, snapshot(key, after(1), "first", ada))
	want(t, s, users.Applied, signIn(key, after(2), "web"))
	must(t, s.Grant(t.Context(), key, table.Authz{Roles: []string{"editor"}}))
	before := rowsOf(t, s, key)
	want(t, s, users.Applied, refresh(key, after(3), ada2))
	before.Profile.Profile, before.Profile.AttrsAt, before.Profile.Rev = ada2, after(3), 2
	before.Profile.PreviousEmail, before.Profile.EmailChangedAt = ada.Email, after(3)
	equal(t, "rows after the reset", rowsOf(t, s, key), before)
}

// compared asks for what was written, for what differs in one member, and for what was
// replaced.
func compared(t *testing.T, s Store) {
	key := newKey()
	if there, _, err := s.Compare(t.Context(), users.Snapshot{Key: key}); there || err != nil {
		t.Fatalf("an absent PROFILE is there: %v (error %v)", there, err)
	}
	says(t, s, key, ada, false)
	want(t, s, users.Applied, snapshot(key, after(0), "first", ada))
	says(t, s, key, ada, true)
	disabled, unnamed := ada, ada
	disabled.Disabled, unnamed.Attributes = true, nil
	for _, other := range []users.Profile{ada2, ada3, bare, {}, disabled, unnamed} {
		says(t, s, key, other, false)
	}
	want(t, s, users.Applied, snapshot(key, after(1), "second", disabled)) // as a sweep does
	says(t, s, key, ada, false)
	want(t, s, users.Applied, refresh(key, after(2), ada2)) // leaves a verified address
	says(t, s, key, ada2, true)
	want(t, s, users.Unchanged, snapshot(key, after(1), "late", ada))
	says(t, s, key, ada2, true)
}

func says(t *testing.T, s Store, key users.Key, p users.Profile, want bool) {
	t.Helper()
	there, got, err := s.Compare(t.Context(), users.Snapshot{Key: key, Profile: p})
	if err != nil || got != want || got && !there {
		t.Fatalf("PROFILE is there %v, says %+v: %v (error %v)", there, p, got, err)
	}
}
