package page

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/infra/support/token"
	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// column is one token, claim by claim. As is made or now.
type column struct {
	support.MadeToken
	As string
}

// columnsOf returns tokens side by side; as tells them from the others in the view.
func columnsOf(as string, all []support.MadeToken) (columns []column) {
	for _, m := range all {
		columns = append(columns, column{m, as})
	}
	return columns
}

// made are the newest tokens that the pool made for a user and an app client; Call is "" if
// the timeline has none.
type made struct {
	Call      string              `json:"call,omitempty"`
	At        time.Time           `json:"at,omitzero"`
	Operation string              `json:"operation,omitempty"`
	Tokens    []support.MadeToken `json:"tokens"`
	// Refused is the newest refusal, if it is newer than the tokens.
	Refused *refusal `json:"refused,omitempty"`
}

// refusal is a call that got no tokens.
type refusal struct {
	Call      string    `json:"call"`
	At        time.Time `json:"at"`
	Operation string    `json:"operation"`
	Text      string    `json:"text"`
}

// Columns are the tokens side by side.
func (m made) Columns() []column { return columnsOf("made", m.Tokens) }

// last looks for tokens in the timeline, where they have no signature. A call with tokens is
// known by the trigger that it fired: the event names user and client. now has where the
// claims would come from today.
func (s *suite) last(sub, clientID string, now support.TokenPreview) *made {
	var refused *refusal
	for _, e := range s.entries.Entries("", 0) {
		if e.Call == nil || !slices.ContainsFunc(e.Call.Invocations, isToken) {
			continue
		}
		call, _ := s.entries.Call(e.ID)
		at := slices.IndexFunc(call.Invocations, isToken)
		if at < 0 { // forgotten meanwhile
			continue
		}
		in := call.Invocations[at]
		var event struct {
			CallerContext struct{ ClientID string }
			Request       struct{ UserAttributes map[string]string }
		}
		if json.Unmarshal(in.Event, &event) != nil || event.Request.UserAttributes["sub"] != sub || event.CallerContext.ClientID != clientID {
			continue
		}
		if call.Error != "" {
			refused = cmp.Or(refused, &refusal{call.ID, call.Start, call.Operation, call.Error + ": " + call.Message})
			continue
		}
		return &made{call.ID, call.Start, call.Operation, issuedTokens(call.Answer, in.Reply, event.Request.UserAttributes, now), refused}
	}
	if refused == nil {
		return nil
	}
	return &made{Tokens: []support.MadeToken{}, Refused: refused}
}

func isToken(in timeline.Invocation) bool { return strings.HasPrefix(in.Source, "TokenGeneration_") }

// issuedTokens reads the tokens of an answer, of the API or of the token endpoint.
func issuedTokens(answer, reply []byte, attributes map[string]string, now support.TokenPreview) (all []support.MadeToken) {
	var api struct {
		AuthenticationResult struct{ IDToken, AccessToken string }
		ID                   string `json:"id_token"`
		Access               string `json:"access_token"`
	}
	if json.Unmarshal(answer, &api) != nil {
		return nil
	}
	id, access := token.ChangesOf(reply)
	for _, t := range []struct {
		kind    claims.Token
		encoded string
		changes token.Changes
	}{
		{claims.ID, api.AuthenticationResult.IDToken + api.ID, id}, {claims.Access, api.AuthenticationResult.AccessToken + api.Access, access},
	} {
		if decoded, err := token.Decode(t.encoded); err == nil {
			m := issued(t.kind, decoded.Claims, t.changes, attributes, now)
			m.EncodedBytes = strings.LastIndexByte(t.encoded, '.') + 1 + signatureBytes
			all = append(all, m)
		}
	}
	return all
}

// signatureBytes is what an RSA signature with a key of 2,048 bits takes in a token.
var signatureBytes = base64.RawURLEncoding.EncodedLen(256)

// issued is a token that was made, with what the trigger's answer changed in it.
func issued(kind claims.Token, says map[string]any, changes token.Changes, attributes map[string]string, now support.TokenPreview) support.MadeToken {
	m := support.MadeToken{
		Token: kind, Claims: says, Added: []support.SaidClaim{}, Suppressed: changes.Suppressed, ScopesAdded: changes.ScopesAdded, ScopesSuppressed: changes.ScopesSuppressed,
	}
	today := support.MadeToken{Budget: -1}
	for _, t := range now.Tokens {
		if t.Token == kind {
			today = t
		}
	}
	m.Budget = today.Budget
	_, m.Truncated = says["claims_truncated"]
	for _, scope := range m.ScopesAdded {
		m.AddedBytes += len(" ") + len(scope)
	}
	for _, name := range slices.Sorted(maps.Keys(says)) {
		if !changes.Adds(name) {
			continue
		}
		claim := support.SaidClaim{Name: name, Value: says[name], Origin: originOf(kind, name, now, today), Bytes: len(support.Compact(name)) + len(support.Compact(says[name])) + len(":,")}
		_, claim.Replaces = attributes[name]
		m.Added, m.AddedBytes = append(m.Added, claim), m.AddedBytes+claim.Bytes
	}
	return m
}

// originOf returns where a claim comes from by the policy of today.
func originOf(kind claims.Token, name string, now support.TokenPreview, today support.MadeToken) string {
	for _, c := range today.Added {
		if c.Name == name {
			return c.Origin
		}
	}
	for _, g := range now.Grants {
		if g.Token == kind && g.Kind == support.KindClaim && g.Name == name {
			return g.From
		}
	}
	return "pre token generation; today's policy does not say it"
}

// readToken is a token that somebody pasted.
type readToken struct {
	Token  claims.Token   `json:"token"`
	Header map[string]any `json:"header"`
	Claims map[string]any `json:"claims"`
	Bytes  int            `json:"bytes"`
	// Now compares it with what would be said now; Problem says why that cannot be told.
	Now     *support.Issued `json:"now"`
	Problem string          `json:"problem,omitempty"`
}

func pastedToken(encoded string) (*readToken, error) {
	decoded, err := token.Decode(encoded)
	if err != nil {
		return nil, err
	}
	use, _ := decoded.Claims["token_use"].(string)
	return &readToken{Token: claims.Token(use), Header: decoded.Header, Claims: decoded.Claims, Bytes: len(strings.TrimSpace(encoded))}, nil
}

// Pairs are the claims.
func (t readToken) Pairs() []pair { return pairs(t.Claims) }

// User and Client are whom the token is for.
func (t readToken) User() string { return text(t.Claims["sub"]) }

// Client is the app client.
func (t readToken) Client() string {
	if aud := text(t.Claims["aud"]); aud != "" && t.Token == claims.ID {
		return aud
	}
	return text(t.Claims["client_id"])
}

func text(v any) string { s, _ := v.(string); return s }
