package bearertest

import "strings"

// The reasons of more than one difference.
const (
	exact  = "the authorizer takes the token alone, or behind \"Bearer \" exactly (a choice: AWS shows this form only)"
	joined = "API Gateway joins the values of a header with commas, and the result is no token"
)

// value makes the header of the right token.
func value(of func(token string) string) func(*Issuer) []string {
	return func(i *Issuer) []string { return []string{of(i.Right())} }
}

// requests are about the header Authorization.
func requests() []Case {
	return []Case{
		same("right", Accepted, with()),
		same("no header", NoToken, func(*Issuer) []string { return nil }),
		same("an empty header", NoToken, value(func(string) string { return "" })),
		differs("the scheme Basic", NoToken, Invalid, "the authorizer takes any value for a token", value(func(string) string { return "Basic YWRhOnNlY3JldA==" })),
		differs("the token without a scheme", NoToken, Accepted, "AWS documents it", value(func(t string) string { return t })),
		differs("the scheme in lower case", Accepted, Invalid, exact, value(func(t string) string { return "bearer " + t })),
		differs("three blanks", Accepted, Invalid, exact, value(func(t string) string { return "Bearer   " + t })),
		differs("a tab", Malformed, Invalid, exact, value(func(t string) string { return "Bearer\t" + t })),
		differs("the scheme alone", Malformed, Invalid, exact, value(func(string) string { return "Bearer" })),
		differs("something behind the token", Malformed, Invalid, exact, value(func(t string) string { return "Bearer " + t + " x" })),
		differs("no token68", Malformed, Invalid, "the authorizer has one code for all", value(func(t string) string { return "Bearer {" + t + "}" })),
		differs("two headers", Malformed, Invalid, joined, func(i *Issuer) []string { return []string{"Bearer " + i.Right(), "Bearer " + i.Right()} }),
		differs("a right header behind a wrong one", Malformed, Invalid, joined, func(i *Issuer) []string { return []string{"Basic eA==", "Bearer " + i.Right()} }),
		differs("two tokens in one header", Malformed, Invalid, joined, value(func(t string) string { return "Bearer " + t + ",Bearer " + t })),
		differs("a token of 9 KB", Malformed, Accepted, "API Gateway takes 10,240 bytes of all headers together", with("pad", strings.Repeat("x", 6600))),
		same("a token of 7 KB", Accepted, with("pad", strings.Repeat("x", 5000))),
		same("no three parts", Invalid, value(func(string) string { return "Bearer eyJhbGciOiJSUzI1NiJ9" })),
	}
}
