package journey

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

func (j *Journey) machineToken(ctx context.Context) (Result, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {j.MachineScope}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, j.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return Result{}, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(j.MachineClientID, j.MachineKey)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return Result{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return Result{}, err
	}
	if answer.StatusCode != http.StatusOK {
		return Result{}, fmt.Errorf("%s answered %s: %s", j.TokenURL, answer.Status, body)
	}
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(body, &token); err != nil {
		return Result{}, fmt.Errorf("%s answered no JSON: %w", j.TokenURL, err)
	}
	said, err := j.verify(ctx, token.AccessToken)
	if err != nil {
		return Result{}, err
	}
	j.machine = token.AccessToken
	scopes, _ := said["scope"].(string)
	return Result{Note: "an access token of its own", AccessToken: token.AccessToken},
		expect(said["kind"] == "machine" && slices.Contains(strings.Fields(scopes), j.MachineScope),
			"the token says kind %v, scope %q", said["kind"], scopes)
}
