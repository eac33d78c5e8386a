package support

import (
	"cmp"
	"fmt"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/sentence"
)

// SignUpQuestion is what a SignUpPreview answers: may somebody sign up?
type SignUpQuestion struct {
	// Stage has the rules.
	Stage settings.Stage
	// Client is the id of the app client of the sign-up: it may have rules of its own.
	Client string
	// Source says who asks for the account; "" is the user.
	Source policy.Origin
	// UserName is the name as typed; "" is one that Cognito makes, a UUID.
	UserName string
	// Attributes are those of the sign-up, by Cognito's names.
	Attributes map[string]string
	// Invite and Challenge are the proofs that the form sends along.
	Invite, Challenge string
	// Locale is the locale that the form asks for; "" is the attribute's.
	Locale string
	// Now is when the proofs are judged.
	Now time.Time
}

// SignUpPreview is what the rules say to somebody. Its JSON is for programs; members are
// only ever added.
type SignUpPreview struct {
	Stage  string        `json:"stage"`
	Client string        `json:"client,omitempty"`
	Source policy.Origin `json:"source"`
	// Decision is Refused, Allowed or Confirmed.
	Decision Decision `json:"decision"`
	// Rule and Code are those of the refusal. Sentence is what the person reads.
	Rule     string `json:"rule,omitempty"`
	Code     string `json:"code,omitempty"`
	Sentence string `json:"sentence,omitempty"`
	// Observed has the codes that rules in mode observe would have refused with.
	Observed []string `json:"observed"`
	// Rules has every rule that is written down, or that holds unwritten, in the order in
	// which they are asked.
	Rules []RuleVerdict `json:"rules"`
}

// Decision is what becomes of a sign-up.
type Decision string

// The decisions.
const (
	Refused   Decision = "refused"
	Allowed   Decision = "allowed"
	Confirmed Decision = "confirmed" // the account needs no code
)

// RuleVerdict is what one rule says.
type RuleVerdict struct {
	Rule string      `json:"rule"`
	Mode policy.Mode `json:"mode"`
	Does Does        `json:"does"`
	// Code and Sentence are those of its objection, also where it refuses nobody.
	Code     string `json:"code,omitempty"`
	Sentence string `json:"sentence,omitempty"`
	// Place is file:line of the rule, "" if it holds unwritten. OfClient reports whether it
	// is the app client's own.
	Place    string `json:"place,omitempty"`
	OfClient bool   `json:"ofClient,omitempty"`
}

// Does is what a rule does with somebody.
type Does string

// What a rule does.
const (
	Refuses     Does = "refuses"
	WouldRefuse Does = "would refuse" // but for its mode
	Accepts     Does = "accepts"
	JudgesNot   Does = "does not judge" // people of this source
	Confirms    Does = "confirms"
	ConfirmsNot Does = "does not confirm"
)

// Answer asks every rule, compiled as presignup compiles them. A stage without presignup is
// an error: nobody asks there.
func (q SignUpQuestion) Answer() (SignUpPreview, error) {
	if err := q.Stage.Lacking("PreSignUp", "everybody may sign up whom the pool lets"); err != nil {
		return SignUpPreview{}, err
	}
	rules := q.Stage.SignUp()
	compiled, err := signup.Compile(rules)
	if err != nil {
		return SignUpPreview{}, fmt.Errorf("compiling the rules of the stage %s:\n%w", q.Stage.Name, err)
	}
	who := signup.Applicant{
		Origin: cmp.Or(q.Source, policy.Self), UserName: cmp.Or(q.UserName, sampleSub), Attributes: q.Attributes, ClientID: q.Client,
		Invite: q.Invite, Challenge: q.Challenge, Now: q.Now,
	}
	if who.Waits, err = q.waits(who.Names()); err != nil {
		return SignUpPreview{}, err
	}
	say := func(r deny.Refusal) deny.Refusal {
		return compiled.Say(r, sentence.Locale(q.Locale, q.Attributes["locale"]))
	}
	verdict := compiled.Check(who)
	p := SignUpPreview{
		Stage: q.Stage.Name, Client: q.Client, Source: who.Origin, Decision: Allowed, Rule: verdict.Rule, Code: verdict.Refusal.Code,
		Observed: append([]string{}, verdict.Observed...),
	}
	switch {
	case verdict.Refused():
		p.Decision, p.Sentence = Refused, say(verdict.Refusal).Error()
	case verdict.Confirm:
		p.Decision = Confirmed
	}
	for _, answer := range signup.Ask(awake(rules, compiled), who) {
		p.Rules = append(p.Rules, q.verdict(answer, say(answer.Objection)))
	}
	return p, nil
}

// waits looks for names in the file that synth ships with presignup.
func (q SignUpQuestion) waits(names []string) (bool, error) {
	if q.Stage.Migration.Waiting == "" {
		return false, nil
	}
	file, err := waiting.Open(q.Stage.Migration.Waiting)
	if err != nil {
		return false, err
	}
	defer func() { _ = file.Close() }()
	return file.HasAny(names)
}

// verdict says in words what a rule answered.
func (q SignUpQuestion) verdict(answer signup.Answer, objection deny.Refusal) RuleVerdict {
	path := "policy.signUp"
	own := member(q.Stage.Policy.SignUp.Clients[q.Client], answer.Rule) != nil
	if own {
		path = policy.Child(path+".clients", q.Client)
	}
	// The rules are asked awake: what is off is so as it is written.
	mode := cmp.Or(answer.Mode, policy.Enforce)
	if modeOf(member(q.Stage.SignUp().In(q.Client), answer.Rule)) == policy.Off {
		mode = policy.Off
	}
	v := RuleVerdict{Rule: answer.Rule, Mode: mode, Does: Accepts, Place: q.Stage.Place(policy.Child(path, answer.Rule)), OfClient: own}
	switch {
	case answer.Excepts && answer.Confirms:
		v.Does = Confirms
	case answer.Excepts:
		v.Does = ConfirmsNot
	case !answer.Judges:
		v.Does = JudgesNot
	case objection == deny.Refusal{}:
	case v.Mode == policy.Enforce:
		v.Does = Refuses
	default:
		v.Does = WouldRefuse
	}
	if objection != (deny.Refusal{}) {
		v.Code, v.Sentence = objection.Code, objection.Error()
	}
	return v
}
