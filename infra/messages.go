package infra

import (
	"cmp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
)

// mfaModes are the CDK's names for ours.
var mfaModes = map[MFAMode]awscognito.Mfa{
	MFAOff: awscognito.Mfa_OFF, MFAOptional: awscognito.Mfa_OPTIONAL, MFARequired: awscognito.Mfa_REQUIRED,
}

// secondFactors returns those that the CDK knows without conditions; codesByMail adds the
// third. nil is none: the CDK would take SMS.
func secondFactors(p *Props) *awscognito.MfaSecondFactor {
	if p.MFA.Mode == MFAOff {
		return nil
	}
	return &awscognito.MfaSecondFactor{Otp: new(p.HasSecond(SecondTOTP)), Sms: new(p.HasSecond(SecondSMS))}
}

// recovery returns the CDK's name for the ways to a new password.
func recovery(p *Props) awscognito.AccountRecovery {
	first := p.Recovery[0]
	switch {
	case len(p.Recovery) == 1 && first == RecoverByEmail:
		return awscognito.AccountRecovery_EMAIL_ONLY
	case len(p.Recovery) == 1:
		return awscognito.AccountRecovery_PHONE_ONLY_WITHOUT_MFA
	case first == RecoverByPhone:
		return awscognito.AccountRecovery_PHONE_WITHOUT_MFA_AND_EMAIL
	}
	return awscognito.AccountRecovery_EMAIL_AND_PHONE_WITHOUT_MFA
}

// mailBySES lets Amazon SES send. The CDK's own way (UserPoolEmail_WithSES) refuses a stack
// without a Region, and a sender in a sub-domain of the identity.
func mailBySES(pool awscognito.CfnUserPool, p *Props) {
	e := p.Email
	if e.Identity == "" {
		return
	}
	stack := awscdk.Stack_Of(pool)
	pool.SetEmailConfiguration(&awscognito.CfnUserPool_EmailConfigurationProperty{
		EmailSendingAccount: new("DEVELOPER"),
		SourceArn: stack.FormatArn(&awscdk.ArnComponents{
			Service: new("ses"), Region: new(cmp.Or(e.Region, *stack.Region())), Resource: new("identity"), ResourceName: new(e.Identity),
		}),
		From: some(e.Sender()), ReplyToEmailAddress: some(e.ReplyTo), ConfigurationSet: some(e.ConfigurationSet),
	})
}

// codesByMail turns codes of sign-ins by e-mail on, and sets their words. The CDK does so only
// for its own way of sending (see mailBySES).
func codesByMail(pool awscognito.CfnUserPool, p *Props) {
	if p.HasSecond(SecondEmail) {
		pool.SetEnabledMfas(list(append(values(pool.EnabledMfas()), "EMAIL_OTP")))
	}
	pool.SetEmailAuthenticationSubject(some(p.Texts.MFA.Default.Subject))
	pool.SetEmailAuthenticationMessage(some(p.Texts.MFA.Default.Body))
}

// values returns a list of jsii's strings.
func values(pointers *[]*string) (all []string) {
	if pointers != nil {
		for _, pointer := range *pointers {
			all = append(all, *pointer)
		}
	}
	return all
}

// verification returns the words of the code that confirms something.
func verification(p *Props) *awscognito.UserVerificationConfig {
	t := p.Texts.Verification.Default
	if t == (Text{}) {
		return nil
	}
	return &awscognito.UserVerificationConfig{EmailSubject: some(t.Subject), EmailBody: some(t.Body), SmsMessage: some(t.SMS)}
}

// invitation returns the words for users whom an administrator creates.
func invitation(p *Props) *awscognito.UserInvitationConfig {
	t := p.Texts.Invitation.Default
	if t == (Text{}) {
		return nil
	}
	return &awscognito.UserInvitationConfig{EmailSubject: some(t.Subject), EmailBody: some(t.Body), SmsMessage: some(t.SMS)}
}
