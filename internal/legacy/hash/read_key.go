package hash

import "strings"

// argon2 reads PHC's form, which Django and Spring put a prefix before. Versions before
// 1.3 (v=19) are refused: x/crypto does not have them.
func argon2(text string) (Hash, bool) {
	f := split(text, "$", 6)
	f.want(f.at[2] == "v=19" && strings.HasPrefix(f.at[1], "argon2"))
	return f.made(f.at[1], f.base64(f.at[4]), f.base64(f.at[5]), f.named(f.at[3], "m", "t", "p")...)
}

// passlibPBKDF2 reads passlib's form.
func passlibPBKDF2(text string) (Hash, bool) {
	f := split(text, "$", 5)
	name := f.at[1]
	if name == "pbkdf2" {
		name = "pbkdf2-sha1"
	}
	return f.made(name, f.base64(f.at[3]), f.base64(f.at[4]), f.number(f.at[2]))
}

// djangoPBKDF2 reads pbkdf2_sha256$rounds$salt$key; the salt is text.
func djangoPBKDF2(text string) (Hash, bool) {
	f := split(text, "$", 4)
	return f.made("django-"+strings.ReplaceAll(f.at[0], "_", "-"), []byte(f.at[2]), f.base64(f.at[3]), f.number(f.at[1]))
}

// werkzeugPBKDF2 reads pbkdf2:sha256:rounds$salt$key; the salt is text.
func werkzeugPBKDF2(text string) (Hash, bool) {
	f := split(text, "$", 3)
	method := split(f.at[0], ":", 3)
	return f.made("werkzeug-pbkdf2-"+method.at[1], []byte(f.at[1]), f.hex(f.at[2]), f.number(method.at[2]))
}

// springPBKDF2 reads the hexadecimal bytes of salt and key. The text has no numbers: they
// are the defaults of Pbkdf2PasswordEncoder that its prefix names, 5.8's or those before.
func springPBKDF2(text string) (Hash, bool) {
	before, after, _ := strings.Cut(text, "}")
	f := new(fields)
	switch b := f.hex(after); {
	case before == "{pbkdf2" && len(b) == 8+32:
		return f.made("spring-pbkdf2-sha1", b[:8], b[8:], 185_000)
	case before == "{pbkdf2@SpringSecurity_v5_8" && len(b) == 16+32:
		return f.made("spring-pbkdf2-sha256", b[:16], b[16:], 310_000)
	}
	return Hash{}, false
}

// passlibScrypt reads passlib's form.
func passlibScrypt(text string) (Hash, bool) {
	f := split(text, "$", 5)
	n := f.named(f.at[2], "ln", "r", "p")
	return f.made("scrypt", f.base64(f.at[3]), f.base64(f.at[4]), 1<<n[0], n[1], n[2])
}

// springScrypt reads $parameters$salt$key. The parameters are one hexadecimal number: log2 of N,
// then r and p in a byte each (SCryptPasswordEncoder).
func springScrypt(text string) (Hash, bool) {
	_, text, _ = strings.Cut(text, "$")
	f := split(text, "$", 3)
	b := f.hex("000000"[min(6, len(f.at[0])):] + f.at[0])
	if len(b) != 3 {
		return Hash{}, false
	}
	return f.made("spring-scrypt", f.base64(f.at[1]), f.base64(f.at[2]), 1<<b[0], int(b[1]), int(b[2]))
}

// djangoScrypt reads scrypt$N$salt$r$p$key; the salt is text.
func djangoScrypt(text string) (Hash, bool) {
	f := split(text, "$", 6)
	return f.made("django-scrypt", []byte(f.at[2]), f.base64(f.at[5]), f.number(f.at[1]), f.number(f.at[3]), f.number(f.at[4]))
}

// werkzeugScrypt reads scrypt:N:r:p$salt$key; the salt is text.
func werkzeugScrypt(text string) (Hash, bool) {
	f := split(text, "$", 3)
	method := split(f.at[0], ":", 4)
	return f.made("werkzeug-scrypt", []byte(f.at[1]), f.hex(f.at[2]), f.number(method.at[1]), f.number(method.at[2]), f.number(method.at[3]))
}

// isCognito reports whether a text is N$r$p$salt$key, the form of scrypt that Cognito imports.
func isCognito(text string) bool {
	_, ok := number(text[:max(0, strings.IndexByte(text, '$'))])
	return ok
}

func cognito(text string) (Hash, bool) {
	f := split(text, "$", 5)
	return f.made("cognito-scrypt", f.hex(f.at[3]), f.hex(f.at[4]), f.number(f.at[0]), f.number(f.at[1]), f.number(f.at[2]))
}

// firebase reads the form of GoTrue: a Firebase export has a hash and a salt, and the
// console the numbers, the separator (ss) and the signer key (sk) of the whole project.
// A key that the text has counts; package check has one for texts without.
func firebase(text string) (Hash, bool) {
	f := split(text, "$", 5)
	numbers, signer, _ := strings.Cut(f.at[2], ",sk=")
	numbers, separator, _ := strings.Cut(numbers, ",ss=")
	n := f.named(numbers, "v", "n", "r", "p")
	f.want(n[0] == 1 && n[3] == 1)
	h, ok := f.made("firebase-scrypt", append(f.base64(f.at[3]), f.base64(separator)...), f.base64(f.at[4]), n[1], n[2])
	h.Text = string(f.base64(signer))
	return h, ok && !f.bad
}
