package userpool

import (
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

// The pages of what a sign-in demands after the first factor. Each form names the step that it
// answers, the session and the user: what it says besides is judged as the API judges it.

// takeStep takes the form of a step and shows the next one, or ends the sign-in.
func (p *Pool) takeStep(w http.ResponseWriter, r *http.Request, a authorization, form url.Values) (page, bool) {
	if err := p.throttle.admit(p.countedOf("RespondToAuthChallenge", nil), p.now()); err != nil {
		return p.askPassword(a, form.Get("username"), err), true
	}
	take, known := map[string]func(http.ResponseWriter, *http.Request, authorization, url.Values) (page, bool){
		"NEW_PASSWORD_REQUIRED": p.takeNewPasswordForm, "SELECT_MFA_TYPE": p.takeFactor, "MFA_SETUP": p.takeSetup, verifyToken: p.takeToken,
		sms2: p.takeCode, totp2: p.takeCode, email2: p.takeCode,
	}[form.Get("challenge")]
	if !known {
		return p.askPassword(a, form.Get("username"), errNotDemanded()), true
	}
	return take(w, r, a, form)
}

// askStep is the page of a step.
func (p *Pool) askStep(a authorization, next authOutput, name string) page {
	waiting := url.Values{"challenge": {next.ChallengeName}, "session": {next.Session}, "username": {name}}
	var factors []string
	switch next.ChallengeName {
	case "NEW_PASSWORD_REQUIRED":
		return p.askNewPassword(waiting)
	case "SELECT_MFA_TYPE":
		_ = json.Unmarshal([]byte(next.ChallengeParameters["MFAS_CAN_CHOOSE"]), &factors)
		return askFactor(waiting, "Choose how to confirm that it is you", factors)
	case "MFA_SETUP":
		_ = json.Unmarshal([]byte(next.ChallengeParameters["MFAS_CAN_SETUP"]), &factors)
		return askFactor(waiting, "Set up a second step", factors)
	}
	return askCode(waiting)
}

// retry shows a form again with its refusal, as long as its session can be answered.
func (p *Pool) retry(a authorization, form url.Values, refused error, again page) page {
	if p.store.waiting(form.Get("session")).clientID != a.client.ID {
		return p.askPassword(a, form.Get("username"), refused)
	}
	again.refused = refused
	return again
}

// hiddenFields are the fields that a form repeats of the sign-in that waits.
func hiddenFields(waiting url.Values) []field {
	var fields []field
	for _, name := range []string{"challenge", "session", "username"} {
		fields = append(fields, field{name, "", "hidden", waiting.Get(name), ""})
	}
	return fields
}

func askFactor(waiting url.Values, title string, factors []string) page {
	ask := page{Title: title, Fields: hiddenFields(waiting)}
	for _, factor := range factors {
		label := map[string]string{totp2: "Authenticator app", sms2: "Text message", email2: "Email"}[factor]
		ask.Choices = append(ask.Choices, field{Name: "answer", Value: factor, Label: label})
	}
	return ask
}

func (p *Pool) takeFactor(_ http.ResponseWriter, _ *http.Request, a authorization, form url.Values) (page, bool) {
	next, err := p.answerMFAType(a.client, stepOf(form, "ANSWER", form.Get("answer")))
	if err != nil {
		return p.askPassword(a, form.Get("username"), err), true
	}
	return p.askStep(a, next, form.Get("username")), true
}

// stepOf is a form as RespondToAuthChallenge would send it, with one answer.
func stepOf(form url.Values, name, value string) respondInput {
	return respondInput{ChallengeName: form.Get("challenge"), Session: form.Get("session"), ChallengeResponses: map[string]string{
		"USERNAME": form.Get("username"), name: value,
	}}
}

// takeSetup begins with the second factor that the user chose: the secret of an authenticator
// app, or the address for codes.
func (p *Pool) takeSetup(_ http.ResponseWriter, _ *http.Request, a authorization, form url.Values) (page, bool) {
	switch {
	case form.Get("email") != "":
		_, _, next, err := p.setUpMFA(a.client, stepOf(form, "EMAIL", form.Get("email")))
		if err != nil {
			return p.retry(a, form, err, askAddress(form)), true
		}
		return p.askStep(a, next, form.Get("username")), true
	case form.Get("answer") == email2:
		return askAddress(form), true
	}
	out, err := p.associateIn(a.client, form.Get("session"))
	if err != nil {
		return p.askPassword(a, form.Get("username"), err), true
	}
	return p.askToken(a, form.Get("username"), out.Session), true
}

func askAddress(form url.Values) page {
	return page{
		Title: "Set up codes by email", Button: "Send a code",
		Fields: append(hiddenFields(form), field{"email", "Email", "email", form.Get("email"), "email"}),
	}
}

// askToken shows the secret as text and as the link that authenticator apps open (the form of
// the link is Google's: github.com/google/google-authenticator, Key Uri Format).
func (p *Pool) askToken(a authorization, name, session string) page {
	secret := p.store.waiting(session).totp
	uri := url.URL{
		Scheme: "otpauth", Host: "totp", Path: "/" + p.cfg().ID + ":" + name,
		RawQuery: url.Values{"secret": {secret}, "issuer": {p.cfg().ID}}.Encode(),
	}
	waiting := url.Values{"challenge": {verifyToken}, "session": {session}, "username": {name}}
	return page{
		Title: "Set up an authenticator app", Notice: "Add this key to your authenticator app, then enter its code: " + secret, Button: "Sign in",
		Fields: append(hiddenFields(waiting), field{"code", "Code of your authenticator app", "text", "", "one-time-code"}),
		Links:  []link{{"Open in an authenticator app", template.URL(uri.String())}},
	}
}

// takeToken takes the first code of an authenticator app.
func (p *Pool) takeToken(w http.ResponseWriter, r *http.Request, a authorization, form url.Values) (page, bool) {
	out, err := p.verifyIn(a.client, form.Get("session"), form.Get("code"))
	if err != nil {
		return p.retry(a, form, err, p.askToken(a, form.Get("username"), form.Get("session"))), true
	}
	ready := url.Values{"challenge": {"MFA_SETUP"}, "session": {out.Session}, "username": form["username"]}
	c, u, _, err := p.setUpMFA(a.client, stepOf(ready, "", ""))
	if err != nil {
		return p.askPassword(a, form.Get("username"), err), true
	}
	return p.enterAndReturn(w, r, a, u, c, byPassword, totp2)
}

// takeCode takes the code of a second factor: the pages begin no sign-in with a code.
func (p *Pool) takeCode(w http.ResponseWriter, r *http.Request, a authorization, form url.Values) (page, bool) {
	step, prove := form.Get("challenge"), p.proveOTP
	if step == totp2 {
		prove = p.proveTOTP
	}
	c, u, err := prove(a.client, stepOf(form, step+"_CODE", form.Get("code")))
	if err != nil {
		return p.retry(a, form, err, askCode(form)), true
	}
	return p.enterAndReturn(w, r, a, u, c, byPassword, step)
}

// askCode repeats what a form says of the sign-in that waits.
func askCode(waiting url.Values) page {
	label := "Code that was sent to you"
	if waiting.Get("challenge") == totp2 {
		label = "Code of your authenticator app"
	}
	return page{
		Title: "One more step", Button: "Sign in",
		Fields: append(hiddenFields(waiting), field{"code", label, "text", "", "one-time-code"}),
	}
}

// takeNewPasswordForm takes a new password and the required attributes that were missing.
func (p *Pool) takeNewPasswordForm(w http.ResponseWriter, r *http.Request, a authorization, form url.Values) (page, bool) {
	in := stepOf(form, "NEW_PASSWORD", form.Get("new_password"))
	for name := range form {
		if strings.HasPrefix(name, attributePrefix) {
			in.ChallengeResponses[name] = form.Get(name)
		}
	}
	u, err := p.takeNewPassword(a.client, in)
	if err != nil {
		return p.retry(a, form, err, p.askNewPassword(form)), true
	}
	return p.goOnPage(w, r, a, u, visit{})
}

func (p *Pool) askNewPassword(waiting url.Values) page {
	fields := hiddenFields(waiting)
	u, _ := p.store.find(waiting.Get("username"))
	for _, name := range p.lacking(u) {
		key := attributePrefix + name
		fields = append(fields, attributeField(key, name, waiting.Get(key)))
	}
	return page{
		Title: "Choose a new password", Button: "Set the password",
		Fields: append(fields, field{"new_password", "New password", "password", "", "new-password"}),
	}
}
