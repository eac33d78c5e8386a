package settings

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Acting returns the stage that a running stack can be after its file was edited, without
// a new template: the settings that it runs with, and the policy and the clients' token
// profiles of the edited file. These are shipped to functions or stand in the table, and
// nothing else is. Acting also returns the keys of the edited file that only a new template
// has, none if the stacks are equal.
//
// An edited policy may need such a key, as a rule does that requires an attribute which
// the app client may not write yet. The error then has a line for each fault of the stage
// that would act, with the lines of the edited file.
func (s *Stage) Acting(edited Stage) (acting Stage, rest []string, err error) {
	acting = edited
	acting.Settings = s.Settings
	acting.Policy, acting.ForeignClients = edited.Policy, edited.ForeignClients
	acting.Clients = maps.Clone(s.Clients)
	for name, client := range acting.Clients {
		if now, there := edited.Clients[name]; there {
			client.Profile = now.Profile
			acting.Clients[name] = client
		}
	}
	return acting, acting.Differences(&edited.Settings), edited.lines.Locate(acting.Faults(edited.given).Err())
}

// Differences returns the keys whose values differ in two settings, in the order of the
// manual. A default that is written down is no difference, and one that follows from
// another key is that key's. A list, a map and a rule is one value; of the clients each key is.
func (s *Settings) Differences(other *Settings) []string {
	return differences("", reflect.ValueOf(*s), reflect.ValueOf(*other), reflect.ValueOf(s.WithDefaults()), reflect.ValueOf(other.WithDefaults()))
}

// differences returns the keys at and below path whose values differ both as they were
// written, in a and b, and with their defaults.
func differences(path string, a, b, fullA, fullB reflect.Value) (keys []string) {
	switch {
	case a.Type() == reflect.TypeFor[map[string]Client]():
		return clientDifferences(path, a, b, fullA, fullB)
	case a.Kind() != reflect.Struct && (same(a, b) || same(fullA, fullB)):
		return nil
	case a.Kind() != reflect.Struct:
		return []string{path}
	}
	for i := range a.NumField() {
		at := path
		if key, _, _ := strings.Cut(a.Type().Field(i).Tag.Get("yaml"), ","); key != "" { // not inlined
			at = policy.Child(path, key)
		}
		keys = append(keys, differences(at, a.Field(i), b.Field(i), fullA.Field(i), fullB.Field(i))...)
	}
	return keys
}

// clientDifferences returns the keys of each client that is in both settings, and the
// clients that are in one.
func clientDifferences(path string, a, b, fullA, fullB reflect.Value) (keys []string) {
	names := maps.Clone(a.Interface().(map[string]Client))
	if names == nil {
		names = make(map[string]Client)
	}
	maps.Copy(names, b.Interface().(map[string]Client))
	for _, name := range slices.Sorted(maps.Keys(names)) {
		key, at := reflect.ValueOf(name), policy.Child(path, name)
		if !a.MapIndex(key).IsValid() || !b.MapIndex(key).IsValid() {
			keys = append(keys, at)
			continue
		}
		keys = append(keys, differences(at, a.MapIndex(key), b.MapIndex(key), fullA.MapIndex(key), fullB.MapIndex(key))...)
	}
	return keys
}

// same reports whether two values are equal; an empty list is as good as none.
func same(a, b reflect.Value) bool {
	if k := a.Kind(); (k == reflect.Slice || k == reflect.Map) && a.Len() == 0 && b.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}
