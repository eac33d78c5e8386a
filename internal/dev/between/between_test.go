package between_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/between"
)

func TestTheRequestThatIsAimedAtKillsBeforeItsWorkOrBehindIt(t *testing.T) {
	done := 0
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		done++
		_, _ = io.Copy(w, r.Body)
	}))
	defer service.Close()
	var k between.Killer
	lost := 0
	proxy := between.Proxy(t, service.URL, func(w http.ResponseWriter, r *http.Request, body []byte, pass http.Handler) {
		if string(body) != "body" {
			t.Errorf("the body is %q", body)
		}
		if reply := k.Pass(t, r, pass); reply == nil {
			lost++
		} else if reply.Body.String() != "body" {
			t.Errorf("the reply is %q", reply.Body)
		}
	})
	for range 40 {
		killed, before, lostBefore := 0, done, lost
		k.Aim(2, func() { killed++ })
		for n := range 3 {
			reply, err := http.Post(proxy, "text/plain", strings.NewReader("body"))
			if err != nil {
				t.Fatal(err)
			}
			_ = reply.Body.Close()
			if want := min(n, 1); killed != want {
				t.Fatalf("after request %d: killed %d times, want %d", n, killed, want)
			}
		}
		if done-before+lost-lostBefore != 3 {
			t.Fatalf("%d requests were done, %d not", done-before, lost-lostBefore)
		}
	}
	if lost == 0 || lost == 40 {
		t.Errorf("%d of 40 were killed before their work", lost)
	}
}
