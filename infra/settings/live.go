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
// nothing else is. Acting
// also returns the keys of the edited file that only a new template has, none if the
// stacks are equal.
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
	values := func(s *Settings) [2]reflect.Value {
		return [2]reflect.Value{reflect.ValueOf(*s), reflect.ValueOf(s.WithDefaults())}
	}
	var keys []string
	differences("", &keys, values(s), values(other))
	return keys
}

// differences adds the keys below path whose values differ both as they were written and
// with their defaults.
func differences(path string, keys *[]string, a, b [2]reflect.Value) {
	if a[0].Type() == reflect.TypeFor[map[string]Client]() {
		clientDifferences(path, keys, a, b)
		return
	}
	if a[0].Kind() != reflect.Struct {
		if !same(a[0], b[0]) && !same(a[1], b[1]) {
			*keys = append(*keys, path)
		}
		return
	}
	for i := range a[0].NumField() {
		at, key := path, strings.Split(a[0].Type().Field(i).Tag.Get("yaml"), ",")[0]
		if key == "-" {
			continue
		}
		if key != "" { // not inlined
			at = policy.Child(path, key)
		}
		differences(at, keys, [2]reflect.Value{a[0].Field(i), a[1].Field(i)}, [2]reflect.Value{b[0].Field(i), b[1].Field(i)})
	}
}

// clientDifferences adds the keys of each client that is in both settings, and the clients
// that are in one.
func clientDifferences(path string, keys *[]string, a, b [2]reflect.Value) {
	of := func(v reflect.Value) map[string]Client { return v.Interface().(map[string]Client) }
	names := maps.Clone(of(a[0]))
	if names == nil {
		names = make(map[string]Client)
	}
	maps.Copy(names, of(b[0]))
	for _, name := range slices.Sorted(maps.Keys(names)) {
		at := policy.Child(path, name)
		_, before := of(a[0])[name]
		_, after := of(b[0])[name]
		if before != after {
			*keys = append(*keys, at)
			continue
		}
		values := func(v [2]reflect.Value) [2]reflect.Value {
			return [2]reflect.Value{reflect.ValueOf(of(v[0])[name]), reflect.ValueOf(of(v[1])[name])}
		}
		differences(at, keys, values(a), values(b))
	}
}

// same reports whether two values are equal; an empty list is as good as none.
func same(a, b reflect.Value) bool {
	if k := a.Kind(); (k == reflect.Slice || k == reflect.Map) && a.Len() == 0 && b.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}
