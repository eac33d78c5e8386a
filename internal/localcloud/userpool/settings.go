package userpool

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Settings are those of one pool by the names of the API's UserPoolType, as they came:
// every member is kept, also one that the pool does not obey or that this API has not yet.
// Values are as encoding/json decodes them, numbers json.Number. Settings are replaced,
// never written to.
type Settings map[string]any

// NewSettings returns the settings of a pool that CreateUserPool makes of a request, with
// AWS's defaults. The request may also have EnabledMfas, WebAuthnConfiguration and
// EmailMfaConfiguration. An error is AWS's sentence if one is known.
func NewSettings(request map[string]any) (Settings, error) {
	s, err := decoded(request)
	if err != nil {
		return nil, err
	}
	days, err := s.accept()
	if err != nil {
		return nil, err
	}
	return s.normal(days)
}

// DescribedSettings returns the settings of a pool that DescribeUserPool shows: without what
// the service says of a pool, and with AWS's defaults for what is absent.
func DescribedSettings(described map[string]any) (Settings, error) {
	s, err := decoded(described)
	if err != nil {
		return nil, err
	}
	kinds := members()
	maps.DeleteFunc(s, func(name string, _ any) bool { return kinds[name].taken == byNobody })
	if policy, _ := s.part("Policies")["PasswordPolicy"].(object); policy["TemporaryPasswordValidityDays"] != nil {
		delete(s.part("AdminCreateUserConfig"), "UnusedAccountValidityDays") // which DescribeUserPool shows, too
	}
	days, err := s.takeUnusedDays()
	if err != nil {
		return nil, err
	}
	return s.normal(days)
}

// accept calls the members of a request as the answers do, and takes out the validity of
// temporary passwords that it has by its older name.
func (s Settings) accept() (days any, err error) {
	for from, to := range requested() {
		if value, ok := s[from]; ok {
			s[to] = value
			delete(s, from)
		}
	}
	return s.takeUnusedDays()
}

// decoded returns a deep copy of a request without its nulls, which equal absent members.
func decoded(request any) (Settings, error) {
	text, err := json.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("copying settings: %w", err)
	}
	s, decoder := Settings{}, json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&s); err != nil {
		return nil, refuse("SerializationException", "the body is not what the operation takes: %v", err)
	}
	prune(object(s), nil)
	return s, nil
}

// prune deletes what equals empty at every depth.
func prune(value, empty any) {
	switch value := value.(type) {
	case object:
		maps.DeleteFunc(value, func(_ string, inner any) bool { prune(inner, empty); return reflect.DeepEqual(inner, empty) })
	case []any:
		for _, inner := range value {
			prune(inner, empty)
		}
	}
}

// part returns an object of the settings, nil if it is absent.
func (s Settings) part(name string) object {
	found, _ := s[name].(object)
	return found
}

// with returns the settings with another value of one member.
func (s Settings) with(name string, value any) Settings {
	next := maps.Clone(s)
	next[name] = value
	return next
}

// takeUnusedDays takes UnusedAccountValidityDays out of a request. It is the older name of
// TemporaryPasswordValidityDays; AWS's sentence is seen in terraform-provider-aws#8827.
func (s Settings) takeUnusedDays() (days any, err error) {
	admin := s.part("AdminCreateUserConfig")
	days = admin["UnusedAccountValidityDays"]
	delete(admin, "UnusedAccountValidityDays")
	policy, _ := s.part("Policies")["PasswordPolicy"].(object)
	if days != nil && policy["TemporaryPasswordValidityDays"] != nil {
		return nil, invalidParameter("Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays")
	}
	return days, nil
}

// normal adds AWS's defaults. Days are the validity of a temporary password in a request
// that names it by its older name, or nil.
func (s Settings) normal(days any) (Settings, error) {
	policies := s.part("Policies")
	if policy, ok := policies["PasswordPolicy"].(object); ok {
		policies["PasswordPolicy"] = complete(defaults(laxPolicy), policy)
	}
	for name, m := range members() {
		if m.normal != "" {
			s = complete(defaults(`{"`+name+`":`+m.normal+`}`), s)
		}
	}
	if days != nil {
		part(part(s, "Policies"), "PasswordPolicy")["TemporaryPasswordValidityDays"] = days
	}
	if err := s.bothForms(); err != nil {
		return nil, err
	}
	var err error
	s["SchemaAttributes"], err = completeSchema(s["SchemaAttributes"])
	return s, err
}

// bothForms sets the older form of a versioned pre token generation trigger, which must be
// the same function (API reference, LambdaConfigType).
func (s Settings) bothForms() error {
	lambdas := s.part("LambdaConfig")
	config, _ := lambdas["PreTokenGenerationConfig"].(object)
	switch versioned, plain := config["LambdaArn"], lambdas[preTokenGeneration]; {
	case versioned == nil:
	case plain == nil:
		lambdas[preTokenGeneration] = versioned
	case plain != versioned:
		return invalidParameter("PreTokenGeneration and PreTokenGenerationConfig name different functions")
	}
	return nil
}

func defaults(text string) (value object) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		panic(err) // a constant of this package
	}
	return value
}

// Config returns what a pool with these settings obeys, without its id, its clients and
// whatever else is no member of UserPoolType.
func (s Settings) Config() (c Config, err error) {
	err = c.obey(s)
	return c, err
}

// obey sets what settings decide.
func (c *Config) obey(s Settings) error {
	c.Settings = s
	err := read(object(s), c.fields())
	c.Messages.older(s)
	maps.DeleteFunc(c.Triggers, func(_ string, t Trigger) bool { return slices.Contains(c.Uncalled, t.FunctionARN) })
	return err
}

// read sets what to points to from a value of settings. An absent one sets zero.
func read(value, to any) error {
	if inner, ok := to.(object); ok {
		from, ok := value.(object)
		if !ok && value != nil {
			return fmt.Errorf("want an object, not %v", value)
		}
		for _, name := range slices.Sorted(maps.Keys(inner)) {
			if err := read(from[name], inner[name]); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	}
	if _, itself := to.(json.Unmarshaler); !itself {
		reflect.ValueOf(to).Elem().SetZero()
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, to)
}

// settings returns those of a Config that is made in Go.
func (c *Config) settings() (Settings, error) {
	s, err := decoded(c.fields())
	if err != nil {
		return nil, err
	}
	prune(object(s), "")
	prune(object(s), object{})
	s["Name"] = c.ID
	return s.normal(nil)
}
