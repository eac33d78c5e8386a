package signup_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/challenge"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/invite"
)

var noon = time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)

func TestAnInviteLetsItsAddressIn(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	section := policy.SignUp{Rules: policy.Rules{Access: &policy.Access{Mode: policy.AccessInvite, Keys: []policy.InviteKey{
		{ID: "k1", PublicKey: "ed25519:" + base64.RawURLEncoding.EncodeToString(public)},
	}}}}
	p := compile(t, section)
	token, err := invite.Sign("k1", private, invite.Invite{Email: "ada@corp.example", Expires: noon.Add(time.Hour), ClientID: web})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		address, client, token string
		now                    time.Time
		want                   deny.Refusal
	}{
		{"ada@corp.example", web, token, noon, deny.Refusal{}},
		{"Ada@Corp.Example", web, token, noon, deny.Refusal{}}, // one identity
		{"a.da@corp.example", web, token, noon, invite.Invalid},
		{"ada+x@corp.example", web, token, noon, invite.Invalid},
		{"", web, token, noon, invite.Invalid},
		{"Ada <ada@corp.example>", web, token, noon, invite.Invalid},
		{"ada@corp.example", app, token, noon, invite.Invalid},
		{"ada@corp.example", web, token, noon.Add(time.Hour), invite.Expired},
		{"ada@corp.example", web, "", noon, invite.Missing},
		{"ada@corp.example", web, "x", noon, invite.Invalid},
	} {
		a := by(policy.Self, c.address)
		a.ClientID, a.Invite, a.Now = c.client, c.token, c.now
		if v := p.Check(a); v.Refusal != c.want || v.Refused() && v.Rule != "access" {
			t.Errorf("%+v: got %+v, want %q", c, v, c.want.Code)
		}
	}
}

// A user who breaks another rule reads that refusal.
func TestAChallengeIsAskedForLast(t *testing.T) {
	p := compile(t, policy.SignUp{Rules: policy.Rules{Challenge: &policy.Challenge{Bits: 8}, Attributes: &policy.Attributes{Required: []string{"name"}}}})
	proof := solved(t, challenge.Subject{Email: "ada@corp.example", Phone: "+4915112345678"})
	for _, c := range []struct {
		address, phone, name, proof string
		want                        deny.Refusal
	}{
		{"ada@corp.example", "+4915112345678", "Ada", proof, deny.Refusal{}},
		{"Ada@Corp.example", "+4915112345678", "Ada", proof, deny.Refusal{}},
		{"ada@corp.example", "+4915112345679", "Ada", proof, challenge.Invalid},
		{"ada@corp.example", "+4915112345678", "Ada", "", challenge.Missing},
		{"ada@corp.example", "+4915112345678", "", "", signup.AttributeMissing},
		{"nonsense", "+4915112345678", "Ada", "", signup.EmailUnusable},
	} {
		a := by(policy.Self, c.address)
		a.Attributes["phone_number"], a.Attributes["name"], a.Challenge, a.Now = c.phone, c.name, c.proof, noon
		if v := p.Check(a); v.Refusal != c.want {
			t.Errorf("%+v: got %+v, want %q", c, v, c.want.Code)
		}
	}
}

// solved returns a proof of eight bits.
func solved(t *testing.T, who challenge.Subject) string {
	t.Helper()
	at := "1." + strconv.FormatInt(noon.Unix(), 10) + "."
	for nonce := range 100_000 {
		proof := at + strconv.Itoa(nonce)
		if challenge.Verify(proof, who, challenge.Demand{Bits: 8, MaxAge: time.Minute}, noon) == nil {
			return proof
		}
	}
	t.Fatal("no proof was found")
	return ""
}

// With access open and no challenge, no proof changes a verdict.
func TestR9_ProofsDecideNothingWhereNoneIsAsked(t *testing.T) {
	p := compile(t, full(policy.Rule{}))
	for _, text := range hostile() {
		for _, a := range []signup.Applicant{applicant("a@ok.example", "ada"), applicant("a@mailinator.com", "ada")} {
			want := p.Check(a)
			a.Invite, a.Challenge, a.Now = text, strings.ToUpper(text), noon
			if got := p.Check(a); got.Refusal != want.Refusal || got.Confirm != want.Confirm {
				t.Errorf("%+q: %+v became %+v", text, want, got)
			}
		}
	}
}
