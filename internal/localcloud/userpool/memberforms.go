package userpool

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// hooks reads and writes LambdaConfig. What the pool does not fire stays in the settings.
type hooks map[string]Trigger

type versioned struct{ LambdaArn, LambdaVersion string }

// UnmarshalJSON implements json.Unmarshaler. A trigger is an ARN, or a function with the
// version of its event, which wins (guide, "Pre token generation Lambda trigger").
func (h *hooks) UnmarshalJSON(text []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	*h = hooks{}
	for member, value := range all {
		name, config := strings.CutSuffix(member, "Config")
		if !slices.Contains(Fires(), name) {
			continue
		}
		var of versioned
		switch err := json.Unmarshal(value, &of); {
		case err == nil && eventVersion(Trigger{of.LambdaArn, of.LambdaVersion}) == "":
			return fmt.Errorf("%s.LambdaVersion: want V1_0, V2_0 or V3_0, not %q", member, of.LambdaVersion)
		case err == nil && name == inboundFederation && of.LambdaVersion != "V1_0":
			return fmt.Errorf("%s.LambdaVersion: want V1_0, not %q", member, of.LambdaVersion)
		case err == nil:
			if of.LambdaArn != "" {
				(*h)[name] = Trigger{of.LambdaArn, of.LambdaVersion}
			}
		case config:
			return fmt.Errorf("%s: %w", member, err)
		default:
			if err := json.Unmarshal(value, &of.LambdaArn); err != nil {
				return err
			}
			if _, both := (*h)[name]; !both && of.LambdaArn != "" {
				(*h)[name] = Trigger{FunctionARN: of.LambdaArn}
			}
		}
	}
	return nil
}

// MarshalJSON implements json.Marshaler.
func (h hooks) MarshalJSON() ([]byte, error) {
	all := map[string]any{}
	for name, t := range h {
		all[name] = t.FunctionARN
		if name == inboundFederation { // it has no older form (API reference, LambdaConfigType)
			all[name] = versioned{t.FunctionARN, "V1_0"}
		} else if t.Version != "" {
			all[name+"Config"] = versioned{t.FunctionARN, t.Version}
		}
	}
	return json.Marshal(all)
}

// older reads the texts that VerificationMessageTemplate has taken the place of (API
// reference, CreateUserPool).
func (t *MessageTemplates) older(s Settings) {
	for name, to := range map[string]*string{
		"EmailVerificationSubject": &t.Verification.EmailSubject, "EmailVerificationMessage": &t.Verification.EmailMessage,
		"SmsVerificationMessage": &t.Verification.SMSMessage,
	} {
		if text, _ := s[name].(string); *to == "" {
			*to = text
		}
	}
}

// withLink reads and writes DefaultEmailOption.
type withLink bool

const confirmWithLink = "CONFIRM_WITH_LINK"

// UnmarshalJSON implements json.Unmarshaler.
func (l *withLink) UnmarshalJSON(text []byte) error {
	var option string
	err := json.Unmarshal(text, &option)
	*l = option == confirmWithLink
	return err
}

// MarshalJSON implements json.Marshaler.
func (l withLink) MarshalJSON() ([]byte, error) {
	if l {
		return json.Marshal(confirmWithLink)
	}
	return []byte("null"), nil
}

// caseSensitive reads CaseSensitive: true is "the default value" (API reference,
// UsernameConfigurationType).
type caseSensitive bool

// UnmarshalJSON implements json.Unmarshaler.
func (c *caseSensitive) UnmarshalJSON(text []byte) error {
	flag := true
	err := json.Unmarshal(text, &flag)
	*c = caseSensitive(flag)
	return err
}

// recovery reads and writes AccountRecoverySetting. A pool whose only mechanism is
// admin_only sends no reset code.
type recovery []string

type mechanism struct {
	Name     string
	Priority int
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *recovery) UnmarshalJSON(text []byte) error {
	var setting struct{ RecoveryMechanisms []mechanism }
	if err := json.Unmarshal(text, &setting); err != nil {
		return err
	}
	if *r = nil; setting.RecoveryMechanisms != nil {
		*r = recovery{}
	}
	// "You can't use admin_only with any other account recovery mechanism" (guide, "Resetting
	// user passwords").
	if slices.ContainsFunc(setting.RecoveryMechanisms, func(m mechanism) bool { return m.Name == "admin_only" }) && len(setting.RecoveryMechanisms) > 1 {
		return errors.New("admin_only stands beside another mechanism")
	}
	slices.SortStableFunc(setting.RecoveryMechanisms, func(a, b mechanism) int { return a.Priority - b.Priority })
	for _, m := range setting.RecoveryMechanisms {
		if name, ok := strings.CutPrefix(m.Name, "verified_"); ok {
			*r = append(*r, name)
		}
	}
	return nil
}

// MarshalJSON implements json.Marshaler.
func (r recovery) MarshalJSON() ([]byte, error) {
	if r == nil {
		return []byte("null"), nil
	}
	all := []mechanism{}
	for i, name := range r {
		all = append(all, mechanism{"verified_" + name, i + 1})
	}
	if len(all) == 0 {
		all = []mechanism{{"admin_only", 1}}
	}
	return json.Marshal(map[string]any{"RecoveryMechanisms": all})
}
