package journey

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
)

// shown is what GET /whoami answers.
type shown struct {
	User   string            `json:"user"`
	Scopes []string          `json:"scopes"`
	Claims map[string]string `json:"claims"` // a list is "[a b]"
}

// callAPI calls GET /whoami with a token, or with none.
func (j *Journey) callAPI(ctx context.Context, token string) (status int, body []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, j.APIURL+"/whoami", nil)
	if err != nil {
		return 0, nil, err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	return answer.StatusCode, body, err
}

// adminInAcme and onlyEditorInGlobex call the API as the same user for two tenants.
func (j *Journey) adminInAcme(ctx context.Context) (Result, error) {
	return j.asksWhoAdaIs(ctx, "acme", "[editor admin]")
}

func (j *Journey) onlyEditorInGlobex(ctx context.Context) (Result, error) {
	return j.asksWhoAdaIs(ctx, "globex", "[editor]")
}

func (j *Journey) asksWhoAdaIs(ctx context.Context, tenant, roles string) (Result, error) {
	status, body, err := j.callAPI(ctx, j.ada.accessToken)
	if err != nil {
		return Result{}, err
	}
	var who shown
	if status != http.StatusOK || json.Unmarshal(body, &who) != nil {
		return Result{}, fmt.Errorf("the API answered %d: %s", status, body)
	}
	return Result{Note: fmt.Sprintf("200, tenant %s, roles %s, scopes %v", who.Claims["tenant"], who.Claims["roles"], who.Scopes)},
		expect(who.User == j.ada.sub && who.Claims["tenant"] == tenant && who.Claims["roles"] == roles && slices.Contains(who.Scopes, j.SuiteScope),
			"the API answered %s, and should know Ada (%s), tenant %s, roles %s", body, j.ada.sub, tenant, roles)
}

// The authorizer's refusals, with AWS's statuses and bodies: without a token, with one of a client
// that is not in its audience, and with one without the route's scope.

func (j *Journey) apiWithoutToken(ctx context.Context) (Result, error) {
	return j.refusedByAPI(ctx, "", http.StatusUnauthorized, "Unauthorized")
}

func (j *Journey) apiFromDesk(ctx context.Context) (Result, error) {
	return j.refusedByAPI(ctx, j.desk.accessToken, http.StatusUnauthorized, "Unauthorized")
}

func (j *Journey) apiFromMachine(ctx context.Context) (Result, error) {
	return j.refusedByAPI(ctx, j.machine, http.StatusForbidden, "Forbidden")
}

func (j *Journey) refusedByAPI(ctx context.Context, token string, want int, message string) (Result, error) {
	status, body, err := j.callAPI(ctx, token)
	if err != nil {
		return Result{}, err
	}
	var said struct{ Message string }
	_ = json.Unmarshal(body, &said) // no JSON: no message
	return Result{Note: fmt.Sprintf("%d %s", status, said.Message)},
		expect(status == want && said.Message == message, "the API answered %d: %s", status, body)
}
