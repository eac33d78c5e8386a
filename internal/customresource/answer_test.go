package customresource

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// cloudFormation accepts answers; it refuses the first ones with an error.
type cloudFormation struct {
	*httptest.Server
	refuse  atomic.Int64
	answers []map[string]string
}

func newCloudFormation(t *testing.T) *cloudFormation {
	t.Helper()
	c := &cloudFormation{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if c.refuse.Add(-1) >= 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		var answer map[string]string
		if err := json.Unmarshal(body, &answer); err != nil || r.Method != http.MethodPut || r.Header["Content-Type"] != nil {
			t.Errorf("%s %v %s", r.Method, r.Header, body)
		}
		c.answers = append(c.answers, answer)
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *cloudFormation) request(kind string) Request {
	return Request{RequestType: kind, ResponseURL: c.URL + "/?signed", StackID: "arn:stack", RequestID: "r-1", LogicalResourceID: "Thing"}
}

// serving returns a server whose work ends as told, and what it logs.
func serving(work func(context.Context) error) (Server, *bytes.Buffer) {
	var out bytes.Buffer
	return Server{
		PhysicalID: func(Request) string { return "the thing" }, Log: slog.New(slog.NewJSONHandler(&out, nil)),
		Apply: func(ctx context.Context, _ Request) error { return work(ctx) },
	}, &out
}

func fails(text string) func(context.Context) error {
	return func(context.Context) error { return errors.New(text) }
}

func TestEveryRequestIsAnsweredAndLoggedOnce(t *testing.T) {
	for name, step := range map[string]struct {
		work           func(context.Context) error
		status, reason string
	}{
		"done":   {func(context.Context) error { return nil }, "SUCCESS", ""},
		"failed": {fails("no table"), "FAILED", "no table"},
		"long":   {fails(strings.Repeat("x", 5000)), "FAILED", strings.Repeat("x", longestReason)},
		"panics": {func(context.Context) error { panic("secret") }, "FAILED", "the function panicked: string"},
	} {
		c := newCloudFormation(t)
		s, out := serving(step.work)
		if err := s.Handle(t.Context(), c.request("Create")); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{
			"Status": step.status, "StackId": "arn:stack", "RequestId": "r-1", "LogicalResourceId": "Thing", "PhysicalResourceId": "the thing",
		}
		if step.reason != "" {
			want["Reason"] = step.reason
		}
		if len(c.answers) != 1 || !maps.Equal(c.answers[0], want) {
			t.Errorf("%s: answered %v", name, c.answers)
		}
		line := out.String()
		if strings.Count(line, "\n") != 1 || strings.Contains(line, "signed") || strings.Contains(line, "secret") || !strings.Contains(line, `"requestType":"Create","resource":"Thing"`) {
			t.Errorf("%s: logged %s", name, line)
		}
	}
}

func TestADeleteFailsOnlyWhereItMay(t *testing.T) {
	for always, want := range map[bool]string{true: "SUCCESS", false: "FAILED"} {
		c := newCloudFormation(t)
		s, out := serving(fails("no table"))
		s.DeletesAlways = always
		if err := s.Handle(t.Context(), c.request("Delete")); err != nil || c.answers[0]["Status"] != want || !strings.Contains(out.String(), "no table") {
			t.Errorf("%v, %v, %s", err, c.answers, out)
		}
		if err := s.Handle(t.Context(), c.request("Update")); err != nil || c.answers[1]["Status"] != "FAILED" {
			t.Errorf("%v, %v", err, c.answers)
		}
	}
}

// Work that hangs ends before the function does, so that there is time to say so.
func TestWorkEndsInTimeForTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		s, _ := serving(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		began := time.Now()
		if err := s.apply(ctx, Request{}); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 42*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestAnAnswerIsSentAgain(t *testing.T) {
	for name, c := range map[string]struct {
		refused int64
		url     string
		arrives bool
	}{
		"until it is taken":   {attempts - 1, "", true},
		"and given up":        {attempts, "", false}, // an error, and so Lambda repeats
		"and nobody is there": {0, "http://127.0.0.1:1/?X-Amz-Signature=secret", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := newCloudFormation(t)
			to.refuse.Store(c.refused)
			in := to.request("Create")
			in.ResponseURL = cmp.Or(c.url, in.ResponseURL)
			s, _ := serving(func(context.Context) error { return nil })
			err := s.Handle(t.Context(), in)
			if (err == nil) != c.arrives || (len(to.answers) == 1) != c.arrives || err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("%v, %v", to.answers, err)
			}
		})
	}
}

func TestPropertiesAreReadAsFarAsTheyCanBe(t *testing.T) {
	var p struct {
		A string
		B []string
	}
	if err := Decode(nil, &p); err != nil {
		t.Error(err)
	}
	if err := Decode(json.RawMessage(`{"A":7,"B":["x"]}`), &p); err == nil || !strings.HasPrefix(err.Error(), "reading the resource's properties: json: ") || len(p.B) != 1 {
		t.Errorf("%v, %v", err, p)
	}
	if err := Decode(json.RawMessage(`7`), &p); err == nil {
		t.Error("a number is read as properties")
	}
}

func TestWhatIsWrongWithAnAnswerIsSaid(t *testing.T) {
	s, out := serving(fails("no table"))
	c := newCloudFormation(t)
	c.refuse.Store(attempts)
	if err := s.Handle(t.Context(), c.request("Create")); err == nil || err.Error() != "sending the answer: status 503" {
		t.Error(err)
	}
	if line := out.String(); !strings.Contains(line, `"msg":"failed","requestType":"Create","resource":"Thing","cause":"no table"`) {
		t.Errorf("logged %s", line)
	}
	out.Reset()
	done, out := serving(func(context.Context) error { return nil })
	if _ = done.Handle(t.Context(), c.request("Create")); !strings.Contains(out.String(), `"msg":"done"`) {
		t.Errorf("logged %s", out)
	}
	in := c.request("Create")
	in.ResponseURL = "://"
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Handle(ctx, in); !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "the request has no usable ResponseURL") {
		t.Error(err)
	}
	in.ResponseURL = "http://127.0.0.1:1/"
	if err := s.Handle(t.Context(), in); err == nil || !strings.HasPrefix(err.Error(), "sending the answer: dial") {
		t.Error(err)
	}
}
