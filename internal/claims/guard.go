package claims

// NameProblem says why no token would ever carry an extra claim of this name; ""
// is no problem. It is the guard by which [Policy.For] drops a claim, for those
// who write rows: a mistake is better said to its author than left out of a token.
func NameProblem(name string) string {
	switch {
	case !usableName(name):
		return "a claim name has 1 to 128 printable ASCII characters without blanks, quotes and backslashes"
	case reserved(name):
		return "the name belongs to Cognito or to the suite, and no row sets it"
	}
	return ""
}

// EncodeValue gives a claim's value as a token has it, JSON without blanks, or the
// problem for which every token would leave it out; "" is no problem. The name
// matters, because an ID token takes some claims as a single value only.
func EncodeValue(name string, value any) (encoded []byte, problem string) {
	encoded, bad := appendClaimValue(nil, ID, name, value)
	if bad != "" {
		return nil, "the value cannot be said exactly: " + string(bad)
	}
	return encoded, ""
}

// SameName says whether two claim names are one to those that read tokens without
// regard to ASCII case; a row that has both loses both.
func SameName(a, b string) bool { return compareFold(a, b) == 0 }
