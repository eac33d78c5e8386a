// Package stub is a DynamoDB with constant answers, for measuring its clients: TLS on
// 127.0.0.1, HTTP/1.1 as DynamoDB speaks it, a certificate chain like AWS's (roots.go),
// and replies written in advance, so that its own time is small and always the same.
//
// It stores and checks nothing: every update succeeds, and every read finds the same
// AUTHZ and PROFILE. The tests of package dynamo check what is right; here only time
// counts.
package stub

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"hash/crc32"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Table is the table whose rows a read finds.
const Table = "bench"

// Stub is a running server. Its methods are safe for concurrent use.
type Stub struct {
	server   *http.Server
	listener net.Listener
	roots    roots
	digest   string
	requests atomic.Int64
	opened   atomic.Int64 // connections
	busy     atomic.Int64 // ns
	reads    atomic.Int64
	writes   atomic.Int64
	meeting  meeting
}

// Start serves until Close. digest is that of PROFILE (spec.Digest). It writes the root
// certificates into dir, which the caller removes. An error says which file is missing.
func Start(dir, digest string) (*Stub, error) {
	identity, trusted, err := newIdentity(dir)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a DynamoDB stub: %w", err)
	}
	s := &Stub{listener: listener, roots: trusted, digest: digest}
	s.server = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0), // a killed function leaves unfinished handshakes and requests
		Protocols:         new(http.Protocols),
	}
	s.server.Protocols.SetHTTP1(true)
	secure := tls.NewListener(listener, &tls.Config{
		Certificates: []tls.Certificate{identity}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
	})
	s.server.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.opened.Add(1)
		}
	}
	go func() { _ = s.server.Serve(secure) }()
	return s, nil
}

// Environment returns the variables that lead a function here.
func (s *Stub) Environment() []string {
	return []string{
		"TABLE_NAME=" + Table,
		"AWS_ENDPOINT_URL_DYNAMODB=https://" + s.listener.Addr().String(),
		"SSL_CERT_FILE=" + s.roots.bundle,
		"SSL_CERT_DIR=" + s.roots.folder,
	}
}

// Together makes the reply to a call wait until n calls wait at the same time.
// Those that come one after the other get none.
func (s *Stub) Together(n int) { s.meeting.set(n) }

// Connections counts those that were opened so far.
func (s *Stub) Connections() int64 { return s.opened.Load() }

// Requests returns the number of API calls so far.
func (s *Stub) Requests() int64 { return s.requests.Load() }

// Units returns the read and write request units of all calls so far. Every row is small:
// one unit for each row of a consistent read, and one for each update.
func (s *Stub) Units() (reads, writes int64) { return s.reads.Load(), s.writes.Load() }

func (s *Stub) count(target string, request []byte) {
	if strings.HasSuffix(target, "GetItem") {
		s.reads.Add(int64(bytes.Count(request, []byte(`"sk":{"S":`))))
		return
	}
	s.writes.Add(1)
}

// Busy returns the time spent on them, delays included: from the request's head to the
// reply.
func (s *Stub) Busy() time.Duration { return time.Duration(s.busy.Load()) }

// Close ends the server and its connections.
func (s *Stub) Close() error { return s.server.Close() }

// ServeHTTP answers one request.
func (s *Stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	if r.Method == http.MethodGet {
		_, _ = io.WriteString(w, "healthy: dynamodb.eu-west-1.amazonaws.com ")
		return
	}
	request, _ := io.ReadAll(r.Body)
	if s.meeting.join(r.Context()) != nil {
		return // the caller has given up
	}
	body := answer(r.Header.Get("X-Amz-Target"), request, s.digest)
	header := w.Header()
	header.Set("Content-Type", "application/x-amz-json-1.0")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(body))), 10))
	header.Set("X-Amzn-Requestid", "0A1B2C3D4E5F6G7H8I9J0K1L2M3N4O5P6Q7R8S9T0U1V2W3X4Y5Z")
	_, _ = io.WriteString(w, body)
	s.count(r.Header.Get("X-Amz-Target"), request)
	s.requests.Add(1)
	s.busy.Add(int64(time.Since(began)))
}
