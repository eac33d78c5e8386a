package faults_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/faults"
)

// A watcher hears of each call before the store does, and of its end with what the caller
// got, also where a fault ended the connection. A health check is no call.
func TestR60_AWatcherHearsOfACallAndThenOfItsEnd(t *testing.T) {
	var heard []string
	layer := faults.NewLayer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heard = append(heard, "store "+string(body))
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, "no")
	}))
	layer.Watch(func(r faults.Request) func(faults.Exchange) {
		heard = append(heard, "begins "+r.Operation)
		return func(x faults.Exchange) {
			heard = append(heard, fmt.Sprintf("ends %s %s %d %s %v", x.Operation, x.Body, x.Status, x.Answer, x.Faulty))
		}
	})
	send := func(target string) {
		defer func() { _ = recover() }() // a fault cuts the connection
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}"))
		r.Header.Set("X-Amz-Target", target)
		layer.ServeHTTP(httptest.NewRecorder(), r)
	}
	send("DynamoDB_20120810.GetItem")
	send("")
	layer.Set(faults.Always(faults.Cut))
	send("DynamoDB_20120810.PutItem")
	layer.Set(faults.Always(faults.DropReply))
	send("DynamoDB_20120810.PutItem")
	want := []string{
		"begins GetItem", "store {}", "ends GetItem {} 400 no false", "store {}",
		"begins PutItem", "ends PutItem {} 0  true", "begins PutItem", "store {}", "ends PutItem {} 0  true",
	}
	if !slices.Equal(heard, want) {
		t.Errorf("heard\n%s, want\n%s", strings.Join(heard, "\n"), strings.Join(want, "\n"))
	}
}
