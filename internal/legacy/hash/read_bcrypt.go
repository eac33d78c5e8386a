package hash

import "strings"

// bcrypt returns the reader of a bcrypt text behind one of the prefixes. $2x$ is the faulty
// hash of an old PHP, and x/crypto does not have it.
func bcrypt(name string, before ...string) func(string) (Hash, bool) {
	return func(text string) (Hash, bool) {
		for _, p := range before {
			text = strings.TrimPrefix(text, p)
		}
		return bcryptText(name, text)
	}
}

func bcryptText(name, text string) (Hash, bool) {
	f := split(text, "$", 4)
	f.want(f.at[0] == "" && len(f.at[1]) == 2 && f.at[1][0] == '2' && strings.ContainsAny(f.at[1], "aby"))
	f.want(len(f.at[2]) == 2 && len(f.at[3]) == 22+31 && inAlphabet(f.at[3]))
	return f.texted(name, text, f.number(f.at[2]))
}

// passlibBcrypt reads version 2 of passlib's bcrypt_sha256, which keeps bcrypt's parts apart.
func passlibBcrypt(text string) (Hash, bool) {
	f := split(text, "$", 5)
	variant, cost, _ := strings.Cut(strings.TrimPrefix(f.at[2], "v=2,t="), ",r=")
	if len(cost) == 1 {
		cost = "0" + cost
	}
	h, ok := bcryptText("passlib-bcrypt-sha256", "$"+variant+"$"+cost+"$"+f.at[3]+f.at[4])
	h.Salt = []byte(f.at[3]) // the key of the HMAC is this text
	return h, ok && len(f.at[3]) == 22
}

// crypts is how many letters the salts and sums of crypt(3) have, by the digit of the text.
var crypts = map[string]struct {
	format    string
	salt, sum int
}{"1": {"md5-crypt", 8, 22}, "5": {"sha256-crypt", 16, 43}, "6": {"sha512-crypt", 16, 86}}

// crypt reads what crypt(3) makes with SHA-2 or MD5.
func crypt(text string) (Hash, bool) {
	text = strings.TrimPrefix(text, "{CRYPT}")
	f := split(text, "$", 4)
	if strings.Contains(text, "$rounds=") {
		f = split(text, "$", 5)
	}
	c, n := crypts[f.at[1]], len(f.at)
	salt, sum := f.at[n-2], f.at[n-1]
	f.want(f.at[0] == "" && len(salt) <= c.salt && len(sum) == c.sum && inAlphabet(sum))
	switch {
	case n == 5:
		f.want(c.format != "md5-crypt")
		return f.texted(c.format, text, f.named(f.at[2], "rounds")...)
	case c.format == "md5-crypt":
		return f.texted(c.format, text)
	}
	return f.texted(c.format, text, 5000) // SHA-crypt's, if the text has none
}

// phpass reads the portable form of PHP's phpass ($P$, phpBB's $H$) and Drupal 7's ($S$).
func phpass(text string) (Hash, bool) {
	name, length := "phpass", 34
	if text[1] == 'S' {
		name, length = "drupal", 55
	}
	if len(text) != length || !inAlphabet(text[3:]) {
		return Hash{}, false
	}
	return new(fields).made(name, []byte(text[4:12]), fromPHPass(text[12:]), strings.IndexByte(alphabet, text[3]))
}

// fromPHPass reads phpass's base64: three bytes in four letters, the lowest bits first.
func fromPHPass(text string) []byte {
	out := make([]byte, len(text)*6/8)
	for i := range out {
		at, shift := i*8/6, i*8%6
		out[i] = byte(strings.IndexByte(alphabet, text[at])>>shift | strings.IndexByte(alphabet, text[at+1])<<(6-shift))
	}
	return out
}
