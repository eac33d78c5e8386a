package secret_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/secret"
)

const (
	arn      = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:pepper-AbCdEf"
	variable = secret.Pepper
	hidden   = "hunter2hunter2"
)

func place(member, version string) string {
	return strings.Join([]string{arn, member, version}, secret.Separator)
}

// fetch asks a service for the secret of a place and returns the service's requests, too.
func fetch(t *testing.T, place string, serve http.HandlerFunc) (value string, asked []map[string]string, err error) {
	t.Helper()
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in map[string]string
		if json.NewDecoder(r.Body).Decode(&in) != nil || r.Header.Get("X-Amz-Target") != "secretsmanager.GetSecretValue" ||
			!strings.Contains(r.Header.Get("Authorization"), "Credential=AKID/") || !strings.Contains(r.Header.Get("Authorization"), "/eu-west-1/secretsmanager/") || r.Header.Get("X-Amz-Security-Token") != "token" {
			t.Errorf("asked %v", r.Header)
		}
		asked = append(asked, in)
		serve(w, r)
	}))
	defer service.Close()
	t.Setenv("AWS_ENDPOINT_URL", service.URL)
	for name, value := range map[string]string{variable: place, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "key", "AWS_SESSION_TOKEN": "token"} {
		t.Setenv(name, value)
	}
	value, err = secret.Fetch(context.Background(), os.Getenv, variable)
	return value, asked, err
}

func answering(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"SecretString": text})
	}
}

func TestASecretIsFetchedFromWhereTheVariableSays(t *testing.T) {
	for at, want := range map[string]map[string]string{
		place("", ""):            {"SecretId": arn},
		place("pepper", ""):      {"SecretId": arn},
		place("pepper", "v1-v2"): {"SecretId": arn, "VersionId": "v1-v2"},
	} {
		text := hidden
		if strings.Contains(at, "#pepper#") {
			text = `{"other":1,"pepper":"` + hidden + `"}`
		}
		got, asked, err := fetch(t, at, answering(text))
		if err != nil || got != hidden || len(asked) != 1 || fmt.Sprint(asked[0]) != fmt.Sprint(want) {
			t.Errorf("%s: %q, %v, asked %v", at, got, err, asked)
		}
	}
}

func TestAVariableThatIsEmptyIsNoSecret(t *testing.T) {
	if got, asked, err := fetch(t, "", answering("other")); err != nil || got != "" || len(asked) > 0 {
		t.Errorf("%q, %v, asked %v", got, err, asked)
	}
}

func TestWhatCannotBeReadIsAnErrorThatRepeatsNothingOfIt(t *testing.T) {
	refusing := func(code string, status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = fmt.Fprintf(w, `{"__type":%q}`, code)
		}
	}
	for name, c := range map[string]struct {
		place string
		serve http.HandlerFunc
		asked int
		says  string
	}{
		"a place that is cut off":     {arn + "#pepper", answering(hidden), 0, variable + " does not say where"},
		"a secret of bytes":           {place("", ""), answering(""), 1, "fetching the secret of PEPPER_SECRET: it has no text"},
		"no JSON":                     {place("pepper", ""), answering(hidden), 1, "reading the secret of PEPPER_SECRET: it is no JSON object with a text \"pepper\""},
		"another member":              {place("pepper", ""), answering(`{"other":"` + hidden + `"}`), 1, "reading the secret of "},
		"a member that is no text":    {place("pepper", ""), answering(`{"pepper":["` + hidden + `"]}`), 1, "reading the secret of "},
		"no permission":               {place("", ""), refusing("AccessDeniedException", 400), 1, "fetching the secret of PEPPER_SECRET: calling secretsmanager.GetSecretValue: "},
		"too many requests, twice":    {place("", ""), refusing("ThrottlingException", 400), 2, "fetching the secret of PEPPER_SECRET: calling secretsmanager.GetSecretValue: "},
		"an answer that is cut off":   {place("", ""), func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"SecretString":"` + hidden)) }, 2, "fetching the secret of PEPPER_SECRET: calling secretsmanager.GetSecretValue: "},
		"a redirect to somebody else": {place("", ""), func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, 1, "fetching the secret of PEPPER_SECRET: calling secretsmanager.GetSecretValue: "},
		"an empty member":             {place("pepper", ""), answering(`{"pepper":""}`), 1, "reading the secret of "},
	} {
		got, asked, err := fetch(t, c.place, c.serve)
		if err == nil || got != "" || len(asked) != c.asked || strings.Contains(err.Error(), hidden) || !strings.HasPrefix(err.Error(), c.says) || !strings.Contains(err.Error(), variable) {
			t.Errorf("%s: %q, %v, asked %d times", name, got, err, len(asked))
		}
	}
}

func TestAReasonOfTheMomentIsTriedAgain(t *testing.T) {
	times := 0
	got, asked, err := fetch(t, place("", ""), func(w http.ResponseWriter, r *http.Request) {
		if times++; times == 1 {
			panic(http.ErrAbortHandler)
		}
		answering(hidden)(w, r)
	})
	if err != nil || got != hidden || len(asked) != 2 {
		t.Errorf("%q, %v, asked %d times", got, err, len(asked))
	}
}

func TestARedirectionIsNotFollowed(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another place was asked") }))
	defer other.Close()
	value, _, err := fetch(t, place("", ""), func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	})
	if value != "" || err == nil {
		t.Errorf("%q, %v", value, err)
	}
}
