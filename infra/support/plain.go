package support

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// Stand-ins for what a preview cannot know. Each is as long as the real value, so that
// sizes are right, and constant, so that two previews can be compared.
const (
	samplePool     = "eu-west-1_AbCdEf123"
	sampleClient   = "1example23456789abcdefghij"
	sampleID       = "11111111-1111-4111-8111-111111111111"
	sampleIssuedAt = 1767225600 // 2026-01-01
	anHour         = 3600
)

// clientID returns the id in the tokens.
func (q TokenQuestion) clientID() string {
	if _, named := q.Clients[q.Client]; named && q.ClientID == "" {
		return sampleClient
	}
	return cmp.Or(q.ClientID, q.Client)
}

// pool returns the id of the user pool and its Region, with which the id begins.
func (q TokenQuestion) pool() (id, region string) {
	id = cmp.Or(q.Pool, samplePool)
	region, _, _ = strings.Cut(id, "_")
	return id, region
}

// scopes returns the session's scopes before the trigger (developer guide, "Pre token
// generation Lambda trigger"): a sign-in through the API has one.
func (q TokenQuestion) scopes() []string {
	switch {
	case q.machine() && q.Clients[q.Client].Machine:
		return slices.Clone(q.Clients[q.Client].Scopes)
	case q.machine(): // of a client that is not known here
		return slices.Clone(q.Scopes)
	case q.Source == cognito.TokenHostedAuth:
		if client := q.Clients[q.Client]; client.Scopes != nil {
			return slices.Clone(client.Scopes)
		}
		return []string{"openid", "email", "profile"}
	}
	return []string{cognito.SelfService}
}

// plain returns the tokens without the suite (developer guide, "Understanding the
// identity (ID) token" and "Understanding the access token").
func (q TokenQuestion) plain() userpool.Unsigned {
	t := userpool.Unsigned{Groups: q.User.Groups, Scopes: q.scopes(), ClientID: q.clientID()}
	if q.machine() {
		t.Groups = nil
		t.Access = q.shared(map[string]any{"sub": t.ClientID, "client_id": t.ClientID, "token_use": "access", "version": 2})
		return t
	}
	shared := map[string]any{"sub": q.User.sub(), "origin_jti": sampleID, "event_id": sampleID}
	t.Access = q.shared(shared)
	t.Access["username"], t.Access["client_id"], t.Access["token_use"] = q.User.username(), t.ClientID, "access"
	t.ID = q.shared(shared)
	t.ID["cognito:username"], t.ID["aud"], t.ID["token_use"] = q.User.username(), t.ClientID, "id"
	client := q.Clients[q.Client]
	for name, value := range q.User.Attributes {
		if client.ReadAttributes == nil || slices.Contains(client.ReadAttributes, name) {
			t.ID[name] = userpool.AttributeClaim(name, value)
		}
	}
	return t
}

// shared adds the claims of every token.
func (q TokenQuestion) shared(own map[string]any) map[string]any {
	id, region := q.pool()
	all := map[string]any{
		"iss": "https://cognito-idp." + region + ".amazonaws.com/" + id, "jti": sampleID,
		"auth_time": sampleIssuedAt, "iat": sampleIssuedAt, "exp": sampleIssuedAt + anHour,
	}
	maps.Copy(all, own)
	return all
}

// encodedBytes returns the length of the signed token: header, payload and signature in
// Base64. Cognito signs with RSA and keys of 2,048 bits, and its key ids have 44
// characters.
func encodedBytes(claims map[string]any) int {
	const header, signature = len(`{"kid":"","alg":"RS256"}`) + 44, 256
	var payload bytes.Buffer
	encoder := json.NewEncoder(&payload)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(claims); err != nil {
		return 0
	}
	encoding := base64.RawURLEncoding
	return encoding.EncodedLen(header) + encoding.EncodedLen(payload.Len()-len("\n")) + encoding.EncodedLen(signature) + len("..")
}
