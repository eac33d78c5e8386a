package userstest

import (
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func clients(t *testing.T, s Store) {
	key, client := newKey(), strings.ReplaceAll(newKey().Sub, "-", "")
	granted := users.Authz{Roles: []string{"editor"}}
	if err := s.Grant(t.Context(), key, granted); err != nil {
		t.Fatal(err)
	}
	hasProfile(t, s, key, client, users.Access{Authz: granted})
	for _, profile := range []string{"app", "app", "console"} {
		if err := s.Assign(t.Context(), client, profile); err != nil {
			t.Fatal(err)
		}
		hasProfile(t, s, key, client, users.Access{Authz: granted, ClientProfile: profile})
		hasProfile(t, s, users.Key{}, client, users.Access{ClientProfile: profile}) // a machine
	}
	hasProfile(t, s, key, "", users.Access{Authz: granted})
	hasProfile(t, s, users.Key{}, "", users.Access{})
	hasProfile(t, s, key, client+"x", users.Access{Authz: granted})
	for range 2 {
		if err := s.Forget(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		hasProfile(t, s, key, client, users.Access{Authz: granted})
	}
}

func hasProfile(t *testing.T, s Store, key users.Key, client string, want users.Access) {
	t.Helper()
	got, err := s.Access(t.Context(), key, client)
	if err != nil {
		t.Fatalf("reading access: %v", err)
	}
	equal(t, "access through the client "+client, got, want)
}
