package userpool

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp"
)

// DeviceSettings is AWS's DeviceConfigurationType.
type DeviceSettings struct {
	// ChallengeRequiredOnNewDevice lets a remembered device take the place of a second factor.
	ChallengeRequiredOnNewDevice bool
	// DeviceOnlyRememberedOnUserPrompt leaves it to UpdateDeviceStatus to remember a device.
	DeviceOnlyRememberedOnUserPrompt bool
}

// device is one that its user has confirmed. "device page" in a comment is the guide's
// "Working with user devices in your user pool".
type device struct {
	key, name string
	verifier  srp.Verifier
	// A device that is not remembered is listed, and a sign-in ignores it (device page).
	remembered                       bool
	created, modified, authenticated time.Time
}

// newDevice is NewDeviceMetadata, the offer to confirm a device.
type newDevice struct{ DeviceKey, DeviceGroupKey string }

// newDeviceKey is in the form Region_UUID (device page).
func (p *Pool) newDeviceKey() string { return p.cfg().Region + "_" + newUUID() }

// deviceGroup goes into what a device proves. AWS does not say what it is a group of; here
// the pool has one.
func (p *Pool) deviceGroup() string {
	sum := sha256.Sum256([]byte(p.cfg().ID))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}

// device returns the user's device with this key; known is false if there is none.
func (u *user) device(key string) (d device, known bool) {
	if i := u.deviceAt(key); i >= 0 {
		return u.devices[i], true
	}
	return device{}, false
}

func (u *user) deviceAt(key string) int {
	return slices.IndexFunc(u.devices, func(d device) bool { return d.key == key })
}

func errNoDevice() *APIError {
	return refuse("ResourceNotFoundException", "Device does not exist.") // the text that Amplify looks for
}

func errDeviceKey() *APIError { return invalidParameter("Invalid device key given.") } // boto3#4059

// deviceInput is that of every operation on one device or on a user's list of them.
type deviceInput struct {
	ofEither
	paging
	DeviceKey, DeviceName      string
	DeviceRememberedStatus     string
	DeviceSecretVerifierConfig struct{ PasswordVerifier, Salt []byte }
}

type confirmDeviceOutput struct{ UserConfirmationNecessary bool }

// confirmDevice takes a key that the pool has offered to the user in a session that lives,
// once, with the verifier of a secret that the device has made (device page; that a missing
// verifier is refused like a wrong key: AWS re:Post, "aws cognito user device tracking
// issue").
func (p *Pool) confirmDevice(u user, in deviceInput) (confirmDeviceOutput, error) {
	settings, secret := p.cfg().Devices, in.DeviceSecretVerifierConfig
	if settings == nil || len(secret.Salt) == 0 || len(secret.PasswordVerifier) == 0 {
		return confirmDeviceOutput{}, errDeviceKey()
	}
	verifier, err := srp.ParseVerifier(secret.Salt, secret.PasswordVerifier)
	if err != nil {
		return confirmDeviceOutput{}, invalidParameter("DeviceSecretVerifierConfig: %v", err)
	}
	_, err = p.store.change(u.username, false, func(now *user) error {
		switch {
		case now.deviceAt(in.DeviceKey) >= 0:
			return refuse("DeviceKeyExistsException", "The device is confirmed already")
		case now.sub != u.sub || !p.store.offered(now.username, in.DeviceKey):
			return errDeviceKey()
		}
		at := p.now()
		now.devices = append(now.devices, device{
			key: in.DeviceKey, name: in.DeviceName, verifier: verifier, remembered: !settings.DeviceOnlyRememberedOnUserPrompt,
			created: at, modified: at, authenticated: at,
		})
		return nil
	})
	return confirmDeviceOutput{settings.DeviceOnlyRememberedOnUserPrompt}, err
}

// offered reports whether a session of the user has the device's key. The mutex is held.
func (s *store) offered(username, key string) bool {
	mine := s.sessionOf(s.fold(username))
	for _, g := range s.grants {
		if key != "" && g.device == key && !g.forgotten && mine(g) {
			return true
		}
	}
	return false
}

// changeDevice changes one of the user's devices; f receives its index.
func (p *Pool) changeDevice(u user, key string, f func(*user, int)) error {
	_, err := p.store.change(u.username, false, func(u *user) error {
		i := u.deviceAt(key)
		if i < 0 {
			return errNoDevice()
		}
		f(u, i)
		return nil
	})
	return err
}

func (p *Pool) updateDevice(u user, in deviceInput) (empty, error) {
	if !slices.Contains([]string{"", "remembered", "not_remembered"}, in.DeviceRememberedStatus) {
		return empty{}, invalidParameter("DeviceRememberedStatus %q: want remembered or not_remembered", in.DeviceRememberedStatus)
	}
	return empty{}, p.changeDevice(u, in.DeviceKey, func(u *user, i int) {
		if in.DeviceRememberedStatus != "" {
			u.devices[i].remembered, u.devices[i].modified = in.DeviceRememberedStatus == "remembered", p.now()
		}
	})
}

// forgetDevice also ends the device's refresh tokens ("all future calls to revalidate that
// device's refresh tokens will fail", AWS Mobile Blog, "Tracking and Remembering Devices
// Using Amazon Cognito Your User Pools"), not its sessions: AWS does not say that the access
// tokens are revoked, and a sign-out must still find them.
func (p *Pool) forgetDevice(u user, in deviceInput) (empty, error) {
	return empty{}, p.changeDevice(u, in.DeviceKey, func(u *user, i int) {
		u.devices = slices.Delete(u.devices, i, i+1)
		mine := p.store.sessionOf(p.store.fold(u.username))
		for _, g := range p.store.grants {
			if g.device == in.DeviceKey && mine(g) {
				g.forgotten = true
			}
		}
	})
}

type deviceType struct {
	DeviceKey                   string
	DeviceAttributes            []attribute
	DeviceCreateDate            epoch
	DeviceLastModifiedDate      epoch
	DeviceLastAuthenticatedDate epoch
}

// describeDevice names the attributes of the API reference's examples (AdminListDevices).
func (p *Pool) describeDevice(u user, d device) deviceType {
	owner := u.username + "." + p.cfg().ID
	arn := "arn:aws:cognito-idp:" + p.cfg().Region + ":" + p.cfg().AccountID + ":owner/" + owner + "/device/" + d.key
	status := map[bool]string{true: "remembered", false: "not_remembered"}[d.remembered]
	return deviceType{d.key, []attribute{
		{"device_status", "valid"},
		{"device_name", d.name},
		{"dev:device_arn", arn},
		{"dev:device_owner", owner},
		{"last_ip_used", "127.0.0.1"},
		{"dev:device_remembered_status", status},
		{"dev:device_sdk", "aws-sdk-unknown-unknown"},
	}, epoch(d.created), epoch(d.modified), epoch(d.authenticated)}
}

type getDeviceOutput struct{ Device deviceType }

func (p *Pool) getDevice(u user, in deviceInput) (getDeviceOutput, error) {
	d, known := u.device(in.DeviceKey)
	if !known {
		return getDeviceOutput{}, errNoDevice()
	}
	return getDeviceOutput{p.describeDevice(u, d)}, nil
}

func (p *Pool) listDevices(u user, in deviceInput) (object, error) {
	return pageOf(p, devicesList, in.paging, u.sub, u.devices, func(d device) string { return d.key }, func(d device) deviceType {
		return p.describeDevice(u, d)
	})
}

// named returns the device that an answer names; otherwise the one that its session began
// with, if the user still has it.
func (p *Pool) named(in respondInput) string {
	waiting := p.store.waiting(in.Session)
	return cmp.Or(in.ChallengeResponses["DEVICE_KEY"], p.deviceStill(waiting.user.username, waiting.device))
}

// deviceStill returns the key if the user has such a device, otherwise "".
func (p *Pool) deviceStill(username, key string) string {
	u, _ := p.store.find(username)
	d, _ := u.device(key)
	return d.key
}
