package template

import (
	"cmp"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// messages reads the texts of the pool's messages. VerificationMessageTemplate has taken the
// place of the older properties (API reference, CreateUserPool).
func (p *properties) messages() userpool.MessageTemplates {
	verification, invitation := p.object("VerificationMessageTemplate"), p.object("AdminCreateUserConfig").object("InviteMessageTemplate")
	return userpool.MessageTemplates{
		Verification: userpool.MessageTemplate{
			EmailSubject: cmp.Or(verification.text("EmailSubject"), p.text("EmailVerificationSubject")),
			EmailMessage: cmp.Or(verification.text("EmailMessage"), p.text("EmailVerificationMessage")),
			SMSMessage:   cmp.Or(verification.text("SmsMessage"), p.text("SmsVerificationMessage")),
		},
		ByLink: userpool.MessageTemplate{
			EmailSubject: verification.text("EmailSubjectByLink"), EmailMessage: verification.text("EmailMessageByLink"),
		},
		Invitation: userpool.MessageTemplate{
			EmailSubject: invitation.text("EmailSubject"), EmailMessage: invitation.text("EmailMessage"), SMSMessage: invitation.text("SMSMessage"),
		},
		Authentication: userpool.MessageTemplate{
			EmailSubject: p.text("EmailAuthenticationSubject"), EmailMessage: p.text("EmailAuthenticationMessage"),
			SMSMessage: p.text("SmsAuthenticationMessage"),
		},
		ConfirmWithLink: verification.text("DefaultEmailOption") == "CONFIRM_WITH_LINK",
	}
}
