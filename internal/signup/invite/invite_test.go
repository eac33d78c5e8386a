package invite_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/invite"
)

var (
	now    = time.Unix(1_764_000_000, 999_999_999)
	oldKey = ed25519.NewKeyFromSeed([]byte("an old key of thirty-two bytes.."))
	newKey = ed25519.NewKeyFromSeed([]byte("the next key of thirty-two bytes"))
	keys   = []invite.PublicKey{public("old", oldKey), public("new", newKey)}
	ada    = invite.Holder{Email: "ada@example.com", ClientID: "web"}
)

func public(id string, key ed25519.PrivateKey) invite.PublicKey {
	return invite.PublicKey{ID: id, Key: key.Public().(ed25519.PublicKey)}
}

// sign makes an invite for Ada with the key new that expires in an hour.
func sign(t interface{ Fatal(...any) }, change func(*invite.Invite)) string {
	made := invite.Invite{Email: ada.Email, Expires: now.Add(time.Hour)}
	if change != nil {
		change(&made)
	}
	token, err := invite.Sign("new", newKey, made)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestWhoAnInviteLetsIn(t *testing.T) {
	forWeb := func(i *invite.Invite) { i.ClientID = "web" }
	for _, test := range []struct {
		name   string
		change func(*invite.Invite)
		who    invite.Holder
		at     time.Time
		want   error
	}{
		{"its address", nil, ada, now, nil},
		{"its address through another client", nil, invite.Holder{Email: ada.Email}, now, nil},
		{"the client that it names", forWeb, ada, now, nil},
		{"another client than it names", forWeb, invite.Holder{Email: ada.Email, ClientID: "ios"}, now, invite.ErrClient},
		{"another client than the one letter that it names", func(i *invite.Invite) { i.ClientID = "w" }, invite.Holder{Email: ada.Email, ClientID: "i"}, now, invite.ErrClient},
		{"a longer client than it names", forWeb, invite.Holder{Email: ada.Email, ClientID: "web2"}, now, invite.ErrClient},
		{"no client where it names one", forWeb, invite.Holder{Email: ada.Email}, now, invite.ErrClient},
		{"another address", nil, invite.Holder{Email: "eve@example.com"}, now, invite.ErrSignature},
		{"a longer address", nil, invite.Holder{Email: "ada@example.com.evil.example"}, now, invite.ErrSignature},
		{"a shorter address", nil, invite.Holder{Email: "da@example.com"}, now, invite.ErrSignature},
		{"an address that is not normal", nil, invite.Holder{Email: "Ada@example.com"}, now, invite.ErrSignature},
		{"no address", nil, invite.Holder{}, now, invite.ErrSignature},
		{"a huge address", nil, invite.Holder{Email: strings.Repeat("a", 1<<20)}, now, invite.ErrSignature},
		{"the last second", nil, ada, now.Add(time.Hour - time.Second), nil},
		{"the second of its expiry", nil, ada, now.Add(time.Hour).Truncate(time.Second), invite.ErrExpired},
		{"long after", nil, ada, now.AddDate(10, 0, 0), invite.ErrExpired},
		{"somebody else, long after", nil, invite.Holder{Email: "eve@example.com"}, now.AddDate(10, 0, 0), invite.ErrSignature},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := invite.Verify(sign(t, test.change), keys, test.who, test.at); !errors.Is(err, test.want) || test.want == nil && err != nil {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// The replay is accepted: nothing remembers that an invite was used.
func TestAnInviteIsGoodForItsAddressUntilItExpires(t *testing.T) {
	token := sign(t, nil)
	for minute := range 60 {
		if err := invite.Verify(token, keys, ada, now.Add(time.Duration(minute)*time.Minute)); err != nil {
			t.Fatalf("after %d minutes: %v", minute, err)
		}
	}
}

func TestKeysRotate(t *testing.T) {
	old, err := invite.Sign("old", oldKey, invite.Invite{Email: ada.Email, Expires: now.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	posed, err := invite.Sign("new", oldKey, invite.Invite{Email: ada.Email, Expires: now.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		token string
		keys  []invite.PublicKey
		want  error
	}{
		{"both are there", old, keys, nil},
		{"the old one is gone", old, keys[1:], invite.ErrKey},
		{"the new one is not there yet", sign(t, nil), keys[:1], invite.ErrKey},
		{"there is none", old, nil, invite.ErrKey},
		{"an old key under the new one's id", posed, keys, invite.ErrSignature},
		{"a key of a wrong length", old, []invite.PublicKey{{ID: "old", Key: keys[0].Key[:31]}}, invite.ErrKey},
		{"an empty key", old, []invite.PublicKey{{ID: "old"}}, invite.ErrKey},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := invite.Verify(test.token, test.keys, ada, now); !errors.Is(err, test.want) || test.want == nil && err != nil {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// The longest values of an invite.
var (
	longestID     = strings.Repeat("k", 16)
	longestHolder = invite.Holder{Email: strings.Repeat("a", 242) + "@example.com", ClientID: strings.Repeat("c", 128)}
	longestKeys   = []invite.PublicKey{public(longestID, newKey)}
)

func longest(t *testing.T) string {
	t.Helper()
	token, err := invite.Sign(longestID, newKey, invite.Invite{Email: longestHolder.Email, Expires: time.Unix(1<<40-1, 0), ClientID: longestHolder.ClientID})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestTheLongestAndTheShortestInvite(t *testing.T) {
	token := longest(t)
	if err := invite.Verify(token, longestKeys, longestHolder, now); err != nil {
		t.Errorf("%d letters: %v", len(token), err)
	}
	shortest, err := invite.Sign("k", newKey, invite.Invite{Email: "a", Expires: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[int64]error{-1: nil, 0: invite.ErrExpired} {
		if err := invite.Verify(shortest, []invite.PublicKey{public("k", newKey)}, invite.Holder{Email: "a"}, time.Unix(at, 0)); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("at %d: %v", at, err)
		}
	}
	t.Logf("%d to %d letters", len(shortest), len(token))
}

// Not even the key's owner can invite an empty or unusable address. The bytes are
// composed by hand, since Sign refuses them.
func TestTheAddressIsCheckedBeforeTheSignature(t *testing.T) {
	head := "\x01\x03new\x7f\xff\xff\xff\xff\x00"
	for address, want := range map[string]error{
		"":                       invite.ErrSignature,
		strings.Repeat("a", 254): nil,
		strings.Repeat("a", 255): invite.ErrSignature,
	} {
		signature := ed25519.Sign(newKey, []byte("cognito-triggers invite\x00"+head+address))
		token := base64.RawURLEncoding.EncodeToString(append([]byte(head), signature...))
		if err := invite.Verify(token, keys, invite.Holder{Email: address}, now); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("%d letters: %v", len(address), err)
		}
	}
}

func TestAnInviteDoesNotHoldTheAddress(t *testing.T) {
	raw, err := base64.RawURLEncoding.DecodeString(sign(t, nil))
	if err != nil || strings.Contains(string(raw), "ada") || strings.Contains(string(raw), "example") {
		t.Errorf("%q, %v", raw, err)
	}
}

func TestWhatIsSignedIsTaken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		address, err := email.Parse(rapid.StringMatching(`[A-Za-z0-9+_-]{1,40}@[A-Za-z0-9]{1,20}\.[a-z]{2,10}`).Draw(t, "address"))
		if err != nil {
			t.Fatal(err)
		}
		id := rapid.StringMatching(`[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?`).Draw(t, "id")
		client := rapid.StringMatching(`[A-Za-z0-9_+]{0,128}`).Draw(t, "client")
		life := time.Duration(rapid.Int64Range(1, 1<<33).Draw(t, "life")) * time.Second
		if life < 0 {
			life = time.Hour
		}
		token, err := invite.Sign(id, newKey, invite.Invite{Email: address.Normal(), Expires: now.Add(life), ClientID: client})
		if err != nil {
			t.Fatal(err)
		}
		who := invite.Holder{Email: address.Normal(), ClientID: client}
		held := []invite.PublicKey{public("other", oldKey), public(id, newKey)}
		if err := invite.Verify(token, held, who, now); err != nil {
			t.Fatalf("%v: %s", err, token)
		}
		if err := invite.Verify(token, held, who, now.Add(life)); !errors.Is(err, invite.ErrExpired) {
			t.Fatalf("it outlives its expiry: %v", err)
		}
	})
}

func TestWhatIsNoInviteIsSaidToBeNone(t *testing.T) {
	raw, err := base64.RawURLEncoding.DecodeString(sign(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	text := func(parts ...string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, "")))
	}
	tail := string(raw[5:]) // after version, length and id
	for name, token := range map[string]string{
		"another version":     text("\x02\x03new", tail),
		"no id":               text("\x01\x00", tail),
		"an id with capitals": text("\x01\x03New", tail),
		"an id with a hyphen": text("\x01\x03-ew", tail),
		"a long id":           text("\x01\x11aaaaaaaaaaaaaaaaa", tail),
		"an id without end":   text("\x01\xffnew", tail),
		"a client with a dot": text("\x01\x03new", tail[:5], "\x03a.b", tail[6:]),
		"a client, endless":   text("\x01\x03new", tail[:5], "\xff", tail[6:]),
		"one byte more":       text(string(raw), "\x00"),
		"one byte less":       text(string(raw[:len(raw)-1])),
		"a word":              "please",
		"a letter":            "A",
		"a byte":              "AQ",
		"standard base64":     base64.StdEncoding.EncodeToString(raw),
		"very long":           strings.Repeat("A", 1<<20),
		"JSON":                `{"invite":true}`,
	} {
		if err := invite.Verify(token, keys, ada, now); !errors.Is(err, invite.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := invite.Verify("", keys, ada, now); !errors.Is(err, invite.ErrMissing) {
		t.Errorf("none: %v", err)
	}
}

func TestWhatCannotBePromisedIsNotSigned(t *testing.T) {
	good := invite.Invite{Email: ada.Email, Expires: now}
	for name, test := range map[string]struct {
		id     string
		key    ed25519.PrivateKey
		change func(*invite.Invite)
		says   string
	}{
		"no id":            {"", newKey, nil, "the key needs an id"},
		"a bad id":         {"New", newKey, nil, "the key needs an id"},
		"a long id":        {"aaaaaaaaaaaaaaaaa", newKey, nil, "the key needs an id"},
		"a trailing minus": {"new-", newKey, nil, "the key needs an id"},
		"no key":           {"new", nil, nil, "64 bytes"},
		"half a key":       {"new", newKey[:32], nil, "64 bytes"},
		"no address":       {"new", newKey, func(i *invite.Invite) { i.Email = "" }, "e-mail address"},
		"a huge address":   {"new", newKey, func(i *invite.Invite) { i.Email = strings.Repeat("a", 255) }, "e-mail address"},
		"before 1970":      {"new", newKey, func(i *invite.Invite) { i.Expires = time.Unix(-1, 0) }, "its expiry"},
		"after the end":    {"new", newKey, func(i *invite.Invite) { i.Expires = time.Unix(1<<40, 0) }, "its expiry"},
		"a bad client":     {"new", newKey, func(i *invite.Invite) { i.ClientID = "a b" }, "app client"},
		"a long client":    {"new", newKey, func(i *invite.Invite) { i.ClientID = strings.Repeat("a", 129) }, "app client"},
	} {
		made := good
		if test.change != nil {
			test.change(&made)
		}
		if token, err := invite.Sign(test.id, test.key, made); err == nil || token != "" || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestEachErrorSaysSomethingOfItsOwn(t *testing.T) {
	for err, want := range map[error]string{
		invite.ErrMissing: "there is no invite", invite.ErrMalformed: "is not an invite", invite.ErrKey: "key that is not",
		invite.ErrSignature: "this address", invite.ErrClient: "another app client", invite.ErrExpired: "expired",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

// An invite for another user and a forged one have the same refusal; only the holder of a
// genuine one learns that it has expired.
func TestR18_RefusalsTellAStrangerNothing(t *testing.T) {
	for _, test := range []struct {
		err  error
		want any
	}{
		{nil, invite.Refusal(nil)},
		{invite.ErrMissing, invite.Missing},
		{invite.ErrMalformed, invite.Invalid},
		{invite.ErrKey, invite.Invalid},
		{invite.ErrSignature, invite.Invalid},
		{invite.ErrClient, invite.Invalid},
		{invite.ErrExpired, invite.Expired},
		{errors.New("another"), invite.Invalid},
	} {
		if got := invite.Refusal(test.err); got != test.want {
			t.Errorf("%v: got %+v", test.err, got)
		}
	}
	for refusal, code := range map[deny.Refusal]string{invite.Missing: "invite-missing", invite.Invalid: "invite-invalid", invite.Expired: "invite-expired", invite.Closed: "sign-up-closed"} {
		if refusal.Code != code || refusal.Sentence == "" || refusal.Meaning == "" {
			t.Errorf("%s: got %+v", code, refusal)
		}
	}
	if got := invite.Refusal(nil); got.Code != "" || got.Sentence != "" {
		t.Errorf("a good invite: %+v", got)
	}
}
