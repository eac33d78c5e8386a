package main

import (
	"encoding/json"
	"testing"
)

// ask sends claims as API Gateway passes them.
func ask(t *testing.T, authorizer string) (int, string) {
	t.Helper()
	var r request
	if err := json.Unmarshal([]byte(`{"version":"2.0","routeKey":"GET /whoami","requestContext":{"authorizer":`+authorizer+`}}`), &r); err != nil {
		t.Fatal(err)
	}
	answer, err := whoami(r)
	if err != nil || answer.Headers["cache-control"] != "no-store" {
		t.Errorf("%v, %v", answer, err)
	}
	return answer.StatusCode, answer.Body
}

func TestWhoamiAnswersFromTheAccessTokenAlone(t *testing.T) {
	for name, c := range map[string]struct {
		authorizer string
		status     int
		body       string
	}{
		"a person": {
			`{"jwt":{"claims":{"sub":"8d1c","username":"8d1c","client_id":"web1","token_use":"access","scope":"openid app/read","iss":"i","exp":"1",
			"cognito:groups":"[admins members]","roles":"[editor reviewer]","tenant":"acme","authz_version":"3"},"scopes":null}}`,
			200,
			`{"user":"8d1c","username":"8d1c","client":"web1","scopes":["openid","app/read"],"groups":["admins","members"],"claims":{"authz_version":"3","roles":"[editor reviewer]","tenant":"acme"}}`,
		},
		"a service": {
			`{"jwt":{"claims":{"sub":"m2m","client_id":"m2m","token_use":"access","scope":"app/read","kind":"machine"}}}`, 200,
			`{"user":"m2m","client":"m2m","scopes":["app/read"],"groups":[],"claims":{"kind":"machine"}}`,
		},
		"an ID token": {`{"jwt":{"claims":{"sub":"8d1c","aud":"web1","token_use":"id"}}}`, 403, `{"message":"an access token is needed, not an ID token"}`},
		"no use":      {`{"jwt":{"claims":{}}}`, 403, `{"message":"an access token is needed, not an ID token"}`},
		"no token":    {`null`, 401, `{"message":"no token was verified"}`},
		"another way": {`{"lambda":{}}`, 401, `{"message":"no token was verified"}`},
	} {
		if status, body := ask(t, c.authorizer); status != c.status || body != c.body {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
}
