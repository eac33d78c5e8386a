package userpool

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Reset is what UpdateUserPool makes of the members that a request omits.
type Reset string

const (
	// ResetDocumented sets each to AWS's default: "If you don't provide a value for an
	// attribute, Amazon Cognito sets it to its default value" (API reference,
	// UpdateUserPool).
	ResetDocumented Reset = "documented"
	// ResetMeasured is what was seen in August 2026 (go-to-k/cdkd#1982): MfaConfiguration
	// and both halves of Policies stay. Nobody has measured DeletionProtection
	// (go-to-k/cdkd#2675) and most others; they are reset.
	ResetMeasured Reset = "measured"
)

// settings returns the members of a request. It refuses those that no request has, or only
// CreateUserPool. AWS's SDKs cannot send such, and AWS does not say what it does with them;
// what this API does not know at all is kept.
func (r rawInput) settings(last taken) (Settings, error) {
	s, err := decoded(r)
	if err != nil {
		return nil, err
	}
	delete(s, "UserPoolId")
	kinds, calls := members(), requested()
	for _, name := range slices.Sorted(maps.Keys(s)) {
		to, called := calls[name]
		if !called {
			to = name
		}
		if m, known := kinds[to]; known && (m.taken > last || !called && slices.Contains(slices.Collect(maps.Values(calls)), name)) {
			return nil, invalidParameter("%s: the request has no such member.", name)
		}
	}
	return s, nil
}

// updateUserPool replaces the settings. Nobody who is signed in notices, except by what they
// decide from now on.
func (p *Pool) updateUserPool(in rawInput) (empty, error) {
	request, err := in.settings(stays)
	if err != nil {
		return empty{}, err
	}
	days, err := request.accept()
	if err != nil {
		return empty{}, err
	}
	return empty{}, p.change(func(next *Config) error {
		s, err := next.Settings.updated(request, p.reset).normal(days)
		if err != nil {
			return err
		}
		return next.become(s)
	})
}

// Hook sets triggers, as the owner of the pool does by UpdateUserPool, and leaves all else.
func (p *Pool) Hook(triggers map[string]Trigger) error {
	return p.change(func(next *Config) error {
		text, err := json.Marshal(hooks(triggers))
		if err != nil {
			return err
		}
		s, err := next.Settings.with("LambdaConfig", complete(next.Settings.part("LambdaConfig"), defaults(string(text)))).normal(nil)
		if err != nil {
			return err
		}
		return next.become(s)
	})
}

// Hooks returns the triggers that the pool fires now.
func (p *Pool) Hooks() map[string]Trigger { return maps.Clone(p.cfg().Triggers) }

// updated returns a request with what it omits and the rule keeps. What AWS does with an
// omitted member that this API does not know nobody can say; it is reset here, so that an
// echo that drops it shows.
func (s Settings) updated(request Settings, rule Reset) Settings {
	next, kinds := maps.Clone(request), members()
	for name, value := range s {
		m, known := kinds[name]
		if next[name] == nil && known && (m.taken != byUpdate || rule == ResetMeasured && name == "MfaConfiguration") {
			next[name] = value
		}
	}
	if rule == ResetMeasured {
		policies := maps.Clone(s.part("Policies"))
		maps.Copy(policies, next.part("Policies"))
		next["Policies"] = policies
	}
	return next
}

// become obeys settings that a request makes, or refuses them.
func (c *Config) become(s Settings) error {
	s, err := s.withSMS()
	if err != nil {
		return err
	}
	before := c.Settings
	for _, check := range []func() error{
		func() error { return checkHooks(before, s) }, func() error { return c.obey(s) }, c.complete, c.checkRequest,
	} {
		err := check()
		if _, own := errors.AsType[*APIError](err); err != nil && !own {
			return invalidParameter("%v", err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// withSMS turns SMS messages on for a pool that demands second factors, names none and can
// send messages (API reference, CreateUserPool, MfaConfiguration and SmsConfiguration).
func (s Settings) withSMS() (Settings, error) {
	factors, _ := s["EnabledMfas"].([]any)
	switch {
	case s["MfaConfiguration"] == "OFF" || len(factors) > 0:
		return s, nil
	case s.part("SmsConfiguration") == nil: // seen in aws/aws-cdk#12075
		return nil, invalidParameter("SMS configuration and Auto verification for phone_number are required when MFA is required/optional")
	}
	return s.with("EnabledMfas", []any{sms2}), nil
}

// checkHooks refuses a function that the pool would never call. One that was there before
// stays there.
func checkHooks(before, after Settings) error {
	old := before.part("LambdaConfig")
	for name, value := range after.part("LambdaConfig") {
		text, _ := json.Marshal(value)
		was, _ := json.Marshal(old[name])
		if strings.Contains(string(text), ":function:") && string(text) != string(was) && !slices.Contains(Fires(), strings.TrimSuffix(name, "Config")) {
			return invalidParameter("LambdaConfig.%s: the local user pool does not fire it (it fires %v).", name, Fires())
		}
	}
	return nil
}

// checkRequest refuses what AWS does. The limits are those of the API reference
// (PasswordPolicyType), the sentence about addresses is seen in ekristen/aws-nuke#477.
func (c *Config) checkRequest() error {
	if !slices.Contains([]string{"LITE", "ESSENTIALS", "PLUS"}, c.Tier) {
		return fmt.Errorf("UserPoolTier %q: want LITE, ESSENTIALS or PLUS", c.Tier)
	}
	for _, taken := range []struct {
		member         string
		values, either []string
	}{
		{"autoVerifiedAttributes", c.AutoVerifiedAttributes, []string{"phone_number", "email"}},
		{"usernameAttributes", c.UsernameAttributes, []string{"phone_number", "email"}},
		{"aliasAttributes", c.AliasAttributes, []string{"phone_number", "email", "preferred_username"}},
	} {
		for _, value := range taken.values {
			if !slices.Contains(taken.either, value) {
				return oneOf(taken.member, taken.either...)
			}
		}
	}
	for _, name := range c.VerifyBeforeUpdate {
		if !slices.Contains(c.AutoVerifiedAttributes, name) {
			return invalidParameter("All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes")
		}
	}
	policy := c.PasswordPolicy
	for _, limit := range []struct {
		member           string
		value, low, high int
	}{
		{"policies.passwordPolicy.minimumLength", policy.MinimumLength, 6, 99},
		{"policies.passwordPolicy.temporaryPasswordValidityDays", policy.TemporaryPasswordValidityDays, 0, 365},
	} {
		if limit.value < limit.low || limit.value > limit.high {
			return invalidParameter("1 validation error detected: Value '%d' at '%s' failed to satisfy constraint: Member must be %d to %d", limit.value, limit.member, limit.low, limit.high)
		}
	}
	if !slices.Contains([]string{"ACTIVE", "INACTIVE"}, c.DeletionProtection) {
		return fmt.Errorf("DeletionProtection %q: want ACTIVE or INACTIVE", c.DeletionProtection)
	}
	return nil
}
