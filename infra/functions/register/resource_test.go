package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/customresource"
)

// rows is a registry in memory.
type rows struct {
	held   map[string]string
	failed error
}

func (r *rows) Assign(_ context.Context, client, profile string) error {
	if r.failed == nil {
		r.held[client] = profile
	}
	return r.failed
}

func (r *rows) Forget(_ context.Context, client string) error {
	if r.failed == nil {
		delete(r.held, client)
	}
	return r.failed
}

// coded is an error like package dynamo's.
type coded string

func (c coded) Error() string     { return "removing CLIENT: " + string(c) }
func (c coded) ErrorCode() string { return string(c) }

// cloudFormation accepts answers.
type cloudFormation struct {
	*httptest.Server
	answers []map[string]string
}

func newCloudFormation(t testing.TB) *cloudFormation {
	t.Helper()
	c := &cloudFormation{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var answer map[string]string
		if err := json.Unmarshal(body, &answer); err != nil || r.Method != http.MethodPut || r.Header["Content-Type"] != nil {
			t.Errorf("%s %v %s", r.Method, r.Header, body)
		}
		c.answers = append(c.answers, answer)
	}))
	t.Cleanup(c.Close)
	return c
}

// asked makes a request from JSON as CloudFormation sends it.
func (c *cloudFormation) asked(t testing.TB, kind, now, before string) customresource.Request {
	t.Helper()
	var in customresource.Request
	err := json.Unmarshal([]byte(`{"RequestType":"`+kind+`","ResponseURL":"`+c.URL+`/?signed","StackId":"arn:stack","RequestId":"r-1",
		"LogicalResourceId":"Profiles","ResourceType":"Custom::AppClientProfiles",
		"ResourceProperties":{"ServiceToken":"arn:function","Table":"t","Clients":`+now+`},
		"OldResourceProperties":{"ServiceToken":"arn:function","Table":"t","Clients":`+before+`}}`), &in)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

const (
	none  = `[]`
	two   = `[{"Id":"web1","Profile":"app"},{"Id":"machine1","Profile":"service"}]`
	other = `[{"Id":"web1","Profile":"console"},{"Id":"partner","Profile":"app"}]`
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestRowsFollowTheStack(t *testing.T) {
	c, held := newCloudFormation(t), &rows{held: map[string]string{"foreign": "kept"}}
	r := resource{held, quiet()}
	for i, step := range []struct {
		kind, now, before string
		want              map[string]string
	}{
		{"Create", two, none, map[string]string{"web1": "app", "machine1": "service"}},
		{"Update", other, two, map[string]string{"web1": "console", "partner": "app"}},
		{"Update", two, other, map[string]string{"web1": "app", "machine1": "service"}}, // a rollback
		{"Update", none, two, map[string]string{}},
		{"Create", other, none, map[string]string{"web1": "console", "partner": "app"}},
		{"Delete", other, none, map[string]string{}},
	} {
		for range 2 { // Lambda may repeat each
			if err := r.handle(t.Context(), c.asked(t, step.kind, step.now, step.before)); err != nil {
				t.Fatal(err)
			}
		}
		step.want["foreign"] = "kept"
		if !maps.Equal(held.held, step.want) {
			t.Errorf("step %d leaves %v, want %v", i, held.held, step.want)
		}
	}
	for _, answer := range c.answers {
		want := map[string]string{
			"Status": "SUCCESS", "StackId": "arn:stack", "RequestId": "r-1", "LogicalResourceId": "Profiles",
			"PhysicalResourceId": "profiles-of-app-clients",
		}
		if !maps.Equal(answer, want) {
			t.Errorf("answered %v", answer)
		}
	}
	if len(c.answers) != 12 {
		t.Errorf("%d answers", len(c.answers))
	}
}

func TestEveryHistoryEndsInTheRowsOfItsLastRequest(t *testing.T) {
	r := resource{&rows{held: map[string]string{}}, quiet()}
	lists := rapid.MapOfN(rapid.StringMatching(`[a-d]`), rapid.SampledFrom([]string{"app", "console"}), 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		r.registry = &rows{held: map[string]string{}}
		before := lists.Draw(t, "created with")
		apply := func(kind string, now, before map[string]string) {
			in := customresource.Request{RequestType: kind, ResourceProperties: listed("t", now), OldResourceProperties: listed("t", before)}
			for range rapid.IntRange(1, 2).Draw(t, "deliveries") {
				if err := r.apply(t.Context(), in); err != nil {
					t.Fatal(err)
				}
			}
		}
		apply("Create", before, nil)
		for range rapid.IntRange(0, 4).Draw(t, "updates") {
			now := lists.Draw(t, "updated to")
			apply("Update", now, before)
			before = now
		}
		if held := r.registry.(*rows).held; !maps.Equal(held, before) {
			t.Fatalf("the rows are %v, want %v", held, before)
		}
	})
}

func listed(table string, profiles map[string]string) json.RawMessage {
	p := properties{Table: table}
	for id, profile := range profiles {
		p.Clients = append(p.Clients, client{id, profile})
	}
	raw, _ := json.Marshal(p)
	return raw
}

func TestAReplacedTableIsFilledAndTheOldOneLeftAlone(t *testing.T) {
	c, held := newCloudFormation(t), &rows{held: map[string]string{"machine1": "of the old table"}}
	in := c.asked(t, "Update", other, two)
	in.OldResourceProperties = listed("old", map[string]string{"machine1": "service"})
	if err := (resource{held, quiet()}).handle(t.Context(), in); err != nil || held.held["machine1"] == "" || held.held["partner"] != "app" {
		t.Errorf("%v, %v", held.held, err)
	}
}

func TestWhatCannotBeDoneIsAnsweredAsFailed(t *testing.T) {
	for name, step := range map[string]struct {
		kind, now string
		failed    error
		want      string
	}{
		"the store":      {"Create", two, errors.New("writing CLIENT: AccessDeniedException"), "AccessDeniedException"},
		"no id":          {"Create", `[{"Profile":"app"}]`, nil, "client 1 of 1 has no id or no profile"},
		"no profile":     {"Update", `[{"Id":"x"}]`, nil, "client 1 of 1 has no id or no profile"},
		"two profiles":   {"Create", `[{"Id":"x","Profile":"app"},{"Id":"x","Profile":"console"}]`, nil, "the client x has the profiles app and console"},
		"no such type":   {"Replace", two, nil, `the request type "Replace" is none of`},
		"no list":        {"Create", `"web1"`, nil, "reading the resource's properties"},
		"update, denied": {"Update", two, coded("AccessDeniedException"), "AccessDeniedException"},
	} {
		t.Run(name, func(t *testing.T) {
			c, held := newCloudFormation(t), &rows{held: map[string]string{}, failed: step.failed}
			if err := (resource{held, quiet()}).handle(t.Context(), c.asked(t, step.kind, step.now, other)); err != nil {
				t.Fatal(err)
			}
			got := c.answers[0]
			if got["Status"] != "FAILED" || !strings.Contains(got["Reason"], step.want) {
				t.Errorf("answered %v", got)
			}
			if len(held.held) > 0 {
				t.Errorf("rows %v", held.held)
			}
		})
	}
}

// A table that is already gone is nothing to tell an operator.
func TestATableThatIsGoneHasNoRowsToRemove(t *testing.T) {
	held := &rows{held: map[string]string{}, failed: coded("ResourceNotFoundException")}
	if err := (resource{held, quiet()}).apply(t.Context(), newCloudFormation(t).asked(t, "Delete", two, none)); err != nil {
		t.Error(err)
	}
}

// Whatever made a Create fail, the Delete that follows it with the same properties succeeds
// and removes what it can read.
func TestR73_ADeleteSucceedsAfterAnyFailedCreate(t *testing.T) {
	c := newCloudFormation(t)
	word := rapid.SampledFrom([]string{`"web1"`, `"machine1"`, `"app"`, `"console"`, `""`, `null`, `7`, `{}`, `[]`, `true`})
	entry := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{
			`{"Id":` + word.Draw(t, "id") + `,"Profile":` + word.Draw(t, "profile") + `}`, word.Draw(t, "entry"),
		}).Draw(t, "form")
	})
	rapid.Check(t, func(rt *rapid.T) {
		clients := "[" + strings.Join(rapid.SliceOfN(entry, 0, 4).Draw(rt, "clients"), ",") + "]"
		if rapid.IntRange(0, 9).Draw(rt, "no list") == 0 {
			clients = word.Draw(rt, "clients")
		}
		held := &rows{held: map[string]string{"web1": "of before", "foreign": "kept"}}
		held.failed = rapid.SampledFrom([]error{nil, coded("AccessDeniedException"), errors.New("no table")}).Draw(rt, "failure")
		r := resource{held, quiet()}
		if rapid.IntRange(0, 9).Draw(rt, "panics") == 0 {
			r.registry = nil
		}
		c.answers = nil
		for _, kind := range []string{"Create", "Delete"} {
			if err := r.handle(t.Context(), c.asked(t, kind, clients, none)); err != nil {
				rt.Fatal(err)
			}
		}
		created, deleted := c.answers[0], c.answers[1]
		if len(c.answers) != 2 || deleted["Status"] != "SUCCESS" || deleted["Reason"] != "" || deleted["PhysicalResourceId"] != created["PhysicalResourceId"] {
			rt.Fatalf("%v and then %v", created, deleted)
		}
		if r.registry == nil || held.failed != nil {
			return
		}
		if named := strings.Contains(clients, `{"Id":"web1"`); held.held["foreign"] != "kept" || named && held.held["web1"] != "" {
			rt.Fatalf("%s leaves %v", clients, held.held)
		}
	})
}

// What was deployed before is no reason to refuse a change.
func TestR73_AnUpdateIsJudgedByItsNewPropertiesAlone(t *testing.T) {
	for _, before := range []string{`"web1"`, `[{"Id":7}]`, `[{"Profile":"app"}]`, `[{"Id":"x","Profile":"a"},{"Id":"x","Profile":"b"},{"Id":"gone","Profile":"a"}]`} {
		c, held := newCloudFormation(t), &rows{held: map[string]string{"gone": "a"}}
		if err := (resource{held, quiet()}).handle(t.Context(), c.asked(t, "Update", two, before)); err != nil || c.answers[0]["Status"] != "SUCCESS" || held.held["web1"] != "app" {
			t.Errorf("%s: %v, %v, %v", before, c.answers, held.held, err)
		}
		if strings.Contains(before, "gone") && held.held["gone"] != "" {
			t.Errorf("%s leaves %v", before, held.held)
		}
	}
}
