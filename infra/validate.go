package infra

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Validate judges the props, the policy among them, in plain Go: every fault at
// once, as policy.Faults whose paths are the keys of a stage file. It gives nil
// when nothing is wrong and does not look at the built functions; CheckBundles
// does.
func (p *Props) Validate() error {
	c := &checker{}
	c.plan(p)
	if p.takesPool() {
		c.foreignPool(p)
	} else {
		c.ownPool(p)
	}
	c.ownClients(p)
	c.api(p)
	c.identityPool(p)
	c.functions(p)
	c.functionSettings(p)
	c.reconcile(p)
	c.arn("logKeyArn", p.LogKeyARN, "kms")
	c.arn("tableKeyArn", p.TableKeyARN, "kms")
	c.monitoring(p.Monitoring)
	c.faults = append(c.faults, policyFaults(p)...)
	return c.faults.Err()
}

// ownPool judges what the suite makes around its own pool.
func (c *checker) ownPool(p *Props) {
	c.pool(p)
	c.signIn(p)
	c.webClient(p)
	c.resourceServer(p)
	c.machineClient(p)
	c.groups(p)
}

// CheckBundles looks for the build of each function and reports every one that
// is missing or wrong, a line each.
func (p *Props) CheckBundles() error {
	var faults []error
	for _, room := range p.rooms() {
		folder := filepath.Join(p.bundles(), room)
		faults = append(faults, checkBundle(folder, p.architecture()), checkRecorder(folder, p))
	}
	return errors.Join(faults...)
}

// checker collects faults.
type checker struct{ faults policy.Faults }

func (c *checker) fault(path, problem, fix string) {
	c.faults = append(c.faults, policy.Fault{Path: path, Problem: problem, Fix: fix})
}

// plan holds plan, event version and threat protection together: Cognito refuses
// the wrong mixture only when the stack is deployed.
func (c *checker) plan(p *Props) {
	oneOf(c, "plan", p.Plan, PlanLite, PlanEssentials, PlanPlus)
	oneOf(c, "tokenVersion", p.TokenVersion, V1_0, V2_0, V3_0)
	oneOf(c, "threatProtection", p.ThreatProtection, ThreatsAudited, ThreatsEnforced)
	if p.Plan == PlanLite && p.tokenVersion() != V1_0 {
		c.fault("plan", fmt.Sprintf("lite has no pre token generation %s", p.tokenVersion()),
			"use essentials, or set tokenVersion: V1_0, which reaches the ID token alone")
	}
	if p.ThreatProtection != "" && p.plan() != PlanPlus {
		c.fault("threatProtection", "needs the plan plus", "set plan: plus, or remove it")
	}
}

// prefixForm is a DNS label.
var prefixForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// pool judges the rest of the pool's own settings.
func (c *checker) pool(p *Props) {
	if p.DomainPrefix == "" {
		c.fault("domainPrefix", "is missing", "choose one that nobody else has in the Region, such as your company's name and the stage")
	} else if !prefixForm.MatchString(p.DomainPrefix) {
		c.fault("domainPrefix", fmt.Sprintf("%q is no domain label", p.DomainPrefix), "use 1 to 63 small letters, digits and inner hyphens")
	}
	// "Domain cannot contain reserved word" (github.com/aws-amplify/amplify-cli#3854).
	for _, reserved := range []string{"aws", "amazon", "cognito"} {
		if strings.Contains(p.DomainPrefix, reserved) {
			c.fault("domainPrefix", fmt.Sprintf("%q contains %s, which Cognito reserves", p.DomainPrefix, reserved), "leave that out")
		}
	}
	between(c, "passwordMinimumLength", p.PasswordMinimumLength, 8, 99)
}

// groupForm is narrower than Cognito's, which allows any printable character:
// the name becomes a part of the logical id.
var groupForm = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,128}$`)

// groups judges the groups' names.
func (c *checker) groups(p *Props) {
	for i, name := range p.Groups {
		if !groupForm.MatchString(name) {
			c.fault(policy.Item("groups", i), fmt.Sprintf("%q is no group name", name), "use 1 to 128 letters, digits and _ . : -")
		}
	}
	unique(c, "groups", p.Groups)
}

// functions judges what all functions share.
func (c *checker) functions(p *Props) {
	between(c, "memoryMiB", p.MemoryMiB, 128, 10240)
	if _, ok := retentions[p.logRetention()]; !ok {
		c.fault("logRetentionDays", fmt.Sprintf("%d days cannot be chosen", p.LogRetentionDays),
			"use one of "+joined(slices.Sorted(maps.Keys(retentions))))
	}
	oneOf(c, "architecture", p.Architecture, ARM64, AMD64)
}

// oneOf wants a value that is known, or none.
func oneOf[T ~string](c *checker, path string, value T, known ...T) {
	if value == "" || slices.Contains(known, value) {
		return
	}
	c.fault(path, fmt.Sprintf("%q is not known", string(value)), "use one of "+joined(known))
}

// between wants a number in its range, or none.
func between(c *checker, path string, value, least, most int) {
	if value != 0 && (value < least || value > most) {
		c.fault(path, fmt.Sprintf("%d is out of range", value), fmt.Sprintf("use %d to %d", least, most))
	}
}

// unique wants no value twice.
func unique[T ~string](c *checker, path string, values []T) {
	for i, value := range values {
		if first := slices.Index(values, value); first < i {
			c.fault(policy.Item(path, i), fmt.Sprintf("%q is listed already as %s", string(value), policy.Item(path, first)), "list it once")
		}
	}
}

// joined lists values for people.
func joined[T any](values []T) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(values), "[]"), " ", ", ")
}
