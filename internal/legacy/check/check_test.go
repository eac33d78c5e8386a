package check

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
)

func parsed(t *testing.T, text string) hash.Hash {
	t.Helper()
	h, err := hash.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestADummyDoesTheWorkAndFitsNoPassword(t *testing.T) {
	for _, v := range foreign(t) {
		h := parsed(t, v.hash)
		if h.Cost().CPU > 10 {
			continue
		}
		for _, password := range []string{"", v.password} {
			if fits, err := Password(hash.Dummy(h.Kind, []byte("a seed")), password, Keys{FirebaseSigner: make([]byte, 64)}); fits || err != nil {
				t.Errorf("%s: got %v, %v", h, fits, err)
			}
		}
	}
}

func TestAPepperIsAppliedAsTheAppDid(t *testing.T) {
	for way, password := range map[string]string{
		"": "passwordpepper", "append": "passwordpepper", "prepend": "pepperpassword",
		// printf password | openssl dgst -sha256 -hmac pepper
		"hmac-hex":    "99539b96f7212c979b5a79755d6bade0c3cdc6420b96543c1a949f9ab859bea1",
		"hmac-base64": "mVOblvchLJebWnl1XWut4MPNxkILllQ8GpSfmrhZvqE=",
	} {
		text, err := bcrypt.GenerateFromPassword([]byte(password), 4)
		if err != nil {
			t.Fatal(err)
		}
		keys := Keys{Pepper: "pepper", Peppered: way}
		if fits, err := Password(parsed(t, string(text)), "password", keys); !fits || err != nil {
			t.Errorf("%q: got %v, %v", way, fits, err)
		}
		keys.Pepper = "salt"
		if fits, err := Password(parsed(t, string(text)), "password", keys); fits || err != nil {
			t.Errorf("%q, another pepper: got %v, %v", way, fits, err)
		}
	}
	// hashlib.pbkdf2_hmac("sha256", b"passwordpepper", b"salt", 2)
	if fits, err := Password(parsed(t, "pbkdf2_sha256$2$salt$AkS0wO93/9E7YySamrwT8739ANvXy3Q6dDacHsoySzk="), "password", Keys{Pepper: "pepper"}); !fits || err != nil {
		t.Errorf("PBKDF2: got %v, %v", fits, err)
	}
	if got := strings.Join(Peppers(), " "); got != "append hmac-base64 hmac-hex prepend" {
		t.Errorf("the ways are %s", got)
	}
}

// The hash is of spring-security's Pbkdf2PasswordEncoderTests (passivity).
func TestSpringsSecretIsBehindTheSalt(t *testing.T) {
	h := parsed(t, "{pbkdf2}ab1146a8458d4ce4e65789e5a3f60e423373cfa10b01abd23739e5ae2fdc37f8e9ede4ae6da65264")
	for secret, want := range map[string]bool{"secret": true, "": false} {
		if fits, err := Password(h, "password", Keys{Pepper: secret}); fits != want || err != nil {
			t.Errorf("%q: got %v, %v", secret, fits, err)
		}
	}
}

// The hash is of the README of firebase/scrypt.
func TestFirebasesKeyIsTheTextsOrThatOfTheKeys(t *testing.T) {
	const signer = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="
	h := parsed(t, "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==")
	key, _ := base64.StdEncoding.DecodeString(signer)
	if fits, err := Password(h, "user1password", Keys{FirebaseSigner: key}); !fits || err != nil {
		t.Errorf("got %v, %v", fits, err)
	}
	for _, key := range [][]byte{nil, key[1:], append(key, 0)} {
		if fits, err := Password(h, "user1password", Keys{FirebaseSigner: key}); fits || err == nil || !strings.Contains(err.Error(), "signer key") {
			t.Errorf("a key of %d bytes: got %v, %v", len(key), fits, err)
		}
	}
}

func TestWhatCannotBeCheckedIsAnErrorWithoutThePassword(t *testing.T) {
	sound := parsed(t, "$2b$04$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6")
	broken := sound
	broken.Text = "$2b$04$CtA"
	crypted := parsed(t, "$1$kJ4QkJaQ$3EbD/pJddrq5HW3mpZ4KZ1")
	crypted.Text = "$1$kJ4QkJaQ"
	scrypted := parsed(t, "2$1$1$00$4f69c498c12cd102d057356facf8d77e8d42407090491ea32c5b038f5a18c099")
	scrypted.Params = [3]int{}
	derived := parsed(t, "pbkdf2_sha256$2$salt$4f69c498c12cd102d057356facf8d77e8d42407090491ea3")
	derived.Sum = nil
	firebase := parsed(t, "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==")
	firebase.Params = [3]int{}
	for _, c := range []struct {
		h    hash.Hash
		keys Keys
		want string
	}{
		{hash.Hash{}, Keys{}, "no hash"},
		{broken, Keys{}, "checking a password of bcrypt: "},
		{crypted, Keys{}, "go-crypt does not read it"},
		{sound, Keys{Pepper: "pepper", Peppered: "twice"}, "cannot be applied in this way: use one of append, hmac-base64"},
		{scrypted, Keys{}, "cognito-scrypt"},
		{derived, Keys{}, "django-pbkdf2-sha256: no hash"},
		{firebase, Keys{FirebaseSigner: make([]byte, 64)}, "firebase-scrypt"},
	} {
		fits, err := Password(c.h, "secret word", c.keys)
		if fits || err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret word") || strings.Contains(err.Error(), "CtA") || strings.Contains(err.Error(), "kJ4") {
			t.Errorf("%s: got %v, %v", c.h, fits, err)
		}
	}
}

func TestKeysPrintNothing(t *testing.T) {
	keys := Keys{Pepper: "pepper", FirebaseSigner: []byte("signer")}
	lines := &strings.Builder{}
	slog.New(slog.NewJSONHandler(lines, nil)).Info("x", "keys", keys)
	inJSON, _ := json.Marshal(keys)
	for _, printed := range []string{fmt.Sprintf("%v %+v %#v %s %q", keys, keys, keys, keys, &keys), lines.String(), string(inJSON)} {
		if strings.Contains(printed, "epper") || strings.Contains(printed, "igner") || !strings.Contains(printed, "check.Keys") {
			t.Errorf("printed %s", printed)
		}
	}
}

func TestWordPressTakesTheSpaceAroundAPasswordAway(t *testing.T) {
	for _, v := range foreign(t) {
		if v.format != "wordpress-bcrypt" || v.password != "admin" {
			continue
		}
		for password, want := range map[string]bool{"\t admin\x00\r\n\v": true, "ad min": false, "\fadmin": false} {
			if fits, err := Password(parsed(t, v.hash), password, Keys{}); fits != want || err != nil {
				t.Errorf("%q: got %v, %v", password, fits, err)
			}
		}
	}
}
