package signup_test

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

func TestObserveRefusesNobodyAndTellsExactlyWhatEnforceRefuses(t *testing.T) {
	judged, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		section := sections(t)
		observing := compile(t, with(section, policy.Observe))
		enforcing := compile(t, with(section, policy.Enforce))
		for range 100 {
			a := applicants(t)
			seen, said := observing.Check(a), enforcing.Check(a)
			if seen.Refused() || seen.Rule != "" {
				t.Fatalf("%+v: observe refused with %+v", a, seen)
			}
			if said.Refused() != (len(seen.Observed) > 0) || said.Observed != nil {
				t.Fatalf("%+v: observe noted %q, enforce said %+v", a, seen.Observed, said)
			}
			judged++
			if said.Refused() {
				refused++
				if said.Refusal.Code != seen.Observed[0] {
					t.Fatalf("%+v: observe noted %q, enforce said %+v", a, seen.Observed, said)
				}
			}
		}
	})
	t.Logf("%d verdicts, %d refusals", judged, refused)
	if refused < judged/20 || judged-refused < judged/20 {
		t.Error("too few of one kind to say anything")
	}
}

// It composes the verdict of any mixture from verdicts of policies with a single rule.
func TestMixedModesAreTheRulesOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		section := sections(t)
		mixed := compile(t, section)
		a := applicants(t)
		var want signup.Verdict
		for _, rule := range signup.Rules() {
			alone, mode := single(section, rule.Name)
			objection := compile(t, alone).Check(a).Refusal
			if objection != (deny.Refusal{}) && !slices.Contains(rule.Refusals, objection) {
				t.Fatalf("%s refuses with %s, which its row does not name", rule.Name, objection.Code)
			}
			switch {
			case objection == deny.Refusal{}:
			case mode == policy.Observe && !slices.Contains(want.Observed, objection.Code):
				want.Observed = append(want.Observed, objection.Code)
			case mode != policy.Observe && !want.Refused():
				want.Refusal, want.Rule = objection, rule.Name
			}
		}
		if got := mixed.Check(a); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v\ngot  %+v\nwant %+v", a, got, want)
		}
	})
}

// single returns the section with one rule, enforced unless it is off, and the mode that
// the rule had.
func single(section policy.SignUp, name string) (alone policy.SignUp, mode policy.Mode) {
	alone = remade(section, func(each string, old policy.Mode) policy.Mode {
		if each != name {
			return policy.Off
		}
		mode = old
		if old == policy.Off {
			return old
		}
		return policy.Enforce
	})
	return alone, mode
}

// hostile returns R6's strings: they break parsers, terminals, stores and eyes.
func hostile() []string {
	seeds := []string{
		"", " ", "\x00", "a\x00b", "\xff", "\xc3\x28", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xc0\xaf", "\u202e", "\u2066x\u2069", "\u200b",
		"\u200d", "\ufeff", "\u2028", "\u2029", "\u0085", "\r\n", "\x1b[31m", "__proto__", "constructor", "$set", "$where", "#name", ":val", "%s%n", "${jndi:x}",
		"{{7*7}}", "<script>alert(1)</script>", "' OR 1=1 --", "../../etc/passwd", "=1+1", "\u212a", "\u0130", "\u017f", "ﬀ", "Ǆ", "e\u0301", "😀", "\U0010ffff",
		"null", "true", "NaN", "9007199254740993", `{"a":1}`, `\`, `"`, strings.Repeat("a", 2048), strings.Repeat("@", 2048), strings.Repeat("\u0301", 1024),
		strings.Repeat(".", 254), strings.Repeat("a.", 127) + "@" + strings.Repeat("b.", 127),
	}
	var all []string
	for _, s := range seeds {
		all = append(all, s, s+"@example.com", "a@"+s, "a@"+s+".com", "a@example.com"+s)
	}
	return all
}

// Every string is put into every field that a stranger can fill.
func TestR6_HostileStringsAreJudgedAndNeverRepeated(t *testing.T) {
	strs := hostile()
	section := full(policy.Rule{AppliesTo: origins})
	enforcing, observing := compile(t, section), compile(t, with(section, policy.Observe))
	known := signup.Refusals()
	usable := 0
	for _, s := range strs {
		for _, a := range []signup.Applicant{
			{Origin: policy.Self, UserName: s, ClientID: s, Attributes: map[string]string{"email": s, "name": s, "custom:plan": s, "phone_number": s, s: s}, Invite: s, Challenge: s},
			{Origin: policy.Origin(s), Attributes: map[string]string{"email": s, "name": "x", "custom:plan": "x"}},
			{Origin: policy.External, UserName: s, Attributes: map[string]string{"email": "a@b.co", "name": s, "custom:plan": s}},
			{Origin: policy.Self, UserName: "ada", Attributes: map[string]string{"email": "a@b.co", "name": "x", "custom:plan": "x", "phone_number": s}},
			{Origin: policy.Self, UserName: s, Attributes: map[string]string{"email": "a@b.co", "name": "x", "custom:plan": "x"}},
		} {
			v := enforcing.Check(a)
			if v.Refused() && !slices.Contains(known, v.Refusal) {
				t.Errorf("%+q: an unknown refusal %+v", s, v.Refusal)
			}
			if got := observing.Check(a); got.Refused() || (len(got.Observed) > 0) != v.Refused() {
				t.Errorf("%+q: observe %+v, enforce %+v", s, got, v)
			}
			if a.Attributes["email"] == s && !v.Refused() {
				usable++
				if strings.ContainsAny(s, "\x00\r\n\x1b\"<> ") || !isASCII(s) {
					t.Errorf("%+q passed", s)
				}
			}
		}
	}
	t.Logf("%d strings in 5 places each, %d are usable addresses", len(strs), usable)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func TestAPolicyServesManyAtOnce(t *testing.T) {
	section := denying("mailinator.com")
	section.Attributes = &policy.Attributes{Rule: policy.Rule{Mode: policy.Observe}, Required: []string{"name"}}
	p := compile(t, section)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 500 {
				address, want := "a@B.mailinator.com", signup.EmailDomainDenied
				if i%2 == 0 {
					address, want = "a@b.co", deny.Refusal{}
				}
				if v := p.Check(by(policy.Self, address)); v.Refusal != want || len(v.Observed) != 1 {
					t.Errorf("%s: got %+v", address, v)
				}
			}
		})
	}
	group.Wait()
}

func FuzzCheck(f *testing.F) {
	for _, s := range hostile() {
		f.Add(s, s, "self")
	}
	section := full(policy.Rule{AppliesTo: origins})
	section.Attributes.Mode = policy.Observe
	p := compile(f, section)
	f.Fuzz(func(t *testing.T, address, name, origin string) {
		a := signup.Applicant{Origin: policy.Origin(origin), UserName: name, Attributes: map[string]string{"email": address, "name": name, "phone_number": name}}
		v := p.Check(a)
		if again := p.Check(a); !reflect.DeepEqual(v, again) {
			t.Errorf("%+v became %+v", v, again)
		}
		if v.Refused() && !slices.Contains(signup.Refusals(), v.Refusal) {
			t.Errorf("an unknown refusal: %+v", v)
		}
	})
}
