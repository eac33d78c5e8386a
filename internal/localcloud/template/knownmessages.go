package template

const noMessage = "no message leaves the machine"

// messageRows judge the texts of messages and who sends them.
var messageRows = map[string]verdict{
	"UserPool.AdminCreateUserConfig.InviteMessageTemplate.EmailMessage":         {class: acts},
	"UserPool.AdminCreateUserConfig.InviteMessageTemplate.EmailSubject":         {class: acts},
	"UserPool.AdminCreateUserConfig.InviteMessageTemplate.SMSMessage":           {class: acts},
	"UserPool.EmailAuthenticationMessage":                                       {class: acts},
	"UserPool.EmailAuthenticationSubject":                                       {class: acts},
	"UserPool.EmailConfiguration":                                               {harmless, noMessage},
	"UserPool.EmailConfiguration.EmailSendingAccount":                           {class: acts},
	"UserPool.EmailVerificationMessage":                                         {class: acts},
	"UserPool.EmailVerificationSubject":                                         {class: acts},
	"UserPool.SmsAuthenticationMessage":                                         {class: acts},
	"UserPool.SmsConfiguration":                                                 {harmless, noMessage},
	"UserPool.SmsVerificationMessage":                                           {class: acts},
	"UserPool.VerificationMessageTemplate.DefaultEmailOption":                   {refused, "AWS knows no such option"},
	"UserPool.VerificationMessageTemplate.DefaultEmailOption=CONFIRM_WITH_CODE": {class: acts},
	"UserPool.VerificationMessageTemplate.DefaultEmailOption=CONFIRM_WITH_LINK": {class: acts},
	"UserPool.VerificationMessageTemplate.EmailMessage":                         {class: acts},
	"UserPool.VerificationMessageTemplate.EmailMessageByLink":                   {class: acts},
	"UserPool.VerificationMessageTemplate.EmailSubject":                         {class: acts},
	"UserPool.VerificationMessageTemplate.EmailSubjectByLink":                   {class: acts},
	"UserPool.VerificationMessageTemplate.SmsMessage":                           {class: acts},
}
