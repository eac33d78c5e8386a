package challenge_test

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/challenge"
)

var (
	now    = time.Unix(1_764_000_000, 500_000_000)
	ada    = challenge.Subject{Email: "ada@example.com", Phone: "+491701234567"}
	demand = challenge.Demand{Bits: 10, MaxAge: 10 * time.Minute}
)

// prove searches a proof with Verify.
func prove(who challenge.Subject, bits int, at time.Time) string {
	for nonce := 0; ; nonce++ {
		proof := fmt.Sprintf("1.%d.%d", at.Unix(), nonce)
		if challenge.Verify(proof, who, challenge.Demand{Bits: bits, MaxAge: time.Hour}, at) == nil {
			return proof
		}
	}
}

// OpenSSL's SHA-256 computed these two: the hashed text must never change, or every app
// in use is refused.
func TestTheWorkIsWhatItHasAlwaysBeen(t *testing.T) {
	for _, test := range []struct {
		who   challenge.Subject
		proof string
		bits  int
	}{
		{challenge.Subject{Email: "ada@example.com"}, "1.1764000000.11666", 16},
		{ada, "1.1764000000.96355", 16},
	} {
		d := challenge.Demand{Bits: test.bits, MaxAge: time.Hour}
		if err := challenge.Verify(test.proof, test.who, d, now); err != nil {
			t.Errorf("%s: %v", test.proof, err)
		}
	}
}

func TestWhatAProofIsGoodFor(t *testing.T) {
	proof := prove(ada, demand.Bits, now)
	for _, test := range []struct {
		name   string
		proof  string
		who    challenge.Subject
		demand challenge.Demand
		at     time.Time
		want   error
	}{
		{"its subject", proof, ada, demand, now, nil},
		{"its subject again, which nothing remembers", proof, ada, demand, now, nil},
		{"an easier demand", proof, ada, challenge.Demand{Bits: 1, MaxAge: time.Minute}, now, nil},
		{"no demand", "please", ada, challenge.Demand{}, now, nil},
		{"a demand below zero", "", ada, challenge.Demand{Bits: -1}, now, nil},
		{"an impossible demand", proof, ada, challenge.Demand{Bits: 257, MaxAge: time.Hour}, now, challenge.ErrWork},
		{"another address", proof, challenge.Subject{Email: "eve@example.com", Phone: ada.Phone}, demand, now, challenge.ErrWork},
		{"another number", proof, challenge.Subject{Email: ada.Email, Phone: "+491701234568"}, demand, now, challenge.ErrWork},
		{"the address alone", proof, challenge.Subject{Email: ada.Email}, demand, now, challenge.ErrWork},
		{"nobody", proof, challenge.Subject{}, demand, now, challenge.ErrWork},
		{"the two as one", proof, challenge.Subject{Email: ada.Email + "\n" + ada.Phone}, demand, now, challenge.ErrWork},
		{"a huge address", proof, challenge.Subject{Email: strings.Repeat("a", 1<<20)}, demand, now, challenge.ErrWork},
		{"its last moment", proof, ada, demand, time.Unix(now.Unix(), 0).Add(demand.MaxAge), nil},
		{"the moment after", proof, ada, demand, time.Unix(now.Unix(), 1).Add(demand.MaxAge), challenge.ErrExpired},
		{"a clock that is fast by the leeway", proof, ada, demand, time.Unix(now.Unix(), 0).Add(-challenge.Leeway), nil},
		{"a clock that is faster", proof, ada, demand, time.Unix(now.Unix(), -1).Add(-challenge.Leeway), challenge.ErrExpired},
		{"none", "", ada, demand, now, challenge.ErrMissing},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := challenge.Verify(test.proof, test.who, test.demand, test.at); !errors.Is(err, test.want) || test.want == nil && err != nil {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// elsewhere searches a proof without this package.
func elsewhere(who challenge.Subject, bits int, at time.Time) string {
	seed := sha256.Sum256(fmt.Appendf(nil, "cognito-triggers challenge 1\n%d\n%s\n%s", at.Unix(), who.Email, who.Phone))
	for nonce := uint64(0); ; nonce++ {
		hash := sha256.Sum256(binary.BigEndian.AppendUint64(seed[:], nonce))
		if binary.BigEndian.Uint64(hash[:])>>(64-bits) == 0 {
			return fmt.Sprintf("1.%d.%d", at.Unix(), nonce)
		}
	}
}

// With a line break, one text could stand for two subjects; with a long one, the caller
// would decide what a check costs.
func TestOnlyShortLinesCanBeProved(t *testing.T) {
	longest := strings.Repeat("a", 320-len(ada.Phone))
	for _, test := range []struct {
		who  challenge.Subject
		want error
	}{
		{ada, nil},
		{challenge.Subject{}, nil},
		{challenge.Subject{Email: "größe@bücher.example"}, nil},
		{challenge.Subject{Email: longest, Phone: ada.Phone}, nil},
		{challenge.Subject{Email: longest + "a", Phone: ada.Phone}, challenge.ErrWork},
		{challenge.Subject{Email: "ada@example.com\n+49"}, challenge.ErrWork},
		{challenge.Subject{Email: "ada@example.com", Phone: "+49\n1"}, challenge.ErrWork},
	} {
		if err := challenge.Verify(elsewhere(test.who, demand.Bits, now), test.who, demand, now); !errors.Is(err, test.want) || test.want == nil && err != nil {
			t.Errorf("%q: got %v, want %v", test.who, err, test.want)
		}
	}
}

func TestAProofHasOneSpelling(t *testing.T) {
	for _, proof := range []string{
		"please", "1", "1.", "1..", "1.1764000000", "1.1764000000.", "1..5", "2.1764000000.5", "01.1764000000.5", " 1.1764000000.5",
		"1.1764000000.5 ", "1.1764000000.5\n", "1.1764000000.05", "1.01764000000.5", "1.+1764000000.5", "1.-1.5", "1.1764000000.-5",
		"1.1764000000.0x5", "1.1764000000.5e0", "1.1764000000.5.0", "1.1764000000,5", "1.1764000000.٥", "1.1764000000.9007199254740992",
		"1.1099511627777.5", "1.1764000000.18446744073709551621", "1.10995116277760.5", "1." + strings.Repeat("9", 1<<20) + ".1", "\x00",
	} {
		if err := challenge.Verify(proof, ada, demand, now); !errors.Is(err, challenge.ErrMalformed) {
			t.Errorf("%.40q: %v", proof, err)
		}
	}
	for _, proof := range []string{"1.0.0", "1.1099511627776.9007199254740991"} {
		if err := challenge.Verify(proof, ada, challenge.Demand{Bits: 200}, now); !errors.Is(err, challenge.ErrWork) {
			t.Errorf("%q at the edge: %v", proof, err)
		}
	}
}

// Each bit halves the nonces that are good.
func TestEachBitDoublesTheWork(t *testing.T) {
	const tries = 1 << 14
	for bits := 1; bits <= 6; bits++ {
		good := 0
		for nonce := range tries {
			if challenge.Verify("1.1764000000."+strconv.Itoa(nonce), ada, challenge.Demand{Bits: bits, MaxAge: time.Hour}, now) == nil {
				good++
			}
		}
		want := float64(tries) / float64(int(1)<<bits)
		if got := float64(good); got < 0.75*want || got > 1.25*want {
			t.Errorf("%d bits: %d of %d nonces, want about %.0f", bits, good, tries, want)
		}
	}
}

// By chance one of 2^bits proofs is also good for another subject; three at once are not.
func TestAProofIsForOneSubjectAndTime(t *testing.T) {
	hard := challenge.Demand{Bits: 10, MaxAge: 24 * time.Hour}
	rapid.Check(t, func(t *rapid.T) {
		subject := rapid.Custom(func(t *rapid.T) challenge.Subject {
			return challenge.Subject{Email: rapid.StringMatching(`[a-z]{1,3}@[a-z]{1,2}\.co`).Draw(t, "email"), Phone: rapid.StringMatching(`(\+[0-9]{1,4})?`).Draw(t, "phone")}
		})
		who, other := subject.Draw(t, "who"), subject.Draw(t, "other")
		forOther, forAnotherTime := 0, 0
		for minute := range 3 {
			at := now.Add(time.Duration(minute) * time.Minute)
			proof := prove(who, hard.Bits, at)
			if challenge.Verify(proof, other, hard, at) == nil {
				forOther++
			}
			seconds := strconv.FormatInt(at.Unix(), 10)
			later := strconv.FormatInt(at.Unix()+1, 10)
			if challenge.Verify(strings.Replace(proof, seconds, later, 1), who, hard, at) == nil {
				forAnotherTime++
			}
		}
		if who != other && forOther == 3 || who == other && forOther != 3 {
			t.Fatalf("%d of 3 proofs for %v are good for %v", forOther, who, other)
		}
		if forAnotherTime == 3 {
			t.Fatal("a proof is good at another time")
		}
	})
}

func TestASoundChallengeCompiles(t *testing.T) {
	for _, test := range []struct {
		section policy.Challenge
		want    challenge.Demand
	}{
		{policy.Challenge{}, challenge.Demand{MaxAge: 10 * time.Minute}},
		{policy.Challenge{Rule: policy.Rule{Mode: policy.Off}}, challenge.Demand{MaxAge: 10 * time.Minute}},
		{policy.Challenge{Bits: 8}, challenge.Demand{Bits: 8, MaxAge: 10 * time.Minute}},
		{policy.Challenge{Rule: policy.Rule{Mode: policy.Observe}, Bits: 24, MaxAge: "1m"}, challenge.Demand{Bits: 24, MaxAge: time.Minute}},
		{policy.Challenge{Bits: 18, MaxAge: "24h"}, challenge.Demand{Bits: 18, MaxAge: 24 * time.Hour}},
	} {
		if got, faults := challenge.Compile("signUp.challenge", test.section); got != test.want || len(faults) > 0 {
			t.Errorf("%+v: got %+v, %v", test.section, got, faults)
		}
	}
}

func TestEveryMistakeInAChallengeIsFound(t *testing.T) {
	for _, test := range []struct {
		section policy.Challenge
		want    string
	}{
		{policy.Challenge{Rule: policy.Rule{Mode: policy.Enforce}}, "signUp.challenge.bits: a challenge without bits asks for nothing; write bits: 18, which costs a browser a fraction of a second, or remove the challenge"},
		{policy.Challenge{Rule: policy.Rule{Mode: policy.Observe}}, "signUp.challenge.bits: a challenge without bits asks for nothing; write bits: 18, which costs a browser a fraction of a second, or remove the challenge"},
		{policy.Challenge{MaxAge: "5m"}, "signUp.challenge.bits: a challenge without bits asks for nothing; write bits: 18, which costs a browser a fraction of a second, or remove the challenge"},
		{policy.Challenge{Bits: 7}, "signUp.challenge.bits: 7 is out of range; use 8 to 24; each bit doubles the work"},
		{policy.Challenge{Bits: 25}, "signUp.challenge.bits: 25 is out of range; use 8 to 24; each bit doubles the work"},
		{policy.Challenge{Bits: -1}, "signUp.challenge.bits: -1 is out of range; use 8 to 24; each bit doubles the work"},
		{policy.Challenge{Bits: 18, MaxAge: "600"}, `signUp.challenge.maxAge: "600" is not a duration; write minutes as 10m, hours as 2h`},
		{policy.Challenge{Bits: 18, MaxAge: "59s"}, "signUp.challenge.maxAge: 59s is out of range; use 1m to 24h; the longer, the longer a proof can be used again"},
		{
			policy.Challenge{Rule: policy.Rule{Mode: policy.Off}, Bits: 99, MaxAge: "24h1s"},
			"signUp.challenge.bits: 99 is out of range; use 8 to 24; each bit doubles the work\n" +
				"signUp.challenge.maxAge: 24h1s is out of range; use 1m to 24h; the longer, the longer a proof can be used again",
		},
	} {
		if _, faults := challenge.Compile("signUp.challenge", test.section); faults.Error() != test.want {
			t.Errorf("%+v: got\n%v\nwant\n%s", test.section, faults, test.want)
		}
	}
}

func TestR18_RefusalsSayWhatTheAppCanMend(t *testing.T) {
	for _, test := range []struct {
		err  error
		want any
	}{
		{challenge.ErrMissing, challenge.Missing},
		{challenge.ErrMalformed, challenge.Invalid},
		{challenge.ErrWork, challenge.Invalid},
		{challenge.ErrExpired, challenge.Expired},
		{errors.New("another"), challenge.Invalid},
	} {
		if got := challenge.Refusal(test.err); got != test.want {
			t.Errorf("%v: got %+v", test.err, got)
		}
	}
	for refusal, code := range map[deny.Refusal]string{challenge.Missing: "challenge-missing", challenge.Invalid: "challenge-invalid", challenge.Expired: "challenge-expired"} {
		if refusal.Code != code || refusal.Sentence == "" || refusal.Meaning == "" {
			t.Errorf("%s: got %+v", code, refusal)
		}
	}
	if got := challenge.Refusal(nil); got.Code != "" || got.Sentence != "" {
		t.Errorf("a good proof: %+v", got)
	}
}

func TestEachErrorSaysSomethingOfItsOwn(t *testing.T) {
	for err, want := range map[error]string{
		challenge.ErrMissing: "no proof", challenge.ErrMalformed: "is not a proof", challenge.ErrWork: "hard enough", challenge.ErrExpired: "too old",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}
