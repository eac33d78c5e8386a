package claims

import "github.com/cognito-triggers/cognito-triggers/internal/cognito"

// Response returns the event's response object for a version, as JSON without blanks,
// or nil if it says nothing, so that the event goes back as it came. It writes only
// members that say something, never a null, and groupOverrideDetails complete or not
// at all. It checks every name, value and scope again and leaves out what fails, so a
// grant that [Policy.For] did not make cannot say more. Claim names must differ
// within a token.
func (g Grant) Response(version string) []byte {
	response := append(make([]byte, 0, 512), '{')
	switch version {
	case "1":
		response = g.version1(response)
	case "2", "3":
		response = g.version2(response)
	}
	if len(response) == 1 {
		return nil
	}
	return append(response, '}')
}

// version1 writes the only member of a V1_0 event.
func (g Grant) version1(dst []byte) []byte {
	return appendMember(dst, "claimsOverrideDetails", '{', func(dst []byte) []byte {
		dst = appendMember(dst, "claimsToAddOrOverride", '{', func(dst []byte) []byte {
			for _, claim := range g.ID.Claims {
				if _, isString := claim.Value.(string); isString {
					dst = appendClaim(dst, ID, claim)
				}
			}
			return appendMark(dst, g.ID.Truncated, `"true"`)
		})
		dst = appendNames(dst, "claimsToSuppress", g.ID.Suppress, suppressible)
		return appendGroups(dst, g.Groups)
	})
}

// version2 writes the only member of V2_0 and V3_0 events.
func (g Grant) version2(dst []byte) []byte {
	return appendMember(dst, "claimsAndScopeOverrideDetails", '{', func(dst []byte) []byte {
		dst = appendMember(dst, "idTokenGeneration", '{', func(dst []byte) []byte {
			return g.ID.append(dst, ID)
		})
		dst = appendMember(dst, "accessTokenGeneration", '{', func(dst []byte) []byte {
			dst = g.Access.append(dst, Access)
			dst = appendNames(dst, "scopesToAdd", g.Access.ScopesToAdd, g.Access.addable)
			return appendNames(dst, "scopesToSuppress", g.Access.ScopesToSuppress, usableScope)
		})
		return appendGroups(dst, g.Groups)
	})
}

// append writes the changes to one token, without scopes.
func (c *Changes) append(dst []byte, kind Token) []byte {
	dst = appendMember(dst, "claimsToAddOrOverride", '{', func(dst []byte) []byte {
		for _, claim := range c.Claims {
			dst = appendClaim(dst, kind, claim)
		}
		return appendMark(dst, c.Truncated, "true")
	})
	return appendNames(dst, "claimsToSuppress", c.Suppress, suppressible)
}

// addable reports whether the scope may be added.
func (c *Changes) addable(scope string) bool { return scopeProblem(scope, c.cognitoScopes) == "" }

// appendGroups writes groupOverrideDetails with all three members. A member without a
// value in the event is empty: Cognito itself sends such events.
func appendGroups(dst []byte, g *cognito.GroupConfiguration) []byte {
	if g == nil {
		return dst
	}
	return appendMember(dst, "groupOverrideDetails", '{', func(dst []byte) []byte {
		names, bad := appendValue(append(dst, `"groupsToOverride":`...), g.Names, 0)
		if bad != "" {
			names = append(dst, `"groupsToOverride":[]`...)
		}
		dst = append(append(names, `,"iamRolesToOverride":`...), orEmpty(g.IAMRoles, "[]")...)
		return append(append(dst, `,"preferredRole":`...), orEmpty(g.PreferredRole, `""`)...)
	})
}

// orEmpty returns the event's JSON, or empty for none and for null.
func orEmpty(raw []byte, empty string) string {
	if len(raw) == 0 || string(raw) == "null" {
		return empty
	}
	return string(raw)
}

// appendMember appends a member of an object with what fill writes between its
// brackets, or nothing if fill writes nothing. The key needs no escape.
func appendMember(dst []byte, key string, opening byte, fill func([]byte) []byte) []byte {
	before := len(dst)
	dst = append(separate(dst), '"')
	dst = append(dst, key...)
	dst = append(dst, '"', ':', opening)
	inside := len(dst)
	dst = fill(dst)
	if len(dst) == inside {
		return dst[:before]
	}
	return append(dst, opening+2) // in ASCII, ] and } follow [ and { by two
}

// appendClaim appends one claim, or nothing if no token may carry it.
func appendClaim(dst []byte, kind Token, claim NamedClaim) []byte {
	if !usableName(claim.Name) || reserved(claim.Name) {
		return dst
	}
	before := len(dst)
	dst = append(separate(dst), '"')
	dst = append(dst, claim.Name...)
	dst = append(dst, '"', ':')
	dst, bad := appendClaimValue(dst, kind, claim.Name, claim.Value)
	if bad != "" {
		return dst[:before]
	}
	return dst
}

// appendMark appends the claim that tells that others were dropped.
func appendMark(dst []byte, truncated bool, value string) []byte {
	if !truncated {
		return dst
	}
	dst = append(separate(dst), '"')
	dst = append(dst, truncatedClaim...)
	return append(append(dst, '"', ':'), value...)
}

// appendNames appends a list of the allowed names. They need no escape.
func appendNames(dst []byte, key string, names []string, allowed func(string) bool) []byte {
	return appendMember(dst, key, '[', func(dst []byte) []byte {
		for _, name := range names {
			if allowed(name) {
				dst = append(separate(dst), '"')
				dst = append(dst, name...)
				dst = append(dst, '"')
			}
		}
		return dst
	})
}

// separate appends a comma unless a bracket was just opened.
func separate(dst []byte) []byte {
	if last := dst[len(dst)-1]; last == '{' || last == '[' {
		return dst
	}
	return append(dst, ',')
}
