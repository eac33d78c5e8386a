package claims

// maxScopeBytes is a resource server's identifier and a scope's name, 256 each,
// and the slash between (API reference, ResourceServerScopeType).
const maxScopeBytes = 513

// scopeProblem says what is wrong with a scope to add; "" is nothing. A scope is
// one token of RFC 6749 §3.3 (Cognito takes no blanks), and never one of
// Cognito's own: aws.cognito.signin.user.admin lets its bearer change the user's
// attributes and password.
func scopeProblem(scope string) string {
	switch {
	case scope == "":
		return "the scope is empty"
	case len(scope) > maxScopeBytes:
		return "the scope is longer than 513 bytes"
	case hasPrefixFold(scope, "aws.cognito."):
		return "a scope aws.cognito.* opens Cognito's own API to the bearer"
	}
	for i := range len(scope) {
		if c := scope[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return "the scope has a blank, a control, a quote, a backslash or a letter beyond ASCII"
		}
	}
	return ""
}
