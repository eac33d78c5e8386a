package invite_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/ratio"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/invite"
)

// One is the parsed token; crypto/ed25519 makes another when it rejects.
func TestACheckAllocatesTwiceAtMost(t *testing.T) {
	token, long, other := sign(t, nil), longest(t), invite.Holder{Email: "eve@example.com"}
	for name, test := range map[string]struct {
		check func() error
		most  float64
	}{
		"good":        {func() error { return invite.Verify(token, keys, ada, now) }, 1},
		"the longest": {func() error { return invite.Verify(long, longestKeys, longestHolder, now) }, 1},
		"not hers":    {func() error { return invite.Verify(token, keys, other, now) }, 2},
		"no invite":   {func() error { return invite.Verify("please", keys, ada, now) }, 1},
	} {
		if n := testing.AllocsPerRun(100, func() { _ = test.check() }); n > test.most {
			t.Errorf("%s: %.0f allocations", name, n)
		}
	}
}

// A text that is not an invite costs almost nothing; a thousand keys cost one check.
func TestACheckCostsOneSignatureAtMost(t *testing.T) {
	many := make([]invite.PublicKey, 1000, 1001)
	for i := range many {
		many[i] = invite.PublicKey{ID: "k" + strconv.Itoa(i), Key: keys[0].Key}
	}
	many = append(many, keys[1])
	token := sign(t, nil)
	one := func() { _ = invite.Verify(token, keys, ada, now) }
	if times := ratio.Of(func() { _ = invite.Verify(token, many, ada, now) }, one, 3); times > 3 {
		t.Errorf("with 1001 keys a check takes %.1f times as long", times)
	}
	huge := strings.Repeat("A", 1<<20)
	if times := ratio.Of(func() { _ = invite.Verify(huge, keys, ada, now) }, one, 1); times > 1 {
		t.Errorf("a text that is not an invite takes %.1f times as long as an invite", times)
	}
}

// An accepted token was signed for that address, letter by letter.
func FuzzVerify(f *testing.F) {
	good := sign(f, nil)
	f.Add(good, "ada@example.com", "web", now.Unix())
	f.Add(sign(f, func(i *invite.Invite) { i.ClientID = "web" }), "ada@example.com", "web", now.Unix())
	f.Add("", "", "", int64(0))
	f.Add(strings.Repeat("A", 300), "a", "b", int64(1))
	signed := map[string]bool{good: true, sign(f, func(i *invite.Invite) { i.ClientID = "web" }): true}
	f.Fuzz(func(t *testing.T, token, address, client string, at int64) {
		err := invite.Verify(token, keys, invite.Holder{Email: address, ClientID: client}, time.Unix(at, 0))
		if err != nil {
			if strings.Contains(err.Error(), token) && len(token) > 20 {
				t.Errorf("the error repeats the invite: %v", err)
			}
			return
		}
		if !signed[token] || address != ada.Email {
			t.Errorf("%q lets %q in", token, address)
		}
	})
}

// Every signed invite is read back unchanged, in one spelling.
func FuzzSign(f *testing.F) {
	f.Add("new", "ada@example.com", "", int64(1_764_000_000))
	f.Add("a-1", "\x00", "web+1", int64(1<<40-1))
	f.Fuzz(func(t *testing.T, id, address, client string, expiry int64) {
		token, err := invite.Sign(id, newKey, invite.Invite{Email: address, Expires: time.Unix(expiry, 0), ClientID: client})
		if err != nil {
			return
		}
		who := invite.Holder{Email: address, ClientID: client}
		held := []invite.PublicKey{public(id, newKey)}
		if err := invite.Verify(token, held, who, time.Unix(expiry-1, 0)); err != nil {
			t.Fatalf("%v: %s", err, token)
		}
		raw, _ := base64.RawURLEncoding.DecodeString(token)
		if base64.RawURLEncoding.EncodeToString(raw) != token {
			t.Fatalf("%s", token)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	token := sign(b, nil)
	b.ReportAllocs()
	for b.Loop() {
		if err := invite.Verify(token, keys, ada, now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyNoInvite(b *testing.B) {
	garbage := strings.Repeat("A", 104)
	b.ReportAllocs()
	for b.Loop() {
		_ = invite.Verify(garbage, keys, ada, now)
	}
}

// The cost of one signature check, for comparison.
func BenchmarkEd25519(b *testing.B) {
	message := []byte("a message")
	signature := ed25519.Sign(newKey, message)
	for b.Loop() {
		ed25519.Verify(keys[1].Key, message, signature)
	}
}
