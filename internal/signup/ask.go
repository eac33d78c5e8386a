package signup

import (
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Answer is what one rule says to an applicant.
type Answer struct {
	// Rule is the rule's key in the policy.
	Rule string
	Mode policy.Mode
	// Judges reports whether the rule judges applicants of this origin. A rule in mode off
	// is not asked, but may judge them.
	Judges bool
	// Objection is the refusal that the rule would make; zero if it accepts the applicant,
	// or was not asked.
	Objection deny.Refusal
	// Excepts reports whether the rule is an exception that can confirm an account, and
	// Confirms whether it does: if no other rule refuses.
	Excepts, Confirms bool
}

// Ask returns what every rule says that is written down for the applicant's client, or that
// holds unwritten, in the order of the rules. It is for those who explain a verdict: Check
// returns the verdict, which is not made of this list, and a test holds them equal. It is a
// function, which the linker leaves out of presignup: of a method it would keep the name.
func Ask(p *Policy, a Applicant) []Answer {
	set, own := p.clients[a.ClientID]
	if !own {
		set = p.base
	}
	who := meet(a)
	var all []Answer
	for i := range set {
		r := &set[i]
		if r.name == "" {
			continue
		}
		answer := Answer{Rule: r.name, Mode: r.mode, Judges: r.judges.has(who.Origin), Excepts: r.confirms != nil}
		if r.objects != nil && answer.Judges {
			answer.Objection = r.objects(who)
		}
		answer.Confirms = r.confirms != nil && r.confirms(who)
		all = append(all, answer)
	}
	return all
}
