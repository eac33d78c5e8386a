package userpool

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// These are the names in the file. A name that is taken out, or means something else from now
// on, raises the format.
func TestR64_TheNamesInTheFile(t *testing.T) {
	for of, want := range map[keeper]string{
		&keptPools{}:        "format home pools",
		&core{}:             "account arn created id keys modified region settings simulationKey state",
		&store{}:            "browsers clients codes declared domains events groups imports origins providers revoked servers sessions tracking users",
		&user{}:             "attributes created devices enabled former groups identities imported mfa mfaPreferred modified passkeyMFA passkeys password place status sub temporaryUntil totp totpNew totpStep username waiting",
		&device{}:           "authenticated created key modified name remembered verifier",
		&grant{}:            "acr amr authTime client created device expires forgotten hosted nonce origin resource rotated scopes second sub used username visit",
		&visit{}:            "amr began expires id provider sub username",
		&code{}:             "address attribute expires purpose value",
		&importJob{}:        "job",
		&group{}:            "created group modified",
		&Client{}:           "secrets settings",
		&clientSecret{}:     "created id value",
		&identityProvider{}: "created modified provider",
		&sessionTracking{}:  "most on since",
		&authEvent{}:        "event number",
		&identity{}:         "by identity",
	} {
		if got := strings.Join(slices.Sorted(maps.Keys(of.keeps())), " "); format == 1 && got != want {
			t.Errorf("%T has %s", of, got)
		}
	}
	if text, err := json.Marshal(new(encoder).encoded(&user{username: "ada"})); err != nil || string(text) != `{"username":"ada"}` {
		t.Errorf("zero values are written: %s, %v", text, err)
	}
}

// keptFile returns a file with one pool of these members.
func keptFile(id, members string) string {
	return fmt.Sprintf(`{"format":1,"home":%q,"pools":{%q:{%s}}}`, poolUnderTest, id, members)
}

func TestR64_AFileThatIsDamagedSaysWhere(t *testing.T) {
	edwards, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	whole := func(more string) string { return keptFile(poolUnderTest, `"id":"`+poolUnderTest+`",`+more) }
	const another = "eu-central-1_Another1"
	state := func(more string) string {
		return keptFile(another, `"id":"`+another+`","state":{"declared":{},`+more+`}`)
	}
	for bad, want := range map[string]string{
		`{"format":1`:        "unexpected end of JSON input",
		`{"format":2}`:       "its format is 2, that of this version 1",
		`{"format":1}`:       "it is of the user pool , the template's is " + poolUnderTest,
		`{"format":1,"s":1}`: "s: this version does not know it",
		`{"format":1,"home":"` + poolUnderTest + `","pools":[{}]}`:            "pools: want {, not [",
		keptFile(poolUnderTest, `"id":"`+another+`","state":{"declared":{}}`): "the user pool " + poolUnderTest + " is not whole",
		whole(`"region":"r"`):    "the user pool " + poolUnderTest + " is not whole",
		whole(`"state":{}`):      "the user pool " + poolUnderTest + " is not whole",
		whole(`"keys":3`):        "cannot unmarshal number",
		whole(`"keys":["AAAA"]`): "keys: reading a signing key: ",
		whole(`"keys":["` + base64.StdEncoding.EncodeToString(edwards) + `"]`):             "keys: a signing key is none of RSA",
		state(`"codes":{"ada":[{"purpose":3}]}`):                                           "state: codes: ada: : purpose: json: cannot unmarshal",
		state(`"clients":{"c":{}}`):                                                        "the user pool " + another + ": app client c is not whole",
		state(`"providers":{"Corp":{"provider":{"ProviderName":3}}}`):                      ": identity provider Corp: ",
		state(`"clients":{"c":{"settings":{"AllowedOAuthFlows":["client_credentials"]}}}`): ": app client c: AllowedOAuthFlows: ",
		whole(`"settings":{"LambdaConfig":{"PreTokenGeneration":"a","PreTokenGenerationConfig":{"LambdaArn":"b"}}},"state":{"declared":{}}`): "the settings of " + poolUnderTest + ": ",
		keptFile("x", `"id":"x","state":{"declared":{}}`): `the user pool x: pool id "x"`,
	} {
		p, err := Start(baseConfig(), &functions{}, Options{Kept: []byte(bad), keys: testKeys})
		if err == nil {
			_ = p.Close()
		}
		if !errors.Is(err, ErrKept) || !strings.HasPrefix(err.Error(), "starting the local user pool: what was kept does not fit: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot  %v\nwant %s", bad, err, want)
		}
	}
}

// A user is encoded once, as long as it is the same.
func TestR64_AUserThatDidNotChangeIsNotEncodedAgain(t *testing.T) {
	r := restartable(t, nil)
	for _, name := range []string{"ada@example.com", "bob@example.com", "cyd@example.com"} {
		r.member(t, name)
	}
	kept := func() string {
		text, err := r.Kept()
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	kept()
	for u := range r.service.encoder.now {
		r.service.encoder.now[u] = json.RawMessage(`"` + u.attributes["email"] + ` as before"`)
	}
	r.must(t, "AdminDisableUser", inPool("Username", "bob@example.com"))
	r.must(t, "AdminDeleteUser", inPool("Username", "cyd@example.com"))
	text := kept()
	if !strings.Contains(text, "ada@example.com as before") || strings.Contains(text, "bob@example.com as before") {
		t.Errorf("kept %s", text)
	}
	if got := len(r.service.encoder.now); got != 2 {
		t.Errorf("the encoder remembers %d users", got)
	}
}

func TestR64_ShortLivedCodesAreNotKept(t *testing.T) {
	r := restartable(t, nil)
	set(r.store, r.store.codes, "ada", []code{{purpose: "signin"}, {purpose: "signup"}, {purpose: "invitation"}})
	if got := r.copied().store.codes["ada"]; len(got) != 1 || got[0].purpose != "signup" {
		t.Errorf("kept %v", got)
	}
}

// Each of the two keys is kept at its place, made or not.
func TestR64_KeysAreKeptAtTheirPlaces(t *testing.T) {
	key, err := testKeys.access()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range [][2]*signingKey{{nil, key}, {key, nil}} {
		before, after := newKeyPair(), newKeyPair()
		before.set(want)
		text, err := json.Marshal(before)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, after); err != nil {
			t.Fatal(err)
		}
		for i := range want {
			got := after.made[i].Load()
			if (got == nil) != (want[i] == nil) || got != nil && got.kid != want[i].kid {
				t.Errorf("key %d of %v is %v", i, want, got)
			}
		}
	}
}

// Of the providers elsewhere no secret is kept; what a real one of this machine needs is.
func TestR64_WhichSecretsOfProvidersAreKept(t *testing.T) {
	details := func(issuer string) string {
		return `{"ProviderType":"OIDC","ProviderDetails":{"client_secret":"s","private_key":"k","oidc_issuer":"` + issuer + `"}}`
	}
	for text, kept := range map[string]bool{
		details("https://login.example.com"): false,
		details("http://localhost:4000"):     true,
		`{"ProviderName":"Corp"}`:            true,
	} {
		var raw rawInput
		if err := json.Unmarshal([]byte(text), &raw); err != nil {
			t.Fatal(err)
		}
		before := fmt.Sprint(raw)
		out, err := json.Marshal(keptProvider(raw))
		same := err == nil && sameJSON(raw, json.RawMessage(out))
		if same != kept || strings.Count(string(out), notKept) == 2 == kept || fmt.Sprint(raw) != before {
			t.Errorf("%s is kept as %s, %v", text, out, err)
		}
	}
}
