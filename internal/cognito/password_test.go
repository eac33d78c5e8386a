package cognito_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

const secret = "pa55 \\\"wörd\u2028"

func TestTheViewOfAMigrationHasTheHeaderAndThePassword(t *testing.T) {
	for request, want := range map[string]string{
		`{"password":"a\"b","userAttributes":null}`: `a"b`,
		`{"password":null}`:                         "",
		`{"password":7}`:                            "",
		`{"password":{"password":"x"}}`:             "",
		`{}`:                                        "",
		`{"clientMetadata":{"password":"x"},"Password":"y"}`:      "",
		`{"validationData":{"password":"x"},"passw\u006frd":"z"}`: "z",
	} {
		event := parse(t, `{"version":"1","triggerSource":"UserMigration_Authentication","userPoolId":"p","userName":"Ada","password":"outside","request":`+request+`}`)
		view, err := event.UserMigration()
		if err != nil || view.Password.Reveal() != want || view.Header != event.Header {
			t.Errorf("%s: got %q, %v", request, view.Password.Reveal(), err)
		}
	}
	if _, err := parse(t, `{"request":{"password":"a","password":"b"}}`).UserMigration(); !errors.Is(err, cognito.ErrDuplicate) {
		t.Errorf("two passwords: %v", err)
	}
	if (cognito.Password{}).Reveal() != "" {
		t.Error("the zero value is not empty")
	}
}

// Whatever prints a password, or what holds one, prints none of its parts.
func TestR102_APasswordPrintsAsAFixedWord(t *testing.T) {
	view := cognito.UserMigration{Password: cognito.NewPassword(secret)}
	inside := struct{ view cognito.UserMigration }{view}
	var printed bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%T", "%5.3s"} {
		for _, value := range []any{view.Password, &view.Password, view, &view, inside, &inside, []any{view}, map[string]any{"a": view.Password}, fmt.Errorf("with %v: %w", view, errors.New("x"))} {
			fmt.Fprintf(&printed, verb+"\n", value)
		}
	}
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&printed, nil), slog.NewTextHandler(&printed, nil)} {
		slog.New(handler).Info("a", "password", view.Password, "view", view, "all", []any{view}, "inside", inside)
	}
	text, err := json.Marshal(map[string]any{"view": view, "password": view.Password, "inside": inside})
	if err != nil {
		t.Fatal(err)
	}
	printed.Write(text)
	if !strings.Contains(string(text), `"Password":"(password)"`) {
		t.Errorf("JSON is %s", text)
	}
	if word := view.Password.String(); word != "(password)" || view.Password.LogValue().String() != word {
		t.Errorf("it prints as %q and %q", word, view.Password.LogValue())
	}
	for _, part := range []string{"pa55", "wörd", "w\\u00f6rd", fmt.Sprintf("%x", "pa55"), fmt.Sprintf("%X", "pa55")} {
		if strings.Contains(printed.String(), part) {
			t.Errorf("%q was printed", part)
		}
	}
}

func TestR102_AHiddenEventIsTheEventWithoutItsPassword(t *testing.T) {
	const rest = `{ "a":1, "request":{"password" : %s,"validationData":{"password":"kept"}}, "response":{}}`
	for _, value := range []string{`"pa55 \"word"`, `{"pa55":["pa55"]}`, `["pa55"]`, `5555`, `null`, `""`} {
		if got, want := string(cognito.Hide(fmt.Appendf(nil, rest, value))), fmt.Sprintf(rest, `"(password)"`); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for doc, want := range map[string]string{
		`{"request":{"password":"pa55","password":"pa55"}}`: "",
		`{"request":{"password":"pa55"},"request":{}}`:      "",
		`["pa55"]`:                       "",
		`{"request":{"a":1}}`:            `{"request":{"a":1}}`,
		`{}`:                             `{}`,
		`{"request":"x","password":"y"}`: `{"request":"x","password":"y"}`,
	} {
		if got := string(cognito.Hide([]byte(doc))); got != want {
			t.Errorf("%s is %s, want %s", doc, got, want)
		}
	}
}
