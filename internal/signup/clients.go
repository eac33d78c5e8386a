package signup

import (
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// client compiles what differs for one app client.
func (c *compiler) client(set ruleset, path, id string, section policy.SignUp) {
	own := section.Clients[id]
	if !clientID(id) {
		c.faults.Add(path, policy.Shown(id)+" is not an app client id",
			"write the id that Cognito gave the client (the stack's output WebClientId shows its own); names are not known to the function, nor are ids before the first deploy")
	}
	if own == (policy.Rules{}) {
		c.faults.Add(path, "nothing is different for this client", "name a rule, or remove the client")
	}
	c.put(set, path, own)
	if own.Privileged != nil || own.Attributes != nil {
		c.contradictions(path, section.In(id))
	}
}

// contradictions finds rules that no user can meet together.
func (c *compiler) contradictions(path string, r policy.Rules) {
	if r.Privileged == nil || r.Privileged.Mode == policy.Off || r.Attributes.Mode == policy.Off || r.Attributes.AppliesTo != nil && !slices.Contains(r.Attributes.AppliesTo, policy.Self) {
		return
	}
	for i, name := range r.Privileged.Attributes {
		if slices.Contains(r.Attributes.Required, name) {
			c.faults.Add(policy.Item(policy.Child(policy.Child(path, "privileged"), "attributes"), i),
				policy.Shown(name)+" is required by attributes and forbidden here, so nobody can sign up", "remove it in one of the two places")
		}
	}
}

// clientID reports whether a text has the form of Cognito's app client ids: 26 lower-case
// letters and digits, though the API reference does not promise that length.
func clientID(id string) bool {
	return 20 <= len(id) && len(id) <= 128 && strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyz") == ""
}
