package userpool

// The state machine of a sign-in. A flow begins one; it ends in tokens, in a refusal, or in
// a challenge, whose answer goes on from there:
//
//	USER_SRP_AUTH ─────────► PASSWORD_VERIFIER ─┐
//	USER_PASSWORD_AUTH, ADMIN_… ────────────────┼─► admitted [─► NEW_PASSWORD_REQUIRED]
//	USER_AUTH ─► SELECT_CHALLENGE ─► a factor ──┤        [─► a second factor] [─► a device] ─► tokens
//	ConfirmSignUp, USER_AUTH ───────────────────┘
//	REFRESH_TOKEN_AUTH ────────────────────────────────────────────────────────────────────► tokens
//
// In CUSTOM_AUTH the app's DefineAuthChallenge stands where tokens are above, and says what
// follows:
//
//	CUSTOM_AUTH ─► define ─► CUSTOM_CHALLENGE ─► define …
//	                     └─► PASSWORD_VERIFIER [─► a second factor] ─► define …
//	                     └─► NEW_PASSWORD_REQUIRED [─► a second factor] ─► define …
//	                     └─► tokens
//
//	a factor: PASSWORD │ PASSWORD_SRP ─► PASSWORD_VERIFIER │ EMAIL_OTP │ SMS_OTP
//	          WEB_AUTHN, which may be the second factor as well
//	a second factor: SOFTWARE_TOKEN_MFA │ SMS_MFA │ EMAIL_OTP │ SELECT_MFA_TYPE ─► one of them
//	                 MFA_SETUP ─► Associate, VerifySoftwareToken ─► MFA_SETUP │ EMAIL_OTP
//	                 a remembered device, if the pool lets it take their place
//	a device: DEVICE_SRP_AUTH ─► DEVICE_PASSWORD_VERIFIER
//
// flow is one way to begin.
type flow struct {
	begin func(*Pool, Client, initiateAuthInput) (authOutput, error)
	// needs are flows of ExplicitAuthFlows. A client that has none of them is refused.
	needs   []string
	refusal string
	// params must be among the AuthParameters.
	params []string
}

// The flows of both calls. The sentence about USER_SRP_AUTH is seen in
// aws-samples/aws-serverless-workshops#277.
var (
	srpFlow     = flow{(*Pool).srpAuth, []string{"USER_SRP_AUTH"}, "USER_SRP_AUTH is not enabled for the client.", []string{"USERNAME", "SRP_A"}}
	customFlow  = flow{(*Pool).customAuth, []string{"CUSTOM_AUTH", "CUSTOM_AUTH_FLOW_ONLY"}, "CUSTOM_AUTH is not enabled for the client.", []string{"USERNAME"}}
	choiceFlow  = flow{(*Pool).userAuth, []string{"USER_AUTH"}, "USER_AUTH is not enabled for the client.", []string{"USERNAME"}}
	refreshFlow = flow{(*Pool).refreshAuth, []string{"REFRESH_TOKEN_AUTH"}, "Auth flow not enabled for this client", []string{"REFRESH_TOKEN"}}
)

// flows are what InitiateAuth begins, by AuthFlow; adminFlows what AdminInitiateAuth begins.
func flows() map[string]flow {
	return map[string]flow{
		"USER_SRP_AUTH": srpFlow, "USER_AUTH": choiceFlow, "REFRESH_TOKEN_AUTH": refreshFlow, "REFRESH_TOKEN": refreshFlow,
		"CUSTOM_AUTH":        customFlow,
		"USER_PASSWORD_AUTH": {(*Pool).passwordAuth, []string{"USER_PASSWORD_AUTH"}, "USER_PASSWORD_AUTH flow not enabled for this client", []string{"USERNAME", "PASSWORD"}},
	}
}

func adminFlows() map[string]flow {
	password := flow{(*Pool).passwordAuth, []string{"ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"}, "Auth flow not enabled for this client", []string{"USERNAME", "PASSWORD"}}
	return map[string]flow{
		"USER_SRP_AUTH": srpFlow, "REFRESH_TOKEN_AUTH": refreshFlow, "REFRESH_TOKEN": refreshFlow, "USER_AUTH": choiceFlow,
		"ADMIN_USER_PASSWORD_AUTH": password, "ADMIN_NO_SRP_AUTH": password, "CUSTOM_AUTH": customFlow,
	}
}

// answers are what RespondToAuthChallenge and its administrators' form accept, by
// ChallengeName.
func answers() map[string]func(*Pool, Client, respondInput) (authOutput, error) {
	return map[string]func(*Pool, Client, respondInput) (authOutput, error){
		"PASSWORD_VERIFIER":     (*Pool).answerPasswordVerifier,
		"NEW_PASSWORD_REQUIRED": (*Pool).answerNewPassword,
		"SELECT_CHALLENGE":      (*Pool).answerChoice, byPassword: (*Pool).answerChoice, bySRP: (*Pool).answerChoice,
		byEmail: (*Pool).answerOTP, bySMS: (*Pool).answerOTP, sms2: (*Pool).answerOTP, totp2: (*Pool).answerTOTP,
		byPasskey: (*Pool).answerPasskey, deviceSRP: (*Pool).answerDeviceSRP, deviceVerifier: (*Pool).answerDeviceVerifier,
		"SELECT_MFA_TYPE": (*Pool).answerMFAType, "MFA_SETUP": (*Pool).answerMFASetup, customChallenge: (*Pool).answerCustom,
	}
}

// admitted goes on after a right first factor.
func (p *Pool) admitted(u user, client Client, metadata map[string]string) (authOutput, error) {
	return p.goOn(u, client, "Authentication", metadata)
}

// goOn asks for what the sign-in still demands, or finishes it.
func (p *Pool) goOn(u user, client Client, source string, metadata map[string]string) (authOutput, error) {
	if out, err := p.demanded(u, client, source); err != nil || out.ChallengeName != "" {
		return out, err
	}
	return p.finish(u, client, source, metadata)
}

// demanded returns the challenge that follows a right first factor or a new password, also
// on the hosted pages; an output without a ChallengeName if none does.
func (p *Pool) demanded(u user, client Client, source string) (authOutput, error) {
	out, err := p.beforeSecond(u, client)
	custom := client.custom != nil && u.status == forceChangePassword // DefineAuthChallenge asks for the password
	if err != nil || out.ChallengeName != "" || custom {
		return out, err
	}
	return p.secondFactor(u, client, source)
}

// beforeSecond returns what follows every right first factor, also a passkey that counts as two.
func (p *Pool) beforeSecond(u user, client Client) (authOutput, error) {
	if err := p.admissible(u); err != nil {
		return authOutput{}, err
	}
	if u.status == forceChangePassword && client.custom == nil {
		return p.newPasswordChallenge(u, client)
	}
	return authOutput{}, p.checkDevice(u, client)
}

// admissible refuses a user whose state allows no sign-in: only after the right password
// (guide, "Managing user existence error responses", for a disabled user).
func (p *Pool) admissible(u user) error {
	switch {
	case !u.enabled:
		return errDisabled()
	case u.status == forceChangePassword && p.now().After(u.temporaryUntil):
		return notAuthorized("Temporary password has expired and must be reset by an administrator.")
	}
	return nil
}

// finish asks a remembered device for its proof, if it has not proven itself in place of a
// second factor, and completes the sign-in. In CUSTOM_AUTH it asks DefineAuthChallenge whether
// this is the end; the device comes after that (guide, "Working with user devices in your user
// pool").
func (p *Pool) finish(u user, client Client, source string, metadata map[string]string) (authOutput, error) {
	switch {
	case client.custom != nil:
		return p.define(u, client, metadata)
	case p.remembers(u, client):
		return p.askDevice(u, client, false), nil
	}
	return p.signedIn(u, client, source, metadata)
}

// signedIn fires PostAuthentication, then pre token generation, and returns tokens. This
// order of the triggers fits "after authentication" and "before token generation"; the
// guide does not promise it.
func (p *Pool) signedIn(u user, client Client, source string, metadata map[string]string) (authOutput, error) {
	client.newDevice = p.isNewDevice(u, client)
	if err := p.authenticated(u, client, metadata); err != nil {
		return authOutput{}, err
	}
	out, err := p.open(u, client, source, metadata)
	if err == nil {
		p.store.forgive(u.username)
	}
	return out, err
}

// authenticated fires PostAuthentication and then looks for the user again: another
// one may have the name by now.
func (p *Pool) authenticated(u user, client Client, metadata map[string]string) error {
	if err := p.firePostAuthentication(u, client.ID, client.newDevice, metadata); err != nil {
		return err
	}
	if now, known := p.store.find(u.username); !known || now.sub != u.sub {
		return errNoUser()
	}
	return nil
}
