package page

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// listed returns the ids of a query's entries, and the query for older ones.
func listed(t *testing.T, p *Page, query string) (ids []string, older string) {
	t.Helper()
	var found recent
	if _, body := get(t, p, "/api/timeline"+query); json.Unmarshal([]byte(body), &found) != nil {
		t.Fatalf("%s: %s", query, body)
	}
	for _, e := range found.Entries {
		ids = append(ids, e.ID)
	}
	return ids, found.Older
}

func TestR61_TheTimelineIsFiltered(t *testing.T) {
	entries := timeline.New(timeline.Limits{})
	entries.AddInvocation(timeline.Invocation{ID: "i", Call: "grace", Source: "TokenGeneration_Authentication", Function: "pretokengeneration"})
	entries.AddCall(timeline.Call{ID: "grace", Operation: "InitiateAuth", Username: "Grace@example.com", Status: 200})
	entries.AddMessage(timeline.Message{ID: "m", Call: "ada", To: "ada@example.com", Username: "9f1c"})
	entries.AddCall(timeline.Call{ID: "ada", Operation: "SignUp", Username: "9f1c", Status: 400, Error: "UserLambdaValidationException"})
	entries.AddInvocation(timeline.Invocation{ID: "sweep", Function: "reconcile", Error: "errorString"})
	entries.AddMessage(timeline.Message{ID: "text", To: "+4420"})
	entries.AddEdit(timeline.Edit{ID: "good", Acted: true})
	entries.AddEdit(timeline.Edit{ID: "bad"})
	entries.AddInvocation(timeline.Invocation{ID: "r", Call: "refresh", Source: "TokenGeneration_RefreshTokens", Users: []string{"grace@example.com", "77aa"}})
	entries.AddCall(timeline.Call{ID: "refresh", Operation: "GetTokensFromRefreshToken", Status: 200})
	p := open(t, entries)
	for query, want := range map[string]string{
		"":                                   "refresh bad good text sweep ada grace",
		"?user=grace":                        "refresh grace",
		"?user=77aa":                         "refresh",
		"?user=ADA":                          "ada",
		"?user=%2B44":                        "text",
		"?operation=signup":                  "ada",
		"?operation=tokengeneration":         "refresh grace",
		"?operation=reconcile":               "sweep",
		"?refused=1":                         "bad sweep ada",
		"?refused=1&operation=SignUp":        "ada",
		"?user=nobody":                       "",
		"?after=ada":                         "refresh bad good text sweep",
		"?after=ada&before=text":             "sweep",
		"?before=ada":                        "grace",
		"?before=" + url.QueryEscape("gone"): "refresh bad good text sweep ada grace",
	} {
		if ids, _ := listed(t, p, query); strings.Join(ids, " ") != want {
			t.Errorf("%s: got %q, want %q", query, ids, want)
		}
	}
}

func TestR61_OlderEntriesFollowWithTheSameFilter(t *testing.T) {
	entries := timeline.New(timeline.Limits{})
	for n := range 2*mostRows + 5 {
		entries.AddCall(timeline.Call{ID: fmt.Sprint(n), Operation: "SignUp"})
		entries.AddCall(timeline.Call{ID: fmt.Sprint("x", n), Operation: "InitiateAuth"})
	}
	p := open(t, entries)
	seen, query := 2*mostRows+5, "?operation=SignUp"
	for page := range 3 {
		ids, older := listed(t, p, query)
		for _, id := range ids {
			if seen--; id != fmt.Sprint(seen) {
				t.Fatalf("page %d: entry %s, want %d", page, id, seen)
			}
		}
		query = older
	}
	if seen != 0 || query != "" {
		t.Errorf("%d entries were not seen, and %q follows", seen, query)
	}
}

// What is shown is a page of a person, whatever has happened.
func TestR61_AnswersAreBoundedAfter100000Entries(t *testing.T) {
	entries := timeline.New(timeline.Limits{})
	for n := range 100_000 {
		entries.AddCall(timeline.Call{ID: fmt.Sprint(n), Operation: "SignUp", Username: "ada@example.com"})
	}
	for n, long := 0, strings.Repeat("<&é", 10_000); n < 150; n++ {
		fill(entries, n, long)
	}
	p := open(t, entries)
	const most = 2 << 20 // a stranger's text grows when it is escaped
	for _, path := range append(p.views(), "/api/messages", "/api/timeline", "/timeline?refused=1") {
		path = strings.NewReplacer("/calls/{id}", "/calls/c149", "/invocations/{id}", "/invocations/i149", "/messages/{id}", "/messages/m149", "/edits/{id}", "/edits/e149").Replace(path)
		if status, body := get(t, p, path); status != 200 || len(body) > most {
			t.Errorf("%s: status %d, %d bytes", path, status, len(body))
		}
	}
	for n := range mostRows {
		fill(entries, 200+n, "")
	}
	if _, body := get(t, p, "/timeline"); strings.Count(body, "<li id=") != mostRows {
		t.Errorf("%d rows", strings.Count(body, "<li id="))
	}
}

// What fell short is not written as if all were well, and a fault of the table shows in the list.
func TestR61_ARowSaysWhatFellShort(t *testing.T) {
	entries := timeline.New(timeline.Limits{})
	entries.AddTableCall(timeline.TableCall{Invocation: "i", Operation: "BatchGetItem", Fault: "down"})
	entries.AddInvocation(timeline.Invocation{ID: "i", Call: "1", Said: &timeline.Said{Outcome: "degraded", Cause: "reading AUTHZ: unreachable"}})
	entries.AddCall(timeline.Call{ID: "1", Operation: "InitiateAuth"})
	p := open(t, entries)
	for path, wants := range map[string][]string{
		"/timeline":      {`<b class="outcome warn">degraded</b>`, "fault: down"},
		"/invocations/i": {`<b class="warn">degraded</b>`},
	} {
		_, body := get(t, p, path)
		for _, want := range wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %s", path, want)
			}
		}
	}
}

// Whoever opens the page first is told what to do, also when something else has happened.
func TestR61_AQuietTimelineSaysHowToBegin(t *testing.T) {
	entries := timeline.New(timeline.Limits{})
	p := open(t, entries)
	for _, happens := range []func(){func() {}, func() { entries.AddInvocation(timeline.Invocation{ID: "register"}) }} {
		happens()
		if _, body := get(t, p, "/timeline"); !strings.Contains(body, "No app has called yet") {
			t.Errorf("got %s", body)
		}
	}
	entries.AddCall(timeline.Call{ID: "1", Operation: "SignUp"})
	for _, query := range []string{"", "?user=nobody"} {
		if _, body := get(t, p, "/timeline"+query); strings.Contains(body, "No app has called yet") {
			t.Errorf("%s: got %s", query, body)
		}
	}
}

// A link to one user's entries leads to them, whatever is in the name.
func TestR61_ARowLinksToItsUser(t *testing.T) {
	const name = `ada+x%40&"é@example.com`
	entries := timeline.New(timeline.Limits{})
	entries.AddCall(timeline.Call{ID: "1", Operation: "SignUp", Username: name})
	entries.AddCall(timeline.Call{ID: "2", Operation: "SignUp", Username: "grace"})
	entries.AddInvocation(timeline.Invocation{ID: "i", Call: "3", Users: []string{"ida@example.com"}})
	entries.AddCall(timeline.Call{ID: "3", Operation: "GetTokensFromRefreshToken"}) // its trigger says whose
	p := open(t, entries)
	_, body := get(t, p, "/timeline")
	_, link, _ := strings.Cut(body, `href="?user=`)
	if !strings.HasPrefix(link, "ida%40example.com") {
		t.Errorf("a refresh leads to %.30s", link)
	}
	_, link, _ = strings.Cut(link, `href="?user=`)
	_, link, _ = strings.Cut(link, `href="?user=`) // grace is newer
	link, _, _ = strings.Cut(link, `"`)
	if ids, _ := listed(t, p, "?user="+html.UnescapeString(link)); strings.Join(ids, " ") != "1" {
		t.Errorf("%s leads to %v", link, ids)
	}
}
