package faults_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// quick is a store that knows one user and answers at once: the failure table must not
// depend on another program's speed. It counts the writes that reach it.
type quick struct {
	*httptest.Server
	writes atomic.Int64
}

func newQuick(t *testing.T) *quick {
	t.Helper()
	q := &quick{}
	q.Server = httptest.NewServer(http.HandlerFunc(q.answer))
	t.Cleanup(q.Close)
	return q
}

const quickRows = `{"Responses":{"mirror":[{"sk":{"S":"PROFILE"}},{"sk":{"S":"CLIENT"},"clientProfile":{"S":"app"}},` +
	`{"sk":{"S":"AUTHZ"},"authzRoles":{"L":[{"S":"editor"}]}}]},"UnprocessedKeys":{}}`

func (q *quick) answer(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	switch _, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); operation {
	case "UpdateItem":
		q.writes.Add(1)
		_, _ = io.WriteString(w, "{}")
	case "BatchGetItem":
		_, _ = io.WriteString(w, quickRows)
	case "GetItem":
		_, _ = io.WriteString(w, "{}")
	default:
		_, _ = io.WriteString(w, "healthy")
	}
}
