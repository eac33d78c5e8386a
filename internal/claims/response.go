package claims

// Response gives the event's response object for a version, as JSON without
// blanks; nil when it would say nothing, so that the event goes back as it came.
// Only members that say something are written: never a null, and never
// groupOverrideDetails, which replaces the groups. Every name, value and scope
// is judged again, and what fails is left out: a grant that was not made by
// [Policy.For] cannot say more. Claim names must differ within a token.
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

// version1 writes the one member that a V1_0 event takes.
func (g Grant) version1(dst []byte) []byte {
	return appendMember(dst, "claimsOverrideDetails", '{', func(dst []byte) []byte {
		return appendMember(dst, "claimsToAddOrOverride", '{', func(dst []byte) []byte {
			for _, claim := range g.IDClaims {
				if _, isString := claim.Value.(string); isString {
					dst = appendClaim(dst, ID, claim)
				}
			}
			return dst
		})
	})
}

// version2 writes the one member that V2_0 and V3_0 events take.
func (g Grant) version2(dst []byte) []byte {
	return appendMember(dst, "claimsAndScopeOverrideDetails", '{', func(dst []byte) []byte {
		dst = appendMember(dst, "idTokenGeneration", '{', func(dst []byte) []byte {
			return appendClaims(dst, ID, g.IDClaims)
		})
		return appendMember(dst, "accessTokenGeneration", '{', func(dst []byte) []byte {
			dst = appendClaims(dst, Access, g.AccessClaims)
			return appendScopes(dst, g.ScopesToAdd)
		})
	})
}

// appendMember appends a member of an object and what fill puts between its
// brackets; nothing if fill puts nothing. The key needs no escape.
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
	return append(dst, opening+2) // in ASCII, ] and } are two behind [ and {
}

// appendClaims appends what is added to one token.
func appendClaims(dst []byte, kind Token, claims []NamedClaim) []byte {
	return appendMember(dst, "claimsToAddOrOverride", '{', func(dst []byte) []byte {
		for _, claim := range claims {
			dst = appendClaim(dst, kind, claim)
		}
		return dst
	})
}

// appendClaim appends one claim, or nothing if it may not be said.
func appendClaim(dst []byte, kind Token, claim NamedClaim) []byte {
	if !usableName(claim.Name) || reserved(claim.Name) {
		return dst
	}
	before := len(dst)
	dst = append(separate(dst), '"')
	dst = append(dst, claim.Name...)
	dst = append(dst, '"', ':')
	value := len(dst)
	dst, bad := appendValue(dst, claim.Value, 0)
	if bad != "" || kind == ID && scalarInID(claim.Name) && composite(dst[value:]) {
		return dst[:before]
	}
	return dst
}

// appendScopes appends the scopes that may be added.
func appendScopes(dst []byte, scopes []string) []byte {
	return appendMember(dst, "scopesToAdd", '[', func(dst []byte) []byte {
		for _, scope := range scopes {
			if scopeProblem(scope) == "" {
				dst = append(separate(dst), '"')
				dst = append(dst, scope...)
				dst = append(dst, '"')
			}
		}
		return dst
	})
}

// separate appends a comma unless something has just been opened.
func separate(dst []byte) []byte {
	if last := dst[len(dst)-1]; last == '{' || last == '[' {
		return dst
	}
	return append(dst, ',')
}
