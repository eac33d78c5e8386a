package timeline

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

func TestR60_SecretsAreCutAndOtherBytesStay(t *testing.T) {
	for doc, want := range map[string]string{
		`{ "Username":"u", "Password" : "p\"}w", "n":1 }`:                                       `{ "Username":"u", "Password" : "(removed)", "n":1 }`,
		`{"AuthParameters":{"SECRET_HASH":"x","REFRESH_TOKEN":"y","SRP_A":"z"}}`:                `{"AuthParameters":{"SECRET_HASH":"(removed)","REFRESH_TOKEN":"(removed)","SRP_A":"(removed)"}}`,
		`{"Pass\u0077ord":"p","PASSWORD":"p"}`:                                                  `{"Pass\u0077ord":"(removed)","PASSWORD":"(removed)"}`,
		`{"Password":["p",{"a":"p"}],"Session":null,"Token":""}`:                                `{"Password":"(removed)","Session":null,"Token":""}`,
		`[{"request":{"password":"p","clientMetadata":{"a":"b"}}}]`:                             `[{"request":{"password":"(removed)","clientMetadata":{"a":"b"}}}]`,
		`{"IdToken":"eyJhbGciOi.eyJzdWIi.c2ln-_","access_token":"opaque"}`:                      `{"IdToken":"eyJhbGciOi.eyJzdWIi.(removed)","access_token":"(removed)"}`,
		`{"anything":"eyJhbGciOi.eyJzdWIi.c2ln-_"}`:                                             `{"anything":"eyJhbGciOi.eyJzdWIi.(removed)"}`,
		`{"session":[{"answer":"1","idToken":"eyJhbGciOi.eyJzdWIi.c2ln"}]}`:                     `{"session":"(removed)"}`,
		`{"password":"eyJhbGciOi.eyJzdWIi.c2ln and more"}`:                                      `{"password":"(removed)"}`,
		`{"RefreshToken":"eyJjdHki.a2V5.aXY.dGV4dA.dGFn"}`:                                      `{"RefreshToken":"(removed)"}`,
		`{"anything":"eyJjdHki.a2V5.aXY.dGV4dA.dGFn"}`:                                          `{"anything":"eyJjdHki.a2V5.(removed)"}`,
		`{"ChallengeResponses":{"CREDENTIAL":"{}"},"subject_token":"opaque"}`:                   `{"ChallengeResponses":{"CREDENTIAL":"(removed)"},"subject_token":"(removed)"}`,
		`{"Paſſword":"p","private_key":"k","id_token_hint":"opaque"}`:                           `{"Paſſword":"(removed)","private_key":"(removed)","id_token_hint":"(removed)"}`,
		`{"NextToken":"n","ClientRequestToken":"r","ConfirmationCode":"123456"}`:                `{"NextToken":"n","ClientRequestToken":"r","ConfirmationCode":"123456"}`,
		`{"Credentials":{"AccessKeyId":"A","SecretKey":"s","SessionToken":"t","Expiration":1}}`: `{"Credentials":{"AccessKeyId":"A","SecretKey":"(removed)","SessionToken":"(removed)","Expiration":1}}`,
		`{"PreSignedUrl":"https://x?s","X-Amz-Signature":"s"}`:                                  `{"PreSignedUrl":"(removed)","X-Amz-Signature":"(removed)"}`,
		`{"Item":{"legacyHash":{"S":"$2b$10$x"},"legacyLoadedAt":{"S":"t"}}}`:                   `{"Item":{"legacyHash":"(removed)","legacyLoadedAt":{"S":"t"}}}`,
		`{"#a":"legacyHash",":legacyHash":{"S":"$2b$10$x"}}`:                                    `{"#a":"legacyHash",":legacyHash":"(removed)"}`,
		`{"Password":`: `"(no JSON)"`,
		strings.Repeat("[", 33) + strings.Repeat("]", 33): strings.Repeat("[", 33) + strings.Repeat("]", 33),
		strings.Repeat("[", 34) + strings.Repeat("]", 34): `"(nested too deep to keep)"`,
		``: ``,
	} {
		got, cut := Redact([]byte(doc))
		if string(got) != want || cut != (doc != want) {
			t.Errorf("%s: got %s, %v", doc, got, cut)
		}
	}
}

// A function that prints its event, as many do, prints the password of a migration.
func TestR60_AFunctionsLogKeepsNoSecretOfItsEvent(t *testing.T) {
	line := New(Limits{})
	line.AddInvocation(Invocation{ID: "i", Log: []string{
		`{"request":{"password":"canary"}}`, `2026/01/01 event: {"request":{"password":"canary"}}`, "plain", "token eyJhbGciOi.eyJzdWIi.canary", "{half",
	}})
	in, _ := line.Invocation("i")
	want := []string{`{"request":{"password":"(removed)"}}`, `2026/01/01 event: {"request":{"password":"(removed)"}}`, "plain", "token eyJhbGciOi.eyJzdWIi.(removed)", "{half"}
	if !slices.Equal(in.Log, want) {
		t.Errorf("got %q", in.Log)
	}
}

// Whatever is nested in whatever, what is redacted is JSON, and without secrets it is the
// same.
func TestR60_RedactedJSONIsJSON(t *testing.T) {
	names := rapid.SampledFrom([]string{"a", "Password", "SESSION", "", "é\"", "request"})
	var value func(depth int) *rapid.Generator[any]
	value = func(depth int) *rapid.Generator[any] {
		leaf := rapid.OneOf(rapid.Just[any](nil), rapid.String().AsAny(), rapid.Float64Range(-1e9, 1e9).AsAny())
		if depth == 0 {
			return leaf
		}
		return rapid.OneOf(leaf, rapid.MapOfN(names, value(depth-1), 0, 4).AsAny(), rapid.SliceOfN(value(depth-1), 0, 3).AsAny())
	}
	form.Check(t, 300, 1000, 100_000, func(t *rapid.T) {
		doc, err := json.Marshal(value(3).Draw(t, "document"))
		if err != nil {
			t.Fatal(err)
		}
		got, cut := Redact(doc)
		if !json.Valid(got) || !cut && string(got) != string(doc) {
			t.Fatalf("%s became %s, %v", doc, got, cut)
		}
		if again, more := Redact(got); string(again) != string(got) {
			t.Fatalf("%s became %s, %v", got, again, more)
		}
	})
}
