package userpool

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp/srptest"
)

// phone is a device as an app keeps it.
type phone struct {
	key, group, secret string
	noSession          bool // as pycognito
}

// startDevices starts a pool that remembers devices, with ada, who has SMS codes on.
func startDevices(t *testing.T, settings DeviceSettings, mode string) *rig {
	t.Helper()
	r := startChoice(t, func(c *Config, _ *Options) {
		c.UsernameAttributes, c.Devices = nil, &settings
		c.Triggers[defineAuthChallenge] = Trigger{FunctionARN: defineAuthChallenge}
		c.MfaConfiguration, c.EnabledMfas = mode, []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}
		c.Clients[0].RefreshTokenRotation = false
		c.Clients[0].ExplicitAuthFlows = []string{"ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
	})
	r.known(t, "ada", map[string]string{"email": ada, "phone_number": "+491701"})
	if mode != "OFF" {
		r.must(t, "AdminSetUserMFAPreference", inPool("Username", "ada", "SMSMfaSettings", map[string]any{"Enabled": true}))
	}
	return r
}

// signsInWith signs ada in with the device's key, as far as the next challenge.
func (r *rig) signsInWith(t *testing.T, key string) (*idp.InitiateAuthOutput, error) {
	t.Helper()
	params := map[string]string{"USERNAME": "ada", "PASSWORD": longPassword}
	if key != "" {
		params["DEVICE_KEY"] = key
	}
	return r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: params})
}

// byCode answers SMS_MFA.
func (r *rig) byCode(t *testing.T, session *string) (*idp.RespondToAuthChallengeOutput, error) {
	t.Helper()
	return r.answer(t, aws.String("SMS_MFA"), session, "ada", "SMS_MFA_CODE", r.mustCode(t, "ada"))
}

// arrives signs ada in on a new device, by a code if one is asked for.
func (r *rig) arrives(t *testing.T) *types.AuthenticationResultType {
	t.Helper()
	out, err := r.signsInWith(t, "")
	if err != nil {
		t.Fatal(err)
	}
	result := out.AuthenticationResult
	if out.ChallengeName == "SMS_MFA" {
		done, err := r.byCode(t, out.Session)
		if err != nil {
			t.Fatal(err)
		}
		result = done.AuthenticationResult
	}
	if result == nil || result.NewDeviceMetadata == nil {
		t.Fatalf("no device is offered: %+v", result)
	}
	return result
}

// verifier returns what a client makes of a device's secret: g to the x, with padding.
func (p phone) verifier() *types.DeviceSecretVerifierConfigType {
	salt := []byte{0, 0xde, 0xad, 0xbe, 0xef, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	v := append([]byte{0}, srptest.Verifier(p.group+p.key, p.secret, salt)...)
	return &types.DeviceSecretVerifierConfigType{
		Salt: aws.String(base64.StdEncoding.EncodeToString(salt)), PasswordVerifier: aws.String(base64.StdEncoding.EncodeToString(v)),
	}
}

func (r *rig) confirms(t *testing.T, result *types.AuthenticationResultType, p phone) (*idp.ConfirmDeviceOutput, error) {
	t.Helper()
	return r.api.ConfirmDevice(t.Context(), &idp.ConfirmDeviceInput{
		AccessToken: result.AccessToken, DeviceKey: &p.key, DeviceName: aws.String("phone"), DeviceSecretVerifierConfig: p.verifier(),
	})
}

// confirmed signs ada in on a new device and confirms it.
func (r *rig) confirmed(t *testing.T) (phone, *types.AuthenticationResultType) {
	t.Helper()
	result := r.arrives(t)
	p := phone{key: *result.NewDeviceMetadata.DeviceKey, group: *result.NewDeviceMetadata.DeviceGroupKey, secret: "secret of the phone"}
	if _, err := r.confirms(t, result, p); err != nil {
		t.Fatal(err)
	}
	return p, result
}

// proves answers DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER.
func (r *rig) proves(t *testing.T, p phone, session *string) (*idp.RespondToAuthChallengeOutput, error) {
	t.Helper()
	client := srptest.New(new(big.Int).SetBytes([]byte(secret())))
	if p.noSession {
		session = nil
	}
	out, err := r.answer(t, aws.String("DEVICE_SRP_AUTH"), session, "ada", "DEVICE_KEY", p.key, "SRP_A", client.A())
	if err != nil {
		return out, err
	}
	if out.ChallengeName != "DEVICE_PASSWORD_VERIFIER" || out.ChallengeParameters["DEVICE_KEY"] != p.key {
		t.Fatalf("%+v", out)
	}
	parameters := maps.Clone(out.ChallengeParameters)
	parameters["USER_ID_FOR_SRP"] = p.key
	proof, err := client.Answer("_"+p.group, p.secret, parameters, r.clock.now(), true)
	if err != nil {
		t.Fatal(err)
	}
	proof["USERNAME"], proof["DEVICE_KEY"] = "ada", p.key
	if session = out.Session; p.noSession {
		session = nil
	}
	return r.respond(t, srpSignIn{clientID: webClient}, out.ChallengeName, proof, session)
}

func (r *rig) refreshes(t *testing.T, token *string, key string) error {
	t.Helper()
	params := map[string]string{"REFRESH_TOKEN": *token}
	if key != "" {
		params["DEVICE_KEY"] = key
	}
	_, err := r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeRefreshTokenAuth, AuthParameters: params})
	return err
}

func TestR53_ARememberedDeviceTakesThePlaceOfACode(t *testing.T) {
	for _, noSession := range []bool{false, true} {
		r := startDevices(t, DeviceSettings{ChallengeRequiredOnNewDevice: true}, "ON")
		r.fns.take()
		p, result := r.confirmed(t)
		if claim := r.claimsOf(t, *result.AccessToken)["device_key"]; claim != p.key {
			t.Errorf("device_key is %v, want %s", claim, p.key)
		}
		newDevices(t, r, true)
		out, err := r.signsInWith(t, p.key)
		if err != nil || out.ChallengeName != "DEVICE_SRP_AUTH" || out.AuthenticationResult != nil || !maps.Equal(out.ChallengeParameters, map[string]string{"USERNAME": "ada", "DEVICE_KEY": p.key}) {
			t.Fatalf("%+v, %v", out, err)
		}
		p.noSession = noSession
		r.clock.pass(time.Second)
		done, err := r.proves(t, p, out.Session)
		if err != nil || done.AuthenticationResult == nil || done.AuthenticationResult.NewDeviceMetadata != nil {
			t.Fatalf("%+v, %v", done, err)
		}
		if d, _ := new(theUser(t, r, "ada")).device(p.key); !d.authenticated.Equal(r.clock.now()) {
			t.Errorf("the device proved itself at %v, now %v", d.authenticated, r.clock.now())
		}
		if sources := newDevices(t, r, false); !slices.Equal(sources, []string{"PostAuthentication_Authentication", "TokenGeneration_AuthenticateDevice"}) {
			t.Errorf("fired %q", sources)
		}
		if claim := r.claimsOf(t, *done.AuthenticationResult.AccessToken)["device_key"]; claim != p.key {
			t.Errorf("device_key is %v, want %s", claim, p.key)
		}
		out, err = r.signsInWith(t, p.key)
		if err != nil {
			t.Fatal(err)
		}
		wrong := p
		wrong.secret = "another"
		_, err = r.proves(t, wrong, out.Session)
		wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
		if out, err = r.signsInWith(t, ""); err != nil || out.ChallengeName != "SMS_MFA" {
			t.Errorf("a sign-in without the device: %+v, %v", out, err)
		}
	}
}

// newDevices reads the events so far: whether PostAuthentication saw a new device.
func newDevices(t *testing.T, r *rig, want bool) (sources []string) {
	t.Helper()
	for _, e := range r.fns.take() {
		var ev struct {
			TriggerSource string
			Request       struct{ NewDeviceUsed bool }
		}
		if err := json.Unmarshal(e.raw, &ev); err != nil {
			t.Fatal(err)
		}
		if e.trigger == postAuthentication && ev.Request.NewDeviceUsed != want {
			t.Errorf("newDeviceUsed is %v", ev.Request.NewDeviceUsed)
		}
		sources = append(sources, ev.TriggerSource)
	}
	return sources
}

// A remembered device proves itself where no second factor is demanded, and after one that
// it may not take the place of.
func TestR53_ADeviceProvesItselfAfterWhatItDoesNotReplace(t *testing.T) {
	r := startDevices(t, DeviceSettings{}, "ON")
	p, _ := r.confirmed(t)
	out, err := r.signsInWith(t, p.key)
	if err != nil || out.ChallengeName != "SMS_MFA" {
		t.Fatalf("%+v, %v", out, err)
	}
	next, err := r.byCode(t, out.Session)
	if err != nil || next.ChallengeName != "DEVICE_SRP_AUTH" {
		t.Fatalf("%+v, %v", next, err)
	}
	if done, err := r.proves(t, p, next.Session); err != nil || done.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", done, err)
	}

	r = startDevices(t, DeviceSettings{}, "OFF")
	p, _ = r.confirmed(t)
	// By SRP, with the key in either request.
	for _, late := range []bool{false, true} {
		client := srptest.New(new(big.Int).SetBytes([]byte(secret())))
		params := map[string]string{"USERNAME": "ada", "SRP_A": client.A()}
		if !late {
			params["DEVICE_KEY"] = p.key
		}
		begun, err := r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeUserSrpAuth, AuthParameters: params})
		if err != nil {
			t.Fatal(err)
		}
		proof, err := client.Answer(poolUnderTest, longPassword, begun.ChallengeParameters, r.clock.now(), false)
		if err != nil {
			t.Fatal(err)
		}
		if late {
			proof["DEVICE_KEY"] = p.key
		}
		next, err := r.respond(t, srpSignIn{clientID: webClient}, begun.ChallengeName, proof, nil)
		if err != nil || next.ChallengeName != "DEVICE_SRP_AUTH" {
			t.Fatalf("%+v, %v", next, err)
		}
		if done, err := r.proves(t, p, next.Session); err != nil || done.AuthenticationResult == nil {
			t.Fatalf("%+v, %v", done, err)
		}
	}
}

// In CUSTOM_AUTH the device proves itself when DefineAuthChallenge would issue tokens.
func TestR53_ADeviceEndsASignInByCustomAuth(t *testing.T) {
	r := startDevices(t, DeviceSettings{ChallengeRequiredOnNewDevice: true}, "ON")
	p, _ := r.confirmed(t)
	r.fns.answer(defineAuthChallenge, responding(`{"issueTokens":true,"failAuthentication":false}`))
	out, err := r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
		ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeCustomAuth, AuthParameters: map[string]string{"USERNAME": "ada", "DEVICE_KEY": p.key},
	})
	if err != nil || out.ChallengeName != "DEVICE_SRP_AUTH" || out.AuthenticationResult != nil {
		t.Fatalf("%+v, %v", out, err)
	}
	if done, err := r.proves(t, p, out.Session); err != nil || done.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", done, err)
	}
}

// A challenge in place of a second factor ends with the setting that let it be.
func TestR53_ADeviceReplacesNothingThatItMayNoMore(t *testing.T) {
	r := startDevices(t, DeviceSettings{ChallengeRequiredOnNewDevice: true}, "ON")
	p, _ := r.confirmed(t)
	for _, devices := range []any{map[string]any{"ChallengeRequiredOnNewDevice": false}, nil} {
		r.must(t, "UpdateUserPool", inPool("MfaConfiguration", "ON", "Policies", r.cfg().Settings["Policies"], "DeviceConfiguration", map[string]any{"ChallengeRequiredOnNewDevice": true}))
		out, err := r.signsInWith(t, p.key)
		if err != nil || out.ChallengeName != "DEVICE_SRP_AUTH" {
			t.Fatalf("%+v, %v", out, err)
		}
		r.must(t, "UpdateUserPool", inPool("MfaConfiguration", "ON", "Policies", r.cfg().Settings["Policies"], "DeviceConfiguration", devices))
		_, err = r.proves(t, p, out.Session)
		wantRefusal(t, err, "NotAuthorizedException", "Invalid session for the user.")
	}
}

func TestR53_ADeviceIsConfirmedOnceByItsUser(t *testing.T) {
	r := startDevices(t, DeviceSettings{ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true}, "ON")
	r.known(t, "eve", map[string]string{"phone_number": "+491702"})
	out, err := r.tryLogin(t, "eve", longPassword)
	if err != nil {
		t.Fatal(err)
	}
	eve, err := r.answer(t, aws.String("SMS_MFA"), out.Session, "eve", "SMS_MFA_CODE", r.mustCode(t, "eve"))
	if err != nil {
		t.Fatal(err)
	}
	result := r.arrives(t)
	p := phone{key: *result.NewDeviceMetadata.DeviceKey, group: *result.NewDeviceMetadata.DeviceGroupKey, secret: "s"}
	_, err = r.confirms(t, eve.AuthenticationResult, p)
	wantRefusal(t, err, "InvalidParameterException", "Invalid device key given.")
	_, err = r.signsInWith(t, p.key)
	wantRefusal(t, err, "ResourceNotFoundException", "Device does not exist.")
	for name, spoil := range map[string]func(*types.DeviceSecretVerifierConfigType){
		"negative": func(c *types.DeviceSecretVerifierConfigType) { c.Salt = aws.String("/w==") },
		"no salt":  func(c *types.DeviceSecretVerifierConfigType) { c.Salt = nil },
		"no proof": func(c *types.DeviceSecretVerifierConfigType) { c.PasswordVerifier = nil },
		"zero":     func(c *types.DeviceSecretVerifierConfigType) { c.PasswordVerifier = aws.String("AA==") },
	} {
		secret := p.verifier()
		spoil(secret)
		_, err := r.api.ConfirmDevice(t.Context(), &idp.ConfirmDeviceInput{AccessToken: result.AccessToken, DeviceKey: &p.key, DeviceSecretVerifierConfig: secret})
		t.Log(name)
		wantCode(t, err, "InvalidParameterException")
		if strings.HasPrefix(name, "no ") {
			wantRefusal(t, err, "InvalidParameterException", "Invalid device key given.")
		}
	}
	if !regexp.MustCompile(`^eu-central-1_[0-9a-f-]{36}$`).MatchString(p.key) || p.group == "" { // API reference, DeviceKeyType
		t.Errorf("the device is %q of %q", p.key, p.group)
	}
	_, err = r.raw(t, "GetDevice", map[string]any{"AccessToken": *result.AccessToken, "DeviceKey": p.key})
	wantRefusal(t, err, "ResourceNotFoundException", "Device does not exist.")
	if out, err := r.confirms(t, result, p); err != nil || !out.UserConfirmationNecessary {
		t.Fatalf("%+v, %v", out, err)
	}
	_, err = r.confirms(t, result, p)
	wantCode(t, err, "DeviceKeyExistsException")
}

// Confirmed and not remembered: listed, known, and the code is asked for as before.
func TestR53_ADeviceIsRememberedWhenItsUserSaysSo(t *testing.T) {
	r := startDevices(t, DeviceSettings{ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true}, "ON")
	p, result := r.confirmed(t)
	begun, err := r.signsInWith(t, p.key)
	if err != nil || begun.ChallengeName != "SMS_MFA" {
		t.Fatalf("%+v, %v", begun, err)
	}
	done, err := r.byCode(t, begun.Session)
	if err != nil || done.AuthenticationResult == nil || done.AuthenticationResult.NewDeviceMetadata != nil {
		t.Fatalf("%+v, %v", done, err)
	}
	status := func(user bool, to string) error {
		in := map[string]any{"DeviceKey": p.key, "DeviceRememberedStatus": to}
		operation := "AdminUpdateDeviceStatus"
		if user {
			operation, in["AccessToken"] = "UpdateDeviceStatus", *result.AccessToken
		} else {
			in["UserPoolId"], in["Username"] = poolUnderTest, "ada"
		}
		_, err := r.raw(t, operation, in)
		return err
	}
	wantCode(t, status(true, "maybe"), "InvalidParameterException")
	if err := status(true, "remembered"); err != nil {
		t.Fatal(err)
	}
	if begun, err = r.signsInWith(t, p.key); err != nil || begun.ChallengeName != "DEVICE_SRP_AUTH" {
		t.Fatalf("%+v, %v", begun, err)
	}
	if err := status(true, "not_remembered"); err != nil {
		t.Fatal(err)
	}
	_, err = r.proves(t, p, begun.Session)
	wantRefusal(t, err, "ResourceNotFoundException", "Device does not exist.")
	for _, user := range []bool{true, false} {
		for to, next := range map[string]types.ChallengeNameType{"remembered": "DEVICE_SRP_AUTH", "not_remembered": "SMS_MFA"} {
			if err := status(user, to); err != nil {
				t.Fatal(err)
			}
			if begun, err := r.signsInWith(t, p.key); err != nil || begun.ChallengeName != next {
				t.Errorf("%s: %+v, %v", to, begun, err)
			}
			got := r.must(t, "AdminGetDevice", inPool("Username", "ada", "DeviceKey", p.key))["Device"].(map[string]any)["DeviceAttributes"]
			if want := map[string]any{"Name": "dev:device_remembered_status", "Value": to}; !slices.ContainsFunc(got.([]any), func(a any) bool { return fmt.Sprint(a) == fmt.Sprint(want) }) {
				t.Errorf("%v has no %v", got, want)
			}
		}
	}
}

func TestR53_AForgottenDeviceMayNothing(t *testing.T) {
	for _, admin := range []bool{false, true} {
		r := startDevices(t, DeviceSettings{ChallengeRequiredOnNewDevice: true}, "ON")
		stranger, fresh := r.confirmed(t)
		p, result := r.confirmed(t)
		if err := r.refreshes(t, result.RefreshToken, p.key); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"", stranger.key, "eu-central-1_none"} {
			wantRefusal(t, r.refreshes(t, result.RefreshToken, key), "NotAuthorizedException", "Invalid Refresh Token")
		}
		unconfirmed := r.arrives(t)
		wantRefusal(t, r.refreshes(t, unconfirmed.RefreshToken, *unconfirmed.NewDeviceMetadata.DeviceKey), "NotAuthorizedException", "Invalid Refresh Token")
		waiting, err := r.signsInWith(t, p.key)
		if err != nil {
			t.Fatal(err)
		}
		in, operation := map[string]any{"DeviceKey": p.key, "AccessToken": *result.AccessToken}, "ForgetDevice"
		if admin {
			in, operation = inPool("Username", "ada", "DeviceKey", p.key), "AdminForgetDevice"
		}
		r.must(t, operation, in)
		_, err = r.raw(t, operation, in)
		wantRefusal(t, err, "ResourceNotFoundException", "Device does not exist.")
		_, err = r.proves(t, stranger, waiting.Session)
		wantRefusal(t, err, "ResourceNotFoundException", "Device does not exist.")
		_, err = r.proves(t, p, waiting.Session)
		wantRefusal(t, err, "ResourceNotFoundException", "Device does not exist.")
		_, err = r.signsInWith(t, p.key)
		wantRefusal(t, err, "ResourceNotFoundException", "Device does not exist.")
		wantRefusal(t, r.refreshes(t, result.RefreshToken, p.key), "NotAuthorizedException", "Invalid Refresh Token")
		_, err = r.confirms(t, result, p)
		wantRefusal(t, err, "InvalidParameterException", "Invalid device key given.")
		if err := r.refreshes(t, fresh.RefreshToken, stranger.key); err != nil {
			t.Errorf("another device's session ended: %v", err)
		}
		list, err := r.api.ListDevices(t.Context(), &idp.ListDevicesInput{AccessToken: fresh.AccessToken})
		if err != nil || len(list.Devices) != 1 || *list.Devices[0].DeviceKey != stranger.key {
			t.Errorf("%+v, %v", list, err)
		}
	}
}

func TestR53_APoolWithoutDevicesOffersNone(t *testing.T) {
	r := startChoice(t, func(c *Config, _ *Options) { c.UsernameAttributes = nil })
	r.known(t, "ada", nil)
	out, err := r.signsInWith(t, "eu-central-1_any")
	if err != nil || out.AuthenticationResult == nil || out.AuthenticationResult.NewDeviceMetadata != nil {
		t.Fatalf("%+v, %v", out, err)
	}
	if claims := r.claimsOf(t, *out.AuthenticationResult.AccessToken); claims["device_key"] != nil {
		t.Errorf("%v", claims)
	}
	_, err = r.confirms(t, out.AuthenticationResult, phone{key: "eu-central-1_any"})
	wantRefusal(t, err, "InvalidParameterException", "Invalid device key given.")
}

// A device may be forgotten between its proof and the tokens.
func TestR53_AForgottenDeviceThatProvedItselfGetsNoToken(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Devices = &DeviceSettings{} })
	u := r.placeUser(t, "ada@example.com")
	out, err := r.Pool.open(u, Client{ID: webClient, device: "gone"}, byDevice, nil)
	wantSame(t, err, errNoDevice())
	if out.AuthenticationResult != nil {
		t.Errorf("got %+v", out)
	}
}

func TestR53_ADevicesSessionIsItsUsersAtItsClient(t *testing.T) {
	r := startRig(t, nil)
	later := r.clock.now().Add(time.Minute)
	right := challenge{user: user{sub: "s"}, clientID: "c", device: "d", waitsFor: []string{deviceSRP}, expires: later}
	for name, change := range map[string]func(*challenge){
		"another user": func(c *challenge) { c.user.sub = "x" }, "another client": func(c *challenge) { c.clientID = "x" },
		"another device": func(c *challenge) { c.device = "x" }, "another step": func(c *challenge) { c.waitsFor = []string{totp2} },
	} {
		c := right
		change(&c)
		c.expires = later.Add(time.Hour)
		r.store.setChallenge(name, c)
		if got := r.store.waitingDevice("s", "c", "d"); got != "" {
			t.Fatalf("%s: %s", name, got)
		}
	}
	newer := right
	newer.expires = later.Add(time.Second)
	r.store.setChallenge("newer", newer)
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		r.store.setChallenge(id, right)
	}
	if got := r.store.waitingDevice("s", "c", "d"); got != "newer" {
		t.Errorf("got %s", got)
	}
}

// The other way to refresh names its device, too.
func TestR53_ADevicesSessionIsRefreshedByItsDevice(t *testing.T) {
	r := startDevices(t, DeviceSettings{}, "OFF")
	p, result := r.confirmed(t)
	in := map[string]any{"ClientId": webClient, "RefreshToken": *result.RefreshToken}
	_, err := r.raw(t, "GetTokensFromRefreshToken", in)
	wantCode(t, err, "NotAuthorizedException")
	r.must(t, "GetTokensFromRefreshToken", with(in, "DeviceKey", p.key))
}

func TestR53_ASessionWithoutADeviceRefreshesFromAnywhere(t *testing.T) {
	with, without := startRig(t, func(c *Config, _ *Options) { c.Devices = &DeviceSettings{} }), startRig(t, nil)
	if !with.fromItsDevice(grant{}, Client{}) || with.fromItsDevice(grant{device: "d"}, Client{}) || with.fromItsDevice(grant{device: "d"}, Client{device: "d"}) || !without.fromItsDevice(grant{device: "d"}, Client{}) {
		t.Error("want a session of a device to refresh from it alone, in a pool that remembers devices")
	}
	if with.fromItsDevice(grant{forgotten: true}, Client{}) {
		t.Error("the session of a forgotten device refreshes")
	}
}

// What is missing or cannot be is told before anything is proven.
func TestR53_ADeviceIsToldWhatIsWrongWithItsAnswer(t *testing.T) {
	r := startDevices(t, DeviceSettings{ChallengeRequiredOnNewDevice: true}, "OFF")
	p, _ := r.confirmed(t)
	for _, step := range []string{"DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"} {
		_, err := r.answer(t, &step, aws.String(secret()), "ada")
		wantCode(t, err, "InvalidParameterException")
	}
	out, err := r.signsInWith(t, p.key)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.answer(t, aws.String("DEVICE_SRP_AUTH"), out.Session, "ada", "DEVICE_KEY", p.key, "SRP_A", "0")
	wantCode(t, err, "InvalidParameterException")
}

// A device that is remembered no more between its two answers proves nothing.
func TestR53_ADeviceIsRememberedUntilItsProof(t *testing.T) {
	r := startDevices(t, DeviceSettings{ChallengeRequiredOnNewDevice: true}, "OFF")
	p, _ := r.confirmed(t)
	begun, err := r.signsInWith(t, p.key)
	if err != nil {
		t.Fatal(err)
	}
	client := srptest.New(new(big.Int).SetBytes([]byte(secret())))
	out, err := r.answer(t, aws.String("DEVICE_SRP_AUTH"), begun.Session, "ada", "DEVICE_KEY", p.key, "SRP_A", client.A())
	if err != nil {
		t.Fatal(err)
	}
	r.must(t, "AdminUpdateDeviceStatus", inPool("Username", "ada", "DeviceKey", p.key, "DeviceRememberedStatus", "not_remembered"))
	out.ChallengeParameters["USER_ID_FOR_SRP"] = p.key
	proof, err := client.Answer("_"+p.group, p.secret, out.ChallengeParameters, r.clock.now(), true)
	if err != nil {
		t.Fatal(err)
	}
	proof["USERNAME"], proof["DEVICE_KEY"] = "ada", p.key
	_, err = r.respond(t, srpSignIn{clientID: webClient}, out.ChallengeName, proof, out.Session)
	wantRefusal(t, err, "ResourceNotFoundException", "Device does not exist.")
}

func TestR53_ARefreshIsTiedToADeviceOnlyWhereTheSessionAndThePoolHaveOne(t *testing.T) {
	without, with := newPool(Config{ID: poolUnderTest}, nil, Options{keys: testKeys}), newPool(Config{ID: poolUnderTest, Devices: &DeviceSettings{}}, nil, Options{keys: testKeys})
	if !without.fromItsDevice(grant{device: "d"}, Client{}) {
		t.Error("a pool that remembers no devices asks for one")
	}
	if !with.fromItsDevice(grant{}, Client{device: "d"}) || with.fromItsDevice(grant{device: "d"}, Client{device: "d"}) {
		t.Error("a session without a device asks for one, or a device that is gone counts")
	}
}
