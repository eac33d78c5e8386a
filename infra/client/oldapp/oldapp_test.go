package oldapp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/build"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/oldapp"
	"github.com/cognito-triggers/cognito-triggers/internal/migration/wire"
)

const (
	secret   = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	other    = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
	password = "correct horse"
	signIn   = `{"type":"user.sign_in","name":"ada","password":"correct horse"}`
	forgot   = `{"type":"user.forgot_password","name":"ada"}`
)

// app is an old app that counts what it is asked.
type app struct {
	mu     sync.Mutex
	checks int
	finds  int
	told   []string
	err    error
	http.Handler
}

func newApp(t *testing.T, change func(*oldapp.Config)) *app {
	t.Helper()
	a := &app{}
	ada := oldapp.Person{Attributes: map[string]string{"email": "ada@example.com", "email_verified": "true"}}
	c := oldapp.Config{
		Secrets: []string{secret},
		Check: func(_ context.Context, name, given string) (oldapp.Person, bool, error) {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.checks++
			return ada, name == "ada" && given == password, a.err
		},
		Find: func(_ context.Context, name string) (oldapp.Person, bool, error) {
			a.finds++
			return ada, name == "ada", a.err
		},
		Failed: func(_ *http.Request, err error) { a.told = append(a.told, err.Error()) },
	}
	if change != nil {
		change(&c)
	}
	handler, err := oldapp.New(c)
	if err != nil {
		t.Fatal(err)
	}
	a.Handler = handler
	return a
}

// question returns a signed request.
func question(t *testing.T, by, id string, at time.Time, body string) *http.Request {
	t.Helper()
	secrets, err := wire.ReadSecrets([]string{by})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/cognito/migrate", strings.NewReader(body))
	wire.Sign(r.Header, secrets, id, at, []byte(body))
	return r
}

// ask returns status and body of an answer.
func (a *app) ask(r *http.Request) (int, string) {
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w.Code, strings.TrimSpace(w.Body.String())
}

func TestR105_ASignedQuestionGetsTheAppsAnswer(t *testing.T) {
	for _, c := range []struct {
		body   string
		status int
		answer string
	}{
		{signIn, 200, `{"email":"ada@example.com","email_verified":"true"}`},
		{strings.Replace(signIn, password, "wrong", 1), 401, `{"verdict":"wrong"}`},
		{strings.Replace(signIn, "ada", "bob", 1), 401, `{"verdict":"wrong"}`},
		{forgot, 200, `{"email":"ada@example.com","email_verified":"true"}`},
		{strings.Replace(forgot, "ada", "bob", 1), 404, `{"verdict":"unknown"}`},
	} {
		a := newApp(t, nil)
		r := question(t, secret, "msg_1", time.Now(), c.body)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if got := strings.TrimSpace(w.Body.String()); w.Code != c.status || got != c.answer {
			t.Errorf("%s: %d %s", c.body, w.Code, got)
		}
		if h := w.Header(); h.Get("Content-Type") != "application/json" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", c.body, h)
		}
		if a.checks+a.finds != 1 || len(a.told) != 0 || (a.finds == 1) != strings.Contains(c.body, "forgot") {
			t.Errorf("%s: %d checks, %d finds, %q", c.body, a.checks, a.finds, a.told)
		}
	}
}

func TestAQuestionOfAnotherFormIsNotAsked(t *testing.T) {
	a := newApp(t, nil)
	for i, body := range []string{
		``, `{}`, `[]`, `null`,
		`{"type":"user.sign_in","name":"ada"}`,
		`{"type":"user.sign_in","name":"ada","password":""}`,
		`{"type":"user.sign_in","name":"","password":"x"}`,
		`{"type":"user.sign_in","name":"ada","password":"x","more":""}`,
		`{"type":"user.sign_in","name":"ada","password":"x","password":"y"}`,
		`{"type":"user.sign_in","Name":"ada","password":"x"}`,
		`{"type":"user.forgot_password","name":""}`,
		`{"type":"user.forgot_password","name":"ada","password":"x"}`,
		`{"type":"user.forgot_password","password":"x"}`,
		`{"type":"user.deleted","name":"ada","password":"x"}`,
	} {
		if status, answer := a.ask(question(t, secret, fmt.Sprint("msg_", i), time.Now(), body)); status != 400 || answer != "null" {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
	if a.checks+a.finds != 0 || len(a.told) != 14 {
		t.Errorf("%d checks, %d finds, %q", a.checks, a.finds, a.told)
	}
	for i, told := range a.told {
		if unreadable := strings.HasPrefix(told, "reading a question: the text is not"); unreadable != slices.Contains([]int{0, 2, 3, 8}, i) || !unreadable && !strings.HasPrefix(told, "the question is of no known form") {
			t.Errorf("%d: %s", i, told)
		}
	}
}

// attack is a request of somebody who does not know the secret.
type attack struct {
	name   string
	change func(r *http.Request) *http.Request
	told   string // to the app alone
}

func set(header, value string) func(*http.Request) *http.Request {
	return func(r *http.Request) *http.Request {
		r.Header.Del(header)
		if value != "" {
			r.Header.Set(header, value)
		}
		return r
	}
}

func attacks(t *testing.T) []attack {
	signed := func(by string, at time.Duration, body string) func(*http.Request) *http.Request {
		return func(*http.Request) *http.Request { return question(t, by, "msg_2", time.Now().Add(at), body) }
	}
	return []attack{
		{"no signature", set("webhook-signature", ""), "no signature is by"},
		{"an empty signature", set("webhook-signature", "v1,"), "no signature is by"},
		{"a signature of another version", set("webhook-signature", "v1a,AAAA"), "no signature is by"},
		{"no id", set("webhook-id", ""), "webhook-id is missing"},
		{"another id", set("webhook-id", "msg_3"), "no signature is by"},
		{"an id with a full stop", set("webhook-id", "msg_2."+fmt.Sprint(time.Now().Unix())), "webhook-id is missing"},
		{"no timestamp", set("webhook-timestamp", ""), "webhook-timestamp is missing"},
		{"another timestamp", set("webhook-timestamp", fmt.Sprint(time.Now().Unix()-1)), "no signature is by"},
		{"another secret", signed(other, 0, signIn), "no signature is by"},
		{"stale", signed(secret, -301*time.Second, signIn), "webhook-timestamp is more"},
		{"of the future", signed(secret, 302*time.Second, signIn), "webhook-timestamp is more"},
		{"a body that is too large", signed(secret, 0, signIn+strings.Repeat(" ", wire.MaxQuestion)), "the body cannot be read"},
		{"another body", func(r *http.Request) *http.Request {
			r.Body = io.NopCloser(strings.NewReader(strings.Replace(signIn, "ada", "bob", 1)))
			return r
		}, "no signature is by"},
		{"a body that breaks off", func(r *http.Request) *http.Request {
			r.Body = io.NopCloser(io.MultiReader(strings.NewReader(signIn), iotest.ErrReader(errors.New("gone"))))
			return r
		}, "the body cannot be read"},
		{"a GET", func(r *http.Request) *http.Request {
			r.Method = http.MethodGet
			return r
		}, "the request is no POST"},
		{"no header at all", func(r *http.Request) *http.Request {
			r.Header = http.Header{}
			return r
		}, "webhook-id is missing"},
	}
}

func TestR105_WhoDoesNotKnowTheSecretLearnsNothingAndCostsNoCheck(t *testing.T) {
	a := newApp(t, nil)
	replayed := question(t, secret, "msg_0", time.Now(), signIn)
	if status, _ := a.ask(replayed.Clone(t.Context())); status != 200 {
		t.Fatal(status)
	}
	again := replayed.Clone(t.Context())
	again.Body = io.NopCloser(strings.NewReader(signIn))
	replay := attack{"replayed", func(*http.Request) *http.Request { return again }, "the question was asked before"}
	for _, attack := range append(attacks(t), replay) {
		w := httptest.NewRecorder()
		a.ServeHTTP(w, attack.change(question(t, secret, "msg_2", time.Now(), signIn)))
		if said := fmt.Sprint(w.Code, w.Header(), w.Body); said != "403 map[Cache-Control:[no-store] Content-Type:[application/json]] null\n" {
			t.Errorf("%s: %q", attack.name, said)
		}
		if told := a.told[len(a.told)-1]; a.checks != 1 || !strings.HasPrefix(told, attack.told) {
			t.Errorf("%s: %d checks, told %q", attack.name, a.checks, told)
		}
	}
	for _, told := range a.told {
		if strings.Contains(told, password) || strings.Contains(told, "ada") || strings.Contains(told, "MfKQ") {
			t.Errorf("%q repeats the request", told)
		}
	}
	if status, _ := a.ask(question(t, secret, "msg_2", time.Now(), signIn)); status != 200 {
		t.Errorf("an id that nobody signed is remembered: %d", status)
	}
}

func TestWhatIsNotSignedIsReadNoFurtherThanItMust(t *testing.T) {
	a := newApp(t, nil)
	for _, c := range []struct {
		name string
		r    *http.Request
		most int
	}{
		{"stale", question(t, secret, "msg_1", time.Now().Add(-time.Hour), signIn), 0},
		{"a GET", set("webhook-id", "msg_1")(httptest.NewRequest(http.MethodGet, "/", nil)), 0},
		{"endless", question(t, secret, "msg_1", time.Now(), signIn), wire.MaxQuestion + 1},
	} {
		body := &counted{}
		c.r.Body = io.NopCloser(body)
		if status, _ := a.ask(c.r); status != 403 || body.read > c.most {
			t.Errorf("%s: %d after %d bytes", c.name, status, body.read)
		}
	}
}

// counted is an endless body.
type counted struct{ read int }

func (c *counted) Read(p []byte) (int, error) {
	c.read += len(p)
	return copy(p, bytes.Repeat([]byte(" "), len(p))), nil
}

func TestTheLargestQuestionIsAnswered(t *testing.T) {
	a := newApp(t, nil)
	body := signIn + strings.Repeat(" ", wire.MaxQuestion-len(signIn))
	if status, _ := a.ask(question(t, secret, "msg_1", time.Now(), body)); status != 200 {
		t.Error(status, a.told)
	}
}

func TestR105_ARepeatedQuestionIsRefusedAsLongAsItsTimestampCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(999 * time.Millisecond) // the worst fraction of a second
		a := newApp(t, nil)
		ahead := time.Now().Add(wire.Leeway)
		if status, _ := a.ask(question(t, secret, "msg_ahead", ahead, signIn)); status != 200 {
			t.Fatal(status, a.told)
		}
		for range 2*300*4 + 8 {
			if status, _ := a.ask(question(t, secret, "msg_ahead", ahead, signIn)); status != 403 {
				t.Fatalf("after %v: %d", time.Until(ahead)-wire.Leeway, status)
			}
			time.Sleep(250 * time.Millisecond)
		}
		if status, _ := a.ask(question(t, secret, "msg_ahead", time.Now(), signIn)); status != 200 || a.checks != 2 {
			t.Errorf("the id is remembered for longer: %d, %d checks", status, a.checks)
		}
	})
}

func TestOfManyAtOnceOneIsFirst(t *testing.T) {
	a := newApp(t, func(c *oldapp.Config) { c.Failed = nil })
	now := time.Now()
	var wait sync.WaitGroup
	statuses := make([]int, 32)
	for i := range statuses {
		r := question(t, secret, "msg_1", now, signIn)
		wait.Go(func() { statuses[i], _ = a.ask(r) })
	}
	wait.Wait()
	counted := map[int]int{}
	for _, status := range statuses {
		counted[status]++
	}
	if want := map[int]int{200: 1, 403: 31}; !maps.Equal(counted, want) || a.checks != 1 {
		t.Errorf("%v, %d checks", counted, a.checks)
	}
}

func TestTheMemoryIsBoundedAndRefusesWhatItCannotHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		remember := oldapp.FirstInMemory(3)
		seen := func(id string) string {
			first, err := remember(t.Context(), id, time.Now().Add(time.Minute))
			if err != nil && !strings.Contains(err.Error(), "set First") {
				t.Error(err)
			}
			return fmt.Sprint(first, err != nil)
		}
		var got []string
		for _, id := range []string{"a", "b", "a", "c", "d", "c"} {
			got = append(got, seen(id))
		}
		time.Sleep(time.Minute - 1)
		got = append(got, seen("a"), seen("d"))
		time.Sleep(time.Nanosecond)
		got = append(got, seen("d"), seen("a"), seen("d"))
		if want := strings.Split("true false,true false,false false,true false,false true,false false,false false,false true,true false,true false,false false", ","); !reflect.DeepEqual(got, want) {
			t.Errorf("%q", got)
		}
	})
}

func TestAFullMemoryIsNoVerdict(t *testing.T) {
	a := newApp(t, func(c *oldapp.Config) {
		c.First = func(context.Context, string, time.Time) (bool, error) { return false, errors.New("the table is down") }
	})
	status, answer := a.ask(question(t, secret, "msg_1", time.Now(), signIn))
	if status != 503 || answer != "null" || a.checks != 0 || len(a.told) != 1 || !strings.Contains(a.told[0], "remembering the id of a question: the table is down") {
		t.Errorf("%d %s, %d checks, %q", status, answer, a.checks, a.told)
	}
}

func TestAnAppsOwnMemoryIsAskedUntilTheTimestampIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []string
		a := newApp(t, func(c *oldapp.Config) {
			c.First = func(_ context.Context, id string, until time.Time) (bool, error) {
				asked = append(asked, id, time.Until(until).String())
				return len(asked) == 2, nil
			}
		})
		one, _ := a.ask(question(t, secret, "msg_1", time.Now(), signIn))
		two, _ := a.ask(question(t, secret, "msg_1", time.Now(), signIn))
		if want := []string{"msg_1", "10m1s", "msg_1", "10m1s"}; one != 200 || two != 403 || !reflect.DeepEqual(asked, want) {
			t.Errorf("%d, %d, %q", one, two, asked)
		}
	})
}

func TestR105_ARotatedSecretIsAcceptedWhileBothCount(t *testing.T) {
	a := newApp(t, func(c *oldapp.Config) { c.Secrets = []string{other, secret} })
	for id, by := range map[string]string{"msg_1": secret, "msg_2": other} {
		if status, _ := a.ask(question(t, by, id, time.Now(), signIn)); status != 200 {
			t.Errorf("%s: %d", id, status)
		}
	}
}

func TestAFailureOfTheAppIsNoVerdict(t *testing.T) {
	for _, body := range []string{signIn, forgot} {
		a := newApp(t, nil)
		a.err = errors.New("the database is down")
		if status, answer := a.ask(question(t, secret, "msg_1", time.Now(), body)); status != 500 || answer != "null" || len(a.told) != 1 || a.told[0] != "the database is down" {
			t.Errorf("%s: %d %s, %q", body, status, answer, a.told)
		}
	}
	a := newApp(t, func(c *oldapp.Config) {
		c.Check = func(context.Context, string, string) (oldapp.Person, bool, error) { return oldapp.Person{}, true, nil }
	})
	if status, _ := a.ask(question(t, secret, "msg_1", time.Now(), signIn)); status != 500 || len(a.told) != 1 || !strings.HasPrefix(a.told[0], "the app returned a person without attributes") {
		t.Errorf("a person without attributes: %d, %q", status, a.told)
	}
}

func TestAPersonMayHaveAnotherNameInThePool(t *testing.T) {
	known := map[string]string{"email": "ada@example.com"}
	a := newApp(t, func(c *oldapp.Config) {
		c.Check = func(context.Context, string, string) (oldapp.Person, bool, error) {
			return oldapp.Person{Username: "u-17", Attributes: known}, true, nil
		}
	})
	status, answer := a.ask(question(t, secret, "msg_1", time.Now(), signIn))
	if status != 200 || answer != `{"email":"ada@example.com","username":"u-17"}` || len(known) != 1 {
		t.Errorf("%d %s; the app's map is %v", status, answer, known)
	}
}

func TestWithoutFindNobodyIsFound(t *testing.T) {
	a := newApp(t, func(c *oldapp.Config) { c.Find = nil })
	if status, answer := a.ask(question(t, secret, "msg_1", time.Now(), forgot)); status != 404 || answer != `{"verdict":"unknown"}` {
		t.Errorf("%d %s", status, answer)
	}
}

func TestAConfigurationThatLacksSomethingIsRefused(t *testing.T) {
	check := func(context.Context, string, string) (oldapp.Person, bool, error) { return oldapp.Person{}, false, nil }
	for want, c := range map[string]oldapp.Config{
		"oldapp: there are 0 secrets": {Check: check},
		"oldapp: secret 2":            {Check: check, Secrets: []string{secret, "x"}},
		"oldapp: Check is missing":    {Secrets: []string{secret}},
	} {
		if handler, err := oldapp.New(c); err == nil || handler != nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("want %s: %v", want, err)
		}
	}
}

// An app that imports the package gets no other module.
func TestTheReceiverImportsStdOnly(t *testing.T) {
	const own = "github.com/cognito-triggers/cognito-triggers/internal/migration/wire"
	for dir, may := range map[string]string{".": own, "../../../internal/migration/wire": ""} {
		p, err := build.ImportDir(dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range p.Imports {
			if strings.Contains(path, ".") && path != may {
				t.Errorf("%s imports %s", dir, path)
			}
		}
	}
}

func FuzzReceiver(f *testing.F) {
	f.Add("msg_1", "1800000000", "v1,", signIn)
	f.Add("", "", "v1,x v1,y", forgot)
	handler, err := oldapp.New(oldapp.Config{Secrets: []string{secret}, Check: func(context.Context, string, string) (oldapp.Person, bool, error) {
		panic("asked without a signature")
	}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, id, timestamp, signature, body string) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header = http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {timestamp}, "Webhook-Signature": {signature}}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != 403 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	})
}
