// Package webhook asks an old app whether a password is right: HTTP mode of the migration. The
// old app mounts infra/client/oldapp, or answers in its own language; package wire is what
// both say.
//
// The address is fixed when the stage is synthesized, and no request changes it: no redirect is
// followed, no proxy is taken from the environment, no answer names another host. A question
// is asked once and has 1.5 seconds, connecting included, which leaves room for the table
// within the function's time. The root certificates, which cost most of connecting, are parsed
// by then: in the init phase the function fetches the secret over TLS. An answer has at most
// 64 KiB and the form that package wire says. Whatever else comes is a failure, and the user
// tries again: neither an outage nor a wrong address says that a password is wrong.
//
// No error holds a password, a name or a byte of an answer.
package webhook

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/migration"
	"github.com/cognito-triggers/cognito-triggers/internal/migration/wire"
)

// limit is the time of a question. Cognito waits five seconds for the function, which works
// for 2.5 of them.
const limit = 1500 * time.Millisecond

// Client asks one old app (migration.OldApp). It is safe for concurrent use and holds nothing of a question.
type Client struct {
	url       string
	secrets   []wire.Secret
	transport *http.Transport
}

// New returns a client that asks at an address: https, or http on this machine. The secrets sign
// each question: one, or more while they are rotated. An error says what is wrong with them.
func New(address string, secrets []string) (*Client, error) {
	if !wire.IsAddress(address) {
		return nil, errors.New("migration.oldApp.url is not https://HOST[:PORT]/PATH without a user and a fragment; http is for localhost alone")
	}
	keys, err := wire.ReadSecrets(secrets)
	if err != nil {
		return nil, fmt.Errorf("migration.oldApp.secret: %w", err)
	}
	return &Client{url: address, secrets: keys, transport: newTransport()}, nil
}

// newTransport returns a transport without a proxy. It asks for no compression, whose answer could
// be larger than what was read. It limits the time of connecting, because it goes on with that for the
// next question after the one that asked is gone. A connection is kept for 30 seconds: some servers
// close one after a few.
func newTransport() *http.Transport {
	return &http.Transport{
		DialContext:            (&net.Dialer{Timeout: limit}).DialContext,
		TLSHandshakeTimeout:    limit,
		DisableCompression:     true,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 16 << 10,
	}
}

var _ migration.OldApp = (*Client)(nil)

// SignIn asks for the user of a name and a password. False means that the password is wrong or
// nobody has the name.
func (c *Client) SignIn(ctx context.Context, name, password string) (migration.Person, bool, error) {
	return c.ask(ctx, map[string]string{wire.Type: wire.SignIn, wire.Name: name, wire.Password: password})
}

// Forgot asks for the user of a name who has forgotten the password. False means that nobody has
// the name.
func (c *Client) Forgot(ctx context.Context, name string) (migration.Person, bool, error) {
	return c.ask(ctx, map[string]string{wire.Type: wire.ForgotPassword, wire.Name: name})
}

func (c *Client) ask(ctx context.Context, question map[string]string) (migration.Person, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	body, err := json.Marshal(question)
	if err != nil || len(body) > wire.MaxQuestion || hasEmpty(question) {
		return migration.Person{}, false, nil // no name and no password of a pool is empty or so long
	}
	reply, err := c.post(ctx, body)
	if err != nil {
		return migration.Person{}, false, unanswered(err)
	}
	defer reply.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(reply.Body, wire.MaxAnswer+1))
	if err != nil {
		return migration.Person{}, false, unanswered(err)
	}
	return judge(reply.StatusCode, answer)
}

func hasEmpty(question map[string]string) bool {
	for _, text := range question {
		if text == "" {
			return true
		}
	}
	return false
}

// post sends a question. The transport sends it again if a connection that was kept open
// proves to be dead: the header without a value, which is not sent, allows it (net/http,
// Transport). The id is the same, so that the old app is asked at most once.
func (c *Client) post(ctx context.Context, body []byte) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = http.Header{
		"Content-Type": {"application/json"}, "Accept": {"application/json"},
		"User-Agent": {"cognito-triggers"}, "Idempotency-Key": nil,
	}
	wire.Sign(request.Header, c.secrets, "msg_"+rand.Text(), time.Now(), body)
	return c.transport.RoundTrip(request) // unlike a http.Client it follows no redirect
}
