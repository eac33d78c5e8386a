package hash

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// shaped returns a hash of a kind.
func shaped(t *testing.T, kind string) Hash {
	t.Helper()
	k, err := ParseKind(kind)
	if err != nil {
		t.Fatal(err)
	}
	return Dummy(k, []byte("a seed"))
}

// Cognito's limits: "Maximum cost factor: 12", "N = 65536, r = 8, p = 1", "m = 19456, t = 2, p =
// 1", "Maximum iterations: 600000" (developer guide, "Supported password hashing algorithms").
func TestR101_TheWayOfAKindIsTheEasiestThatItCanGo(t *testing.T) {
	for kind, want := range map[string]struct {
		way Way
		why string
	}{
		"bcrypt:12": {Convert, "BCRYPT"}, "bcrypt:13": {AtSignIn, "Cognito imports BCRYPT up to 12"}, "bcrypt:14": {AtSignIn, "BCRYPT"}, "bcrypt:15": {Reset, "in time"},
		"argon2id:19456,2,1": {Convert, "ARGON2ID"}, "argon2id:19457,2,1": {AtSignIn, "ARGON2ID up to 19456, 2, 1"}, "argon2id:19456,3,1": {AtSignIn, "ARGON2ID"}, "argon2id:19456,2,2": {AtSignIn, "ARGON2ID"},
		"argon2id:1000000,2,1": {Reset, "in time"}, "argon2i:8,1,1": {AtSignIn, "does not import"},
		"scrypt:65536,8,1": {Convert, "SCRYPT"}, "scrypt:131072,8,1": {AtSignIn, "SCRYPT up to 65536, 8, 1"}, "scrypt:1024,9,1": {AtSignIn, "SCRYPT"}, "django-scrypt:16384,8,5": {AtSignIn, "SCRYPT"}, "werkzeug-scrypt:32768,8,1": {Convert, "SCRYPT"},
		"pbkdf2-sha256:600000": {Convert, "PBKDF2_SHA256"}, "django-pbkdf2-sha256:600001": {AtSignIn, "PBKDF2_SHA256 up to 600000"}, "django-pbkdf2-sha256:1500000": {AtSignIn, "PBKDF2"}, "django-pbkdf2-sha256:6000000": {AtSignIn, "PBKDF2"}, "django-pbkdf2-sha256:6000001": {Reset, "in time"},
		"pbkdf2-sha512:1": {AtSignIn, "does not import"}, "aspnet-v2:1000": {AtSignIn, "does not import"},
		"django-bcrypt-sha256:10": {AtSignIn, "hashed before bcrypt"}, "firebase-scrypt:14,8": {AtSignIn, "does not import"}, "hex-md5": {AtSignIn, "does not import"},
	} {
		h := shaped(t, kind)
		h.stored = "another form"
		way, why := h.Way()
		_, err := h.Convert()
		if way != want.way || !strings.Contains(why, want.why) || strings.Contains(why, "up to") && strings.Contains(why, ", 0") || (err == nil) != (way <= Convert) || err != nil && !strings.Contains(err.Error(), why) {
			t.Errorf("%s: got %v, %q, %v", kind, way, why, err)
		}
	}
	short := shaped(t, "pbkdf2-sha256:1000")
	short.Sum = short.Sum[:31]
	if way, why := short.Way(); way != AtSignIn || !strings.Contains(why, "shorter") {
		t.Errorf("31 bytes: got %v, %s", way, why)
	}
	short = shaped(t, "argon2id:8,1,1") // its sum depends on its length, and cannot be cut
	short.Sum = short.Sum[:16]
	if way, _ := short.Way(); way != Convert {
		t.Errorf("16 bytes of argon2: got %v", way)
	}
	short.Salt = nil
	if way, why := short.Way(); way != AtSignIn || !strings.Contains(why, "salt") {
		t.Errorf("no salt: got %v, %s", way, why)
	}
	if got := []string{Import.String(), Convert.String(), AtSignIn.String(), Reset.String()}; strings.Join(got, ", ") != "import, convert, at sign-in, reset" {
		t.Errorf("the ways are %v", got)
	}
}

func TestTheCostOfAKindIsThatOfItsWork(t *testing.T) {
	for kind, want := range map[string]Cost{
		"bcrypt:13":                    {557.056, 0},
		"argon2id:102400,2,8":          {157.696, 102400 << 10},
		"scrypt:16384,8,5":             {183.5008, 128*8*16384 + 128*8*5},
		"firebase-scrypt:14,8":         {36.70016, 128 * 8 * 16384},
		"phpass:13":                    {1.72032, 0},
		"sha512-crypt:5000":            {4, 0},
		"django-pbkdf2-sha256:1500000": {375, 0},
		"aspnet-v3-sha1:1000":          {0.21, 0},
		"hex-md5":                      {0.00021, 0},
	} {
		k, err := ParseKind(kind)
		if got := k.Cost(); err != nil || math.Abs(got.CPU-want.CPU) > 1e-9*want.CPU || got.Bytes != want.Bytes {
			t.Errorf("%s: got %+v, %v", kind, got, err)
		}
	}
	if got := (Kind{}).Cost(); got != (Cost{}) {
		t.Errorf("no kind: %+v", got)
	}
}

func TestWhatIsWithinTheCapsIsRead(t *testing.T) {
	for _, kind := range []string{
		"argon2id:1048576,1,1", "argon2id:2040,1,255", "scrypt:2,1,1", "bcrypt:4", "bcrypt:18", "sha256-crypt:1000", "phpass:1", "phpass:26", "firebase-scrypt:1,1", "pbkdf2-sha1:1", "pbkdf2-sha256:80000000",
	} {
		if k, err := ParseKind(kind); err != nil || k.String() != kind {
			t.Errorf("%s: got %v, %v", kind, k, err)
		}
	}
}

// A long key's first block is the key of that length (RFC 8018 §5.2).
func TestOfALongSumTheFirstBlockIsKept(t *testing.T) {
	for text, want := range map[string]int{
		"pbkdf2:sha1:1$salt$" + strings.Repeat("00", 32): 20, "pbkdf2:sha256:1$salt$" + strings.Repeat("00", 64): 32, "pbkdf2:sha512:1$salt$" + strings.Repeat("00", 64): 64, "pbkdf2:sha512:1$salt$" + strings.Repeat("00", 32): 32,
		"scrypt:2:1:1$salt$" + strings.Repeat("00", 64): 32, "$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf": 32, "pbkdf2:sha1:1$salt$" + strings.Repeat("00", 16): 16,
		"$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$" + strings.Repeat("A", 86): 64,
	} {
		if h, err := Parse(text); err != nil || len(h.Sum) != want {
			t.Errorf("%s: got %d bytes, %v", text, len(h.Sum), err)
		}
	}
}

func TestR101_TheAlgorithmsOfAnImportAreThoseOfTheConversions(t *testing.T) {
	var converted []string
	for _, kind := range []string{"bcrypt:10", "django-pbkdf2-sha256:1000", "argon2id:64,1,1", "cognito-scrypt:1024,8,1"} {
		in, err := shaped(t, kind).Convert()
		if err != nil {
			t.Fatal(err)
		}
		converted = append(converted, in.Algorithm)
	}
	slices.Sort(converted)
	if got := slices.Sorted(slices.Values(Algorithms())); !slices.Equal(got, converted) {
		t.Errorf("the algorithms are %v, and hashes are converted to %v", got, converted)
	}
}
