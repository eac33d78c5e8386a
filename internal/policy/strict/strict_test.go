package strict_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/policy/strict"
)

// stage is a struct with every kind of field that Decode knows.
type stage struct {
	Name   string            `yaml:"name"`
	Mode   policy.Mode       `yaml:"mode"`
	Keep   bool              `yaml:"keep"`
	Days   int               `yaml:"days"`
	Small  int8              `yaml:"small"`
	Port   uint16            `yaml:"port"`
	Ratio  float64           `yaml:"ratio"`
	Prefix *string           `yaml:"prefix"`
	Tags   map[string]string `yaml:"tags"`
	Urls   []string          `yaml:"urls"`
	Any    any               `yaml:"any"`
	Policy policy.Document   `yaml:"policy"`
	Pools  map[string]pool   `yaml:"pools"`
	hidden int
	Unseen int `yaml:"-"`
}

type pool struct {
	Plan string `yaml:"plan"`
}

const good = `# a stage
name: "dev"
mode: off
keep: true
days: -7
small: 127
port: 65535
ratio: 1.5
prefix: p
tags: {team: a, "12": b, "custom:x": c}
urls:
  - https://a.example/x#y
  - |
    two
    lines
any: [1, -9223372036854775808, 1.0, 1.5, 1e308, 1e3, x, true, {k: []}]
policy:
  signUp:
    email:
      mode: observe
      appliesTo: [self, admin]
      required: true
    domains:
      deny: []
  tokens:
    profiles:
      app:
        access:
          claims:
            - name: level
              value: 9007199254740993
pools:
  a:
    plan: lite
`

func TestASoundDocumentFillsEveryKindOfField(t *testing.T) {
	var got stage
	lines, err := strict.Decode("dev.yaml", []byte(good), &got)
	if err != nil {
		t.Fatal(err)
	}
	want := stage{
		Name: "dev", Mode: policy.Off, Keep: true, Days: -7, Small: 127, Port: 65535, Ratio: 1.5, Prefix: new("p"),
		Tags:  map[string]string{"team": "a", "12": "b", "custom:x": "c"},
		Urls:  []string{"https://a.example/x#y", "two\nlines\n"},
		Any:   []any{int64(1), int64(-9223372036854775808), int64(1), 1.5, 1e308, int64(1000), "x", true, map[string]any{"k": []any{}}},
		Pools: map[string]pool{"a": {Plan: "lite"}},
	}
	want.Policy.SignUp.Email = &policy.Email{Rule: policy.Rule{Mode: policy.Observe, AppliesTo: []policy.Origin{policy.Self, policy.Admin}}, Required: true}
	want.Policy.SignUp.Domains = &policy.Domains{Deny: []string{}}
	want.Policy.Tokens.Profiles = map[string]policy.Profile{"app": {Access: policy.Token{Claims: []policy.Claim{{Name: "level", Value: int64(9007199254740993)}}}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for path, line := range map[string]int{
		"name": 2, "tags.team": 10, "urls[1]": 13, "policy.signUp.email.appliesTo[1]": 21, "pools.a.plan": 34,
		"policy.tokens.profiles.app.access.claims[0].value": 31,
		"policy.signUp.domains.deny[7]":                     24, // a missing entry has the line of its list
		"policy.mirror.attributes":                          17,
		"nothing":                                           1,
	} {
		if got := lines.Line(path); got != line {
			t.Errorf("%s: line %d, want %d", path, got, line)
		}
	}
}

func TestWhatTheDocumentDoesNotSayKeepsItsDefault(t *testing.T) {
	got := stage{Days: 30, Urls: []string{"https://default.example"}, Unseen: 1, hidden: 2}
	if _, err := strict.Decode("x", []byte("name: a\n"), &got); err != nil {
		t.Fatal(err)
	}
	if want := (stage{Name: "a", Days: 30, Urls: []string{"https://default.example"}, Unseen: 1, hidden: 2}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

// Each document is wrong in one way; all its faults are compared.
func TestEveryFaultIsNamedWithLinePathAndCure(t *testing.T) {
	for name, c := range bad {
		t.Run(name, func(t *testing.T) {
			_, err := strict.Decode("f.yaml", []byte(c.source), new(stage))
			var faults strict.Faults
			if !errors.As(err, &faults) {
				t.Fatalf("got %v (%T), want strict.Faults", err, err)
			}
			if got := err.Error(); got != strings.Join(c.faults, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, strings.Join(c.faults, "\n"))
			}
		})
	}
}

func TestAllFaultsOfAFileComeInOneGo(t *testing.T) {
	source := "nmae: a\nkeep: yes\ndays: 1.5\ndays: 2\nurls: x\ntags: {a: 1, b: ~}\npolicy:\n  signUp:\n    domains:\n      denny: [a]\n      mode: *x\n"
	_, err := strict.Decode("f.yaml", []byte(source), new(stage))
	var faults strict.Faults
	if !errors.As(err, &faults) || len(faults) != 9 {
		t.Fatalf("got %d faults, want 9:\n%v", len(faults), err)
	}
	for i, line := range []int{1, 2, 3, 4, 5, 6, 6, 10, 11} {
		if i < len(faults) && faults[i].Line != line {
			t.Errorf("fault %d stands on line %d, want %d: %v", i, faults[i].Line, line, faults[i])
		}
	}
}

func TestLineEndsOfWindowsCountAsOneLine(t *testing.T) {
	for name, source := range map[string]string{
		"plain":    "name: a\r\nurls:\r\n  - b\r\n  - 5\r\nx: 1\r\n",
		"comments": "name: a # c\r\n# c\r\nurls: [ # c\r\n  5]\r\nx: 1\r\n",
	} {
		_, err := strict.Decode("f", []byte(source), new(stage))
		if err == nil || !strings.Contains(err.Error(), "f:4: urls[") || !strings.Contains(err.Error(), "f:5: x") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAStructThatCannotBeDecodedIsFoundWithoutADocument(t *testing.T) {
	type circle struct {
		Next *circle `yaml:"next"`
	}
	for name, c := range map[string]struct {
		into any
		want string
	}{
		"no pointer": {stage{}, "decoding f: a pointer to a struct is needed, not strict_test.stage"},
		"nil":        {(*stage)(nil), "decoding f: a pointer to a struct is needed, not *strict_test.stage"},
		"no tag":     {new(struct{ A int }), "decoding f: type struct { A int }: field A: it has no yaml tag"},
		"channel": {&struct {
			A []chan int `yaml:"a"`
		}{}, "decoding f: a: type chan int cannot be decoded"},
		"map of channels": {&struct {
			A map[string]chan int `yaml:"a"`
		}{}, "decoding f: a: type chan int cannot be decoded"},
		"number keys": {&struct {
			A map[int]string `yaml:"a"`
		}{}, "must be strings"},
		"interface": {&struct {
			A error `yaml:"a"`
		}{}, "only any"},
		"inline": {&struct {
			A map[string]int `yaml:",inline"`
		}{}, "only a struct can be inlined"},
		"twice": {&struct {
			policy.Rule `yaml:",inline"`
			Mode        string `yaml:"mode"`
		}{}, ": the key mode is listed twice"},
		"twice, inlined last": {&struct {
			Mode        string `yaml:"mode"`
			policy.Rule `yaml:",inline"`
		}{}, ": the key mode is listed twice"},
		"circle": {new(circle), ""},
	} {
		_, err := strict.Decode("f", []byte("{}"), c.into)
		if c.want == "" && err == nil {
			continue
		}
		if err == nil || c.want == "" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestRoomsGetFileAndLineForWhatTheyFind(t *testing.T) {
	lines, err := strict.Decode("dev.yaml", []byte(good), new(stage))
	if err != nil {
		t.Fatal(err)
	}
	if err := lines.Locate(nil, policy.Faults(nil).Err(), nil); err != nil {
		t.Errorf("no fault gives %v", err)
	}
	found := policy.Faults{
		{Path: "tokens.profiles.app.access.claims[0].value", Problem: "too big", Fix: "less"},
		{Path: "signUp.domains.deny[3]", Problem: "no domain"},
		{Path: "", Problem: "nothing at all"},
	}
	decode := strict.Faults{{File: "dev.yaml", Line: 18, Fault: policy.Fault{Path: "policy.signUp", Problem: "odd"}}}
	got := lines.Under("policy").Locate(found.Err(), decode.Err())
	want := `dev.yaml:17: policy: nothing at all
dev.yaml:18: policy.signUp: odd
dev.yaml:24: policy.signUp.domains.deny[3]: no domain
dev.yaml:31: policy.tokens.profiles.app.access.claims[0].value: too big; less`
	if got == nil || got.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", got, want)
	}
	other := errors.New("disk on fire")
	if err := lines.Locate(other, found.Err()); !errors.Is(err, other) || !strings.Contains(err.Error(), "nothing at all") {
		t.Errorf("got %v", err)
	}
	if got := lines.Under("policy").Under("signUp").Line("email.required"); got != 22 {
		t.Errorf("line %d, want 22", got)
	}
	lines, err = strict.Decode("f", []byte("pools:\n  a: {plan: x}\n  a b: {plan: y}\n"), new(stage))
	if got := lines.Under("pools").Line(`["a b"].plan`); err != nil || got != 3 {
		t.Errorf("a key in quotes: line %d, %v", got, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(good))
	for _, c := range bad {
		f.Add([]byte(c.source))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		var once, twice stage
		_, err := strict.Decode("f", source, &once)
		_, again := strict.Decode("f", source, &twice)
		if !reflect.DeepEqual(err, again) || !reflect.DeepEqual(once, twice) {
			t.Error("the same document gives two answers")
		}
		var faults strict.Faults
		if err != nil && !errors.As(err, &faults) {
			t.Errorf("%T is not a list of faults", err)
		}
		for _, fault := range faults {
			if fault.Line < 1 || fault.Problem == "" || fault.Fix == "" || strings.ContainsAny(fault.String(), "\n\r") {
				t.Errorf("a fault of no use: %#v", fault)
			}
		}
	})
}
