package wire

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// vectors are what the libraries of Standard Webhooks are tested with.
type vectors struct {
	Signed []struct {
		From, Secret, ID, Body, Signature string
		Timestamp                         int64
	}
	Headers []struct {
		From, Signature, Without, Timestamp string
		Accepted                            bool
	}
	Secrets []struct {
		From, Secret string
		Bytes        int
	}
}

func recorded(t *testing.T) (v vectors) {
	t.Helper()
	text, err := os.ReadFile("testdata/standard-webhooks.json")
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err != nil || len(v.Signed) == 0 || len(v.Headers) == 0 || len(v.Secrets) == 0 {
		t.Fatal(err, v)
	}
	return v
}

func secret(t *testing.T, text string) []Secret {
	t.Helper()
	secrets, err := ReadSecrets([]string{text})
	if err != nil {
		t.Fatal(err)
	}
	return secrets
}

func TestR105_SignaturesAreThoseOfOtherLibraries(t *testing.T) {
	for _, v := range recorded(t).Signed {
		header, at := http.Header{}, time.Unix(v.Timestamp, 0)
		Sign(header, secret(t, v.Secret), v.ID, at, []byte(v.Body))
		if got := header.Get("webhook-signature"); got != v.Signature {
			t.Errorf("%s: %s", v.From, got)
		}
		signed, err := ReadSigned(header, at)
		if err != nil || signed.ID != v.ID || !signed.By(secret(t, v.Secret), []byte(v.Body)) {
			t.Errorf("%s: %+v, %v", v.From, signed, err)
		}
		if signed.By(secret(t, v.Secret), []byte(v.Body+" ")) {
			t.Errorf("%s: fits another body", v.From)
		}
	}
}

// accepts reads the headers and checks the signature.
func accepts(header http.Header, now time.Time, secrets []Secret, body string) bool {
	signed, err := ReadSigned(header, now)
	return err == nil && signed.By(secrets, []byte(body))
}

func TestR105_HeadersAreJudgedAsOtherLibrariesDo(t *testing.T) {
	v := recorded(t)
	first := v.Signed[0]
	at := time.Unix(first.Timestamp, 0)
	for _, c := range v.Headers {
		header := http.Header{}
		header.Set("webhook-id", first.ID)
		header.Set("webhook-timestamp", fmt.Sprint(first.Timestamp))
		header.Set("webhook-signature", strings.ReplaceAll(c.Signature, "{}", first.Signature))
		if c.Timestamp != "" {
			header.Set("webhook-timestamp", c.Timestamp)
		}
		header.Del(c.Without)
		if got := accepts(header, at, secret(t, first.Secret), first.Body); got != c.Accepted {
			t.Errorf("%s: accepted: %v", c.From, got)
		}
	}
}

func TestSecretsAreReadAsOtherLibrariesDo(t *testing.T) {
	long := "whsec_" + strings.Repeat("AAAA", 16)
	for text, bytes := range map[string]int{long: 48, long + "AAAAAAAAAAAAAAAAAAAAAA": 64, long + "AAAAAAAAAAAAAAAAAAAAAAA": 0, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!": 0} {
		judge(t, "length", text, bytes)
	}
	for _, c := range recorded(t).Secrets {
		judge(t, c.From, c.Secret, c.Bytes)
	}
}

func judge(t *testing.T, from, text string, bytes int) {
	t.Helper()
	s, err := ReadSecret(text)
	if len(s.key) != bytes || (err != nil) != (bytes == 0) {
		t.Errorf("%s: %d bytes, %v", from, len(s.key), err)
	}
	if shown := fmt.Sprintf("%v %+v %#v %s %q", s, s, s, []Secret{s}, s); strings.Contains(shown, "12") || strings.Count(shown, "(secret)") != 5 {
		t.Errorf("%s is printed: %s", from, shown)
	}
	if err != nil && (len(text) > 6 && strings.Contains(err.Error(), text[6:]) || !strings.Contains(err.Error(), "24 to 64 random bytes")) {
		t.Errorf("%s: %v", from, err)
	}
}

func TestOneToFourSecretsCount(t *testing.T) {
	one := "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	for n := range 6 {
		secrets, err := ReadSecrets(strings.Fields(strings.Repeat(one+" ", n)))
		if ok := n >= 1 && n <= 4; (err == nil) != ok || ok && len(secrets) != n || !ok && !strings.HasPrefix(err.Error(), fmt.Sprintf("there are %d secrets", n)) {
			t.Errorf("%d: %v, %v", n, secrets, err)
		}
	}
	if _, err := ReadSecrets([]string{one, "short"}); err == nil || !strings.HasPrefix(err.Error(), "secret 2: ") {
		t.Error(err)
	}
}

func TestWhileSecretsAreRotatedEitherSideMayHaveBoth(t *testing.T) {
	before, after, other := secret(t, strings.Repeat("AAAA", 8)), secret(t, strings.Repeat("BBBB", 8)), secret(t, strings.Repeat("CCCC", 8))
	both := append(before[:1:1], after...)
	now := time.Now()
	for _, c := range []struct {
		name          string
		signer, knows []Secret
		fits          bool
	}{
		{"the receiver has both", before, both, true},
		{"the receiver has both, the signer the new one", after, both, true},
		{"the signer has both", both, before, true},
		{"the signer has both, the receiver the new one", both, after, true},
		{"the old one is gone", before, after, false},
		{"neither is known", both, other, false},
	} {
		header := http.Header{}
		Sign(header, c.signer, "msg_1", now, []byte("{}"))
		if got := accepts(header, now, c.knows, "{}"); got != c.fits {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestATimestampIsAtMostFiveMinutesAway(t *testing.T) {
	known, now := secret(t, strings.Repeat("AAAA", 8)), time.Unix(1_800_000_000, 999_000_000)
	for away, fits := range map[time.Duration]bool{
		0: true, 300 * time.Second: true, -300 * time.Second: true, 301 * time.Second: false, -301 * time.Second: false,
		200 * 365 * 24 * time.Hour: false, -200 * 365 * 24 * time.Hour: false,
	} {
		header := http.Header{}
		Sign(header, known, "msg_1", now.Add(away), nil)
		if _, err := ReadSigned(header, now); (err == nil) != fits || !fits && !strings.HasPrefix(err.Error(), "webhook-timestamp is more than five minutes away") {
			t.Errorf("%v: %v", away, err)
		}
	}
	for _, text := range []string{"", "+1800000000", "01800000000", "1800000000 ", "1.8e9", "9223372036854775807", "-9223372036854775808", "9223372036854775808"} {
		header := http.Header{"Webhook-Id": {"msg_1"}, "Webhook-Timestamp": {text}}
		header.Set("webhook-signature", known[0].signature("msg_1", text, nil))
		if signed, err := ReadSigned(header, now); err == nil || signed.By(known, nil) || !strings.HasPrefix(err.Error(), "webhook-timestamp is ") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAnIDHasNoFullStopAndNoTextOfItsOwn(t *testing.T) {
	known, now := secret(t, strings.Repeat("AAAA", 8)), time.Now()
	for id, fits := range map[string]bool{
		"a": true, "z": true, "A": true, "Z": true, "0": true, "9": true, "_": true, "-": true, strings.Repeat("x", 64): true,
		"": false, "a.b": false, "a b": false, "ä": false, "`": false, "{": false, "@": false, "[": false, "/": false, ":": false, strings.Repeat("x", 65): false,
	} {
		header := http.Header{}
		Sign(header, known, id, now, nil)
		if signed, err := ReadSigned(header, now); signed.By(known, nil) != fits || (err == nil) != fits || !fits && !strings.HasPrefix(err.Error(), "webhook-id is ") {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestAtMostEightSignaturesAreLookedAt(t *testing.T) {
	known, now := secret(t, strings.Repeat("AAAA", 8)), time.Now()
	for n, want := range map[int]string{7: "<nil>", 8: "webhook-signature has more than 8 signatures", 1000: "webhook-signature has more than 8 signatures"} {
		header := http.Header{}
		Sign(header, known, "msg_1", now, nil)
		header.Set("webhook-signature", strings.Repeat("v1,x ", n)+header.Get("webhook-signature"))
		if signed, err := ReadSigned(header, now); fmt.Sprint(err) != want || signed.By(known, nil) != (err == nil) {
			t.Errorf("%d: %v", n, err)
		}
	}
}

func TestOnlyOneObjectOfStringsIsRead(t *testing.T) {
	for text, want := range map[string]map[string]string{
		`{}`:                            {},
		` {"a":"b" , "A":"\u00e4"} `:    {"a": "b", "A": "ä"},
		`{"":""}`:                       {"": ""},
		"{\"a\":\"\xff\"}":              nil,
		`{"a":"b","a":"b"}`:             nil,
		`{"a":"b","\u0061":"c"}`:        nil,
		`{"a":1}`:                       nil,
		`{"a":true}`:                    nil,
		`{"a":null}`:                    nil,
		`{"a":{}}`:                      nil,
		`{"a":["b"]}`:                   nil,
		`["a","b"]`:                     nil,
		`"a"`:                           nil,
		`null`:                          nil,
		``:                              nil,
		`{"a":"b"`:                      nil,
		`{"a":"b",}`:                    nil,
		`{"a":"b"} {}`:                  nil,
		`{"a":"b"}x`:                    nil,
		"\ufeff{}":                      nil,
		strings.Repeat(`{"a":`, 20_000): nil,
	} {
		got, err := ReadStrings([]byte(text))
		if (err == nil) != (want != nil) || !maps.Equal(got, want) {
			t.Errorf("%.40s: %v, %v", text, got, err)
		}
		if err != nil && err.Error() != "the text is not one JSON object that has each name once and a string behind each" {
			t.Errorf("%.40s: %v", text, err)
		}
	}
}

func FuzzReadStrings(f *testing.F) {
	for _, seed := range []string{`{"a":"b"}`, `{"a":"b","a":"c"}`, `{"type":"user.sign_in","name":"\ud83d\ude00","password":"\""}`, `{"a":{}}`, "{\"\xff\":\"\"}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := ReadStrings(text)
		if err != nil {
			if got != nil {
				t.Errorf("%q beside %v", got, err)
			}
			return
		}
		var loose map[string]string
		if err := json.Unmarshal(text, &loose); err != nil || !maps.Equal(got, loose) {
			t.Fatalf("%q: read %q, encoding/json reads %q, %v", text, got, loose, err)
		}
		again, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if same, err := ReadStrings(again); err != nil || !maps.Equal(same, got) {
			t.Fatalf("%q: written %s, read %q, %v", text, again, same, err)
		}
	})
}

func FuzzReadSigned(f *testing.F) {
	known, _ := ReadSecret(strings.Repeat("AAAA", 8))
	now := time.Unix(1_800_000_000, 0)
	f.Add("msg_1", "1800000000", known.signature("msg_1", "1800000000", []byte("{}")), "{}")
	f.Add("msg_1", "1800000300", "v1, v1,= ,", "{}")
	f.Add("a.b", "01800000000", "v1", "")
	f.Fuzz(func(t *testing.T, id, timestamp, signature, body string) {
		header := http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {timestamp}, "Webhook-Signature": {signature}}
		if !accepts(header, now, []Secret{known}, body) {
			return
		}
		if want := known.signature(id, timestamp, []byte(body)); !strings.Contains(" "+signature+" ", " "+want+" ") {
			t.Fatalf("%q is accepted, which has not %s", signature, want)
		}
		if strings.Contains(id, ".") || strings.Contains(timestamp, ".") {
			t.Fatalf("%q and %q are accepted: where one ends is not clear", id, timestamp)
		}
	})
}

func TestR105_AQuestionGoesToHTTPSOrToThisMachine(t *testing.T) {
	for address, want := range map[string]bool{
		"https://app.example/ask": true, "https://app.example:8443": true, "https://localhost/x": true, "http://localhost:1/x": true,
		"http://127.0.0.1:1": true, "http://[::1]:1/": true,
		"http://app.example": false, "http://localhost.app.example": false, "http://192.0.2.1": false, "ftp://localhost": false, "//localhost": false,
		"https://ada@app.example": false, "https://app.example/#x": false, "https://": false, "https://:443": false, "http:///x": false,
		"https://app.example/a b": false, "https://app.example/%zz": false, "": false,
	} {
		if got := IsAddress(address); got != want {
			t.Errorf("%q: %t", address, got)
		}
	}
}
