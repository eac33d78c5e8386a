package userpool

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode"
	"unsafe"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp"
)

// forgotten are the fields that do not survive the process, and why.
var forgotten = map[string]string{
	"store.mu":            "a lock",
	"store.now":           "Options.Now",
	"store.caseSensitive": "of the settings, which never change it",
	"store.signInNames":   "of the settings, which never change them",
	"store.names":         "an index of users",
	"store.listing":       "an index of users; by the next start every change is old enough to be listed",
	"store.departures":    "a browser that is away, for 5 minutes",
	"store.challenges":    "a sign-in that is under way, for 3 minutes",
	"store.sweepAt":       "belongs to challenges",
	"store.attempts":      "a lock of 15 minutes at most, against guessing by who cannot restart the process",
	"store.tries":         "of the last hour; as attempts",
	"store.authorized":    "an authorization code, for 5 minutes",

	"importJob.file": "an upload, which waits for the start of its job",
	"importJob.log":  "as the functions' logs",

	"core.changing":       "a lock",
	"core.reset":          "of Options",
	"core.invoker":        "of Start",
	"core.now":            "of Options",
	"core.attemptTimeout": "of Options",
	"core.maxAttempts":    "of Options",
	"core.door":           "of this process",
	"core.alive":          "of this process",
	"core.end":            "of this process",
	"core.onMail":         "of Options",
	"core.invocations":    "those that run",
	"core.throttle":       "of the last second",
	"core.service":        "of this process",
	"core.routes":         "of this process",
	"core.unsigned":       "of the API's model",
	"core.ops":            "of this process",
	"core.issuerForm":     "of Options",
	"core.fixedCode":      "of Options",
	"core.blockKey":       "seals what a sign-in by SRP sends back within 3 minutes",
	"core.formKey":        "makes the tokens of forms that are open in a browser",

	"grant.second":     "marks a tool's token, which is not kept at all",
	"user.registering": "a passkey that waits for its authenticator, for 5 minutes",

	"identityProvider.Provider": "derived from raw",
	"Client":                    "derived from settings and secrets: ID Name Secret ExplicitAuthFlows ReadAttributes WriteAttributes AllowedOAuthFlows AllowedOAuthScopes SupportedIdentityProviders CallbackURLs LogoutURLs DefaultRedirectURI RefreshTokenRotation RefreshGrace AccessTokenValidity IDTokenValidity RefreshTokenValidity AuthSessionValidity NoTokenRevocation PreventUserExistenceErrors; of one call: onPages device newDevice custom said",
	"Config":                    "in the store: Clients Groups ResourceServers Providers Domain; of the template: Uncalled; the other fields are those of settings",
}

// isForgotten reports whether a field is named above.
func isForgotten(of reflect.Type, field string) bool {
	_, alone := forgotten[of.Name()+"."+field]
	return alone || slices.Contains(strings.FieldsFunc(forgotten[of.Name()], func(r rune) bool { return !unicode.IsLetter(r) }), field)
}

// filler sets every field to something else than zero, and each to another value.
type filler struct{ last int64 }

func (f *filler) fill(v reflect.Value) {
	f.last++
	if !f.known(v) {
		f.ofKind(v)
	}
}

// known fills the types whose values have a form, and reports whether v is of one.
func (f *filler) known(v reflect.Value) bool {
	switch at := v.Addr().Interface().(type) {
	case *time.Time:
		*at = time.UnixMilli(f.last * 1001).UTC()
	case *epoch:
		*at = epoch(time.UnixMilli(f.last * 1001).UTC())
	case *srp.Verifier:
		verifier, err := srp.ParseVerifier([]byte{1, byte(f.last), 7}, append([]byte{1}, big.NewInt(f.last).Bytes()...))
		if err != nil {
			panic(err)
		}
		*at = verifier
	case *webauthn.CredentialFlags: // all bits
		*at = webauthn.NewCredentialFlags(0xdd)
	case **keyPair:
		*at = testKeys
	case *json.RawMessage:
		*at = json.RawMessage(fmt.Sprintf(`"raw %d"`, f.last))
	default:
		return false
	}
	return true
}

func (f *filler) ofKind(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("text ", f.last))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(f.last)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(f.last % 250))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			f.fill(v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(key)
			f.fill(value)
			v.SetMapIndex(key, value)
		}
	case reflect.Interface:
		v.Set(reflect.ValueOf(fmt.Sprint("any ", f.last)))
	case reflect.Struct:
		for i := range v.NumField() {
			if !isForgotten(v.Type(), v.Type().Field(i).Name) {
				f.fill(settable(v.Field(i)))
			}
		}
	default:
		panic(fmt.Sprintf("no value for a %v", v.Type()))
	}
}

// settable opens a field of another package or with a small letter.
func settable(v reflect.Value) reflect.Value {
	return reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
}

// A field that somebody adds must be kept, or named above with the reason.
func TestR64_EveryFieldIsKeptOrNamedAsForgotten(t *testing.T) {
	before, after := &core{keys: testKeys, store: &store{}}, &core{}
	cfg := &Config{Settings: Settings{"Name": "p", "Number": json.Number("1.50")}}
	if _, err := testKeys.jwks(); err != nil { // makes them
		t.Fatal(err)
	}
	to := &filler{}
	for _, field := range []any{before.store, &before.created, &before.simulationKey, &cfg.ID, &cfg.ARN, &cfg.Region, &cfg.AccountID, &cfg.modified} {
		to.fill(reflect.ValueOf(field).Elem())
	}
	before.config.Store(cfg)
	text, err := json.Marshal(new(encoder).encoded(before.copied()))
	if err != nil {
		t.Fatal(err)
	}
	from := json.NewDecoder(bytes.NewReader(text))
	from.UseNumber()
	if err := decode(from, after); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, pair := range [][2]any{{before, after}, {cfg, after.config.Load()}} {
		if at := different("", reflect.ValueOf(pair[0]).Elem(), reflect.ValueOf(pair[1]).Elem()); at != "" {
			t.Errorf("%s is not kept: name it in keeps and in copied, or as forgotten with the reason", at)
		}
	}
}

// What a pool obeys is read out of its settings (fields), or stands in the store.
func TestR64_EveryFieldOfConfigIsOfTheSettingsOrNamed(t *testing.T) {
	var cfg Config
	read := map[uintptr]bool{}
	var walk func(any)
	walk = func(at any) {
		if inner, ok := at.(object); ok {
			for _, one := range inner {
				walk(one)
			}
			return
		}
		read[reflect.ValueOf(at).Pointer()] = true
	}
	walk(cfg.fields())
	all := reflect.ValueOf(&cfg).Elem()
	for i := range all.NumField() {
		field := all.Type().Field(i)
		inside := false
		for at := all.Field(i).UnsafeAddr(); at < all.Field(i).UnsafeAddr()+field.Type.Size(); at++ {
			inside = inside || read[at]
		}
		schema := slices.Contains([]string{"RequiredAttributes", "ImmutableAttributes", "CustomAttributes"}, field.Name)
		kept := slices.Contains([]string{"ID", "ARN", "Region", "AccountID", "Settings", "modified"}, field.Name)
		if !inside && !schema && !kept && !isForgotten(all.Type(), field.Name) {
			t.Errorf("Config.%s: nothing restores it", field.Name)
		}
	}
}

func TestR64_WhatIsNamedAsForgottenIsThere(t *testing.T) {
	for _, of := range []reflect.Type{
		reflect.TypeFor[store](), reflect.TypeFor[core](), reflect.TypeFor[user](), reflect.TypeFor[identityProvider](),
	} {
		for name := range forgotten {
			kind, field, _ := strings.Cut(name, ".")
			if _, there := of.FieldByName(field); kind == of.Name() && !there {
				t.Errorf("%s is gone", name)
			}
		}
	}
}

// different returns the path of the first difference.
func different(path string, a, b reflect.Value) string {
	if a.Kind() != b.Kind() {
		return path
	}
	switch {
	case a.Type() == reflect.TypeFor[atomic.Pointer[Config]]():
		return ""
	case a.Type() == reflect.TypeFor[*keyPair]():
		before, _ := a.Interface().(*keyPair).jwks()
		after, _ := b.Interface().(*keyPair).jwks()
		if len(before) == 0 || !sameJSON(before, after) {
			return path
		}
		return ""
	case a.Type() == reflect.TypeFor[time.Time]() || a.Type() == reflect.TypeFor[epoch]() || a.Type() == reflect.TypeFor[srp.Verifier]():
	case a.Kind() == reflect.Struct:
		for i := range a.NumField() {
			name := a.Type().Name() + "." + a.Type().Field(i).Name
			if isForgotten(a.Type(), a.Type().Field(i).Name) || a.Type() == reflect.TypeFor[Config]() && a.Field(i).IsZero() {
				continue
			}
			if at := different(name, settable(a.Field(i)), settable(b.Field(i))); at != "" {
				return at
			}
		}
		return ""
	case a.Kind() == reflect.Pointer && !a.IsNil() && !b.IsNil():
		return different(path, a.Elem(), b.Elem())
	case a.Kind() == reflect.Slice && a.Len() == b.Len():
		for i := range a.Len() {
			if at := different(path, a.Index(i), b.Index(i)); at != "" {
				return at
			}
		}
		return ""
	case a.Kind() == reflect.Map && a.Len() == b.Len():
		for _, key := range a.MapKeys() {
			first, second := reflect.New(a.Type().Elem()).Elem(), reflect.New(a.Type().Elem()).Elem()
			first.Set(a.MapIndex(key))
			if found := b.MapIndex(key); found.IsValid() {
				second.Set(found)
			}
			if at := different(path, first, second); at != "" {
				return at
			}
		}
		return ""
	}
	if reflect.DeepEqual(a.Interface(), b.Interface()) {
		return ""
	}
	return fmt.Sprintf("%s (%s)", path, strings.TrimSpace(fmt.Sprint(a.Interface())))
}
