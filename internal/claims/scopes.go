package claims

// maxScopeBytes is the length of a resource server's identifier and a scope's name,
// 256 each, and the slash between (API reference, ResourceServerScopeType).
const maxScopeBytes = 513

// scopeProblem returns what is wrong with a scope to add; "" is no problem. A scope
// is one token of RFC 6749 §3.3 (Cognito takes no blanks). Cognito's own scopes need
// the operator's consent: aws.cognito.signin.user.admin lets its bearer change the
// user's attributes and password.
func scopeProblem(scope string, allowCognito bool) string {
	switch {
	case scope == "":
		return "the scope is empty"
	case len(scope) > maxScopeBytes:
		return "the scope is longer than 513 bytes"
	case !allowCognito && hasPrefixFold(scope, "aws.cognito."):
		return "a scope aws.cognito.* opens Cognito's own API to the bearer"
	}
	for i := range len(scope) {
		if c := scope[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return "the scope has a blank, a control, a quote, a backslash or a letter beyond ASCII"
		}
	}
	return ""
}

// usableScope reports whether a scope can be suppressed; Cognito's own can be, too.
func usableScope(scope string) bool { return scopeProblem(scope, true) == "" }
