package userpool

import (
	"cmp"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// signUpPage signs a user up as SignUp does. The page has no field for
// validationData and clientMetadata, and AWS documents no other way for them.
func (p *Pool) signUpPage(w http.ResponseWriter, r *http.Request, a authorization, form url.Values) (page, bool) {
	if form == nil {
		return p.askSignUp(a, url.Values{}, nil), true
	}
	in := signUpInput{
		ClientID: a.client.ID, SecretHash: a.client.ownHash(form.Get("username")),
		Username: form.Get("username"), Password: form.Get("password"),
	}
	for _, name := range p.askedAttributes() {
		if value := form.Get(name); value != "" {
			in.UserAttributes = append(in.UserAttributes, attribute{name, value})
		}
	}
	out, err := onPage(p, "SignUp", p.signUp, in)
	switch {
	case err != nil:
		return p.askSignUp(a, form, err), true
	case out.UserConfirmed:
		return a.goTo(w, r, "/login", in.Username, "confirmed")
	}
	return a.goTo(w, r, "/confirmUser", in.Username, "sent")
}

// onPage runs an operation for a page. It counts as the operation does.
func onPage[In, Out any](p *Pool, name string, f func(In) (Out, error), in In) (out Out, err error) {
	if err := p.throttle.admit(p.countedOf(name, nil), p.now()); err != nil {
		return out, err
	}
	return f(in)
}

// ownHash returns the SECRET_HASH with which the pages, which know the secret, call the
// operations.
func (c Client) ownHash(username string) string {
	if c.Secret == "" {
		return ""
	}
	return c.secretHash(username)
}

func (p *Pool) askSignUp(a authorization, typed url.Values, refused error) page {
	fields := []field{{"username", p.nameLabel(), "text", typed.Get("username"), "username"}}
	for _, name := range p.askedAttributes() {
		fields = append(fields, attributeField(name, name, typed.Get(name)))
	}
	return page{
		Title: "Create an account", Button: "Sign up", refused: refused,
		Fields: append(fields, field{"password", "Password", "password", "", "new-password"}),
		Links:  []link{{"Sign in instead", template.URL(a.link("/login"))}},
	}
}

// attributeField asks for an attribute. A browser fills it in by its purpose, which assistive
// programs read, too (HTML, section 4.10.18.7.1; WCAG 2.2, criterion 1.3.5).
func attributeField(key, attribute, value string) field {
	purpose := map[string]string{
		"address": "street-address", "birthdate": "bday", "email": "email", "family_name": "family-name", "gender": "sex", "given_name": "given-name",
		"middle_name": "additional-name", "name": "name", "nickname": "nickname", "phone_number": "tel", "website": "url",
	}[attribute]
	name := strings.TrimPrefix(attribute, "custom:")
	label := strings.ReplaceAll(strings.ToUpper(name[:1])+name[1:], "_", " ")
	return field{key, label, "text", value, cmp.Or(purpose, "on")}
}

// askedAttributes are the required attributes and the addresses that get a code, but for
// the one that is the name.
func (p *Pool) askedAttributes() []string {
	asked := slices.Concat(p.cfg().RequiredAttributes, p.cfg().AutoVerifiedAttributes)
	slices.Sort(asked)
	return slices.DeleteFunc(slices.Compact(asked), func(name string) bool { return slices.Contains(p.cfg().UsernameAttributes, name) })
}

// confirmPage takes the code of a sign-up, as ConfirmSignUp does, or sends another. AWS
// then signs the user in; here the user proves the password first.
func (p *Pool) confirmPage(w http.ResponseWriter, r *http.Request, a authorization, form url.Values) (page, bool) {
	ask := func(notice string, refused error) page {
		return page{
			Title: "Confirm your account", Notice: notice, Button: "Confirm", Other: "Send another code", refused: refused,
			Fields: []field{p.nameField(a, form), codeField()},
		}
	}
	name := form.Get("username")
	switch hash := a.client.ownHash(name); {
	case form == nil:
		return ask(a.notice(), nil), true
	case form.Has("other"):
		_, err := onPage(p, "ResendConfirmationCode", p.resendConfirmationCode, resendInput{ClientID: a.client.ID, SecretHash: hash, Username: name})
		if err != nil {
			return ask("", err), true
		}
		return ask("A new code is on its way.", nil), true
	default:
		_, err := onPage(p, "ConfirmSignUp", p.confirmSignUp,
			confirmSignUpInput{ClientID: a.client.ID, SecretHash: hash, Username: name, ConfirmationCode: form.Get("code")})
		if err != nil {
			return ask("", err), true
		}
	}
	return a.goTo(w, r, "/login", name, "confirmed")
}

// nameField is the user's name as typed, or as the page before knew it.
func (p *Pool) nameField(a authorization, form url.Values) field {
	value := a.loginHint
	if form.Has("username") {
		value = form.Get("username")
	}
	return field{"username", p.nameLabel(), "text", value, "username"}
}

func codeField() field { return field{"code", "Code", "text", "", "one-time-code"} }
