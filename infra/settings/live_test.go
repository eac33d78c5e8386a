package settings

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// setKeys calls do with the path of each key at and below v's type, with v set to hold a
// value there and nothing else. The schema of a stage file has the same keys
// (infra/cmd/schema).
func setKeys(path string, v reflect.Value, do func(path string)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			key, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
			switch {
			case options == "inline":
				setKeys(path, v.Field(i), do)
			case key != "-":
				setKeys(policy.Child(path, key), v.Field(i), do)
			}
		}
		return
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		setKeys(path, v.Elem(), do)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		setKeys(path, v.Index(0), do)
	case reflect.Map:
		name, entry := reflect.ValueOf("PreSignUp").Convert(v.Type().Key()), reflect.New(v.Type().Elem()).Elem()
		setKeys(policy.Child(path, "PreSignUp"), entry, func(path string) {
			v.Set(reflect.MakeMap(v.Type()))
			v.SetMapIndex(name, entry)
			do(path)
		})
	case reflect.Interface:
		v.Set(reflect.ValueOf("x"))
		do(path)
	default:
		v.Set(reflect.ValueOf(map[reflect.Kind]any{reflect.Bool: true, reflect.Int: 7, reflect.String: "x"}[v.Kind()]).Convert(v.Type()))
		do(path)
	}
	v.SetZero()
}

// acts returns all by which a stage acts without a new template.
func (s *Stage) acts(t *testing.T) string {
	t.Helper()
	all := fmt.Sprint(s.ClientProfiles(nil))
	for _, function := range append(rooms(), "attach", "register", "reconcile", "tripwire", "whoami") {
		text, err := s.Shipped(function, Given{})
		if err != nil {
			t.Fatal(err)
		}
		all += function + string(text)
	}
	return all
}

func rooms() (all []string) {
	for _, trigger := range triggers.All() {
		all = append(all, trigger.Room)
	}
	return all
}

func TestR63_EveryKeyOfAStageFileEitherActsAtOnceOrIsNamed(t *testing.T) {
	t.Parallel()
	var running, edited Stage
	before := running.acts(t)
	counts := map[bool]int{}
	setKeys("", reflect.ValueOf(&edited.Settings).Elem(), func(path string) {
		acting, rest, _ := running.Acting(edited)
		acted := acting.acts(t) != before
		named := slices.ContainsFunc(rest, func(key string) bool {
			return path == key || strings.HasPrefix(path, key+".") || strings.HasPrefix(path, key+"[")
		})
		differ := running.Differences(&edited.Settings)
		if acted == named || len(rest) > 1 || len(differ) != 1 || !strings.HasPrefix(path, differ[0]) {
			t.Errorf("%s: acts at once: %v, named: %v of %v; %v differ", path, acted, named, rest, differ)
		}
		counts[acted]++
	})
	if counts[true] == 0 || counts[false] == 0 {
		t.Errorf("%d keys act at once, %d are named", counts[true], counts[false])
	}
	if !reflect.DeepEqual(edited, Stage{}) {
		t.Errorf("a key is left behind: %+v", edited)
	}
}

func TestR63_WhatADefaultSaysAlreadyIsNoEdit(t *testing.T) {
	t.Parallel()
	running, err := FindStage("../stages", "dev")
	if err != nil {
		t.Fatal(err)
	}
	edited := running
	edited.MemoryMiB, edited.Plan, edited.IdentityPool.Roles = 256, PlanEssentials, []IdentityRole{}
	if _, rest, err := running.Acting(edited); rest != nil || err != nil {
		t.Errorf("got %v, %v", rest, err)
	}
	if rest := edited.Differences(&running.Settings); rest != nil {
		t.Errorf("what is no longer written down: %v", rest)
	}
	edited.Clients = maps.Clone(edited.Clients)
	edit(&edited.Settings, "web", func(c *Client) { c.WriteAttributes = []string{"email", "name", "locale", "zoneinfo"} })
	edited.MemoryMiB = 512
	if _, rest, err := running.Acting(edited); !slices.Equal(rest, []string{"clients.web.writeAttributes", "memoryMiB"}) || err != nil {
		t.Errorf("got %v, %v", rest, err)
	}
}

// The pool of the running stack does not let a user write zoneinfo: with the new policy,
// nobody could sign up.
func TestR63_APolicyThatNeedsANewTemplateIsAFaultWithItsLine(t *testing.T) {
	t.Parallel()
	running, err := FindStage("../stages", "dev")
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile("../stages/dev.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(src), "writeAttributes: [email, name, locale]", "writeAttributes: [email, name, locale, zoneinfo]", 1)
	text = strings.Replace(text, "# required: [name]", "required: [zoneinfo]", 1)
	path := filepath.Join(t.TempDir(), "dev.yaml")
	edited, err := ReadStage(path, []byte(text), Given{})
	if err != nil {
		t.Fatal(err)
	}
	line := 1 + strings.Count(text[:strings.Index(text, "required: [zoneinfo]")], "\n")
	acting, rest, err := running.Acting(edited)
	if got := acting.Place("policy.signUp.attributes.required"); got != fmt.Sprintf("%s:%d", filepath.ToSlash(path), line) {
		t.Errorf("the rule of the stage that would act is at %q", got)
	}
	if want := fmt.Sprintf("%s:%d: policy.signUp.attributes.required[0]: ", path, line); err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, want one line %s", err, want)
	}
	if !slices.Equal(rest, []string{"clients.web.writeAttributes"}) {
		t.Errorf("named are %v", rest)
	}
}

// A token profile stands in the table, and every other key of a client in the template.
func TestR63_AnEditedProfileOfAClientActsAtOnce(t *testing.T) {
	t.Parallel()
	running := Stage{Settings: Settings{Clients: map[string]Client{"api": {Machine: true, Profile: "service"}, "web": {Profile: "app"}}}}
	edited := Stage{Settings: Settings{Clients: map[string]Client{"web": {Profile: "staff", Flows: []Flow{FlowPassword}}}}}
	acting, rest, _ := running.Acting(edited)
	if want := []string{"clients.api", "clients.web.flows"}; !slices.Equal(rest, want) {
		t.Errorf("a new template has %q, want %q", rest, want)
	}
	want := map[string]Client{"api": {Machine: true, Profile: "service"}, "web": {Profile: "staff"}}
	if !reflect.DeepEqual(acting.Clients, want) {
		t.Errorf("the clients act as %+v, want %+v", acting.Clients, want)
	}
	if running.Clients["web"].Profile != "app" {
		t.Error("the running stage was changed")
	}
}
