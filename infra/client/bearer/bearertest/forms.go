package bearertest

import (
	"encoding/json"
	"strings"
	"time"
)

// forms are about right signatures over unusual JSON and base64, which parsers read differently.
// Of a member that is there twice all read the last one (RFC 7519 §4 allows that or a refusal).
func forms() []Case {
	nested := strings.Repeat("[", 1000) + strings.Repeat("]", 1000)
	return []Case{
		same("a claim twice, the last one right", Accepted, claimsText(func(c string) string { return `{"client_id":"other",` + c[1:] })),
		same("a claim twice, the last one wrong", Invalid, claimsText(func(c string) string { return c[:len(c)-1] + `,"client_id":"other"}` })),
		same("alg twice, the last one right", Accepted, headerText(func(h string) string { return `{"alg":"none",` + h[1:] })),
		same("alg twice, the last one wrong", Invalid, headerText(func(h string) string { return h[:len(h)-1] + `,"alg":"none"}` })),
		same("names of claims in another case", Invalid, with("exp", nil, "Exp", from(time.Hour), "EXP", from(time.Hour))),
		same("blanks around the claims", Accepted, claimsText(func(c string) string { return " \n" + c + "\t" })),
		same("a byte order mark before the claims", Invalid, claimsText(func(c string) string { return "\ufeff" + c })),
		same("claims as UTF-16", Invalid, claimsText(func(c string) string { return "\xff\xfe" + strings.Join(strings.Split(c, ""), "\x00") + "\x00" })),
		same("a claim that is no UTF-8", Accepted, claimsText(func(c string) string { return "{\"given_name\":\"\xff\xfe\"," + c[1:] })),
		same("a client that is no UTF-8", Invalid, claimsText(func(c string) string { return strings.Replace(c, Client, Client+"\xff", 1) })),
		same("a client with a NUL behind it", Invalid, with("client_id", Client+"\x00")),
		same("a comment in the claims", Invalid, claimsText(func(c string) string { return "{/**/" + c[1:] })),
		same("a number that JSON does not know", Invalid, claimsText(func(c string) string { return `{"a":NaN,` + c[1:] })),
		same("a claim of 1,000 levels", Accepted, claimsText(func(c string) string { return `{"deep":` + nested + "," + c[1:] })),
		{
			Name: "claims of a JavaScript prototype", Tokens: claimsText(func(c string) string {
				return `{"__proto__":{"token_use":"access"},` + strings.Replace(c[1:], `"token_use"`, `"x"`, 1)
			}),
			Bearer: Invalid, Gateway: Accepted, Script: Invalid, Why: unasked,
		},
		same("a header that is a list", Invalid, headerText(func(string) string { return "[]" })),
		same("a header that is null", Invalid, headerText(func(string) string { return "null" })),
		same("data behind the claims", Invalid, claimsText(func(c string) string { return c + "{}" })),
		same("data behind the header", Invalid, headerText(func(h string) string { return h + "{}" })),
		same("alg in lower case", Invalid, header("alg", "rs256")),
		same("an alg that is a list", Invalid, header("alg", []string{"RS256"})),
		same("a kid that is a list", Invalid, headerText(func(h string) string { return strings.Replace(h, `"kid":"eu-west-1-0"`, `"kid":["eu-west-1-0"]`, 1) })),
		same("a kid in another case", Invalid, headerText(func(h string) string { return strings.Replace(h, "eu-west", "EU-West", 1) })),
		same("a kid of a JavaScript object", Invalid, header("kid", "__proto__")),
		same("a kid of 4 KB", Invalid, header("kid", strings.Repeat("k", 4096))),
		same("a type of token", Accepted, header("typ", "at+jwt")),
		same("a signature over a payload that was not encoded", Invalid, func(i *Issuer) []string {
			key, kid := i.Key()
			first, body := encode(text(map[string]any{"alg": "RS256", "kid": kid, "b64": false})), text(i.Claims())
			return bearer(first + "." + encode(body) + "." + encode(signRSA(key, nil, []byte(first+"."+string(body)))))
		}),
		same("padding behind the signature", Invalid, changedToken(func(t string) string { return t + "==" })),
		malformed("padding behind the header", changedToken(func(t string) string { return strings.Replace(t, ".", "==.", 1) })),
		malformed("dots as %2E", changedToken(func(t string) string { return strings.ReplaceAll(t, ".", "%2E") })),
		malformed("a NUL behind the token", changedToken(func(t string) string { return t + "\x00" })),
		same("the other alphabet of base64", Invalid, func(i *Issuer) []string {
			key, kid := i.Key()
			signed := encode(text(map[string]any{"alg": "RS256", "kid": kid, "x": "???>>>"})) + "." + encode(text(i.Claims()))
			signed = strings.NewReplacer("-", "+", "_", "/").Replace(signed)
			return bearer(signed + "." + encode(signRSA(key, nil, []byte(signed))))
		}),
		same("dots alone", Invalid, func(*Issuer) []string { return bearer("..") }),
		same("no claims between the dots", Invalid, changedToken(func(t string) string { return t[:strings.Index(t, ".")+1] + t[strings.LastIndex(t, "."):] })),
	}
}

// types are about claims of a right signature that are almost what is wanted.
func types() []Case {
	level, editor := Route{MinACR: 3}, Route{Role: "editor"}
	return []Case{
		same("an expiry of null", Invalid, claimsText(func(c string) string { return `{"exp":null` + strings.Replace(c, `"exp"`, `,"x"`, 1)[1:] })),
		same("an expiry with a fraction", Accepted, with("exp", float64(time.Now().Unix())+3600.5)),
		same("an expiry of 1e400", Invalid, claimsText(func(c string) string { return c[:len(c)-1] + `,"exp":1e400}` })),
		same("a text as nbf", Invalid, with("nbf", "0")),
		same("a text as iat", Invalid, with("iat", "0")),
		same("the issuer by http", Invalid, with("iss", "http://cognito-idp.eu-west-1.amazonaws.com/"+Pool)),
		same("the issuer as the user of another host", Invalid, with("iss", "https://cognito-idp.eu-west-1.amazonaws.com@example.com/"+Pool)),
		same("the issuer in upper case", Invalid, with("iss", "HTTPS://COGNITO-IDP.EU-WEST-1.AMAZONAWS.COM/"+Pool)),
		same("an empty audience", Invalid, with("aud", "")),
		same("an audience of null", Invalid, claimsText(func(c string) string { return `{"aud":null,` + c[1:] })),
		same("a list of no audience", Invalid, with("aud", []string{})),
		awsTakes("token_use in upper case", Invalid, with("token_use", "ACCESS")),
		awsTakes("token_use that is a list", Invalid, with("token_use", []string{"access"})),
		{
			Name: "a version of null, which is none", Before: with(), Bearer: Accepted, Gateway: Accepted, Script: Accepted,
			Tokens: claimsText(func(c string) string { return c[:len(c)-1] + `,"authz_version":null}` }),
		},
		awsTakes("a version that is a list", Invalid, with("authz_version", []int{9})),
		awsTakes("a machine with an empty username", Invalid, with("sub", Client, "username", "")),
		awsTakes("a machine whose username is a number", Invalid, with("sub", Client, "username", 7)),
		same("a user whose sub is a client's id", Accepted, with("sub", Client)),
		awsTakes("a level that is a list", StepUp, with("acr", []string{"urn:cognito:loa:4"})).on(level),
		awsTakes("a level with a line behind it", StepUp, with("acr", "urn:cognito:loa:4\n")).on(level),
		awsTakes("a role in a list of the list", Forbidden, with("roles", []any{[]string{"editor"}})).on(editor),
		awsTakes("roles that are an object", Forbidden, with("roles", map[string]any{"0": "editor", "length": 1})).on(editor),
		awsTakes("a role in another case", Forbidden, with("roles", []string{"Editor"})).on(editor),
		awsTakes("roles in one text", Forbidden, with("roles", []string{"reader editor", "reader,editor"})).on(editor),
	}
}

// awsTakes is a case that the authorizer has no rule for.
func awsTakes(name string, v Verdict, tokens func(*Issuer) []string) Case {
	return Case{Name: name, Tokens: tokens, Bearer: v, Gateway: Accepted, Script: v, Why: unasked}
}

// malformed is a case that the authorizer answers as any other wrong token.
func malformed(name string, tokens func(*Issuer) []string) Case {
	return Case{Name: name, Tokens: tokens, Bearer: Malformed, Gateway: Invalid, Script: Malformed, Why: "the authorizer has one code for all"}
}

// claimsText signs the JSON of right claims after a change.
func claimsText(change func(string) string) func(*Issuer) []string {
	return func(i *Issuer) []string {
		key, kid := i.Key()
		return bearer(SignWith(key, map[string]any{"alg": "RS256", "kid": kid}, change(string(text(i.Claims())))))
	}
}

// headerText signs the JSON of a right header after a change.
func headerText(change func(string) string) func(*Issuer) []string {
	return func(i *Issuer) []string {
		key, kid := i.Key()
		right, _ := json.Marshal(map[string]any{"alg": "RS256", "kid": kid})
		return bearer(SignWith(key, change(string(right)), i.Claims()))
	}
}

// changedToken changes a right token that was signed.
func changedToken(change func(string) string) func(*Issuer) []string {
	return func(i *Issuer) []string { return bearer(change(i.Right())) }
}
