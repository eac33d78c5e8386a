package userpool

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// mailRig starts a pool that keeps its messages; texts are the pool's own.
func mailRig(t *testing.T, change func(*Config, *Options)) (*rig, func() []Message) {
	t.Helper()
	sent := make(chan Message, 100)
	r := startRig(t, func(c *Config, o *Options) {
		o.OnMail = func(m Message) { sent <- m }
		if change != nil {
			change(c, o)
		}
	})
	return r, func() (list []Message) {
		for len(sent) > 0 {
			list = append(list, <-sent)
		}
		return list
	}
}

// messageCalls make each message, in this order, with metadata where the call has it.
var messageCalls = []struct {
	source, purpose string
	call            func(*testing.T, *rig) error
}{
	{"SignUp", "signup", func(t *testing.T, r *rig) error {
		_, err := r.api.SignUp(t.Context(), &idp.SignUpInput{
			ClientId: aws.String(webClient), Username: aws.String(ada), Password: aws.String(longPassword), ClientMetadata: saying,
		})
		return err
	}},
	{"ResendCode", "signup", func(t *testing.T, r *rig) error {
		_, err := r.api.ResendConfirmationCode(t.Context(), &idp.ResendConfirmationCodeInput{ClientId: aws.String(webClient), Username: aws.String(ada), ClientMetadata: saying})
		return err
	}},
	{"ForgotPassword", "reset", func(t *testing.T, r *rig) error {
		if err := r.confirmUp(t, ada); err != nil {
			t.Fatal(err)
		}
		_, err := r.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: aws.String(webClient), Username: aws.String(ada), ClientMetadata: saying})
		return err
	}},
	{"VerifyUserAttribute", "attribute", func(t *testing.T, r *rig) error {
		_, err := r.api.GetUserAttributeVerificationCode(t.Context(), &idp.GetUserAttributeVerificationCodeInput{
			AccessToken: r.login(t, ada, longPassword).AccessToken, AttributeName: aws.String("email"), ClientMetadata: saying,
		})
		return err
	}},
	{"UpdateUserAttribute", "attribute", func(t *testing.T, r *rig) error {
		_, err := r.api.UpdateUserAttributes(t.Context(), &idp.UpdateUserAttributesInput{
			AccessToken: r.login(t, ada, longPassword).AccessToken, ClientMetadata: saying,
			UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("ada@new.example")}},
		})
		return err
	}},
	{"UpdateUserAttribute", "attribute", func(t *testing.T, r *rig) error {
		_, err := r.api.AdminUpdateUserAttributes(t.Context(), &idp.AdminUpdateUserAttributesInput{
			UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada@new.example"), ClientMetadata: saying,
			UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(ada)}},
		})
		return err
	}},
	{"Authentication", "signin", func(t *testing.T, r *rig) error {
		_, err := r.choose(t, ada, "EMAIL_OTP")
		return err
	}},
	{"ForgotPassword", "reset", func(t *testing.T, r *rig) error {
		if _, err := r.store.change(theUser(t, r, ada).username, false, func(u *user) error { u.attributes["email_verified"] = "true"; return nil }); err != nil {
			t.Fatal(err)
		}
		_, err := r.api.AdminResetUserPassword(t.Context(), &idp.AdminResetUserPasswordInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String(ada), ClientMetadata: saying})
		return err
	}},
	{"AdminCreateUser", "invitation", func(t *testing.T, r *rig) error {
		_, err := r.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{
			UserPoolId: aws.String(poolUnderTest), Username: aws.String("bea@example.com"), TemporaryPassword: aws.String("Temporary-1"), ClientMetadata: saying,
		})
		return err
	}},
}

var saying = map[string]string{"tongue": "de"}

func withMessages(c *Config, o *Options) {
	withHooks(customMessage)(c, o)
	c.FirstFactors = []string{"PASSWORD", "EMAIL_OTP"}
	c.Clients[0].ExplicitAuthFlows = []string{"ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"}
	c.EmailSendingAccount = "DEVELOPER"
}

// Each message asks the trigger first, and what it answers is sent.
func TestR59_CustomMessageWritesEachMessage(t *testing.T) {
	r, sent := mailRig(t, withMessages)
	for i, m := range messageCalls {
		r.fns.take()
		subject := fmt.Sprintf("Subject %d", i)
		r.fns.answer(customMessage, responding(`{"emailSubject": "`+subject+`", "emailMessage": "Code {####} <b>for {username}</b>"}`))
		if err := m.call(t, r); err != nil {
			t.Fatalf("%s: %v", m.source, err)
		}
		for _, e := range r.fns.take() {
			if e.trigger == customMessage {
				golden(t, fmt.Sprintf("message-%d-CustomMessage_%s", i, m.source), e.raw)
			}
		}
		list := sent()
		if len(list) == 0 {
			t.Fatalf("%s: no message", m.source)
		}
		got := list[len(list)-1]
		name := "{username}"
		if m.purpose == "invitation" {
			name = "bea@example.com"
		}
		if want := "Code " + got.Code + " <b>for " + name + "</b>"; got.Text != want || got.Subject != subject || got.Purpose != m.purpose {
			t.Errorf("%s: %+v, want the text %q", m.source, got, want)
		}
	}
}

// A trigger that says nothing, or that the pool does not have, keeps the pool's texts.
func TestR59_ThePoolsOwnTextsAreSent(t *testing.T) {
	for name, hooks := range map[string][]string{"null": {customMessage}, "empty": {customMessage}, "without": nil} {
		t.Run(name, func(t *testing.T) {
			r, sent := mailRig(t, func(c *Config, o *Options) {
				withMessages(c, o)
				delete(c.Triggers, customMessage)
				withHooks(hooks...)(c, o)
				c.Messages = MessageTemplates{
					Verification:   MessageTemplate{"Verify", "Hello, {####}", "unsent"},
					Invitation:     MessageTemplate{"Come", "{username} and {####}", "unsent"},
					Authentication: MessageTemplate{"Sign in", "Now {####}", "unsent"},
				}
			})
			if name == "empty" {
				r.fns.answer(customMessage, responding(`{"smsMessage":"","emailMessage":"","emailSubject":""}`))
			}
			for _, m := range messageCalls {
				if err := m.call(t, r); err != nil {
					t.Fatalf("%s: %v", m.source, err)
				}
				list := sent()
				got := list[len(list)-1]
				want := map[string][2]string{
					"signin": {"Sign in", "Now " + got.Code}, "invitation": {"Come", "bea@example.com and Temporary-1"},
				}[m.purpose]
				if want[0] == "" {
					want = [2]string{"Verify", "Hello, " + got.Code}
				}
				if got.Subject != want[0] || got.Text != want[1] || got.Channel != "EMAIL" {
					t.Errorf("%s: %+v, want %q", m.source, got, want)
				}
			}
		})
	}
}

// What AWS does not accept is neither sent nor kept as a code.
func TestR59_AMessageWithoutItsCodeIsRefused(t *testing.T) {
	long := strings.Repeat("x", 141)
	for name, c := range map[string]struct {
		response, account, want string
	}{
		"no code":            {`{"emailMessage": "hello"}`, "DEVELOPER", "CustomMessage: emailMessage must contain {####}."},
		"control":            {`{"emailMessage": "{####}\u0000"}`, "DEVELOPER", "CustomMessage: emailMessage has control characters."},
		"other channel":      {`{"smsMessage": "hello"}`, "DEVELOPER", "CustomMessage: smsMessage must contain {####}."},
		"long SMS":           {`{"smsMessage": "{####}` + long + `"}`, "DEVELOPER", "CustomMessage: smsMessage is too long."},
		"long subject":       {`{"emailSubject": "` + long + `"}`, "DEVELOPER", "CustomMessage: emailSubject is too long."},
		"long e-mail":        {`{"emailMessage": "{####}` + strings.Repeat("x", 20_000) + `"}`, "DEVELOPER", "CustomMessage: emailMessage is too long."},
		"e-mail by Cognito":  {`{"emailMessage": "{####}"}`, "", "CustomMessage: emailMessage needs the EmailSendingAccount DEVELOPER."},
		"subject by Cognito": {`{"emailSubject": "hello"}`, "COGNITO_DEFAULT", "CustomMessage: emailSubject needs the EmailSendingAccount DEVELOPER."},
		"number":             {`{"smsMessage": 1}`, "DEVELOPER", "Unrecognizable lambda output"},
	} {
		t.Run(name, func(t *testing.T) {
			r, sent := mailRig(t, func(cfg *Config, o *Options) { withMessages(cfg, o); cfg.EmailSendingAccount = c.account })
			r.fns.answer(customMessage, responding(c.response))
			wantRefusal(t, messageCalls[0].call(t, r), "InvalidLambdaResponseException", c.want)
			if code, ok := r.Code(ada); ok || len(sent()) != 0 {
				t.Errorf("%q is sent or kept", code)
			}
			if got := r.status(t, ada); got != types.UserStatusTypeUnconfirmed {
				t.Errorf("the user is %s", got)
			}
		})
	}
	r, _ := mailRig(t, withMessages)
	r.fns.answer(customMessage, responding(`{"emailMessage": "only {####}"}`))
	wantRefusal(t, messageCalls[len(messageCalls)-1].call(t, r), "InvalidLambdaResponseException", "CustomMessage: emailMessage must contain {####} and {username}.")
}

func TestR59_AnSMSHasTheSMSText(t *testing.T) {
	r, sent := mailRig(t, func(c *Config, o *Options) {
		withMessages(c, o)
		c.UsernameAttributes, c.Messages.Invitation.SMSMessage = nil, "{username}: {####}"
	})
	_, err := r.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{
		UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada"), TemporaryPassword: aws.String("Temporary-1"),
		UserAttributes: []types.AttributeType{
			{Name: aws.String("phone_number"), Value: aws.String("+491701")}, {Name: aws.String("email"), Value: aws.String(ada)},
		},
		DesiredDeliveryMediums: []types.DeliveryMediumType{types.DeliveryMediumTypeSms, types.DeliveryMediumTypeEmail},
	})
	if err != nil {
		t.Fatal(err)
	}
	list := sent()
	if len(list) != 2 || list[0].Channel != "SMS" || list[0].To != "+491701" || list[0].Subject != "" || list[0].Text != "ada: Temporary-1" ||
		list[1].To != ada || list[1].Subject != defaultTemplates.Invitation.EmailSubject || !strings.Contains(list[1].Text, "Temporary-1") {
		t.Errorf("got %+v", list)
	}
}

// While the trigger runs the user is deleted, and another one takes the name: the code of
// the first must not work for the second.
func TestR59_NoCodeOfADeletedUserServesTheNext(t *testing.T) {
	r, sent := mailRig(t, func(c *Config, o *Options) { withMessages(c, o); c.UsernameAttributes = nil })
	r.known(t, "ada", map[string]string{"email": ada, "email_verified": "true"})
	r.fns.answer(customMessage, func(ev []byte) ([]byte, error) {
		r.store.remove("ada")
		r.known(t, "ada", map[string]string{"email": "eve@example.com", "email_verified": "true"})
		return ev, nil
	})
	_, err := r.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: aws.String(webClient), Username: aws.String("ada")})
	wantRefusal(t, err, "UserNotFoundException", "User does not exist.")
	if code, ok := r.Code("ada"); ok || len(sent()) != 0 {
		t.Errorf("%q is kept", code)
	}
}

func TestR59_ALinkConfirmsASignUpOnce(t *testing.T) {
	var sent []Message
	b := pagesRig(t, func(c *Config) {
		c.Messages.ConfirmWithLink, c.Messages.ByLink.EmailMessage = true, "Click {##here & now##}"
	})
	b.onMail = func(m Message) { sent = append(sent, m) }
	b.signUp(t, ada)
	link, err := url.Parse(sent[0].Link)
	if err != nil || sent[0].Text != `Click <a href="`+strings.ReplaceAll(sent[0].Link, "&", "&amp;")+`">here & now</a>` {
		t.Fatalf("%+v, %v", sent[0], err)
	}
	wrong := link.Query()
	wrong.Set("confirmation_code", "no")
	b.open(t, link.Path, wrong)
	if b.status != http.StatusBadRequest || b.title != "Error: Your account is not confirmed" || b.rig.status(t, ada) != types.UserStatusTypeUnconfirmed {
		t.Errorf("a wrong code: %d %s", b.status, b.alert)
	}
	b.open(t, link.Path, link.Query())
	if b.status != http.StatusOK || b.title != "Your account is confirmed" || !strings.Contains(b.raw, "Go back to the app and sign in.") || b.rig.status(t, ada) != types.UserStatusTypeConfirmed || b.attribute(t, ada, "email_verified") != "true" {
		t.Errorf("%d %s", b.status, b.raw)
	}
	if b.open(t, link.Path, request(nil)); b.title != "Confirm your account" {
		t.Errorf("without a code it shows %q", b.title)
	}
	if b.open(t, link.Path, link.Query()); b.status != http.StatusBadRequest {
		t.Errorf("the link works twice: %d", b.status)
	}
	if _, err := b.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: aws.String(webClient), Username: aws.String(ada)}); err != nil || sent[len(sent)-1].Link != "" {
		t.Errorf("a reset has a link: %+v, %v", sent[len(sent)-1], err)
	}
	cfg := baseConfig()
	cfg.Messages.ConfirmWithLink = true
	if _, err := Start(cfg, &functions{}, Options{keys: testKeys}); err == nil || !strings.Contains(err.Error(), "CONFIRM_WITH_LINK") {
		t.Errorf("a pool without a page starts: %v", err)
	}
}

// ClientMetadata of a sign-in reaches CustomMessage from an administrator's answer alone.
func TestR59_OnlyAnAdministratorsAnswerSpeaksToCustomMessage(t *testing.T) {
	for admin, want := range map[bool]string{true: `"clientMetadata":{"tenant":"acme"}`, false: `"usernameParameter":null}`} {
		r := startSRP(t, func(c *Config, o *Options) {
			withMessages(c, o)
			c.Clients[0].ExplicitAuthFlows = []string{"ALLOW_USER_SRP_AUTH"}
			c.MfaConfiguration, c.EnabledMfas = "ON", []string{"SMS_MFA"}
		})
		r.imports(t, ImportedUser{Password: longPassword, Attributes: map[string]string{"email": ada, "phone_number": "+491701"}})
		out, err := r.srp(t, srpSignIn{user: ada, password: longPassword, admin: admin})
		if err != nil || out.ChallengeName != types.ChallengeNameTypeSmsMfa {
			t.Fatalf("%+v, %v", out, err)
		}
		if events := r.fns.take(); len(events) != 1 || !strings.Contains(string(events[0].raw), want) {
			t.Errorf("admin %v: %s", admin, events)
		}
	}
}

// AWS's own texts are not known to the letter; each has what its message is for.
func TestR59_EachDefaultTextHasItsValues(t *testing.T) {
	all := defaultTemplates
	for name, texts := range map[string][]string{
		"{####}":     {all.Verification.EmailMessage, all.Verification.SMSMessage, all.Invitation.EmailMessage, all.Invitation.SMSMessage, all.Authentication.EmailMessage, all.Authentication.SMSMessage},
		"{username}": {all.Invitation.EmailMessage, all.Invitation.SMSMessage},
		"":           {all.Verification.EmailSubject, all.ByLink.EmailSubject, all.Invitation.EmailSubject, all.Authentication.EmailSubject},
	} {
		for _, text := range texts {
			if text == "" || !strings.Contains(text, name) {
				t.Errorf("%q has no %s", text, name)
			}
		}
	}
	for purpose, want := range map[string]MessageTemplate{"signup": all.Verification, "reset": all.Verification, "invitation": all.Invitation, "signin": all.Authentication} {
		if got := (MessageTemplates{}).of(purpose, false); got != want {
			t.Errorf("%s: %+v", purpose, got)
		}
	}
	if !linkForm.MatchString(all.ByLink.EmailMessage) {
		t.Errorf("%q has no link", all.ByLink.EmailMessage)
	}
}

// A length counts with the code in place of its placeholder.
func TestR59_AMessageHasAtMostAWSsLengths(t *testing.T) {
	put, text := strings.NewReplacer(codeParameter, "123456"), func(length int) *string { return new(codeParameter + strings.Repeat("ä", length-len("123456"))) }
	for name, c := range map[string]struct {
		most int
		of   func(*string) customMessageResponse
	}{
		"smsMessage":   {140, func(s *string) customMessageResponse { return customMessageResponse{SMSMessage: s} }},
		"emailMessage": {20_000, func(s *string) customMessageResponse { return customMessageResponse{EmailMessage: s} }},
		"emailSubject": {140, func(s *string) customMessageResponse { return customMessageResponse{EmailSubject: s} }},
	} {
		if err := c.of(text(c.most)).check("DEVELOPER", false, []string{codeParameter}, put); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := c.of(text(c.most+1)).check("DEVELOPER", false, []string{codeParameter}, put); err == nil {
			t.Errorf("%s may be longer than %d", name, c.most)
		}
	}
	if err := (customMessageResponse{SMSMessage: text(20)}).check("COGNITO_DEFAULT", false, []string{codeParameter}, put); err != nil {
		t.Errorf("an SMS needs Amazon SES: %v", err)
	}
	link := customMessageResponse{EmailMessage: new("Click {##here##}")}
	if link.check("DEVELOPER", true, []string{codeParameter}, put) != nil || link.check("DEVELOPER", false, []string{codeParameter}, put) == nil {
		t.Error("a link stands for the code where the pool confirms with links, and nowhere else")
	}
}

func TestR59_ALinkConfirmsForAClientWithASecret(t *testing.T) {
	var sent []Message
	r := startRig(t, func(c *Config, o *Options) {
		c.Messages.ConfirmWithLink, c.Domain, c.Clients[0].Secret = true, "demo", "s3cret"
		o.OnMail = func(m Message) { sent = append(sent, m) }
	})
	if _, err := r.Pool.signUp(signUpInput{ClientID: webClient, SecretHash: r.cfg().Clients[0].secretHash(ada), Username: ada, Password: longPassword}); err != nil {
		t.Fatal(err)
	}
	reply, err := http.Get(sent[0].Link)
	if err != nil {
		t.Fatal(err)
	}
	_ = reply.Body.Close()
	if reply.StatusCode != http.StatusOK || r.status(t, ada) != types.UserStatusTypeConfirmed {
		t.Errorf("status %d, the user is %s", reply.StatusCode, r.status(t, ada))
	}
}
