// Command bootstrap is a function that does what its event says, for tests of the host:
// {"do":"sleep","ms":50} and so on. INIT in its environment makes the init phase
// misbehave.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type order struct {
	Do      string `json:"do"`
	MS      int    `json:"ms"`
	Code    int    `json:"code"`
	Bytes   int    `json:"bytes"`
	Message string `json:"message"`
	// The members of a custom resource's event.
	ResponseURL        string
	ResourceProperties struct{ Status, Reason, PhysicalResourceId string }
}

type handler struct{ served int }

func main() {
	misbehave(os.Getenv("INIT"))
	lambda.Start(&handler{})
}

// misbehave reads "exit", "error", "hang" or "stubborn". "first:<word>:<file>" does so in
// the first process only, which creates the file.
func misbehave(how string) {
	if rest, once := strings.CutPrefix(how, "first:"); once {
		word, file, _ := strings.Cut(rest, ":")
		if _, err := os.Stat(file); err == nil {
			return
		}
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			panic(err)
		}
		how = word
	}
	switch how {
	case "exit":
		fmt.Println("init: giving up")
		os.Exit(3)
	case "hang":
		time.Sleep(time.Minute)
	case "error":
		postInitError()
		os.Exit(1)
	case "stubborn":
		answerAndNeverAskAgain()
	}
}

func postInitError() {
	url := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/init/error"
	body := strings.NewReader(`{"errorType":"Policy.Invalid","errorMessage":"line 3: no such rule"}`)
	if resp, err := http.Post(url, "application/json", body); err == nil {
		_ = resp.Body.Close()
	}
}

func answerAndNeverAskAgain() {
	root := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	next, err := http.Get(root + "next")
	if err != nil {
		panic(err)
	}
	fmt.Println("answering")
	id := next.Header.Get("Lambda-Runtime-Aws-Request-Id")
	for range 2 { // the second answer must be refused
		resp, err := http.Post(root+id+"/response", "application/json", strings.NewReader(`"done"`))
		if err != nil {
			panic(err)
		}
		fmt.Println("status", resp.StatusCode)
	}
	time.Sleep(time.Minute)
}

// Invoke implements lambda.Handler.
func (h *handler) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	h.served++
	var o order
	if err := json.Unmarshal(event, &o); err != nil {
		return nil, err
	}
	if o.ResponseURL != "" {
		return nil, answerCloudFormation(ctx, o)
	}
	switch o.Do {
	case "sleep":
		time.Sleep(time.Duration(o.MS) * time.Millisecond)
	case "panic":
		panic(o.Message)
	case "exit":
		os.Exit(o.Code)
	case "error":
		return nil, errors.New(o.Message)
	case "print":
		fmt.Println(o.Message)
		fmt.Fprintln(os.Stderr, o.Message+" on stderr")
	case "half-line":
		fmt.Print(o.Message)
	case "big":
		return append(append([]byte{'"'}, bytes.Repeat([]byte("x"), o.Bytes-2)...), '"'), nil
	case "environment":
		return json.Marshal(os.Environ())
	case "context":
		return about(ctx, h.served)
	}
	return event, nil
}

func answerCloudFormation(ctx context.Context, o order) error {
	body, err := json.Marshal(o.ResourceProperties)
	if err != nil || o.ResourceProperties.Status == "" {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, o.ResponseURL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func about(ctx context.Context, served int) ([]byte, error) {
	lc, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	cwd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{
		"served": served, "pid": os.Getpid(), "cwd": cwd, "arn": lc.InvokedFunctionArn,
		"requestId": lc.AwsRequestID, "leftMs": time.Until(deadline).Milliseconds(), "trace": ctx.Value("x-amzn-trace-id"),
	})
}
