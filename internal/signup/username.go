package signup

import (
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/username"
)

// username compiles the rule about chosen names.
func (c *compiler) username(path string, from policy.Username) rule {
	r := c.rule(path, from.Rule)
	names, faults := username.Compile(path, from)
	c.faults = append(c.faults, faults...)
	r.objects = func(who applicant) deny.Refusal { return names.Objection(who.UserName) }
	return r
}
