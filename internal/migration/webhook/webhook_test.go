package webhook

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/oldapp"
	"github.com/cognito-triggers/cognito-triggers/internal/migration"
	"github.com/cognito-triggers/cognito-triggers/internal/migration/wire"
)

const (
	secret   = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	other    = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
	password = "correct <horse> & \u2028 \"staple\""
)

// ada is whom the old apps of these tests know.
var ada = map[string]string{"email": "ada@example.com", "email_verified": "true", "custom:plan": "gold"}

func receiver(t *testing.T, secrets ...string) http.Handler {
	t.Helper()
	person := oldapp.Person{Attributes: ada, Username: "u-1"}
	handler, err := oldapp.New(oldapp.Config{
		Secrets: secrets,
		Check: func(_ context.Context, name, given string) (oldapp.Person, bool, error) {
			return person, name == "ada" && given == password, nil
		},
		Find: func(_ context.Context, name string) (oldapp.Person, bool, error) { return person, name == "ada", nil },
		Failed: func(_ *http.Request, err error) {
			if !strings.Contains(err.Error(), "no signature is by one of the secrets") {
				t.Error(err)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

func client(t *testing.T, address string, secrets ...string) *Client {
	t.Helper()
	c, err := New(address, secrets)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.transport.CloseIdleConnections)
	return c
}

// answering returns a client of a server that answers so.
func answering(t *testing.T, handle http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	return client(t, server.URL, secret)
}

func TestR105_TheReceiverAnswersTheClient(t *testing.T) {
	server := httptest.NewServer(receiver(t, secret))
	defer server.Close()
	c := client(t, server.URL+"/cognito/migrate?from=pool", secret)
	forgot := func(name, _ string) (migration.Person, bool, error) { return c.Forgot(t.Context(), name) }
	signIn := func(name, given string) (migration.Person, bool, error) { return c.SignIn(t.Context(), name, given) }
	for _, q := range []struct {
		ask            func(name, given string) (migration.Person, bool, error)
		name, password string
		want           bool
	}{
		{signIn, "ada", password, true},
		{signIn, "ada", "wrong", false},
		{signIn, "bob", password, false},
		{signIn, "ada", "", false},
		{signIn, "", password, false},
		{forgot, "ada", "", true},
		{forgot, "bob", "", false},
		{forgot, "", "", false},
	} {
		person, right, err := q.ask(q.name, q.password)
		if err != nil || right != q.want {
			t.Errorf("%v: %v, %v", q.name, right, err)
		}
		if known := maps.Equal(person.Attributes, ada) && person.Username == "u-1"; known != right {
			t.Errorf("%v: %v, %v", q.name, right, person)
		}
	}
}

func TestR105_AWrongSecretIsAFailureAndARotatedOneIsNot(t *testing.T) {
	for _, c := range []struct {
		name          string
		signs, counts []string
		right         bool
	}{
		{"wrong", []string{other}, []string{secret}, false},
		{"the receiver has both", []string{secret}, []string{other, secret}, true},
		{"the function has both", []string{other, secret}, []string{secret}, true},
	} {
		server := httptest.NewServer(receiver(t, c.counts...))
		_, right, err := client(t, server.URL, c.signs...).SignIn(t.Context(), "ada", password)
		server.Close()
		if c.right != (right) || c.right != (err == nil) || !c.right && codeOf(err) != "status 403 lasting" {
			t.Errorf("%s: %v, %v", c.name, right, err)
		}
	}
}

// codeOf returns what the log says of a failure.
func codeOf(err error) string {
	failure, ok := errors.AsType[*Error](err)
	switch {
	case !ok:
		return fmt.Sprintf("%T", err)
	case failure.Operation() != "asking the old app" || !strings.HasSuffix(err.Error(), ": "+failure.ErrorCode()):
		return "unnamed"
	case failure.Lasting():
		return failure.ErrorCode() + " lasting"
	}
	return failure.ErrorCode()
}

func TestR105_WhatIsNoAnswerIsAFailure(t *testing.T) {
	object := strings.Repeat("x", 64<<10)
	for _, c := range []struct {
		status int
		body   string
		want   string
	}{
		{500, `{"email":"a"}`, "status 500"},
		{503, `{"verdict":"wrong"}`, "status 503"},
		{429, ``, "status 429"},
		{403, `null`, "status 403 lasting"},
		{400, `null`, "status 400 lasting"},
		{201, `{"email":"a"}`, "status 201 lasting"},
		{204, ``, "status 204 lasting"},
		{499, ``, "status 499 lasting"},
		{200, ``, "status 200 without an object of strings lasting"},
		{200, `{`, "status 200 without an object of strings lasting"},
		{200, `<html>`, "status 200 without an object of strings lasting"},
		{200, `{"email":1}`, "status 200 without an object of strings lasting"},
		{200, `{"email":"a","email":"b"}`, "status 200 without an object of strings lasting"},
		{200, `{"attributes":{"email":"a"}}`, "status 200 without an object of strings lasting"},
		{200, `{"email":"` + object + `"}`, "larger than 64 KiB lasting"},
		{401, `{"verdict":"` + object + `"}`, "larger than 64 KiB lasting"},
		{401, `Unauthorized`, "status 401 without an object of strings lasting"},
		{404, `404 page not found`, "status 404 without an object of strings lasting"},
		{404, `{}`, "status 404 without a verdict lasting"},
		{404, `{"verdict":"wrong"}`, "status 404 without a verdict lasting"},
		{401, `{"verdict":"unknown"}`, "status 401 without a verdict lasting"},
		{401, `{"verdict":"wrong","more":""}`, "status 401 without a verdict lasting"},
		{401, `{"message":"wrong"}`, "status 401 without a verdict lasting"},
		{200, `{}`, "a person without attributes lasting"},
		{200, `{"username":"ada"}`, "a person without attributes lasting"},
		{200, `{"email":"a","username":""}`, "a username that is empty or too long lasting"},
		{200, `{"email":"a","username":"` + strings.Repeat("ä", 129) + `"}`, "a username that is empty or too long lasting"},
		{200, `{"email":"a","sub":"1"}`, "an attribute that no pool has, or sub lasting"},
		{200, `{"email":"a","cognito:user_status":"EXTERNAL_PROVIDER"}`, "an attribute that no pool has, or sub lasting"},
		{200, `{"email":"a","cognito:mfa_enabled":"x"}`, "an attribute that no pool has, or sub lasting"},
		{200, `{"email":"a","Email":"b"}`, "an attribute that no pool has, or sub lasting"},
		{200, `{"email":"a","dev:custom:plan":"b"}`, "an attribute that no pool has, or sub lasting"},
		{200, `{"verdict":"right"}`, "an attribute that no pool has, or sub lasting"},
		{200, `{"name":"` + strings.Repeat("ä", 2049) + `"}`, "an attribute that is too long lasting"},
		{200, `{"email":"a","email_verified":"yes"}`, "email_verified that is not true or false lasting"},
		{200, `{"email":"a","email_verified":""}`, "email_verified that is not true or false lasting"},
		{200, `{"email":"a","phone_number_verified":"True"}`, "phone_number_verified that is not true or false lasting"},
	} {
		asked := answering(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		})
		person, right, err := asked.SignIn(t.Context(), "ada", password)
		if codeOf(err) != c.want || right || person.Attributes != nil {
			t.Errorf("%d %.60s: %v, %v, %s", c.status, c.body, person, right, codeOf(err))
		}
		if err != nil && (strings.Contains(err.Error(), password) || strings.Contains(err.Error(), "ada")) {
			t.Errorf("%d %.60s: %v", c.status, c.body, err)
		}
	}
}

func TestTheLargestAnswerIsRead(t *testing.T) {
	most := map[string]string{"email_verified": "false", "phone_number_verified": "false", "name": strings.Repeat("ä", 2048), "username": strings.Repeat("ä", 128)}
	text, err := json.Marshal(most)
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, strings.Repeat(" ", wire.MaxAnswer-len(text))...)
	c := answering(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(text) })
	person, right, err := c.SignIn(t.Context(), "ada", password)
	if err != nil || !right || person.Username != most["username"] || len(person.Attributes) != 3 {
		t.Errorf("%v, %v", right, err)
	}
}

func TestR105_NoRedirectIsFollowedAndNoProxyAsked(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked %s", r.URL) }))
	defer elsewhere.Close()
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, elsewhere.URL)
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		c := answering(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, status)
		})
		host := hostOf(t, c.url)
		c.url = "http://app.example/" // a transport asks no proxy for localhost
		if _, right, err := askAt(t, c, host); right || codeOf(err) != fmt.Sprint("status ", status, " lasting") {
			t.Errorf("%d: %v, %v", status, right, err)
		}
	}
}

// askAt asks a client whose name is resolved to host.
func askAt(t *testing.T, c *Client, host string) (migration.Person, bool, error) {
	t.Helper()
	dial := c.transport.DialContext
	c.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address != "app.example:80" {
			t.Errorf("connects to %s", address)
		}
		return dial(ctx, network, host)
	}
	return c.SignIn(t.Context(), "ada", password)
}

func hostOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

// pipes are connections within a bubble of synctest.
type pipes struct {
	offered chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func newPipes() *pipes { return &pipes{offered: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.offered <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.offered:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{} }

func TestR105_AnAnswerHasOneAndAHalfSeconds(t *testing.T) {
	for name, handle := range map[string]func(w http.ResponseWriter, wait func(time.Duration)){
		"no answer": func(_ http.ResponseWriter, wait func(time.Duration)) { wait(time.Hour) },
		"an answer by drops": func(w http.ResponseWriter, wait func(time.Duration)) {
			for range 100 {
				_, _ = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
				wait(100 * time.Millisecond)
			}
		},
		"just in time": func(w http.ResponseWriter, wait func(time.Duration)) {
			wait(limit - time.Millisecond)
			_, _ = io.WriteString(w, `{"email":"ada@example.com"}`)
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			var asked atomic.Int32
			listener := newPipes()
			server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				_, _ = io.Copy(io.Discard, r.Body)
				handle(w, func(d time.Duration) {
					select {
					case <-time.After(d):
					case <-r.Context().Done():
					}
				})
			})}
			go func() { _ = server.Serve(listener) }()
			c := client(t, "http://localhost", secret)
			c.transport.DialContext = listener.dial
			began := time.Now()
			_, right, err := c.SignIn(t.Context(), "ada", password)
			took := time.Since(began)
			if name == "just in time" {
				if err != nil || !right {
					t.Errorf("%s: %v, %v", name, right, err)
				}
			} else if !errors.Is(err, context.DeadlineExceeded) || codeOf(err) != "timeout" || right || took != limit {
				t.Errorf("%s: %v after %v", name, err, took)
			}
			if asked.Load() != 1 {
				t.Errorf("%s: asked %d times", name, asked.Load())
			}
			c.transport.CloseIdleConnections()
			_ = server.Close()
			synctest.Wait()
		})
	}
}

func TestAQuestionSaysNoMoreThanItMust(t *testing.T) {
	c := answering(t, func(_ http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("webhook-id")
		if !regexp.MustCompile(`^msg_[A-Z2-7]{26}$`).MatchString(id) {
			t.Errorf("the id is %q", id)
		}
		for name := range r.Header {
			if strings.HasPrefix(name, "Webhook-") {
				r.Header.Del(name)
			}
		}
		body, _ := io.ReadAll(r.Body)
		got := fmt.Sprint(r.Method, " ", r.URL, " ", r.Header, " ", string(body))
		if want := `POST / map[Accept:[application/json] Content-Length:[56] Content-Type:[application/json] User-Agent:[cognito-triggers]] ` +
			`{"name":"ada","password":"\u003c","type":"user.sign_in"}`; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
	_, _, _ = c.SignIn(t.Context(), "ada", "<")
}

func TestAnAppThatIsNotThereIsUnreachable(t *testing.T) {
	server := httptest.NewServer(nil)
	c := client(t, server.URL, secret)
	server.Close()
	if _, right, err := c.SignIn(t.Context(), "ada", password); right || codeOf(err) != "unreachable" || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("%v, %v", right, err)
	}
}

func TestAQuestionEndsWithItsEvent(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	held := make(chan struct{})
	c := answering(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-held
	})
	defer close(held)
	if _, right, err := c.SignIn(ctx, "ada", password); !errors.Is(err, context.Canceled) || codeOf(err) != "cancelled" || right {
		t.Errorf("%v, %v", right, err)
	}
}

func TestWhatIsLongerThanAnyPasswordIsNotAsked(t *testing.T) {
	asked := 0
	c := answering(t, func(http.ResponseWriter, *http.Request) { asked++ })
	rest := len(`{"name":"ada","password":"","type":"user.sign_in"}`)
	if _, right, err := c.SignIn(t.Context(), "ada", strings.Repeat("x", wire.MaxQuestion-rest+1)); err != nil || right || asked != 0 {
		t.Errorf("%v, %v, asked %d times", right, err, asked)
	}
	if _, _, err := c.SignIn(t.Context(), "ada", strings.Repeat("x", wire.MaxQuestion-rest)); asked != 1 {
		t.Errorf("the largest question is not asked: %v", err)
	}
	if _, _, err := c.SignIn(t.Context(), strings.Repeat("\x00", 128), strings.Repeat("\u2028", 256)); asked != 2 {
		t.Errorf("the longest name and password are not asked: %v", err)
	}
}

func TestAnAddressIsHTTPSOrThisMachine(t *testing.T) {
	for address, fits := range map[string]bool{
		"https://app.example/x?y=z": true, "https://app.example:8443": true, "https://10.0.0.1/": true,
		"http://localhost:4817/x": true, "http://127.0.0.1:1": true, "http://127.9.9.9": true, "http://[::1]:1/": true,
		"http://app.example/": false, "http://localhost.example/": false, "http://10.0.0.1": false, "http://169.254.169.254/": false,
		"ftp://app.example/": false, "//app.example/": false, "app.example": false, "": false, "https:///x": false, "https://:443/": false,
		"https://u:p@app.example/": false, "https://app.example/#x": false, "https://app.example/%": false, "http://0.0.0.0/": false,
	} {
		c, err := New(address, []string{secret})
		if (err == nil) != fits || (c == nil) == fits {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && (!strings.HasPrefix(err.Error(), "migration.oldApp.url ") || strings.Contains(err.Error(), "u:p")) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if c, err := New("https://app.example", nil); c != nil || err == nil || !strings.HasPrefix(err.Error(), "migration.oldApp.secret: ") {
		t.Errorf("%v, %v", c, err)
	}
}

// trusting makes a client trust a test server.
func trusting(c *Client, server *httptest.Server) {
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c.transport.TLSClientConfig = &tls.Config{RootCAs: roots}
}

// counting returns a TLS server and the number of connections that it got.
func counting(t *testing.T, handler http.Handler) (*httptest.Server, func() int) {
	t.Helper()
	var mu sync.Mutex
	opened := 0
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		if state == http.StateNew {
			opened++
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, func() int {
		mu.Lock()
		defer mu.Unlock()
		return opened
	}
}

func TestR105_AConnectionIsKept(t *testing.T) {
	server, opened := counting(t, receiver(t, secret))
	c := client(t, server.URL, secret)
	trusting(c, server)
	for range 3 {
		if _, right, err := c.SignIn(t.Context(), "ada", password); err != nil || !right {
			t.Fatal(right, err)
		}
	}
	if opened() != 1 {
		t.Errorf("%d connections", opened())
	}
}

func TestACertificateOfNobodyIsAFailure(t *testing.T) {
	server, _ := counting(t, receiver(t, secret))
	c := client(t, server.URL, secret)
	_, right, err := c.SignIn(t.Context(), "ada", password)
	if unknown := (x509.UnknownAuthorityError{}); right || !errors.As(err, &unknown) || codeOf(err) != "certificate lasting" {
		t.Errorf("%v, %v", right, err)
	}
}

// A server that has closed the connection while the function was frozen must not cost a sign-in.
// The question that may have arrived comes again with its id, which the receiver refuses.
func TestR105_AConnectionThatDiedCostsNoSignInAndNoSecondCheck(t *testing.T) {
	var ids []string
	used := map[string]bool{}
	c := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if _, sent := r.Header["Idempotency-Key"]; sent {
			t.Error("a header of no standard is sent")
		}
		ids = append(ids, r.Header.Get("webhook-id"))
		if used[r.RemoteAddr] {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Fatal(err)
			}
			_ = conn.Close()
			return
		}
		used[r.RemoteAddr] = true
		_, _ = io.WriteString(w, `{"email":"ada@example.com"}`)
	})
	for range 2 {
		if _, right, err := c.SignIn(t.Context(), "ada", password); err != nil || !right {
			t.Fatal(right, err)
		}
	}
	if len(ids) != 3 || ids[0] == ids[1] || ids[1] != ids[2] || len(used) != 2 {
		t.Errorf("%q over %d connections", ids, len(used))
	}
}

func FuzzJudge(f *testing.F) {
	f.Add(200, []byte(`{"email":"a","custom:plan":"b","email_verified":"true","username":"u"}`))
	f.Add(401, []byte(`{"verdict":"wrong"}`))
	f.Add(404, []byte(`{"verdict":"unknown"}`))
	f.Add(200, []byte(`{"email":"a","sub":"b"}`))
	f.Fuzz(func(t *testing.T, status int, text []byte) {
		person, right, err := judge(status, text)
		switch {
		case err != nil && (right || person.Attributes != nil || codeOf(err) == "unnamed"):
			t.Fatalf("%v, %v beside %v", person, right, err)
		case err == nil && right:
			if _, has := person.Attributes["sub"]; has || status != 200 || len(person.Attributes) == 0 {
				t.Fatalf("%d %v", status, person)
			}
			for name := range person.Attributes {
				if strings.Contains(name, ":") && !strings.HasPrefix(name, "custom:") {
					t.Fatalf("%d %v", status, person)
				}
			}
		case err == nil && !strings.Contains(string(text), "verdict") && !strings.Contains(string(text), `\u`):
			t.Fatalf("%d %q is a verdict: %v", status, text, right)
		}
	})
}
