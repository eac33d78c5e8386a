package support

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/support/token"
	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Issued compares a token that somebody holds with what would be said now. Nothing of it
// proves that the token is real: its signature is neither read nor checked.
type Issued struct {
	Token     claims.Token `json:"token"`
	IssuedAt  time.Time    `json:"issuedAt,omitzero"`
	ExpiresAt time.Time    `json:"expiresAt,omitzero"`
	Expired   bool         `json:"expired,omitempty"`
	// Notes say what is wrong or noteworthy: another user, another pool, a row that has
	// changed since.
	Notes []string `json:"notes"`
	// Claims are those that differ, sorted by name.
	Claims []IssuedClaim `json:"claims"`
}

// IssuedClaim is one claim that the token and a new one say differently; nil is not at all.
type IssuedClaim struct {
	Name  string `json:"name"`
	Token any    `json:"token"`
	Now   any    `json:"now"`
}

// issued is the payload of a token.
type issued struct {
	kind   claims.Token
	claims map[string]any
}

// readIssued reads the payload of a JWT; nil for "". An error repeats nothing of the token.
func readIssued(encoded string) (*issued, error) {
	if encoded == "" {
		return nil, nil
	}
	decoded, err := token.Decode(encoded)
	if err != nil {
		return nil, fmt.Errorf("reading the token: %w", err)
	}
	t := &issued{claims: decoded.Claims}
	if t.kind = claims.Token(t.text("token_use")); t.kind != claims.ID && t.kind != claims.Access {
		return nil, errors.New("reading the token: it is neither an ID token nor an access token of a user pool (token_use)")
	}
	return t, nil
}

func (t *issued) text(name string) string {
	text, _ := t.claims[name].(string)
	return text
}

// client returns the app client's id.
func (t *issued) client() string {
	if t.kind == claims.ID {
		return t.text("aud")
	}
	return t.text("client_id")
}

// tenant returns the tenant that the token is for, by the profile's claim from authz.tenant.
func (t *issued) tenant(p policy.Profile) string {
	section := p.ID
	if t.kind == claims.Access {
		section = p.Access
	}
	for _, c := range section.Claims {
		if c.From == "authz.tenant" {
			return t.text(c.Name)
		}
	}
	return ""
}

// time reads a time; the zero time is none.
func (t *issued) time(name string) time.Time {
	number, _ := t.claims[name].(json.Number)
	seconds, err := number.Int64()
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// passing are the claims that differ from token to token and say nothing about a grant.
var passing = []string{"iss", "jti", "origin_jti", "event_id", "auth_time", "iat", "exp", "nonce", "at_hash", "c_hash", "device_key", "version"}

// compare compares the token with one of now.
func (t *issued) compare(w Why, now time.Time) *Issued {
	out := &Issued{Token: t.kind, IssuedAt: t.time("iat"), ExpiresAt: t.time("exp"), Notes: []string{}, Claims: []IssuedClaim{}}
	out.Expired = !out.ExpiresAt.IsZero() && !now.Before(out.ExpiresAt)
	note := func(holds bool, format string, args ...any) {
		if holds {
			out.Notes = append(out.Notes, fmt.Sprintf(format, args...))
		}
	}
	note(t.text("sub") != w.Sub, "the token is of another user, %s", policy.Shown(t.text("sub")))
	note(!strings.HasSuffix(t.text("iss"), "/"+w.Pool), "the token is of another user pool, %s", policy.Shown(t.text("iss")))
	note(w.Client.ID != "" && t.client() != w.Client.ID, "the token is of another app client, %s", policy.Shown(t.client()))
	note(w.Authz != nil && w.Authz.At.After(out.IssuedAt), "AUTHZ has changed since the token was issued: the next token has the change")
	i := slices.IndexFunc(w.Tokens.Tokens, func(m MadeToken) bool { return m.Token == t.kind })
	if i < 0 {
		note(w.Tokens.Refused == "", "the app client gets no %s token now", t.kind)
		return out
	}
	is := w.Tokens.Tokens[i].Claims
	names := slices.Concat(slices.Collect(maps.Keys(t.claims)), slices.Collect(maps.Keys(is)))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if !slices.Contains(passing, name) && !(name == "aud" || name == "client_id") && Compact(t.claims[name]) != Compact(is[name]) {
			out.Claims = append(out.Claims, IssuedClaim{name, t.claims[name], is[name]})
		}
	}
	return out
}
