package timeline

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// removed stands where a secret was.
const removed = "(removed)"

// maxBody is how long a body may be; what is longer is dropped, and so is what an invocation
// logs beyond it. maxText is how long a name or a sentence may be; its rest is cut. Whoever
// calls chooses them, and every list and every reader gets them. maxDepth is how deep a body may
// be nested: indented, 20 KB of brackets would be 200 MB.
const (
	maxBody  = 256 << 10
	maxText  = 4 << 10
	maxDepth = 32
)

func clip(texts ...*string) {
	for _, text := range texts {
		if len(*text) > maxText {
			*text = strings.ToValidUTF8((*text)[:maxText], "") + "…"
		}
	}
}

// keptLog returns the lines of an invocation as they are kept.
func keptLog(lines []string) (kept []string) {
	room := maxBody
	for _, line := range lines {
		if room -= len(line); room < 0 {
			return append(kept, "(too long to keep)")
		}
		kept = append(kept, keptLine(line))
	}
	return kept
}

// keptLine redacts the JSON that a line is or ends with: a function may print its event.
func keptLine(line string) string {
	at := max(0, strings.IndexByte(line, '{'))
	if doc := []byte(line[at:]); json.Valid(doc) {
		text, _ := Redact(doc)
		return line[:at] + string(text)
	}
	return signed.ReplaceAllString(line, "$1."+removed)
}

// secrets are the members whose values never enter, in small letters without _, - and :. They
// are those of the user pools and identity pools APIs (API reference), of AuthParameters and
// ChallengeResponses (InitiateAuth, RespondToAuthChallenge), of events (guide, "Migrate user"
// and "Verify auth challenge response Lambda trigger") and of OAuth (RFC 6749, 7009, 7636,
// 7523, 8693). A passkey's credential proves somebody. A session is one as well: it goes on
// with somebody's sign-in. So does a URL that is signed in advance, with an upload. The tokens of an
// identity provider (guide, "Inbound federation Lambda trigger") need not be JSON Web Tokens.
// legacyHash is the table's column of password hashes that wait, and :legacyHash the value of a
// condition about it.
var secrets = func() map[string]bool {
	all := map[string]bool{}
	for _, name := range strings.Fields(`password previouspassword proposedpassword newpassword temporarypassword
		secret secrethash privatekey idtokenhint clientsecret clientsecretvalue refreshtoken accesstoken idtoken token session secretcode
		srpa srpb passwordclaimsignature passwordclaimsecretblock secretblock passwordverifier
		presignedurl xamzsignature legacyhash
		secretkey sessiontoken answer challengeanswer privatechallengeparameters codeverifier clientassertion assertion subjecttoken actortoken credential`) {
		all[name] = true
	}
	return all
}()

// secret reports whether a member's name is one of them. Package json finds a field by its
// letters without case, ſ as s: so do both steps here.
func secret(name string) bool {
	return secrets[strings.NewReplacer("_", "", "-", "", ":", "").Replace(strings.ToLower(strings.ToUpper(name)))]
}

// signed is a JSON Web Token; its first two parts say what is in it, the third is what
// makes others believe it. An encrypted one has five parts.
var (
	signed  = regexp.MustCompile(`(eyJ[\w-]+\.[\w-]+)\.[\w-]+(?:\.[\w.-]+)?`)
	onlyJWT = regexp.MustCompile(`^"eyJ[\w-]+\.[\w-]+\.[\w-]+"$`)
)

// Redact returns a JSON document without secrets and reports whether it held any: the
// values of members with a secret's name, and the signatures of JSON Web Tokens. The other
// bytes stay as they came; a document without secrets is returned itself. A text that is no
// JSON, and is not empty, is dropped: nobody knows what is in it.
func Redact(doc []byte) (Body, bool) {
	if len(doc) == 0 {
		return nil, false
	}
	if len(doc) > maxBody {
		return Body(`"(too long to keep)"`), true
	}
	if !json.Valid(doc) {
		return Body(`"(no JSON)"`), true
	}
	found, depth := secretValues(doc)
	if depth > maxDepth {
		return Body(`"(nested too deep to keep)"`), true
	}
	out, end := []byte(nil), int64(0)
	for _, s := range found {
		out = append(append(out, doc[end:s[0]]...), `"`+removed+`"`...)
		end = s[1]
	}
	if out = append(out, doc[end:]...); end == 0 {
		out = doc
	}
	if signed.Match(out) {
		out, end = signed.ReplaceAll(out, []byte("$1."+removed)), 1
	}
	return out, end > 0
}

// secretValues returns from where to where the values of secret members are, and how deep the
// others are nested.
func secretValues(doc []byte) (found [][2]int64, depth int) {
	in := json.NewDecoder(bytes.NewReader(doc))
	var walk func(at int)
	walk = func(at int) {
		depth = max(depth, at)
		token, _ := in.Token()
		opening, nested := token.(json.Delim)
		for nested && in.More() {
			if opening == '{' {
				name, _ := in.Token()
				if name, _ := name.(string); secret(name) {
					if from, to, filled := skipped(in); filled {
						found = append(found, [2]int64{from, to})
					}
					continue
				}
			}
			walk(at + 1)
		}
		if nested {
			_, _ = in.Token()
		}
	}
	walk(0)
	return found, depth
}

// skipped passes over a value and returns where it was, and whether it holds anything. What
// is a JSON Web Token and nothing else loses its signature only.
func skipped(in *json.Decoder) (from, to int64, filled bool) {
	var value json.RawMessage
	_ = in.Decode(&value)
	to = in.InputOffset()
	empty := string(value) == "null" || string(value) == `""`
	return to - int64(len(value)), to, !empty && !onlyJWT.Match(value)
}
