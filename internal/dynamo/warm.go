package dynamo

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Warm does in the init phase, in which Lambda does not throttle the CPU, what the
// first event would wait for: it opens as many connections as one event uses at a time.
// It runs beside its caller; wait waits for it. It takes at most 300 ms and reports
// nothing: the first event does what is left. Call it once. Offline is for the rest.
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

// Offline returns a store that reaches nobody: its writes succeed, and its reads find a
// row of each kind. A chain over it rehearses (kernel.Chain.Rehearse), all but the network:
// it also derives the key that signs the store's requests on this day.
func (s *Store) Offline() *Store {
	offline := &wire{transport: s.wire.transport.Clone(), attempt: s.wire.attempt, patience: s.wire.patience}
	offline.transport.RegisterProtocol(s.endpoint.Scheme, stage{rehearsedRows(s.table)})
	client := dynamodb.New(s.client.Options(), func(o *dynamodb.Options) { o.HTTPClient = offline })
	return &Store{client: client, table: s.table, wire: offline}
}

// rehearsedRows returns a reply with a value of each kind that an AUTHZ row has.
func rehearsedRows(name string) string {
	return `{"Responses":{"` + name + `":[{"sk":{"S":"` + table.AuthzRow + `"},"authzRoles":{"L":[{"S":"warm"}]},` +
		`"authzExtra":{"M":{"a":{"N":"1"},"b":{"BOOL":true}}}},{"sk":{"S":"` + table.ProfileRow + `"}}]},"UnprocessedKeys":{}}`
}

// stage answers every request with the same reply.
type stage struct{ reply string }

// RoundTrip returns the reply.
func (s stage) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body:   io.NopCloser(strings.NewReader(s.reply)),
	}, nil
}
