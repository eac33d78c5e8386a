package sandbox

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// timeout is the functions' time-out, which sets an event's deadline.
const timeout = 4 * time.Second

// requestID is the id of every event: there is one at a time.
const requestID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"

// runtimeAPI is the Lambda Runtime API, version 2018-06-01 (Lambda developer guide,
// "Using the Lambda runtime API for custom runtimes").
func (s *Sandbox) runtimeAPI() http.Handler {
	const root = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+root+"invocation/next", s.next)
	mux.HandleFunc("POST "+root+"invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) { s.post(w, r, false) })
	mux.HandleFunc("POST "+root+"invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) { s.post(w, r, true) })
	return mux
}

func (s *Sandbox) next(w http.ResponseWriter, r *http.Request) {
	s.asked <- time.Now()
	var event []byte
	select {
	case event = <-s.events:
	case <-r.Context().Done():
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Lambda-Runtime-Aws-Request-Id", requestID)
	header.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:"+s.name)
	header.Set("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0")
	s.sent = time.Now()
	header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(s.sent.Add(timeout).UnixMilli(), 10))
	_, _ = w.Write(event)
}

func (s *Sandbox) post(w http.ResponseWriter, r *http.Request, failed bool) {
	body, err := io.ReadAll(r.Body)
	at := time.Now()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`)
	s.answered <- answered{body: body, failed: failed || err != nil, at: at}
}
