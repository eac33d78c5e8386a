package localcloud

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
)

const someSecret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:old-app-AbCdEf"

// asking returns a cloud with a function whose settings name a secret.
func asking(t *testing.T, secrets map[string]string) *Cloud {
	t.Helper()
	c := &Cloud{Stack: &template.Stack{Functions: []template.Function{{
		LogicalID: "Asker", Function: lambdahost.Function{Env: map[string]string{"OLD_APP_SECRET": someSecret + "#member#", "TABLE_NAME": "t", "ROLE": "arn:aws:iam::1:role/r"}},
	}}}}
	if err := c.openSecrets(t.Context(), Options{Secrets: secrets}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.vault.Close() })
	return c
}

func TestASecretComesFromThisMachineOrNotAtAll(t *testing.T) {
	c := asking(t, map[string]string{someSecret: `whsec_"x"`})
	if at := c.functionEnv()["AWS_ENDPOINT_URL_SECRETS_MANAGER"]; at == "" || at != c.vault.URL() || len(c.Stack.Unsupported) != 0 {
		t.Errorf("functions ask %q; %q", at, c.Stack.Unsupported)
	}
	for _, row := range []struct{ target, body, want string }{
		{"secretsmanager.GetSecretValue", `{"SecretId":"` + someSecret + `","VersionId":"v"}`, `200 {"ARN":"` + someSecret + `","SecretString":"whsec_\"x\""}`},
		{"secretsmanager.GetSecretValue", `{"SecretId":"` + someSecret + `x"}`, `400 {"__type":"ResourceNotFoundException"`},
		{"secretsmanager.GetSecretValue", `{`, `400 {"__type":"InvalidRequestException"`},
		{"secretsmanager.ListSecrets", `{"SecretId":"` + someSecret + `"}`, `400 {"__type":"InvalidRequestException"`},
	} {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, c.vault.URL(), strings.NewReader(row.body))
		request.Header.Set("X-Amz-Target", row.target)
		if got := answerOf(t, request); !strings.HasPrefix(got, row.want) {
			t.Errorf("%s %s: %s", row.target, row.body, got)
		}
	}
	page, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, c.vault.URL(), strings.NewReader(`{"SecretId":"`+someSecret+`"}`))
	page.Header.Set("X-Amz-Target", "secretsmanager.GetSecretValue")
	page.Header.Set("Origin", "https://evil.example")
	if got := answerOf(t, page); !strings.HasPrefix(got, "403 ") {
		t.Errorf("a page reads %s", got)
	}
}

func answerOf(t *testing.T, request *http.Request) string {
	t.Helper()
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	return answer.Status[:4] + string(body)
}

func TestASecretThatIsNotHereIsNamed(t *testing.T) {
	c := asking(t, nil)
	if want := "Asker does not start: the secret " + someSecret + " is not here"; !slices.ContainsFunc(c.Stack.Unsupported, func(line string) bool { return strings.HasPrefix(line, want) }) {
		t.Errorf("%q", c.Stack.Unsupported)
	}
	w := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"SecretId":"`+someSecret+`"}`))
	request.Header.Set("X-Amz-Target", "secretsmanager.GetSecretValue")
	secrets(nil).ServeHTTP(w, request)
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "ResourceNotFoundException") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestWithoutASecretNothingIsOpened(t *testing.T) {
	c := &Cloud{Stack: &template.Stack{}}
	if err := c.openSecrets(t.Context(), Options{}); err != nil || c.vault != nil || len(c.functionEnv()) != 0 {
		t.Errorf("%v, %v", err, c.functionEnv())
	}
}
