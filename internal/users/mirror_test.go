package users_test

import (
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func mirror(t testing.TB, names ...string) *users.Mirror {
	t.Helper()
	m, err := users.CompileMirror(policy.Mirror{Attributes: names})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestOnlyAttributesOfAPoolCanBeMirrored(t *testing.T) {
	mirror(t, "name", "phone_number", "phone_number_verified", "profile", "custom:team", "dev:custom:team", "custom:"+strings.Repeat("é", 20))
	for _, name := range []string{
		"sub", "identities", "cognito:user_status", "cognito:mfa_enabled", // Cognito's own
		"email", "email_verified", "username", // always there
		"", "Name", "nam", "custom:", "dev:custom:", "dev:name", "custom", "custom:" + strings.Repeat("x", 21), "Custom:team", "name ", "custom:\xff",
	} {
		if _, err := users.CompileMirror(policy.Mirror{Attributes: []string{name}}); err == nil {
			t.Errorf("%q can be mirrored", name)
		}
	}
}

func TestEveryFaultOfTheAllowListIsNamed(t *testing.T) {
	_, err := users.CompileMirror(policy.Mirror{Attributes: []string{"name", "sub", "name", "nmae"}})
	var faults policy.Faults
	if !errors.As(err, &faults) || len(faults) != 3 {
		t.Fatalf("the error is %v, want three faults", err)
	}
	for i, path := range []string{"mirror.attributes[1]", "mirror.attributes[2]", "mirror.attributes[3]"} {
		if faults[i].Path != path || faults[i].Problem == "" || faults[i].Fix == "" {
			t.Errorf("fault %d is %+v, want one at %s", i, faults[i], path)
		}
	}
}

func TestR10_NothingButTheAllowListIsCopied(t *testing.T) {
	event := map[string]string{
		"sub": "s", "email": "a@b.example", "email_verified": "true", "name": "Ada", "custom:role": "admin",
		"custom:team": "red", "cognito:user_status": "CONFIRMED", "identities": "[]", "nickname": "",
	}
	before := maps.Clone(event)
	got := mirror(t, "name", "custom:team", "nickname", "website").Profile("ada", event)
	want := users.Profile{Username: "ada", Email: "a@b.example", EmailCollision: "a@b.example", EmailVerified: true, Attributes: map[string]string{"name": "Ada", "custom:team": "red"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the profile is %+v, want %+v", got, want)
	}
	if !maps.Equal(event, before) {
		t.Error("the event was written to")
	}
	for _, none := range []*users.Mirror{nil, {}} {
		if got := none.Profile("ada", event); got.Attributes != nil || got.Email == "" {
			t.Errorf("the zero mirror copies %+v", got)
		}
	}
}

func TestAnAddressIsVerifiedOnlyIfTheEventSaysTrue(t *testing.T) {
	for value, want := range map[string]bool{"true": true, "TRUE": false, "True": false, "1": false, "false": false, "": false, " true": false} {
		if got := mirror(t).Profile("u", map[string]string{"email": "a@b.example", "email_verified": value}); got.EmailVerified != want {
			t.Errorf("email_verified %q is %v", value, got.EmailVerified)
		}
	}
	if mirror(t).Profile("u", map[string]string{"email_verified": "true"}).EmailVerified {
		t.Error("an absent address is verified")
	}
}

// TestTheCollisionFormIsKeptOfAddressesThatCanBeRead, so that two accounts of one
// mailbox can be found.
func TestTheCollisionFormIsKeptOfAddressesThatCanBeRead(t *testing.T) {
	for address, want := range map[string]string{
		"F.o.o+shop@GoogleMail.com": "foo@gmail.com", "F.o.o+shop@Corp.example": "f.o.o+shop@corp.example",
		"Bob <a@b.co>": "", `"a@b"@gmail.com`: "", "a@localhost": "", "": "",
	} {
		if got := mirror(t).Profile("u", map[string]string{"email": address}); got.EmailCollision != want || got.Email != address {
			t.Errorf("%s: got %+v", address, got)
		}
	}
}

func TestAValueThatIsTooLongIsLeftOutWhole(t *testing.T) {
	long := strings.Repeat("x", users.MaxValue)
	m := mirror(t, "name", "nickname", "website")
	got := m.Profile("u", map[string]string{"name": long, "nickname": long + "x", "website": "w"})
	want := users.Profile{Username: "u", Attributes: map[string]string{"name": long, "website": "w"}, Truncated: true}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the profile has %d attributes, truncated %v", len(got.Attributes), got.Truncated)
	}
	if got := m.Profile("u", map[string]string{"email": long + "x"}); got.Email != "" || !got.Truncated {
		t.Error("half an address was kept")
	}
}

// TestR35_AnAddressIsPaidForTwice, since the index keeps it a second time.
func TestR35_AnAddressIsPaidForTwice(t *testing.T) {
	two := strings.Repeat("x", users.MaxValue)
	p := mirror(t, "name", "address", "website").Profile("u", map[string]string{"email": two, "name": two, "address": two, "website": "w"})
	if p.Email == "" || len(p.Attributes) != 2 || p.Attributes["website"] != "w" || !p.Truncated {
		t.Errorf("%d attributes were copied beside the longest address, truncated %v", len(p.Attributes), p.Truncated)
	}
}

// TestR35_AnyEventFitsIntoTheRow also shows that what is stored is valid UTF-8 and
// that the same event gives the same profile.
func TestR35_AnyEventFitsIntoTheRow(t *testing.T) {
	names := []string{"name", "address", "website", "custom:a", "custom:b", "custom:c", "custom:d"}
	m := mirror(t, names...)
	rapid.Check(t, func(rt *rapid.T) {
		event := map[string]string{}
		for _, name := range append(names, "email") {
			event[name] = strings.Repeat(rapid.SampledFrom([]string{"x", "é", "\xff", "🦆"}).Draw(rt, "rune"), rapid.IntRange(0, 2500).Draw(rt, "length"))
		}
		username := strings.Repeat("u", rapid.IntRange(0, 2500).Draw(rt, "username"))
		p := m.Profile(username, event)
		size := len(p.Username) + 2*len(p.Email) + len(p.EmailCollision)
		for name, value := range p.Attributes {
			size += len(name) + len(value)
			if !utf8.ValidString(value) || value == "" {
				rt.Fatalf("%s is stored as %.20q", name, value)
			}
		}
		if size > users.MaxProfile-users.MaxKey-512 { // the key and everything else in the row
			rt.Fatalf("the copied part has %d bytes", size)
		}
		if again := m.Profile(username, event); !reflect.DeepEqual(p, again) {
			rt.Fatal("the same event gives two profiles")
		}
	})
}
