package users_test

import (
	"errors"
	"fmt"
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
	const (
		always, ofCognito = "is always mirrored", "belongs to Cognito and is not copied"
		unknown, misnamed = "is no attribute of a user pool", "is no custom attribute: its name has 1 to 20 characters after custom:"
	)
	fixes := map[string]string{
		always: "leave it out", ofCognito: "leave it out", misnamed: "correct the name",
		unknown: "write a standard attribute, or custom:NAME for the pool's own",
	}
	for name, problem := range map[string]string{
		"sub": ofCognito, "identities": ofCognito, "cognito:user_status": ofCognito, "cognito:mfa_enabled": ofCognito,
		"email": always, "email_verified": always, "username": always,
		"": unknown, "Name": unknown, "nam": unknown, "dev:name": unknown, "custom": unknown, "Custom:team": unknown, "name ": unknown,
		"custom:": misnamed, "dev:custom:": misnamed, "custom:" + strings.Repeat("x", 21): misnamed, "custom:\xff": misnamed,
	} {
		_, err := users.CompileMirror(policy.Mirror{Attributes: []string{name}})
		want := policy.Faults{{Path: "mirror.attributes[0]", Problem: fmt.Sprintf("%q ", name) + problem, Fix: fixes[problem]}}
		if faults, _ := errors.AsType[policy.Faults](err); !reflect.DeepEqual(faults, want) {
			t.Errorf("%q: got %+v, want %+v", name, faults, want)
		}
	}
}

func TestEveryFaultOfTheAllowListIsNamed(t *testing.T) {
	_, err := users.CompileMirror(policy.Mirror{Attributes: []string{"name", "sub", "name", "nmae"}})
	faults, ok := errors.AsType[policy.Faults](err)
	if !ok || len(faults) != 3 {
		t.Fatalf("the error is %v, want three faults", err)
	}
	for i, path := range []string{"mirror.attributes[1]", "mirror.attributes[2]", "mirror.attributes[3]"} {
		if faults[i].Path != path || faults[i].Problem == "" || faults[i].Fix == "" {
			t.Errorf("fault %d is %+v, want one at %s", i, faults[i], path)
		}
	}
	if twice := faults[1]; twice.Problem != `"name" is listed already as attributes[0]` || twice.Fix != "list it once" {
		t.Errorf("the repeated name: %+v", twice)
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
	for address, fits := range map[string]bool{
		strings.Repeat("x", users.MaxAddress): true, strings.Repeat("x", users.MaxAddress+1): false, strings.Repeat("\xff.", users.MaxAddress/2): false,
	} {
		if got := m.Profile("u", map[string]string{"email": address}); (got.Email == address) != fits || (got.Email == "") == fits || got.Truncated == fits {
			t.Errorf("of an address of %d bytes %d were kept", len(address), len(got.Email))
		}
	}
}

// TestR35_AnAddressIsPaidForTwice, since the index keeps it a second time.
func TestR35_AnAddressIsPaidForTwice(t *testing.T) {
	two := strings.Repeat("x", users.MaxValue)
	m := mirror(t, "name", "address", "nickname", "website")
	event := map[string]string{"email": strings.Repeat("x", users.MaxAddress), "name": two, "address": two, "nickname": two, "website": "w"}
	user := strings.Repeat("u", 400) // so that there is room for the address once
	p := m.Profile(user, event)
	if delete(event, "email"); len(m.Profile(user, event).Attributes) != 4 {
		t.Error("without an address there is no room for it")
	}
	if p.Email == "" || len(p.Attributes) != 3 || p.Attributes["website"] != "w" || !p.Truncated {
		t.Errorf("%d attributes were copied beside the longest address, truncated %v", len(p.Attributes), p.Truncated)
	}
}

// TestR35_TheRoomIsUsedToTheLastByte fills the room with everything that uses it: the
// user name once, the address twice and its collision form, names, values and a byte
// for each.
func TestR35_TheRoomIsUsedToTheLastByte(t *testing.T) {
	const room = users.MaxProfile - users.MaxKey - 512 - users.MaxAddress // of a previous address
	long, email := strings.Repeat("x", users.MaxValue), "a@b.example"
	taken := users.MaxValue + 3*len(email) + len("name") + 1 + users.MaxValue + len("address") + 1 + users.MaxValue
	last := room - taken - len("website") - 1
	m := mirror(t, "name", "address", "website", "nickname")
	for more, fits := range map[int]bool{-1: true, 0: true, 1: false} {
		p := m.Profile(long, map[string]string{"email": email, "name": long, "address": long, "website": strings.Repeat("w", last+more)})
		if _, there := p.Attributes["website"]; there != fits || p.Truncated == fits || len(p.Attributes["address"]) != users.MaxValue || p.EmailCollision != email {
			t.Errorf("%d bytes more than the room: kept %v, truncated %v", more, there, p.Truncated)
		}
	}
}

func TestWhatIsNoTextIsStoredAsSuch(t *testing.T) {
	if p := mirror(t, "name").Profile("a\xffb", map[string]string{"name": "\xff\xfe"}); p.Username != "a\ufffdb" || p.Attributes["name"] != "\ufffd" {
		t.Errorf("got %+v", p)
	}
}

// TestR35_AnyEventFitsIntoTheRow also shows that what is stored is valid UTF-8 and that
// equal events make equal profiles.
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
		if size > users.MaxProfile-users.MaxKey-512-users.MaxAddress { // the key and everything else in the row
			rt.Fatalf("the copied part has %d bytes", size)
		}
		if again := m.Profile(username, event); !reflect.DeepEqual(p, again) {
			rt.Fatal("the same event gives two profiles")
		}
	})
}
