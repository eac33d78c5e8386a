// Package signup decides who may sign up.
//
// A policy.SignUp is compiled once, when the function starts, and every mistake
// in it is found then; synth compiles it too, so that a bad policy is not even
// deployed. The check itself is pure: no store, no network, no clock. The same
// applicant gets the same verdict as often as Cognito asks (it repeats a call
// that was slow), and neither text nor time tells a stranger whether an account
// exists, because nothing here knows.
//
// The verdict can refuse and cannot favour: it has no way to confirm an account
// or to verify an address. In a pool whose users sign in with an alias, a
// verified address moves from its owner to the newcomer (developer guide, "Pre
// sign-up Lambda trigger"), so no rule may ever say that.
//
// Every rule has a mode and the origins that it judges. The rules are asked in
// one fixed order (email, domains, attributes); the first enforced one that
// objects refuses. Rules in mode observe are all asked, whatever the others say,
// and what they would have refused is noted: turned to enforce, they refuse
// exactly that.
package signup

import (
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
)

// Applicant is what an event tells about the person who wants an account. All
// of it but Origin and ClientID is chosen by a stranger.
type Applicant struct {
	// Origin is the way the person comes. One that is none of policy's origins
	// is judged by every rule.
	Origin policy.Origin
	// UserName is the event's userName: what was typed, or a UUID in a pool
	// whose usernames are e-mail addresses.
	UserName string
	// Attributes are the event's userAttributes; nil is none. Check only reads.
	Attributes map[string]string
	// ClientID is the app client that asks.
	ClientID string
}

// Verdict is what the rules say to an applicant. The zero value lets the person
// through and has nothing to log.
type Verdict struct {
	// Refusal is what the person reads; zero when the person may sign up.
	Refusal deny.Refusal
	// Rule is the name of the rule that refused, as in the policy (email,
	// domains, attributes); "" when none did.
	Rule string
	// Observed has the codes of what rules in mode observe would have refused,
	// in the order of the rules, each code once; nil when there is none.
	Observed []string
}

// Refused reports whether the person may not sign up.
func (v Verdict) Refused() bool { return v.Refusal != deny.Refusal{} }

// note adds the objection of one rule.
func (v *Verdict) note(r rule, objection deny.Refusal) {
	switch {
	case r.observe && !slices.Contains(v.Observed, objection.Code):
		v.Observed = append(v.Observed, objection.Code)
	case !r.observe && !v.Refused():
		v.Refusal, v.Rule = objection, r.name
	}
}

// Policy is a compiled policy.SignUp. Make it with Compile: the zero value
// refuses everybody, as one that was forgotten should. It is never changed and
// safe for concurrent use.
type Policy struct {
	rules []rule
}

// rule is one question to an applicant.
type rule struct {
	name    string
	observe bool
	judges  origins
	// objects gives the zero Refusal when the rule has nothing against the
	// person.
	objects func(person) deny.Refusal
}

// person is an applicant with the e-mail address read, once for all rules.
type person struct {
	Applicant
	email    email.Address
	given    bool // an e-mail address is there
	readable bool // and Address holds it
}

// Check judges an applicant. It is pure and allocates only for an address with
// capitals in its domain and for what it observes.
func (p *Policy) Check(a Applicant) Verdict {
	var v Verdict
	if p.rules == nil {
		return Verdict{Refusal: deny.SignUpUnavailable}
	}
	who := meet(a)
	for _, r := range p.rules {
		if !r.judges.has(a.Origin) {
			continue
		}
		if objection := r.objects(who); objection != (deny.Refusal{}) {
			v.note(r, objection)
		}
	}
	return v
}

// meet reads the applicant's e-mail address. An empty attribute is none: Cognito
// sends such for what an identity provider does not tell.
func meet(a Applicant) person {
	written := a.Attributes["email"]
	address, err := email.Parse(written)
	return person{Applicant: a, email: address, given: written != "", readable: err == nil}
}
