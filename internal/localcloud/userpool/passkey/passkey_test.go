package passkey_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/passkey"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/passkey/passkeytest"
)

const life = 90 * time.Second

var noon = time.Date(2026, 9, 5, 12, 0, 0, 0, time.UTC)

func must[T any](t *testing.T) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func newKey(t *testing.T) *passkeytest.Key {
	t.Helper()
	return must[*passkeytest.Key](t)(passkeytest.New())
}

// registers answers a registration; spoil changes the answer's members.
func registers(t *testing.T, o passkey.Owner, verify passkey.Verification, key *passkeytest.Key) (passkey.Passkey, error) {
	t.Helper()
	options, ceremony, err := o.Register(verify, life)
	if err != nil {
		t.Fatal(err)
	}
	return ceremony.Registered(o, must[json.RawMessage](t)(key.Register(options)), noon)
}

// owner has one passkey.
func owner(t *testing.T) (passkey.Owner, *passkeytest.Key) {
	t.Helper()
	o, key := passkey.Owner{ID: "u-1", Name: "ada"}, newKey(t)
	o.Passkeys = []passkey.Passkey{must[passkey.Passkey](t)(registers(t, o, "", key))}
	return o, key
}

func signs(t *testing.T, o passkey.Owner, begun, now passkey.Verification, key *passkeytest.Key) (passkey.Passkey, error) {
	t.Helper()
	options, ceremony, err := o.SignIn(begun, life)
	if err != nil {
		t.Fatal(err)
	}
	return ceremony.Proven(o, must[json.RawMessage](t)(key.Sign(options)), now)
}

// challenge takes the challenge out of options, which is another one each time.
func challenge(t *testing.T, options json.RawMessage) (rest map[string]any, challenge string) {
	t.Helper()
	if err := json.Unmarshal(options, &rest); err != nil {
		t.Fatal(err)
	}
	challenge, _ = rest["challenge"].(string)
	delete(rest, "challenge")
	if raw, err := base64.RawURLEncoding.DecodeString(challenge); err != nil || len(raw) < 16 {
		t.Errorf("the challenge %q: %v", challenge, err)
	}
	return rest, challenge
}

// same compares by JSON, which orders the members.
func same(t *testing.T, got any, want string) {
	t.Helper()
	var wanted any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	if g, w := fmt.Sprint(got), fmt.Sprint(wanted); g != w {
		t.Errorf("got  %s\nwant %s", g, w)
	}
}

func TestTheOptionsOfARegistrationAreThoseThatAWSDocuments(t *testing.T) {
	o, key := owner(t)
	for verify, shown := range map[passkey.Verification]string{"": "preferred", "preferred": "preferred", "required": "required"} {
		options, _, err := o.Register(verify, life)
		if err != nil {
			t.Fatal(err)
		}
		got, one := challenge(t, options)
		same(t, got, `{"rp":{"id":"localhost","name":"localhost"},"user":{"id":"`+base64.RawURLEncoding.EncodeToString([]byte("u-1"))+`","name":"ada","displayName":"ada"},
			"pubKeyCredParams":[{"type":"public-key","alg":-7},{"type":"public-key","alg":-257}],"timeout":90000,
			"excludeCredentials":[{"id":"`+key.ID()+`","type":"public-key","transports":["internal"]}],
			"authenticatorSelection":{"requireResidentKey":true,"residentKey":"required","userVerification":"`+shown+`"}}`)
		again, _, err := o.Register(verify, life)
		if _, two := challenge(t, again); err != nil || one == two {
			t.Errorf("two registrations have one challenge: %v", err)
		}
	}
}

func TestTheOptionsOfASignInNameTheOwnersPasskeys(t *testing.T) {
	o, key := owner(t)
	for verify, shown := range map[passkey.Verification]string{"": "preferred", "preferred": "preferred", "required": "required"} {
		options, _, err := o.SignIn(verify, life)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := challenge(t, options)
		same(t, got, `{"rpId":"localhost","timeout":90000,"allowCredentials":[{"id":"`+key.ID()+`","type":"public-key","transports":["internal"]}],"userVerification":"`+shown+`"}`)
	}
	options, _, err := passkey.Owner{ID: "u-1", Name: "ada"}.SignIn("", life)
	if err == nil || options != nil || !strings.HasPrefix(err.Error(), "beginning a sign-in: ") {
		t.Errorf("an owner without a passkey: %s, %v", options, err)
	}
}

func TestAnOwnerWhomNoAuthenticatorCanNameIsAnError(t *testing.T) {
	options, _, err := passkey.Owner{ID: strings.Repeat("u", 65), Name: "ada"}.Register("", life)
	if err == nil || options != nil || !strings.HasPrefix(err.Error(), "beginning a registration: ") {
		t.Errorf("a user handle of 65 bytes: %s, %v", options, err)
	}
}

func TestARegisteredPasskeyIsWhatTheBrowserSaid(t *testing.T) {
	o, key := owner(t)
	made := o.Passkeys[0]
	if made.ID() != key.ID() || made.Attachment() != "platform" || !slices.Equal(made.Transports(), []string{"internal"}) || !made.Created.Equal(noon) {
		t.Errorf("%q %q %q %v", made.ID(), made.Attachment(), made.Transports(), made.Created)
	}
	if none := (passkey.Passkey{}).Transports(); none == nil || len(none) > 0 {
		t.Errorf("unknown transports are %#v", none)
	}
}

// Any of the owner's passkeys signs in, and stays the one that it was.
func TestASignatureLeavesThePasskeyThatMadeIt(t *testing.T) {
	o, first := owner(t)
	second := newKey(t)
	later, err := registers(t, o, "required", second)
	if err != nil {
		t.Fatal(err)
	}
	later.Created = noon.Add(time.Hour)
	o.Passkeys = append(o.Passkeys, later)
	for i, key := range []*passkeytest.Key{first, second} {
		for _, origin := range []string{"http://localhost:5173", "https://localhost", "http://localhost"} {
			key.Origin = origin
			got, err := signs(t, o, "", "", key)
			if err != nil || got.ID() != key.ID() || !got.Created.Equal(o.Passkeys[i].Created) || !got.Follows(o.Passkeys[i]) {
				t.Errorf("%s: %v, %v", origin, got, err)
			}
		}
	}
}

func TestACounterThatDoesNotGrowTellsOfACopy(t *testing.T) {
	o, key := owner(t)
	counts := func(count uint32) passkey.Passkey {
		key.Count, key.Still = count, true
		return must[passkey.Passkey](t)(signs(t, o, "", "", key))
	}
	for _, c := range []struct {
		before, now uint32
		follows     bool
	}{{0, 0, true}, {0, 1, true}, {1, 2, true}, {2, 2, false}, {1, 1, false}, {1, 0, false}, {3, 2, false}} {
		if got := counts(c.now).Follows(counts(c.before)); got != c.follows {
			t.Errorf("%d after %d follows: %v", c.now, c.before, got)
		}
	}
}

// wrong is what a browser or an authenticator may do, and why its answer is refused.
var wrong = map[string]struct {
	spoil func(*passkeytest.Key)
	want  error
}{
	"another challenge":  {func(k *passkeytest.Key) { k.Challenge = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }, passkey.ErrChallenge},
	"another site":       {func(k *passkeytest.Key) { k.Origin = "https://localhost.example" }, passkey.ErrOrigin},
	"an address":         {func(k *passkeytest.Key) { k.Origin = "http://127.0.0.1:5173" }, passkey.ErrOrigin},
	"another scheme":     {func(k *passkeytest.Key) { k.Origin = "ftp://localhost" }, passkey.ErrOrigin},
	"no origin":          {func(k *passkeytest.Key) { k.Origin = "" }, passkey.ErrOrigin},
	"no URL":             {func(k *passkeytest.Key) { k.Origin = "http://localhost:x" }, passkey.ErrOrigin},
	"another party":      {func(k *passkeytest.Key) { k.RP = "example.com" }, passkey.ErrRelyingParty},
	"an unverified user": {func(k *passkeytest.Key) { k.Unverified = true }, passkey.ErrUnsupported},
}

func TestARegistrationThatProvesNothingIsRefused(t *testing.T) {
	for name, c := range wrong {
		key := newKey(t)
		c.spoil(key)
		if got, err := registers(t, passkey.Owner{ID: "u-1", Name: "ada"}, "required", key); !errors.Is(err, c.want) || got.ID() != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	o := passkey.Owner{ID: "u-1", Name: "ada"}
	_, ceremony, err := o.Register("", life)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ceremony.Registered(o, []byte(`{"id":"x"}`), noon); !errors.Is(err, passkey.ErrUnreadable) || err.Error() == passkey.ErrUnreadable.Error() {
		t.Errorf("an answer without its members: %v", err)
	}
	unverified := newKey(t)
	unverified.Unverified = true
	if _, err := registers(t, o, "preferred", unverified); err != nil {
		t.Errorf("where verification is preferred: %v", err)
	}
}

func TestASignatureThatProvesNothingIsRefused(t *testing.T) {
	o, key := owner(t)
	for name, c := range wrong {
		spoiled := *key
		c.spoil(&spoiled)
		// What is wanted in the end counts, also if it is less than in the beginning.
		for begun, now := range map[passkey.Verification]passkey.Verification{"required": "", "preferred": "required"} {
			if got, err := signs(t, o, begun, now, &spoiled); !errors.Is(err, c.want) || got.ID() != "" {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if got, err := signs(t, o, "", "", newKey(t)); !errors.Is(err, passkey.ErrUnsupported) || got.ID() != "" {
		t.Errorf("another key: %v", err)
	}
	_, ceremony, err := o.SignIn("", life)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ceremony.Proven(o, []byte(`{"id":"x"}`), ""); !errors.Is(err, passkey.ErrUnreadable) || err.Error() == passkey.ErrUnreadable.Error() {
		t.Errorf("an answer without its members: %v", err)
	}
	unverified := *key
	unverified.Unverified = true
	if _, err := signs(t, o, "preferred", "preferred", &unverified); err != nil {
		t.Errorf("where verification is preferred: %v", err)
	}
}

// The errors say what was wrong.
func TestARefusalSaysWhatIsWrong(t *testing.T) {
	for err, want := range map[error]string{
		passkey.ErrUnreadable: "the credential cannot be read", passkey.ErrChallenge: "the credential answers another challenge",
		passkey.ErrOrigin: "the origin is not http or https at localhost", passkey.ErrRelyingParty: "the relying party is not localhost",
		passkey.ErrUnsupported: "the credential does not prove what was asked for",
	} {
		if err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
