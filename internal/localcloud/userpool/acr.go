package userpool

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The rules in this file are those of guide, "Authentication levels with ACR and AMR claims",
// and "The managed login sign-in endpoint: /login", step-up authentication request. The API's
// TARGET_ACR_VALUES is refused by name.

// amrValues are the names in amr of the factors that the pages ask for.
var amrValues = map[string]string{byPassword: "pwd", totp2: "otp", sms2: "sms", email2: "email_otp"}

// amr returns the claim for the factors that a user has proven.
func amr(factors ...string) []string {
	var methods []string
	for _, factor := range factors {
		methods = append(methods, amrValues[factor])
	}
	if len(methods) > 1 {
		methods = append(methods, "mfa")
	}
	return methods
}

// levelOf returns the highest level that the methods satisfy, 0 for none, as for "fed". Level 2
// is a code without a password; no sign-in of the pages ends so.
func levelOf(methods []string) int {
	has := func(any ...string) bool {
		return slices.ContainsFunc(any, func(m string) bool { return slices.Contains(methods, m) })
	}
	switch {
	case has("pwd") && has("otp"):
		return 4
	case has("swk", "hwk"), has("pwd") && has("sms", "email_otp"):
		return 3
	case has("sms", "email_otp"):
		return 2
	case has("pwd"):
		return 1
	}
	return 0
}

// acrName returns the name of a level from 1 to 4, "" for 0.
func (c *Config) acrName(level int) string {
	if level == 0 {
		return ""
	}
	return cmp.Or(c.AcrValues[level-1], fmt.Sprint(defaultLevel, level))
}

// defaultLevel begins AWS's names of the levels.
const defaultLevel = "urn:cognito:loa:"

// levels returns the levels that acr_values names, in its order. What it does not recognize
// it ignores, and all of it in a pool on Lite.
func (c *Config) levels(values string) (levels []int) {
	if c.Tier == "LITE" {
		return nil
	}
	for _, value := range strings.Fields(values) {
		for level := range len(c.AcrValues) {
			if value == c.acrName(level+1) {
				levels = append(levels, level+1)
			}
		}
	}
	return levels
}

// reaching returns the second factors with which a user who has proven a password reaches a
// level. A factor that is set up but turned off counts: "The user must already have the
// factors to satisfy a requested level".
func (p *Pool) reaching(u user, level int) []string {
	return slices.DeleteFunc(p.mfaSettings().usable(u), func(factor string) bool {
		return levelOf(amr(byPassword, factor)) < level
	})
}

// target returns the first level of the request that the user can reach, 0 if it names none.
// The API "returns an error" where there is none; for the pages AWS names no error, and this
// one is of OpenID Connect Core Error Code unmet_authentication_requirements.
func (p *Pool) target(a authorization, u user) (int, error) {
	for _, level := range a.levels {
		if level == 1 || len(p.reaching(u, level)) > 0 {
			return level, nil
		}
	}
	if len(a.levels) > 0 {
		return 0, &oauthError{"unmet_authentication_requirements", "the user has no factors for a level of acr_values"}
	}
	return 0, nil
}

// demandedOnPage is demanded with the level of the request: what the settings demand is the
// least, so that a lower level takes nothing away.
func (p *Pool) demandedOnPage(a authorization, u user, began time.Time) (authOutput, error) {
	level, err := p.target(a, u)
	switch {
	case u.status == forceChangePassword || err == nil && level <= 1:
		return p.demanded(u, a.client, "HostedAuth")
	case err != nil:
		return authOutput{}, err
	}
	if err := p.admissible(u); err != nil {
		return authOutput{}, err
	}
	return p.askSecond(p.reaching(u, level), u, a.client, challenge{stepUp: true, began: began})
}

// acrNames reads and writes AcrConfiguration.
type acrNames [4]string

type acrConfiguration struct {
	Level1, Level2, Level3, Level4 struct{ AcrValue string }
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *acrNames) UnmarshalJSON(text []byte) error {
	var c acrConfiguration
	err := json.Unmarshal(text, &c)
	*n = acrNames{c.Level1.AcrValue, c.Level2.AcrValue, c.Level3.AcrValue, c.Level4.AcrValue}
	return err
}

// MarshalJSON implements json.Marshaler.
func (n *acrNames) MarshalJSON() ([]byte, error) {
	var c acrConfiguration
	for i, level := range []*struct{ AcrValue string }{&c.Level1, &c.Level2, &c.Level3, &c.Level4} {
		level.AcrValue = (&Config{AcrValues: *n}).acrName(i + 1)
	}
	return json.Marshal(c)
}

// checkAcrValues refuses what AWS does: a name that two levels have, also by default, and
// characters that the claim cannot hold.
func (c *Config) checkAcrValues() error {
	seen := map[string]bool{}
	for level := range len(c.AcrValues) {
		name := c.acrName(level + 1)
		switch {
		case seen[name]:
			return fmt.Errorf("AcrConfiguration: two levels are named %s", name)
		case len(name) > 64 || strings.ContainsAny(name, ` "\`):
			return fmt.Errorf("AcrConfiguration %q: want at most 64 characters without spaces, quotation marks and backslashes", name)
		}
		seen[name] = true
	}
	if own := slices.ContainsFunc(c.AcrValues[:], func(name string) bool { return !strings.HasPrefix(name, defaultLevel) && name != "" }); own && c.Tier == "LITE" {
		return errPlan("AcrConfiguration")
	}
	return nil
}
