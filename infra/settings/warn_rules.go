package settings

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

const signUpRoot = "policy.signUp"

// ruleSets yields the rules of sign-up with their paths: those for every app client, then
// what each client has in their places.
func (s *Settings) ruleSets() iter.Seq2[string, policy.Rules] {
	return func(yield func(string, policy.Rules) bool) {
		if !yield(signUpRoot, s.Policy.SignUp.Rules) {
			return
		}
		for _, id := range slices.Sorted(maps.Keys(s.Policy.SignUp.Clients)) {
			if !yield(policy.Child(signUpRoot+".clients", id), s.Policy.SignUp.Clients[id]) {
				return
			}
		}
	}
}

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
		if rule.Mode != policy.Observe && (sanction == "" || sanction == policy.Demote) && s.tokenVersion() == V1_0 {
			whole = append(whole, key)
		}
	}
	var warnings policy.Faults
	add := func(rules []string, problem, fix string) {
		if len(rules) > 0 {
			warnings.Add(signUpRoot+"."+rules[0]+".holds", fmt.Sprintf(problem, strings.Join(rules, ", ")), fix)
		}
	}
	add(admins, "at a token, users whom an administrator created are judged, too (%s): an event does not say who made an account",
		"add admin to appliesTo, so that such an account is refused when it is made, or leave it if that is meant")
	add(whole, "nothing takes "+cognito.SelfService+" out of an access token of version V1_0 (%s): a demoted user may still change attributes and password",
		"set tokenVersion: V2_0, or write atToken: refuse")
	return warnings
}

// unasked warns of what users must give and no hosted page asks for. The pages of a domain ask
// for what the pool itself requires or verifies: of the suite's own pool that is the address
// alone (newPool in package infra says why). Of an app's pool nobody knows it here.
func unasked(s *Settings, given Given) policy.Faults {
	if given.Pool || !s.SelfSignUp {
		return nil
	}
	var warnings policy.Faults
	add := func(path string, rule policy.Rule, names ...string) {
		refuses := rule.Mode == "" || rule.Mode == policy.Enforce
		if refuses && (rule.AppliesTo == nil || slices.Contains(rule.AppliesTo, policy.Self)) && len(names) > 0 {
			warnings.Add(path, fmt.Sprintf("the hosted sign-up page does not ask for %s, so every sign-up there is refused", strings.Join(names, ", ")),
				"take that out, or leave it if users sign up in your app, through the API, alone")
		}
	}
	for path, rules := range s.ruleSets() {
		if a := rules.Attributes; a != nil {
			add(policy.Child(path, "attributes")+".required", a.Rule, slices.DeleteFunc(slices.Clone(a.Required), func(name string) bool { return name == "email" })...)
		}
		if p := rules.Phone; p != nil && p.Required {
			add(policy.Child(path, "phone")+".required", p.Rule, "phone_number")
		}
	}
	return warnings
}

// unhandled warns of challenges that no trigger of the suite handles.
func unhandled(s *Settings, given Given) policy.Faults {
	var warnings policy.Faults
	for _, name := range s.clientsOf(false) {
		if i := slices.Index(s.Clients[name].Flows, FlowCustom); i >= 0 && !given.Pool {
			warnings.Add(policy.Item(policy.Child("clients", name)+".flows", i), "custom asks three triggers that the suite does not make (DefineAuthChallenge, CreateAuthChallenge, VerifyAuthChallengeResponse)",
				"add them to the pool in your app, or remove it")
		}
	}
	return warnings
}

// uninvited warns of an invite that users of some origins do not need: an administrator
// can always create users, and a pool with identity providers has users of theirs.
func uninvited(s *Settings, given Given) policy.Faults {
	var warnings policy.Faults
	for path, rules := range s.ruleSets() {
		if rules.Access == nil || rules.Access.Mode != policy.AccessInvite {
			continue
		}
		at := policy.Child(path, "access")
		if !slices.Contains(rules.Access.AppliesTo, policy.Admin) {
			warnings.Add(at, "users whom an administrator creates come without an invite", "add admin to appliesTo, or leave it if that is meant")
		}
		if given.Pool || len(s.IdentityProviders) > 0 || cmp.Or(rules.Providers, s.Policy.SignUp.Providers) != nil {
			warnings.Add(at, "users of an identity provider come without an invite, since they cannot carry one", "let policy.signUp.providers allow only those whose users need none, or leave it if that is meant")
		}
	}
	return warnings
}
