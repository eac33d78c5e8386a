package settings

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// Hook is a trigger by its key in Settings.Triggers: Cognito's name with a small first letter.
type Hook string

// HookOf returns the key of a trigger.
func HookOf(t triggers.Trigger) Hook { return Hook(strings.ToLower(t.Name[:1]) + t.Name[1:]) }

// ExistingPool is a pool that neither the stack nor its app makes. Its own settings stay those
// of its owner, and are faults in this file; ForeignClients name its app clients.
type ExistingPool struct {
	// Mode is PoolMake, PoolAttach or PoolOwner. PoolAttach: the stack changes the pool's hooks,
	// and nothing else of it, and takes that back when it is deleted. PoolOwner: the stack
	// changes nothing of the pool; its functions and permissions are ready, and `ops wiring`
	// prints what the pool's own code must say. It is also the step before the first hook.
	// Default: "" means make. Example: attach. WARNING: code that updates the pool and does not
	// know the hooks drops them (github.com/hashicorp/terraform-provider-aws/issues/49707): use
	// owner where a pool belongs to such code.
	Mode PoolMode `yaml:"mode"`

	// ID is the pool's id, in the account and Region of the stack. Default: "", none.
	// Example: eu-west-1_AbCdEf123.
	ID string `yaml:"id" pattern:"^[a-z0-9-]+_[0-9A-Za-z]{1,45}$"`

	// ARN is the pool's ARN, in the place of ID. Default: "", none. Example:
	// arn:aws:cognito-idp:eu-west-1:210987654321:userpool/eu-west-1_AbCdEf123.
	ARN string `yaml:"arn" pattern:"^arn:aws[a-z-]*:cognito-idp:[a-z0-9-]+:[0-9]{12}:userpool/[a-z0-9-]+_[0-9A-Za-z]{1,45}$"`

	// Replace are hooks of PoolAttach whose place may hold somebody else's function: it is
	// replaced, and comes back when the stack is deleted. Without it a place that is taken fails
	// the deployment. Default: none. Example: [preSignUp].
	Replace []Hook `yaml:"replace"`

	// Carry are settings of the pool that this release does not know, and that PoolAttach sends
	// back as they are. Default: none, an unknown one fails the deployment, which names it.
	// Example: [SomeNewConfiguration].
	Carry []string `yaml:"carry"`

	// Drop are such settings that PoolAttach leaves out of an update. Default: none. Example:
	// [SomeNewConfiguration]. WARNING: AWS may reset what is left out.
	Drop []string `yaml:"drop"`

	// SMSRoleARN is the role by which the pool sends text messages. Each update of such a pool
	// passes it, and PoolAttach may pass no other one. Default: "", none. Example:
	// arn:aws:iam::210987654321:role/service-role/sms.
	SMSRoleARN string `yaml:"smsRoleArn" pattern:"^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$"`
}

// PoolMode says who makes the pool, and who hooks the functions into it.
type PoolMode string

// The modes.
const (
	PoolMake   PoolMode = "make"
	PoolAttach PoolMode = "attach"
	PoolOwner  PoolMode = "owner"
)

// Elsewhere reports whether the pool is made by neither the stack nor its app.
func (e ExistingPool) Elsewhere() bool { return e.Mode == PoolAttach || e.Mode == PoolOwner }

// PoolID returns the pool's id; "" for a pool that the stack makes.
func (e ExistingPool) PoolID() string {
	if e.ARN != "" {
		return e.ARN[strings.LastIndex(e.ARN, "/")+1:]
	}
	return e.ID
}

var (
	poolIDForm  = form[ExistingPool]("ID")
	poolARNForm = form[ExistingPool]("ARN")
	smsRoleForm = form[ExistingPool]("SMSRoleARN")
)

// Hooked returns the triggers that the stage has, in the order of the table of triggers.
func (s *Settings) Hooked() []triggers.Trigger {
	return slices.DeleteFunc(triggers.All(), func(t triggers.Trigger) bool { return !s.hooks(t.Name) })
}

// hooks reports whether the stage has a trigger, by Cognito's name for it.
func (s *Settings) hooks(name string) bool {
	return slices.ContainsFunc(triggers.All(), func(t triggers.Trigger) bool {
		if t.Name != name {
			return false
		}
		asked := len(s.Triggers) == 0
		if t.OnRequest {
			asked = s.Migration.Made()
		}
		return asked || slices.Contains(s.Triggers, HookOf(t))
	})
}

// Lacking returns an error that says what does not happen if the stage lacks a trigger, by
// Cognito's name for it; nil if it has the trigger.
func (s *Stage) Lacking(name, consequence string) error {
	for _, t := range triggers.All() {
		if t.Name == name && !s.hooks(name) {
			return fmt.Errorf("the stage %s has no trigger %s: %s", s.Name, HookOf(t), consequence)
		}
	}
	return nil
}

// completed returns what is given, with what the settings say of the pool.
func (g Given) completed(s *Settings) Given {
	g.Elsewhere = s.ExistingPool.Elsewhere()
	g.Pool = g.Pool || g.Elsewhere
	return g
}

// existing checks which pool is meant, and by what name.
func (c *checker) existing(s *Settings, passed Given) {
	e := s.ExistingPool
	c.replaced(s)
	oneOf(c, "pool.mode", e.Mode, PoolMake, PoolAttach, PoolOwner)
	c.refuse("pool", []refusal{
		{passed.Pool && !reflect.ValueOf(e).IsZero(), "is said here, and the app passes one (Pool)", "remove one of the two"},
		{!e.Elsewhere() && e.ID+e.ARN != "", "has a name, and no mode that needs one", "write mode: attach or mode: owner, or remove it"},
		{e.Elsewhere() && e.ID+e.ARN == "", "lacks id", "write the pool's id, such as eu-west-1_AbCdEf123"},
		{e.ID != "" && e.ARN != "", "has id and arn", "write one of the two"},
		{e.Mode != PoolAttach && len(e.Replace)+len(e.Carry)+len(e.Drop)+len(e.SMSRoleARN) > 0, "says how it is updated, and the stack does not update it", "remove replace, carry, drop and smsRoleArn, or write mode: attach"},
	})
	switch {
	case e.ID != "" && !poolIDForm.MatchString(e.ID):
		c.faults.Add("pool.id", fmt.Sprintf("%q is not the id of a user pool", e.ID), "write it as Cognito shows it, such as eu-west-1_AbCdEf123")
	case e.SMSRoleARN != "" && !smsRoleForm.MatchString(e.SMSRoleARN):
		c.faults.Add("pool.smsRoleArn", fmt.Sprintf("%q is not the ARN of a role", e.SMSRoleARN), "write it as DescribeUserPool shows it, SmsConfiguration.SnsCallerArn")
	case e.ARN != "" && !poolARNForm.MatchString(e.ARN):
		c.faults.Add("pool.arn", fmt.Sprintf("%q is not the ARN of a user pool", e.ARN), "write it as Cognito shows it, such as arn:aws:cognito-idp:eu-west-1:210987654321:userpool/eu-west-1_AbCdEf123")
	default:
		c.sameplace(s)
	}
}

// replaced checks that the stage has the hooks that replace others.
func (c *checker) replaced(s *Settings) {
	for i, hook := range s.ExistingPool.Replace {
		if !slices.ContainsFunc(s.Hooked(), func(t triggers.Trigger) bool { return HookOf(t) == hook }) {
			c.faults.Add(policy.Item("pool.replace", i), fmt.Sprintf("%q is not a trigger of the stage", string(hook)), "write one of its triggers, such as preSignUp")
		}
	}
}

// sameplace checks that the pool is where the stage is: Cognito calls functions of its own
// Region, and the permissions name one account.
func (c *checker) sameplace(s *Settings) {
	id := s.ExistingPool.PoolID()
	region, _, _ := strings.Cut(id, "_")
	key := "pool.id"
	if arn := strings.Split(s.ExistingPool.ARN, ":"); len(arn) > 4 {
		key = "pool.arn"
		if arn[3] != region {
			c.faults.Add(key, "names two Regions, "+arn[3]+" and "+region, "write it as Cognito shows it")
		}
		if s.Account != "" && arn[4] != s.Account {
			c.faults.Add(key, "is of the account "+arn[4]+", and the stage of "+s.Account, "deploy the stage to the pool's account")
		}
	}
	if id != "" && s.Region != "" && region != s.Region {
		c.faults.Add(key, "is a pool of "+region+", and the stage is of "+s.Region, "deploy the stage to the pool's Region: Cognito calls functions of no other one")
	}
}

var upper = regexp.MustCompile(`^[A-Z]`)

// subset checks which triggers the stage has, and that nothing is said of another one.
func (c *checker) subset(s *Settings) {
	var known []Hook
	for _, t := range triggers.All() {
		known = append(known, HookOf(t))
	}
	for i, hook := range s.Triggers {
		if !slices.Contains(known, hook) {
			small := Hook(upper.ReplaceAllStringFunc(string(hook), strings.ToLower))
			fix := policy.Meant(string(hook), texts(known), "use one of "+joined(known))
			if slices.Contains(known, small) {
				fix = "write " + string(small)
			}
			c.faults.Add(policy.Item("triggers", i), fmt.Sprintf("%q is not a trigger", string(hook)), fix)
		}
		if hook == HookOf(triggers.Trigger{Name: Migrator}) && !s.Migration.Made() {
			c.faults.Add(policy.Item("triggers", i), "moves nobody: there is no migration", "write migration, which hooks it by itself, or remove this")
		}
	}
	unique(c, "triggers", s.Triggers)
	if s.Triggers != nil && len(s.Triggers) == 0 {
		c.faults.Add("triggers", "lists none", "remove it for all of them, or write those that the suite serves; a pool that calls none yet is one of mode: owner")
	}
	c.idle(s)
}

func texts(hooks []Hook) (all []string) {
	for _, hook := range hooks {
		all = append(all, string(hook))
	}
	return all
}

// idle adds a fault for each thing that is said of a trigger which the stage does not have. A
// rule that holds at a token needs that trigger; it judges sign-ups where the stage has both.
func (c *checker) idle(s *Settings) {
	unless := func(path string, t triggers.Trigger) {
		if name := string(HookOf(t)); t.OnRequest && !s.hooks(t.Name) {
			c.faults.Add(path, "has no effect: there is no migration", "write migration, or remove this")
		} else if !s.hooks(t.Name) {
			c.faults.Add(path, "has no effect: triggers lacks "+name, "add "+name+" to triggers, or remove this")
		}
	}
	for _, t := range triggers.All() {
		if _, said := s.Functions[t.Name]; said {
			unless(policy.Child("functions", t.Name), t)
		}
	}
	atSignUp, atToken := decider("signUp"), decider("tokens")
	for path, rules := range s.ruleSets() {
		held := rules.Held()
		for key, rule := range rules.All() {
			switch {
			case reflect.ValueOf(rule).Elem().FieldByName("Mode").String() == string(policy.Off):
			case holds(held, key):
				unless(policy.Child(path, key), atToken)
			default:
				unless(policy.Child(path, key), atSignUp)
			}
		}
	}
	if s.Migration.Waiting != "" {
		unless("migration.waiting", atSignUp)
	}
	for _, key := range s.ProfileKeys() {
		unless(key, atToken)
	}
	if len(s.Policy.Tokens.Profiles) > 0 {
		unless("policy.tokens.profiles", atToken)
	}
	if s.TokenVersion != "" {
		unless("tokenVersion", atToken)
	}
	if s.hooks(atToken.Name) {
		return // which refuses, too
	}
	if len(s.Policy.SignUp.Sentences) > 0 {
		unless(signUpRoot+".sentences", atSignUp)
	}
	if s.Policy.SignUp.ShowCode {
		unless(signUpRoot+".showCode", atSignUp)
	}
}

// decider returns the first trigger that decides with a section of the policy.
func decider(section string) triggers.Trigger {
	all := triggers.All()
	return all[slices.IndexFunc(all, func(t triggers.Trigger) bool { return slices.Contains(t.Sections, section) })]
}

// holds reports whether the rules have one of this key.
func holds(rules policy.Rules, key string) bool {
	for found := range rules.All() {
		if found == key {
			return true
		}
	}
	return false
}
