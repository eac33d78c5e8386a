package cognito_test

import (
	"encoding/json"
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/ratio"
)

func parse(t *testing.T, doc string) *cognito.Event {
	t.Helper()
	event, err := cognito.Parse([]byte(doc))
	if err != nil {
		t.Fatalf("Parse(%s): %v", doc, err)
	}
	return event
}

func TestHeaderIsReadAsAWSHasSentIt(t *testing.T) {
	for _, test := range []struct{ name, doc, version, user, client string }{
		{"strings", `{"version":"1","userName":"ada","callerContext":{"clientId":"c"}}`, "1", "ada", "c"},
		{"a numeric version", `{"version":1,"userName":"ada"}`, "1", "ada", ""},
		{"null for a client", `{"version":"2","callerContext":{"clientId":null}}`, "2", "", ""},
		{"an array for an object", `{"version":"3","callerContext":[],"request":[]}`, "3", "", ""},
		{"an object for a name", `{"userName":{"a":1}}`, "", "", ""},
		{"an escaped name", `{"user\u004eame":"ada"}`, "", "ada", ""},
		{"no member at all", ` { } `, "", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			event := parse(t, test.doc)
			if event.Version != test.version || event.UserName != test.user || event.ClientID != test.client {
				t.Errorf("got %+v", event.Header)
			}
			if _, err := event.PreSignUp(); err != nil {
				t.Errorf("PreSignUp: %v", err)
			}
		})
	}
}

func TestAttributesAreReadAsAWSHasSentThem(t *testing.T) {
	event := parse(t, `{"request":{"userAttributes":{
		"email":"a@b.example","email_verified":true,"n":12.50,"gone":null,"list":["x"],"object":{"a":1},
		"esc":"\u00e9\ud83d\ude00","broken":"\ud800","empty":""}}}`)
	view, err := event.PostConfirmation()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"email": "a@b.example", "email_verified": "true", "n": "12.50",
		"esc": "é😀", "broken": "\ufffd", "empty": "",
	}
	if len(view.Attributes) != len(want) {
		t.Errorf("got %q", view.Attributes)
	}
	for name, value := range want {
		if view.Attributes[name] != value {
			t.Errorf("%s: got %q, want %q", name, view.Attributes[name], value)
		}
	}
}

func TestMissingAttributesAreAnEmptyMap(t *testing.T) {
	for _, doc := range []string{`{}`, `{"request":null}`, `{"request":{"userAttributes":null}}`, `{"request":{"userAttributes":[]}}`} {
		view, err := parse(t, doc).TokenGeneration()
		if err != nil || view.Attributes == nil || len(view.Attributes) != 0 {
			t.Errorf("%s: got %v, %v", doc, view.Attributes, err)
		}
	}
}

// A look-alike is another name and must not be read as the real one.
func TestR4_LookAlikeNamesAreNotRead(t *testing.T) {
	for _, name := range []string{"username", "USERNAME", "UserName", "u\u017ferName", "userName ", "userName\u0000", "userNam\u0435"} {
		quoted, _ := json.Marshal(name)
		event := parse(t, `{`+string(quoted)+`:"mallory","userName":"ada","request":{"userattributes":{"email":"m@x.example"},"userAttributes":{"Email":"m@x.example","email":"ada@x.example"}}}`)
		view, err := event.PreSignUp()
		if err != nil {
			t.Fatal(err)
		}
		if event.UserName != "ada" || view.Attributes["email"] != "ada@x.example" {
			t.Errorf("%q changed the view: %+v", name, view)
		}
	}
}

func TestR4_DuplicateMembersAreRefused(t *testing.T) {
	for _, doc := range []string{
		`{"userName":"a","userName":"b"}`,
		`{"userName":"a","user\u004eame":"b"}`,
		`{"unknown":1,"unknown":2}`,
		`{"request":{},"request":{}}`,
		`{"callerContext":{"clientId":"a","clientId":"b"}}`,
		`{"request":{"userAttributes":{},"userAttributes":{}}}`,
		`{"request":{"userAttributes":{"sub":"a","sub":"b"}}}`,
		`{"request":{"userAttributes":{"sub":"a","s\u0075b":"b"}}}`,
		`{` + manyMembers(100) + `,"m7":0}`,
	} {
		event, err := cognito.Parse([]byte(doc))
		if err == nil {
			_, err = event.TokenGeneration()
		}
		if !errors.Is(err, cognito.ErrDuplicate) {
			t.Errorf("%.60s: got %v", doc, err)
		}
	}
}

func TestWhatIsNoObjectIsNoEvent(t *testing.T) {
	for _, doc := range []string{
		``, ` `, `null`, `[]`, `"{}"`, `1`, `{`, `{}}`, `{} {}`, `{"a":}`, `{"a":1,}`, `{a:1}`, "\x00", "\xef\xbb\xbf{}",
		strings.Repeat(`{"a":`, 10001) + `1` + strings.Repeat(`}`, 10001),
	} {
		if _, err := cognito.Parse([]byte(doc)); !errors.Is(err, cognito.ErrNotAnEvent) {
			t.Errorf("%.40q: got %v", doc, err)
		}
	}
}

// TestR5_HugeEventsAreAnsweredWithinBounds shows that an event of any shape costs a
// few times as much as reading each of its bytes once, and little memory.
func TestR5_HugeEventsAreAnsweredWithinBounds(t *testing.T) {
	for name, doc := range map[string]string{
		"members at the edge": `{"request":{"userAttributes":{` + manyMembers(1000) + `}}}`,
		"one long value":      `{"userName":"` + strings.Repeat("x", 6<<20) + `"}`,
		"many members":        `{` + manyMembers(400_000) + `}`,
		"many attributes":     `{"request":{"userAttributes":{` + manyMembers(400_000) + `}}}`,
		"depth at the edge":   strings.Repeat(`{"a":`, 9_999) + `1` + strings.Repeat(`}`, 9_999),
		"escapes":             `{"userName":"` + strings.Repeat(`\u0041`, 1<<20) + `"}`,
	} {
		read := func() {
			event, err := cognito.Parse([]byte(doc))
			if err == nil {
				_, err = event.PreSignUp()
			}
			if tooMany := strings.HasPrefix(name, "many "); tooMany != errors.Is(err, cognito.ErrTooLarge) || !tooMany && err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		const most = 100 // a scan that is quadratic in the members takes thousands
		if times := ratio.Of(read, func() { _ = json.Valid([]byte(doc)) }, most); times > most {
			t.Errorf("%s takes %.1f times as long as a look at its bytes", name, times)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		read()
		runtime.ReadMemStats(&after)
		if made := after.TotalAlloc - before.TotalAlloc; made > 96<<20 {
			t.Errorf("%s allocates %d MB", name, made>>20)
		}
	}
}

func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"m`)
		b.WriteString(strings.TrimSpace(string(mustJSON(i))))
		b.WriteString(`":1`)
	}
	return b.String()
}

func mustJSON(v any) []byte {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return out
}
