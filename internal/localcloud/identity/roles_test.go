package identity_test

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/identity"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

const (
	poolID   = "eu-central-1:0f3a5b7c-1d2e-8f60-8a9b-c0d1e2f3a4b5"
	provider = "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123"
	role     = "arn:aws:iam::111122223333:role/"
)

type object = map[string]any

// users are a user pool whose tokens are their claims: iss, signed and ended are what the pool
// would say of them.
type users struct{}

func (users) claims(token string) object {
	in, claims := json.NewDecoder(strings.NewReader(token)), object{}
	in.UseNumber()
	_ = in.Decode(&claims)
	return claims
}

func (u users) OwnIssuer(token string) bool { return u.claims(token)["iss"] != "another" }

func (u users) Signed(token string) (map[string]any, bool) {
	claims := u.claims(token)
	return claims, claims["signed"] != "by nobody"
}

func (users) Ended(claims map[string]any) bool { return claims["ended"] == true }

var now = time.Unix(1_800_000_000, 0)

// ada are the claims of a right token, with changes; nil takes one away.
func ada(changes object) string {
	claims := object{
		"sub": "ada", "aud": "web", "token_use": "id", "exp": now.Unix() + 1, "tenant": "acme",
		"cognito:groups": []string{"readers", "superadmins"}, "level": 7, "staff": true,
	}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	text, _ := json.Marshal(claims)
	return string(text)
}

// trust lets an identity pool's users in, or its guests.
func trust(t *testing.T, audience, amr string, actions ...string) iam.Policy {
	t.Helper()
	text, _ := json.Marshal(object{"Version": "2012-10-17", "Statement": []any{object{
		"Effect": "Allow", "Action": append(actions, "sts:AssumeRoleWithWebIdentity"), "Principal": object{"Federated": "cognito-identity.amazonaws.com"},
		"Condition": object{
			"StringEquals":           object{"cognito-identity.amazonaws.com:aud": audience},
			"ForAnyValue:StringLike": object{"cognito-identity.amazonaws.com:amr": amr},
		},
	}}})
	policy, err := iam.ParsePolicy("Trust", text)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// rig is an identity pool that keeps to whom it lends.
type rig struct {
	*identity.Pool
	lent    iam.Principal
	expires time.Time
}

func (r *rig) Issue(by iam.Principal, expires time.Time) iam.Credentials {
	r.lent, r.expires = by, expires
	return iam.Credentials{AccessKeyID: "key", SecretAccessKey: "secret", SessionToken: "token", Expires: expires}
}

// newPool returns an identity pool with two clients, whose roles are lent to its users.
func newPool(t *testing.T, change func(*identity.Config)) *rig {
	t.Helper()
	cfg := identity.Config{ID: poolID, Provider: provider, Clients: map[string]bool{"web": true, "loose": false}, Mappings: map[string]identity.Mapping{}}
	change(&cfg)
	roles := map[string]iam.Role{role + "Foreign": {Trust: trust(t, "eu-central-1:another", "authenticated", "sts:TagSession")}, role + "Guest": {Trust: trust(t, poolID, "unauthenticated")}}
	for _, name := range []string{"A", "B", "C"} {
		roles[role+name] = iam.Role{Trust: trust(t, poolID, "authenticated", "sts:TagSession")}
	}
	roles[role+"Ada"] = iam.Role{Trust: trust(t, poolID, provider+":CognitoSignIn:ada")}
	roles[role+"Native"] = iam.Role{Trust: trust(t, poolID, provider)}
	roles[role+"Untagged"] = iam.Role{Trust: trust(t, poolID, "authenticated")}
	r := &rig{}
	r.Pool = identity.New(cfg, users{}, roles, r, func() time.Time { return now })
	return r
}

// asked returns the answer of an operation, or its refusal.
func asked(p *rig, operation string, in object) (object, string) {
	body, _ := json.Marshal(in)
	out, err := p.Answer(operation, body)
	if refusal := (*userpool.APIError)(nil); errors.As(err, &refusal) {
		return nil, refusal.Error()
	} else if err != nil {
		return nil, "not a refusal: " + err.Error()
	}
	text, _ := json.Marshal(out)
	answer := object{}
	_ = json.Unmarshal(text, &answer)
	return answer, ""
}

func logins(token string) object { return object{provider: token} }

// taken returns the name of the role that a user gets, or the refusal.
func taken(t *testing.T, change func(*identity.Config), token, custom string) string {
	t.Helper()
	p := newPool(t, change)
	id, refused := asked(p, "GetId", object{"IdentityPoolId": poolID, "Logins": logins(token)})
	if refused != "" {
		return refused
	}
	in := object{"IdentityId": id["IdentityId"], "Logins": logins(token)}
	if custom != "" {
		in["CustomRoleArn"] = custom
	}
	got, refused := asked(p, "GetCredentialsForIdentity", in)
	if refused != "" {
		return refused
	}
	want := object{"AccessKeyId": "key", "SecretKey": "secret", "SessionToken": "token", "Expiration": float64(now.Unix() + 3600)}
	if got["IdentityId"] != id["IdentityId"] || !reflect.DeepEqual(got["Credentials"], want) {
		t.Errorf("%v for %v", got, id)
	}
	return p.role()
}

// role returns the ARN of the role that was lent last.
func (r *rig) role() string {
	name, _ := strings.CutPrefix(r.lent.ARN, "arn:aws:sts::111122223333:assumed-role/")
	return role + strings.TrimSuffix(name, "/CognitoIdentityCredentials")
}

const (
	denied        = "NotAuthorizedException: The ambiguous role mapping rules denied this request."
	misconfigured = "InvalidIdentityPoolConfigurationException: Invalid identity pool configuration. Check assigned IAM roles for this pool."
)

func rules(rules ...identity.Rule) func(*identity.Config) {
	return func(c *identity.Config) { c.Mappings["web"] = identity.Mapping{Rules: rules} }
}

func rule(claim, match, value, name string) identity.Rule {
	return identity.Rule{Claim: claim, Match: match, Value: value, RoleARN: role + name}
}

func TestR94_TheFirstRuleThatMatchesChoosesTheRole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule identity.Rule
		want bool
	}{
		"equal":                         {rule("tenant", "Equals", "acme", "A"), true},
		"equal but for case":            {rule("tenant", "Equals", "Acme", "A"), false},
		"a part is not equal":           {rule("tenant", "Equals", "acm", "A"), false},
		"a number":                      {rule("level", "Equals", "7", "A"), true},
		"a truth":                       {rule("staff", "Equals", "true", "A"), true},
		"contains":                      {rule("tenant", "Contains", "cm", "A"), true},
		"does not contain":              {rule("tenant", "Contains", "acmee", "A"), false},
		"starts":                        {rule("tenant", "StartsWith", "ac", "A"), true},
		"does not start":                {rule("tenant", "StartsWith", "cme", "A"), false},
		"another":                       {rule("tenant", "NotEqual", "globex", "A"), true},
		"the same":                      {rule("tenant", "NotEqual", "acme", "A"), false},
		"absent, equals nothing":        {rule("plan", "Equals", "", "A"), false},
		"absent, contains nothing":      {rule("plan", "Contains", "", "A"), false},
		"absent, is skipped":            {rule("plan", "NotEqual", "gold", "A"), false},
		"an item":                       {rule("cognito:groups", "Contains", "readers", "A"), true},
		"a part of an item":             {rule("cognito:groups", "Contains", "admins", "A"), true},
		"across two items":              {rule("cognito:groups", "Contains", "readers,superadmins", "A"), false},
		"no item":                       {rule("cognito:groups", "Contains", "editors", "A"), false},
		"a list equals no item":         {rule("cognito:groups", "Equals", "readers", "A"), false},
		"a list starts with no item":    {rule("cognito:groups", "StartsWith", "readers", "A"), false},
		"a list without the item":       {rule("cognito:groups", "NotEqual", "editors", "A"), true},
		"a list with the item":          {rule("cognito:groups", "NotEqual", "readers", "A"), false},
		"a list without the part":       {rule("cognito:groups", "NotEqual", "admins", "A"), true},
		"an empty list starts with ''":  {rule("cognito:roles", "StartsWith", "", "A"), false},
		"an empty list without an item": {rule("cognito:roles", "NotEqual", "x", "A"), true},
	} {
		want := denied
		if c.want {
			want = role + "A"
		}
		if got := taken(t, rules(c.rule), ada(object{"cognito:roles": []string{}}), ""); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	a, b, other := rule("tenant", "Equals", "acme", "A"), rule("level", "Equals", "7", "B"), rule("tenant", "Equals", "globex", "C")
	for name, c := range map[string]struct {
		change       func(*identity.Config)
		custom, want string
	}{
		"the first of two":               {rules(a, b), "", role + "A"},
		"the first of two, turned":       {rules(b, a), "", role + "B"},
		"one that does not match before": {rules(other, b), "", role + "B"},
		"the second by its name":         {rules(a, b), role + "B", role + "B"},
		"another's by its name":          {rules(a, other), role + "C", denied},
		"no rule's by its name":          {rules(a), role + "B", denied},
	} {
		if got := taken(t, c.change, ada(nil), c.custom); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestR94_WhereNothingDecidesTheDefaultRoleOrNone(t *testing.T) {
	t.Parallel()
	byDefault := func(mapping *identity.Mapping) func(*identity.Config) {
		return func(c *identity.Config) {
			c.Authenticated = role + "C"
			if mapping != nil {
				c.Mappings["web"] = *mapping
			}
		}
	}
	fromToken, no := identity.Mapping{FromToken: true}, []identity.Rule{rule("tenant", "Equals", "globex", "A")}
	two := object{"cognito:roles": []string{role + "A", role + "B"}}
	preferred := object{"cognito:roles": []string{role + "A", role + "B"}, "cognito:preferred_role": role + "B"}
	for name, c := range map[string]struct {
		mapping      *identity.Mapping
		claims       object
		custom, want string
	}{
		"no mapping":                             {nil, nil, "", role + "C"},
		"no mapping, and another role":           {nil, nil, role + "A", denied},
		"no rule matches":                        {&identity.Mapping{Rules: no, Default: true}, nil, "", role + "C"},
		"no rule matches, which denies":          {&identity.Mapping{Rules: no}, nil, "", denied},
		"the preferred role":                     {&fromToken, preferred, "", role + "B"},
		"another role of the token":              {&fromToken, preferred, role + "A", role + "A"},
		"a role that the token lacks":            {&fromToken, preferred, role + "C", denied},
		"two roles, none preferred":              {&fromToken, two, "", denied},
		"two roles, none preferred, one by name": {&fromToken, two, role + "A", role + "A"},
		"two roles, none preferred, or default":  {&identity.Mapping{FromToken: true, Default: true}, two, "", role + "C"},
		"no roles":                               {&fromToken, nil, "", denied},
	} {
		if got := taken(t, byDefault(c.mapping), ada(c.claims), c.custom); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
	if got := taken(t, func(*identity.Config) {}, ada(nil), ""); got != misconfigured {
		t.Errorf("no role at all: %s", got)
	}
}

func TestR94_TheTrustPolicyDecidesWhoTakesARole(t *testing.T) {
	t.Parallel()
	as := func(name string, tags map[string]string) func(*identity.Config) {
		return func(c *identity.Config) { c.Authenticated, c.Tags = role+name, tags }
	}
	sub := map[string]string{"sub": "sub"}
	for name, c := range map[string]struct {
		change func(*identity.Config)
		want   string
	}{
		"for one user alone":                     {as("Ada", nil), role + "Ada"},
		"for users of the pool":                  {as("Native", nil), role + "Native"},
		"with tags":                              {as("A", sub), role + "A"},
		"without tags":                           {as("Untagged", nil), role + "Untagged"},
		"tags that the trust does not allow":     {as("Untagged", sub), misconfigured},
		"tags of a claim that is not there":      {as("Untagged", map[string]string{"plan": "plan"}), role + "Untagged"},
		"tags of a list":                         {as("Untagged", map[string]string{"groups": "cognito:groups"}), role + "Untagged"},
		"a role of another identity pool":        {as("Foreign", nil), misconfigured},
		"a role for guests":                      {as("Guest", nil), misconfigured},
		"a role that the template does not make": {as("Nobody", nil), misconfigured},
	} {
		if got := taken(t, c.change, ada(nil), ""); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestR94_ASessionHasTheTagsOfItsTokenAndLastsAnHour(t *testing.T) {
	t.Parallel()
	p := newPool(t, func(c *identity.Config) {
		c.Authenticated, c.Tags = role+"A", map[string]string{"sub": "sub", "org": "tenant", "level": "level", "plan": "plan", "groups": "cognito:groups"}
	})
	id, _ := asked(p, "GetId", object{"IdentityPoolId": poolID, "Logins": logins(ada(nil))})
	if _, refused := asked(p, "GetCredentialsForIdentity", object{"IdentityId": id["IdentityId"], "Logins": logins(ada(nil))}); refused != "" {
		t.Fatal(refused)
	}
	if want := map[string]string{"sub": "ada", "org": "acme", "level": "7"}; !maps.Equal(p.lent.Tags, want) || p.lent.Admin || !p.expires.Equal(now.Add(time.Hour)) {
		t.Errorf("%+v until %v", p.lent, p.expires)
	}
}
