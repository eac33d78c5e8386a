package dynamo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"
)

const (
	// maxReply is far more than the two rows that are ever read; an item has at most
	// 400 KB.
	maxReply = 1 << 20
	// idleAfter is the pause after which a connection may be dead. Lambda freezes the
	// execution environment between invocations for seconds to hours, and meanwhile the
	// other side or a router may forget the connection.
	idleAfter = time.Second
)

// errImpatient ends an attempt on a connection that did not answer.
var errImpatient = errors.New("a connection that lay idle did not answer")

// wire sends one attempt: it connects, sends, and reads the whole reply within the
// attempt's time. It is the SDK's HTTP client, without redirects, cookies and proxies.
type wire struct {
	transport         *http.Transport
	attempt, patience time.Duration
	lastUse           atomic.Int64 // wall clock, ms: the monotonic clock may stand still in a freeze
}

func newWire(s settings, secure bool) (*wire, error) {
	t := &http.Transport{
		Proxy:               nil, // functions use no proxy, whatever the environment says
		DialContext:         s.dial,
		ForceAttemptHTTP2:   false, // DynamoDB speaks HTTP/1.1; one request has one connection
		DisableCompression:  true,
		MaxIdleConns:        16,
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     0, // in a frozen process the clock says nothing: see patience
	}
	if secure {
		c, err := newConnector(s)
		if err != nil {
			return nil, err
		}
		t.DialTLSContext = c.dialTLS
	}
	return &wire{transport: t, attempt: s.attempt, patience: s.patience}, nil
}

// Do makes the attempt. If it fails, Do closes every idle connection, so that the next
// attempt does not try the next one that died in the same freeze.
func (w *wire) Do(req *http.Request) (*http.Response, error) {
	reply, err := w.send(req)
	if err != nil {
		w.transport.CloseIdleConnections()
		return nil, err
	}
	w.lastUse.Store(time.Now().UnixMilli())
	return reply, nil
}

func (w *wire) send(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), w.attempt)
	defer cancel()
	ctx, impatient := w.hurry(ctx)
	defer impatient.stop()
	if err := replayable(req); err != nil {
		return nil, err
	}
	reply, err := w.transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, impatient.cause(err)
	}
	defer reply.Body.Close()
	return reply, readAll(reply)
}

// replayable lets the transport repeat the request on a new connection when an idle one
// turns out to be closed; this costs no attempt and no wait. A key without a value
// marks the request and is not sent (net/http, Transport). The transport also sends a
// body in memory in one write with its headers, so the SDK's early close does not end
// its connection (github.com/aws/aws-sdk-go-v2#2737).
func replayable(req *http.Request) error {
	if req.Body == nil {
		return nil
	}
	var body bytes.Buffer
	body.Grow(int(max(req.ContentLength, 0)) + bytes.MinRead) // then it never grows
	if _, err := body.ReadFrom(req.Body); err != nil {
		return fmt.Errorf("reading the request: %w", err)
	}
	req.Header["Idempotency-Key"] = nil
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body.Bytes())), nil }
	req.Body, _ = req.GetBody()
	return nil
}

// readAll reads the reply into memory and checks DynamoDB's checksum: a reply that was
// cut or damaged fails this attempt, not the call.
func readAll(reply *http.Response) error {
	body, err := io.ReadAll(io.LimitReader(reply.Body, maxReply+1))
	if err != nil {
		return fmt.Errorf("reading the reply: %w", err)
	}
	if len(body) > maxReply {
		return errors.New("the reply is too large")
	}
	if sum := reply.Header.Get("X-Amz-Crc32"); sum != "" && sum != strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10) {
		return errors.New("the reply does not match its checksum")
	}
	// smithy-go v1.28.8 panics on some texts that are not JSON. A refusal keeps its
	// status, which says enough.
	if !json.Valid(body) {
		if reply.StatusCode < 300 {
			return errors.New("the reply is no JSON")
		}
		body = []byte("{}")
	}
	reply.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// hurry watches an attempt that comes after a pause. On a connection from before the
// pause, the first byte of the reply must come soon; a fresh connection has the
// attempt's whole time.
func (w *wire) hurry(ctx context.Context) (context.Context, *impatience) {
	idle := time.Now().UnixMilli() - w.lastUse.Load()
	if idle >= 0 && idle < idleAfter.Milliseconds() {
		return ctx, nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	i := &impatience{ctx: ctx, cancel: cancel}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			if info.Reused {
				i.start(w.patience)
			} else {
				i.calm()
			}
		},
		GotFirstResponseByte: i.calm,
	}), i
}
