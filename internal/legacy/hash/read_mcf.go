package hash

import (
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
)

// bcrypt returns the reader of a bcrypt text behind one of the prefixes. $2x$ is the faulty
// hash of an old PHP, and x/crypto does not have it.
func bcrypt(name string, before ...string) func(string) (Hash, bool) {
	return func(text string) (Hash, bool) {
		for _, p := range before {
			if rest, found := strings.CutPrefix(text, p); found {
				return bcryptText(name, rest)
			}
		}
		return Hash{}, false
	}
}

func bcryptText(name, text string) (Hash, bool) {
	if len(text) != 60 || text[:2] != "$2" || !strings.Contains("aby", text[2:3]) || text[3] != '$' || text[6] != '$' || !inAlphabet(text[7:]) {
		return Hash{}, false
	}
	cost, ok := number(text[4:6])
	h := of(Kind{name, [3]int{cost}})
	h.Text = text
	return h, ok
}

// readPasslibBcrypt reads version 2 of passlib's bcrypt_sha256, which keeps bcrypt's parts apart.
func readPasslibBcrypt(text string) (Hash, bool) {
	p, ok := parts(text, "$", 5)
	if !ok || len(p[3]) != 22 {
		return Hash{}, false
	}
	variant, cost, ok := strings.Cut(strings.TrimPrefix(p[2], "v=2,t="), ",r=")
	if len(cost) == 1 {
		cost = "0" + cost
	}
	h, read := bcryptText("passlib-bcrypt-sha256", "$"+variant+"$"+cost+"$"+p[3]+p[4])
	h.Salt = []byte(p[3]) // the key of the HMAC is this text
	return h, ok && read && strings.HasPrefix(p[2], "v=2,t=")
}

// readArgon2 reads PHC's form, which Django and Spring put a prefix before. Versions
// before 1.3 (v=19) are refused: x/crypto does not have them.
func readArgon2(text string) (Hash, bool) {
	if i := strings.IndexByte(text, '$'); i > 0 {
		text = text[i:]
	}
	if strings.Contains(text, "}") {
		return Hash{}, false
	}
	p, ok := parts(text, "$", 6)
	if !ok || p[2] != "v=19" {
		return Hash{}, false
	}
	numbers, ok := named(p[3], "m", "t", "p")
	salt, salted := fromBase64(p[4])
	sum, summed := fromBase64(p[5])
	if !ok || !salted || !summed || len(salt) < 8 {
		return Hash{}, false
	}
	return made(p[1], salt, sum, numbers...)
}

// named reads numbers that are written as a=1,b=2, in this order.
func named(text string, names ...string) ([]int, bool) {
	all, ok := parts(text, ",", len(names))
	if !ok {
		return nil, false
	}
	for i, name := range names {
		if all[i], ok = strings.CutPrefix(all[i], name+"="); !ok {
			return nil, false
		}
	}
	return numbersOf(all...)
}

// readPBKDF2 reads passlib's form.
func readPBKDF2(text string) (Hash, bool) {
	p, ok := parts(text, "$", 5)
	if !ok {
		return Hash{}, false
	}
	if p[1] == "pbkdf2" {
		p[1] = "pbkdf2-sha1"
	}
	rounds, ok := numbersOf(strings.TrimPrefix(p[2], "i="))
	salt, salted := fromBase64(p[3])
	sum, summed := fromBase64(p[4])
	if !ok || !salted || !summed {
		return Hash{}, false
	}
	return made(p[1], salt, sum, rounds...)
}

// readScrypt reads passlib's form.
func readScrypt(text string) (Hash, bool) {
	p, ok := parts(text, "$", 5)
	if !ok {
		return Hash{}, false
	}
	numbers, ok := named(p[2], "ln", "r", "p")
	salt, salted := fromBase64(p[3])
	sum, summed := fromBase64(p[4])
	if !ok || !salted || !summed || numbers[0] > 30 {
		return Hash{}, false
	}
	return made("scrypt", salt, sum, 1<<numbers[0], numbers[1], numbers[2])
}

// readFirebase reads the form of GoTrue: a Firebase export has a hash and a salt, and the
// console the numbers, the separator (ss) and the signer key (sk) of the whole project.
// A key that the text has counts; package check has one for texts without.
func readFirebase(text string) (Hash, bool) {
	p, ok := parts(text, "$", 5)
	if !ok {
		return Hash{}, false
	}
	settings, key, _ := strings.Cut(p[2], ",sk=")
	settings, separator, _ := strings.Cut(settings, ",ss=")
	numbers, ok := named(settings, "v", "n", "r", "p")
	signer, keyed := fromBase64(key)
	after, separated := fromBase64(separator)
	salt, salted := fromBase64(p[3])
	sum, summed := fromBase64(p[4])
	if !ok || !keyed || !separated || !salted || !summed || numbers[0] != 1 || numbers[3] != 1 {
		return Hash{}, false
	}
	h, ok := made("firebase-scrypt", append(salt, after...), sum, numbers[1], numbers[2])
	h.Text = string(signer)
	return h, ok
}

// crypts is how the texts of crypt(3) begin, and how many letters their sums have.
var crypts = map[string]struct {
	prefix       string
	salt, length int
}{"md5-crypt": {"$1$", 8, 22}, "sha256-crypt": {"$5$", 16, 43}, "sha512-crypt": {"$6$", 16, 86}}

// readCrypt reads what crypt(3) makes with SHA-2 or MD5.
func readCrypt(text string) (Hash, bool) {
	text = strings.TrimPrefix(text, "{CRYPT}")
	for name, c := range crypts {
		rest, found := strings.CutPrefix(text, c.prefix)
		if !found {
			continue
		}
		rounds := 0
		if c.length != 22 {
			rounds = 5000 // without a number
		}
		if list, after, some := strings.Cut(rest, "$"); some && rounds > 0 && strings.HasPrefix(list, "rounds=") {
			n, ok := number(list[len("rounds="):])
			if rounds, rest = n, after; !ok {
				return Hash{}, false
			}
		}
		salt, sum, _ := strings.Cut(rest, "$")
		h := of(Kind{name, [3]int{rounds}})
		h.Text = text
		return h, len(salt) <= c.salt && len(sum) == c.length && inAlphabet(sum)
	}
	return Hash{}, false
}

// readPHPass reads the portable form of PHP's phpass ($P$, phpBB's $H$) and Drupal 7's ($S$).
func readPHPass(text string) (Hash, bool) {
	name, length := "phpass", 34
	if text[1] == 'S' {
		name, length = "drupal", 55
	}
	if len(text) != length || !inAlphabet(text[3:]) {
		return Hash{}, false
	}
	return made(name, []byte(text[4:12]), fromPHPass(text[12:]), strings.IndexByte(alphabet, text[3]))
}

// fromPHPass reads phpass's base64: three bytes in four letters, the lowest bits first.
func fromPHPass(text string) []byte {
	var out []byte
	var bits, n int
	for i := range len(text) {
		bits |= strings.IndexByte(alphabet, text[i]) << n
		if n += 6; n >= 8 {
			out, bits, n = append(out, byte(bits)), bits>>8, n-8
		}
	}
	return out
}

// isCognito reports whether a text is N$r$p$salt$hash, the form of scrypt that Cognito imports.
func isCognito(text string) bool {
	p, ok := parts(text, "$", 5)
	_, is := number(p[0])
	return ok && is
}

func readCognito(text string) (Hash, bool) {
	p, _ := parts(text, "$", 5)
	numbers, ok := numbersOf(p[:3]...)
	salt, salted := fromHex(p[3])
	sum, summed := fromHex(p[4])
	if !ok || !salted || !summed {
		return Hash{}, false
	}
	return made("cognito-scrypt", salt, sum, numbers...)
}

// readASPNET reads ASP.NET Core Identity's bytes: a zero, salt and key (version 2), or a
// one, the digest, the rounds and the length of the salt as big-endian words, salt and
// key (version 3). Source: PasswordHasher.cs of dotnet/aspnetcore.
func readASPNET(text string) (Hash, bool) {
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < 1+12 {
		return Hash{}, false
	}
	if b[0] == 0 && len(b) == 1+16+32 {
		return made("aspnet-v2", b[1:17], b[17:], 1000)
	}
	digest, rounds, length := binary.BigEndian.Uint32(b[1:]), binary.BigEndian.Uint32(b[5:]), uint64(binary.BigEndian.Uint32(b[9:]))
	if b[0] != 1 || digest > 2 || length < 16 || uint64(len(b)) < 13+length {
		return Hash{}, false
	}
	numbers, ok := numbersOf(strconv.FormatUint(uint64(rounds), 10))
	if !ok {
		return Hash{}, false
	}
	name := []string{"aspnet-v3-sha1", "aspnet-v3-sha256", "aspnet-v3-sha512"}[digest]
	return made(name, b[13:13+length], b[13+length:], numbers...)
}
