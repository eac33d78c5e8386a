package claims

// NameProblem returns why no token would carry an extra claim of this name; "" is no
// problem. [Policy.For] drops claims by the same guard. Those who write rows call it,
// since an error tells the author of a mistake and a missing claim does not.
func NameProblem(name string) string {
	switch {
	case !usableName(name):
		return "a claim name has 1 to 128 printable ASCII characters without blanks, quotes and backslashes"
	case barePrefix(name):
		return "a token with a claim of this name makes every request to Amazon Verified Permissions fail"
	case reserved(name):
		return "the name belongs to Cognito or to the suite, and no row sets it"
	case isAttribute(name):
		return "the name is an attribute's: the token of a user whose row lacks the claim would show what the user wrote"
	}
	return ""
}

// EncodeValue returns a claim's value as a token has it, as JSON without blanks, or
// the problem for which every token would leave it out; "" is no problem. The name
// matters: an ID token takes some claims as a single value only.
func EncodeValue(name string, value any) (encoded []byte, problem string) {
	encoded, bad := appendClaimValue(nil, ID, name, value)
	if bad != "" {
		return nil, "the value cannot be said exactly: " + string(bad)
	}
	return encoded, ""
}

// SameName reports whether two claim names are equal but for ASCII case, which some
// readers of tokens ignore. A row with both loses both.
func SameName(a, b string) bool { return compareFold(a, b) == 0 }
