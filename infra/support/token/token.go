// Package token reads what is in a JSON Web Token, and what the answer of pre token
// generation added to it or took out of it. Nothing is verified, and of the signature
// nothing is kept: what Decode returns opens no door.
package token

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Decoded is a JSON Web Token without its signature.
type Decoded struct {
	Header map[string]any `json:"header"`
	Claims map[string]any `json:"claims"`
}

var errForm = errors.New("this is not a JSON Web Token: three parts in Base64 with dots between them (a refresh token is not for reading)")

// most is longer than any token of Cognito's.
const most = 64 << 10

// Decode reads a token. The error repeats nothing of it.
func Decode(encoded string) (Decoded, error) {
	parts := strings.Split(strings.TrimPrefix(strings.TrimSpace(encoded), "Bearer "), ".")
	if len(parts) != 3 || len(encoded) > most {
		return Decoded{}, errForm
	}
	var d Decoded
	for i, into := range []*map[string]any{&d.Header, &d.Claims} {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return Decoded{}, errForm
		}
		decoder := json.NewDecoder(strings.NewReader(string(text)))
		decoder.UseNumber()
		if decoder.Decode(into) != nil || *into == nil {
			return Decoded{}, errForm
		}
	}
	return d, nil
}

// Changes are those of one token.
type Changes struct {
	Claims           map[string]json.RawMessage `json:"claimsToAddOrOverride"`
	Suppressed       []string                   `json:"claimsToSuppress"`
	ScopesAdded      []string                   `json:"scopesToAdd"`
	ScopesSuppressed []string                   `json:"scopesToSuppress"`
	// Groups reports whether the groups were replaced.
	Groups bool `json:"-"`
}

// Adds reports whether a claim was added or replaced.
func (c Changes) Adds(name string) bool {
	_, added := c.Claims[name]
	return added || c.Groups && strings.HasPrefix(name, "cognito:") && name != "cognito:username"
}

// ChangesOf reads the answer of pre token generation, in each of its versions. It returns
// none for what is no such answer.
func ChangesOf(reply []byte) (id, access Changes) {
	type groups = *json.RawMessage
	var event struct {
		Response struct {
			V1 struct {
				Changes
				Groups groups `json:"groupOverrideDetails"`
			} `json:"claimsOverrideDetails"`
			V2 struct {
				ID     Changes `json:"idTokenGeneration"`
				Access Changes `json:"accessTokenGeneration"`
				Groups groups  `json:"groupOverrideDetails"`
			} `json:"claimsAndScopeOverrideDetails"`
		} `json:"response"`
	}
	if json.Unmarshal(reply, &event) != nil {
		return Changes{}, Changes{}
	}
	if id = event.Response.V1.Changes; len(id.Claims)+len(id.Suppressed) == 0 {
		id = event.Response.V2.ID
	}
	access = event.Response.V2.Access
	id.Groups = event.Response.V1.Groups != nil || event.Response.V2.Groups != nil
	access.Groups = id.Groups
	return id, access
}

// Scopes returns the words of a scope claim, those that were added with a plus, and those that
// were taken out with a minus.
func Scopes(scope string, added, suppressed []string) string {
	words := strings.Fields(scope)
	for i, word := range words {
		if slices.Contains(added, word) {
			words[i] = "+" + word
		}
	}
	for _, word := range suppressed {
		words = append(words, "-"+word)
	}
	return strings.Join(words, " ")
}
