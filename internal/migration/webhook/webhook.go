// Package webhook asks an old app whether a password is right: HTTP mode of the migration. The
// old app mounts infra/client/oldapp, or answers in its own language; package wire is what
// both say.
//
// The address is fixed when the stage is synthesized, and no request changes it: no redirect is
// followed, no proxy is taken from the environment, no answer names another host. A question
// is asked once and has 1.5 seconds, connecting included, which leaves room for the table
// within the function's time. An answer has at most 64 KiB and the form that package wire
// says; the attributes are those that the pool has. Whatever else comes is a failure, and the
// user tries again: neither an outage nor a wrong address says that a password is wrong.
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
	"net/url"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/migration"
	"github.com/cognito-triggers/cognito-triggers/internal/migration/wire"
)

// limit is the time of a question. Cognito waits five seconds for the function, which works
// for 2.5 of them.
const limit = 1500 * time.Millisecond

// Config is what a stage says of its old app.
type Config struct {
	// URL is where the questions go: https, or http on this machine.
	URL string
	// Secrets sign each question: one, or more while they are rotated.
	Secrets []string
	// Attributes are the pool's own, custom:<name>, which an answer may have beside the standard ones.
	Attributes []string
}

// Client asks one old app (migration.OldApp). It is safe for concurrent use and holds nothing of a question.
type Client struct {
	url       string
	secrets   []wire.Secret
	custom    []string
	connector *connector
}

// New returns a client. It does not connect: see Warm. An error says what is wrong with the
// configuration.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.User != nil || u.Fragment != "" || u.Hostname() == "" || u.Scheme != "https" && (u.Scheme != "http" || !isHere(u.Hostname())) {
		return nil, errors.New("migration.oldApp.url is not https://HOST[:PORT]/PATH without a user and a fragment; http is for localhost alone")
	}
	secrets, err := wire.ReadSecrets(c.Secrets)
	if err != nil {
		return nil, fmt.Errorf("migration.oldApp.secret: %w", err)
	}
	return &Client{url: c.URL, secrets: secrets, custom: c.Attributes, connector: newConnector(u)}, nil
}

// isHere reports whether a host is this machine. Its name may be no other's (RFC 6761 §6.3).
func isHere(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
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
	return c.judge(reply.StatusCode, answer)
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
	return c.connector.transport.RoundTrip(request) // unlike a http.Client it follows no redirect
}
