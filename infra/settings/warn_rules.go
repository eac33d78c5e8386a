package settings

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// heldRules warns of what the rules that hold at a token do beyond their names: they
// judge users whom an administrator created, and cannot demote a V1_0 token wholly.
func heldRules(s *Settings) policy.Faults {
	var admins, whole []string
	for key, held := range signup.AtToken(s.Policy.SignUp).All() {
		rule := reflect.ValueOf(held).Elem().FieldByName("Rule").Interface().(policy.Rule)
		sanction := reflect.ValueOf(held).Elem().FieldByName("AtToken").Interface().(policy.Sanction)
		if rule.AppliesTo == nil || slices.Contains(rule.AppliesTo, policy.Self) && !slices.Contains(rule.AppliesTo, policy.Admin) {
			admins = append(admins, key)
		}
		if rule.Mode != policy.Observe && sanction != policy.Refuse && s.tokenVersion() == V1_0 {
			whole = append(whole, key)
		}
	}
	var warnings policy.Faults
	add := func(rules []string, problem, fix string) {
		if len(rules) > 0 {
			warnings.Add("policy.signUp."+rules[0]+".holds", fmt.Sprintf(problem, strings.Join(rules, ", ")), fix)
		}
	}
	add(admins, "at a token, users whom an administrator created are judged, too (%s): an event does not say who made an account",
		"add admin to appliesTo, so that such an account is refused when it is made, or leave it if that is meant")
	add(whole, "nothing takes aws.cognito.signin.user.admin out of an access token of version V1_0 (%s): a demoted user may still change attributes and password",
		"set tokenVersion: V2_0, or write atToken: refuse")
	return warnings
}

// uninvited warns of an invite that users of some origins do not need: an administrator
// can always create users, and a pool with identity providers has users of theirs.
func uninvited(s *Settings, given Given) policy.Faults {
	var warnings policy.Faults
	warn := func(path string, access *policy.Access, providers bool) {
		if access == nil || access.Mode != policy.AccessInvite {
			return
		}
		if !slices.Contains(access.AppliesTo, policy.Admin) {
			warnings.Add(policy.Child(path, "access"), "users whom an administrator creates come without an invite", "add admin to appliesTo, or leave it if that is meant")
		}
		if providers {
			warnings.Add(policy.Child(path, "access"), "users of an identity provider come without an invite, since they cannot carry one", "name the providers that may bring users under providers, or leave it if that is meant")
		}
	}
	const root = "policy.signUp"
	warn(root, s.Policy.SignUp.Access, given.Pool || s.Policy.SignUp.Providers != nil)
	for _, id := range slices.Sorted(maps.Keys(s.Policy.SignUp.Clients)) {
		own := s.Policy.SignUp.Clients[id]
		warn(policy.Child(root+".clients", id), own.Access, given.Pool || s.Policy.SignUp.In(id).Providers != nil)
	}
	return warnings
}
