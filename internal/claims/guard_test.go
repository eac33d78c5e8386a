package claims

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// The guard for writers refuses exactly what a token leaves out.
func TestTheGuardForWritersIsTheGuardOfTheToken(t *testing.T) {
	p := compiled(t, one(policy.Profile{ID: policy.Token{ExtraClaims: true}}))
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-zA-Z:_]{1,12}`), rapid.SampledFrom([]string{
			"sub", "Scope", "Custom:role", "nickname", "cognito:groups", "DEV:x", "address", "Email_Verified", "plan", "", strings.Repeat("n", 129),
		})).Draw(t, "name")
		value := rapid.SampledFrom([]any{
			"text", true, 1, int64(-1), uint64(math.MaxUint64), 1.5, math.NaN(), nil,
			[]string{"a"},
			[]any{1, nil},
			struct{}{},
			map[string]any{"a": []any{"b"}},
			[]any{[]any{[]any{[]any{[]any{[]any{}}}}}},
			"\xff",
		}).Draw(t, "value")
		encoded, valueProblem := EncodeValue(name, value)
		refused := NameProblem(name) != "" || valueProblem != ""

		reply := p.grant(through("p", "2", &table.Authz{Extra: map[string]any{name: value}})).Response("2")
		if refused == (reply != nil) || reply != nil && !strings.Contains(string(reply), string(encoded)) {
			t.Fatalf("%q: %v: %q, %q, and the token says %s", name, value, NameProblem(name), valueProblem, reply)
		}
	})
}

func TestTheGuardSaysWhatATokenHasOrWhatIsWrong(t *testing.T) {
	if encoded, problem := EncodeValue("plan", []any{"a", 1}); string(encoded) != `["a",1]` || problem != "" {
		t.Errorf("%s, %q", encoded, problem)
	}
	for value, want := range map[any]string{nil: "it is null", math.Inf(1): "it is not a finite number"} {
		if encoded, problem := EncodeValue("plan", value); encoded != nil || problem != "the value cannot be said exactly: "+want {
			t.Errorf("%v: %s, %q", value, encoded, problem)
		}
	}
}

func TestNamesThatDifferInCaseOnlyAreOne(t *testing.T) {
	if !SameName("Plan", "pLAN") || SameName("plan", "plans") || SameName("k", "\u212a") {
		t.Error("only ASCII case makes no difference")
	}
}
