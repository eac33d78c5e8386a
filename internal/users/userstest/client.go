package userstest

import (
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

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
