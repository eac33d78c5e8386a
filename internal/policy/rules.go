package policy

import (
	"cmp"
	"iter"
	"reflect"
)

// Rules are the rules of sign-up. Those of an app client replace rules for this client, and
// an absent one stays as in `policy.signUp`.
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
	Waiting    *Waiting    `yaml:"waiting" json:"waiting,omitempty"`

	AutoConfirm *AutoConfirm `yaml:"autoConfirm" json:"autoConfirm,omitempty"`
}

// Full returns the rules with those that hold even when they are not written down: an
// unusable address is refused. A stage's policy.json always holds them.
func (r Rules) Full() Rules {
	r.Email = cmp.Or(r.Email, &Email{})
	r.Domains = cmp.Or(r.Domains, &Domains{})
	r.Attributes = cmp.Or(r.Attributes, &Attributes{})
	return r
}

// In returns the rules that hold for one app client: the full ones, with that client's
// own in their places. It does not change the section; rules that are not overridden are
// shared with it.
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

// Clone returns the rules with a copy of each rule. Lists and maps within a rule are
// shared.
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

// Held returns the rules that hold at a token and are not off. It shares them with r.
func (r Rules) Held() Rules { return r.judging(HoldsAtToken) }

// Undone returns the rules that hold at sign-up only, could hold at a token, and are not
// off: what they judge may change afterwards. It shares them with r.
func (r Rules) Undone() Rules { return r.judging(HoldsAtSignUp) }

// judging returns the rules that are not off and hold at the moment, of those that have
// the choice.
func (r Rules) judging(moment Holds) Rules {
	var held Rules
	into := reflect.ValueOf(&held).Elem()
	for i := range into.NumField() {
		rule := reflect.ValueOf(r).Field(i)
		if rule.IsNil() {
			continue
		}
		when, mode := rule.Elem().FieldByName("Holds"), rule.Elem().FieldByName("Mode")
		if when.IsValid() && cmp.Or(Holds(when.String()), HoldsAtSignUp) == moment && mode.String() != string(Off) {
			into.Field(i).Set(rule)
		}
	}
	return held
}

// All yields the rules that are present with their keys, in order.
func (r Rules) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for field, rule := range reflect.ValueOf(r).Fields() {
			if !rule.IsNil() && !yield(field.Tag.Get("yaml"), rule.Interface()) {
				return
			}
		}
	}
}
