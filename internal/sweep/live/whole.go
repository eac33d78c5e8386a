package live

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// doer is an HTTP client as the SDK takes one.
type doer interface {
	Do(*http.Request) (*http.Response, error)
}

// whole hands each request's body over in one piece. The SDK closes a body as soon as
// the reply begins; where net/http has not yet looked whether the body is at its end,
// that look fails, and takes the connection along from under the reply
// (github.com/aws/aws-sdk-go-v2#2737). The SDK then tries again after up to a second,
// which in a sweep beside its table is most of the time. A body that net/http knows to
// be in memory is sent in one write with its headers, and nobody looks.
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
// workers, and some for its pages. The SDK's own limit of ten would close and open
// connections all the time.
const keepOpen = 32

// suited makes the client that a sweep's calls want of the one that was configured.
func suited(client doer) doer {
	if own, ok := client.(*awshttp.BuildableClient); ok {
		client = own.WithTransportOptions(func(t *http.Transport) { t.MaxIdleConnsPerHost = max(t.MaxIdleConnsPerHost, keepOpen) })
	}
	return whole{client}
}
