package federation

import (
	"encoding/json"
	"maps"
	"net/url"
	"strconv"
	"strings"
)

// Answer is what a provider says of a user who signed in with it. A value is a string, a
// number, a boolean, a list or an object.
type Answer struct {
	// Subject is the provider's own name for the user.
	Subject string
	// Token is the answer of its token endpoint, ID the claims of the ID token, Info those of
	// its userInfo endpoint; all nil for SAML, whose assertion SAML is.
	Token, ID, Info, SAML map[string]any
}

// Texts returns values as Cognito shows and stores them: a list becomes one text in
// brackets, its values form-encoded (guide, "Mapping IdP attributes to profiles and
// tokens"); that an object becomes its JSON is a choice.
func Texts(values map[string]any) map[string]string {
	if values == nil {
		return nil
	}
	out := make(map[string]string, len(values))
	for name, value := range values {
		if value != nil {
			out[name] = text(value)
		}
	}
	return out
}

func text(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []any:
		texts := make([]string, 0, len(value))
		for _, v := range value {
			texts = append(texts, formEncoded.Replace(url.QueryEscape(text(v))))
		}
		return "[" + strings.Join(texts, ", ") + "]"
	}
	raw, _ := json.Marshal(value)
	return string(raw)
}

// formEncoded turns Go's form of the encoding into Java's, which leaves . - * and _ as they
// are.
var formEncoded = strings.NewReplacer("~", "%7E", "%2A", "*")

// Claims returns what an attribute mapping sees. An ID token wins over userInfo (guide,
// "Linking federated users to an existing user profile"); the provider's tokens have the
// names access_token and id_token (guide, "Mapping IdP attributes").
func (a Answer) Claims() map[string]string {
	out := map[string]string{}
	for name, value := range Texts(a.Token) {
		if name == "access_token" || name == "id_token" {
			out[name] = value
		}
	}
	for _, from := range []map[string]any{a.Info, a.ID, a.SAML} {
		maps.Copy(out, Texts(from))
	}
	return out
}

// Map returns the user's attributes by the mapping alone. An attribute that is "" goes, one
// that is not there stays as it is (guide, "Mapping IdP attributes to profiles and tokens").
//
// An address is verified by a mapped claim alone, and anew each time (amplify-cli#4427: it
// falls back to "false"); the mark counts with its address only. That a claim other than
// true is "false" is a choice.
func (p Provider) Map(claims map[string]string) map[string]string {
	out := map[string]string{}
	for attribute, claim := range p.Mapping {
		if value, sent := claims[claim]; sent && attribute != "username" {
			out[attribute] = value
		}
	}
	for _, address := range []string{"email", "phone_number"} {
		mark := address + "_verified"
		value, sent := out[address]
		verified := out[mark] == "true"
		delete(out, mark)
		if sent && value != "" {
			out[mark] = strconv.FormatBool(verified)
		}
	}
	return out
}
