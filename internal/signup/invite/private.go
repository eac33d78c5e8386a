package invite

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"
)

// errPrivate repeats nothing of the input.
var errPrivate = errors.New("this is not a private key for invites: it is one line, " + privatePrefix + "ID:KEY, below lines that begin with #")

// FormatPrivateKey returns the content of a private key's file: one line that has the id,
// for an operator's disk only.
func FormatPrivateKey(id string, key ed25519.PrivateKey) string {
	return privatePrefix + id + ":" + base64.RawURLEncoding.EncodeToString(key.Seed()) + "\n"
}

// ParsePrivateKey parses such a file. Empty lines and lines that begin with # are
// ignored.
func ParsePrivateKey(text string) (id string, key ed25519.PrivateKey, err error) {
	var line string
	for each := range strings.Lines(text) {
		each = strings.TrimSpace(each)
		switch {
		case each == "" || each[0] == '#':
		case line != "":
			return "", nil, errPrivate
		default:
			line = each
		}
	}
	rest, ok := strings.CutPrefix(line, privatePrefix)
	id, word, found := strings.Cut(rest, ":")
	seed, sound := parse32(word)
	if !ok || !found || !sound || !validID(id) {
		return "", nil, errPrivate
	}
	return id, ed25519.NewKeyFromSeed(seed), nil
}
