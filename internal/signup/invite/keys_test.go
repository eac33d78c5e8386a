package invite_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/invite"
)

func written(id string, key ed25519.PrivateKey) policy.InviteKey {
	return policy.InviteKey{ID: id, PublicKey: invite.FormatPublicKey(key.Public().(ed25519.PublicKey))}
}

func TestASoundAccessPolicyCompiles(t *testing.T) {
	for name, section := range map[string]policy.Access{
		"absent":            {},
		"open":              {Mode: policy.AccessOpen},
		"open with keys":    {Mode: policy.AccessOpen, Keys: []policy.InviteKey{written("old", oldKey)}},
		"closed":            {Mode: policy.AccessClosed, AppliesTo: []policy.Origin{policy.External}},
		"closed, observing": {Mode: policy.AccessClosed, Observe: true},
		"invite":            {Mode: policy.AccessInvite, AppliesTo: []policy.Origin{policy.Self, policy.Admin}, Keys: []policy.InviteKey{written("old", oldKey), written("new", newKey)}},
	} {
		got, faults := invite.Compile("signUp.access", section)
		if len(faults) > 0 || len(got) != len(section.Keys) {
			t.Errorf("%s: %v, %v", name, got, faults)
		}
	}
}

func TestCompiledKeysCheckInvites(t *testing.T) {
	compiled, _ := invite.Compile("signUp.access", policy.Access{Keys: []policy.InviteKey{written("old", oldKey), written("new", newKey)}})
	if err := invite.Verify(sign(t, nil), compiled, ada, now); err != nil {
		t.Error(err)
	}
}

var (
	good    = written("old", oldKey)
	private = invite.FormatPrivateKey("old", oldKey)
)

var accessMistakes = []struct {
	name    string
	section policy.Access
	want    string
}{
	{
		"a mode that is misspelt",
		policy.Access{Mode: "invites"},
		`signUp.access.mode: there is no access mode "invites"; did you mean invite?`,
	},
	{
		"a mode of other rules",
		policy.Access{Mode: "enforce"},
		`signUp.access.mode: there is no access mode "enforce"; use open, invite or closed`,
	},
	{
		"observing what is open",
		policy.Access{Observe: true},
		"signUp.access.observe: there is nothing to observe while everybody may sign up; remove it, or write mode: invite or mode: closed",
	},
	{
		"invites without a key",
		policy.Access{Mode: policy.AccessInvite},
		"signUp.access.keys: nobody can be invited without a key; make one with `go run ./infra/cmd/ops invite keygen`, or write mode: closed",
	},
	{
		"invites for who cannot carry one",
		policy.Access{Mode: policy.AccessInvite, AppliesTo: []policy.Origin{policy.Self, policy.External}, Keys: []policy.InviteKey{good}},
		"signUp.access.appliesTo[1]: users of an identity provider cannot carry an invite; remove external, or write mode: closed",
	},
	{
		"invites for them alone",
		policy.Access{Mode: policy.AccessInvite, AppliesTo: []policy.Origin{policy.External}, Keys: []policy.InviteKey{good}},
		"signUp.access.appliesTo[0]: users of an identity provider cannot carry an invite; remove external, or write mode: closed",
	},
	{
		"ids that are too long",
		policy.Access{Keys: []policy.InviteKey{{ID: strings.Repeat("A", 20), PublicKey: good.PublicKey}, {ID: strings.Repeat("B", 21), PublicKey: good.PublicKey}}},
		`signUp.access.keys[0].id: this cannot name a key; use 1 to 16 small letters, digits and inner hyphens` + "\n" +
			`signUp.access.keys[1].id: this cannot name a key; use 1 to 16 small letters, digits and inner hyphens`,
	},
	{
		"a long key",
		policy.Access{Keys: []policy.InviteKey{{ID: "old", PublicKey: "ed25519:" + strings.Repeat("B", 44)}}},
		"signUp.access.keys[0].publicKey: a public key has 43 characters of base64url behind ed25519:; copy what `go run ./infra/cmd/ops invite keygen` printed",
	},
	{
		"a key in two lines",
		policy.Access{Keys: []policy.InviteKey{{ID: "old", PublicKey: good.PublicKey[:30] + "\n" + good.PublicKey[30:]}}},
		"signUp.access.keys[0].publicKey: a public key has 43 characters of base64url behind ed25519:; copy what `go run ./infra/cmd/ops invite keygen` printed",
	},
	{
		"an id with capitals",
		policy.Access{Keys: []policy.InviteKey{{ID: "Jan", PublicKey: good.PublicKey}}},
		`signUp.access.keys[0].id: this cannot name a key; use 1 to 16 small letters, digits and inner hyphens`,
	},
	{
		"a key twice",
		policy.Access{Keys: []policy.InviteKey{good, good, good}},
		`signUp.access.keys[1].id: another key has the same id; give each key an id of its own` + "\n" +
			`signUp.access.keys[2].id: another key has the same id; give each key an id of its own`,
	},
	{
		"the private half",
		policy.Access{Keys: []policy.InviteKey{{ID: "old", PublicKey: strings.TrimSpace(private)}}},
		"signUp.access.keys[0].publicKey: this is the private half of a key, which is worthless now that it stands here: make a new pair; copy what `go run ./infra/cmd/ops invite keygen` printed",
	},
	{
		"the private half for an id",
		policy.Access{Keys: []policy.InviteKey{{ID: strings.TrimSpace(private), PublicKey: good.PublicKey}}},
		"signUp.access.keys[0].id: this cannot name a key; use 1 to 16 small letters, digits and inner hyphens",
	},
	{
		"another kind of key",
		policy.Access{Keys: []policy.InviteKey{{ID: "old", PublicKey: "ssh-ed25519 AAAA"}}},
		"signUp.access.keys[0].publicKey: a public key begins with ed25519:; copy what `go run ./infra/cmd/ops invite keygen` printed",
	},
	{
		"a short key",
		policy.Access{Keys: []policy.InviteKey{{ID: "old", PublicKey: good.PublicKey[:50]}}},
		"signUp.access.keys[0].publicKey: a public key has 43 characters of base64url behind ed25519:; copy what `go run ./infra/cmd/ops invite keygen` printed",
	},
	{
		"a placeholder",
		policy.Access{Keys: []policy.InviteKey{{ID: "old", PublicKey: "ed25519:" + strings.Repeat("A", 43)}}},
		"signUp.access.keys[0].publicKey: this key is not safe: anybody can sign for it; copy what `go run ./infra/cmd/ops invite keygen` printed",
	},
	{
		"all at once, the mode being open",
		policy.Access{Observe: true, Keys: []policy.InviteKey{{}, {}}},
		strings.Join([]string{
			"signUp.access.observe: there is nothing to observe while everybody may sign up; remove it, or write mode: invite or mode: closed",
			`signUp.access.keys[0].id: this cannot name a key; use 1 to 16 small letters, digits and inner hyphens`,
			"signUp.access.keys[0].publicKey: a public key begins with ed25519:; copy what `go run ./infra/cmd/ops invite keygen` printed",
			`signUp.access.keys[1].id: this cannot name a key; use 1 to 16 small letters, digits and inner hyphens`,
			`signUp.access.keys[1].id: another key has the same id; give each key an id of its own`,
			"signUp.access.keys[1].publicKey: a public key begins with ed25519:; copy what `go run ./infra/cmd/ops invite keygen` printed",
		}, "\n"),
	},
}

func TestEveryMistakeInAnAccessPolicyIsFound(t *testing.T) {
	for _, test := range accessMistakes {
		_, faults := invite.Compile("signUp.access", test.section)
		if got := faults.Error(); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, got, test.want)
		}
		if seed := base64.RawURLEncoding.EncodeToString(oldKey.Seed()); strings.Contains(faults.Error(), seed) {
			t.Errorf("%s: the fault repeats the private key", test.name)
		}
	}
}

func TestAKeyPairSurvivesItsFile(t *testing.T) {
	file := "# a remark\n\n  " + invite.FormatPrivateKey("new", newKey) + "\r\n# the end"
	id, key, err := invite.ParsePrivateKey(file)
	if err != nil || id != "new" || !key.Equal(newKey) {
		t.Fatalf("got %q, %v", id, err)
	}
	public, problem := invite.ParsePublicKey(invite.FormatPublicKey(newKey.Public().(ed25519.PublicKey)))
	if problem != "" || !public.Equal(newKey.Public()) {
		t.Fatalf("got %v, %q", public, problem)
	}
}

func TestThePrivateKeysFileIsOneLine(t *testing.T) {
	if text := invite.FormatPrivateKey("new", newKey); strings.Count(text, "\n") != 1 || !strings.HasSuffix(text, "\n") {
		t.Errorf("%d bytes end in %q", len(text), text[len(text)-1])
	}
}

func TestTheIDsOfKeys(t *testing.T) {
	for id, want := range map[string]bool{"new": true, "2026-07": true, "a": true, "": false, "New": false, "-a": false, "aaaaaaaaaaaaaaaaa": false} {
		if got := invite.ValidKeyID(id); got != want {
			t.Errorf("%q: got %v", id, got)
		}
	}
}

func TestWhatIsNoPrivateKeyIsNotRepeated(t *testing.T) {
	line := strings.TrimSpace(invite.FormatPrivateKey("new", newKey))
	for name, text := range map[string]string{
		"nothing":          "",
		"remarks":          "# a\n#b",
		"two keys":         line + "\n" + line,
		"the public half":  invite.FormatPublicKey(newKey.Public().(ed25519.PublicKey)),
		"no id":            strings.Replace(line, "new", "", 1),
		"a bad id":         strings.Replace(line, "new", "NEW", 1),
		"one letter less":  line[:len(line)-1],
		"another spelling": line[:len(line)-1] + "_",
	} {
		_, key, err := invite.ParsePrivateKey(text)
		if err == nil || key != nil {
			t.Errorf("%s: taken", name)
			continue
		}
		if text := err.Error(); strings.Contains(text, line[len(line)-20:]) || !strings.Contains(text, "not a private key") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// ed25519.Verify accepts, for one of these points, a signature made without a private
// key. Compile accepts none of the points.
func TestAKeyForWhichAnybodyCanSignIsRefused(t *testing.T) {
	points := []string{
		"\x00", "\x01",
		"\x26\xe8\x95\x8f\xc2\xb2\x27\xb0\x45\xc3\xf4\x89\xf2\xef\x98\xf0\xd5\xdf\xac\x05\xd3\xc6\x33\x39\xb1\x38\x02\x88\x6d\x53\xfc\x05",
		"\xc7\x17\x6a\x70\x3d\x4d\xd8\x4f\xba\x3c\x0b\x76\x0d\x10\x67\x0f\x2a\x20\x53\xfa\x2c\x39\xcc\xc6\x4e\xc7\xfd\x77\x92\xac\x03\x7a",
	}
	for _, last := range []string{"\xec", "\xed", "\xee"} { // -1, 0 and 1 modulo the prime
		points = append(points, last+strings.Repeat("\xff", 30)+"\x7f")
	}
	forged := slices.Concat([]byte{1}, make([]byte, 63)) // R is the neutral point, S is 0
	for _, point := range points {
		key := make(ed25519.PublicKey, 32)
		copy(key, point)
		for _, sign := range []byte{0, 0x80} {
			key[31] ^= sign
			forgeries := 0
			for message := range 200 {
				if ed25519.Verify(key, []byte{byte(message)}, forged) {
					forgeries++
				}
			}
			if forgeries == 0 && sign == 0 {
				t.Errorf("%x: no forgery: is it one of the points?", key)
			}
			if _, problem := invite.ParsePublicKey(invite.FormatPublicKey(key)); problem == "" {
				t.Errorf("%x is taken, with %d of 200 forgeries", key, forgeries)
			}
		}
	}
}
