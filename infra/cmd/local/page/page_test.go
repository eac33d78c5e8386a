package page

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// hostile is what a stranger writes where they can.
const hostile = `<script>alert(1)</script><img src=x onerror=alert(2)>"'&{{.}}</textarea>`

// open returns a running page of a timeline without a cloud.
func open(t *testing.T, entries *timeline.Timeline) *Page {
	t.Helper()
	p, err := build(nil, entries)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.open(0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// fill plays a refused sign-up, a good one and an edit into a timeline. text stands where a
// stranger may write.
func fill(entries *timeline.Timeline, n int, text string) {
	id := func(kind string) string { return fmt.Sprintf("%s%d", kind, n) }
	at := time.Date(2026, 11, 27, 9, 30, n%60, 120e6, time.UTC)
	event := fmt.Appendf(nil, `{"version":"1","triggerSource":"PreSignUp_SignUp","userName":%q,"request":{"clientMetadata":{"x":%[1]q}},"response":{"autoConfirmUser":false}}`, "u-"+text)
	entries.AddTableCall(timeline.TableCall{
		Invocation: id("i"), Start: at, Millis: 3.2, Operation: "UpdateItem", Status: 400, Error: "ConditionalCheckFailedException",
		Request: timeline.Body(`{"TableName":"Users","Key":{"pk":{"S":"USER#1"}},"UpdateExpression":"SET #a = :v","ConditionExpression":"attribute_not_exists(#a) OR #a < :v","ExpressionAttributeNames":{"#a":"seen"},"ExpressionAttributeValues":{":v":{"N":"7"}}}`),
		Answer:  timeline.Body(`{"__type":"ConditionalCheckFailedException"}`),
	})
	entries.AddInvocation(timeline.Invocation{
		ID: id("i"), Call: id("c"), Function: "presignup", Source: "PreSignUp_SignUp", Start: at, Millis: 12.4, Cold: true, InitMillis: 83,
		Said:  &timeline.Said{Outcome: "refused", Rule: "domains", Code: "domain_denied", WouldRefuse: []string{"disposable"}},
		Error: "errorString", Message: "Your address is not on our list. " + text, Event: event, Log: []string{`{"level":"INFO","outcome":"refused"}`, text},
	})
	entries.AddInvocation(timeline.Invocation{
		ID: id("j"), Call: id("c"), Function: "postconfirmation", Source: "PostConfirmation_ConfirmSignUp", Start: at, Millis: 8, Said: &timeline.Said{Outcome: "recorded"},
		Event: event, Reply: timeline.Body(strings.Replace(string(event), `"autoConfirmUser":false`, `"autoConfirmUser":true`, 1)),
	})
	entries.AddMessage(timeline.Message{
		ID: id("m"), Call: id("c"), Time: at, Username: "u-" + text, To: "ada@example.com" + text, Channel: "EMAIL", Purpose: "signup", Subject: "Your code " + text,
		Text: "Your code is <b>123456</b> " + text, Code: "123456", Link: "http://localhost:4810/confirmUser?x=" + text,
	})
	entries.AddCall(timeline.Call{
		ID: id("c"), Start: at, Millis: 41.5, Operation: "SignUp", ClientID: "web", Username: "ada@example.com" + text, Agent: "aws-sdk-js/3 " + text, Origin: "http://localhost:3000",
		Request: timeline.Body(fmt.Sprintf(`{"Username":%q}`, text)), Status: 400, Error: "UserLambdaValidationException", Message: "PreSignUp failed with error Your address is not on our list. " + text,
		Answer: timeline.Body(fmt.Sprintf(`{"message":%q}`, text)),
	})
	entries.AddEdit(timeline.Edit{ID: id("e"), Time: at, File: "infra/stages/dev.yaml", Text: "one fault: the old policy stays " + text, Faults: []string{"infra/stages/dev.yaml:12: unknown key " + text}})
}

// filled returns a page with one of everything.
func filled(t *testing.T) *Page {
	t.Helper()
	entries := timeline.New(timeline.Limits{})
	fill(entries, 1, hostile)
	return open(t, entries)
}

// concrete puts an entry that is there into a pattern.
func concrete(path string) string {
	for kind, id := range map[string]string{"/calls/": "c1", "/invocations/": "i1", "/messages/": "m1", "/edits/": "e1"} {
		if strings.Contains(path, kind) {
			path = strings.Replace(path, "{id}", id, 1)
		}
	}
	return strings.NewReplacer("{$}", "", "{sub}", "1").Replace(path)
}

// ask sends a request to a route and follows nothing. Of a stream it reads nothing.
func ask(t *testing.T, p *Page, to route, change func(*http.Request)) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), to.method, p.URL()+concrete(to.path), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	change(r)
	got, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	if strings.HasPrefix(got.Header.Get("Content-Type"), "text/event-stream") {
		return got, ""
	}
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got, string(body)
}

// get asks as a program does.
func get(t *testing.T, p *Page, path string) (int, string) {
	t.Helper()
	got, body := ask(t, p, route{http.MethodGet, path}, func(*http.Request) {})
	return got.StatusCode, body
}

// views are the paths that people look at.
func (p *Page) views() (paths []string) {
	for _, to := range p.routes {
		if to.method == http.MethodGet && !strings.HasPrefix(to.path, "/api/") && !strings.HasPrefix(to.path, "/page.") && to.path != "/{$}" {
			paths = append(paths, to.path)
		}
	}
	return paths
}
