package hash

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// texts are one of each way of writing; package check has other libraries' of all.
var texts = map[string]string{
	"$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6":                                                                                "bcrypt:10",
	"{bcrypt}$2a$10$dXJ3SW6G7P50lGmMkkmwe.20cQQubK3.HZWzG3YB1tlRy.fqvM/BG":                                                                        "bcrypt:10",
	"bcrypt$$2b$12$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6":                                                                         "bcrypt:12",
	"bcrypt_sha256$$2b$12$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6":                                                                  "django-bcrypt-sha256:12",
	"$bcrypt-sha256$v=2,t=2b,r=5$5Hg1DKFqPE8C2aflZ5vVoe$12BjNE0p7axMg55.Y/mHsYiVuFBDQyu":                                                          "passlib-bcrypt-sha256:5",
	"$bcrypt-sha256$v=2,t=2b,r=12$5Hg1DKFqPE8C2aflZ5vVoe$12BjNE0p7axMg55.Y/mHsYiVuFBDQyu":                                                         "passlib-bcrypt-sha256:12",
	"$wp$2y$10$Q1xinFjrZeLWJBvxviIL6u834Fu.evIEFHAUVisQ5O.w9Dm0sMdES":                                                                             "wordpress-bcrypt:10",
	"$argon2id$v=19$m=19456,t=2,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA":                                           "argon2id:19456,2,1",
	"argon2$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$YC9+jJCrQhs5R6db7LlN8Q":                                                                          "argon2i:8,1,1",
	"$pbkdf2-sha256$600000$1XZlmwLQ2hhM3JYuCPiArQ$Pfheg9Zi/v5lXU4yyLA0WFUYEd/rlaVbzrM9oMD6IrA":                                                    "pbkdf2-sha256:600000",
	"$pbkdf2$12$cmFuZG9tc2FsdGlzaGFyZA$mwUqsMixIYMc/0eN4v1.l3SVDpk":                                                                               "pbkdf2-sha1:12",
	"pbkdf2_sha256$1500000$V9DYFpYBZ1dd$l5m/t3Vb0GlTg/a+Fb8Gg6jK0ZBVvF3V6vM1wTfTc1Q=":                                                             "django-pbkdf2-sha256:1500000",
	"pbkdf2:sha1:1000$Sa1t$65ba42ff3a64f09f0bd2ca8c1e47dd2c7bd6bd7b":                                                                              "werkzeug-pbkdf2-sha1:1000",
	"{pbkdf2}5d923b44a6d129f3ddf3e3c8d29412723dcbde72445e8ef6bf3b508fbf17fa4ed4d6b99ca763d8dc":                                                    "spring-pbkdf2-sha1:185000",
	"$scrypt$ln=16,r=8,p=1$cmFuZG9tc2FsdGlzaGFyZA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ":                                                    "scrypt:65536,8,1",
	"65536$8$1$304dbaef7c5e828dc19c98f0600d18fe$4f69c498c12cd102d057356facf8d77e8d42407090491ea32c5b038f5a18c099":                                 "cognito-scrypt:65536,8,1",
	"$100801$gJM/pvgtL30q8eW7SH6Avw==$JwzZzFmZnzQX+LesDFYmWLUlp76mA7a9tObhbZFzoks=":                                                               "spring-scrypt:65536,8,1",
	"$5$rounds=10000$saltstringsaltst$3xv.VbSCBX41eDL9L3voZedEvjUeEuWzSaPtq2kcTz5":                                                                "sha256-crypt:10000",
	"$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8":                                                                                   "sha256-crypt:5000",
	"{CRYPT}$1$kJ4QkJaQ$3EbD/pJddrq5HW3mpZ4KZ1":                                                                                                   "md5-crypt",
	"md5$" + strings.Repeat("x", mostSalt) + "$3f86d0d3d465b7b458c231bf3555c0e3":                                                                  "salted-md5",
	"pbkdf2:sha512:1$salt$" + strings.Repeat("00", mostSum):                                                                                       "werkzeug-pbkdf2-sha512:1",
	"AQAAAAAAAAPoAAAAEFNhMXRTYTF0U2ExdFNhMXTxq/s4bzdB3XlAYzl0G9ZHZcq9fw==":                                                                        "aspnet-v3-sha1:1000",
	"$fbscrypt$v=1,n=1,r=1,p=1,ss=Bw==$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y_w7IS5p6Ut2-CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84-hfTw==": "firebase-scrypt:1,1",
	"$1$kJ4QkJaQ$3EbD/pJddrq5HW3mpZ4KZ1":                                                                                                          "md5-crypt",
	"$P$BsSozX7pxy0bajB//ff34WOg4vN9OI/":                                                                                                          "phpass:13",
	"$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf":                                                                                     "drupal:14",
	"md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3":                                                                                                "salted-md5",
	"{SSHA}pKqkNr1tq3wtQqk+UcPyA3HnA2NsU5NJ":                                                                                                      "ldap-sha1",
	"{sha}W6ph5Mm5Pz8GgiULbPgzG37mj9g=":                                                                                                           "ldap-sha1",
	"5F4DCC3B5AA765D61D8327DEB882CF99":                                                                                                            "hex-md5",
	"ANXrDknc7fGPpigibZXXZFMX4aoqz44JveK6jQuwY3eH/UyPhvr5xTPeGYEckLxz9A==":                                                                        "aspnet-v2:1000",
	"AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw":                                                                                "aspnet-v3-sha512:50",
	"$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=ou9tdYTGyYm8kuR6Dt0Bp0kDuAYoXrK16mbZO4yGwAn3oLspjnN0/c41v8xZnO1n14J3MjKj1b2g6AUCAlFwMw==$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84+hfTw==":                                                                "firebase-scrypt:14,8",
	`{"type":"password","secretData":"{\"value\":\"/hD0tRB9DhPRiJNLgw0XKMEpTklXk6Gk8hOkOnc4Xc4=\",\"salt\":\"3suOv9Q3NkEx4B7acDLA3A==\"}","credentialData":"{\"hashIterations\":2000,\"algorithm\":\"pbkdf2-sha256\"}"}`:                                                                                      "keycloak-pbkdf2-sha256:2000",
	`{"secretData":"{\"value\":\"cUfk6jVkPG3v2bOjUZjJ56nmyFatpk2Tb/cTHV9c7GI=\",\"salt\":\"eDyUCF6fyhMhunDXJKrd/w==\"}","credentialData":"{\"hashIterations\":5,\"algorithm\":\"argon2\",\"additionalParameters\":{\"memory\":[\"7168\"],\"type\":[\"id\"],\"version\":[\"1.3\"],\"parallelism\":[\"1\"]}}"}`: "argon2id:7168,5,1",
}

func TestAHashHasItsKindAndTheKindReadsBack(t *testing.T) {
	for stored, want := range texts {
		h, err := Parse(" " + stored + "\n")
		kind, kindErr := ParseKind(want)
		if err != nil || kindErr != nil || h.String() != want || kind != h.Kind {
			t.Errorf("%s: got %s, %v, %+v, %v", want, h, err, kind, kindErr)
		}
	}
}

// errs are all that Parse says.
var errs = []error{ErrUnknown, ErrMalformed, ErrCap}

func TestAnErrorSaysWhatIsWrong(t *testing.T) {
	if got := fmt.Sprint(ErrUnknown, ErrMalformed); !strings.Contains(got, "known format") || !strings.Contains(got, "cut, changed") {
		t.Error(got)
	}
}

func TestR100_NoTextMakesParseFailOrSpeakOfIt(t *testing.T) {
	all := slices.Concat(slices.Sorted(maps.Keys(texts)), foreign(t))
	form.Check(t, 1000, 20_000, 1_000_000, func(rt *rapid.T) {
		text := []byte(rapid.SampledFrom(all).Draw(rt, "text"))
		for range rapid.IntRange(0, 3).Draw(rt, "changes") {
			at := rapid.IntRange(0, len(text)-1).Draw(rt, "at")
			switch rapid.IntRange(0, 2).Draw(rt, "change") {
			case 0:
				text[at] = rapid.Byte().Draw(rt, "byte")
			case 1:
				text = slices.Insert(text, at, rapid.SliceOfN(rapid.Byte(), 1, 4).Draw(rt, "bytes")...)
			default:
				text = slices.Delete(text, at, min(at+rapid.IntRange(1, 9).Draw(rt, "n"), len(text)))
			}
			if len(text) == 0 {
				break
			}
		}
		holds(rt, string(text))
	})
}

// holds judges what Parse makes of any text.
func holds(t interface{ Fatalf(string, ...any) }, text string) {
	h, err := Parse(text)
	if err != nil {
		if !slices.Contains(errs, err) || h.Kind != (Kind{}) {
			t.Fatalf("got %v, %v", h, err)
		}
		return
	}
	if cost := h.Cost(); cost.CPU > maxCPU || cost.Bytes > maxBytes || len(h.Sum) > mostSum || len(h.Salt) > 2*mostSalt {
		t.Fatalf("%s costs %+v", h, cost)
	}
	if kind, err := ParseKind(h.String()); err != nil || kind != h.Kind {
		t.Fatalf("%s reads back as %v, %v", h, kind, err)
	}
	if way, _ := h.Way(); way <= Convert {
		imported, err := h.Convert()
		again, againErr := Parse(imported.Encoded)
		twice, _ := again.Convert()
		if way, _ := again.Way(); err != nil || againErr != nil || way != Import || twice != imported {
			t.Fatalf("%s: what it is converted to is not imported as it is: %v, %v", h, err, againErr)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range slices.Concat(slices.Sorted(maps.Keys(texts)), foreign(f)) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { holds(t, text) })
}

func TestR100_WhatNobodyCouldCheckIsRefusedBeforeItIsComputed(t *testing.T) {
	for _, text := range []string{
		"$argon2id$v=19$m=99999999,t=2,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA",
		"$argon2id$v=19$m=1048577,t=1,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA",
		"$argon2id$v=19$m=8,t=999999999,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA",
		"$argon2id$v=19$m=8,t=1,p=0$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA",
		"$argon2id$v=19$m=8,t=0,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA",
		"$argon2id$v=19$m=15,t=1,p=2$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA",
		"$argon2id$v=19$m=99999,t=1,p=256$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA",
		"$scrypt$ln=30,r=8,p=1$cmFuZG9tc2FsdGlzaGFyZA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ",
		"$scrypt$ln=31,r=8,p=1$cmFuZG9tc2FsdGlzaGFyZA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ",
		"$scrypt$ln=999999999,r=8,p=1$cmFuZG9tc2FsdGlzaGFyZA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ",
		"$scrypt$ln=63,r=8,p=1$cmFuZG9tc2FsdGlzaGFyZA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ",
		"{scrypt}$1f0801$cmFuZG9tc2FsdGlzaGFyZA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ",
		"pbkdf2_sha256$80000001$V9DYFpYBZ1dd$l5m/t3Vb0GlTg/a+Fb8Gg6jK0ZBVvF3V6vM1wTfTc1Q=",
		"$scrypt$ln=0,r=8,p=1$cmFuZG9tc2FsdGlzaGFyZA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ",
		"$scrypt$ln=1,r=0,p=1$cmFuZG9tc2FsdGlzaGFyZA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ",
		"$scrypt$ln=1,r=1,p=0$cmFuZG9tc2FsdGlzaGFyZA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ",
		"$scrypt$ln=1,r=1,p=999999999$cmFuZG9tc2FsdGlzaGFyZA$Rh+NnJNo1I6nRwaNqbDm6kmADswD1+7FTKZ7Ln9D8nQ",
		"65535$8$1$304dbaef7c5e828dc19c98f0600d18fe$4f69c498c12cd102d057356facf8d77e8d42407090491ea32c5b038f5a18c099",
		"pbkdf2_sha256$999999999$V9DYFpYBZ1dd$l5m/t3Vb0GlTg/a+Fb8Gg6jK0ZBVvF3V6vM1wTfTc1Q=",
		"pbkdf2_sha256$0$V9DYFpYBZ1dd$l5m/t3Vb0GlTg/a+Fb8Gg6jK0ZBVvF3V6vM1wTfTc1Q=",
		"$2b$31$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6",
		"$2b$03$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6",
		"$5$rounds=999999999$saltstringsaltst$3xv.VbSCBX41eDL9L3voZedEvjUeEuWzSaPtq2kcTz5",
		"$5$rounds=999$saltstringsaltst$3xv.VbSCBX41eDL9L3voZedEvjUeEuWzSaPtq2kcTz5",
		"$P$SsSozX7pxy0bajB//ff34WOg4vN9OI/",
		"$P$.sSozX7pxy0bajB//ff34WOg4vN9OI/",
		"$P$zsSozX7pxy0bajB//ff34WOg4vN9OI/",
		"$fbscrypt$v=1,n=30,r=8,p=1,ss=Bw==$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84+hfTw==",
		"$fbscrypt$v=1,n=0,r=8,p=1,ss=Bw==$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84+hfTw==",
		"$fbscrypt$v=1,n=1,r=0,p=1,ss=Bw==$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84+hfTw==",
		"AQAAAAL/////AAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw",
		`{"secretData":"{\"value\":\"/hD0tRB9DhPRiJNLgw0XKMEpTklXk6Gk8hOkOnc4Xc4=\"}","credentialData":"{\"hashIterations\":-1,\"algorithm\":\"pbkdf2-sha256\"}"}`,
	} {
		if h, err := Parse(text); err != ErrCap || h.Kind != (Kind{}) {
			t.Errorf("%s: got %v, %v", text, h, err)
		}
	}
}

func TestWhatIsCutOrChangedIsMalformed(t *testing.T) {
	key := "AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA"
	for _, text := range []string{
		"$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq", "$2x$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6",
		"$2$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq66", "$2b$1x$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6",
		"$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq!", "$2b$010$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6",
		"{bcrypt}x$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6", "bcrypt$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6",
		"$bcrypt-sha256$v=1,t=2b,r=12$5Hg1DKFqPE8C2aflZ5vVoe$12BjNE0p7axMg55.Y/mHsYiVuFBDQyu",
		"$bcrypt-sha256$v=2,t=2b,r=12$5Hg1DKFqPE8C2aflZ5vVoe1$2BjNE0p7axMg55.Y/mHsYiVuFBDQyu",
		"$argon2id$v=16$m=8,t=1,p=1$ko/G5o1ms+ML08P95sQ8DA$" + key, "$argon2d$v=19$m=8,t=1,p=1$ko/G5o1ms+ML08P95sQ8DA$" + key,
		"$argon2id$m=8,t=1,p=1$ko/G5o1ms+ML08P95sQ8DA$" + key, "$argon2id$v=19$m=8,p=1,t=1$ko/G5o1ms+ML08P95sQ8DA$" + key,
		"$argon2id$v=19$m=8,t=1$ko/G5o1ms+ML08P95sQ8DA$" + key, "$argon2id$v=19$m=8,t=1,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWK",
		"$argon2id$v=19$m=8,t=1,p=1$" + strings.Repeat("A", 1400) + "$" + key, "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$" + strings.Repeat("A", 700),
		"argon2$pbkdf2-sha256$v=19$m=8,t=1,p=1$ko/G5o1ms+ML08P95sQ8DA$" + key,
		"$pbkdf2-md5$10$c2FsdHNhbHQ$" + key, "$pbkdf2-sha256$1x$c2FsdHNhbHQ$" + key, "$pbkdf2-sha256$10$c2FsdHNhbHQ!$" + key, "$pbkdf2-sha256$1000000000$c2FsdHNhbHQ$" + key,
		"pbkdf2_sha256$10$" + key, "pbkdf2_sha3$10$salt$" + key, "pbkdf2:sha256$salt$00", "pbkdf2:sha256:10$salt$" + strings.Repeat("0", 31), "pbkdf2:sha256:10$salt$" + strings.Repeat("0", 30),
		"{pbkdf2}5d923b", "{pbkdf2@SpringSecurity_v5_8}5d923b44a6d129f3ddf3e3c8d29412723dcbde72445e8ef6bf3b508fbf17fa4ed4d6b99ca763d8dc",
		"scrypt$16$salt$8$1", "scrypt:16:8$salt$" + strings.Repeat("0", 64), "{scrypt}$0e0801a$c2FsdHNhbHQ=$" + key, "{scrypt}$zz$c2FsdHNhbHQ=$" + key, "{scrypt}$0e080101$c2FsdHNhbHQ=$" + key,
		"$argon2id$v=19$8,1,1$ko/G5o1ms+ML08P95sQ8DA$" + key, "$2ab$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6", "$1$saltsalts$3EbD/pJddrq5HW3mpZ4KZ1",
		"$6$12345678901234567$" + strings.Repeat("a", 86), "$6$1234567890123456$" + strings.Repeat("a", 85), "{CRYPT}$1", "$P$!sSozX7pxy0bajB//ff34WOg4vN9OI/",
		"AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw!", "AQAAAAIAAAAyAAAAIeMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw", "AAIAAAACAAAAMgAAABDjML4d/hWcapHTAc9npIBocEOAeqWVjQ+s4BEgblohAA==",
		`{"secretData":"{\"value\":\"cUfk6jVkPG3v2bOjUZjJ56nmyFatpk2Tb/cTHV9c7GI=\",\"salt\":5}","credentialData":"{\"hashIterations\":2000,\"algorithm\":\"pbkdf2-sha256\"}"}`,
		"md5$" + strings.Repeat("x", MaxText-4), "md5$" + strings.Repeat("x", mostSalt+1) + "$3f86d0d3d465b7b458c231bf3555c0e3", "pbkdf2:sha512:1$salt$" + strings.Repeat("00", mostSum+1),
		"16$8$1$00$0", "16$8$1$00$00", "16$8$$00$" + strings.Repeat("0", 64),
		"$fbscrypt$v=2,n=14,r=8,p=1,ss=Bw==$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84+hfTw==",
		"$fbscrypt$v=1,n=14,r=8,p=2,ss=Bw==$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84+hfTw==",
		"$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=!$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84+hfTw==",
		"$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==$C0sHCg9ek77hsg==$" + key,
		"$1$saltsaltsalt$3EbD/pJddrq5HW3mpZ4KZ1", "$1$salt$3EbD/pJddrq5HW3mpZ4KZ", "$1$salt$3EbD/pJddrq5HW3mpZ4KZ!", "$1$3EbD/pJddrq5HW3mpZ4KZ1", "$1$rounds=1000$salt$3EbD/pJddrq5HW3mpZ4KZ1",
		"$5$round=10000$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8", "$5$rounds=1x$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8", "$5$12345678901234567$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8",
		"{CRYPT}x$1$salt$3EbD/pJddrq5HW3mpZ4KZ1", "{CRYPT}abJnggxhB/yWI", "$P$BsSozX7pxy0bajB//ff34WOg4vN9OI", "$P$BsSozX7pxy0bajB//ff34WOg4vN9OI!", "$S$BsSozX7pxy0bajB//ff34WOg4vN9OI/",
		"md5$salt$00", "md5$3f86d0d3d465b7b458c231bf3555c0e3", "sha1$salt$3f86d0d3d465b7b458c231bf3555c0e3", "sha256$salt$x",
		"{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "{SHA}pKqkNr1tq3wtQqk+UcPyA3HnA2NsU5NJ", "{SHA}W6ph5Mm5", "{NOOP}password", "{SHA}!",
		"AAXrDknc7fGPpigibZXXZFMX4aoqz44JveK6jQuwY3eH/UyPhvr5xTPeGYEckLxz9A", "Aw==", "AgAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw",
		"AQAAAAMAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw", "AQAAAAIAAAAyAAAAD+Mwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw", "AQAAAAIAAAAyAAAAEeMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw", "AQAAAAIAAAAyAAAA/+Mwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw",
		`{"credentialData":"{}"}`, `{"credentialData":"x","secretData":"{}"}`, `{"credentialData":"{}","secretData":"x"}`, `{"credentialData"`,
		`{"secretData":"{\"value\":\"cUfk6jVkPG3v2bOjUZjJ56nmyFatpk2Tb/cTHV9c7GI=\"}","credentialData":"{\"hashIterations\":5,\"algorithm\":\"argon2\",\"additionalParameters\":{\"memory\":[\"7168\"],\"type\":[\"id\"],\"version\":[\"1.0\"],\"parallelism\":[\"1\"]}}"}`,
	} {
		if h, err := Parse(text); err != ErrMalformed || h.Kind != (Kind{}) {
			t.Errorf("%s: got %v, %v", text, h, err)
		}
	}
	for _, text := range []string{"", "password", "$7$x", "!", "x credentialData", "md5$" + strings.Repeat("x", MaxText-3), strings.Repeat("0", 63), strings.Repeat("x", 64), "$2b$" + strings.Repeat("a", MaxText)} {
		if h, err := Parse(text); err != ErrUnknown || h.Kind != (Kind{}) {
			t.Errorf("%.70s: got %v, %v", text, h, err)
		}
	}
}

func TestAWrongKindIsRefusedWithWhatIsRight(t *testing.T) {
	for text, want := range map[string]string{
		"crypt": "is not a format of password hashes: use one of bcrypt, django-bcrypt-sha256, ", "bcrypt": "has 0 parameters, and bcrypt has 1", "bcrypt:": "is not a whole number", "bcrypt:12,1": "has 2 parameters",
		"bcrypt:x": "is not a whole number", "bcrypt:012": "is not a whole number", "bcrypt:3": "none that its algorithm allows", "md5-crypt:1": "has 1 parameters", "argon2id:99999999,1,1": "takes more than 20 s or 1024 MiB",
	} {
		if kind, err := ParseKind(text); err == nil || !strings.Contains(err.Error(), want) || kind != (Kind{}) {
			t.Errorf("%s: got %v, %v", text, kind, err)
		}
	}
	if _, err := ParseKind("bcrypt:3"); !errors.Is(err, ErrCap) {
		t.Errorf("got %v", err)
	}
}

func TestAHashPrintsAsItsKind(t *testing.T) {
	h, err := Parse("$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6")
	if err != nil {
		t.Fatal(err)
	}
	lines := &strings.Builder{}
	slog.New(slog.NewJSONHandler(lines, nil)).Info("x", "hash", h, "in", struct{ H Hash }{h})
	inJSON, _ := json.Marshal(map[string]any{"hash": h, "at": &h})
	for _, printed := range []string{fmt.Sprintf("%v %+v %#v %s %q %x %v", h, h, h, h, h, h, struct{ H Hash }{h}), lines.String(), string(inJSON), h.String()} {
		if strings.Contains(printed, "CtA") || !strings.Contains(printed, "bcrypt:10") {
			t.Errorf("printed %s", printed)
		}
	}
}

func TestADummyIsOfItsKindAndItsSeed(t *testing.T) {
	for _, text := range foreign(t) {
		kind, _ := Parse(text)
		k := kind.Kind
		a, again, b := Dummy(k, []byte("a")), Dummy(k, []byte("a")), Dummy(k, []byte("b"))
		if a.Kind != k || a.Text != again.Text || string(a.Sum) != string(again.Sum) || a.Text+string(a.Sum) == b.Text+string(b.Sum) || a.Text == "" && string(a.Salt) == string(b.Salt) {
			t.Errorf("%s: got %s, %q %x, and of another seed %q %x", kind, a, a.Text, a.Sum, b.Text, b.Sum)
		}
		if read, err := Parse(a.Text); a.Text != "" && k.Format != "passlib-bcrypt-sha256" && (err != nil || read.Algorithm != k.format().algorithm || read.Params != k.Params) {
			t.Errorf("%s: its text is %s, %v", kind, read, err)
		}
	}
}
