package infra

import (
	"cmp"
	"fmt"

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
	return map[string]awscognito.AccountRecovery{
		"[email]":       awscognito.AccountRecovery_EMAIL_ONLY,
		"[phone]":       awscognito.AccountRecovery_PHONE_ONLY_WITHOUT_MFA,
		"[phone email]": awscognito.AccountRecovery_PHONE_WITHOUT_MFA_AND_EMAIL,
		"[email phone]": awscognito.AccountRecovery_EMAIL_AND_PHONE_WITHOUT_MFA,
	}[fmt.Sprint(p.Recovery)]
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
		var all []*string
		if others := pool.EnabledMfas(); others != nil {
			all = *others
		}
		pool.SetEnabledMfas(new(append(all, new("EMAIL_OTP"))))
	}
	pool.SetEmailAuthenticationSubject(some(p.Texts.MFA.Default.Subject))
	pool.SetEmailAuthenticationMessage(some(p.Texts.MFA.Default.Body))
}

// invitation returns the words for users whom an administrator creates; nil for Cognito's own.
func invitation(p *Props) *awscognito.UserInvitationConfig {
	t := p.Texts.Invitation.Default
	if t == (Text{}) {
		return nil
	}
	return &awscognito.UserInvitationConfig{EmailSubject: some(t.Subject), EmailBody: some(t.Body), SmsMessage: some(t.SMS)}
}
