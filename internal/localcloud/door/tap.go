package door

import (
	"bytes"
	"net/http"
)

// maxTapped is how much of an answer a Tap keeps.
const maxTapped = 256 << 10

// Tap passes an answer on and keeps it: the status, 0 if there was none, and the body up to
// 256 KiB.
type Tap struct {
	http.ResponseWriter
	Status int
	Body   bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (t *Tap) WriteHeader(status int) {
	if t.Status == 0 {
		t.Status = status
	}
	t.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (t *Tap) Write(p []byte) (int, error) {
	if t.Status == 0 {
		t.Status = http.StatusOK
	}
	t.Body.Write(p[:min(len(p), maxTapped-t.Body.Len())])
	return t.ResponseWriter.Write(p)
}

// Unwrap lets an http.ResponseController reach what is behind.
func (t *Tap) Unwrap() http.ResponseWriter { return t.ResponseWriter }
