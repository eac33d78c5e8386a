package customresource

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// attempts is how often an answer is sent, patience the time-out of one attempt, pause
// the time between two.
const (
	attempts = 4
	patience = 4 * time.Second
	pause    = 500 * time.Millisecond
)

// longestReason keeps an answer below CloudFormation's limit of 4 KB.
const longestReason = 1000

// answer sends the result of the request to CloudFormation (User Guide, "Custom resource
// response objects"), at the pre-signed URL in the request.
func (in Request) answer(ctx context.Context, physicalID string, failure error) error {
	said := map[string]string{
		"Status": "SUCCESS", "StackId": in.StackID, "RequestId": in.RequestID,
		"LogicalResourceId": in.LogicalResourceID, "PhysicalResourceId": physicalID,
	}
	if failure != nil {
		reason := failure.Error()
		said["Status"], said["Reason"] = "FAILED", reason[:min(len(reason), longestReason)]
	}
	body, _ := json.Marshal(said) // texts
	var failed error
	for range attempts {
		if failed = put(ctx, in.ResponseURL, body); failed == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(failed, ctx.Err())
		case <-time.After(pause):
		}
	}
	return failed
}

// put sends the answer once. The URL is signed for a request without a Content-Type. Its
// query is a secret, so no error contains it.
func put(ctx context.Context, url string, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	out, err := http.NewRequestWithContext(ctx, http.MethodPut, url, bytes.NewReader(body))
	if err != nil {
		return errors.New("the request has no usable ResponseURL")
	}
	reply, err := http.DefaultClient.Do(out)
	if err != nil {
		return fmt.Errorf("sending the answer: %w", errors.Unwrap(err))
	}
	defer reply.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(reply.Body, 1<<16))
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("sending the answer: status %d", reply.StatusCode)
	}
	return nil
}
