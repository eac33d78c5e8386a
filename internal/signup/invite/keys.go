package invite

import (
	"crypto/ed25519"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// The written forms of a key begin with a word, so that the private half is not mistaken
// for the public one: both are 32 bytes.
const (
	publicPrefix  = "ed25519:"
	privatePrefix = "invite-private-key:"
)

// Compile checks the access section of a sign-up policy, which is at path, and returns
// its keys and all faults. The keys share nothing with the section. The caller checks how
// appliesTo is spelled, as for every rule.
func Compile(path string, section policy.Access) ([]PublicKey, policy.Faults) {
	c := compiler{path: path}
	c.access(section)
	for i, entry := range section.Keys {
		c.key(policy.Item(policy.Child(path, "keys"), i), section.Keys[:i], entry)
	}
	return c.keys, c.faults
}

type compiler struct {
	path   string
	keys   []PublicKey
	faults policy.Faults
}

// access checks that the settings fit together.
func (c *compiler) access(section policy.Access) {
	switch section.Mode {
	case "", policy.AccessOpen:
		if section.Observe {
			c.faults.Add(policy.Child(c.path, "observe"), "there is nothing to observe while everybody may sign up", "remove it, or write mode: invite or mode: closed")
		}
	case policy.AccessClosed:
	case policy.AccessInvite:
		if len(section.Keys) == 0 {
			c.faults.Add(policy.Child(c.path, "keys"), "nobody can be invited without a key", "make one with `go run ./infra/cmd/ops invite keygen`, or write mode: closed")
		}
		if i := slices.Index(section.AppliesTo, policy.External); i >= 0 {
			c.faults.Add(policy.Item(policy.Child(c.path, "appliesTo"), i), "users of an identity provider cannot carry an invite", "remove external, or write mode: closed")
		}
	default:
		c.faults.Add(policy.Child(c.path, "mode"), "there is no access mode "+policy.Shown(section.Mode), policy.Choice(section.Mode, policy.AccessOpen, policy.AccessInvite, policy.AccessClosed))
	}
}

// key checks one key; others are those before it. No fault repeats any of it: it could be
// the private half.
func (c *compiler) key(path string, others []policy.InviteKey, entry policy.InviteKey) {
	if !validID(entry.ID) {
		c.faults.Add(policy.Child(path, "id"), "this cannot name a key", "use 1 to 16 small letters, digits and inner hyphens")
	}
	for _, other := range others {
		if other.ID == entry.ID {
			c.faults.Add(policy.Child(path, "id"), "another key has the same id", "give each key an id of its own")
			break
		}
	}
	key, problem := ParsePublicKey(entry.PublicKey)
	if problem != "" {
		c.faults.Add(policy.Child(path, "publicKey"), problem, "copy what `go run ./infra/cmd/ops invite keygen` printed")
		return
	}
	c.keys = append(c.keys, PublicKey{ID: entry.ID, Key: key})
}

// ParsePublicKey parses the written form of a public key, and says what is wrong with it
// without repeating it.
func ParsePublicKey(text string) (key ed25519.PublicKey, problem string) {
	if strings.Contains(text, privatePrefix) {
		return nil, "this is the private half of a key, which is worthless now that it stands here: make a new pair"
	}
	word, ok := strings.CutPrefix(text, publicPrefix)
	if !ok {
		return nil, "a public key begins with " + publicPrefix
	}
	key, ok = parse32(word)
	switch {
	case !ok:
		return nil, "a public key has 43 characters of base64url behind " + publicPrefix
	case weak(key):
		return nil, "this key is not safe: anybody can sign for it"
	}
	return key, ""
}

// FormatPublicKey returns the written form of a public key.
func FormatPublicKey(key ed25519.PublicKey) string {
	return publicPrefix + base64.RawURLEncoding.EncodeToString(key)
}

// parse32 decodes 32 bytes of base64url in their only spelling.
func parse32(word string) ([]byte, bool) {
	raw, _ := base64.RawURLEncoding.DecodeString(word)
	return raw, len(raw) == 32 && base64.RawURLEncoding.EncodeToString(raw) == word
}
