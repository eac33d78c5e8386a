package claims

import (
	"fmt"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Unsayable returns what a section asks for and an event of the version ("1", "2" or
// "3", a pool's V1_0 to V3_0) cannot say, with paths like [Compile]'s; nil is
// nothing. V1_0 has strings in the ID token and nothing in the access token, and only
// V3_0 fires for machines (developer guide, "Pre token generation Lambda trigger").
func Unsayable(section policy.Tokens, version string) policy.Faults {
	c := &compiler{}
	for _, name := range sortedKeys(section.Profiles) {
		path, p := policy.Child("profiles", name), section.Profiles[name]
		switch {
		case p.Machine && version != "3" && says(p.Access):
			c.faults.Add(path+".access", fmt.Sprintf("tokenVersion V%s_0 does not reach machine tokens", version), "use V3_0")
		case !p.Machine && version == "1":
			c.version1(path, p)
		}
	}
	return c.faults
}

// version1 finds what V1_0 cannot say of a user's profile.
func (c *compiler) version1(path string, p policy.Profile) {
	const fix = "use V2_0 or V3_0, which need the plan essentials"
	if says(p.Access) {
		c.faults.Add(path+".access", "tokenVersion V1_0 does not reach access tokens", fix)
	}
	if p.Groups == policy.TenantRolesAsGroups {
		c.faults.Add(path+".groups", "tokenVersion V1_0 cannot say in access tokens which tenant the roles are of", fix)
	}
	for i, declared := range p.ID.Claims {
		at := fmt.Sprintf("%s.id.claims[%d]", path, i)
		if _, text := asString(declared.Value); declared.Value != nil && !text {
			c.faults.Add(at+".value", "tokenVersion V1_0 says strings only", fix)
		}
		if source(declared.From) == authzVersion {
			c.faults.Add(at+".from", "tokenVersion V1_0 says strings only, and this is a number", fix)
		}
	}
}
