package userpool

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/passkey/passkeytest"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp"
)

// held is what the user of the model holds: keys and devices, also those that are gone.
type held struct {
	keys       []*passkeytest.Key
	unverified bool   // the last signature left the user unverified
	replay     string // an answer that was given before, to a session that it used up
	offers     []string
	forgotten  map[string]bool
	of         map[string]string // refresh token → device
	knows      map[string]string // salt → password
}

// prepare leads some histories to what random steps reach rarely: a passkey that counts as
// both factors, or a remembered device, of a user with a second factor.
func (m *signIns) prepare(t *rapid.T) {
	switch what := rapid.IntRange(0, 3).Draw(t, "prepare"); {
	case what == 0:
		m.passkey(t)
	case what == 1 && m.p.cfg().Devices != nil:
		key := m.p.newDeviceKey()
		verifier, err := srp.ParseVerifier([]byte{1}, []byte{2})
		if err != nil {
			t.Fatal(err)
		}
		m.offers = append(m.offers, key)
		_, _ = m.p.store.change("ada", false, func(u *user) error {
			u.devices = append(u.devices, device{key: key, verifier: verifier, remembered: true})
			return nil
		})
	default:
		return
	}
	yes := &mfaSetting{Enabled: true}
	_ = m.p.preferMFA(m.user(), mfaPreference{SMSMfaSettings: yes, WebAuthnMfaSettings: &struct{ Enabled bool }{true}})
}

// passkey registers or deletes a passkey.
func (m *signIns) passkey(t *rapid.T) {
	u, client := m.user(), m.p.cfg().Clients[0]
	if len(m.keys) > 0 && rapid.IntRange(0, 3).Draw(t, "delete") == 0 {
		id := rapid.SampledFrom(m.keys).Draw(t, "key").ID()
		_, _ = m.p.deleteWebAuthnCredential(u, client, deletePasskeyInput{CredentialID: id})
		return
	}
	key, err := passkeytest.New()
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.p.startWebAuthnRegistration(u, client, ofHolder{})
	if err != nil {
		return
	}
	answer, err := key.Register(out.CredentialCreationOptions)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.p.completeWebAuthnRegistration(u, client, completeRegistrationInput{Credential: answer}); err == nil {
		m.keys = append(m.keys, key)
	}
}

// signs puts a signature into an answer and reports whether it is a proof.
func (m *signIns) signs(t *rapid.T, w waiting, right bool, params map[string]string) bool {
	if len(m.keys) == 0 || w.options == "" {
		return false
	}
	key := rapid.SampledFrom(m.keys).Draw(t, "key")
	key.Unverified = rapid.IntRange(0, 3).Draw(t, "unverified") == 0
	answer, err := key.Sign(json.RawMessage(w.options))
	if err != nil {
		t.Fatal(err)
	}
	params["CREDENTIAL"], m.unverified = string(answer), key.Unverified
	if !right {
		params["CREDENTIAL"] = m.replay
		return false
	}
	m.replay = string(answer)
	u := m.user()
	return u.passkey(key.ID()) >= 0
}

func (m *signIns) remembered(key string) bool {
	u := m.user()
	d, _ := u.device(key)
	return m.p.cfg().Devices != nil && d.remembered
}

// offered keeps what tokens say of a device.
func (m *signIns) offered(result *authResult, proven waiting) {
	if m.p.cfg().Devices != nil {
		m.of[result.RefreshToken] = proven.device
	}
	if offer := result.NewDeviceMetadata; offer != nil {
		m.offers = append(m.offers, offer.DeviceKey)
		m.of[result.RefreshToken] = offer.DeviceKey
	}
}

// someDevice returns any key that the user was ever offered, or none.
func (m *signIns) someDevice(t *rapid.T) string {
	if len(m.offers) == 0 || rapid.IntRange(0, 2).Draw(t, "without device") == 0 {
		return ""
	}
	return rapid.SampledFrom(m.offers).Draw(t, "device")
}

// device confirms, remembers or forgets a device.
func (m *signIns) device(t *rapid.T) {
	key := m.someDevice(t)
	in := deviceInput{DeviceKey: key}
	switch rapid.IntRange(0, 5).Draw(t, "what") {
	case 0:
		if _, err := m.p.forgetDevice(m.user(), in); err == nil {
			m.forgotten[key] = true
		}
	case 1, 2:
		in.DeviceRememberedStatus = rapid.SampledFrom([]string{"remembered", "remembered", "not_remembered"}).Draw(t, "status")
		_, _ = m.p.updateDevice(m.user(), in)
	default:
		in.DeviceSecretVerifierConfig.Salt, in.DeviceSecretVerifierConfig.PasswordVerifier = []byte{1}, []byte{2}
		if _, err := m.p.confirmDevice(m.user(), in); err == nil && (key == "" || m.forgotten[key]) {
			t.Fatalf("the device %q is confirmed, forgotten %v", key, m.forgotten[key])
		}
	}
	for token, key := range m.of {
		client := m.p.cfg().Clients[0]
		client.device = key
		if _, err := m.p.grantOf(token, client); err == nil && m.forgotten[key] {
			t.Fatal("a forgotten device refreshes")
		}
	}
}

// provesDevice answers for a device and reports whether it is a proof. It reads the key that
// both sides have after SRP out of the block.
func (m *signIns) provesDevice(t *rapid.T, name string, w waiting, right bool, params map[string]string) bool {
	if name != "DEVICE_SRP_AUTH" && name != "DEVICE_PASSWORD_VERIFIER" {
		return false
	}
	params["DEVICE_KEY"], params["SRP_A"] = w.device, "2"
	if !slices.Contains(m.offers, w.device) || w.block == "" {
		return false
	}
	var state srpState
	block, ok := m.p.unseal(w.block, &state)
	if !ok {
		t.Fatal("the block cannot be read")
	}
	if !right {
		state.Key = []byte("another")
	}
	m.claims(state.Key, m.p.deviceGroup()+w.device, block, w.block, params)
	return right && name == "DEVICE_PASSWORD_VERIFIER" && m.remembered(w.device) && !m.forgotten[w.device]
}

// claims puts the proof of a key into an answer.
func (m *signIns) claims(key srp.Key, identity string, block []byte, sealed string, params map[string]string) {
	timestamp := m.clock.now().UTC().Format(srp.TimestampLayout)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(identity + string(block) + timestamp))
	params["TIMESTAMP"], params["PASSWORD_CLAIM_SECRET_BLOCK"] = timestamp, sealed
	params["PASSWORD_CLAIM_SIGNATURE"] = base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// blockOnly begins the name of a sign-in without a session: all of it is in the block.
const blockOnly = "block "

// provesPassword answers for a password and reports whether it is a proof.
func (m *signIns) provesPassword(t *rapid.T, name string, w waiting, right bool, params map[string]string) bool {
	var state srpState
	block, ok := m.p.unseal(w.block, &state)
	if name != "PASSWORD_VERIFIER" || !ok {
		return false
	}
	if !right {
		state.Key = []byte("another")
	}
	u := m.user()
	m.claims(state.Key, srp.Identity(poolUnderTest, u.username), block, w.block, params)
	return right && state.Step == name && state.Username == u.username && u.password.Salt() == state.Salt
}

// passwords are those that users of the model ever have.
var passwords = []string{longPassword, "Another-horse-8"}

// right reports whether a password is the user's.
func (m *signIns) right(password string) bool {
	u := m.user()
	known, tried := m.knows[u.password.Salt()]
	if !tried {
		for _, one := range passwords {
			if m.p.hasPassword(u, one) {
				known = one
			}
		}
		m.knows[u.password.Salt()] = known
	}
	return known != "" && known == password
}

// password returns mostly the right one.
func (m *signIns) password(t *rapid.T) string {
	password := rapid.SampledFrom([]string{"right", "right", "right", "Wrong-horse-7", ""}).Draw(t, "password")
	if password == "right" {
		m.right("")
		password = m.knows[m.userSalt()]
	}
	return password
}

func (m *signIns) userSalt() string {
	u := m.user()
	return u.password.Salt()
}

// signUp signs the user up, if there is none, or confirms it.
func (m *signIns) signUp(t *rapid.T) {
	u := m.user()
	if u.sub == "" {
		attributes := []attribute{{"email", ada}}
		if rapid.Bool().Draw(t, "phone") {
			attributes = append(attributes, attribute{"phone_number", "+491701"})
		}
		var out signUpOutput
		password := rapid.SampledFrom([]string{longPassword, ""}).Draw(t, "password")
		if m.call(t, "SignUp", signUpInput{ClientID: webClient, Username: "ada", Password: password, UserAttributes: attributes}, &out) == nil {
			m.sessions[out.Session], m.newest = waiting{step: toConfirm}, out.Session
		}
		return
	}
	if u.status != unconfirmed || len(m.sessions) == 0 {
		return
	}
	c, _ := m.p.store.code("ada", func(c code) bool { return c.purpose == "signup" })
	in, out := confirmSignUpInput{ClientID: webClient, Username: "ada", ConfirmationCode: c.value, Session: m.session(t)}, confirmSignUpOutput{}
	if rapid.IntRange(0, 3).Draw(t, "wrong") == 0 {
		in.ConfirmationCode = "000000"
	}
	if m.call(t, "ConfirmSignUp", in, &out) == nil && out.Session != "" {
		m.sessions[out.Session], m.newest = waiting{step: toSignIn, first: true}, out.Session
	}
}
