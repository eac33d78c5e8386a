package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// added says what the suite added to one token.
type added struct {
	claims map[string]bool
	scopes []string
}

// marked returns a claim's value; in scope, each of the suite's scopes has a plus.
func (a added) marked(claim string, value any) string {
	text, ok := value.(string)
	if claim != "scope" || !ok {
		return compact(value)
	}
	words := strings.Fields(text)
	for i, word := range words {
		if slices.Contains(a.scopes, word) {
			words[i] = "+" + word
		}
	}
	return strings.Join(words, " ")
}

// addedBy reads from a function's reply what it added to each token.
func addedBy(reply []byte) (id, access added) {
	var event struct {
		Response struct {
			V1 struct {
				Claims map[string]json.RawMessage `json:"claimsToAddOrOverride"`
			} `json:"claimsOverrideDetails"`
			V2 struct {
				ID struct {
					Claims map[string]json.RawMessage `json:"claimsToAddOrOverride"`
				} `json:"idTokenGeneration"`
				Access struct {
					Claims map[string]json.RawMessage `json:"claimsToAddOrOverride"`
					Scopes []string                   `json:"scopesToAdd"`
				} `json:"accessTokenGeneration"`
			} `json:"claimsAndScopeOverrideDetails"`
		} `json:"response"`
	}
	if json.Unmarshal(reply, &event) != nil {
		return added{}, added{}
	}
	response := event.Response
	id.claims, access.claims = names(response.V1.Claims, response.V2.ID.Claims), names(response.V2.Access.Claims)
	access.scopes = response.V2.Access.Scopes
	return id, access
}

func names(objects ...map[string]json.RawMessage) map[string]bool {
	all := map[string]bool{}
	for _, object := range objects {
		for name := range object {
			all[name] = true
		}
	}
	return all
}

// decode returns a token's claims without checking its signature; the journey has checked
// it.
func decode(token string) (map[string]any, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, errors.New("not a JSON Web Token")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, err
	}
	claims := map[string]any{}
	decoder := json.NewDecoder(strings.NewReader(string(payload)))
	decoder.UseNumber()
	return claims, decoder.Decode(&claims)
}
