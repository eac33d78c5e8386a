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
// first event would have to wait for: it opens as many connections as one event
// uses at the same time, and runs each kind of request once against no network, so
// that its code is in memory and the signing key is derived. It works beside its
// caller; the function it gives waits for it. It takes 300 ms at the most and
// reports nothing: what it could not do, the first event does. Once is enough.
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
	// A reply that is not read keeps its connection from serving the other ping.
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

// ping asks the endpoint for its health, which it tells everyone (DynamoDB
// developer guide, "Service endpoints"). nil is no answer.
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

// rehearse goes through the SDK with replies that come from here, and through
// what makes a grant of a reply.
func (s *Store) rehearse(ctx context.Context) {
	key := users.Key{PoolID: "warm", Sub: "warm"}
	offline := func(o *dynamodb.Options) { o.HTTPClient = stage{rehearsedRows(s.table)} }
	c, condition := profileChange(users.Snapshot{Key: key, At: time.Unix(0, 0)})
	_, _ = s.client.UpdateItem(ctx, c.input(s.table, rowKey(key, table.ProfileRow), condition), offline)
	if out, err := s.client.BatchGetItem(ctx, accessInput(s.table, key, "warm"), offline); err == nil {
		_, _ = decodeAccess(out.Responses[s.table])
	}
}

// rehearsedRows is a reply that has a value of each kind that an AUTHZ row has.
func rehearsedRows(name string) string {
	return `{"Responses":{"` + name + `":[{"sk":{"S":"` + table.AuthzRow + `"},"authzRoles":{"L":[{"S":"warm"}]},` +
		`"authzExtra":{"M":{"a":{"N":"1"},"b":{"BOOL":true}}}},{"sk":{"S":"` + table.ProfileRow + `"}}]},"UnprocessedKeys":{}}`
}

// stage answers every request alike.
type stage struct{ reply string }

// Do gives the answer.
func (s stage) Do(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body:   io.NopCloser(strings.NewReader(s.reply)),
	}, nil
}
