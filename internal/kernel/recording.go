//go:build recording

package kernel

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

// recorded is the build of a verification, and of nothing else: the function prints
// each event and each reply, whole, and does what a caller's metadata asks it to do
// (verifyDelay, verifyResponse), so that Cognito's own behaviour can be asked for.
// Anybody could give themselves any claim. The stack takes such a build for a
// disposable stage only (infra, checkBundle), and infra/cmd/verify removes that stage.
func recorded(chain *Chain) lambda.Handler { return recorder{chain, os.Stdout} }

type recorder struct {
	chain *Chain
	out   io.Writer
}

// probe is what a verification asks of a function, in clientMetadata.
type probe struct {
	Request struct {
		ClientMetadata struct {
			// Delay is a time.Duration, such as "5s".
			Delay string `json:"verifyDelay"`
			// Response is JSON, sent as the event's response in place of the chain's.
			Response string `json:"verifyResponse"`
		} `json:"clientMetadata"`
	} `json:"request"`
}

// Invoke prints the event before anything else: a function that is killed has been
// called as well.
func (r recorder) Invoke(ctx context.Context, doc []byte) ([]byte, error) {
	r.print(ctx, "event", doc)
	var asked probe
	_ = json.Unmarshal(doc, &asked)
	if delay, err := time.ParseDuration(asked.Request.ClientMetadata.Delay); err == nil {
		time.Sleep(delay)
	}
	reply, err := r.chain.Invoke(ctx, doc)
	if response := asked.Request.ClientMetadata.Response; response != "" && err == nil {
		if event, malformed := cognito.Parse(doc); malformed == nil {
			reply = event.Reply([]byte(response))
		}
	}
	r.print(ctx, "reply", reply)
	return reply, err
}

// print writes one line. The document is a text in it, so that not a byte of it is
// lost.
func (r recorder) print(ctx context.Context, what string, doc []byte) {
	line := map[string]string{
		"level": "INFO", "timestamp": time.Now().UTC().Format(time.RFC3339Nano),
		"function": lambdacontext.FunctionName, "recorded": what, "document": string(doc),
	}
	if call, ok := lambdacontext.FromContext(ctx); ok {
		line["requestId"] = call.AwsRequestID
	}
	if text, err := json.Marshal(line); err == nil {
		_, _ = r.out.Write(append(text, '\n'))
	}
}
