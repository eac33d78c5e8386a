// Package signup decides who may sign up.
//
// A policy.SignUp is compiled once, when the function starts, and every mistake in it is
// found then; synth compiles it too, so that a bad policy is not even deployed. The check
// is pure: no store, no network, and the time is an argument. The same applicant gets the
// same verdict however often Cognito asks (it repeats slow calls), and neither text nor
// timing tells a stranger whether an account exists, because nothing here knows. While people
// of an old app wait to be moved, the rule waiting tells of their names.
//
// Every rule has a mode and the origins that it judges. The rules are asked in one fixed
// order, that of policy.Rules; the first enforced one that objects refuses. Rules in mode
// observe are all asked, whatever the others say, and their refusals are noted: in mode
// enforce they refuse exactly those. An app client may have some rules of its own.
//
// The verdict can refuse but grants almost nothing. No rule can verify an address: in a
// pool whose users sign in with an alias, a verified address moves from its owner to the
// new user (developer guide, "Pre sign-up Lambda trigger"). An account is confirmed
// without a code only if the operator named both the origin and the domain, which no
// default does.
//
// A rule about addresses, phone numbers or attributes may hold after sign-up, too: Held
// judges what the user of a token has then, by the same compiled rules.
//
// Each kind of knowledge has its own room below this one: email (addresses), idn, lists
// (disposable, relay and office addresses), phone, username, invite, challenge, and
// sentence (what users read).
package signup

import (
	"slices"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/sentence"
)

// Applicant is what an event says about the user who wants an account. The user chooses
// all of it but Origin, Now, and that the app client exists.
type Applicant struct {
	// Origin says who asks for the account. Every rule judges an unknown origin.
	Origin policy.Origin
	// UserName is the event's userName: the name as typed, a UUID in a pool whose
	// usernames are e-mail addresses, PROVIDER_ID for External.
	UserName string
	// Attributes are the event's userAttributes; nil means none. Check only reads them.
	Attributes map[string]string
	// ClientID is the app client of the sign-up.
	ClientID string
	// Invite and Challenge are the proofs that the caller brings: a signed invite, a
	// proof of work. They count only if they verify.
	Invite, Challenge string
	// Waits says that one of Names waits to be moved. Only the rule waiting asks for it.
	Waits bool
	// Now is the time of the event. Only Invite and Challenge are judged by it.
	Now time.Time
}

// Verdict is the result of Policy.Check and Held.Check. The zero value lets the user
// through and logs nothing.
type Verdict struct {
	// Refusal is what the user reads; zero if the user may sign up, or gets the token.
	Refusal deny.Refusal
	// Rule is the name of the rule that refused, as in the policy (email, domains, …); ""
	// if none did.
	Rule string
	// Demotes says that the user gets a token all the same, but one that grants less.
	// Only Held.Check sets it, together with a Refusal.
	Demotes bool
	// Observed has the codes that rules in mode observe would have refused with, in the
	// order of the rules, each once; nil if there are none.
	Observed []string
	// Confirm says to confirm the account without a code. Only policy.AutoConfirm sets
	// it, and never together with a Refusal.
	Confirm bool
}

// Refused reports whether the user may not sign up, or gets no token.
func (v Verdict) Refused() bool { return v.Refusal != deny.Refusal{} && !v.Demotes }

// note adds the objection of one rule. The first that refuses counts, or else the first
// that demotes.
func (v *Verdict) note(r *rule, objection deny.Refusal) {
	switch {
	case r.mode == policy.Observe && !slices.Contains(v.Observed, objection.Code):
		v.Observed = append(v.Observed, objection.Code)
	case r.mode == policy.Observe || v.Refused() || v.Demotes && r.demotes:
	default:
		v.Refusal, v.Rule, v.Demotes = objection, r.name, r.demotes
	}
}

// Policy is a compiled policy.SignUp. Make it with Compile: the zero value refuses
// everybody, in case it was forgotten. It never changes and is safe for concurrent use.
type Policy struct {
	base    ruleset
	clients map[string]ruleset
	words   *sentence.Table
}

// applicant is an Applicant with the e-mail address parsed, once for all rules.
type applicant struct {
	Applicant
	email    email.Address
	given    bool // there is an e-mail address
	readable bool // and email is its value
}

// Check judges an applicant. It is pure, and allocates only for internationalised input,
// for capitals, and for what it observes.
func (p *Policy) Check(a Applicant) Verdict {
	set := p.base
	if own, ok := p.clients[a.ClientID]; ok {
		set = own
	}
	if set == nil {
		return Verdict{Refusal: deny.SignUpUnavailable}
	}
	who := meet(a)
	v := set.judge(who)
	v.Confirm = !v.Refused() && set.confirms(who)
	return v
}

// judge asks every rule.
func (s ruleset) judge(who applicant) Verdict {
	var v Verdict
	for i := range s {
		r := &s[i]
		if r.objects == nil || !r.judges.has(who.Origin) {
			continue
		}
		if objection := r.objects(who); objection != (deny.Refusal{}) {
			v.note(r, objection)
		}
	}
	return v
}

// Say returns a refusal in the policy's words for the caller's locale.
func (p *Policy) Say(r deny.Refusal, locale string) deny.Refusal { return p.words.Say(r, locale) }

// meet parses the applicant's e-mail address. An empty attribute counts as absent:
// Cognito sends it for what an identity provider does not report.
func meet(a Applicant) applicant {
	written := a.Attributes["email"]
	address, err := email.Parse(written)
	return applicant{Applicant: a, email: address, given: written != "", readable: err == nil}
}
