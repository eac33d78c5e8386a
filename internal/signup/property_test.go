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

var (
	modes    = []policy.Mode{"", policy.Enforce, policy.Observe, policy.Off}
	origins  = []policy.Origin{policy.Self, policy.Admin, policy.External}
	domains  = []string{"mailinator.com", "b.mailinator.com", "amazon.com", "corp.example", "evil.example"}
	attrs    = []string{"email", "name", "locale", "custom:plan"}
	hosts    = []string{"mailinator.com", "MAILINATOR.com", "x.mailinator.com", "evilamazon.com", "amazon.com", "ok.example", "corp.example.", "", "[1.2.3.4]"}
	locals   = []string{"a", "A.b+c", `"a@b"`, "", "a..b", "K", "\u212a"}
	contents = []string{"", " ", "x", "\x00", "\u200b"}
)

// rules draws what rules have in common.
func rules(t *rapid.T, name string) policy.Rule {
	r := policy.Rule{Mode: rapid.SampledFrom(modes).Draw(t, name+" mode")}
	r.AppliesTo = subset(t, name+" appliesTo", origins)
	return r
}

// subset draws some of the values, or nil for none.
func subset[T any](t *rapid.T, name string, from []T) []T {
	var some []T
	for i, take := range rapid.SliceOfN(rapid.Bool(), len(from), len(from)).Draw(t, name) {
		if take {
			some = append(some, from[i])
		}
	}
	return some
}

// sections draws a sound policy.
func sections(t *rapid.T) policy.SignUp {
	return policy.SignUp{
		Email:      policy.Email{Rule: rules(t, "email"), Required: rapid.Bool().Draw(t, "required")},
		Domains:    policy.Domains{Rule: rules(t, "domains"), Deny: subset(t, "deny", domains)},
		Attributes: policy.Attributes{Rule: rules(t, "attributes"), Required: subset(t, "attributes", attrs)},
	}
}

// applicants draws somebody who breaks rules now and then.
func applicants(t *rapid.T) signup.Applicant {
	a := signup.Applicant{
		Origin:     rapid.SampledFrom(append([]policy.Origin{"", "new"}, origins...)).Draw(t, "origin"),
		UserName:   rapid.String().Draw(t, "username"),
		Attributes: map[string]string{},
	}
	if rapid.IntRange(0, 4).Draw(t, "has an address") > 0 {
		a.Attributes["email"] = rapid.SampledFrom(locals).Draw(t, "local") + "@" + rapid.SampledFrom(hosts).Draw(t, "host")
	}
	for _, name := range attrs[1:] {
		if rapid.Bool().Draw(t, "has "+name) {
			a.Attributes[name] = rapid.SampledFrom(contents).Draw(t, name)
		}
	}
	return a
}

// with gives the section with every rule that is not off in one mode.
func with(section policy.SignUp, mode policy.Mode) policy.SignUp {
	for _, r := range []*policy.Rule{&section.Email.Rule, &section.Domains.Rule, &section.Attributes.Rule} {
		if r.Mode != policy.Off {
			r.Mode = mode
		}
	}
	return section
}

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
	if refused < 500 || judged-refused < 500 {
		t.Error("too few of one kind to say anything")
	}
}

// TestMixedModesAreTheRulesOneByOne composes the verdict of any mixture from
// verdicts of policies with a single rule.
func TestMixedModesAreTheRulesOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		section := sections(t)
		mixed := compile(t, section)
		a := applicants(t)
		var want signup.Verdict
		for _, name := range []string{"email", "domains", "attributes"} {
			alone, mode := single(section, name)
			objection := compile(t, alone).Check(a).Refusal
			switch {
			case objection == deny.Refusal{}:
			case mode == policy.Observe && !slices.Contains(want.Observed, objection.Code):
				want.Observed = append(want.Observed, objection.Code)
			case mode != policy.Observe && !want.Refused():
				want.Refusal, want.Rule = objection, name
			}
		}
		if got := mixed.Check(a); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v\ngot  %+v\nwant %+v", a, got, want)
		}
	})
}

// single gives the section with one rule, enforced unless it is off, and the
// mode that the rule had.
func single(section policy.SignUp, name string) (alone policy.SignUp, mode policy.Mode) {
	off := policy.Rule{Mode: policy.Off}
	alone = policy.SignUp{Email: policy.Email{Rule: off}, Domains: policy.Domains{Rule: off}, Attributes: policy.Attributes{Rule: off}}
	switch name {
	case "email":
		alone.Email, mode = section.Email, section.Email.Mode
	case "domains":
		alone.Domains, mode = section.Domains, section.Domains.Mode
	case "attributes":
		alone.Attributes, mode = section.Attributes, section.Attributes.Mode
	}
	return with(alone, policy.Enforce), mode
}

// hostile gives R6's strings: what breaks parsers, terminals, stores and eyes.
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

// TestR6_HostileStringsAreJudgedAndNeverRepeated puts every string into every
// place that a stranger can fill.
func TestR6_HostileStringsAreJudgedAndNeverRepeated(t *testing.T) {
	strs := hostile()
	if len(strs) < 200 {
		t.Fatalf("%d strings, R6 asks for 200", len(strs))
	}
	section := denying("mailinator.com")
	section.Email.Required = true
	section.Attributes.Required = []string{"name", "custom:plan"}
	rule := policy.Rule{AppliesTo: origins}
	section.Email.Rule, section.Domains.Rule, section.Attributes.Rule = rule, rule, rule
	enforcing, observing := compile(t, section), compile(t, with(section, policy.Observe))
	known := signup.Refusals()
	usable := 0
	for _, s := range strs {
		for _, a := range []signup.Applicant{
			{Origin: policy.Self, UserName: s, ClientID: s, Attributes: map[string]string{"email": s, "name": s, "custom:plan": s, s: s}},
			{Origin: policy.Origin(s), Attributes: map[string]string{"email": s, "name": "x", "custom:plan": "x"}},
			{Origin: policy.External, Attributes: map[string]string{"email": "a@b.co", "name": s, "custom:plan": s}},
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
	t.Logf("%d strings in 3 places each, %d are usable addresses", len(strs), usable)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func TestCheckIsSafeForConcurrentUse(t *testing.T) {
	section := denying("mailinator.com")
	section.Attributes = policy.Attributes{Rule: policy.Rule{Mode: policy.Observe}, Required: []string{"name"}}
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

func TestACheckAllocatesNothing(t *testing.T) {
	section := denying(domains...)
	section.Email.Required, section.Attributes.Required = true, []string{"name"}
	p := compile(t, section)
	for _, c := range []struct {
		address string
		most    float64
	}{
		{"a@mail.ok.example", 0}, {"A.B+c@ok.example", 0}, {"a@mailinator.com", 0}, {`"a@b"@mailinator.com`, 0}, {"a@OK.example", 2},
	} {
		a := by(policy.Self, c.address)
		if n := testing.AllocsPerRun(1000, func() { p.Check(a) }); n > c.most {
			t.Errorf("%s: %v allocations, at most %v are planned", c.address, n, c.most)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	section := denying(domains...)
	section.Email.Required, section.Attributes.Required = true, []string{"name"}
	p := compile(b, section)
	a := by(policy.Self, "first.last+tag@mail.ok.example")
	b.ReportAllocs()
	for b.Loop() {
		p.Check(a)
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range hostile() {
		f.Add(s, s, "self")
	}
	section := denying(domains...)
	section.Attributes = policy.Attributes{Rule: policy.Rule{Mode: policy.Observe}, Required: []string{"name"}}
	p := compile(f, section)
	f.Fuzz(func(t *testing.T, address, name, origin string) {
		a := signup.Applicant{Origin: policy.Origin(origin), Attributes: map[string]string{"email": address, "name": name}}
		v := p.Check(a)
		if again := p.Check(a); !reflect.DeepEqual(v, again) {
			t.Errorf("%+v became %+v", v, again)
		}
		if v.Refused() && !slices.Contains(signup.Refusals(), v.Refusal) {
			t.Errorf("an unknown refusal: %+v", v)
		}
	})
}
