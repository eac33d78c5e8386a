package userpool

import (
	"slices"
	"strings"
)

// disclosed reports whether scopes let an attribute into the ID token and userInfo: openid
// alone discloses all, profile all too; email and phone limit it to theirs (guide,
// "Scopes, M2M, and resource servers", openid). Whoever lists a user's attributes adds sub.
func disclosed(scopes []string, attribute string) bool {
	email, phone := slices.Contains(scopes, "email"), slices.Contains(scopes, "phone")
	switch {
	case slices.Contains(scopes, "profile"), !email && !phone:
		return true
	case strings.HasPrefix(attribute, "email"):
		return email
	case strings.HasPrefix(attribute, "phone_number"):
		return phone
	}
	return false
}
