package page

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// panel is a switchboard with one switch.
type panel struct{ on string }

func (p *panel) Switches() []localcloud.Switch {
	return []localcloud.Switch{{Name: "store", About: "The table.", On: p.on, Positions: []localcloud.Position{{About: "It answers."}, {Value: "down", About: "It hangs up."}}}}
}

func (p *panel) Turn(_, value string) error {
	if value != "" && value != "down" {
		return Problem{Text: "no position " + value}
	}
	p.on = value
	return nil
}

// post sends a form and returns the status and the place to which it leads.
func post(t *testing.T, p *Page, path string, form url.Values) (status int, next, body string) {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	got, err := client.PostForm(p.URL()+path, form)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	var told any
	_ = json.NewDecoder(got.Body).Decode(&told)
	text, _ := json.Marshal(told)
	return got.StatusCode, got.Header.Get("Location"), string(text)
}

func TestR61_ASwitchedFaultIsSaidOnEveryView(t *testing.T) {
	p := filled(t)
	switches := &panel{}
	p.switches = switches
	const banner = `class="banner"`
	says := func(want bool) {
		t.Helper()
		for _, path := range p.views() {
			if _, body := get(t, p, path); strings.Contains(body, banner) != want {
				t.Errorf("%s: the banner is there: %t", path, !want)
			}
		}
	}
	says(false)
	if status, next, _ := post(t, p, "/faults", url.Values{"store": {"down"}}); status != http.StatusSeeOther || next != "/faults" || switches.on != "down" {
		t.Errorf("switched on: %d %s %q", status, next, switches.on)
	}
	says(true)
	if status, _, body := post(t, p, "/api/faults", url.Values{"store": {hostile}}); status != http.StatusUnprocessableEntity || switches.on != "down" || !strings.Contains(body, "no position") {
		t.Errorf("a position that is none: %d %s", status, body)
	}
	if status, _, body := post(t, p, "/api/faults", url.Values{}); status != http.StatusOK || switches.on != "down" || !strings.Contains(body, `"on":"down"`) {
		t.Errorf("nothing was named: %d %s", status, body)
	}
	if post(t, p, "/faults", url.Values{"off": {"1"}, "store": {"down"}}); switches.on != "" {
		t.Error("All off leaves one on")
	}
	says(false)
}

func TestR61_AReplayShowsOldBesideNew(t *testing.T) {
	s := see(t)
	email, word := "eve@mailinator.com", password
	if _, err := s.suite.pool.SignUp(t.Context(), &cognito.SignUpInput{ClientId: &s.web, Username: &email, Password: &word, UserAttributes: []types.AttributeType{{Name: new("email"), Value: &email}}}); err == nil {
		t.Fatal("a denied domain signed up")
	}
	if err := s.cloud.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	var found recent
	if _, body := get(t, s.Page, "/api/timeline?refused=1&user="+email); json.Unmarshal([]byte(body), &found) != nil || len(found.Entries) != 1 {
		t.Fatalf("its entries: %s", body)
	}
	old := found.Entries[0].Call.Invocations[0]
	status, next, _ := post(t, s.Page, "/invocations/"+old.ID+"/replay", nil)
	if status != http.StatusSeeOther || next == "/invocations/"+old.ID {
		t.Fatalf("the replay: %d %s", status, next)
	}
	_, body := get(t, s.Page, next)
	s.shows(body, "Old beside new", "<td>refused</td><td>refused</td>", "What each rule says", `<td class="bad">refuses</td>`, "accepts")
	for id, want := range map[string]int{"none": http.StatusNotFound, s.cut(): http.StatusUnprocessableEntity} {
		if status, _, body := post(t, s.Page, "/api/invocations/"+id+"/replay", nil); status != want {
			t.Errorf("replay of %s: %d %s", id, status, body)
		}
	}
}

// cut adds an invocation whose event had a secret.
func (s seen) cut() string {
	s.entries.AddInvocation(timeline.Invocation{ID: "cut", Function: "presignup", Event: timeline.Body(`{"request":{"password":"hush"}}`)})
	return "cut"
}
