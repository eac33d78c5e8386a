package lambdahost

import (
	"fmt"
	"net/http"
	"strconv"
)

// runtimeAPI serves the process (runtimes-api.html, version 2018-06-01).
func (e *environment) runtimeAPI() http.Handler {
	const root = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+root+"invocation/next", e.next)
	mux.HandleFunc("POST "+root+"invocation/{id}/response", e.response)
	mux.HandleFunc("POST "+root+"invocation/{id}/error", e.failure)
	mux.HandleFunc("POST "+root+"init/error", e.initFailure)
	return mux
}

// next blocks until there is an event; an open request means that the process is idle.
func (e *environment) next(w http.ResponseWriter, r *http.Request) {
	select {
	case e.asked <- struct{}{}:
	default:
	}
	select {
	case c := <-e.work:
		writeEvent(w, c)
	case <-r.Context().Done():
	}
}

func writeEvent(w http.ResponseWriter, c *call) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Lambda-Runtime-Aws-Request-Id", c.requestID)
	header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(c.deadline.UnixMilli(), 10))
	header.Set("Lambda-Runtime-Invoked-Function-Arn", c.invokedARN)
	header.Set("Lambda-Runtime-Trace-Id", c.traceID)
	_, _ = w.Write(c.event)
}

func (e *environment) response(w http.ResponseWriter, r *http.Request) {
	body, ok := e.body(w, r)
	if !ok {
		return
	}
	if len(body) > maxPayload {
		e.post(w, r, answer{fail: newFunctionError("Function.ResponseSizeTooLarge",
			fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", maxPayload))},
			http.StatusRequestEntityTooLarge, "RequestEntityTooLarge")
		return
	}
	e.post(w, r, answer{reply: body}, http.StatusAccepted, "OK")
}

func (e *environment) failure(w http.ResponseWriter, r *http.Request) {
	body, ok := e.body(w, r)
	if !ok {
		return
	}
	kind := r.Header.Get("Lambda-Runtime-Function-Error-Type")
	e.post(w, r, answer{fail: postedError(kind, body)}, http.StatusAccepted, "OK")
}

func (e *environment) initFailure(w http.ResponseWriter, r *http.Request) {
	body, ok := e.body(w, r)
	if !ok {
		return
	}
	select {
	case e.initErr <- postedError(r.Header.Get("Lambda-Runtime-Function-Error-Type"), body):
	default:
	}
	writeStatus(w, http.StatusAccepted, "OK")
}

func (e *environment) body(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	body, err := readPayload(r.Body)
	if err != nil {
		writeStatus(w, http.StatusBadRequest, "BodyReadError")
		return nil, false
	}
	return body, true
}

// post passes on an answer to the current event, once only.
func (e *environment) post(w http.ResponseWriter, r *http.Request, a answer, status int, word string) {
	if !e.claim(r.PathValue("id")) {
		writeStatus(w, http.StatusBadRequest, "InvalidRequestID")
		return
	}
	writeStatus(w, status, word)
	e.posted <- a
}

func (e *environment) setCurrent(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.current = id
}

// claim reports whether id is current and unanswered, and marks it answered.
func (e *environment) claim(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if id == "" || id != e.current {
		return false
	}
	e.current = ""
	return true
}

func writeStatus(w http.ResponseWriter, status int, word string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if status == http.StatusAccepted {
		_, _ = fmt.Fprintf(w, `{"status":%q}`, word)
		return
	}
	_, _ = fmt.Fprintf(w, `{"errorType":%q,"errorMessage":%q}`, word, word)
}
