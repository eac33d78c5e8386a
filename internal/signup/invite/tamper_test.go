package invite_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/invite"
)

func TestEveryOtherTextThanTheInviteFails(t *testing.T) {
	token := sign(t, func(i *invite.Invite) { i.ClientID = "web" })
	const all, some = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" + "+/=.\n\r \x00é", "ABIQgw4_-+/=.\n\r \x00é"
	tried := 0
	refuse := func(text string) {
		tried++
		if text != token && invite.Verify(text, keys, ada, now) == nil {
			t.Errorf("%q is taken for %q", text, token)
		}
	}
	for i := range len(token) + 1 {
		refuse(token[:i])
		letters := some
		if i >= len(token)-2 { // where bits are left over
			letters = all
		}
		for _, letter := range letters {
			refuse(token[:i] + string(letter) + token[i:])
			if i < len(token) {
				refuse(token[:i] + string(letter) + token[i+1:])
			}
		}
		if i < len(token) {
			refuse(token[:i] + token[i+1:])
		}
	}
	for _, text := range []string{token + token, token + "=", token + "==", " " + token, token + "\n", strings.ToUpper(token)} {
		refuse(text)
	}
	t.Logf("%d texts", tried)
}

func TestEveryOtherByteThanTheInviteFails(t *testing.T) {
	raw, err := base64.RawURLEncoding.DecodeString(sign(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		for change := 1; change < 256; change++ {
			if i >= len(raw)-ed25519.SignatureSize && change&(change-1) != 0 {
				continue // in the signature, every bit
			}
			raw[i] ^= byte(change)
			if invite.Verify(base64.RawURLEncoding.EncodeToString(raw), keys, ada, now) == nil {
				t.Errorf("byte %d may change by %#x", i, change)
			}
			raw[i] ^= byte(change)
		}
	}
}

func TestOneInviteHasOneSpelling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 0, 240).Draw(t, "raw")
		if rapid.Bool().Draw(t, "ours") {
			raw, _ = base64.RawURLEncoding.DecodeString(sign(t, nil))
		}
		text := base64.RawURLEncoding.EncodeToString(raw)
		at := rapid.IntRange(0, len(text)).Draw(t, "at")
		other := text[:at] + rapid.SampledFrom([]string{"\n", "\r", "=", "A", "B", "_"}).Draw(t, "added") + text[at:]
		if err := invite.Verify(other, keys, ada, now); err == nil {
			t.Fatalf("%q is taken", other)
		}
	})
}
