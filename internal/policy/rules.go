package policy

import (
	"cmp"
	"iter"
	"reflect"
)

// Rules are the rules of sign-up. One that is absent is off, but for an unusable e-mail
// address, which is refused all the same.
type Rules struct {
	Access     *Access     `yaml:"access" json:"access,omitempty"`
	Providers  *Providers  `yaml:"providers" json:"providers,omitempty"`
	Privileged *Privileged `yaml:"privileged" json:"privileged,omitempty"`
	Email      *Email      `yaml:"email" json:"email,omitempty"`
	Domains    *Domains    `yaml:"domains" json:"domains,omitempty"`
	Disposable *Disposable `yaml:"disposable" json:"disposable,omitempty"`
	Relay      *Relay      `yaml:"relay" json:"relay,omitempty"`
	Roles      *Roles      `yaml:"roles" json:"roles,omitempty"`
	Phone      *Phone      `yaml:"phone" json:"phone,omitempty"`
	Username   *Username   `yaml:"username" json:"username,omitempty"`
	Attributes *Attributes `yaml:"attributes" json:"attributes,omitempty"`
	Challenge  *Challenge  `yaml:"challenge" json:"challenge,omitempty"`
	// AutoConfirm lets users in without a code. It is no rule, and off while absent.
	AutoConfirm *AutoConfirm `yaml:"autoConfirm" json:"autoConfirm,omitempty"`
}

// Full returns the rules with those that hold even when nobody writes them down: an
// unusable address is refused. A stage's policy.json holds these always.
func (r Rules) Full() Rules {
	r.Email = cmp.Or(r.Email, &Email{})
	r.Domains = cmp.Or(r.Domains, &Domains{})
	r.Attributes = cmp.Or(r.Attributes, &Attributes{})
	return r
}

// In returns the rules as they stand for one app client: full, with that client's
// own in their places. The section is not changed; what is not overridden is shared.
func (s SignUp) In(clientID string) Rules {
	merged := s.Rules.Full()
	own, into := reflect.ValueOf(s.Clients[clientID]), reflect.ValueOf(&merged).Elem()
	for i := range own.NumField() {
		if !own.Field(i).IsNil() {
			into.Field(i).Set(own.Field(i))
		}
	}
	return merged
}

// Clone returns the rules with copies of those that are there. Lists and maps within
// a rule are still shared.
func (r Rules) Clone() Rules {
	v := reflect.ValueOf(&r).Elem()
	for i := range v.NumField() {
		if rule := v.Field(i); !rule.IsNil() {
			fresh := reflect.New(rule.Type().Elem())
			fresh.Elem().Set(rule.Elem())
			rule.Set(fresh)
		}
	}
	return r
}

// All yields the rules that are there with their keys, in their order.
func (r Rules) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for field, rule := range reflect.ValueOf(r).Fields() {
			if !rule.IsNil() && !yield(field.Tag.Get("yaml"), rule.Interface()) {
				return
			}
		}
	}
}
