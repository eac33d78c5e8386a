package hash

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// passlibPBKDF2 is passlib's modular crypt format, with `.` in the place of `+`. Cognito's
// guide writes the same form; whether it wants `.` or `+` there is not documented, and Parse
// takes both.
func passlibPBKDF2(name string, size int) func(string) (Hash, bool) {
	return matched(`\$`+name+`\$(\d+)\$([A-Za-z0-9./+]+)\$([A-Za-z0-9./+]+)`, []int{1}, func(h *Hash, groups []string) bool {
		dotted := strings.NewReplacer("+", ".")
		return h.salted(ab64, dotted.Replace(groups[2]), dotted.Replace(groups[3])) && len(h.Sum) == size
	})
}

// djangoPBKDF2 is Django's: the salt is the text itself.
func djangoPBKDF2(name string, size int) func(string) (Hash, bool) {
	return matched(name+`\$(\d+)\$([^$]+)\$([A-Za-z0-9+/=]+)`, []int{1}, func(h *Hash, groups []string) bool {
		return h.salted(std64, std64.EncodeToString([]byte(groups[2])), groups[3]) && len(h.Sum) == size
	})
}

// werkzeugPBKDF2 is Werkzeug's: the salt is the text itself, the sum is hexadecimal.
func werkzeugPBKDF2(digest string, size int) func(string) (Hash, bool) {
	return matched(`pbkdf2:`+digest+`:(\d+)\$([^$]+)\$([0-9a-f]+)`, []int{1}, func(h *Hash, groups []string) bool {
		return h.hexed([]byte(groups[2]), groups[3], size)
	})
}

func (h *Hash) hexed(salt []byte, sum string, size int) (ok bool) {
	bytes, err := hex.DecodeString(sum)
	h.Salt, h.Sum = salt, bytes
	return err == nil && len(bytes) == size
}

// aspnetV2 is ASP.NET Identity's second format: 0x00, 16 bytes of salt, 32 of the sum, which is
// of 1,000 iterations.
func aspnetV2(text string) (Hash, bool) {
	bytes, err := std64.Strict().DecodeString(text)
	if err != nil || len(bytes) != 49 || bytes[0] != 0 {
		return Hash{}, false
	}
	return Hash{Salt: bytes[1:17], Sum: bytes[17:]}, true
}

// aspnetV3 is its third format: 0x01, then the digest, the iterations and the length of the
// salt, of four bytes each, then salt and sum.
func aspnetV3(digest uint32) func(string) (Hash, bool) {
	return func(text string) (Hash, bool) {
		bytes, err := std64.Strict().DecodeString(text)
		if err != nil || len(bytes) < 13 || bytes[0] != 1 || binary.BigEndian.Uint32(bytes[1:]) != digest {
			return Hash{}, false
		}
		salt := int64(binary.BigEndian.Uint32(bytes[9:]))
		if salt < 16 || salt > 64 || int64(len(bytes)) < 13+salt+16 || len(bytes) > 13+64+64 {
			return Hash{}, false
		}
		h := Hash{Salt: bytes[13 : 13+salt], Sum: bytes[13+salt:]}
		h.Params[0] = int(binary.BigEndian.Uint32(bytes[5:]))
		return h, true
	}
}

// keycloak is a credential of Keycloak's export: one JSON object with the texts secretData and
// credentialData, or with their members.
func keycloak(algorithm string) func(string) (Hash, bool) {
	return func(text string) (Hash, bool) {
		var c struct {
			SecretData, CredentialData string
			Value, Salt, Algorithm     string
			HashIterations             int
		}
		if !strings.HasPrefix(text, "{") || json.Unmarshal([]byte(text), &c) != nil {
			return Hash{}, false
		}
		for _, inner := range []string{c.SecretData, c.CredentialData} {
			if inner != "" && json.Unmarshal([]byte(inner), &c) != nil {
				return Hash{}, false
			}
		}
		h := Hash{}
		h.Params[0] = c.HashIterations
		return h, c.Algorithm == algorithm && h.salted(std64, c.Salt, c.Value) && len(h.Sum) <= 64
	}
}

// springPBKDF2 is Spring Security's: hexadecimal salt and sum in one. Its parameters are in no
// text: those of its defaults count (Pbkdf2PasswordEncoder).
func springPBKDF2(prefix string, salt int) func(string) (Hash, bool) {
	return func(text string) (Hash, bool) {
		rest, ok := strings.CutPrefix(text, prefix)
		bytes, err := hex.DecodeString(rest)
		if !ok || err != nil || len(bytes) != salt+32 {
			return Hash{}, false
		}
		return Hash{Salt: bytes[:salt], Sum: bytes[salt:]}, true
	}
}

// passlibScrypt is passlib's form of scrypt.
var passlibScrypt = matched(`\$scrypt\$ln=(\d\d?),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)`, []int{1, 2, 3}, func(h *Hash, groups []string) bool {
	if h.Params[0] > 30 {
		return false
	}
	h.Params[0] = 1 << h.Params[0]
	return h.salted(raw64, groups[4], groups[5]) && len(h.Sum) <= 64
})

// cognitoScrypt is what Cognito imports.
var cognitoScrypt = matched(`(\d+)\$(\d+)\$(\d+)\$([0-9a-f]+)\$([0-9a-f]{64})`, []int{1, 2, 3}, func(h *Hash, groups []string) bool {
	salt, err := hex.DecodeString(groups[4])
	return err == nil && h.hexed(salt, groups[5], 32)
})

// djangoScrypt is Django's; its sum has 64 bytes.
var djangoScrypt = matched(`scrypt\$(\d+)\$([^$]+)\$(\d+)\$(\d+)\$([A-Za-z0-9+/=]+)`, []int{1, 3, 4}, func(h *Hash, groups []string) bool {
	return h.salted(std64, std64.EncodeToString([]byte(groups[2])), groups[5]) && len(h.Sum) == 64
})

// werkzeugScrypt is Werkzeug's; its sum has 64 bytes, too.
var werkzeugScrypt = matched(`scrypt:(\d+):(\d+):(\d+)\$([^$]+)\$([0-9a-f]{128})`, []int{1, 2, 3}, func(h *Hash, groups []string) bool {
	return h.hexed([]byte(groups[4]), groups[5], 64)
})

// springScrypt has the parameters in one hexadecimal number: log2 of N, then r and p in a byte
// each.
var springScrypt = matched(`\$([0-9a-f]{5,6})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)`, nil, func(h *Hash, groups []string) bool {
	bytes, err := hex.DecodeString("000000"[:6-len(groups[1])] + groups[1])
	if err != nil || bytes[0] > 30 {
		return false
	}
	h.Params = [3]int{1 << bytes[0], int(bytes[1]), int(bytes[2])}
	return h.salted(std64, groups[2], groups[3]) && len(h.Sum) <= 64
})

// firebase is this package's own text for a row of Firebase's export, since the export keeps
// the parameters apart:
//
//	firebase:<rounds>:<mem_cost>$<base64_salt_separator>$<salt>$<passwordHash>
//
// The project's base64_signer_key is not in it: it is a key of package check.
var firebase = matched(`firebase:(\d+):(\d+)\$([A-Za-z0-9+/=_-]*)\$([A-Za-z0-9+/=_-]+)\$([A-Za-z0-9+/=_-]+)`, []int{1, 2}, func(h *Hash, groups []string) bool {
	separator, err := webSafe(groups[3])
	return err == nil && h.salted(std64, restored(groups[4]), restored(groups[5])) && h.behind(separator)
})

// behind appends the separator of all salts.
func (h *Hash) behind(separator []byte) bool {
	h.Salt = append(h.Salt, separator...)
	return true
}

// restored returns the standard base64 of what may be in the alphabet for addresses.
func restored(text string) string { return strings.NewReplacer("-", "+", "_", "/").Replace(text) }

func webSafe(text string) ([]byte, error) {
	return base64.StdEncoding.DecodeString(restored(text))
}

// djangoDigest is a salted digest of Django's MD5PasswordHasher and of the SHA-1 that it had.
func djangoDigest(name string, size int) func(string) (Hash, bool) {
	return matched(name+`\$([^$]*)\$([0-9a-f]+)`, nil, func(h *Hash, groups []string) bool {
		return h.hexed([]byte(groups[1]), groups[2], size)
	})
}

// ldap is the salted digest of RFC 2307's successors: base64 of sum and salt.
func ldap(prefix string, size int) func(string) (Hash, bool) {
	return func(text string) (Hash, bool) {
		rest, ok := strings.CutPrefix(text, prefix)
		bytes, err := std64.DecodeString(rest)
		if !ok || err != nil || len(bytes) <= size {
			return Hash{}, false
		}
		return Hash{Sum: bytes[:size], Salt: bytes[size:]}, true
	}
}

// plain is a digest without a salt.
func plain(size int) func(string) (Hash, bool) {
	return func(text string) (Hash, bool) {
		h := Hash{}
		return h, len(text) == 2*size && h.hexed(nil, strings.ToLower(text), size)
	}
}
