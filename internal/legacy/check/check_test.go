package check

import (
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
)

func TestADummyDoesTheWorkAndFitsNoPassword(t *testing.T) {
	for _, text := range []string{"bcrypt:4", "argon2id:64,1,1", "django-pbkdf2-sha256:10", "scrypt:16,8,1", "sha512-crypt:1000", "sha512-crypt:5000", "md5-crypt", "phpass:7", "drupal:4", "hex-md5", "ldap-sha1"} {
		kind, err := hash.ParseKind(text)
		if err != nil {
			t.Fatal(err)
		}
		dummy := hash.Dummy(kind, []byte("a seed"))
		for _, password := range []string{"", "password"} {
			if fits, err := Password(dummy, password, Keys{}); fits || err != nil {
				t.Errorf("%s: got %v, %v", text, fits, err)
			}
		}
	}
}
