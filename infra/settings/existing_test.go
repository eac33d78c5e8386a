package settings

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// pathsOf returns the paths that are wrong.
func pathsOf(s Settings, given Given) (paths []string) {
	for _, f := range s.Faults(given) {
		paths = append(paths, f.Path)
	}
	return paths
}

func owned() Settings {
	return Settings{Disposable: true, ExistingPool: ExistingPool{Mode: PoolOwner, ID: "eu-west-1_AbCdEf123"}}
}

// Each of the 15 subsets is sound with what its triggers use, and says what it cannot use.
func TestR80_ARuleWithoutItsTriggerIsAFault(t *testing.T) {
	all := slices.DeleteFunc(triggers.All(), func(t triggers.Trigger) bool { return t.OnRequest })
	for mask := 1; mask < 1<<len(all); mask++ {
		s := owned()
		for i, each := range all {
			if mask>>i&1 == 1 {
				s.Triggers = append(s.Triggers, HookOf(each))
			}
		}
		if got := pathsOf(s, Given{}); got != nil {
			t.Errorf("%v: %v", s.Triggers, got)
		}
		s.Policy.SignUp.Disposable = &policy.Disposable{}
		s.Policy.SignUp.Domains = &policy.Domains{Held: policy.Held{Holds: policy.HoldsAtToken}}
		s.Policy.SignUp.Relay = &policy.Relay{Rule: policy.Rule{Mode: policy.Off}}
		s.Policy.Tokens.Profiles = map[string]policy.Profile{"app": {}}
		s.ForeignClients = map[string]string{"1example23456789abcdefghij": "app"}
		s.Policy.SignUp.Sentences, s.Policy.SignUp.ShowCode = policy.Sentences{"de": {"email-missing": "Bitte gib eine E-Mail-Adresse an"}}, true
		s.TokenVersion, s.Functions = V2_0, map[string]FunctionSettings{"PostConfirmation": {MemoryMiB: 512}}
		var want []string
		if !s.hooks("PostConfirmation") {
			want = append(want, "functions.PostConfirmation")
		}
		if !s.hooks("PreSignUp") {
			want = append(want, "policy.signUp.disposable")
		}
		if !s.hooks("PreTokenGeneration") {
			want = append(want, "foreignClients.1example23456789abcdefghij", "policy.signUp.domains", "policy.tokens.profiles", "tokenVersion")
		}
		if !s.hooks("PreSignUp") && !s.hooks("PreTokenGeneration") {
			want = append(want, "policy.signUp.sentences", "policy.signUp.showCode")
		}
		got := pathsOf(s, Given{})
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%v: %v, want %v", s.Triggers, got, want)
		}
	}
}

func TestR80_WhichPoolIsMeantIsSaidOnce(t *testing.T) {
	const id, arn = "eu-west-1_AbCdEf123", "arn:aws:cognito-idp:eu-west-1:210987654321:userpool/eu-west-1_AbCdEf123"
	for _, c := range []struct {
		pool  ExistingPool
		other func(*Settings)
		given Given
		want  string // a part of each fault; "" is none
	}{
		{pool: ExistingPool{Mode: PoolAttach, ID: id}},
		{pool: ExistingPool{Mode: PoolOwner, ARN: arn}},
		{pool: ExistingPool{Mode: PoolOwner, ARN: arn}, other: func(s *Settings) { s.Account, s.Region = "210987654321", "eu-west-1" }},
		{pool: ExistingPool{Mode: "own", ID: id}, want: `pool.mode: "own" is not known`},
		{pool: ExistingPool{Mode: PoolAttach}, want: "pool: lacks id"},
		{pool: ExistingPool{ID: id}, want: "pool: has a name, and no mode"},
		{pool: ExistingPool{Mode: PoolMake, ARN: arn}, want: "pool: has a name, and no mode"},
		{pool: ExistingPool{Mode: PoolAttach, ID: id, ARN: arn}, want: "pool: has id and arn"},
		{pool: ExistingPool{Mode: PoolAttach, ID: id, Replace: []Hook{"preSignUp"}, Carry: []string{"X"}, SMSRoleARN: "arn:aws:iam::210987654321:role/service-role/sms"}},
		{pool: ExistingPool{Mode: PoolAttach, ID: id, SMSRoleARN: "sms"}, want: `pool.smsRoleArn: "sms" is not the ARN of a role`},
		{pool: ExistingPool{Mode: PoolAttach, ID: id, Replace: []Hook{"PreSignUp"}}, want: `pool.replace[0]: "PreSignUp" is not a trigger of the stage`},
		{pool: ExistingPool{Mode: PoolAttach, ID: id, Replace: []Hook{"preSignUp"}}, other: func(s *Settings) { s.Triggers = []Hook{"postConfirmation"} }, want: "pool.replace[0]"},
		{pool: ExistingPool{Mode: PoolOwner, ID: id, Replace: []Hook{"preSignUp"}}, want: "pool: says how it is updated"},
		{pool: ExistingPool{Mode: PoolOwner, ID: id, Carry: []string{"X"}}, want: "pool: says how it is updated"},
		{pool: ExistingPool{Mode: PoolOwner, ID: id, Drop: []string{"X"}}, want: "pool: says how it is updated"},
		{pool: ExistingPool{SMSRoleARN: "arn:aws:iam::210987654321:role/sms"}, want: "pool: says how it is updated"},
		{pool: ExistingPool{Mode: PoolAttach, ID: "AbCdEf123"}, want: `pool.id: "AbCdEf123" is not the id`},
		{pool: ExistingPool{Mode: PoolAttach, ARN: id}, want: "pool.arn: " + `"` + id + `" is not the ARN`},
		{pool: ExistingPool{Mode: PoolAttach, ID: id}, given: Given{Pool: true}, want: "pool: is said here, and the app passes one"},
		{pool: ExistingPool{Mode: PoolAttach, ID: id}, other: func(s *Settings) { s.Region = "eu-central-1" }, want: "pool.id: is a pool of eu-west-1, and the stage is of eu-central-1"},
		{pool: ExistingPool{Mode: PoolAttach, ARN: arn}, other: func(s *Settings) { s.Account = "123456789012" }, want: "pool.arn: is of the account 210987654321"},
		{pool: ExistingPool{Mode: PoolAttach, ARN: strings.Replace(arn, "eu-west-1:", "eu-west-3:", 1)}, want: "pool.arn: names two Regions"},
		{pool: ExistingPool{Mode: PoolAttach, ID: id}, other: func(s *Settings) { s.Groups = []string{"admins"} }, want: "groups: is the pool's own, which its owner makes"},
		{pool: ExistingPool{Mode: PoolAttach, ID: id}, other: func(s *Settings) { s.Clients = map[string]Client{"web": {}} }, want: "clients.web: is the pool's own, which its owner makes; write its id"},
		{pool: ExistingPool{Mode: PoolAttach, ID: id}, other: func(s *Settings) { s.API.On = true }, want: "api.on: needs to know whose tokens count"},
	} {
		s := Settings{Disposable: true, ExistingPool: c.pool}
		if c.other != nil {
			c.other(&s)
		}
		got := fmt.Sprint(s.Faults(c.given))
		if c.want == "" && len(s.Faults(c.given)) > 0 || !strings.Contains(got, c.want) {
			t.Errorf("%+v: %s, want %s", c.pool, got, c.want)
		}
	}
}

func TestR80_TriggersAreNamedAsInTheManual(t *testing.T) {
	for hook, want := range map[Hook]string{"PreTokenGeneration": "write preTokenGeneration", "preTokenGenration": "preTokenGeneration", "customMessage": "use one of preSignUp"} {
		s := owned()
		s.Triggers = []Hook{"preSignUp", "preSignUp", hook}
		if got := fmt.Sprint(s.Faults(Given{})); !strings.Contains(got, "triggers[2]") || !strings.Contains(got, want) || !strings.Contains(got, "triggers[1]") {
			t.Errorf("%s: %s", hook, got)
		}
	}
}
