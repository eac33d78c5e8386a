package hash

import (
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"
)

// after tries parse on what stands behind one of the prefixes.
func after(parse func(string) (Hash, bool), prefixes ...string) func(string) (Hash, bool) {
	return func(text string) (Hash, bool) {
		for _, prefix := range prefixes {
			if rest, ok := strings.CutPrefix(text, prefix); ok {
				if h, ok := parse(rest); ok {
					return h, true
				}
			}
		}
		return Hash{}, false
	}
}

// matched returns a parser of a pattern. The groups whose places are in whole are numbers:
// they become the parameters, in this order.
func matched(pattern string, whole []int, fill func(h *Hash, groups []string) bool) func(string) (Hash, bool) {
	form := regexp.MustCompile(`^(?:` + pattern + `)$`)
	return func(text string) (Hash, bool) {
		groups := form.FindStringSubmatch(text)
		if groups == nil {
			return Hash{}, false
		}
		h := Hash{}
		for i, at := range whole {
			n, err := strconv.Atoi(groups[at])
			if err != nil {
				return Hash{}, false
			}
			h.Params[i] = n
		}
		return h, fill(&h, groups)
	}
}

// bcryptText is OpenBSD's. $2x$ is the faulty hash of an old PHP, and known to nobody else.
var bcryptText = matched(`\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}`, []int{1}, func(h *Hash, groups []string) bool {
	h.Text = groups[0]
	return true
})

// passlibBcrypt is version 2 of passlib's bcrypt_sha256; it keeps bcrypt's two parts apart.
var passlibBcrypt = matched(`\$bcrypt-sha256\$v=2,t=(2[aby]),r=(\d\d?)\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})`, []int{2}, func(h *Hash, groups []string) bool {
	cost := "0" + groups[2]
	h.Salt = []byte(groups[3]) // the key of the HMAC is this text
	h.Text = "$" + groups[1] + "$" + cost[len(cost)-2:] + "$" + groups[3] + groups[4]
	return true
})

// argonText is the PHC string of argon2, version 1.3.
func argonText(variant string) func(string) (Hash, bool) {
	return matched(`\$`+variant+`\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)`, []int{1, 2, 3}, func(h *Hash, groups []string) bool {
		return h.salted(raw64, groups[4], groups[5])
	})
}

// crypt is a hash of crypt(3) with one of the prefixes. Without a number of rounds, those of
// SHA are 5,000.
func crypt(prefixes ...string) func(string) (Hash, bool) {
	alternatives := strings.ReplaceAll(strings.Join(prefixes, "|"), "$", `\$`)
	return matched(`(?:`+alternatives+`)(?:rounds=(\d+)\$)?[^$:\n]{0,16}\$(?:[./A-Za-z0-9]{22}|[./A-Za-z0-9]{43}|[./A-Za-z0-9]{86})`, nil, func(h *Hash, groups []string) bool {
		sum := len(groups[0]) - strings.LastIndexByte(groups[0], '$') - 1
		switch {
		case sum != map[byte]int{'1': 22, 'a': 22, '5': 43, '6': 86}[groups[0][1]]:
			return false
		case sum == 22:
			h.Text = groups[0]
			return groups[1] == ""
		}
		h.Params[0], h.Text = 5000, groups[0]
		if groups[1] != "" {
			h.Params[0], _ = strconv.Atoi(groups[1])
		}
		return true
	})
}

// phpass is the portable hash of phpass, with 8 bytes of salt as they are.
var phpass = matched(`\$[PH]\$([./0-9A-Za-z])([./0-9A-Za-z]{8})([./0-9A-Za-z]{22})`, nil, func(h *Hash, groups []string) bool {
	h.Params[0] = strings.Index(crypt64, groups[1])
	h.Salt, h.Sum = []byte(groups[2]), uncrypt64(groups[3])
	return len(h.Sum) == 16
})

const crypt64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// uncrypt64 decodes phpass's base64, the least significant bits first.
func uncrypt64(text string) []byte {
	var bytes []byte
	for len(text) > 0 {
		n, bits := 0, 0
		for ; bits < 4 && bits < len(text); bits++ {
			n |= strings.IndexByte(crypt64, text[bits]) << (6 * bits)
		}
		for have := bits * 6; have >= 8; have -= 8 {
			bytes = append(bytes, byte(n))
			n >>= 8
		}
		if n != 0 {
			return nil // two texts for the same bytes
		}
		text = text[bits:]
	}
	return bytes
}

// The base64 alphabets. Which one a text has is a fact of its format.
var (
	raw64 = base64.RawStdEncoding
	std64 = base64.StdEncoding
	ab64  = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./").WithPadding(base64.NoPadding)
)

// salted decodes salt and sum, and reports whether both are there.
func (h *Hash) salted(encoding *base64.Encoding, salt, sum string) bool {
	var saltErr, sumErr error
	h.Salt, saltErr = encoding.Strict().DecodeString(salt)
	h.Sum, sumErr = encoding.Strict().DecodeString(sum)
	return saltErr == nil && sumErr == nil && len(h.Salt) > 0 && len(h.Sum) >= 16
}
