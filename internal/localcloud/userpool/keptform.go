package userpool

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// keeper is a pointer to what has its own list of what is kept. Maps, lists and pointers of
// such are walked; everything else is JSON by itself.
type keeper interface{ keeps() object }

// holds reports whether a type has keepers in it.
func holds(t reflect.Type) bool {
	if reflect.PointerTo(t).Implements(reflect.TypeFor[keeper]()) {
		return true
	}
	return slices.Contains([]reflect.Kind{reflect.Map, reflect.Slice, reflect.Pointer}, t.Kind()) && holds(t.Elem())
}

// encoder remembers the users that it has encoded: they are replaced, never written to, and
// most are as before.
type encoder struct{ before, now map[*user]json.RawMessage }

// user encodes one, or finds it.
func (e *encoder) user(u *user) any {
	text := e.before[u]
	if text == nil {
		text, _ = json.Marshal(e.encoded(u)) // texts, numbers and lists
	}
	if e.now != nil {
		e.now[u] = text
	}
	return text
}

// encoded returns what a pointer leads to as json.Marshal takes it, without zero values of
// members.
func (e *encoder) encoded(to any) any {
	at := reflect.ValueOf(to).Elem()
	if k, ok := to.(keeper); ok {
		members := k.keeps()
		maps.DeleteFunc(members, func(_ string, to any) bool { return reflect.ValueOf(to).Elem().IsZero() })
		for name, to := range members {
			members[name] = e.encoded(to)
		}
		return members
	}
	if !holds(at.Type()) {
		return to
	}
	copied := func(element reflect.Value) any {
		to := reflect.New(element.Type())
		to.Elem().Set(element)
		return e.encoded(to.Interface())
	}
	switch at.Kind() {
	case reflect.Map:
		all := object{}
		for row := at.MapRange(); row.Next(); {
			all[row.Key().String()] = copied(row.Value())
		}
		return all
	case reflect.Slice:
		all := make([]any, at.Len())
		for i := range all {
			all[i] = copied(at.Index(i))
		}
		return all
	default:
		if u, ok := at.Interface().(*user); ok {
			return e.user(u)
		}
		return e.encoded(at.Interface())
	}
}

// decode is the other direction, in one pass. It makes the maps, lists and pointers that it
// needs. The decoder keeps the numbers in settings as they were written (UseNumber).
func decode(from *json.Decoder, to any) error {
	at := reflect.ValueOf(to).Elem()
	if k, ok := to.(keeper); ok {
		members := k.keeps()
		return each(from, '{', func(name string) error {
			member, known := members[name]
			if !known {
				return errors.New("this version does not know it")
			}
			return decode(from, member)
		})
	}
	if !holds(at.Type()) {
		return from.Decode(to)
	}
	element := reflect.New(at.Type().Elem())
	switch at.Kind() {
	case reflect.Map:
		at.Set(reflect.MakeMap(at.Type()))
		return each(from, '{', func(name string) error {
			element.Elem().SetZero()
			err := decode(from, element.Interface())
			at.SetMapIndex(reflect.ValueOf(name), element.Elem())
			return err
		})
	case reflect.Slice:
		return each(from, '[', func(string) error {
			element.Elem().SetZero()
			err := decode(from, element.Interface())
			at.Set(reflect.Append(at, element.Elem()))
			return err
		})
	default:
		at.Set(element)
		return decode(from, element.Interface())
	}
}

// each calls f at every value of an object or a list, for f to decode it. An error says where.
// The text is JSON: keptBefore has read all of it once.
func each(from *json.Decoder, opens json.Delim, f func(name string) error) error {
	if begins, _ := from.Token(); begins != opens {
		return fmt.Errorf("want %v, not %v", opens, begins)
	}
	for from.More() {
		name := ""
		if opens == '{' {
			token, _ := from.Token()
			name = token.(string)
		}
		if err := f(name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	_, _ = from.Token() // what closes it
	return nil
}

// MarshalJSON writes the keys that were made so far (PKCS #8).
func (k *keyPair) MarshalJSON() ([]byte, error) {
	var all [2][]byte
	for i := range all {
		key := k.made[i].Load()
		if key == nil {
			continue
		}
		all[i], _ = x509.MarshalPKCS8PrivateKey(key.private) // one of RSA encodes
	}
	return json.Marshal(all)
}

// UnmarshalJSON reads them; the others are made when they are needed.
func (k *keyPair) UnmarshalJSON(text []byte) error {
	var all [2][]byte
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	var keys [2]*signingKey
	for i, der := range all {
		if der == nil {
			continue
		}
		parsed, err := x509.ParsePKCS8PrivateKey(der)
		if err != nil {
			return fmt.Errorf("reading a signing key: %w", err)
		}
		private, ok := parsed.(*rsa.PrivateKey)
		if !ok {
			return errors.New("a signing key is none of RSA")
		}
		keys[i] = keyOf(private)
	}
	k.set(keys)
	return nil
}

// keptProvider is a provider's configuration without the secrets of a real one elsewhere,
// which nothing here uses: a page stands in its place.
type keptProvider rawInput

// notKept takes their place.
const notKept = "not kept by the local cloud"

// providerSecrets are the members of ProviderDetails that prove something to a provider.
func providerSecrets() []string { return []string{"client_secret", "private_key"} }

// MarshalJSON implements json.Marshaler.
func (k keptProvider) MarshalJSON() ([]byte, error) {
	text, _ := json.Marshal(rawInput(k)) // read from JSON, and a provider was made of it
	var p federation.Provider
	if _ = json.Unmarshal(text, &p); p.IsReal() || len(p.Details) == 0 {
		return text, nil
	}
	for _, name := range providerSecrets() {
		if p.Details[name] != "" {
			p.Details[name] = notKept
		}
	}
	out := maps.Clone(rawInput(k))
	out["ProviderDetails"], _ = json.Marshal(p.Details)
	return json.Marshal(out)
}
