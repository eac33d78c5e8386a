package dynamo

import (
	"context"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

func TestTheTransportIsThis(t *testing.T) {
	w, err := newWire(settings{attempt: time.Second, patience: time.Minute}, false)
	if err != nil {
		t.Fatal(err)
	}
	tr := w.transport
	if tr.Proxy != nil || tr.ForceAttemptHTTP2 || !tr.DisableCompression || tr.MaxIdleConns != 16 || tr.MaxIdleConnsPerHost != 16 || tr.IdleConnTimeout != 0 {
		t.Errorf("the transport is %+v", tr)
	}
	if w.attempt != time.Second || w.patience != time.Minute || tr.DialTLSContext != nil {
		t.Errorf("the wire is %+v", w)
	}
}

func TestAReplyIsCheckedBeforeItIsBelieved(t *testing.T) {
	long := `"` + strings.Repeat("x", maxReply-2) + `"`
	for name, c := range map[string]struct {
		status     int
		body, sum  string
		want, left string // the error, or what is read
	}{
		"a reply":               {200, `{"a":1}`, "", "", `{"a":1}`},
		"with its checksum":     {200, `{"a":1}`, strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(`{"a":1}`))), 10), "", `{"a":1}`},
		"with another":          {200, `{"a":1}`, "1", "the reply does not match its checksum", ""},
		"the longest":           {200, long, "", "", long},
		"too long":              {200, long + " ", "", "the reply is too large", ""},
		"no JSON":               {200, "<html>", "", "the reply is no JSON", ""},
		"no JSON, 299":          {299, "<html>", "", "the reply is no JSON", ""},
		"a redirect without":    {300, "<html>", "", "", "{}"},
		"a refusal without":     {503, "", "", "", "{}"},
		"a refusal":             {400, `{"__type":"x"}`, "", "", `{"__type":"x"}`},
		"a refusal, other's":    {400, `{"__type":"x"}`, "7", "the reply does not match its checksum", ""},
		"a refusal of no words": {502, "Bad Gateway", "", "", "{}"},
	} {
		reply := &http.Response{StatusCode: c.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(c.body))}
		if c.sum != "" {
			reply.Header.Set("X-Amz-Crc32", c.sum)
		}
		err := readAll(reply)
		if c.want != "" {
			if err == nil || err.Error() != c.want {
				t.Errorf("%s: the error is %v, want %s", name, err, c.want)
			}
			continue
		}
		if left, _ := io.ReadAll(reply.Body); err != nil || string(left) != c.left {
			t.Errorf("%s: read %.20s with error %v", name, left, err)
		}
	}
	broken := &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(iotest.ErrReader(errors.New("cut")))}
	if err := readAll(broken); err == nil || err.Error() != "reading the reply: cut" {
		t.Errorf("the error is %v", err)
	}
}

func TestARequestCanBeSentTwice(t *testing.T) {
	req, _ := http.NewRequest(http.MethodPost, "http://127.0.0.1:1", strings.NewReader("{}"))
	if err := replayable(req); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		again, err := req.GetBody()
		if text, _ := io.ReadAll(again); err != nil || string(text) != "{}" {
			t.Errorf("the body is %q with error %v", text, err)
		}
	}
	if text, _ := io.ReadAll(req.Body); string(text) != "{}" {
		t.Errorf("the body is %q", text)
	}
	none, _ := http.NewRequest(http.MethodGet, "http://127.0.0.1:1", nil)
	if err := replayable(none); err != nil || none.Body != nil {
		t.Errorf("a request without a body: %v", err)
	}
	broken, _ := http.NewRequest(http.MethodPost, "http://127.0.0.1:1", iotest.ErrReader(errors.New("gone")))
	w, _ := newWire(settings{attempt: time.Second}, false)
	if _, err := w.Do(broken); err == nil || err.Error() != "reading the request: gone" {
		t.Errorf("the error is %v", err)
	}
}

// TestPatience tries the connections that an attempt may get.
func TestPatience(t *testing.T) { synctest.Test(t, patience) }

func patience(t *testing.T) {
	const patience = 60 * time.Millisecond
	reused, fresh := httptrace.GotConnInfo{Reused: true}, httptrace.GotConnInfo{}
	for name, c := range map[string]struct {
		given []httptrace.GotConnInfo
		heard bool
		ends  bool
	}{
		"an old one":                       {[]httptrace.GotConnInfo{reused}, false, true},
		"an old one that answers":          {[]httptrace.GotConnInfo{reused}, true, false},
		"a fresh one":                      {[]httptrace.GotConnInfo{fresh}, false, false},
		"a fresh one in place of the old":  {[]httptrace.GotConnInfo{reused, fresh}, false, false},
		"a second old one":                 {[]httptrace.GotConnInfo{fresh, reused}, false, true},
		"none, which is the attempt's end": {nil, false, false},
	} {
		w := &wire{attempt: time.Second, patience: patience} // never used: an endless pause
		ctx, impatient := w.hurry(t.Context())
		trace := httptrace.ContextClientTrace(ctx)
		for _, given := range c.given {
			trace.GotConn(given)
		}
		if c.heard {
			trace.GotFirstResponseByte()
		}
		time.Sleep(2 * patience)
		broken := errors.New("broken")
		if cause := impatient.cause(broken); (cause == errImpatient) != c.ends || (cause == broken) == c.ends || (ctx.Err() != nil) != c.ends {
			t.Errorf("%s: the attempt ended with %v (%v)", name, cause, ctx.Err())
		}
		impatient.stop()
		if ctx.Err() == nil {
			t.Errorf("%s: the attempt's context goes on", name)
		}
	}
	var none *impatience
	none.stop()
	if none.cause(io.EOF) != io.EOF || errImpatient.Error() != "a connection that lay idle did not answer" {
		t.Error("without a watch the error is its own")
	}
	w := &wire{}
	w.lastUse.Store(time.Now().UnixMilli())
	if _, impatient := w.hurry(context.Background()); impatient != nil {
		t.Error("a connection that was used a moment ago is suspect")
	}
	w.lastUse.Store(time.Now().Add(time.Hour).UnixMilli())
	if _, impatient := w.hurry(context.Background()); impatient == nil {
		t.Error("after a step of the clock nothing is suspect")
	}
}
