// Command reconcile is the scheduled sweep: `ops reconcile` as a function that
// EventBridge runs.
//
// The schedule calls it every five minutes. Most runs read one row, see that no pass is due and
// end. A run with work stops half a minute before Lambda would end it, and the next one
// continues the pass, which package sweep keeps in a row of the table: so a pass comes to its
// end whatever ends a run, and the lease in that row lets no two overlap. A function that calls
// itself again could do so for ever, and a lost call would end the pass.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/config"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/live"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: lambdacontext.ReplaceAttr}))
	f, err := setup(context.Background(), os.Getenv, log)
	if err != nil {
		log.Error("the function cannot start", slog.String("cause", err.Error()))
		os.Exit(1)
	}
	lambda.Start(f.run)
}

// setup makes the function from its environment and the policy file next to it.
func setup(ctx context.Context, getenv func(string) string, log *slog.Logger) (*function, error) {
	pool, table := getenv("USER_POOL_ID"), getenv("TABLE_NAME")
	if pool == "" || table == "" {
		return nil, errors.New("USER_POOL_ID and TABLE_NAME are not both set: the stack sets them")
	}
	rate, err := strconv.ParseFloat(getenv("LIST_RATE"), 64)
	if err != nil || !(rate > 0) {
		return nil, fmt.Errorf("LIST_RATE is %q: the stack sets it to a number above 0", getenv("LIST_RATE"))
	}
	every, err := strconv.Atoi(getenv("EVERY_HOURS"))
	if err != nil || every < 1 {
		return nil, fmt.Errorf("EVERY_HOURS is %q: the stack sets it to a whole number above 0", getenv("EVERY_HOURS"))
	}
	document, hash, err := policy.Load(getenv("LAMBDA_TASK_ROOT"), policy.Sections("reconcile")...)
	if err != nil {
		return nil, err
	}
	mirror, err := users.CompileMirror(document.Mirror)
	if err != nil {
		return nil, err
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the AWS configuration: %w", err)
	}
	client := dynamodb.NewFromConfig(cfg)
	return &function{
		every: time.Duration(every) * time.Hour, policy: hash, namespace: cmp.Or(getenv("METRICS_NAMESPACE"), "CognitoTriggers"), name: getenv("AWS_LAMBDA_FUNCTION_NAME"), log: log,
		pool: live.NewPool(cognito.NewFromConfig(cfg), pool), table: live.NewTable(client, table), book: live.NewBook(client, table, pool, false),
		options: sweep.Options{Pool: pool, Mirror: mirror, ListRate: rate, Holder: "the scheduled function"},
	}, nil
}
