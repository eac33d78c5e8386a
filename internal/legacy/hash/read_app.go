package hash

import (
	"encoding/json"
	"strconv"
	"strings"
)

// readDjangoPBKDF2 reads pbkdf2_sha256$rounds$salt$key; the salt is text.
func readDjangoPBKDF2(text string) (Hash, bool) {
	p, ok := parts(text, "$", 4)
	if !ok {
		return Hash{}, false
	}
	rounds, ok := numbersOf(p[1])
	sum, summed := fromBase64(p[3])
	if !ok || !summed {
		return Hash{}, false
	}
	return made("django-"+strings.Replace(p[0], "_", "-", 1), []byte(p[2]), sum, rounds...)
}

// readWerkzeugPBKDF2 reads pbkdf2:sha256:rounds$salt$key; the salt is text.
func readWerkzeugPBKDF2(text string) (Hash, bool) {
	p, ok := parts(text, "$", 3)
	if !ok {
		return Hash{}, false
	}
	method, ok := parts(p[0], ":", 3)
	if !ok {
		return Hash{}, false
	}
	rounds, ok := numbersOf(method[2])
	sum, summed := fromHex(p[2])
	if !ok || !summed {
		return Hash{}, false
	}
	return made("werkzeug-pbkdf2-"+method[1], []byte(p[1]), sum, rounds...)
}

// readDjangoScrypt reads scrypt$N$salt$r$p$key; the salt is text.
func readDjangoScrypt(text string) (Hash, bool) {
	p, ok := parts(text, "$", 6)
	if !ok {
		return Hash{}, false
	}
	// Django 4.0 wrote the salt before N.
	numbers, ok := numbersOf(p[1], p[3], p[4])
	sum, summed := fromBase64(p[5])
	if !ok || !summed {
		return Hash{}, false
	}
	return made("django-scrypt", []byte(p[2]), sum, numbers...)
}

// readWerkzeugScrypt reads scrypt:N:r:p$salt$key; the salt is text.
func readWerkzeugScrypt(text string) (Hash, bool) {
	p, ok := parts(text, "$", 3)
	if !ok {
		return Hash{}, false
	}
	numbers, ok := numbersOf(strings.Split(p[0], ":")[1:]...)
	sum, summed := fromHex(p[2])
	if !ok || !summed {
		return Hash{}, false
	}
	return made("werkzeug-scrypt", []byte(p[1]), sum, numbers...)
}

// readSpringPBKDF2 reads the hexadecimal bytes of salt and key. The text has no numbers: they are
// the defaults of Pbkdf2PasswordEncoder, which its prefix names. Without the version it is
// the default before Spring Security 5.8.
func readSpringPBKDF2(text string) (Hash, bool) {
	prefix, bytes, _ := strings.Cut(text, "}")
	b, ok := fromHex(bytes)
	switch {
	case ok && prefix == "{pbkdf2" && len(b) == 8+32:
		return made("spring-pbkdf2-sha1", b[:8], b[8:], 185_000)
	case ok && prefix == "{pbkdf2@SpringSecurity_v5_8" && len(b) == 16+32:
		return made("spring-pbkdf2-sha256", b[:16], b[16:], 310_000)
	}
	return Hash{}, false
}

// readSpringScrypt reads $parameters$salt$key. The parameters are hexadecimal: log2 of N, r
// and p in 16, 8 and 8 bits. Source: SCryptPasswordEncoder.
func readSpringScrypt(text string) (Hash, bool) {
	if i := strings.IndexByte(text, '}'); i >= 0 {
		text = text[i+1:]
	}
	p, ok := parts(text, "$", 4)
	if !ok {
		return Hash{}, false
	}
	params, err := strconv.ParseUint(p[1], 16, 32)
	salt, salted := fromBase64(p[2])
	sum, summed := fromBase64(p[3])
	if err != nil || params>>16 > 30 || !salted || !summed {
		return Hash{}, false
	}
	return made("spring-scrypt", salt, sum, 1<<(params>>16), int(params>>8&0xff), int(params&0xff))
}

// readLDAP reads RFC 2307's forms: base64 of the digest, and of the salt if there is one.
func readLDAP(text string) (Hash, bool) {
	scheme, rest, _ := strings.Cut(text, "}")
	b, ok := fromBase64(rest)
	scheme = strings.ToLower(strings.TrimPrefix(scheme, "{"))
	digest, salted := map[string]string{"md5": "md5", "sha": "sha1"}[scheme], false
	if digest == "" {
		digest, salted = map[string]string{"smd5": "md5", "ssha": "sha1", "ssha256": "sha256", "ssha512": "sha512"}[scheme], true
	}
	size := sizes[digest]
	if !ok || digest == "" || len(b) < size || salted == (len(b) == size) {
		return Hash{}, false
	}
	return made("ldap-"+digest, b[size:], b[:size])
}

// readSalted reads sha1$salt$digest of Django and Werkzeug; the salt is text.
func readSalted(text string) (Hash, bool) {
	p, ok := parts(text, "$", 3)
	if !ok {
		return Hash{}, false
	}
	sum, ok := fromHex(p[2])
	if !ok {
		return Hash{}, false
	}
	return made("salted-"+p[0], []byte(p[1]), sum)
}

func isHex(text string) bool {
	_, ok := fromHex(text)
	return ok && digests[len(text)/2] != ""
}

// digests is the digest of each length.
var digests = map[int]string{16: "md5", 20: "sha1", 32: "sha256", 64: "sha512"}

func readHex(text string) (Hash, bool) {
	sum, _ := fromHex(text)
	return made("hex-"+digests[len(sum)], nil, sum)
}

// readKeycloak reads a credential of a realm's export, alone or as the one of a list.
// credentialData and secretData are JSON in a string.
func readKeycloak(text string) (Hash, bool) {
	text = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	var outer struct{ CredentialData, SecretData string }
	var data struct {
		HashIterations       int
		Algorithm            string
		AdditionalParameters map[string][]string
	}
	var secret struct{ Value, Salt []byte }
	if json.Unmarshal([]byte(text), &outer) != nil || json.Unmarshal([]byte(outer.CredentialData), &data) != nil || json.Unmarshal([]byte(outer.SecretData), &secret) != nil {
		return Hash{}, false
	}
	switch data.Algorithm {
	case "pbkdf2":
		return made("keycloak-pbkdf2-sha1", secret.Salt, secret.Value, data.HashIterations)
	case "pbkdf2-sha256", "pbkdf2-sha512":
		return made("keycloak-"+data.Algorithm, secret.Salt, secret.Value, data.HashIterations)
	}
	return Hash{}, false
}
