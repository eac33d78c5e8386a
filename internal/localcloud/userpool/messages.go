package userpool

import (
	"cmp"
	"html"
	"net/url"
	"regexp"
	"strings"
)

// Message is an e-mail or a text message that Cognito would send. Its text is the pool's or
// the trigger's template, HTML or not, with the values put in as they are: show it as text.
type Message struct {
	// Username is the user's. To is the address or the number, "" if the user has none.
	Username, To string
	// Channel is EMAIL or SMS.
	Channel string
	// Purpose is signup, signin, reset, invitation, attribute or welcome.
	Purpose string
	// Subject is "" in an SMS.
	Subject, Text string
	// Code is the code or the temporary password; "" in a welcome.
	Code string
	// Link confirms a sign-up where the pool confirms with links; "" otherwise.
	Link string
	// Call is the x-amzn-RequestId of the call that sends it; "" if no call does.
	Call string
}

// MessageTemplate is the text of one kind of message; "" is AWS's default.
type MessageTemplate struct{ EmailSubject, EmailMessage, SMSMessage string }

// MessageTemplates are a pool's texts. {####} stands for the code, in an invitation
// {username} for the name, in the text by link {##text##} for a link with this text (guide,
// "Configuring MFA, authentication, verification and invitation messages").
type MessageTemplates struct {
	Verification, ByLink, Invitation, Authentication MessageTemplate
	// ConfirmWithLink is DefaultEmailOption CONFIRM_WITH_LINK: a sign-up is confirmed by the
	// link of an e-mail. The pool needs a domain.
	ConfirmWithLink bool
}

// defaultTemplates are AWS's. Its documentation has none of them: the invitation and the
// code of a sign-in are as in KensioSoftware/yulin#618, the others are worded here.
var defaultTemplates = MessageTemplates{
	Verification:   MessageTemplate{"Your verification code", "Your confirmation code is {####}", "Your confirmation code is {####}"},
	ByLink:         MessageTemplate{EmailSubject: "Your verification link", EmailMessage: "Please click the link below to verify your email address. {##Verify Email##}"},
	Invitation:     MessageTemplate{"Your temporary password", "Your username is {username} and temporary password is {####}.", "Your username is {username} and temporary password is {####}."},
	Authentication: MessageTemplate{"Your authentication code", "Your authentication code is {####}.", "Your authentication code is {####}."},
}

// of returns the template of a purpose. Links are sent for sign-ups only (guide, same page).
func (t MessageTemplates) of(purpose string, byLink bool) MessageTemplate {
	own := map[string][2]MessageTemplate{
		"invitation": {t.Invitation, defaultTemplates.Invitation}, "signin": {t.Authentication, defaultTemplates.Authentication},
	}[purpose]
	switch {
	case byLink:
		own = [2]MessageTemplate{t.ByLink, defaultTemplates.ByLink}
	case own[1] == MessageTemplate{}:
		own = [2]MessageTemplate{t.Verification, defaultTemplates.Verification}
	}
	return MessageTemplate{
		cmp.Or(own[0].EmailSubject, own[1].EmailSubject), cmp.Or(own[0].EmailMessage, own[1].EmailMessage), cmp.Or(own[0].SMSMessage, own[1].SMSMessage),
	}
}

// occasion is the call that sends a message: the source of CustomMessage, the app client and
// the caller's metadata.
type occasion struct {
	source, clientID string
	metadata         map[string]string
}

// send sends a code to the user and keeps it. CustomMessage runs first: what it refuses is
// neither sent nor kept. A user who was deleted while it ran gets nothing, nor does a new
// one with the name.
func (p *Pool) send(u user, c code, why occasion) error {
	m, err := p.compose(u, c, why)
	if err != nil {
		return err
	}
	if !p.store.setCode(u, c) {
		return errNoUser()
	}
	p.deliver(m)
	return nil
}

func (p *Pool) deliver(m Message) {
	m.Call = p.call.ID
	p.onMail(m)
}

// linkForm is the placeholder of a link.
var linkForm = regexp.MustCompile(`\{##([^#{}]*)##\}`)

func (p *Pool) compose(u user, c code, why occasion) (Message, error) {
	m := Message{Username: u.username, To: c.address, Channel: "EMAIL", Purpose: c.purpose, Code: c.value}
	if c.attribute == "phone_number" {
		m.Channel = "SMS"
	} else if p.cfg().Messages.ConfirmWithLink && c.purpose == "signup" {
		m.Link = p.confirmLink(u, c, why.clientID)
	}
	t := p.cfg().Messages.of(c.purpose, m.Link != "")
	values := []string{"{####}", c.value}
	if c.purpose == "invitation" {
		values = append(values, "{username}", p.signInName(u))
	}
	put := strings.NewReplacer(values...)
	own, err := p.fireCustomMessage(u, m, why, put)
	if err != nil {
		return Message{}, err
	}
	own.replace(&t)
	if m.Text = t.SMSMessage; m.Channel == "EMAIL" {
		m.Subject, m.Text = put.Replace(t.EmailSubject), t.EmailMessage
	}
	m.Text = put.Replace(m.Text)
	if m.Link != "" {
		m.Text = linkForm.ReplaceAllString(m.Text, `<a href="`+html.EscapeString(m.Link)+`">$1</a>`)
	}
	return m, nil
}

// signInName is what {username} stands for: the address in a pool whose usernames are
// addresses. AWS does not say so.
func (p *Pool) signInName(u user) string {
	for _, name := range p.cfg().UsernameAttributes {
		if u.attributes[name] != "" {
			return u.attributes[name]
		}
	}
	return u.username
}

// confirmLink has the form of the guide's (same page, customizing email verification).
func (p *Pool) confirmLink(u user, c code, clientID string) string {
	q := url.Values{"client_id": {clientID}, "user_name": {u.username}, "confirmation_code": {c.value}}
	return p.URL() + "/confirmUser?" + q.Encode()
}
