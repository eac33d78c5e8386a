package signup

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// alone returns a policy in which one rule is written down.
func alone(place int) policy.Rules {
	var rules policy.Rules
	field := reflect.ValueOf(&rules).Elem().Field(place)
	field.Set(reflect.New(field.Type().Elem()))
	return rules
}

// The table has a row for each field, under its key and in the same order, so every rule
// of the policy is consulted.
func TestEveryRuleOfThePolicyHasItsRow(t *testing.T) {
	table, fields := Rules(), reflect.TypeFor[policy.Rules]()
	if len(table) != fields.NumField() {
		t.Fatalf("policy.Rules has %d fields, the table of signup %d rows: a field needs a row", fields.NumField(), len(table))
	}
	for i, r := range table {
		if key := fields.Field(i).Tag.Get("yaml"); key != r.Name {
			t.Errorf("the row in place %d is %s, the field is %s", i, r.Name, key)
			continue
		}
		c, set := &compiler{rules: table}, make(ruleset, len(table))
		c.put(set, "signUp", alone(i))
		for j := range set {
			if set[j].name != "" != (i == j) {
				t.Errorf("%s is written down, and %s is compiled as %q", r.Name, table[j].Name, set[j].name)
			}
		}
	}
}

// A rule that is declared and not consulted stops synth, and the function.
func TestARuleWithoutARowIsRefused(t *testing.T) {
	for i, r := range Rules() {
		c := &compiler{rules: slices.Delete(Rules(), i, i+1)}
		rules := alone(i)
		rules.Email = &policy.Email{Rule: policy.Rule{Mode: "x"}}
		rules.AutoConfirm = &policy.AutoConfirm{}
		c.put(make(ruleset, len(c.rules)), "signUp.clients.a", rules)
		want := "signUp.clients.a." + r.Name + ": no row of the table of rules is for it, so it would refuse nobody; add its row to internal/signup/rules.go"
		if !strings.Contains(c.faults.Error(), want) || len(c.faults) < 2 {
			t.Errorf("got %v, want %s and the faults of others", c.faults, want)
		}
	}
}

// A rule may say that it holds at a token exactly if its row is compiled for tokens.
func TestR41_TheRowsForTokensAreThoseOfTheRulesThatMayHold(t *testing.T) {
	var want, got []string
	for field := range reflect.TypeFor[policy.Rules]().Fields() {
		if _, may := field.Type.Elem().FieldByName("Holds"); may {
			want = append(want, field.Tag.Get("yaml"))
		}
	}
	for _, r := range heldRules() {
		got = append(got, r.Name)
	}
	if !slices.Equal(got, want) || len(want) == 0 {
		t.Errorf("the rows are %v, the rules %v", got, want)
	}
}
