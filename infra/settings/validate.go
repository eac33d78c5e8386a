package settings

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Faults checks the settings, the policy included, as they were written and together with
// what the app's code passes: all faults at once, by paths that are the keys of a stage
// file. It returns nil if nothing is wrong. An app calls Props.Validate, which knows what
// the app passes.
func (s *Settings) Faults(given Given) policy.Faults {
	passed, given := given, given.completed(s)
	c := &checker{given: given}
	c.environment(s)
	c.existing(s, passed)
	c.subset(s)
	c.plan(s)
	c.threats(s)
	if c.given.Pool {
		c.foreignPool(s)
	} else {
		c.ownPool(s)
	}
	c.ownClients(s)
	c.foreignClients(s)
	c.writers(s)
	c.migration(s)
	c.api(s)
	c.identityPool(s)
	c.limits("", reflect.ValueOf(s).Elem())
	c.functions(s)
	c.reconcile(s)
	c.tripwire(s)
	c.tags(s)
	oneOf(c, "logging.system", s.Logging.System, SystemWarn, SystemInfo, SystemDebug)
	c.key("logKeyArn", s.LogKeyARN)
	c.key("tableKeyArn", s.TableKeyARN)
	c.monitoring(s.Monitoring)
	return append(c.faults, policyFaults(s, given)...)
}

// ownPool checks what the suite makes around its own pool.
func (c *checker) ownPool(s *Settings) {
	c.domain(s.Domain)
	c.signIn(s)
	c.mfa(s)
	c.email(s)
	c.texts(s)
	c.webACL(s)
	c.overrides(s)
	c.clients(s)
	c.resourceServer(s.ResourceServer)
	c.identityProviders(s)
	c.groups(s)
}

// checker collects faults.
type checker struct {
	given  Given
	faults policy.Faults
}

// plan checks plan and event version together: Cognito refuses a wrong combination only at
// the deployment.
func (c *checker) plan(s *Settings) {
	oneOf(c, "plan", s.Plan, PlanLite, PlanEssentials, PlanPlus)
	oneOf(c, "tokenVersion", s.TokenVersion, V1_0, V2_0, V3_0)
	if (s.Plan == PlanLite || c.given.Plan == PlanLite) && s.tokenVersion() != V1_0 {
		c.faults.Add("plan", fmt.Sprintf("lite has no pre token generation %s", s.tokenVersion()),
			"use essentials, or set tokenVersion: V1_0, which reaches the ID token alone")
	}
}

// groupForm is narrower than Cognito's, which allows any printable character:
// the name becomes a part of the logical id.
var groupForm = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,128}$`)

// groups checks the groups' names.
func (c *checker) groups(s *Settings) {
	for i, name := range s.Groups {
		if !groupForm.MatchString(name) {
			c.faults.Add(policy.Item("groups", i), fmt.Sprintf("%q is not a group name", name), "use 1 to 128 letters, digits and _ . : -")
		}
	}
	unique(c, "groups", s.Groups)
}

// oneOf checks that a value is empty or known.
func oneOf[T ~string](c *checker, path string, value T, known ...T) {
	if value != "" && !slices.Contains(known, value) {
		c.faults.Add(path, fmt.Sprintf("%q is not known", string(value)), "use one of "+joined(known))
	}
}

// eachOf checks that every value of a list is known and listed once.
func eachOf[T ~string](c *checker, path string, values []T, known ...T) {
	for i, value := range values {
		if !slices.Contains(known, value) {
			c.faults.Add(policy.Item(path, i), fmt.Sprintf("%q is not known", string(value)), "use one of "+joined(known))
		}
	}
	unique(c, path, values)
}

// unique checks that no value is listed twice.
func unique[T ~string](c *checker, path string, values []T) {
	for i, value := range values {
		if first := slices.Index(values, value); first < i {
			c.faults.Add(policy.Item(path, i), fmt.Sprintf("%q is listed already as %s", string(value), policy.Item(path, first)), "list it once")
		}
	}
}

// joined formats values for a message.
func joined[T any](values []T) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(values), "[]"), " ", ", ")
}
