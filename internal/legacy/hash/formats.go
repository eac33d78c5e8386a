package hash

// Algorithm is what computes a hash. Package check has one function for each.
type Algorithm string

// The algorithms.
const (
	Bcrypt   Algorithm = "bcrypt"
	Argon2   Algorithm = "argon2"
	PBKDF2   Algorithm = "pbkdf2"
	Scrypt   Algorithm = "scrypt"
	Firebase Algorithm = "firebase" // scrypt, and its output is a key that encrypts the project's signer key
	Crypt    Algorithm = "crypt"    // crypt(3) with SHA-2 or MD5
	PHPass   Algorithm = "phpass"   // a digest of the digest and the password, many times
	Digest   Algorithm = "digest"   // one digest
)

// Before is what is done with a password before the algorithm sees it.
type Before int

// The preparations.
const (
	Nothing          Before = iota
	HexSHA256               // Django: the hexadecimal SHA-256
	Base64HMACSHA256        // passlib: base64 of HMAC-SHA-256 with the salt's text as the key
	Base64HMACSHA384        // WordPress: base64 of HMAC-SHA-384 with the key wp-sha384
	SaltLast                // of a plain digest: the salt stands behind the password
	SaltFirst               // here before it, or it is the key of an HMAC: Django and Werkzeug write both alike
)

// format is one way to store a password.
type format struct {
	name      string
	algorithm Algorithm
	digest    string
	before    Before
	// params is how many parameters a kind has. In their order these are: bcrypt, the cost;
	// argon2, KiB, passes and lanes; PBKDF2 and crypt, the rounds; scrypt, N, r and p;
	// firebase, log2 N (mem_cost) and r (rounds); phpass, log2 of the rounds.
	params int
}

// formats is every format. Its names are those of kinds and stage files.
var formats = []format{
	{"bcrypt", Bcrypt, "", Nothing, 1},
	{"django-bcrypt-sha256", Bcrypt, "", HexSHA256, 1},
	{"passlib-bcrypt-sha256", Bcrypt, "", Base64HMACSHA256, 1},
	{"wordpress-bcrypt", Bcrypt, "", Base64HMACSHA384, 1},
	{"argon2id", Argon2, "id", Nothing, 3},
	{"argon2i", Argon2, "i", Nothing, 3},
	{"pbkdf2-sha1", PBKDF2, "sha1", Nothing, 1},
	{"pbkdf2-sha256", PBKDF2, "sha256", Nothing, 1},
	{"pbkdf2-sha512", PBKDF2, "sha512", Nothing, 1},
	{"django-pbkdf2-sha1", PBKDF2, "sha1", Nothing, 1},
	{"django-pbkdf2-sha256", PBKDF2, "sha256", Nothing, 1},
	{"werkzeug-pbkdf2-sha1", PBKDF2, "sha1", Nothing, 1},
	{"werkzeug-pbkdf2-sha256", PBKDF2, "sha256", Nothing, 1},
	{"werkzeug-pbkdf2-sha512", PBKDF2, "sha512", Nothing, 1},
	{"aspnet-v2", PBKDF2, "sha1", Nothing, 1},
	{"aspnet-v3-sha1", PBKDF2, "sha1", Nothing, 1},
	{"aspnet-v3-sha256", PBKDF2, "sha256", Nothing, 1},
	{"aspnet-v3-sha512", PBKDF2, "sha512", Nothing, 1},
	{"keycloak-pbkdf2-sha1", PBKDF2, "sha1", Nothing, 1},
	{"keycloak-pbkdf2-sha256", PBKDF2, "sha256", Nothing, 1},
	{"keycloak-pbkdf2-sha512", PBKDF2, "sha512", Nothing, 1},
	{"spring-pbkdf2-sha1", PBKDF2, "sha1", Nothing, 1},
	{"spring-pbkdf2-sha256", PBKDF2, "sha256", Nothing, 1},
	{"scrypt", Scrypt, "sha256", Nothing, 3},
	{"cognito-scrypt", Scrypt, "sha256", Nothing, 3},
	{"django-scrypt", Scrypt, "sha256", Nothing, 3},
	{"werkzeug-scrypt", Scrypt, "sha256", Nothing, 3},
	{"spring-scrypt", Scrypt, "sha256", Nothing, 3},
	{"firebase-scrypt", Firebase, "sha512", Nothing, 2},
	{"sha256-crypt", Crypt, "sha256", Nothing, 1},
	{"sha512-crypt", Crypt, "sha512", Nothing, 1},
	{"md5-crypt", Crypt, "md5", Nothing, 0},
	{"phpass", PHPass, "md5", Nothing, 1},
	{"drupal", PHPass, "sha512", Nothing, 1},
	{"salted-md5", Digest, "md5", SaltFirst, 0},
	{"salted-sha1", Digest, "sha1", SaltFirst, 0},
	{"salted-sha256", Digest, "sha256", SaltFirst, 0},
	{"salted-sha512", Digest, "sha512", SaltFirst, 0},
	{"ldap-md5", Digest, "md5", SaltLast, 0},
	{"ldap-sha1", Digest, "sha1", SaltLast, 0},
	{"ldap-sha256", Digest, "sha256", SaltLast, 0},
	{"ldap-sha512", Digest, "sha512", SaltLast, 0},
	{"hex-md5", Digest, "md5", SaltLast, 0},
	{"hex-sha1", Digest, "sha1", SaltLast, 0},
	{"hex-sha256", Digest, "sha256", SaltLast, 0},
	{"hex-sha512", Digest, "sha512", SaltLast, 0},
}

// Formats returns the names of all formats.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// of returns a hash of a kind without its bytes.
func of(k Kind) Hash {
	f := k.format()
	return Hash{Kind: k, Algorithm: f.algorithm, Digest: f.digest, Before: f.before}
}

// sizes is the length of each digest in bytes.
var sizes = map[string]int{"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}

// block returns how many bytes of a sum are worth keeping. PBKDF2's blocks, and those of
// scrypt's last step, do not depend on each other (RFC 8018 §5.2): the first is the sum of
// a key of that length. argon2 is asked for as many bytes as the sum has.
func (h Hash) block() int {
	switch {
	case h.Algorithm == Argon2:
		return 32
	case h.Kind.Format == "drupal":
		return 32
	}
	return sizes[h.Digest]
}
