package gateway

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
)

// invoke lets the route's function answer. A function that fails or answers what is no answer
// is 500; one that takes too long is 503 (serverless/serverless#11222).
func (g *Gateway) invoke(ctx context.Context, q *request) *answer {
	event, err := json.Marshal(g.event(q))
	if err != nil {
		return internalError()
	}
	reply, err := g.opts.Functions.Invoke(ctx, q.route.Integration.FunctionARN, event)
	refusal, refused := errors.AsType[*lambdahost.ServiceError](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return refuse(http.StatusServiceUnavailable, "Service Unavailable")
	case refused && refusal.Status == http.StatusRequestEntityTooLarge: // Lambda's own limit is 6 MB
		return refuse(http.StatusRequestEntityTooLarge, "Request Entity Too Large")
	case err != nil:
		return internalError()
	}
	a, err := answerOf(reply)
	if err != nil {
		return internalError()
	}
	return a
}

// structured is a reply that says more than its body.
type structured struct {
	StatusCode      json.Number
	Headers         map[string]any
	Cookies         []string
	Body            string
	IsBase64Encoded bool
}

// answerOf reads a function's reply. Without a statusCode it is the body itself (guide,
// "Lambda function response for format 2.0").
func answerOf(reply []byte) (*answer, error) {
	var members map[string]json.RawMessage
	if json.Unmarshal(reply, &members) != nil || members["statusCode"] == nil {
		return inferred(reply)
	}
	var s structured
	decoder := json.NewDecoder(bytes.NewReader(reply))
	decoder.UseNumber()
	if err := decoder.Decode(&s); err != nil {
		return nil, fmt.Errorf("reading the function's answer: %w", err)
	}
	status, err := s.StatusCode.Int64()
	if err != nil || status < 200 || status > 599 {
		return nil, fmt.Errorf("the function's answer has the status %q", s.StatusCode)
	}
	a := &answer{int(status), http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, []byte(s.Body)}
	for name, value := range s.Headers {
		switch value.(type) {
		case string, json.Number, bool:
			a.header.Set(name, fmt.Sprint(value))
		default:
			return nil, fmt.Errorf("the header %q of the function's answer is no text", name)
		}
	}
	for _, cookie := range s.Cookies {
		a.header.Add("Set-Cookie", cookie)
	}
	dropHops(a.header)
	if s.IsBase64Encoded {
		if a.body, err = base64.StdEncoding.DecodeString(s.Body); err != nil {
			return nil, fmt.Errorf("reading the function's Base64: %w", err)
		}
	}
	return a, nil
}

// inferred is 200 with the reply, or with the text that it is.
func inferred(reply []byte) (*answer, error) {
	if !json.Valid(reply) {
		return nil, errors.New("the function's answer is no JSON")
	}
	a := &answer{http.StatusOK, http.Header{"Content-Type": {"application/json"}}, reply}
	var text string
	if json.Unmarshal(reply, &text) == nil && !bytes.Equal(bytes.TrimSpace(reply), []byte("null")) {
		a.body = []byte(text)
	}
	return a, nil
}
