package faults

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"
)

// Fault answers a request in place of the store, which it may ask.
type Fault func(w http.ResponseWriter, r *http.Request, store http.Handler)

// Refuse answers with one of the API's errors. The message is what AWS's are: it
// names the table, the account and a person, none of which may come out anywhere.
func Refuse(status int, code string) Fault {
	body := `{"__type":"com.amazonaws.dynamodb.v20120810#` + code + `","message":"arn:aws:dynamodb:eu-west-1:123456789012:table/mirror canary@canary.example"}`
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		write(w, status, body)
	}
}

// Answer answers with a status and any text.
func Answer(status int, body string) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { write(w, status, body) }
}

func write(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// DropReply has the request carried out and its reply lost.
func DropReply(_ http.ResponseWriter, r *http.Request, store http.Handler) {
	ask(store, r)
	panic(http.ErrAbortHandler)
}

// ask gives the store's reply without sending it to the caller.
func ask(store http.Handler, r *http.Request) *httptest.ResponseRecorder {
	reply := httptest.NewRecorder()
	store.ServeHTTP(reply, r)
	return reply
}

// Cut closes the connection without a reply.
func Cut(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// Reset ends the connection as a crash does, with RST.
func Reset(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// Truncate has the request carried out, promises the whole reply and sends half.
func Truncate(w http.ResponseWriter, r *http.Request, store http.Handler) {
	reply := ask(store, r).Body.Bytes()
	w.Header().Set("Content-Length", strconv.Itoa(len(reply)+100))
	_, _ = w.Write(reply[:len(reply)/2])
	panic(http.ErrAbortHandler)
}

// Damage has the request carried out and sends a reply that does not match its
// checksum.
func Damage(w http.ResponseWriter, r *http.Request, store http.Handler) {
	reply := ask(store, r)
	w.Header().Set("X-Amz-Crc32", "12345")
	write(w, reply.Code, reply.Body.String())
}

// Blackhole never answers.
func Blackhole(_ http.ResponseWriter, r *http.Request, _ http.Handler) { <-r.Context().Done() }

// Trickle sends the reply's head and then a blank now and then, for ever.
func Trickle(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	w.Header().Set("Content-Length", "100000")
	for r.Context().Err() == nil {
		_, _ = io.WriteString(w, " ")
		w.(http.Flusher).Flush()
		time.Sleep(50 * time.Millisecond)
	}
}

// Delay passes the request on after a while, if its caller is still there.
func Delay(d time.Duration) Fault {
	return func(w http.ResponseWriter, r *http.Request, store http.Handler) {
		select {
		case <-time.After(d):
			store.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}
}

// StallTLS begins a record and never ends it: TLS has been agreed on, and stalls
// within the call. On a connection without TLS it is a reply that cannot be read.
func StallTLS(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer conn.Close()
	raw := conn
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		raw = secure.NetConn()
	}
	_, _ = raw.Write([]byte{23, 3, 3, 1, 0, 0xa5, 0xa5}) // application data, 256 bytes announced
	_, _ = io.Copy(io.Discard, raw)                      // until the other side goes
}

// allowedSkew is how far the clocks may be apart: a signature is good for five
// minutes (IAM user guide, "Troubleshooting signed requests for AWS APIs").
const allowedSkew = 5 * time.Minute

// Skew is a service whose clock is ahead by d, or behind. It refuses a request
// that its clock finds too old or too new, and says its time with every reply.
func Skew(d time.Duration) Fault {
	return func(w http.ResponseWriter, r *http.Request, store http.Handler) {
		now := time.Now().Add(d).UTC()
		w.Header().Set("Date", now.Format(http.TimeFormat))
		signed, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
		if err == nil && now.Sub(signed).Abs() > allowedSkew {
			write(w, http.StatusBadRequest, fmt.Sprintf(
				`{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired: %s is now earlier than %s"}`,
				signed.Format(time.RFC3339), now.Add(-allowedSkew).Format(time.RFC3339)))
			return
		}
		reply := ask(store, r)
		write(w, reply.Code, reply.Body.String())
	}
}
