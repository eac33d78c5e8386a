package userpool

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// overrides are the changes that a pre token generation trigger asked for, of every event
// version. All rules are of guide, "Pre token generation Lambda trigger".
type overrides struct {
	id, access tokenChanges
	// groups is nil if the reply has no groupOverrideDetails: the user's own groups stay.
	// A null or empty object suppresses them.
	groups *groupConfiguration
}

// tokenChanges are the changes to one token. Values stay as the function wrote them: a
// number keeps its digits.
type tokenChanges struct {
	Add              map[string]json.RawMessage `json:"claimsToAddOrOverride"`
	Suppress         []string                   `json:"claimsToSuppress"`
	ScopesToAdd      []string                   `json:"scopesToAdd"`
	ScopesToSuppress []string                   `json:"scopesToSuppress"`
}

func decodeOverrides(response json.RawMessage, version string) (overrides, error) {
	if version == "1" {
		return decodeV1(response)
	}
	return decodeV2(response)
}

// decodeV1 reads claims of the ID token, strings only, and groups.
func decodeV1(response json.RawMessage) (overrides, error) {
	var v struct {
		Details *struct {
			Add      map[string]json.RawMessage `json:"claimsToAddOrOverride"`
			Suppress []string                   `json:"claimsToSuppress"`
			Groups   json.RawMessage            `json:"groupOverrideDetails"`
		} `json:"claimsOverrideDetails"`
	}
	if err := decodeResponse(response, &v); err != nil || v.Details == nil {
		return overrides{}, err
	}
	for _, value := range v.Details.Add {
		if kind(value) != "string" {
			return overrides{}, errUnrecognizable()
		}
	}
	groups, err := decodeGroups(v.Details.Groups)
	return overrides{id: tokenChanges{Add: v.Details.Add, Suppress: v.Details.Suppress}, groups: groups}, err
}

// decodeV2 reads versions two and three, which have the same response.
func decodeV2(response json.RawMessage) (overrides, error) {
	var v struct {
		Details *struct {
			ID     tokenChanges    `json:"idTokenGeneration"`
			Access tokenChanges    `json:"accessTokenGeneration"`
			Groups json.RawMessage `json:"groupOverrideDetails"`
		} `json:"claimsAndScopeOverrideDetails"`
	}
	if err := decodeResponse(response, &v); err != nil || v.Details == nil {
		return overrides{}, err
	}
	if !v.Details.ID.wellTyped(simpleInIDToken) || !v.Details.Access.wellTyped(nil) {
		return overrides{}, errUnrecognizable()
	}
	groups, err := decodeGroups(v.Details.Groups)
	return overrides{id: v.Details.ID, access: v.Details.Access, groups: groups}, err
}

// decodeGroups returns nil for an absent member, which differs from a null or empty one.
func decodeGroups(raw json.RawMessage) (*groupConfiguration, error) {
	if raw == nil {
		return nil, nil
	}
	var g groupConfiguration
	return &g, decodeResponse(raw, &g)
}

// simpleInIDToken are the claims that take no complex value in the ID token (event
// versions, note).
var simpleInIDToken = []string{"phone_number_verified", "email_verified", "updated_at", "address"}

// wellTyped reports whether every value is a string, a number, a boolean, an array of
// these or an object (null is none of them) and no scope has blanks.
func (c tokenChanges) wellTyped(simple []string) bool {
	for name, value := range c.Add {
		k := kind(value)
		if k == "" || (slices.Contains(simple, name) && (k == "array" || k == "object")) {
			return false
		}
	}
	return !slices.ContainsFunc(c.ScopesToAdd, func(s string) bool { return s == "" || strings.ContainsAny(s, " \t\r\n") })
}

// kind returns the JSON type of a claim, "" for a value that a claim cannot have.
func kind(raw json.RawMessage) string {
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return "number" // the reply is JSON: only a number too large for a float64 does not decode
	}
	switch v := value.(type) {
	case string:
		return "string"
	case bool, float64:
		return "scalar"
	case map[string]any:
		return "object"
	case []any:
		if slices.ContainsFunc(v, func(e any) bool { return !isScalar(e) }) {
			return ""
		}
		return "array"
	}
	return ""
}

func isScalar(v any) bool {
	switch v.(type) {
	case string, bool, float64:
		return true
	}
	return false
}

// maxClaims bounds "existing and added claims plus scopes in access and identity tokens
// in one transaction". Suppressed claims do not count.
const maxClaims = 5000

// apply changes the claims of a user's two tokens; scopes are the session's.
func (o overrides) apply(id, access map[string]any, own groupConfiguration, scopes []string, clientID string) error {
	groups := own
	if o.groups != nil {
		groups = *o.groups
	}
	setGroups(id, groups)
	if len(groups.GroupsToOverride) > 0 {
		access["cognito:groups"] = groups.GroupsToOverride
	}
	o.id.applyTo(id, "")
	return o.applyAccess(access, scopes, clientID, len(id))
}

// applyAccess changes an access token's claims, of a user or of a machine. others is the
// number of claims in the other token.
func (o overrides) applyAccess(access map[string]any, scopes []string, clientID string, others int) error {
	o.access.applyTo(access, clientID)
	left := o.access.applyScopes(scopes)
	if len(left) > 0 {
		access["scope"] = strings.Join(left, " ")
	}
	if others+len(access)+len(left) > maxClaims {
		return refuse("InvalidLambdaResponseException", "The tokens would have more than %d claims and scopes.", maxClaims)
	}
	return nil
}

// setGroups replaces, never merges; an empty list leaves no claim.
func setGroups(id map[string]any, g groupConfiguration) {
	if len(g.GroupsToOverride) > 0 {
		id["cognito:groups"] = g.GroupsToOverride
	}
	if len(g.IAMRolesToOverride) > 0 {
		id["cognito:roles"] = g.IAMRolesToOverride
	}
	if g.PreferredRole != nil && *g.PreferredRole != "" {
		id["cognito:preferred_role"] = *g.PreferredRole
	}
}

// applyTo adds, then suppresses: "If your function both suppresses and replaces a claim
// value, then Amazon Cognito suppresses the claim". clientID is the one value that aud
// may have in an access token; "" for an ID token.
func (c tokenChanges) applyTo(claims map[string]any, clientID string) {
	for name, value := range c.Add {
		if addable(name) || (name == "aud" && clientID != "" && string(value) == strconv.Quote(clientID)) {
			claims[name] = value
		}
	}
	for _, name := range c.Suppress {
		if !suppressible(name) {
			continue
		}
		delete(claims, name)
		if name == "cognito:groups" { // footnote 3 of the claims reference
			delete(claims, "cognito:roles")
			delete(claims, "cognito:preferred_role")
		}
	}
}

func (c tokenChanges) applyScopes(scopes []string) []string {
	left := slices.Clone(scopes)
	for _, s := range c.ScopesToAdd {
		if !slices.Contains(left, s) {
			left = append(left, s)
		}
	}
	return slices.DeleteFunc(left, func(s string) bool { return slices.Contains(c.ScopesToSuppress, s) })
}

// reserved claims can be neither added nor suppressed, in either token (claims and scopes
// reference). scope has parameters of its own.
var reserved = []string{
	"acr", "amr", "at_hash", "aud", "auth_time", "azp", "client_id", "device_key", "event_id", "exp", "iat",
	"identities", "iss", "jti", "nbf", "nonce", "origin_jti", "scope", "sub", "token_use", "username", "version",
}

func addable(name string) bool {
	return !slices.Contains(reserved, name) && !strings.HasPrefix(name, "cognito:") && !strings.HasPrefix(name, "dev:")
}

func suppressible(name string) bool {
	return name == "cognito:groups" || (!slices.Contains(reserved, name) && !strings.HasPrefix(name, "cognito:"))
}
