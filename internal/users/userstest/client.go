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
	if err := s.Grant(t.Context(), key, granted); err != nil {
		t.Fatal(err)
	}
	hasProfile(t, s, key, client, table.Access{Authz: granted})
	for _, profile := range []string{"app", "app", "console"} {
		if err := s.Assign(t.Context(), client, profile); err != nil {
			t.Fatal(err)
		}
		hasProfile(t, s, key, client, table.Access{Authz: granted, ClientProfile: profile})
		hasProfile(t, s, users.Key{}, client, table.Access{ClientProfile: profile}) // a machine
	}
	hasProfile(t, s, key, "", table.Access{Authz: granted})
	hasProfile(t, s, users.Key{}, "", table.Access{})
	hasProfile(t, s, key, client+"x", table.Access{Authz: granted})
	for range 2 {
		if err := s.Forget(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		hasProfile(t, s, key, client, table.Access{Authz: granted})
	}
}

func hasProfile(t *testing.T, s Store, key users.Key, client string, want table.Access) {
	t.Helper()
	got, err := s.Access(t.Context(), key, client)
	if err != nil {
		t.Fatalf("reading access: %v", err)
	}
	equal(t, "access through the client "+client, got, want)
}
