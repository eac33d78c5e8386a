package hash

import (
	"strings"
)

// format is one way to store a password.
type format struct {
	name      string
	algorithm Algorithm
	before    Before
	params    []param
	parse     func(text string) (Hash, bool)
}

// param is a parameter of a kind. Beyond most it is taken for nonsense.
type param struct {
	name string
	most int
}

var (
	rounds     = []param{{"cost", 20}}
	iterations = []param{{"iterations", 10_000_000}}
	scrypted   = []param{{"N", 1 << 20}, {"r", 32}, {"p", 16}}
	argon      = []param{{"m", 1 << 20}, {"t", 32}, {"p", 64}}
)

// formats returns the table. A text is read by the first row that knows it.
func formats() []format {
	return []format{
		{"bcrypt", Bcrypt, Nothing, rounds, after(bcryptText, "", "{bcrypt}", "bcrypt$")},
		{"django-bcrypt-sha256", Bcrypt, HexSHA256, rounds, after(bcryptText, "bcrypt_sha256$")},
		{"passlib-bcrypt-sha256", Bcrypt, Base64HMACSHA256, rounds, passlibBcrypt},
		{"wordpress-bcrypt", Bcrypt, Base64HMACSHA384, rounds, after(bcryptText, "$wp")},
		{"argon2id", Argon2id, Nothing, argon, after(argonText("argon2id"), "", "{argon2}", "{argon2@SpringSecurity_v5_8}", "argon2")},
		{"argon2i", Argon2i, Nothing, argon, after(argonText("argon2i"), "", "argon2")},

		{"pbkdf2-sha256", PBKDF2SHA256, Nothing, iterations, passlibPBKDF2("pbkdf2-sha256", 32)},
		{"pbkdf2-sha512", PBKDF2SHA512, Nothing, iterations, passlibPBKDF2("pbkdf2-sha512", 64)},
		{"pbkdf2-sha1", PBKDF2SHA1, Nothing, iterations, passlibPBKDF2("pbkdf2", 20)},
		{"django-pbkdf2-sha256", PBKDF2SHA256, Nothing, iterations, djangoPBKDF2("pbkdf2_sha256", 32)},
		{"django-pbkdf2-sha1", PBKDF2SHA1, Nothing, iterations, djangoPBKDF2("pbkdf2_sha1", 20)},
		{"werkzeug-pbkdf2-sha256", PBKDF2SHA256, Nothing, iterations, werkzeugPBKDF2("sha256", 32)},
		{"werkzeug-pbkdf2-sha512", PBKDF2SHA512, Nothing, iterations, werkzeugPBKDF2("sha512", 64)},
		{"werkzeug-pbkdf2-sha1", PBKDF2SHA1, Nothing, iterations, werkzeugPBKDF2("sha1", 20)},
		{"aspnet-v2", PBKDF2SHA1, Nothing, nil, aspnetV2},
		{"aspnet-v3-sha1", PBKDF2SHA1, Nothing, iterations, aspnetV3(0)},
		{"aspnet-v3-sha256", PBKDF2SHA256, Nothing, iterations, aspnetV3(1)},
		{"aspnet-v3-sha512", PBKDF2SHA512, Nothing, iterations, aspnetV3(2)},
		{"keycloak-pbkdf2-sha256", PBKDF2SHA256, Nothing, iterations, keycloak("pbkdf2-sha256")},
		{"keycloak-pbkdf2-sha512", PBKDF2SHA512, Nothing, iterations, keycloak("pbkdf2-sha512")},
		{"keycloak-pbkdf2-sha1", PBKDF2SHA1, Nothing, iterations, keycloak("pbkdf2")},
		{"spring-pbkdf2-sha256", PBKDF2SHA256, Nothing, nil, springPBKDF2("{pbkdf2@SpringSecurity_v5_8}", 16)},
		{"spring-pbkdf2-sha1", PBKDF2SHA1, Nothing, nil, springPBKDF2("{pbkdf2}", 8)},

		{"scrypt", Scrypt, Nothing, scrypted, passlibScrypt},
		{"cognito-scrypt", Scrypt, Nothing, scrypted, cognitoScrypt},
		{"django-scrypt", Scrypt, Nothing, scrypted, djangoScrypt},
		{"werkzeug-scrypt", Scrypt, Nothing, scrypted, werkzeugScrypt},
		{"spring-scrypt", Scrypt, Nothing, scrypted, after(springScrypt, "{scrypt}", "{scrypt@SpringSecurity_v5_8}", "")},
		{"firebase-scrypt", FirebaseScrypt, Nothing, []param{{"rounds", 16}, {"mem_cost", 20}}, firebase},

		{"phpass", PHPass, Nothing, []param{{"log2 rounds", 24}}, phpass},
		{"md5-crypt", MD5Crypt, Nothing, nil, crypt("$1$", "$apr1$")},
		{"sha256-crypt", SHA256Crypt, Nothing, []param{{"rounds", 5_000_000}}, crypt("$5$")},
		{"sha512-crypt", SHA512Crypt, Nothing, []param{{"rounds", 5_000_000}}, crypt("$6$")},
		{"django-md5", MD5, SaltFirst, nil, djangoDigest("md5", 16)},
		{"django-sha1", SHA1, SaltFirst, nil, djangoDigest("sha1", 20)},
		{"ldap-ssha", SHA1, SaltLast, nil, ldap("{SSHA}", 20)},
		{"ldap-ssha256", SHA256, SaltLast, nil, ldap("{SSHA256}", 32)},
		{"hex-md5", MD5, SaltFirst, nil, plain(16)},
		{"hex-sha1", SHA1, SaltFirst, nil, plain(20)},
		{"hex-sha256", SHA256, SaltFirst, nil, plain(32)},
	}
}

func formatOf(name string) (format, bool) {
	for _, f := range formats() {
		if f.name == name {
			return f, true
		}
	}
	return format{}, false
}

// form says how a kind of the format is written.
func (f format) form() string {
	var names []string
	for _, p := range f.params {
		names = append(names, "<"+p.name+">")
	}
	if names == nil {
		return f.name
	}
	return f.name + ":" + strings.Join(names, ",")
}

// check holds the parameters to their caps. scrypt needs 128·N·r bytes, argon2 m KiB.
func (f format) check(k Kind) error {
	for i, p := range f.params {
		if k.Params[i] < 1 || k.Params[i] > p.most {
			return errCap{k, p.name, p.most}
		}
	}
	n := k.Params[0]
	switch {
	case f.algorithm == Scrypt && (n < 2 || n&(n-1) != 0):
		return ErrUnknown // N is a power of two
	case f.algorithm == Bcrypt && n < 4, (f.algorithm == Argon2i || f.algorithm == Argon2id) && n < 8*k.Params[2]:
		return ErrUnknown
	case k.cost().Bytes > mostMemory:
		return errCap{k, "its memory in MiB", mostMemory >> 20}
	}
	return nil
}
