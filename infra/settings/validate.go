package settings

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Faults judges the settings, the policy among them, as they were written and together
// with what the app's code hands over: every fault at once, by paths that are the keys
// of a stage file. It gives nil when nothing is wrong. An app calls Props.Validate, which
// knows what is handed over.
func (s *Settings) Faults(given Given) policy.Faults {
	c := &checker{given: given}
	c.plan(s)
	if c.given.Pool {
		c.foreignPool(s)
	} else {
		c.ownPool(s)
	}
	c.ownClients(s)
	c.api(s)
	c.identityPool(s)
	c.functions(s)
	c.functionSettings(s)
	c.reconcile(s)
	c.key("logKeyArn", s.LogKeyARN)
	c.key("tableKeyArn", s.TableKeyARN)
	c.monitoring(s.Monitoring)
	return append(c.faults, policyFaults(s, given)...)
}

// ownPool judges what the suite makes around its own pool.
func (c *checker) ownPool(s *Settings) {
	c.pool(s)
	c.signIn(s)
	c.webClient(s)
	c.resourceServer(s)
	c.machineClient(s)
	c.groups(s)
}

// checker collects faults.
type checker struct {
	given  Given
	faults policy.Faults
}

// plan holds plan, event version and threat protection together: Cognito refuses
// the wrong mixture only when the stack is deployed.
func (c *checker) plan(s *Settings) {
	oneOf(c, "plan", s.Plan, PlanLite, PlanEssentials, PlanPlus)
	oneOf(c, "tokenVersion", s.TokenVersion, V1_0, V2_0, V3_0)
	oneOf(c, "threatProtection", s.ThreatProtection, ThreatsAudited, ThreatsEnforced)
	if s.Plan == PlanLite && s.tokenVersion() != V1_0 {
		c.faults.Add("plan", fmt.Sprintf("lite has no pre token generation %s", s.tokenVersion()),
			"use essentials, or set tokenVersion: V1_0, which reaches the ID token alone")
	}
	if known := s.ThreatProtection == ThreatsAudited || s.ThreatProtection == ThreatsEnforced; known && s.plan() != PlanPlus {
		c.faults.Add("threatProtection", "needs the plan plus", "set plan: plus, or remove it")
	}
}

// prefixForm is a DNS label.
var prefixForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// pool judges the rest of the pool's own settings.
func (c *checker) pool(s *Settings) {
	if s.DomainPrefix == "" {
		c.faults.Add("domainPrefix", "is missing", "choose one that nobody else has in the Region, such as your company's name and the stage")
	} else if !prefixForm.MatchString(s.DomainPrefix) {
		c.faults.Add("domainPrefix", fmt.Sprintf("%q is no domain label", s.DomainPrefix), "use 1 to 63 small letters, digits and inner hyphens")
	}
	// "Domain cannot contain reserved word" (github.com/aws-amplify/amplify-cli#3854).
	for _, reserved := range []string{"aws", "amazon", "cognito"} {
		if strings.Contains(s.DomainPrefix, reserved) {
			c.faults.Add("domainPrefix", fmt.Sprintf("%q contains %s, which Cognito reserves", s.DomainPrefix, reserved), "leave that out")
		}
	}
	between(c, "passwordMinimumLength", s.PasswordMinimumLength, 8, 99)
}

// groupForm is narrower than Cognito's, which allows any printable character:
// the name becomes a part of the logical id.
var groupForm = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,128}$`)

// groups judges the groups' names.
func (c *checker) groups(s *Settings) {
	for i, name := range s.Groups {
		if !groupForm.MatchString(name) {
			c.faults.Add(policy.Item("groups", i), fmt.Sprintf("%q is no group name", name), "use 1 to 128 letters, digits and _ . : -")
		}
	}
	unique(c, "groups", s.Groups)
}

// retentions are the lengths of log retention that CloudWatch offers, up to the
// 90 days beyond which lines about sign-ins are hard to justify.
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90}

// functions judges what all functions share.
func (c *checker) functions(s *Settings) {
	between(c, "memoryMiB", s.MemoryMiB, 128, 10240)
	if !slices.Contains(retentions, s.logRetention()) {
		c.faults.Add("logRetentionDays", fmt.Sprintf("%d days cannot be chosen", s.LogRetentionDays), "use one of "+joined(retentions))
	}
}

// oneOf wants a value that is known, or none.
func oneOf[T ~string](c *checker, path string, value T, known ...T) {
	if value == "" || slices.Contains(known, value) {
		return
	}
	c.faults.Add(path, fmt.Sprintf("%q is not known", string(value)), "use one of "+joined(known))
}

// between wants a number in its range, or none.
func between(c *checker, path string, value, least, most int) {
	if value != 0 && (value < least || value > most) {
		c.faults.Add(path, fmt.Sprintf("%d is out of range", value), fmt.Sprintf("use %d to %d", least, most))
	}
}

// unique wants no value twice.
func unique[T ~string](c *checker, path string, values []T) {
	for i, value := range values {
		if first := slices.Index(values, value); first < i {
			c.faults.Add(policy.Item(path, i), fmt.Sprintf("%q is listed already as %s", string(value), policy.Item(path, first)), "list it once")
		}
	}
}

// joined lists values for people.
func joined[T any](values []T) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(values), "[]"), " ", ", ")
}
