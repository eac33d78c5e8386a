// Package signup decides who may sign up.
//
// A policy.SignUp is compiled once, when the function starts, and every mistake
// in it is found then; synth compiles it too, so that a bad policy is not even
// deployed. The check itself is pure: no store, no network, and the time is an
// argument. The same applicant gets the same verdict as often as Cognito asks (it
// repeats a call that was slow), and neither text nor time tells a stranger
// whether an account exists, because nothing here knows.
//
// Every rule has a mode and the origins that it judges. The rules are asked in
// one fixed order, that of policy.Rules; the first enforced one that objects
// refuses. Rules in mode observe are all asked, whatever the others say, and what
// they would have refused is noted: turned to enforce, they refuse exactly that.
// An app client may have some rules of its own in the places of the others.
//
// The verdict can refuse and hardly favour. No rule can verify an address: in a
// pool whose users sign in with an alias, a verified address moves from its owner
// to the newcomer (developer guide, "Pre sign-up Lambda trigger"). An account is
// confirmed without a code only where the operator named both the origin and the
// domain, which nobody has done by default.
//
// Each kind of knowledge has a room of its own below this one: email (addresses),
// idn, lists (disposable, relay and office addresses), phone, username, invite,
// challenge, and sentence (what people read).
package signup

import (
	"slices"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/sentence"
)

// Applicant is what an event tells about the person who wants an account. All
// of it but Origin, Now, and that the app client exists is chosen by a stranger.
type Applicant struct {
	// Origin is the way the person comes. One that is none of policy's origins
	// is judged by every rule.
	Origin policy.Origin
	// UserName is the event's userName: what was typed, a UUID in a pool whose
	// usernames are e-mail addresses, PROVIDER_ID for External.
	UserName string
	// Attributes are the event's userAttributes; nil is none. Check only reads.
	Attributes map[string]string
	// ClientID is the app client that asks.
	ClientID string
	// Invite and Challenge are what the caller brings to prove: a signed invite,
	// a proof of work. They prove themselves or are worth nothing.
	Invite, Challenge string
	// Now is the time of the event. Only Invite and Challenge are judged by it.
	Now time.Time
}

// Verdict is what the rules say to an applicant. The zero value lets the person
// through and has nothing to log.
type Verdict struct {
	// Refusal is what the person reads; zero when the person may sign up.
	Refusal deny.Refusal
	// Rule is the name of the rule that refused, as in the policy (email,
	// domains, …); "" when none did.
	Rule string
	// Observed has the codes of what rules in mode observe would have refused,
	// in the order of the rules, each code once; nil when there is none.
	Observed []string
	// Confirm says that the account is to be confirmed without a code. It is true
	// only by policy.AutoConfirm and never together with a Refusal.
	Confirm bool
}

// Refused reports whether the person may not sign up.
func (v Verdict) Refused() bool { return v.Refusal != deny.Refusal{} }

// note adds the objection of one rule.
func (v *Verdict) note(r *rule, objection deny.Refusal) {
	switch {
	case r.mode == policy.Observe && !slices.Contains(v.Observed, objection.Code):
		v.Observed = append(v.Observed, objection.Code)
	case r.mode != policy.Observe && !v.Refused():
		v.Refusal, v.Rule = objection, r.name
	}
}

// Policy is a compiled policy.SignUp. Make it with Compile: the zero value
// refuses everybody, as one that was forgotten should. It is never changed and
// safe for concurrent use.
type Policy struct {
	base    ruleset
	clients map[string]ruleset
	words   *sentence.Table
}

// person is an applicant with the e-mail address read, once for all rules.
type person struct {
	Applicant
	email    email.Address
	given    bool // an e-mail address is there
	readable bool // and Address holds it
}

// Check judges an applicant. It is pure, and allocates only for what is
// internationalised, for capitals, and for what it observes.
func (p *Policy) Check(a Applicant) Verdict {
	set := p.base
	if own, ok := p.clients[a.ClientID]; ok {
		set = own
	}
	if set == nil {
		return Verdict{Refusal: deny.SignUpUnavailable}
	}
	var v Verdict
	who := meet(a)
	for i := range set {
		r := &set[i]
		if r.objects == nil || !r.judges.has(a.Origin) {
			continue
		}
		if objection := r.objects(who); objection != (deny.Refusal{}) {
			v.note(r, objection)
		}
	}
	v.Confirm = !v.Refused() && set.confirms(who)
	return v
}

// Say gives a refusal in the words that the policy has for it in the caller's
// language, or as it is.
func (p *Policy) Say(r deny.Refusal, locale string) deny.Refusal { return p.words.Say(r, locale) }

// meet reads the applicant's e-mail address. An empty attribute is none: Cognito
// sends such for what an identity provider does not tell.
func meet(a Applicant) person {
	written := a.Attributes["email"]
	address, err := email.Parse(written)
	return person{Applicant: a, email: address, given: written != "", readable: err == nil}
}
