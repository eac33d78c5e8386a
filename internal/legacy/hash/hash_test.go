package hash

import "testing"

func TestAKindReadsBackWhatItPrints(t *testing.T) {
	for stored, want := range map[string]string{
		"$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6":                                                "bcrypt:10",
		"$argon2id$v=19$m=19456,t=2,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA":           "argon2id:19456,2,1",
		"$pbkdf2-sha256$600000$1XZlmwLQ2hhM3JYuCPiArQ$Pfheg9Zi/v5lXU4yyLA0WFUYEd/rlaVbzrM9oMD6IrA":                    "pbkdf2-sha256:600000",
		"65536$8$1$304dbaef7c5e828dc19c98f0600d18fe$4f69c498c12cd102d057356facf8d77e8d42407090491ea32c5b038f5a18c099": "cognito-scrypt:65536,8,1",
		"pbkdf2_sha256$1500000$V9DYFpYBZ1dd$l5m/t3Vb0GlTg/a+Fb8Gg6jK0ZBVvF3V6vM1wTfTc1Q=":                             "django-pbkdf2-sha256:1500000",
		"AQAAAAEAACcQAAAAEABCBD3BAAAABBBBBCCCCDDDDEEEEFFFFGGGGHHHHIIIIJJJJKKKKLLLLMMMMNNNNOOOOPPPP1":                  "",
		"": "",
	} {
		h, err := Parse(stored)
		if want == "" {
			if err == nil {
				t.Errorf("%q is %s", stored, h)
			}
			continue
		}
		kind, kindErr := ParseKind(want)
		if err != nil || kindErr != nil || h.String() != want || kind != h.Kind {
			t.Errorf("%s: got %s, %v, %+v, %v", want, h, err, kind, kindErr)
		}
	}
}
