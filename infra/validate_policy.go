package infra

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// policyFaults judges the policy. What a section means is for the room that
// obeys it to judge, by the very call with which the function starts; what is
// left for here is where policy and stack would contradict each other.
func policyFaults(p *Props) policy.Faults {
	_, signUp := signup.Compile(p.Policy.SignUp)
	_, tokens := claims.Compile(p.Policy.Tokens)
	_, mirror := users.CompileMirror(p.Policy.Mirror)
	return slices.Concat(
		below("signUp", signUp),
		below("tokens", tokens),
		below("mirror", mirror),
		unreachable(p),
		selfAsserted(p),
		unwritable(p),
		publicSuffixes(p),
	)
}

// Warnings names what is allowed and its author should know of, a Fault each
// with the path of a stage file. Synth prints them and goes on.
func (p *Props) Warnings() policy.Faults {
	return below("signUp", signup.Warnings(p.Policy.SignUp).Err())
}

// below gives a room's faults the path that they have in a stage file, whether
// the room names them from its section or from the document.
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
		path := strings.TrimPrefix(strings.TrimPrefix(f.Path, section), ".")
		switch {
		case path == "":
			moved[i].Path = root
		case path[0] == '[':
			moved[i].Path = root + path
		default:
			moved[i].Path = root + "." + path
		}
	}
	return moved
}

// unreachable finds what is to be added to tokens that the chosen version of the
// event does not reach (developer guide, "Pre token generation Lambda trigger").
func unreachable(p *Props) policy.Faults {
	var faults policy.Faults
	version := p.tokenVersion()
	if version == V1_0 && !empty(p.Policy.Tokens.User.Access) {
		faults = append(faults, policy.Fault{
			Path:    "policy.tokens.user.access",
			Problem: "tokenVersion V1_0 does not reach access tokens", Fix: "use V2_0 or V3_0",
		})
	}
	if version != V3_0 && !empty(p.Policy.Tokens.Machine.Access) {
		faults = append(faults, policy.Fault{
			Path:    "policy.tokens.machine.access",
			Problem: fmt.Sprintf("tokenVersion %s does not reach machine tokens", version), Fix: "use V3_0",
		})
	}
	return faults
}

// empty tells whether nothing is added to a token.
func empty(t policy.Token) bool {
	return len(t.Claims) == 0 && len(t.Scopes) == 0 && !t.ExtraClaims
}

// selfAsserted finds claims whose source a client may write: authority never
// comes from the caller. The rooms know no such source today; this holds when
// one is added.
func selfAsserted(p *Props) policy.Faults {
	var faults policy.Faults
	check := func(path string, t policy.Token) {
		for i, claim := range t.Claims {
			if slices.Contains(p.writeAttributes(), strings.TrimPrefix(claim.From, "attributes.")) {
				faults = append(faults, policy.Fault{
					Path:    policy.Item(path+".claims", i) + ".from",
					Problem: fmt.Sprintf("%q can be written by the web client", claim.From),
					Fix:     "take it from AUTHZ, or out of webClient.writeAttributes",
				})
			}
		}
	}
	check("policy.tokens.user.id", p.Policy.Tokens.User.ID)
	check("policy.tokens.user.access", p.Policy.Tokens.User.Access)
	return faults
}

// unwritable finds attributes that sign-up requires and the web client may not
// write: Cognito would refuse whoever sends one, and the policy whoever does not.
// What other app clients may write is not the stack's to know.
func unwritable(p *Props) policy.Faults {
	if !p.SelfSignUp {
		return nil
	}
	var faults policy.Faults
	need := func(path, name string, rule policy.Rule) {
		judgesSelf := len(rule.AppliesTo) == 0 || slices.Contains(rule.AppliesTo, policy.Self)
		if name != "email" && given(name) && judgesSelf && rule.Mode != policy.Off && !slices.Contains(p.writeAttributes(), name) {
			faults = append(faults, policy.Fault{
				Path:    path,
				Problem: fmt.Sprintf("the web client may not write %q, so nobody can sign up", name),
				Fix:     "add it to webClient.writeAttributes, or remove it here",
			})
		}
	}
	s := p.Policy.SignUp
	for i, name := range s.Attributes.Required {
		need(policy.Item("policy.signUp.attributes.required", i), name, s.Attributes.Rule)
	}
	if s.Phone != nil && s.Phone.Required {
		need("policy.signUp.phone.required", "phone_number", s.Phone.Rule)
	}
	return faults
}

// given reports whether people can give an attribute at all. What is none is a
// fault already.
func given(name string) bool {
	return strings.HasPrefix(name, "custom:") || slices.Contains(standardAttributes, name) && !slices.Contains(cognitosOwn, name)
}
