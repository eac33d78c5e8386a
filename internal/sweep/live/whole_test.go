package live_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep/live"
)

// early is a client whose reply begins before it has looked for the request's end.
type early struct{ sent *http.Request }

// Do keeps the request for later.
func (e *early) Do(req *http.Request) (*http.Response, error) {
	e.sent = req
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{}`))}, nil
}

// left returns what can still be read of the request's body after the call.
func (e *early) left(t *testing.T) string {
	t.Helper()
	body, err := io.ReadAll(e.sent.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// aws-sdk-go-v2#2737: without whole the connection is closed under the reply.
func TestAnEarlyReplyDoesNotTakeTheRequestAway(t *testing.T) {
	keys := credentials.NewStaticCredentialsProvider("local", "local", "")
	e := &early{}
	pool := live.NewPool(cognito.New(cognito.Options{Region: "eu-west-1", Credentials: keys, HTTPClient: e}), poolID)
	if _, err := pool.List(t.Context(), "", ""); err != nil || !strings.Contains(e.left(t), `"Limit":60`) {
		t.Errorf("listing: %v", err)
	}
	table := live.NewTable(dynamodb.New(dynamodb.Options{Region: "eu-west-1", Credentials: keys, HTTPClient: e}), "mirror")
	if _, _, err := table.Complete(t.Context(), poolID, ""); err != nil || !strings.Contains(e.left(t), `"TableName":"mirror"`) {
		t.Errorf("scanning: %v", err)
	}
}

// A sweep has sixteen workers, and the SDK's client keeps ten connections.
func TestConnectionsOfAllWorkersStayOpen(t *testing.T) {
	const workers = 20
	var opened atomic.Int32
	var all sync.WaitGroup // no call returns before all have asked
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		all.Done()
		all.Wait()
		w.Header().Set("Date", date.Format(http.TimeFormat))
		_, _ = io.WriteString(w, `{"Users":[]}`)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	pool := poolAt(s.URL)
	for range 2 {
		all.Add(workers)
		var done sync.WaitGroup
		for range workers {
			done.Go(func() {
				if _, err := pool.List(t.Context(), "", ""); err != nil {
					t.Error(err)
				}
			})
		}
		done.Wait()
	}
	if n := opened.Load(); n != workers {
		t.Errorf("%d connections for %d workers", n, workers)
	}
}
