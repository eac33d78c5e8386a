package invite

import "encoding/base64"

// The parts of an invite and their limits, in bytes.
const (
	version       = 1
	expiryBytes   = 5
	signatureSize = 64
	maxKeyID      = 16
	// maxClientID is the API reference's (ClientIdType).
	maxClientID = 128
	// maxEmail is that of package signup/email.
	maxEmail = 254
	maxHead  = 1 + 1 + maxKeyID + expiryBytes + 1 + maxClientID
	maxRaw   = maxHead + signatureSize
	// maxToken is the length in letters of the longest invite.
	maxToken   = (maxRaw*8 + 5) / 6
	maxMessage = len(purpose) + maxHead + maxEmail
)

// purpose begins every signed message, so that no signature that a key makes for another
// use is an invite.
const purpose = "cognito-triggers invite\x00"

// message returns what is signed: the invite's head, then the address. Every part of head
// has a length, so that an address cannot pass for a part of it.
func message(space, head []byte, address string) []byte {
	space = append(space, purpose...)
	space = append(space, head...)
	return append(space, address...)
}

// fields are the parts of an invite, within raw.
type fields struct {
	raw       [maxRaw]byte
	head      []byte // all but the signature
	keyID     []byte
	expiry    int64
	clientID  []byte
	signature []byte
}

// parse reads a token and reports whether it is well-formed.
func (f *fields) parse(token string) bool {
	n, ok := decode(f.raw[:], token)
	if !ok {
		return false
	}
	rest := f.raw[:n]
	if rest[0] != version {
		return false
	}
	rest = rest[1:]
	if f.keyID, rest, ok = cut(rest); !ok || !validID(f.keyID) || len(rest) < expiryBytes {
		return false
	}
	for _, b := range rest[:expiryBytes] {
		f.expiry = f.expiry<<8 | int64(b)
	}
	if f.clientID, rest, ok = cut(rest[expiryBytes:]); !ok || !validClient(f.clientID) || len(rest) != signatureSize {
		return false
	}
	f.head, f.signature = f.raw[:n-signatureSize], rest
	return true
}

// strict refuses bits after the last byte. It accepts line breaks; decode refuses them.
var strict = base64.RawURLEncoding.Strict()

// decode reads base64url into space and refuses every spelling but one.
func decode(space []byte, token string) (int, bool) {
	if len(token) > maxToken {
		return 0, false
	}
	for i := range len(token) {
		if token[i] == '\n' || token[i] == '\r' {
			return 0, false
		}
	}
	var text [maxToken]byte
	n, err := strict.Decode(space, text[:copy(text[:], token)])
	return n, err == nil && n > 0
}

// cut returns a part that begins with its length.
func cut(raw []byte) (part, rest []byte, ok bool) {
	if len(raw) == 0 || len(raw)-1 < int(raw[0]) {
		return nil, nil, false
	}
	end := 1 + int(raw[0])
	return raw[1:end], raw[end:], true
}

// ValidKeyID reports whether id can name a key.
func ValidKeyID(id string) bool { return validID(id) }

// validID reports whether id can name a key.
func validID[T ~string | ~[]byte](id T) bool {
	if len(id) == 0 || len(id) > maxKeyID || id[0] == '-' || id[len(id)-1] == '-' {
		return false
	}
	for i := range len(id) {
		c := id[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// validClient reports whether id can name an app client, or is empty.
func validClient[T ~string | ~[]byte](id T) bool {
	if len(id) > maxClientID {
		return false
	}
	for i := range len(id) {
		c := id[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '+' {
			return false
		}
	}
	return true
}
