package doctor

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// pool is what DescribeUserPool answers, as far as checks look at it.
type pool struct {
	Arn, DeletionProtection, UserPoolTier              string
	EmailConfigurationFailure, SmsConfigurationFailure string
	LambdaConfig                                       hookConfig
	AutoVerifiedAttributes                             []string
	AliasAttributes, UsernameAttributes                []string
	EmailConfiguration                                 struct{ EmailSendingAccount string }
	SmsConfiguration                                   *struct{ SnsCallerArn, ExternalId string }
	AdminCreateUserConfig                              struct{ AllowAdminCreateUserOnly bool }
	UserAttributeUpdateSettings                        struct{ AttributesRequireVerificationBeforeUpdate []string }
	UsernameConfiguration                              struct{ CaseSensitive *bool }
	UserPoolAddOns                                     struct{ AdvancedSecurityMode string }
	Policies                                           struct {
		PasswordPolicy struct{ MinimumLength, TemporaryPasswordValidityDays int }
	}
	AccountRecoverySetting struct{ RecoveryMechanisms []mechanism }
	DcrConfiguration       struct {
		EnableStatus   string
		OpenDcrEnabled bool
		AllowedScopes  []string
	}
}

// mechanism is a way to a new password; that of the lowest priority is the first.
type mechanism struct {
	Name     string
	Priority int
}

// account returns the account that the pool's ARN names.
func (p pool) account() string {
	return fields(p.Arn)[4]
}

// pool returns the pool, and reports false if it cannot be asked.
func (f *Facts) pool() (pool, bool) {
	out, ok := ask[struct{ UserPool pool }](f, "cognito-idp", "DescribeUserPool", in{"UserPoolId": f.Pool})
	return out.UserPool, ok
}

// poolRow is a check of the pool's own description.
func poolRow(number int, title, members, means, fix string, how Severity, source string, judge func(*Facts, pool) []Finding) Check {
	return Check{number, title, "cognito-idp DescribeUserPool: " + members, means, fix, how, source, func(f *Facts) []Finding {
		p, ok := f.pool()
		if !ok {
			return nil
		}
		return judge(f, p)
	}}
}

// one returns a finding about the pool if it is wrong.
func one(is bool, found, format string, args ...any) []Finding {
	if !is {
		return nil
	}
	return []Finding{wrong("user pool", found, format, args...)}
}

// console is where a pool is changed that the stack did not make.
const console = "; of a pool that the stack does not make: Cognito console, "

func poolChecks() []Check {
	return []Check{
		poolRow(5, "the plan has what the stage needs", "UserPoolTier", "Cognito refuses what the plan does not have (FeatureUnavailableInTierException), and with it the next deployment",
			"plan of the stage"+console+"Settings, Feature plan", Critical, guide+"cognito-sign-in-feature-plans.html", plan),
		poolRow(16, "no open registration with scopes of an API", "DcrConfiguration.OpenDcrEnabled, AllowedScopes", "anybody makes an app client and asks your users for access to your API",
			"turn open registration off, or take the scopes out"+console+"Dynamic client registration", Critical, guide+"cognito-user-pools-dynamic-client-registration.html", func(_ *Facts, p pool) []Finding {
				d := p.DcrConfiguration
				return one(d.OpenDcrEnabled && d.EnableStatus != "DISABLED" && len(d.AllowedScopes) > 0, strings.Join(d.AllowedScopes, " "), "anybody may register an app client with the scopes %s", strings.Join(d.AllowedScopes, ", "))
			}),
		poolRow(17, "e-mails leave, and enough of them", "EmailConfiguration.EmailSendingAccount, EmailConfigurationFailure", "Cognito's own sender stops after 50 e-mails a day of the whole account: nobody can confirm an address or reset a password",
			"email.identity of the stage, or email.cognitoDefault: true if 50 are enough"+console+"Authentication methods, Email", Critical, guide+"quotas.html", mails),
		poolRow(18, "text messages leave, by nobody else", "SmsConfigurationFailure, SmsConfiguration.ExternalId", "codes do not arrive; without an external id another pool can use the role (confused deputy)",
			"sms of the stage"+console+"Authentication methods, SMS", Warning, reference+"API_SmsConfigurationType.html", func(_ *Facts, p pool) []Finding {
				return slices.Concat(
					one(p.SmsConfigurationFailure != "", p.SmsConfigurationFailure, "Cognito cannot send text messages: %s", p.SmsConfigurationFailure),
					one(p.SmsConfiguration != nil && p.SmsConfiguration.SnsCallerArn != "" && p.SmsConfiguration.ExternalId == "", "", "the role for text messages has no external id"))
			}),
		poolRow(19, "the pool cannot be deleted with one call", "DeletionProtection", "one wrong call deletes every user, with no way back",
			"disposable: false of the stage"+console+"Settings, Deletion protection", Critical, guide+"user-pool-settings-deletion-protection.html", func(f *Facts, p pool) []Finding {
				return one(p.DeletionProtection != "ACTIVE" && !f.disposable(), p.DeletionProtection, "deletion protection is off")
			}),
		poolRow(21, "self sign-up and the rules belong together", "AdminCreateUserConfig.AllowAdminCreateUserOnly", "anybody gets an account, or the rules of sign-up judge nobody",
			"selfSignUp and policy.signUp of the stage"+console+"Sign-up", Warning, reference+"API_AdminCreateUserConfigType.html", signUps),
		poolRow(22, "what users sign in with is verified", "UsernameAttributes, AliasAttributes, AutoVerifiedAttributes", "an address that nobody has verified is a user name, an alias does not work before it is verified, and no code reaches a user who has forgotten the password",
			"remove the override of the stage"+console+"Sign-up, Attribute verification", Critical, guide+"user-pool-settings-attributes.html", func(_ *Facts, p pool) (found []Finding) {
				for _, name := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(p.UsernameAttributes, p.AliasAttributes)))) {
					if name != "preferred_username" && !slices.Contains(p.AutoVerifiedAttributes, name) {
						found = append(found, wrong("user pool", name, "users sign in with %s, which is not verified automatically", name))
					}
				}
				return found
			}),
		poolRow(23, "a new address counts when it is verified", "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate", "a typing error locks a user out, and a stolen session moves the account to another address at once",
			"remove the override of the stage"+console+"Sign-up, Verifying attribute changes", Warning, reference+"API_UserAttributeUpdateSettingsType.html", func(_ *Facts, p pool) (found []Finding) {
				for _, name := range p.AutoVerifiedAttributes {
					if !slices.Contains(p.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate, name) {
						found = append(found, wrong("user pool", name, "a change of %s takes effect before it is verified", name))
					}
				}
				return found
			}),
		poolRow(24, "user names are not case sensitive", "UsernameConfiguration.CaseSensitive", "Ada@example.org and ada@example.org are two accounts, and it stays so for ever",
			"only a new pool is another: move the users", Warning, guide+"user-pool-case-sensitivity.html", func(_ *Facts, p pool) []Finding {
				c := p.UsernameConfiguration.CaseSensitive // absent in pools from before the setting, which are case sensitive
				return one(c == nil || *c, "", "user names are case sensitive")
			}),
		poolRow(25, "passwords are long, and recovery is not by phone first", "Policies.PasswordPolicy, AccountRecoverySetting", "short passwords are guessed, old invitations are found, and who takes over a number takes over the account",
			"passwordMinimumLength and recovery of the stage"+console+"Authentication methods, Password policy", Warning, guide+"managing-users-passwords.html", passwords),
		poolRow(26, "what Plus costs is used", "UserPoolTier, UserPoolAddOns.AdvancedSecurityMode", "Plus is paid for each active user, and threat protection blocks nothing",
			"threatProtection: {standard: enforced} of the stage, or plan: essentials"+console+"Threat protection", Note, guide+"cognito-user-pool-settings-threat-protection.html", func(_ *Facts, p pool) []Finding {
				mode := cmp.Or(p.UserPoolAddOns.AdvancedSecurityMode, "OFF")
				return one(p.UserPoolTier == "PLUS" && mode != "ENFORCED", mode, "the plan is PLUS, and threat protection is %s", mode)
			}),
	}
}

// plan is check 5. AWS orders the plans so.
func plan(f *Facts, p pool) []Finding {
	order, needs := []string{"LITE", "ESSENTIALS", "PLUS"}, 0
	if f.has(TokenTrigger) && f.TokenVersion != "V1_0" {
		needs = 1 // API reference, PreTokenGenerationVersionConfigType
	}
	if f.Stage != nil {
		needs = max(needs, slices.Index(order, f.Stage.Plan))
	}
	return one(slices.Index(order, p.UserPoolTier) < needs, p.UserPoolTier, "the plan is %s, and the stage needs %s", p.UserPoolTier, order[needs])
}

// mails is check 17. A function that sends the e-mails itself is no sender of Cognito's.
func mails(f *Facts, p pool) []Finding {
	own := p.EmailConfiguration.EmailSendingAccount != "DEVELOPER" && p.LambdaConfig["CustomEmailSender"] == nil
	wanted := f.Stage != nil && (f.Stage.Disposable || f.Stage.DefaultMail)
	return slices.Concat(
		one(own && !wanted, "COGNITO_DEFAULT", "Cognito's own sender sends at most 50 e-mails a day"),
		one(p.EmailConfigurationFailure != "", p.EmailConfigurationFailure, "Cognito cannot send e-mails: %s", p.EmailConfigurationFailure))
}

// signUps is check 21.
func signUps(f *Facts, p pool) []Finding {
	if f.Stage == nil {
		f.without("the rules of sign-up are not known without a stage file")
		return nil
	}
	shut, judged := p.AdminCreateUserConfig.AllowAdminCreateUserOnly, f.has("PreSignUp") && f.Stage.SelfRules > 0
	return slices.Concat(
		one(!shut && !judged, "", "anybody may sign up, and no rule judges them"),
		one(shut && judged && !f.Stage.Closed, "", "nobody may sign up, and %d rules are for people who do", f.Stage.SelfRules))
}

// passwords is check 25. Without ways Cognito prefers the phone (API reference, CreateUserPool,
// AccountRecoverySetting).
func passwords(f *Facts, p pool) []Finding {
	policy := p.Policies.PasswordPolicy
	ways := p.AccountRecoverySetting.RecoveryMechanisms
	slices.SortFunc(ways, func(a, b mechanism) int { return cmp.Compare(a.Priority, b.Priority) })
	byPhone := len(ways) == 0 || ways[0].Name == "verified_phone_number"
	return slices.Concat(
		one(policy.MinimumLength < 8, "", "a password may have %d characters", policy.MinimumLength),
		one(policy.TemporaryPasswordValidityDays > 7, "", "temporary passwords are good for %d days", policy.TemporaryPasswordValidityDays),
		one(byPhone && (f.Stage == nil || !f.Stage.PhoneFirst), "verified_phone_number", "who has forgotten the password is sent a text message first"))
}

// factors is check 20.
func factors(f *Facts) []Finding {
	c, ok := ask[struct {
		MfaConfiguration              string
		SmsMfaConfiguration           json.RawMessage
		SoftwareTokenMfaConfiguration struct{ Enabled bool }
		EmailMfaConfiguration         json.RawMessage
	}](f, "cognito-idp", "GetUserPoolMfaConfig", in{"UserPoolId": f.Pool})
	if !ok || f.disposable() {
		return nil
	}
	off := c.MfaConfiguration != "ON" && c.MfaConfiguration != "OPTIONAL"
	return slices.Concat(
		one(off, c.MfaConfiguration, "no second factor can be used"),
		one(!off && c.SmsMfaConfiguration != nil && !c.SoftwareTokenMfaConfiguration.Enabled && c.EmailMfaConfiguration == nil, "SMS", "text messages are the only second factor"))
}
