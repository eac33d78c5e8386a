package challenge_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/ratio"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/challenge"
)

func TestACheckDoesNotAllocate(t *testing.T) {
	proof := prove(ada, demand.Bits, now)
	longest := challenge.Subject{Email: strings.Repeat("a", 300), Phone: strings.Repeat("1", 20)}
	for name, check := range map[string]func() error{
		"good":        func() error { return challenge.Verify(proof, ada, demand, now) },
		"not hers":    func() error { return challenge.Verify(proof, longest, demand, now) },
		"no proof":    func() error { return challenge.Verify("please", ada, demand, now) },
		"the longest": func() error { return challenge.Verify("1.1099511627776.9007199254740991", longest, demand, now) },
		"none":        func() error { return challenge.Verify("", ada, demand, now) },
	} {
		if n := testing.AllocsPerRun(100, func() { _ = check() }); n > 0 {
			t.Errorf("%s: %.0f allocations", name, n)
		}
	}
}

// For any input, a check costs no more than a few good ones.
func TestACheckIsCheapForAnyText(t *testing.T) {
	proof := prove(ada, demand.Bits, now)
	good := func() {
		for range 20 {
			_ = challenge.Verify(proof, ada, demand, now)
		}
	}
	digits, letters := "1."+strings.Repeat("1", 1<<20), strings.Repeat("a", 1<<20)
	for name, check := range map[string]func(){
		"a megabyte of digits": func() { _ = challenge.Verify(digits, ada, demand, now) },
		"a megabyte of address": func() {
			_ = challenge.Verify("1.1764000000.1", challenge.Subject{Email: letters}, demand, now)
		},
		"a megabyte of phone": func() {
			_ = challenge.Verify("1.1764000000.1", challenge.Subject{Phone: digits}, demand, now)
		},
	} {
		if times := ratio.Of(check, good, 1); times > 1 {
			t.Errorf("%s takes %.1f times as long as 20 good proofs", name, times)
		}
	}
}

// An accepted proof has its one spelling, and is accepted only for its subject.
func FuzzVerify(f *testing.F) {
	good := prove(ada, 16, now)
	f.Add(good, ada.Email, ada.Phone, now.Unix())
	f.Add("1.1764000000.1", "", "", int64(0))
	f.Add("1.0.0", "a\nb", "c", int64(1<<40))
	hard := challenge.Demand{Bits: 16, MaxAge: time.Hour}
	f.Fuzz(func(t *testing.T, proof, email, phone string, at int64) {
		who := challenge.Subject{Email: email, Phone: phone}
		err := challenge.Verify(proof, who, hard, time.Unix(at, 0))
		if err != nil {
			return
		}
		var made, nonce int64
		parts := strings.Split(proof, ".")
		if len(parts) == 3 {
			made, _ = strconv.ParseInt(parts[1], 10, 64)
			nonce, _ = strconv.ParseInt(parts[2], 10, 64)
		}
		if proof != "1."+strconv.FormatInt(made, 10)+"."+strconv.FormatInt(nonce, 10) {
			t.Errorf("%q is taken", proof)
		}
		if age := at - made; age > 3600 || age < -120 || strings.Contains(email+phone, "\n") {
			t.Errorf("%q is taken at %d for %+v", proof, at, who)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	proof := prove(ada, demand.Bits, now)
	b.ReportAllocs()
	for b.Loop() {
		if err := challenge.Verify(proof, ada, demand, now); err != nil {
			b.Fatal(err)
		}
	}
}
