package email

import "strings"

// ParseDomain checks a domain name as Parse checks the one of an address, and returns it
// in lower case. It is for the entries of a policy.
func ParseDomain(s string) (string, error) {
	if !hostName(s) {
		return "", ErrDomain
	}
	return Lower(s), nil
}

// Parent returns the domain without its first label, and false for a domain of one label:
// mail.amazon.com has the parents amazon.com and com. Compare a domain with a list by its
// parents: strings.HasSuffix would take evilamazon.com for amazon.com.
func Parent(domain string) (string, bool) {
	_, parent, ok := strings.Cut(domain, ".")
	return parent, ok
}

// Labels counts the labels of a domain.
func Labels(domain string) int { return 1 + strings.Count(domain, ".") }

// Last returns the last labels of a domain, at least one, and the whole domain if it has
// no more. Names deeper than every entry of a list need no lookup.
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

// IDN reports whether a domain in lower case has an internationalised label (RFC 5890
// §2.3.2.1). Such a domain may look like any other; a rule decides whether it is
// accepted.
func IDN(domain string) bool {
	return strings.HasPrefix(domain, "xn--") || strings.Contains(domain, ".xn--")
}

// hostName reports whether s is two or more labels of letters, digits and hyphens (RFC
// 1123 §2.1) without a final dot, the last one not a number: 127.0.0.1 is not a name.
func hostName(s string) bool {
	// An address of 254 bytes has at most 252 bytes of domain; a name may have 253.
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
