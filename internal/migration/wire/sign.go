package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of a signed request (Standard Webhooks 1.0.0, "Webhook headers").
const (
	headerID        = "webhook-id"
	headerTimestamp = "webhook-timestamp"
	headerSignature = "webhook-signature"
)

// Secret is a key that both sides know. Whatever prints it prints nothing of it.
type Secret struct{ key []byte }

// String hides the secret.
func (Secret) String() string { return "(secret)" }

// GoString hides it from %#v.
func (Secret) GoString() string { return "(secret)" }

// ReadSecret reads a secret as Standard Webhooks writes it: whsec_ and the base64 of 24 to
// 64 random bytes. As in the standard's libraries the prefix and the padding may be missing.
// The error does not repeat the text.
func ReadSecret(text string) (Secret, error) {
	text = strings.TrimRight(strings.TrimPrefix(text, "whsec_"), "=")
	key, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(key) < 24 || len(key) > 64 {
		return Secret{}, errors.New("a secret is whsec_ and the base64 of 24 to 64 random bytes: make one with printf 'whsec_%s\\n' \"$(openssl rand -base64 32)\"")
	}
	return Secret{key}, nil
}

// ReadSecrets reads one to four secrets: one, or all that count while they are rotated.
func ReadSecrets(texts []string) ([]Secret, error) {
	if len(texts) == 0 || len(texts) > maxSecrets {
		return nil, fmt.Errorf("there are %d secrets: name one, or at most %d while you rotate them", len(texts), maxSecrets)
	}
	secrets := make([]Secret, len(texts))
	for i, text := range texts {
		var err error
		if secrets[i], err = ReadSecret(text); err != nil {
			return nil, fmt.Errorf("secret %d: %w", i+1, err)
		}
	}
	return secrets, nil
}

// maxSecrets bounds what a signature costs to check, with maxSignatures.
const maxSecrets, maxSignatures = 4, 8

// signature returns what the header says for one secret.
func (s Secret) signature(id, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Sign sets the three headers. A receiver that knows one of the secrets accepts the request.
// The id must not hold a full stop.
func Sign(h http.Header, secrets []Secret, id string, at time.Time, body []byte) {
	timestamp, signatures := strconv.FormatInt(at.Unix(), 10), make([]string, len(secrets))
	for i, secret := range secrets {
		signatures[i] = secret.signature(id, timestamp, body)
	}
	h.Set(headerID, id)
	h.Set(headerTimestamp, timestamp)
	h.Set(headerSignature, strings.Join(signatures, " "))
}

// Signed is what the headers of a request say before anybody has checked the signature.
type Signed struct {
	ID         string
	timestamp  string
	signatures []string
}

// ReadSigned reads the headers, and looks at the time. It costs no more than reading them.
// An error says what is wrong, and nothing of the request.
func ReadSigned(h http.Header, now time.Time) (Signed, error) {
	id, timestamp := h.Get(headerID), h.Get(headerTimestamp)
	if !isID(id) {
		return Signed{}, errors.New("webhook-id is missing, or not 1 to 64 of A-Z a-z 0-9 _ -")
	}
	unix, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || strconv.FormatInt(unix, 10) != timestamp {
		return Signed{}, errors.New("webhook-timestamp is missing, or no number of seconds")
	}
	// Compared as numbers: a Duration would overflow.
	if leeway := int64(Leeway / time.Second); unix < now.Unix()-leeway || unix > now.Unix()+leeway {
		return Signed{}, errors.New("webhook-timestamp is more than five minutes away: if this is no replay, one of the clocks is wrong")
	}
	signatures := strings.SplitN(h.Get(headerSignature), " ", maxSignatures+1)
	if len(signatures) > maxSignatures {
		return Signed{}, fmt.Errorf("webhook-signature has more than %d signatures", maxSignatures)
	}
	return Signed{id, timestamp, signatures}, nil
}

// isID reports whether a text can be an id: what is signed is joined by full stops, so that
// an id must have none ("Signature scheme").
func isID(id string) bool {
	other := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
	}
	return id != "" && len(id) <= 64 && strings.IndexFunc(id, other) < 0
}

// By reports whether one of the secrets made one of the signatures. Signatures of other
// versions than v1 count for nothing. The comparison takes the same time wherever two texts
// begin to differ.
func (s Signed) By(secrets []Secret, body []byte) bool {
	for _, secret := range secrets {
		want := []byte(secret.signature(s.ID, s.timestamp, body))
		for _, signature := range s.signatures {
			if hmac.Equal(want, []byte(signature)) {
				return true
			}
		}
	}
	return false
}
