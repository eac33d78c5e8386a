package live_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep/live"
)

// early is a client whose reply begins before it has looked at the request's end.
type early struct{ sent *http.Request }

// Do keeps the request for later.
func (e *early) Do(req *http.Request) (*http.Response, error) {
	e.sent = req
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{}`))}, nil
}

// left is what the request's body still gives after the call.
func (e *early) left(t *testing.T) string {
	t.Helper()
	body, err := io.ReadAll(e.sent.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// aws-sdk-go-v2#2737: without it the connection is closed from under the reply.
func TestAnEarlyReplyDoesNotTakeTheRequestAway(t *testing.T) {
	keys := credentials.NewStaticCredentialsProvider("local", "local", "")
	e := &early{}
	pool := live.NewPool(cognito.New(cognito.Options{Region: "eu-west-1", Credentials: keys, HTTPClient: e}), poolID)
	if _, err := pool.List(t.Context(), ""); err != nil || !strings.Contains(e.left(t), `"Limit":60`) {
		t.Errorf("listing: %v", err)
	}
	table := live.NewTable(dynamodb.New(dynamodb.Options{Region: "eu-west-1", Credentials: keys, HTTPClient: e}), "mirror")
	if _, _, err := table.Scan(t.Context(), poolID, ""); err != nil || !strings.Contains(e.left(t), `"TableName":"mirror"`) {
		t.Errorf("scanning: %v", err)
	}
}
