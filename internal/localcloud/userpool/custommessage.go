package userpool

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The placeholders that CustomMessage is told (guide, "Custom message Lambda trigger"; the
// link's is in its test event).
const (
	codeParameter     = "{####}"
	linkParameter     = "{##Click Here##}"
	usernameParameter = "{username}"
)

// customMessageRequest is as in guide, "Custom message Lambda trigger". The username's
// placeholder is null but for an invitation.
type customMessageRequest struct {
	UserAttributes    map[string]string `json:"userAttributes"`
	CodeParameter     string            `json:"codeParameter"`
	LinkParameter     string            `json:"linkParameter"`
	UsernameParameter *string           `json:"usernameParameter"`
	ClientMetadata    map[string]string `json:"clientMetadata,omitempty"`
}

// customMessageResponse: a null member keeps the pool's own text. So does "", which functions
// in Go send for what they leave out (aws-lambda-go's type has no null); AWS does not say.
type customMessageResponse struct {
	SMSMessage   *string `json:"smsMessage"`
	EmailMessage *string `json:"emailMessage"`
	EmailSubject *string `json:"emailSubject"`
}

// fireCustomMessage returns the texts of the trigger, checked as they will be with their
// values put in; none if the pool has no such trigger.
func (p *Pool) fireCustomMessage(u user, m Message, why occasion, put *strings.Replacer) (customMessageResponse, error) {
	request := customMessageRequest{
		UserAttributes: p.eventAttributes(u), CodeParameter: codeParameter, LinkParameter: linkParameter, ClientMetadata: why.metadata,
	}
	wanted := []string{codeParameter}
	if m.Purpose == "invitation" {
		request.UsernameParameter = new(usernameParameter)
		wanted = append(wanted, usernameParameter)
	}
	var own customMessageResponse
	response, err := p.fire(customMessage, p.newEvent("CustomMessage_"+why.source, u.username, why.clientID, request, own))
	if err == nil {
		err = decodeResponse(response, &own)
	}
	if err == nil {
		err = own.check(p.cfg().EmailSendingAccount, m.Link != "", wanted, put)
	}
	return own, err
}

// check holds the texts to the guide's limits (same page): the code is in each message, an
// invitation has the username, too, and e-mails are the trigger's only where the pool sends
// through Amazon SES. A text has the characters of the API's pattern (API reference,
// MessageTemplateType). Each refusal is an InvalidLambdaResponseException; AWS's sentences
// are not known.
func (r customMessageResponse) check(account string, byLink bool, wanted []string, put *strings.Replacer) error {
	for _, member := range []struct {
		name  string
		text  *string
		most  int
		email bool
	}{{"smsMessage", r.SMSMessage, 140, false}, {"emailMessage", r.EmailMessage, 20_000, true}, {"emailSubject", r.EmailSubject, 140, true}} {
		if !given(member.text) {
			continue
		}
		fault := ""
		switch length := utf8.RuneCountInString(put.Replace(*member.text)); {
		case member.email && account != "DEVELOPER":
			fault = "needs the EmailSendingAccount DEVELOPER"
		case strings.ContainsFunc(*member.text, strangeInMessage):
			fault = "has control characters"
		case length > member.most:
			fault = "is too long"
		case member.name != "emailSubject" && !carries(*member.text, wanted, byLink && member.email):
			fault = "must contain " + strings.Join(wanted, " and ")
		default:
			continue
		}
		return refuse("InvalidLambdaResponseException", "CustomMessage: %s %s.", member.name, fault)
	}
	return nil
}

func strangeInMessage(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.M, unicode.S, unicode.N, unicode.P) && !unicode.IsSpace(r)
}

// carries reports whether a text has every placeholder. Where the pool confirms with links, a
// link takes the place of the code.
func carries(text string, wanted []string, byLink bool) bool {
	if byLink && linkForm.MatchString(text) {
		return true
	}
	for _, placeholder := range wanted {
		if !strings.Contains(text, placeholder) {
			return false
		}
	}
	return true
}

// replace puts the trigger's texts in the place of the pool's.
func (r customMessageResponse) replace(t *MessageTemplate) {
	for text, at := range map[*string]*string{r.SMSMessage: &t.SMSMessage, r.EmailMessage: &t.EmailMessage, r.EmailSubject: &t.EmailSubject} {
		if given(text) {
			*at = *text
		}
	}
}

func given(text *string) bool { return text != nil && *text != "" }
