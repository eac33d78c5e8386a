package policy_test

import (
	"errors"
	"flag"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// full returns a document in which every field is set.
func full() policy.Document {
	rule := policy.Rule{Mode: policy.Observe, AppliesTo: []policy.Origin{policy.Self, policy.External}}
	held := policy.Held{Holds: policy.HoldsAtToken, AtToken: policy.Refuse}
	token := policy.Token{
		Claims: []policy.Claim{
			{Name: "roles", From: "authz.roles"},
			{Name: "a<b>&c", Value: []any{"x", true, int64(9007199254740993), 1.5, int64(-9223372036854775808), 1e308}},
		},
		ExtraClaims: true,
		Suppress:    []string{"picture"},
		Scopes:      policy.Scopes{Add: []string{"MyAPI/read"}, Suppress: []string{"phone"}, AllowCognito: true},
		Budget:      1024,
		Drop:        []string{"roles"},
	}
	return policy.Document{
		SignUp: signUp(rule, held),
		Mirror: policy.Mirror{Attributes: []string{"locale"}},
		Tokens: policy.Tokens{
			Profiles: map[string]policy.Profile{
				"app":     {ID: token, Access: token, Groups: policy.RolesAsGroups, PrincipalTags: []string{"tenant"}},
				"service": {Machine: true, Access: token},
			},
			Trusted: map[string]string{"custom:plan": "no client may write it"}, Unwritten: []string{"sub"},
		},
		AtToken: policy.SignUp{Rules: policy.Rules{Relay: &policy.Relay{Rule: rule, Held: held}}},
		Migration: policy.Migration{
			Hashes: []policy.HashShare{{Kind: "bcrypt:13", Share: 3}}, OldApp: "https://app.example/",
			Passwords: policy.PasswordRules{MinLength: 8, Lower: true, Upper: true, Digits: true, Symbols: true},
		},
		Moving: true,
	}
}

// signUp returns a section in which every field is set, also for one app client.
func signUp(rule policy.Rule, held policy.Held) policy.SignUp {
	s := policy.SignUp{
		Rules: policy.Rules{
			Access:     &policy.Access{Mode: policy.AccessInvite, Observe: true, AppliesTo: rule.AppliesTo, Keys: []policy.InviteKey{{ID: "k", PublicKey: "ed25519:x"}}},
			Providers:  &policy.Providers{Mode: rule.Mode, Allow: []string{"Google"}},
			Privileged: &policy.Privileged{Mode: rule.Mode, Attributes: []string{"custom:role"}},
			Email:      &policy.Email{Rule: rule, Held: held, Required: true, IDN: true},
			Domains:    &policy.Domains{Rule: rule, Held: held, Allow: []string{"*.corp.example"}, Deny: []string{"mailinator.com"}},
			Disposable: &policy.Disposable{Rule: rule, Held: held, Except: []string{"mail.example"}},
			Relay:      &policy.Relay{Rule: rule, Held: held},
			Roles:      &policy.Roles{Rule: rule, Held: held, Names: []string{"admin"}},
			Phone:      &policy.Phone{Rule: rule, Held: held, Required: true, Countries: []string{"DE"}, AllowTypes: []policy.NumberType{policy.SharedCost}},
			Username:   &policy.Username{Rule: rule, MinLength: 3, MaxLength: 30, Reserved: []string{"admin"}, MixedScripts: true, LookAlikes: true},
			Attributes: &policy.Attributes{Rule: rule, Held: held, Required: []string{"name", "custom:plan"}, Values: map[string]policy.Value{
				"name": {MinLength: 1, MaxLength: 80, Pattern: `[\pL .-]+`}, "locale": {Pattern: "[a-z]{2}"},
			}},
			Challenge:   &policy.Challenge{Rule: rule, Bits: 18, MaxAge: "10m"},
			AutoConfirm: &policy.AutoConfirm{Origins: []policy.Origin{policy.Self}, Domains: []string{"corp.example"}},
		},
		Sentences: policy.Sentences{"de": {"email-missing": "x"}},
		ShowCode:  true,
	}
	s.Clients = map[string]policy.Rules{"1example23456789": s.Rules}
	return s
}

// An app client's rule replaces the whole rule and inherits nothing; other rules stay.
func TestAnOverrideReplacesTheWholeRule(t *testing.T) {
	base := signUp(policy.Rule{Mode: policy.Observe}, policy.Held{})
	base.Clients = map[string]policy.Rules{"a": signUp(policy.Rule{}, policy.Held{}).Rules, "b": {Email: &policy.Email{}}}
	if got, want := base.In("a"), signUp(policy.Rule{}, policy.Held{}).Rules; !reflect.DeepEqual(got, want) {
		t.Errorf("everything overridden:\ngot  %+v\nwant %+v", got, want)
	}
	got, want := base.In("b"), base.In("")
	want.Email = &policy.Email{}
	if !reflect.DeepEqual(got, want) || reflect.DeepEqual(got, base.In("c")) || !reflect.DeepEqual(base.Rules, signUp(policy.Rule{Mode: policy.Observe}, policy.Held{}).Rules) {
		t.Errorf("one rule overridden:\ngot  %+v\nwant %+v", got, want)
	}
}

// The rule holds without being written down, and does not replace a written one.
func TestAnUnusableAddressIsRefusedWithoutAWord(t *testing.T) {
	want := policy.Rules{Email: &policy.Email{}, Domains: &policy.Domains{}, Attributes: &policy.Attributes{}}
	if got := (policy.SignUp{}).In("a"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if full := signUp(policy.Rule{}, policy.Held{}).Rules; full.Full() != full {
		t.Error("a rule that is written down is another one")
	}
}

// All sees every field, and Clone copies each.
func TestEveryRuleIsSeenUnderItsKey(t *testing.T) {
	var rules policy.Rules
	for _, rule := range reflect.ValueOf(&rules).Elem().Fields() {
		rule.Set(reflect.New(rule.Type().Elem()))
	}
	copied, seen := rules.Clone(), 0
	for key, rule := range rules.All() {
		field := reflect.TypeFor[policy.Rules]().Field(seen)
		if want := strings.ToLower(field.Name[:1]) + field.Name[1:]; key != want || reflect.TypeOf(rule) != field.Type {
			t.Errorf("%s is yielded as %s, a %T", field.Name, key, rule)
		}
		if again := reflect.ValueOf(copied).Field(seen); again.Interface() == rule || !reflect.DeepEqual(again.Interface(), rule) {
			t.Errorf("%s is copied as %+v", key, again)
		}
		seen++
	}
	if seen != reflect.TypeFor[policy.Rules]().NumField() {
		t.Errorf("%d rules are seen", seen)
	}
	for range rules.All() {
		break
	}
	if (policy.Rules{}).Clone() != (policy.Rules{}) {
		t.Error("an absent rule is copied")
	}
	if written := full().SignUp.Rules; !reflect.DeepEqual(written.Clone(), written) {
		t.Errorf("the copy says %+v", written.Clone())
	}
}

func TestR41_OnlyTheRulesThatHoldAtATokenAreHeld(t *testing.T) {
	every := signUp(policy.Rule{}, policy.Held{Holds: policy.HoldsAtToken}).Rules
	var got []string
	for key := range every.Held().All() {
		got = append(got, key)
	}
	if want := "email domains disposable relay roles phone attributes"; strings.Join(got, " ") != want {
		t.Errorf("held are %v, want %s", got, want)
	}
	last := policy.Rules{Attributes: &policy.Attributes{Held: policy.Held{Holds: policy.HoldsAtToken}}}
	if last.Held() != last {
		t.Error("a rule that stands alone is not held")
	}
	for name, rules := range map[string]policy.Rules{
		"no rule": {}, "at sign-up": signUp(policy.Rule{}, policy.Held{}).Rules,
		"off": signUp(policy.Rule{Mode: policy.Off}, policy.Held{Holds: policy.HoldsAtToken}).Rules,
	} {
		if held := rules.Held(); held != (policy.Rules{}) {
			t.Errorf("%s: held are %+v", name, held)
		}
	}
}

// A rule that could hold at a token and does not is undone by the next change of the attribute.
func TestTheRulesThatHoldAtSignUpOnlyAreUndone(t *testing.T) {
	held := policy.Held{Holds: policy.HoldsAtToken}
	rules := policy.Rules{Email: &policy.Email{Held: held}, Relay: &policy.Relay{}, Roles: &policy.Roles{Rule: policy.Rule{Mode: policy.Off}}, Username: &policy.Username{}}
	if got, want := rules.Undone(), (policy.Rules{Relay: rules.Relay}); got != want {
		t.Errorf("undone are %+v", got)
	}
}

func TestAPolicyReadsBackAsItWasWritten(t *testing.T) {
	for _, doc := range []policy.Document{{}, full()} {
		text, err := policy.Encode(doc)
		if err != nil {
			t.Fatal(err)
		}
		back, err := policy.Decode(text, "signUp", "mirror", "tokens", "atToken", "migration", "moving")
		if err != nil || !reflect.DeepEqual(back, doc) {
			t.Errorf("%v\ngot  %+v\nwant %+v", err, back, doc)
		}
	}
}

// The bytes are part of the deployed asset, whose hash must not change when the policy
// does not.
func TestThePolicyFileHasOneForm(t *testing.T) {
	text, err := policy.Encode(full())
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/policy.golden.json"
	if *update {
		if err := os.WriteFile(golden, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != string(want) {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

func TestAValueThatJSONCannotHoldIsNotEncoded(t *testing.T) {
	doc := full()
	doc.Tokens.Profiles["app"].ID.Claims[1].Value = math.NaN()
	if text, err := policy.Encode(doc); err == nil || len(text) != 0 || !strings.HasPrefix(err.Error(), "encoding the policy: json: unsupported value") {
		t.Errorf("encoded as %s, %v", text, err)
	}
}

func TestEachFunctionIsShippedWhatItNeedsAndNoMore(t *testing.T) {
	needs := map[string][]string{"reconcile": {"mirror"}}
	for _, trigger := range triggers.All() {
		needs[trigger.Room] = trigger.Sections
	}
	for function, want := range needs {
		sections := policy.Sections(function)
		text, err := policy.Encode(policy.Document{}, sections...)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"signUp", "mirror", "tokens", "atToken", "migration", "moving"} {
			if strings.Contains(string(text), `"`+key+`"`) != slices.Contains(want, key) {
				t.Errorf("%s: %s is there or missing against the plan:\n%s", function, key, text)
			}
		}
		if _, err := policy.Decode(text, sections...); err != nil {
			t.Errorf("%s does not start with what it is shipped: %v", function, err)
		}
	}
	if got := policy.Sections("premigration"); got != nil {
		t.Errorf("an unknown function gets %v", got)
	}
	if _, err := policy.Decode([]byte("{}"), "tokns"); err == nil {
		t.Error("an unknown section is found")
	}
	if _, err := policy.Encode(policy.Document{}, "tokns"); err == nil || err.Error() != `encoding the policy: one of the sections ["tokns"] does not exist` {
		t.Errorf("an unknown section is encoded: %v", err)
	}
}

func TestAFunctionRefusesHalfAPolicy(t *testing.T) {
	const missing, inexact = "the section signUp is missing: build and ship policy.json with Encode", `the claim "a" has a number that cannot be kept exactly`
	for name, c := range map[string]struct{ text, want string }{
		"empty":            {"", "reading JSON: "},
		"not JSON":         {"signUp: {}", "reading JSON: "},
		"null":             {"null", missing},
		"missing section":  {`{"tokens":{}}`, missing},
		"null section":     {`{"signUp":null}`, missing},
		"unknown section":  {`{"signUp":{},"signup2":{}}`, `reading JSON: json: unknown field "signup2"`},
		"unknown key":      {`{"signUp":{"domains":{"denny":["a"]}}}`, `reading JSON: json: unknown field "denny"`},
		"wrong type":       {`{"signUp":{"email":{"required":"true"}}}`, "reading JSON: "},
		"trailing":         {`{"signUp":{}} {}`, "reading JSON: "},
		"trailing bracket": {`{"signUp":{}}}`, "reading JSON: "},
		"big number":       {`{"signUp":{},"tokens":{"profiles":{"p":{"id":{"claims":[{"name":"a","value":[{"b":9223372036854775808}]}]}}}}}`, inexact},
		"infinite number":  {`{"signUp":{},"tokens":{"profiles":{"p":{"access":{"claims":[{"name":"a","value":1e999}]}}}}}`, inexact},
	} {
		if doc, err := policy.Decode([]byte(c.text), "signUp"); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: read as %+v, %v", name, doc, err)
		}
	}
}

func TestLoadNamesThePolicyByItsHash(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := policy.Load(dir); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "loading the policy: open "+dir) {
		t.Errorf("a missing file gives %v", err)
	}
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, policy.FileName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"mirror":{"attributes":["name"]}}`)
	doc, hash, err := policy.Load(dir, "mirror")
	// printf '{"mirror":{"attributes":["name"]}}' | sha256sum | cut -c1-12
	if err != nil || hash != "41299d353dbe" || len(doc.Mirror.Attributes) != 1 {
		t.Errorf("got %+v %q %v", doc, hash, err)
	}
	write(`{"mirror":{"attributes":["name"]}} x`)
	if doc, hash, err := policy.Load(dir); err == nil || hash != "" || len(doc.Mirror.Attributes) != 0 || !strings.HasPrefix(err.Error(), "loading the policy "+dir) {
		t.Errorf("got %+v %q %v", doc, hash, err)
	}
}

func TestNumbersAreKeptExactlyOrRefused(t *testing.T) {
	for literal, want := range map[string]any{
		"0": int64(0), "-0": int64(0), "+1": int64(1), "9223372036854775807": int64(9223372036854775807), "-9223372036854775808": int64(-9223372036854775808),
		"1.0": int64(1), "1e2": int64(100), "1e16": int64(1e16), "-1e2": int64(-100), "9007199254740992.0": int64(9007199254740992),
		"-9223372036854775808.0": int64(-9223372036854775808), "4611686018427387904.0": int64(4611686018427387904),
		"0.1": 0.1, ".5": 0.5, "-9223372036854777856.0": -9223372036854777856.0, "1e308": 1e308, "1e19": 1e19, "10000000000000000000": 1e19, "-10000000000000000000": -1e19, "1e21": 1e21, "9223372036854775808.0": 9223372036854775808.0,
		"9223372036854775808": nil, "-9223372036854775809": nil, "18446744073709551615": nil, "10000000000000000001": nil,
		"1e999": nil, "-1e999": nil, "": nil, "x": nil, "NaN": nil, "Inf": nil, "-Inf": nil, "-": nil,
	} {
		got, ok := policy.Number(literal)
		if ok != (want != nil) || ok && got != want {
			t.Errorf("%q: got %T %v %v, want %T %v", literal, got, got, ok, want, want)
		}
	}
}

func TestEveryNumberReadsBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.Int64().AsAny(), rapid.Float64().AsAny(), rapid.Float64Range(-2e21, 2e21).AsAny(), rapid.String().AsAny(), rapid.Bool().AsAny()).Draw(t, "value")
		if f, ok := value.(float64); ok && f == math.Trunc(f) && -1<<63 <= f && f < 1<<63 {
			value = int64(f)
		}
		var doc policy.Document
		doc.Tokens.Profiles = map[string]policy.Profile{"p": {ID: policy.Token{Claims: []policy.Claim{{Name: "c", Value: value}, {Name: "l", Value: []any{value}}}}}}
		text, err := policy.Encode(doc)
		if err != nil {
			t.Fatal(err)
		}
		back, err := policy.Decode(text)
		if err != nil || !reflect.DeepEqual(back, doc) {
			t.Fatalf("%v: %v became %v", err, doc, back)
		}
	})
}

func TestPathsStayOneLineAndReadable(t *testing.T) {
	for want, got := range map[string]string{
		"signUp":                 policy.Child("", "signUp"),
		"signUp.domains.deny[1]": policy.Item(policy.Child(policy.Child("signUp", "domains"), "deny"), 1),
		`tags["a.b"]`:            policy.Child("tags", "a.b"),
		`tags["a\nb"]`:           policy.Child("tags", "a\nb"),
		`[""]`:                   policy.Child("", ""),
		"tags.azAZ09":            policy.Child("tags", "azAZ09"),
		"a.b.c":                  policy.Below("a.b", "c"),
		`a["b c"]`:               policy.Below("a", `["b c"]`),
		"a":                      policy.Below("a", ""),
		"b":                      policy.Below("", "b"),
		"tags.custom:plan_2-x":   policy.Child("tags", "custom:plan_2-x"),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestNearestFindsTheWordThatWasMeant(t *testing.T) {
	known := []string{"enforce", "observe", "off", "email", "given_name", "AZaz", "abc", "abd"}
	for word, want := range map[string]string{
		"enforced": "enforce", "Observe": "observe", "OFF": "off", "of": "off", "emial": "email", "givenName": "given_name",
		"xenforce": "enforce", "nforce": "enforce", "enfroce": "enforce", "ab": "abc", "azAZ": "AZaz", "iven_nam": "given_name", "aenforceb": "enforce",
		"aaenforceb": "enforce", "aaaenforceb": "", "offen": "",
		"fof": "off", "meial": "", "offs": "off", // swapped neighbours, two pairs of them, and equal ones, which are none
		"": "", "xyz": "", "block": "", strings.Repeat("x", 1000): "",
	} {
		if got := policy.Nearest(word, known); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestFaultsAreNoErrorWhenThereIsNone(t *testing.T) {
	if err := (policy.Faults{}).Err(); err != nil {
		t.Errorf("got %v", err)
	}
	err := policy.Faults{{Path: "a", Problem: "b", Fix: "c"}, {Path: "d", Problem: "e"}}.Err()
	if err == nil || err.Error() != "a: b; c\nd: e" {
		t.Errorf("got %v", err)
	}
}

// Law 10: a function's import of the policy brings neither an unused parser nor a
// network.
func TestThePolicyLinksNoYAML(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dep := range strings.Lines(string(out)) {
		for _, banned := range []string{"yaml", "net/http", "aws", "log/slog", "crypto/tls"} {
			if strings.Contains(strings.TrimSpace(dep), banned) && !strings.Contains(dep, "cognito-triggers") {
				t.Errorf("links %s", dep)
			}
		}
	}
}

func TestAFaultSaysWhatWasMeant(t *testing.T) {
	var faults policy.Faults
	for _, word := range []policy.Mode{"observ", "loud"} {
		faults.Add("mode", "there is no mode "+policy.Shown(word), policy.Choice(word, policy.Enforce, policy.Observe, policy.Off))
	}
	faults.Add("name", "there is no "+policy.Shown(strings.Repeat("é\n", 20)), "")
	faults.Add("name", "there is no "+policy.Shown(strings.Repeat("é\n", 20)+"é"), policy.Meant("x", []string{"name"}, "write one"))
	want := `mode: there is no mode "observ"; did you mean observe?
mode: there is no mode "loud"; use enforce, observe or off
name: there is no "` + strings.Repeat(`é\n`, 20) + `"
name: there is no "` + strings.Repeat(`é\n`, 20) + `…"; write one`
	if faults.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", faults, want)
	}
}
