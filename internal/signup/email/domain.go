package email

import "strings"

// ParseDomain reads a domain name as Parse reads the one of an address, and
// gives it in small letters. It is for the entries of a policy.
func ParseDomain(s string) (string, error) {
	if !hostName(s) {
		return "", ErrDomain
	}
	return Lower(s), nil
}

// Parent gives the domain without its first label, and false for a domain of
// one label: mail.amazon.com has the parents amazon.com and com. Walking up the
// labels is how a domain is compared with a list: strings.HasSuffix would take
// evilamazon.com for amazon.com.
func Parent(domain string) (string, bool) {
	_, parent, ok := strings.Cut(domain, ".")
	return parent, ok
}

// Labels counts the labels of a domain.
func Labels(domain string) int { return 1 + strings.Count(domain, ".") }

// Last gives so many labels of a domain's end, one at least, and the whole of a
// domain that has no more. A list needs no answer for names that are deeper than any of its entries.
func Last(domain string, labels int) string {
	for i := len(domain) - 1; i >= 0; i-- {
		if domain[i] == '.' {
			if labels--; labels <= 0 {
				return domain[i+1:]
			}
		}
	}
	return domain
}

// IDN reports whether a domain in small letters has a label that stands for an
// internationalised one (RFC 5890 §2.3.2.1). Such a domain may look like any
// other; whether it is taken is a rule's business.
func IDN(domain string) bool {
	return strings.HasPrefix(domain, "xn--") || strings.Contains(domain, ".xn--")
}

// hostName reports whether s is labels of letters, digits and hyphens
// (RFC 1123 §2.1), two at least and without a final dot, of which the last is
// not a number: 127.0.0.1 is an address of a machine, not a name.
func hostName(s string) bool {
	// An address of 254 bytes leaves 252 to its domain; a name has 253.
	if len(s) > MaxAddress-1 {
		return false
	}
	labels, last := 0, ""
	for last = range strings.SplitSeq(s, ".") {
		if !label(last) {
			return false
		}
		labels++
	}
	return labels >= 2 && strings.Trim(last, "0123456789") != ""
}

// label reports whether s is one label of a host name.
func label(s string) bool {
	if s == "" || len(s) > MaxLabel || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if !letter(s[i]) && !digit(s[i]) && s[i] != '-' {
			return false
		}
	}
	return true
}
