package userpool

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"time"
)

// A software token is TOTP as authenticator apps do it: SHA-1, 30 seconds, six digits (RFC
// 6238; guide, "TOTP software token MFA").
const totpPeriod = 30 * time.Second

var totpEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

func newTOTPSecret() string { return totpEncoding.EncodeToString(randomBytes(32)) }

func totpCode(secret string, step int64) string {
	key, err := totpEncoding.DecodeString(secret)
	if err != nil {
		return ""
	}
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := mac.Sum(nil)
	truncated := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&0xf:]) & 0x7fffffff // RFC 4226, section 5.3
	return fmt.Sprintf("%06d", truncated%1_000_000)
}

// totpStep returns the step that a code is of, the present one or one beside it (RFC 6238,
// section 5.2), 0 if it is of none.
func totpStep(secret, given string, now time.Time) int64 {
	present := now.Unix() / int64(totpPeriod/time.Second)
	for step := present - 1; step <= present+1; step++ {
		if secret != "" && subtle.ConstantTimeCompare([]byte(totpCode(secret, step)), []byte(given)) == 1 {
			return step
		}
	}
	return 0
}

// useTOTP takes a code of the user's software token once, and none that is older than the
// last. The sentences are those that clients of AWS report.
func (p *Pool) useTOTP(c challenge, u user, given string) error {
	if !p.demands(c, u, totp2) {
		return errNotDemanded()
	}
	return p.judge(u.username, func() error {
		_, err := p.store.change(u.username, false, func(u *user) error {
			step := totpStep(u.totp, given, p.now())
			switch {
			case step == 0:
				return refuse("CodeMismatchException", "Invalid code received for user")
			case step <= u.totpStep:
				return refuse("ExpiredCodeException", "Your software token has already been used once.")
			}
			u.totpStep = step
			return nil
		})
		return err
	})
}
