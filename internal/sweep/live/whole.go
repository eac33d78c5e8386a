package live

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// doer is an HTTP client as the SDK takes it.
type doer interface {
	Do(*http.Request) (*http.Response, error)
}

// whole passes each request's body in one piece. The SDK closes a body as soon as the
// reply begins. If net/http has not yet looked for the body's end, that look then fails
// and closes the connection under the reply (github.com/aws/aws-sdk-go-v2#2737). The
// SDK retries after up to a second, which is most of a sweep's time beside its table.
// If net/http knows that a body is in memory, it sends headers and body in one write,
// without that look.
type whole struct{ client doer }

// Do makes the request.
func (w whole) Do(req *http.Request) (*http.Response, error) {
	if req.Body != nil && req.ContentLength > 0 {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, fmt.Errorf("reading the request: %w", err)
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	return w.client.Do(req)
}

// keepOpen is how many connections stay open between calls: one for each of a sweep's
// workers, and some for its pages. With the SDK's own limit of ten, connections would
// close and open all the time.
const keepOpen = 32

// suited adapts the configured client to a sweep's calls.
func suited(client doer) doer {
	if own, ok := client.(*awshttp.BuildableClient); ok {
		client = own.WithTransportOptions(func(t *http.Transport) { t.MaxIdleConnsPerHost = max(t.MaxIdleConnsPerHost, keepOpen) })
	}
	return whole{client}
}
