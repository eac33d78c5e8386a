package userpool

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// signIns drives one user's sign-ins at random and remembers of each session only which
// factors were proven on the way to it.
type signIns struct {
	p        *Pool
	clock    *clock
	sessions map[string]waiting
	newest   string
	live     map[string]bool // access tokens → whether the pool should take them
	refresh  map[string]string
	held
	reached map[string]int // kinds of tokens
	// answered counts what is not refused, by operation.
	answered map[string]int
}

type waiting struct {
	step          string
	first, second bool
	byCode        bool
	totp          string // a secret that this session set up
	device        string // the sign-in names it
	deviceProven  bool
	options       string // what an authenticator is asked for
	block         string // what a device is asked for
	demanded      bool   // a second factor was, when the first one was proven
}

// demands is what the settings say, read without the code under test.
func (m *signIns) demands() bool {
	s, u := m.p.mfaSettings(), m.user()
	if s.mode != "OPTIONAL" {
		return s.mode == "ON"
	}
	has := map[string]bool{"SMS_MFA": u.attributes["phone_number"] != "", "EMAIL_OTP": u.attributes["email"] != "", "SOFTWARE_TOKEN_MFA": u.totp != ""}
	return slices.ContainsFunc(s.enabled, func(f string) bool { return has[f] && slices.Contains(u.mfa, f) })
}

func (m *signIns) user() user {
	u, _ := m.p.store.find("ada")
	return u
}

// came takes what a step answered. proven says what the way to it has proven.
func (m *signIns) came(t *rapid.T, out authOutput, err error, proven waiting) {
	if err != nil {
		return
	}
	if out.AuthenticationResult == nil {
		proven.step, proven.options = out.ChallengeName, out.ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"]
		proven.block = out.ChallengeParameters["SECRET_BLOCK"]
		session := cmp.Or(out.Session, blockOnly+proven.block)
		m.sessions[session], m.newest = proven, session
		return
	}
	if !proven.first || (proven.demanded && !proven.second) {
		t.Fatalf("tokens after %+v", proven)
	}
	if u := m.user(); !u.enabled || u.status != confirmed {
		t.Fatalf("tokens for a user that is enabled %v and %s", u.enabled, u.status)
	}
	if out.AuthenticationResult.NewDeviceMetadata == nil && m.remembered(proven.device) && !proven.deviceProven {
		t.Fatalf("a remembered device proves nothing: %+v", proven)
	}
	m.live[out.AuthenticationResult.AccessToken] = true
	m.offered(out.AuthenticationResult, proven)
	m.reached["tokens"]++
	for kind, so := range map[string]bool{
		"two factors": proven.second, "a code first": !proven.second && proven.byCode,
		"a passkey as both": proven.second && proven.options != "", "a device as the second": proven.second && proven.deviceProven,
	} {
		if so {
			m.reached[kind]++
		}
	}
	m.refresh[out.AuthenticationResult.RefreshToken] = out.AuthenticationResult.AccessToken
}

func (m *signIns) begin(t *rapid.T) {
	password := m.password(t)
	params := map[string]string{"USERNAME": "ada", "PASSWORD": password, "SRP_A": "2"}
	in := initiateAuthInput{AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: params, ClientID: webClient}
	if params["DEVICE_KEY"] = m.someDevice(t); params["DEVICE_KEY"] == "" {
		delete(params, "DEVICE_KEY")
	}
	if rapid.IntRange(0, 7).Draw(t, "SRP") == 0 {
		in.AuthFlow = "USER_SRP_AUTH"
	}
	if preferred := rapid.SampledFrom([]string{"none", "none", "", "PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "WEB_AUTHN"}).Draw(t, "preferred"); preferred != "none" {
		in.AuthFlow, params["PREFERRED_CHALLENGE"] = "USER_AUTH", preferred
	}
	if len(m.sessions) > 0 && rapid.IntRange(0, 3).Draw(t, "with a session") == 0 {
		in.AuthFlow, in.Session = "USER_AUTH", m.session(t)
	}
	form := "InitiateAuth"
	if rapid.IntRange(0, 3).Draw(t, "by an administrator") == 0 {
		form, in.UserPoolID = "AdminInitiateAuth", poolUnderTest
		if in.AuthFlow == "USER_PASSWORD_AUTH" {
			in.AuthFlow = "ADMIN_USER_PASSWORD_AUTH"
		}
	}
	right := m.right(password) && (in.Session == "" && (strings.HasSuffix(in.AuthFlow, "USER_PASSWORD_AUTH") || params["PREFERRED_CHALLENGE"] == "PASSWORD"))
	if w := m.sessions[in.Session]; w.step == toSignIn && in.Session != "" {
		right = w.first
	}
	var out authOutput
	demanded := m.demands()
	err := m.call(t, form, in, &out)
	m.came(t, out, err, waiting{first: right, demanded: demanded, device: params["DEVICE_KEY"]})
}

// session returns a session that the pool has made, mostly the newest one.
func (m *signIns) session(t *rapid.T) string {
	session := rapid.SampledFrom(slices.Sorted(maps.Keys(m.sessions))).Draw(t, "session")
	if _, ok := m.sessions[m.newest]; ok && rapid.IntRange(0, 3).Draw(t, "newest") > 0 {
		return m.newest
	}
	return session
}

// answer answers a session, mostly as its step wants it, with a right or a wrong proof.
func (m *signIns) answer(t *rapid.T) {
	if len(m.sessions) == 0 {
		return
	}
	session := m.session(t)
	w := m.sessions[session]
	name := w.step
	if rapid.IntRange(0, 3).Draw(t, "another challenge") == 0 {
		name = rapid.SampledFrom(slices.Sorted(maps.Keys(answers()))).Draw(t, "challenge")
	}
	if strings.HasPrefix(session, blockOnly) && name == deviceSRP { // goes on with what waits for the device
		u := m.user()
		w = m.sessions[m.p.store.waitingDevice(u.sub, webClient, w.device)]
	}
	right := rapid.IntRange(0, 3).Draw(t, "right") > 0
	params := map[string]string{"USERNAME": "ada", "ANSWER": rapid.SampledFrom([]string{"PASSWORD", "EMAIL_OTP", "SMS_OTP", "SMS_MFA", "SOFTWARE_TOKEN_MFA", "WEB_AUTHN"}).Draw(t, "ANSWER")}
	params["NEW_PASSWORD"] = rapid.SampledFrom(passwords).Draw(t, "new password")
	if right {
		c := m.p.store.challenges[session]
		params["PASSWORD"] = m.password(t)
		params[name+"_CODE"] = c.sent.value
		if name == "SOFTWARE_TOKEN_MFA" {
			params[name+"_CODE"] = totpCode(m.user().totp, m.clock.now().Unix()/30)
		}
	}
	demanded, settings := m.demands(), m.p.mfaSettings()
	signed := name == "WEB_AUTHN" && m.signs(t, w, right, params)
	proves := m.provesDevice(t, name, w, right, params)
	srpNow := m.provesPassword(t, name, w, right, params)
	knows := right && m.right(params["PASSWORD"])
	var out authOutput
	if m.respond(t, respondInput{ChallengeName: name, ChallengeResponses: params, ClientID: webClient, Session: session}, &out) != nil {
		return
	}
	next := w
	passwordNow := srpNow || knows && (name == "PASSWORD" || (name == "SELECT_CHALLENGE" && params["ANSWER"] == "PASSWORD"))
	codeNow := right && (name == "EMAIL_OTP" || name == "SMS_OTP" || name == "SMS_MFA" || name == "SOFTWARE_TOKEN_MFA")
	switch {
	case name == "NEW_PASSWORD_REQUIRED": // what follows it is decided now
		next.demanded = demanded
	case !w.first && signed:
		next.first, next.demanded = true, demanded
		next.second = settings.passkeys.FactorConfiguration == multiFactor && m.user().passkeyMFA && !m.unverified
	case w.first && proves:
		next.deviceProven = true
		next.second = next.second || m.p.cfg().Devices.ChallengeRequiredOnNewDevice
	case !w.first && (passwordNow || codeNow):
		next.first, next.demanded, next.byCode = true, demanded, codeNow
	case w.first && (codeNow || name == "MFA_SETUP" && w.totp != ""):
		next.second = true
	}
	if next.options = ""; signed {
		next.options = w.options
	}
	m.came(t, out, nil, next)
}

// respond sends an answer in one of its two forms.
func (m *signIns) respond(t *rapid.T, in respondInput, out *authOutput) error {
	form := "RespondToAuthChallenge"
	if strings.HasPrefix(in.Session, blockOnly) {
		in.Session = ""
	}
	if rapid.IntRange(0, 3).Draw(t, "by an administrator") == 0 {
		form, in.UserPoolID = "AdminRespondToAuthChallenge", poolUnderTest
	}
	return m.call(t, form, in, out)
}

func (m *signIns) setUp(t *rapid.T) {
	for session, w := range m.sessions {
		if w.step != "MFA_SETUP" || w.totp != "" {
			continue
		}
		var out, verified softwareTokenOutput
		if m.call(t, "AssociateSoftwareToken", softwareTokenInput{Session: session}, &out) != nil {
			return
		}
		code := "no"
		if rapid.Bool().Draw(t, "right") {
			code = totpCode(out.SecretCode, m.clock.now().Unix()/30)
			w.totp = out.SecretCode
		}
		err := m.call(t, "VerifySoftwareToken", softwareTokenInput{Session: out.Session, UserCode: code}, &verified)
		if err == nil && w.totp == "" {
			t.Fatal("a wrong code is verified")
		}
		if err == nil {
			m.sessions[verified.Session] = w
		} else {
			w.totp = ""
			m.sessions[out.Session] = w
		}
		return
	}
}

func (m *signIns) settings(t *rapid.T) {
	in := setPoolMFAInput{MfaConfiguration: rapid.SampledFrom([]string{"OFF", "OPTIONAL", "ON"}).Draw(t, "mode")}
	if rapid.Bool().Draw(t, "sms") {
		in.SmsMfaConfiguration = object{}
	}
	if rapid.Bool().Draw(t, "email") {
		in.EmailMfaConfiguration = object{}
	}
	in.SoftwareTokenMfaConfiguration.Enabled = rapid.Bool().Draw(t, "totp")
	in.WebAuthnConfiguration = object{"FactorConfiguration": rapid.SampledFrom([]string{"SINGLE_FACTOR", multiFactor, multiFactor}).Draw(t, "passkeys")}
	_, _ = m.p.setUserPoolMfaConfig(in)
}

// update is UpdateUserPool, which may omit the MFA configuration and so turn it off.
func (m *signIns) update(t *rapid.T) {
	request := object{"Policies": m.p.cfg().Settings["Policies"]}
	if mode := rapid.SampledFrom([]string{"", "OPTIONAL", "ON"}).Draw(t, "mode"); mode != "" {
		request["MfaConfiguration"] = mode
	}
	if rapid.IntRange(0, 3).Draw(t, "devices") > 0 {
		request["DeviceConfiguration"] = object{"ChallengeRequiredOnNewDevice": rapid.IntRange(0, 3).Draw(t, "instead of a factor") > 0}
	}
	_, err := m.p.updateUserPool(rawRequest(t, request))
	if off := request["MfaConfiguration"] == nil; off && (err != nil || m.p.mfaSettings().mode != "OFF") {
		t.Fatalf("an update without an MFA configuration: %v, %+v", err, m.p.mfaSettings())
	}
}

func (m *signIns) preference(t *rapid.T) {
	drawn := func(name string) *mfaSetting {
		return &mfaSetting{Enabled: rapid.Bool().Draw(t, name), PreferredMfa: rapid.Bool().Draw(t, name+" preferred")}
	}
	both := &struct{ Enabled bool }{rapid.IntRange(0, 3).Draw(t, "passkey as both") > 0}
	_ = m.p.preferMFA(m.user(), mfaPreference{WebAuthnMfaSettings: both, SMSMfaSettings: drawn("sms"), SoftwareTokenMfaSettings: drawn("totp"), EmailMfaSettings: drawn("email")})
}

func (m *signIns) end(t *rapid.T) {
	switch rapid.IntRange(0, 4).Draw(t, "how") {
	case 0:
		m.p.store.signOut("ada")
		for access := range m.live {
			m.live[access] = false
		}
	case 1:
		m.revokeSession(t)
	case 2:
		m.deleteClient(t)
	default:
		if len(m.refresh) == 0 {
			return
		}
		token := rapid.SampledFrom(slices.Sorted(maps.Keys(m.refresh))).Draw(t, "token")
		if _, err := m.p.revokeToken(revokeInput{Token: token, ClientID: webClient}); err != nil {
			t.Fatal(err)
		}
		m.live[m.refresh[token]] = false
		if _, err := m.p.grantOf(token, m.p.cfg().Clients[0]); err == nil {
			t.Fatal("a revoked refresh token is taken")
		}
	}
}

func (m *signIns) revokeSession(t *rapid.T) {
	all, err := m.p.sessions(m.user())
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		return
	}
	session := rapid.SampledFrom(all).Draw(t, "session")
	if _, err := m.p.revokeUserSession(m.user(), sessionsInput{SessionID: session.SessionID}); err != nil {
		t.Fatal(err)
	}
	for access := range m.live {
		if m.p.originOf(access) == session.originJTI {
			m.live[access] = false
		}
	}
}

// deleteClient deletes the app client and makes one with the same id.
func (m *signIns) deleteClient(t *rapid.T) {
	client, _ := m.p.store.client(webClient)
	if _, err := m.p.deleteUserPoolClient(ofClient{ClientID: webClient}); err != nil {
		t.Fatal(err)
	}
	set(m.p.store, m.p.store.clients, client.ID, client)
	for access := range m.live {
		m.live[access] = false
	}
	if left := len(m.p.store.challenges); left > 0 {
		t.Fatalf("%d sign-ins wait for a client that was deleted", left)
	}
	clear(m.sessions)
	clear(m.refresh)
}

func (m *signIns) check(t *rapid.T) {
	for access, live := range m.live {
		if _, _, err := m.p.holder(access); (err == nil) != live {
			t.Fatalf("a token that is live %v: %v", live, err)
		}
	}
}

// In any order of steps, answers and settings there is no token without every factor that
// the settings demanded when the first one was proven, or the new password was taken, and a
// revoked one is not taken.
func TestR54_NoTokenWithoutEveryFactor(t *testing.T) {
	reached := map[string]int{}
	missing := func() bool {
		return reached["tokens"] == 0 || reached["two factors"] == 0 || reached["a code first"] == 0 || reached["a passkey as both"] == 0 || reached["a device as the second"] == 0
	}
	// Draw again until every kind of sign-in was reached: otherwise the test could not fail.
	for round := 0; round < 50 && (round == 0 || missing()); round++ {
		form.Check(t, 40, 100, 2000, func(t *rapid.T) { signInsAtRandom(t, reached) })
	}
	t.Logf("reached %v", reached)
	if missing() {
		t.Errorf("the machine reached %v", reached)
	}
}

// signInsAtRandom draws one history and counts the tokens that it reached.
func signInsAtRandom(t *rapid.T, reached map[string]int) {
	m := startSignIns(t, reached, map[string]int{})
	defer m.p.Close()
	for range 5 { // rapid's short form walks few steps
		m.begin(t)
		m.answer(t)
		m.answer(t)
		m.check(t)
	}
	t.Repeat(map[string]func(*rapid.T){
		"begin": m.begin, "answer": m.answer, "answer again": m.answer, "set up": m.setUp, "settings": m.settings,
		"update": m.update, "preference": m.preference, "end": m.end, "": m.check,
		"passkey": m.passkey, "device": m.device,
		"time": func(t *rapid.T) {
			m.clock.pass(time.Duration(rapid.IntRange(1, 60).Draw(t, "s")) * time.Second)
		},
	})
}

// startSignIns makes a pool with one user.
func startSignIns(t *rapid.T, reached, answered map[string]int) *signIns {
	m := &signIns{reached: reached, answered: answered, held: held{forgotten: map[string]bool{}, of: map[string]string{}, knows: map[string]string{}}, clock: &clock{t: time.Unix(1_800_000_000, 0)}, sessions: map[string]waiting{}, live: map[string]bool{}, refresh: map[string]string{}}
	cfg := baseConfig()
	cfg.Triggers, cfg.UsernameAttributes, cfg.FirstFactors = nil, nil, []string{"PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"}
	cfg.Passkeys = PasskeySettings{RelyingPartyID: "localhost", FactorConfiguration: multiFactor}
	if rapid.IntRange(0, 3).Draw(t, "devices") > 0 {
		cfg.Devices = &DeviceSettings{rapid.IntRange(0, 3).Draw(t, "instead of a factor") > 0, rapid.Bool().Draw(t, "asks")}
	}
	cfg.Clients[0].ExplicitAuthFlows = []string{"ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"}
	cfg.Clients[0].AccessTokenValidity = 24 * time.Hour
	app := machine()
	app.ExplicitAuthFlows = []string{clientTokenFlow}
	cfg.Clients = append(cfg.Clients, app)
	cfg.ResourceServers = []ResourceServer{{Identifier: "orders", Scopes: []string{"read"}}}
	cfg.Tier, cfg.AdvancedSecurityMode = "PLUS", "AUDIT"
	cfg.MfaConfiguration, cfg.EnabledMfas = "OPTIONAL", []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}
	if rapid.Bool().Draw(t, "required from the start") {
		cfg.MfaConfiguration = "ON"
	}
	p, err := Start(cfg, nil, Options{Now: m.clock.now, keys: testKeys})
	if err != nil {
		t.Fatal(err)
	}
	m.p = p
	p.store.tracking = sessionTracking{on: true, most: maxSessions}
	m.imports(t)
	m.prepare(t)
	return m
}

// imports makes the user.
func (m *signIns) imports(t *rapid.T) {
	attributes := map[string]string{}
	if rapid.Bool().Draw(t, "has email") {
		attributes["email"], attributes["email_verified"] = ada, "true"
	}
	if rapid.Bool().Draw(t, "has phone") {
		attributes["phone_number"] = "+491701"
	}
	if _, err := m.p.Import(ImportedUser{Username: "ada", Password: longPassword, Attributes: attributes}); err != nil {
		t.Fatal(err)
	}
}
