package gateway

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

// hurry ends a body that comes in drops, also one that nobody reads: net/http waits for it
// before it answers.
func (g *Gateway) hurry(w http.ResponseWriter, limit time.Duration) {
	var at time.Time
	if limit > 0 {
		at = time.Now().Add(limit)
	}
	_ = http.NewResponseController(w).SetReadDeadline(at) // a recorder of a test has none
}

// read reads the body when the caller is known: a stranger cannot fill the memory.
func (g *Gateway) read(w http.ResponseWriter, q *request) *answer {
	var err error
	q.body, err = io.ReadAll(http.MaxBytesReader(w, q.Body, maxPayload))
	tooLarge, isLarge := errors.AsType[*http.MaxBytesError](err)
	switch {
	case isLarge && tooLarge.Limit > 0:
		return refuse(http.StatusRequestEntityTooLarge, "Request Entity Too Large")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return refuse(http.StatusRequestTimeout, "Request Timeout")
	case err != nil:
		return refuse(http.StatusBadRequest, "Bad Request")
	}
	g.hurry(w, 0) // otherwise the limit would end the integration's work
	return nil
}
