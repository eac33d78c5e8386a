package signup

import (
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// NameWaits is the refusal of who signs up with a name that waits to be moved.
var NameWaits = deny.Refusal{Code: "name-waits", Sentence: "You have an account already: please sign in with the password that you have", Meaning: "the old app knows a user name, an address or a number of the sign-up, and its owner has not signed in to the pool yet (migration.waiting). The owner signs in, or asks for a new password"}

// waiting compiles the rule that keeps the names of people who wait for them. What waits is no
// part of the policy: the caller says it of each applicant.
func (c *compiler) waiting(path string, from policy.Waiting) rule {
	r := c.rule(path, from.Rule)
	r.objects = func(who applicant) deny.Refusal { return objection(NameWaits, who.Waits) }
	return r
}

// Names returns what an applicant would be found by in the pool, which the old app may know, too.
func (a Applicant) Names() []string {
	return []string{a.UserName, a.Attributes["email"], a.Attributes["phone_number"], a.Attributes["preferred_username"]}
}
