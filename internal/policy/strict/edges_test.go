package strict_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy/strict"
)

func TestAFaultyFieldStaysAsItWasAndTheFirstOfTwoKeysCounts(t *testing.T) {
	source := `name: 12e34
mode: [x]
keep: yes
days: 017
port: 70000
ratio: 1e999
urls: a
tags: {a: x, 5: y, a: z, b: ~}
pools: {p: {plan: lite}, p: {plan: plus}}
`
	got := stage{Name: "default", Keep: true, Days: 3, Ratio: 0.5, Urls: []string{"u"}}
	_, err := strict.Decode("f", []byte(source), &got)
	if err == nil || strings.Count(err.Error(), "\n")+1 != 11 {
		t.Errorf("got %v", err)
	}
	want := stage{
		Name: "default", Keep: true, Days: 3, Ratio: 0.5, Urls: []string{"u"},
		Tags: map[string]string{"a": "x", "b": ""}, Pools: map[string]pool{"p": {Plan: "lite"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// Each limit is tried from its allowed side.
func TestTheLimitsAreWhatTheySay(t *testing.T) {
	for name, source := range map[string]string{
		"32 brackets":       "any: " + strings.Repeat("[", 32) + strings.Repeat("]", 32),
		"32 levels":         "any:\n" + stairs(30) + strings.Repeat(" ", 31) + "a: x\n",
		"31 marks":          "any:\n  " + strings.Repeat("- ", 31) + "a\n",
		"64 KB":             "name: " + strings.Repeat("a", 64<<10-6),
		"many marks":        "urls:\n" + strings.Repeat("  - a\n", 100),
		"brackets in turn":  "any: [" + strings.Repeat("[],", 100) + "[]]",
		"quoted JSON":       `{"tags":{"a":"b"},"urls":["x","y"]}`,
		"no-break space":    "name: a\u00a0b\n",
		"tab in the middle": "name: a\tb # c\n",
		"Windows":           "name: a\r\nkeep: true\r\n",
		"no final line end": "name: a",
		"separators":        "---\nname: a\n...\n",
		"nothing":           "days: 0\nany: 0\nkeep: false\n",
		"words":             "urls: [inf, NaN, Infinity]\n",
		"quotes":            `urls: ["12e34", '1.10', "a: b", "a:"]`,
	} {
		if _, err := strict.Decode("f", []byte(source), new(stage)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, source := range map[string]string{
		"33 levels":       "any:\n" + stairs(31) + strings.Repeat(" ", 32) + "a: x\n",
		"64 KB and one":   "name: " + strings.Repeat("a", 64<<10-5),
		"old Mac":         "name: a\rkeep: true\n",
		"final return":    "name: a\r",
		"delete":          "name: a\x7f\n",
		"next line":       "name: a\u0085\n",
		"application":     "name: a\u009f\n",
		"line separator":  "name: a\u2028\n",
		"paragraph":       "name: a\u2029\n",
		"text of a tilde": "name: ~\n",
	} {
		if _, err := strict.Decode("f", []byte(source), new(stage)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestASingleValueStandsForAStructThatSaysSo(t *testing.T) {
	type threats struct {
		Custom   string `yaml:"custom"`
		Standard string `yaml:"standard,scalar"`
	}
	for text, want := range map[string]threats{
		"audit": {Standard: "audit"}, `"12"`: {Standard: "12"}, "|\n  a\n  b": {Standard: "a\nb\n"},
		"{custom: audit}": {Custom: "audit"}, "{standard: audit, custom: off}": {"off", "audit"}, "{}": {},
	} {
		var into struct {
			Threats threats `yaml:"threats"`
		}
		if _, err := strict.Decode("f", []byte("threats: "+text+"\n"), &into); err != nil || into.Threats != want {
			t.Errorf("%s: %+v, %v", text, into.Threats, err)
		}
	}
	for text, want := range map[string]string{
		"[audit]": "f:1: threats: must be a mapping, not a list; write its keys below it: custom, standard", "12": `f:1: threats: must be a text, not "12"; put it in quotes`,
	} {
		if _, err := strict.Decode("f", []byte("threats: "+text+"\n"), new(struct {
			Threats threats `yaml:"threats"`
		})); err == nil || err.Error() != want {
			t.Errorf("%s: %v", text, err)
		}
	}
	if field, ok := strict.Scalar(reflect.TypeFor[threats]()); field.Name != "Standard" || !ok {
		t.Errorf("the field is %s, %v", field.Name, ok)
	}
	if field, ok := strict.Scalar(reflect.TypeFor[pool]()); field.Name != "" || ok {
		t.Errorf("another struct has %s, %v", field.Name, ok)
	}
}

func TestAFlowMappingStandsWhereItBegins(t *testing.T) {
	lines, err := strict.Decode("f", []byte("any:\n  - {\n    a: x}\n"), new(stage))
	if err != nil || lines.Line("any[0]") != 2 || lines.Line("any[0].a") != 3 {
		t.Errorf("got %d, %d, %v", lines.Line("any[0]"), lines.Line("any[0].a"), err)
	}
}
