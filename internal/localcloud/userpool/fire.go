package userpool

import (
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// The triggers by their LambdaConfig names, with which Cognito's error sentences begin.
const (
	preSignUp           = "PreSignUp"
	customMessage       = "CustomMessage"
	preAuthentication   = "PreAuthentication"
	defineAuthChallenge = "DefineAuthChallenge"
	createAuthChallenge = "CreateAuthChallenge"
	verifyAuthChallenge = "VerifyAuthChallengeResponse"
	userMigration       = "UserMigration"
	postConfirmation    = "PostConfirmation"
	postAuthentication  = "PostAuthentication"
	preTokenGeneration  = "PreTokenGeneration"
)

// Fires are the triggers that this pool fires. The list is the pool's own: a new row in
// the suite's table must not claim that this pool fires it. A test compares them.
func Fires() []string {
	return []string{
		preSignUp, customMessage, postConfirmation, preAuthentication, defineAuthChallenge, createAuthChallenge,
		verifyAuthChallenge, userMigration, postAuthentication, preTokenGeneration, inboundFederation,
	}
}

const (
	// A function must answer within 5 seconds, which cannot be changed (guide,
	// "Customizing user pool workflows with Lambda triggers").
	attemptTimeout = 5 * time.Second
	maxAttempts    = 3
)

// has reports whether the pool has the trigger.
func (p *Pool) has(trigger string) bool { _, ok := p.cfg().Triggers[trigger]; return ok }

// fire invokes the trigger's function with ev and returns the checked `response` of its
// reply, nil if the pool has no such trigger. The caller must not hold the store's mutex.
func (p *Pool) fire(trigger string, ev event) (json.RawMessage, error) {
	t, ok := p.cfg().Triggers[trigger]
	if !ok {
		return nil, nil
	}
	payload, err := ev.encode()
	if err != nil {
		return nil, err
	}
	reply, err := p.invoke(t.FunctionARN, payload)
	if err != nil {
		return nil, invocationRefusal(trigger, err)
	}
	return checkReply(reply)
}

// Why an attempt ends without an answer.
var (
	errAttemptTimeout = errors.New("no answer in time")
	errClosed         = errors.New("the local user pool is closed")
)

// invoke tries until an attempt is answered in time. Cognito repeats only a call that
// timed out. It passes an error reply on, and "Amazon Cognito doesn't retry function
// calls that return an Invoke error with an HTTP status code of 500-599" (guide, same
// page).
func (p *Pool) invoke(functionARN string, payload []byte) ([]byte, error) {
	for range p.maxAttempts {
		reply, err := p.attempt(functionARN, payload)
		if !errors.Is(err, errAttemptTimeout) {
			return reply, err
		}
	}
	return nil, errAttemptTimeout
}

// attempt waits for one invocation and abandons it when time is up. The function does not
// notice: on AWS a slow attempt still runs during the next one, so a trigger's side
// effects must be idempotent.
func (p *Pool) attempt(functionARN string, payload []byte) ([]byte, error) {
	type answer struct {
		reply []byte
		err   error
	}
	if !p.invocations.begin() {
		return nil, errClosed
	}
	answered := make(chan answer, 1)
	go func() {
		defer p.invocations.done()
		reply, err := p.invoker.Invoke(timeline.Because(p.alive, timeline.Cause{Call: p.call.ID}), functionARN, payload)
		answered <- answer{reply, err}
	}()
	timer := time.NewTimer(p.attemptTimeout)
	defer timer.Stop()
	select {
	case a := <-answered:
		return a.reply, a.err
	case <-timer.C:
		return nil, errAttemptTimeout
	case <-p.alive.Done():
		return nil, errClosed
	}
}

// invocations counts the running invocations, abandoned ones too, and lets none begin
// after close.
type invocations struct {
	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
}

func (i *invocations) begin() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.closed {
		i.running.Add(1)
	}
	return !i.closed
}

func (i *invocations) done() { i.running.Done() }

// close waits for the running invocations, at most for the grace period.
func (i *invocations) close(grace time.Duration) {
	i.mu.Lock()
	i.closed = true
	i.mu.Unlock()
	ended := make(chan struct{})
	go func() { i.running.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(grace):
	}
}

// invocationRefusal is what the client reads. The sentences begin with the trigger's name
// and end with a dot that Cognito adds (aws-lambda-go#44, service-workbench-on-aws#1136).
func invocationRefusal(trigger string, err error) *APIError {
	var function *FunctionError
	if errors.As(err, &function) {
		return refuse("UserLambdaValidationException", "%s failed with error %s.", trigger, function.Message)
	}
	cause := err.Error()
	var service *ServiceError
	switch {
	case errors.As(err, &service):
		cause = service.Code
	case errors.Is(err, errAttemptTimeout):
		// As seen by clients: sst#1815, amazon-cognito-identity-dart-2#204.
		cause = "Socket timeout while invoking Lambda function"
	}
	return refuse("UnexpectedLambdaException", "%s invocation failed due to error %s.", trigger, cause)
}
