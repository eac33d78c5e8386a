package userstest

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func access(t *testing.T, s Store) {
	key, other := newKey(), newKey()
	granted := table.Authz{
		Roles: []string{"editor", "admin"}, Tenants: []string{"acme", "globex"}, Tenant: "acme", Status: table.Active, Rev: 7,
		TenantRoles: map[string][]string{"acme": {"owner"}, "globex": {"viewer", "buyer"}},
		Extra: map[string]any{
			"plan": "gold", "beta": true, "seats": json.Number("9007199254740993"), "none": nil,
			"list": []any{"a", json.Number("1.5"), map[string]any{"deep": false}},
		},
	}
	must(t, s.Grant(t.Context(), key, granted))
	hasAccess(t, s, key, "", table.Access{Authz: granted})
	hasAccess(t, s, other, "", table.Access{})
	want(t, s, users.Applied, snapshot(key, after(0), "first", ada))
	hasAccess(t, s, key, "", table.Access{Authz: granted, Known: true})

	granted.Status = table.Suspended
	must(t, s.Grant(t.Context(), key, granted))
	got, err := s.Access(t.Context(), key, "")
	if err != nil || !got.Denied() || got.Deleted {
		t.Fatalf("access of a suspended user is %+v with error %v", got, err)
	}
}

func clients(t *testing.T, s Store) {
	key, client := newKey(), strings.ReplaceAll(newKey().Sub, "-", "")
	granted := table.Authz{Roles: []string{"editor"}}
	must(t, s.Grant(t.Context(), key, granted))
	hasAccess(t, s, key, client, table.Access{Authz: granted})
	for _, profile := range []string{"app", "app", "console"} {
		must(t, s.Assign(t.Context(), client, profile))
		hasAccess(t, s, key, client, table.Access{Authz: granted, ClientProfile: profile})
		hasAccess(t, s, users.Key{}, client, table.Access{ClientProfile: profile}) // a machine
	}
	hasAccess(t, s, key, "", table.Access{Authz: granted})
	hasAccess(t, s, users.Key{}, "", table.Access{})
	hasAccess(t, s, key, client+"x", table.Access{Authz: granted})
	for range 2 {
		must(t, s.Forget(t.Context(), client))
		hasAccess(t, s, key, client, table.Access{Authz: granted})
	}
}

func hasAccess(t *testing.T, s Store, key users.Key, client string, want table.Access) {
	t.Helper()
	got, err := s.Access(t.Context(), key, client)
	if err != nil {
		t.Fatalf("reading access: %v", err)
	}
	equal(t, "access through the client "+client, got, want)
}

func tombstone(t *testing.T, s Store) {
	lived, never := newKey(), newKey()
	live(t, s, lived)
	for _, key := range []users.Key{lived, never} {
		must(t, s.Erase(t.Context(), key, after(100)))
		grave := rowsOf(t, s, key)
		for _, seconds := range []float64{50, 100, 200, 1e7} { // before, at, after, and when the grave has expired
			want(t, s, users.Unchanged, snapshot(key, after(seconds), "late", ada2))
			want(t, s, users.Unchanged, refresh(key, after(seconds), ada2))
			want(t, s, users.Late, signIn(key, after(seconds), "late"))
			says(t, s, key, ada2, true)
			must(t, s.Grant(t.Context(), key, table.Authz{Roles: []string{"late"}}))
			if err := s.Erase(t.Context(), key, after(seconds)); err != nil {
				t.Fatal(err)
			}
		}
		equal(t, "the grave", rowsOf(t, s, key), grave)
		got, err := s.Access(t.Context(), key, "")
		if err != nil || !got.Deleted || !got.Denied() || !got.Known || len(got.Authz.Roles)+len(got.Authz.TenantRoles) > 0 {
			t.Fatalf("access of a deleted user is %+v with error %v", got, err)
		}
	}
}

func tombstoneIsClean(t *testing.T, s Store) {
	key := newKey()
	live(t, s, key)
	must(t, s.Erase(t.Context(), key, after(100)))
	expires := after(100).Add(90 * 24 * time.Hour).Truncate(time.Second)
	equal(t, "rows", rowsOf(t, s, key), users.Rows{
		Profile: users.ProfileRow{
			Status: table.Deleted, CreatedAt: after(0), CreatedBy: "first", AttrsAt: after(0.5), Rev: 2,
			DeletedAt: after(100), ExpiresAt: expires,
		},
		SignIn: table.SignIn{DeletedAt: after(100), ExpiresAt: expires},
		Authz:  table.Authz{Status: table.Deleted, Rev: 3, At: after(100), ExpiresAt: expires},
	})
}

// live writes all three rows of a user.
func live(t *testing.T, s Store, key users.Key) {
	t.Helper()
	want(t, s, users.Applied, snapshot(key, after(0), "first", ada))
	want(t, s, users.Applied, snapshot(key, after(0.5), "second", ada2)) // leaves a previous address
	want(t, s, users.Applied, signIn(key, after(1), "web"))
	must(t, s.Grant(t.Context(), key, table.Authz{Roles: []string{"admin"}, Tenants: []string{"acme"}, Tenant: "acme", TenantRoles: map[string][]string{"acme": {"owner"}}, Extra: map[string]any{"x": "y"}, Rev: 3}))
}
