package kernel_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
)

// startVariable makes this test binary a function: Start ends the process, so its
// test needs another process.
const startVariable = "TRIGGER_TEST_START"

// TestMain runs a function if the variable asks for one, otherwise the tests.
func TestMain(m *testing.M) {
	switch os.Getenv(startVariable) {
	case "broken":
		kernel.Start(func(context.Context, func(string) string) (*kernel.Chain, error) {
			return nil, errors.New("the policy is bad")
		})
	case "refusing":
		kernel.Start(refusing)
	default:
		os.Exit(m.Run())
	}
	os.Exit(99) // Start does not return
}

// refusing prints through package log, as the runtime client does, and refuses.
func refusing(_ context.Context, getenv func(string) string) (*kernel.Chain, error) {
	env, err := kernel.NewEnvironment(getenv, "")
	return kernel.Handle(kernel.Function[cognito.PreSignUp]{
		Name: "presignup", Sources: cognito.PreSignUpSources(), Versions: []string{"1"}, View: (*cognito.Event).PreSignUp,
		Decide: func(context.Context, cognito.PreSignUp, time.Time) (kernel.Decision, error) {
			log.Printf("a word from the runtime: %d processors", runtime.GOMAXPROCS(0))
			return kernel.Decision{}, deny.Refusal{Code: "domain", Sentence: "Please use another address"}
		},
	}, env), err
}

// function returns this binary as a function's process, with its output.
func function(ctx context.Context, kind, api string) (*exec.Cmd, *bytes.Buffer) {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), startVariable+"="+kind, "AWS_LAMBDA_RUNTIME_API="+api, kernel.TimeoutVariable+"=4000",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256", "AWS_LAMBDA_MAX_CONCURRENCY=", "GOMAXPROCS=3")
	out := new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

func lines(t *testing.T, out string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for text := range strings.Lines(out) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Errorf("not a line of ours: %q", text)
		}
		all = append(all, line)
	}
	return all
}

func TestAFunctionThatCannotStartSaysWhyAndExits(t *testing.T) {
	cmd, out := function(t.Context(), "broken", "127.0.0.1:0")
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 {
		t.Errorf("got %v, want exit status 1", err)
	}
	said := lines(t, out.String())
	if len(said) != 1 || said[0]["message"] != "the function cannot start" || said[0]["cause"] != "the policy is bad" || said[0]["level"] != "ERROR" {
		t.Errorf("got %s", out)
	}
}

// The runtime client prints every error that a handler returns, but the invocation's
// line already has it. A function with one event at a time and less than one
// processor's share uses one processor.
func TestARefusalIsSaidOnceAndTheRuntimesWordsInOurForm(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	answer := make(chan string, 1)
	api := httptest.NewServer(runtimeAPI(answer, stop))
	defer api.Close()
	cmd, out := function(ctx, "refusing", strings.TrimPrefix(api.URL, "http://"))
	if err := cmd.Run(); err == nil {
		t.Error("the function ended by itself")
	}
	select {
	case got := <-answer:
		if !strings.Contains(got, "Please use another address") {
			t.Errorf("the runtime got %s", got)
		}
	default:
		t.Fatalf("the function answered nothing: %s", out)
	}
	said := lines(t, out.String())
	if len(said) != 2 || said[0]["message"] != "the Lambda runtime reports" || said[0]["cause"] != "a word from the runtime: 1 processors" ||
		said[1]["message"] != "invocation" || said[1]["code"] != "domain" {
		t.Errorf("got %s", out)
	}
}

// runtimeAPI hands out one event. When the function asks for the next, its answer to
// the first is complete and printed, and it is stopped.
func runtimeAPI(answer chan<- string, stop func()) http.Handler {
	asked := 0
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked > 1 {
			stop()
			<-r.Context().Done()
			return
		}
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "r-1")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "9999999999999")
		_, _ = io.WriteString(w, event)
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/r-1/{how}", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		answer <- string(body)
		w.WriteHeader(http.StatusAccepted)
	})
	return mux
}
