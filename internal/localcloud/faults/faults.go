package faults

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
)

// Fault answers a request in place of the store; it may also ask the store.
type Fault func(w http.ResponseWriter, r *http.Request, store http.Handler)

// Refuse answers with one of the API's errors. Like AWS's, the message names the table
// and the account, and also an address; none of these may appear in a log or an answer.
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

// DropReply lets the store carry out the request and drops the reply.
func DropReply(_ http.ResponseWriter, r *http.Request, store http.Handler) {
	ask(store, r)
	panic(http.ErrAbortHandler)
}

// ask returns the store's reply without sending it to the caller.
func ask(store http.Handler, r *http.Request) *door.Tap {
	reply := &door.Tap{ResponseWriter: nowhere{}}
	store.ServeHTTP(reply, r)
	return reply
}

// nowhere is a caller that gets nothing.
type nowhere http.Header

func (n nowhere) Header() http.Header       { return http.Header(n) }
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) WriteHeader(int)             {}

// Cut closes the connection without a reply.
func Cut(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// Reset ends the connection with RST, as a crash does.
func Reset(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// Truncate lets the store carry out the request, announces the whole reply and sends
// half.
func Truncate(w http.ResponseWriter, r *http.Request, store http.Handler) {
	reply := ask(store, r).Body.Bytes()
	w.Header().Set("Content-Length", strconv.Itoa(len(reply)+100))
	_, _ = w.Write(reply[:len(reply)/2])
	panic(http.ErrAbortHandler)
}

// Damage lets the store carry out the request and sends a reply with a wrong checksum.
func Damage(w http.ResponseWriter, r *http.Request, store http.Handler) {
	reply := ask(store, r)
	w.Header().Set("X-Amz-Crc32", "12345")
	write(w, reply.Status, reply.Body.String())
}

// Blackhole never answers.
func Blackhole(_ http.ResponseWriter, r *http.Request, _ http.Handler) { <-r.Context().Done() }

// Trickle sends the reply's head and then a blank now and then, without end.
func Trickle(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	w.Header().Set("Content-Length", "100000")
	for r.Context().Err() == nil {
		_, _ = io.WriteString(w, " ")
		_ = http.NewResponseController(w).Flush()
		time.Sleep(50 * time.Millisecond)
	}
}

// Delay passes the request on after d if its caller is still there.
func Delay(d time.Duration) Fault {
	return func(w http.ResponseWriter, r *http.Request, store http.Handler) {
		select {
		case <-time.After(d):
			store.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}
}

// StallTLS begins a TLS record and never ends it: the handshake succeeds, the call
// stalls. Without TLS it is a reply that cannot be read.
func StallTLS(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer conn.Close()
	raw := conn
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		raw = secure.NetConn()
	}
	_, _ = raw.Write([]byte{23, 3, 3, 1, 0, 0xa5, 0xa5}) // application data, 256 bytes announced
	_, _ = io.Copy(io.Discard, raw)                      // until the other side closes
}

// allowedSkew is the largest difference between the clocks: a signature is valid for five
// minutes (IAM user guide, "Troubleshooting signed requests for AWS APIs").
const allowedSkew = 5 * time.Minute

// Skew is a service whose clock is ahead by d; d may be negative. It refuses a request
// whose time differs too much and sends its own time with every reply.
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
		reply := ask(store, r.WithContext(iam.At(r.Context(), now)))
		write(w, reply.Status, reply.Body.String())
	}
}
