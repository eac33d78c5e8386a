package settings

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// policyFaults checks the policy. The room that obeys a section checks what it means, by
// the same call with which the function starts. The rest are contradictions between
// policy and stack.
func policyFaults(s *Settings, given Given) policy.Faults {
	_, signUp := signup.Compile(s.Policy.SignUp)
	foreign, _ := s.strangeProviders(given)
	section := s.Document(given).Tokens
	section.Unwritten = slices.Concat(section.Unwritten, s.attributeSources()) // strangers knows who writes them
	_, tokens := claims.Compile(section)
	_, mirror := users.CompileMirror(s.Policy.Mirror)
	unwritten, _ := unwritable(s, given)
	return slices.Concat(
		below("signUp", signUp),
		below("tokens", tokens),
		below("mirror", mirror),
		unsayable(s),
		strangers(s, given),
		unwritten,
		publicSuffixes(s),
		foreign,
	)
}

// Warnings returns what is allowed but the author should know about, a Fault each with
// the path of a stage file. Synth prints them and goes on.
func (s *Settings) Warnings(given Given) policy.Faults {
	given = given.completed(s)
	_, barred := unwritable(s, given)
	_, providers := s.strangeProviders(given)
	return slices.Concat(
		unheard(s, given),
		below("signUp", signup.Warnings(s.Policy.SignUp).Err()),
		below("tokens", claims.GlobalRoles(s.Policy.Tokens).Err()),
		heldRules(s),
		uninvited(s, given),
		unready(s, given),
		guarded(s),
		overridden(s),
		unasked(s, given),
		unhandled(s, given),
		moving(s, given),
		barred,
		providers,
		s.idleProviders(),
		s.unproven(),
		s.trusted(),
		s.undone(given),
	)
}

// unheard warns of a stage that is kept and whose alarms notify nobody.
func unheard(s *Settings, given Given) policy.Faults {
	var faults policy.Faults
	m := s.Monitoring
	if s.Disposable || m.NoAlarms {
		return nil
	}
	if m.TopicARN == "" && !given.Topic {
		faults.Add("monitoring.topicArn", "is missing: the alarms that must wake somebody show on the dashboard and notify nobody", "name an SNS topic of the stack's Region")
	}
	if m.TicketTopicARN == "" {
		faults.Add("monitoring.ticketTopicArn", "is missing: the alarms that can wait show on the dashboard and notify nobody", "name an SNS topic of the stack's Region; it may be the other one")
	}
	return faults
}

// below changes the paths of a room's faults to those of a stage file, whether the room
// names them from its section or from the document.
func below(section string, err error) policy.Faults {
	if err == nil {
		return nil
	}
	root := policy.Child("policy", section)
	var faults policy.Faults
	if !errors.As(err, &faults) {
		return policy.Faults{{Path: root, Problem: err.Error()}}
	}
	moved := slices.Clone(faults)
	for i, f := range moved {
		moved[i].Path = policy.Below(root, strings.TrimPrefix(strings.TrimPrefix(f.Path, section), "."))
	}
	return moved
}

// Document returns the policy as the functions get it: with the rules that hold without
// being written down, without those that are off when they say nothing, and with what the
// stack knows of its app clients.
func (s *Settings) Document(given Given) policy.Document {
	given = given.completed(s)
	document := s.Policy
	rules := s.SignUp().Rules.Full()
	rules.Access, rules.Challenge = unlessSilent(rules.Access), unlessSilent(rules.Challenge)
	document.SignUp.Rules = rules
	document.Tokens.Unwritten = s.unwritten(given)
	document.AtToken = signup.AtToken(s.Policy.SignUp)
	document.Migration, document.Moving = s.migration(given), s.Migration.Made()
	return document
}

// SignUp returns the rules of sign-up as they are written, and the one that a migration brings.
func (s *Settings) SignUp() policy.SignUp {
	section := s.Policy.SignUp
	if s.Migration.Waiting != "" {
		section.Waiting = cmp.Or(section.Waiting, &policy.Waiting{})
	}
	return section
}

// unlessSilent returns the rule, or nil if it says nothing.
func unlessSilent[T any](rule *T) *T {
	if rule == nil || reflect.ValueOf(*rule).IsZero() {
		return nil
	}
	return rule
}

// unsayable finds what the chosen version of the event cannot carry.
func unsayable(s *Settings) policy.Faults {
	version, known := eventVersions[s.tokenVersion()]
	if !known {
		return nil // which is a fault of its own
	}
	return below("tokens", claims.Unsayable(s.Policy.Tokens, version).Err())
}

// eventVersions are the versions as an event spells them.
var eventVersions = map[TokenVersion]string{V1_0: "1", V2_0: "2", V3_0: "3"}

// poolAttributes are the attributes that an event has for a user of every pool.
var poolAttributes = append(cognito.StandardAttributes(0), "sub", "cognito:user_status")

// strangers finds claims from attributes that the pool does not have or that somebody may
// write.
func strangers(s *Settings, given Given) policy.Faults {
	c := &checker{given: given}
	for _, name := range slices.Sorted(maps.Keys(s.Policy.Tokens.Profiles)) {
		path, profile := policy.Child("policy.tokens.profiles", name), s.Policy.Tokens.Profiles[name]
		c.sources(s, path+".id.claims", profile.ID.Claims)
		c.sources(s, path+".access.claims", profile.Access.Claims)
	}
	return c.faults
}

// sources checks the attributes that claims come from.
func (c *checker) sources(s *Settings, path string, claims []policy.Claim) {
	for i, claim := range claims {
		attribute, _ := strings.CutPrefix(claim.From, "attribute:")
		at, who := policy.Item(path, i)+".from", s.writer(c.given, attribute)
		switch {
		case attribute == claim.From || attribute == "":
		case !c.given.has(attribute):
			fix := "use one of " + joined(poolAttributes)
			if near := policy.Nearest(attribute, poolAttributes); near != "" {
				fix = "did you mean attribute:" + near + "?"
			}
			c.faults.Add(at, fmt.Sprintf("%q is not an attribute of the pool", attribute), fix)
		case who != "" && !s.trusts(attribute):
			c.faults.Add(at, fmt.Sprintf("%q can be written by %s", attribute, who), s.instead(c.given, attribute, "take the claim from authz.*"))
		}
	}
}

// unwritable finds attributes that sign-up requires and no client of users may write:
// Cognito refuses users who send them, and the policy users who do not. What other app
// clients may write is unknown to the stack. What some of its clients may write is warned
// of: users may sign up through others alone.
func unwritable(s *Settings, given Given) (faults, warnings policy.Faults) {
	if !s.SelfSignUp || given.Pool {
		return nil, nil
	}
	need := func(path, name string, rule policy.Rule) {
		judgesSelf := len(rule.AppliesTo) == 0 || slices.Contains(rule.AppliesTo, policy.Self)
		if name == "email" || !givable(name) || !judgesSelf || rule.Mode == policy.Off {
			return
		}
		lacking := slices.DeleteFunc(s.clientsOf(false), func(client string) bool { return slices.Contains(s.Clients[client].writes(), name) })
		switch len(lacking) {
		case 0:
		case len(s.clientsOf(false)):
			faults.Add(path, fmt.Sprintf("no client may write %q, so nobody can sign up", name),
				"add it to writeAttributes of a client, or remove it here")
		default:
			warnings.Add(path, fmt.Sprintf("nobody can sign up through %s, which may not write %q", strings.Join(lacking, ", "), name),
				"add it to writeAttributes there, or leave it if that is meant")
		}
	}
	signUp := s.Policy.SignUp.Rules.Full()
	for i, name := range signUp.Attributes.Required {
		need(policy.Item("policy.signUp.attributes.required", i), name, signUp.Attributes.Rule)
	}
	if signUp.Phone != nil && signUp.Phone.Required {
		need("policy.signUp.phone.required", "phone_number", signUp.Phone.Rule)
	}
	return faults, warnings
}

// givable reports whether a user can give an attribute at all. Any other is a fault
// already.
func givable(name string) bool {
	return strings.HasPrefix(name, "custom:") || cognito.IsStandard(name, cognito.Writable)
}
