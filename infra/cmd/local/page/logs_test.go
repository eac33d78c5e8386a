package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

func TestR67_TheLogOfThePageIsThatOfOps(t *testing.T) {
	s := see(t)
	sub := s.arrives("logged@example.com", "Ada")
	if err := s.cloud.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	for id, outcome := range map[string]string{"log-1": "refused", "log-2": "allowed"} {
		s.entries.AddInvocation(timeline.Invocation{
			ID: id, Function: s.cloud.Outputs()["PreSignUpFunctionName"], Start: time.Now(), Millis: 1, Cold: true, InitMillis: 80,
			Log: []string{fmt.Sprintf(`{"message":"invocation","trigger":"PreSignUp_SignUp","outcome":%q,"cause":%q,"user":%q,"requestId":%q}`,
				outcome, hostile, kernel.UserHash(s.suite.id, sub), id)},
		})
	}
	status, body := s.gets("/logs?refused=1&since=1h&user=" + url.QueryEscape("logged@example.com"))
	if status != http.StatusOK || strings.Contains(body, hostile) || strings.Contains(body, "log-2") {
		t.Errorf("%d %s", status, body)
	}
	s.shows(body, "log-1", "refused", ", cold", "PreSignUp_SignUp", kernel.UserHash(s.suite.id, sub))
	_, text := s.gets("/api/logs?user=" + sub) // the confirmation's, and these
	var told shownLogs
	if err := json.Unmarshal([]byte(text), &told); err != nil || len(told.Lines) != 3 || told.Lines[1].Cause != hostile || told.Lines[1].InitMillis != 80 {
		t.Errorf("%v: %+v", err, told)
	}
	for path, want := range map[string]int{"/api/logs?since=soon": http.StatusBadRequest, "/api/logs?user=nobody": http.StatusNotFound} {
		if got, text := s.gets(path); got != want {
			t.Errorf("%s: %d %s", path, got, text)
		}
	}
}
