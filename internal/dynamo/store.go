// Package dynamo keeps the mirror in one DynamoDB table: the ports of package users,
// and a client that fits into the five seconds that Cognito waits for a function.
//
// Every write is one conditional update of one item, and the condition is on the
// attribute that the update changes. So repeating a write is harmless, and writes do
// repeat: this client retries, Cognito does, and a reply can be lost after the write
// was done ("the operation may have succeeded or failed", DynamoDB developer guide,
// "Error handling"). A condition that fails is therefore a success. The merges in
// package users say in Go what the expressions here say to DynamoDB, and the suite in
// userstest holds both to it. No row of a user is ever deleted or put whole, so the
// triggers need only UpdateItem and BatchGetItem.
//
// The client is made from the environment without the SDK's config package, which would
// cost more than all the rest. At most three attempts of 700 ms and 75 ms of waiting
// end within a function's 2.5 s. Connections are opened while Lambda does not throttle
// the CPU (Warm). A connection that died while the function was frozen costs a short
// wait and not 700 ms (wire.go).
package dynamo

import (
	"context"
	"errors"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	smithyendpoints "github.com/aws/smithy-go/endpoints"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Store implements users.Mover, users.Reader, users.Eraser and migration.Store over one table. Open
// makes it. It is safe for concurrent use and holds no state of a request.
type Store struct {
	client   *dynamodb.Client
	table    string
	endpoint url.URL
	wire     *wire
	warmFor  settings
}

var (
	_ users.Mirrored = (*Store)(nil)
	_ users.Reader   = (*Store)(nil)
	_ users.Eraser   = (*Store)(nil)
)

// Open makes the store from the environment that getenv reads: TABLE_NAME, AWS_REGION
// and the AWS variables for endpoint, certificates and credentials. It does not
// connect: see Warm. The store reads the credentials again for every request, since
// Lambda replaces them while the process lives. An error names the variable to correct.
func Open(getenv func(string) string) (*Store, error) {
	s, err := read(getenv)
	if err != nil {
		return nil, err
	}
	return open(s)
}

func open(s settings) (*Store, error) {
	endpoint, err := s.resolve()
	if err != nil {
		return nil, err
	}
	w, err := newWire(s, endpoint.URI.Scheme == "https")
	if err != nil {
		return nil, err
	}
	client := dynamodb.New(dynamodb.Options{
		Region:                          s.region,
		Credentials:                     environment{s.getenv},
		EndpointResolverV2:              fixed{endpoint},
		EndpointDiscovery:               dynamodb.EndpointDiscoveryOptions{EnableEndpointDiscovery: aws.EndpointDiscoveryDisabled},
		AccountIDEndpointMode:           aws.AccountIDEndpointModeDisabled, // one host, whose connections are already open
		Retryer:                         retryer{},
		HTTPClient:                      w,
		DisableValidateResponseChecksum: true, // the wire checks it, and fails the attempt
	})
	return &Store{client: client, table: s.table, endpoint: endpoint.URI, wire: w, warmFor: s}, nil
}

// Over returns a store over the caller's client, with that client's patience, for
// programs without a waiting user. Do not call Warm on it.
func Over(client *dynamodb.Client, table string) *Store { return &Store{client: client, table: table} }

// fixed is an endpoint that was resolved once.
type fixed struct{ endpoint smithyendpoints.Endpoint }

// ResolveEndpoint returns the endpoint for any request.
func (f fixed) ResolveEndpoint(context.Context, dynamodb.EndpointParameters) (smithyendpoints.Endpoint, error) {
	return f.endpoint, nil
}

// update sends one update. A failed condition is a success that changed nothing.
func (s *Store) update(ctx context.Context, doing string, key map[string]types.AttributeValue, c *change, condition string) (users.Write, error) {
	_, err := s.client.UpdateItem(ctx, c.input(s.table, key, condition))
	if failed := (*types.ConditionalCheckFailedException)(nil); errors.As(err, &failed) {
		return users.Unchanged, nil
	}
	if err != nil {
		return users.Failed, explain(doing, err)
	}
	return users.Applied, nil
}
