package dynamo

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Warm does in the init phase, in which Lambda does not throttle the CPU, what the
// first event would wait for. It opens as many connections as one event uses at a time,
// and runs each kind of request once without a network, so that its code is in memory
// and the signing key is derived. It runs beside its caller; wait waits for it. It
// takes at most 300 ms and reports nothing: the first event does what is left. Call it
// once.
func (s *Store) Warm(ctx context.Context, connections int) (wait func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.warm(ctx, connections)
	}()
	return func() { <-done }
}

func (s *Store) warm(ctx context.Context, connections int) {
	ctx, cancel := context.WithTimeout(ctx, s.warmFor.warm)
	defer cancel()
	replies := make(chan *http.Response, connections)
	for range connections {
		go func() { replies <- s.ping(ctx) }()
	}
	s.rehearse(ctx)
	// An unread reply keeps its connection from serving the other ping.
	open := make([]*http.Response, connections)
	for i := range open {
		open[i] = <-replies
	}
	for _, reply := range open {
		if reply != nil {
			_, _ = io.Copy(io.Discard, io.LimitReader(reply.Body, maxReply))
			_ = reply.Body.Close()
		}
	}
	s.wire.lastUse.Store(time.Now().UnixMilli())
}

// ping asks the endpoint for its health, which needs no credentials (DynamoDB developer
// guide, "Service endpoints"). nil means no answer.
func (s *Store) ping(ctx context.Context) *http.Response {
	root := s.endpoint
	root.Path = "/"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, root.String(), nil)
	if err != nil {
		return nil
	}
	reply, err := s.wire.transport.RoundTrip(req)
	if err != nil {
		return nil
	}
	return reply
}

// rehearse runs the SDK with replies made here, and the code that makes a grant of a
// reply.
func (s *Store) rehearse(ctx context.Context) {
	key := users.Key{PoolID: "warm", Sub: "warm"}
	offline := func(o *dynamodb.Options) { o.HTTPClient = stage{rehearsedRows(s.table)} }
	c, condition := profileChange(users.Snapshot{Key: key, At: time.Unix(0, 0)})
	_, _ = s.client.UpdateItem(ctx, c.input(s.table, rowKey(key, table.ProfileRow), condition), offline)
	if out, err := s.client.BatchGetItem(ctx, accessInput(s.table, key, "warm"), offline); err == nil {
		_, _ = decodeAccess(out.Responses[s.table])
	}
}

// rehearsedRows returns a reply with a value of each kind that an AUTHZ row has.
func rehearsedRows(name string) string {
	return `{"Responses":{"` + name + `":[{"sk":{"S":"` + table.AuthzRow + `"},"authzRoles":{"L":[{"S":"warm"}]},` +
		`"authzExtra":{"M":{"a":{"N":"1"},"b":{"BOOL":true}}}},{"sk":{"S":"` + table.ProfileRow + `"}}]},"UnprocessedKeys":{}}`
}

// stage answers every request with the same reply.
type stage struct{ reply string }

// Do returns the reply.
func (s stage) Do(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body:   io.NopCloser(strings.NewReader(s.reply)),
	}, nil
}
