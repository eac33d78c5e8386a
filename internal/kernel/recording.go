//go:build recording

package kernel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

// recorded is for the build of a verification only. The function prints each event
// and each reply whole, and obeys the caller's metadata (verifyDelay,
// verifyResponse, verifyRow), so that a check can ask for Cognito's own behaviour. With it,
// a caller could set any claim. The stack takes such a build only for a disposable stage
// (infra, checkBundle), and infra/cmd/verify removes that stage.
func recorded(chain *Chain) lambda.Handler { return recorder{chain, os.Stdout} }

type recorder struct {
	chain *Chain
	out   io.Writer
}

// probe is what a verification asks a function for, in clientMetadata.
type probe struct {
	Request struct {
		ClientMetadata struct {
			// Delay is a time.Duration, such as "5s".
			Delay string `json:"verifyDelay"`
			// Response is JSON that replaces the chain's response.
			Response string `json:"verifyResponse"`
			// Row is the key of a row, pk and sk with a blank between; see learn.
			Row string `json:"verifyRow"`
		} `json:"clientMetadata"`
	} `json:"request"`
}

// Invoke prints the event first, so that an invocation that is killed leaves a trace.
func (r recorder) Invoke(ctx context.Context, doc []byte) ([]byte, error) {
	r.print(ctx, "event", doc)
	var asked probe
	_ = json.Unmarshal(doc, &asked)
	if delay, err := time.ParseDuration(asked.Request.ClientMetadata.Delay); err == nil {
		time.Sleep(delay)
	}
	if pk, sk, ok := strings.Cut(asked.Request.ClientMetadata.Row, " "); ok {
		r.learn(ctx, pk, sk)
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

// learn tries to read a row with an update whose condition fails, under the function's own
// role, and prints the names of the columns that came, or the code of the refusal.
func (r recorder) learn(ctx context.Context, pk, sk string) {
	var came struct {
		Columns []string `json:"columns"`
		Error   string   `json:"error"`
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err == nil {
		_, err = dynamodb.NewFromConfig(cfg).UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName:                           new(os.Getenv(TableVariable)),
			Key:                                 map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk}},
			ConditionExpression:                 new("attribute_not_exists(pk)"),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
	}
	var failed *types.ConditionalCheckFailedException
	var api smithy.APIError
	switch {
	case errors.As(err, &failed):
		came.Columns = slices.Sorted(maps.Keys(failed.Item))
	case errors.As(err, &api):
		came.Error = api.ErrorCode()
	default:
		came.Error = fmt.Sprint(err)
	}
	if text, err := json.Marshal(came); err == nil {
		r.print(ctx, "learned", text)
	}
}

// print writes one line. The line holds the document as text, so that no byte of it
// is lost, but for the password of a migration.
func (r recorder) print(ctx context.Context, what string, doc []byte) {
	line := map[string]string{
		"level": "INFO", "timestamp": time.Now().UTC().Format(time.RFC3339Nano),
		"function": lambdacontext.FunctionName, "recorded": what, "document": string(cognito.Hide(doc)),
	}
	if call, ok := lambdacontext.FromContext(ctx); ok {
		line["requestId"] = call.AwsRequestID
	}
	if text, err := json.Marshal(line); err == nil {
		_, _ = r.out.Write(append(text, '\n'))
	}
}
