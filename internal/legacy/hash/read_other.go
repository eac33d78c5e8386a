package hash

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"
)

// aspnet reads ASP.NET Core Identity's bytes: a zero, salt and key (version 2), or a one, the
// digest, the rounds and the length of the salt as big-endian words, salt and key (version
// 3). Source: PasswordHasher.cs of dotnet/aspnetcore.
func aspnet(text string) (Hash, bool) {
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	f := new(fields)
	switch {
	case err != nil || len(b) < 1+12:
		return Hash{}, false
	case b[0] == 0 && len(b) == 1+16+32:
		return f.made("aspnet-v2", b[1:17], b[17:], 1000)
	case b[0] != 1:
		return Hash{}, false
	}
	digest, rounds, rest := binary.BigEndian.Uint32(b[1:]), binary.BigEndian.Uint32(b[5:]), b[13:]
	salt := int(binary.BigEndian.Uint32(b[9:]))
	if digest > 2 || salt < 16 || salt > len(rest)-leastSum {
		return Hash{}, false
	}
	return f.made([]string{"aspnet-v3-sha1", "aspnet-v3-sha256", "aspnet-v3-sha512"}[digest], rest[:salt], rest[salt:], int(rounds))
}

func isKeycloak(text string) bool {
	return strings.HasPrefix(text, "{") && strings.Contains(text, "credentialData")
}

// keycloak reads a password credential of a realm's export. It has JSON in strings.
func keycloak(text string) (Hash, bool) {
	var outer struct{ CredentialData, SecretData string }
	var data struct {
		HashIterations       int
		Algorithm            string
		AdditionalParameters map[string][1]string
	}
	var secret struct{ Value, Salt []byte }
	if json.Unmarshal([]byte(text), &outer) != nil || json.Unmarshal([]byte(outer.CredentialData), &data) != nil || json.Unmarshal([]byte(outer.SecretData), &secret) != nil {
		return Hash{}, false
	}
	f := new(fields)
	if data.Algorithm == "argon2" {
		of := data.AdditionalParameters
		f.want(of["version"][0] == "1.3")
		return f.made("argon2"+of["type"][0], secret.Salt, secret.Value, f.number(of["memory"][0]), data.HashIterations, f.number(of["parallelism"][0]))
	}
	digest := strings.TrimPrefix(data.Algorithm, "pbkdf2-")
	if data.Algorithm == "pbkdf2" {
		digest = "sha1"
	}
	return f.made("keycloak-pbkdf2-"+digest, secret.Salt, secret.Value, data.HashIterations)
}

// schemes are RFC 2307's and their followers', and whether a salt stands behind the digest.
var schemes = map[string]struct {
	digest string
	salted bool
}{"MD5": {"md5", false}, "SMD5": {"md5", true}, "SHA": {"sha1", false}, "SSHA": {"sha1", true}, "SSHA256": {"sha256", true}, "SSHA512": {"sha512", true}}

func ldap(text string) (Hash, bool) {
	scheme, sum, _ := strings.Cut(text[1:], "}")
	f, s := new(fields), schemes[strings.ToUpper(scheme)]
	b, size := f.base64(sum), sizes[s.digest]
	if len(b) < size || s.salted != (len(b) > size) {
		return Hash{}, false
	}
	return f.made("ldap-"+s.digest, b[size:], b[:size])
}

// salted reads sha1$salt$digest of Django and Werkzeug; the salt is text.
func salted(text string) (Hash, bool) {
	f := split(text, "$", 3)
	return f.made("salted-"+f.at[0], []byte(f.at[1]), f.hex(f.at[2]))
}

// digests is the digest of each number of hexadecimal digits.
var digests = map[int]string{32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}

func isHex(text string) bool {
	return digests[len(text)] != "" && strings.Trim(text, "0123456789abcdefABCDEF") == ""
}

func hexadecimal(text string) (Hash, bool) {
	f := new(fields)
	return f.made("hex-"+digests[len(text)], nil, f.hex(text))
}
