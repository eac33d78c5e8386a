// Command tripwire looks whether the user pool still calls the suite. EventBridge runs it on a
// schedule and when CloudTrail tells of a call that may have changed it. What it checks, whom it
// names and what it heals is package tripwire; this is its wiring and its log line.
//
// The line is also its metric document: HooksWrong counts the findings by which a hook is passed
// over, AliasMoved those of aliases that point to another version than the deployed one. A run
// that could not ask everything that is critical writes no HooksWrong: the alarm takes missing
// data for a fault. The line names the principal who made the change, an operator of the account;
// it has nothing about users.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	attachlive "github.com/cognito-triggers/cognito-triggers/internal/attach/live"
	"github.com/cognito-triggers/cognito-triggers/internal/awsraw"
	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
	"github.com/cognito-triggers/cognito-triggers/internal/doctor/live"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/tripwire"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: lambdacontext.ReplaceAttr}))
	f, err := setup(os.Getenv, log)
	if err != nil {
		log.Error("the function cannot start", slog.String("cause", err.Error()))
		os.Exit(1)
	}
	lambda.Start(f.run)
}

// patience is how long one question may take; a run asks about twenty.
const patience = 5 * time.Second

// function runs a watch.
type function struct {
	watch tripwire.Watch
	// namespace is that of the metrics, name the function's on AWS, their dimension.
	namespace, name string
	log             *slog.Logger
}

// setup makes the function from its environment.
func setup(getenv func(string) string, log *slog.Logger) (*function, error) {
	arn := getenv("USER_POOL_ARN")
	_, pool, _ := strings.Cut(arn, ":userpool/")
	hooks, err := triggersOf(getenv("HOOKS"))
	if pool == "" || err != nil {
		return nil, errors.Join(err, fmt.Errorf("USER_POOL_ARN is %q: the stack sets it", arn))
	}
	client := awsraw.FromEnvironment()
	cfg := aws.Config{Region: client.Region, Credentials: client.Credentials, HTTPClient: &http.Client{Timeout: patience}}
	endpoint := func(service string) string { return live.Endpoint(service, client.Region) }
	w := tripwire.Watch{
		Subject: doctor.Subject{Pool: pool, Triggers: hooks, TokenVersion: getenv("TOKEN_VERSION")},
		PoolARN: arn, Port: live.New(cfg, endpoint, attachlive.Clock{}), Clock: attachlive.Clock{},
	}
	if getenv(kernel.TableVariable) != "" { // the stack names it where the stage heals
		store, err := dynamo.Open(getenv)
		if err != nil {
			return nil, err
		}
		w.Attacher = &attach.Attacher{
			Pool: attachlive.Pool{Client: client, ID: pool}, Records: attachlive.Row{Store: store, Pool: pool}, Clock: attachlive.Clock{}, By: "tripwire",
		}
	}
	return &function{w, cmp.Or(getenv(kernel.NamespaceVariable), "CognitoTriggers"), getenv("AWS_LAMBDA_FUNCTION_NAME"), log}, nil
}

// triggersOf reads HOOKS: <trigger>=<function>:<alias>:<version>, with commas.
func triggersOf(hooks string) (all []doctor.Trigger, err error) {
	for hook := range strings.SplitSeq(hooks, ",") {
		name, target, _ := strings.Cut(hook, "=")
		parts := strings.Split(target, ":")
		if name == "" || len(parts) != 3 {
			return nil, fmt.Errorf("HOOKS is %q: the stack sets it", hooks)
		}
		all = append(all, doctor.Trigger{Name: name, Function: parts[0], Alias: parts[1], Version: parts[2]})
	}
	return all, nil
}

// run checks once. An event that cannot be read is a run all the same.
func (f *function) run(ctx context.Context, event json.RawMessage) error {
	began := f.watch.Clock.Now()
	r, err := f.watch.Run(ctx, f.watch.Read(event))
	if err != nil {
		f.log.Error("tripwire", slog.String("FunctionName", f.name), slog.String("outcome", "failed"), slog.String("cause", err.Error()))
		return err
	}
	attrs := r.Attrs()
	if call, ok := lambdacontext.FromContext(ctx); ok {
		attrs = append(attrs, slog.String("requestId", call.AwsRequestID))
	}
	f.log.LogAttrs(ctx, level(r), "tripwire", append(attrs, slog.String("FunctionName", f.name), slog.Group("_aws",
		slog.Int64("Timestamp", began.UnixMilli()), slog.Any("CloudWatchMetrics", metrics(f.namespace, r))))...)
	return nil
}

func level(r tripwire.Report) slog.Level {
	switch {
	case len(r.Wrong)+len(r.Unasked) > 0:
		return slog.LevelError
	case len(r.Moved)+len(r.Notes) > 0:
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// metrics returns the fixed part of the line's CloudWatch embedded metric format.
func metrics(namespace string, r tripwire.Report) json.RawMessage {
	names := `{"Name":"AliasMoved"}`
	if r.Counts() {
		names += `,{"Name":"HooksWrong"}`
	}
	text, _ := json.Marshal(namespace)
	return json.RawMessage(`[{"Namespace":` + string(text) + `,"Dimensions":[["` + kernel.Dimension + `"]],"Metrics":[` + names + `]}]`)
}
