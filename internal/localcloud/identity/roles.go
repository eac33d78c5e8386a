package identity

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
)

// Life is how long credentials last (developer guide, "Identity pools authentication flow":
// those of the enhanced flow one hour).
const Life = time.Hour

// Mapping says which role the users of a client get (API reference, RoleMapping).
type Mapping struct {
	// FromToken takes the role from cognito:preferred_role and cognito:roles; otherwise Rules
	// are tried.
	FromToken bool
	// Default takes the pool's Authenticated where nothing decides; otherwise that is refused.
	Default bool
	Rules   []Rule
}

// Rule is a role for users whose claim matches (API reference, MappingRule).
type Rule struct{ Claim, Match, Value, RoleARN string }

// session is who takes the role: its amr as in the developer guide, "Role trust and
// permissions", its tags from the claims that are there.
func (p *Pool) session(who login, id string) iam.WebIdentity {
	w := iam.WebIdentity{Audience: p.ID, Subject: id, AMR: []string{"unauthenticated"}, Tags: map[string]string{}}
	if who.guest {
		return w
	}
	w.AMR = []string{"authenticated", p.Provider, p.Provider + ":CognitoSignIn:" + who.sub}
	for tag, claim := range p.Tags {
		if value := texts(who.claims[claim]); len(value) == 1 {
			w.Tags[tag] = value[0]
		}
	}
	return w
}

// assume lends a role for Life, if its trust policy lets the session in (the sentence:
// amplify-js#1582). AWS limits what a guest's credentials are for ("Services that
// unauthenticated identities can access"); DynamoDB is among them.
func (p *Pool) assume(arn string, w iam.WebIdentity) (iam.Credentials, error) {
	role := p.roles[arn] // without one, nobody is trusted
	if iam.AssumeRoleWithWebIdentity(role.Trust, w) != nil {
		return iam.Credentials{}, refuse("InvalidIdentityPoolConfigurationException", "Invalid identity pool configuration. Check assigned IAM roles for this pool.")
	}
	by := iam.Principal{ARN: iam.SessionARN(arn, "CognitoIdentityCredentials"), Policies: role.Policies, Tags: w.Tags} // aws-sdk-java#1912
	return p.keys.Issue(by, p.now().Add(Life)), nil
}

// role chooses the role of a login (developer guide, "Using role-based access control").
// custom is CustomRoleArn, "" for none: one of the roles that the login may have, in place of
// the one that comes first.
func (p *Pool) role(who login, custom string) (string, error) {
	if who.guest {
		return p.Unauthenticated, nil
	}
	mapping, mapped := p.Mappings[who.client]
	if !mapped {
		mapping = Mapping{Default: true}
	}
	may, first := mapping.roles(who.claims)
	switch {
	case slices.Contains(may, custom):
		return custom, nil
	case custom == "" && first != "":
		return first, nil
	case custom == "" && mapping.Default:
		return p.Authenticated, nil
	}
	return "", errAmbiguous()
}

// errAmbiguous is the sentence where no rule matches (amplify-js#8644). For a CustomRoleArn that
// is not among the roles none is known.
func errAmbiguous() error {
	return notAuthorized("The ambiguous role mapping rules denied this request.")
}

// roles returns the roles that the claims allow, and the one that comes first, "" if none does.
func (m Mapping) roles(claims map[string]any) (may []string, first string) {
	if m.FromToken {
		first, _ = claims["cognito:preferred_role"].(string)
		return texts(claims["cognito:roles"]), first
	}
	for _, rule := range m.Rules {
		if rule.matches(claims[rule.Claim]) {
			may = append(may, rule.RoleARN)
		}
	}
	if len(may) > 0 {
		first = may[0]
	}
	return may, first
}

// matches compares a claim; nil is a claim that is absent, which no rule matches, NotEqual
// neither (developer guide, same chapter). AWS does not say how a list is compared: here Contains
// looks for the value in each item, also as a part of it; NotEqual asks that no item is the
// value; Equals and StartsWith match no list, so that nobody relies on it.
func (r Rule) matches(claim any) bool {
	_, isList := claim.([]any)
	if claim == nil {
		return false
	}
	items := texts(claim)
	switch r.Match {
	case "Contains":
		return slices.ContainsFunc(items, func(item string) bool { return strings.Contains(item, r.Value) })
	case "NotEqual":
		return !slices.Contains(items, r.Value)
	case "StartsWith":
		return !isList && strings.HasPrefix(items[0], r.Value)
	}
	return !isList && items[0] == r.Value
}

// texts returns the items of a list, or the one value, as text.
func texts(claim any) (all []string) {
	list, isList := claim.([]any)
	if !isList && claim != nil {
		list = []any{claim}
	}
	for _, item := range list {
		all = append(all, fmt.Sprint(item))
	}
	return all
}
