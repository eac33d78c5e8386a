package federation

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"time"
)

// Somebody is whom the local page in the place of a provider signs in.
type Somebody struct {
	// Subject is the provider's name for the user. Email, Verified ("true", or whatever a
	// provider might send) and Groups, separated by commas, are left out if they are "".
	Subject, Email, Verified, Groups string
	// Claims are further claims, a JSON object; the members above win.
	Claims string
}

// The names of claims in a SAML assertion of Microsoft's servers.
const (
	schemas   = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
	groupsURI = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"
)

// Presets are examples of what providers send, by name.
func Presets() map[string]Somebody {
	return map[string]Somebody{
		"plain":  {"ada-1", "ada@example.com", "true", "", `{"name": "Ada Lovelace"}`},
		"google": {"107691503500061507151", "ada@example.com", "true", "", `{"name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace", "locale": "en", "hd": "example.com"}`},
		// Apple sends its flags as texts.
		"apple": {"001234.0a1b2c3d4e5f60718293a4b5c6d7e8f9.0123", "k7x2m9qp4d@privaterelay.appleid.com", "true", "", `{"is_private_email": "true"}`},
		"saml": {"Ada.Lovelace@corp.example", "", "", "", `{"` + schemas + `emailaddress": "ada@corp.example", "` + schemas + `givenname": "Ada", "` +
			schemas + `surname": "Lovelace", "` + groupsURI + `": ["Domain Admins", "staff"]}`},
		// The administrator of a tenant writes what he likes: somebody else's address, and no
		// word of its verification.
		"hostile": {"mallory", "ceo@example.com", "", "admins", `{"name": "<script>alert(1)</script>"}`},
	}
}

// Preset returns the preset for a provider's page: the one of that name, or the provider's.
func (p Provider) Preset(name string) Somebody {
	all := Presets()
	if preset, ok := all[name]; ok {
		return preset
	}
	switch p.Type {
	case SAML:
		return all["saml"]
	case "Google":
		return all["google"]
	case "SignInWithApple":
		return all["apple"]
	}
	return all["plain"]
}

// Answer returns what the provider would say of somebody.
func (p Provider) Answer(who Somebody, now time.Time) (Answer, error) {
	claims, err := who.claims()
	if err != nil {
		return Answer{}, err
	}
	if p.Type == SAML {
		return Answer{Subject: who.Subject, SAML: claims}, nil
	}
	claims[p.SubjectClaim()] = who.Subject
	answer := Answer{Subject: who.Subject, Info: claims, Token: map[string]any{
		"access_token": rand.Text(), "token_type": "Bearer", "expires_in": "3600",
	}}
	if p.SubjectClaim() == "sub" { // the others know no ID token
		answer.ID = maps.Clone(claims)
		answer.ID["iss"], answer.ID["aud"] = p.Described()["oidc_issuer"], p.Details["client_id"]
		answer.ID["iat"], answer.ID["exp"] = json.Number(fmt.Sprint(now.Unix())), json.Number(fmt.Sprint(now.Add(time.Hour).Unix()))
	}
	return answer, nil
}

func (s Somebody) claims() (map[string]any, error) {
	if s.Subject == "" {
		return nil, errors.New("the provider must have a name for the user")
	}
	claims := map[string]any{}
	if strings.TrimSpace(s.Claims) != "" {
		dec := json.NewDecoder(bytes.NewReader([]byte(s.Claims)))
		dec.UseNumber()
		if err := dec.Decode(&claims); err != nil || claims == nil || !atEnd(dec) {
			return nil, errors.New("the further claims are not a JSON object")
		}
	}
	for name, value := range map[string]string{"email": s.Email, "email_verified": s.Verified} {
		if value != "" {
			claims[name] = value
		}
	}
	if s.Groups != "" {
		var groups []any
		for group := range strings.SplitSeq(s.Groups, ",") {
			groups = append(groups, strings.TrimSpace(group))
		}
		claims["groups"] = groups
	}
	return claims, nil
}

func atEnd(dec *json.Decoder) bool {
	_, err := dec.Token()
	return errors.Is(err, io.EOF)
}
