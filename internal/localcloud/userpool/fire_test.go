package userpool

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// Each row is what a function or Lambda does, with the exception and the sentence that
// every trigger then causes.
func TestFailuresReadAsOnAWS(t *testing.T) {
	for name, c := range map[string]struct {
		err           error
		code, message string // after the trigger's name
	}{
		"error":        {&FunctionError{"errorString", "not this domain"}, "UserLambdaValidationException", " failed with error not this domain."},
		"no access":    {&ServiceError{"AccessDeniedException", "no permission", 403}, "UnexpectedLambdaException", " invocation failed due to error AccessDeniedException."},
		"throttled":    {&ServiceError{"TooManyRequestsException", "slow down", 429}, "UnexpectedLambdaException", " invocation failed due to error TooManyRequestsException."},
		"server error": {&ServiceError{"ServiceException", "oops", 500}, "UnexpectedLambdaException", " invocation failed due to error ServiceException."},
		"no network":   {errors.New("connection refused"), "UnexpectedLambdaException", " invocation failed due to error connection refused."},
	} {
		for _, trigger := range Fires() {
			t.Run(trigger+" "+name, func(t *testing.T) {
				r := startRig(t, func(c *Config, _ *Options) {
					withHooks(append(challengeTriggers, trigger)...)(c, nil)
					c.Clients[0].ExplicitAuthFlows = append(c.Clients[0].ExplicitAuthFlows, "ALLOW_CUSTOM_AUTH")
				})
				r.fns.answer(defineAuthChallenge, byStep("CUSTOM_CHALLENGE", "tokens"))
				var calls atomic.Int32
				r.fns.answer(trigger, func([]byte) ([]byte, error) { calls.Add(1); return nil, c.err })
				wantRefusal(t, r.reach(t, trigger), c.code, trigger+c.message)
				if n := calls.Load(); n != 1 {
					t.Errorf("invoked %d times: only a time-out is repeated", n)
				}
			})
		}
	}
}

func TestPostConfirmationErrorLeavesTheUserConfirmed(t *testing.T) {
	r := startRig(t, nil)
	r.fns.answer(postConfirmation, failing("mirror is down"))
	wantRefusal(t, r.reach(t, postConfirmation), "UserLambdaValidationException", "PostConfirmation failed with error mirror is down.")
	if got := r.status(t, "ada@example.com"); got != types.UserStatusTypeConfirmed {
		t.Errorf("status %s", got)
	}
	if got := r.attribute(t, "ada@example.com", "email_verified"); got != "true" {
		t.Errorf("email_verified %q", got)
	}
	r.fns.answer(postConfirmation, nil)
	r.fns.take()
	r.login(t, "ada@example.com", longPassword)
	wantSources(t, r.fns.sources(t), "PostAuthentication_Authentication", "TokenGeneration_Authentication")
}

// The local cloud runs the whole suite: what has a row in the table of triggers is
// fired here as well.
func TestThePoolFiresEveryTriggerOfTheSuite(t *testing.T) {
	for _, name := range triggers.Names() {
		if !slices.Contains(Fires(), name) {
			t.Errorf("the local pool does not fire %s: teach it where Cognito does", name)
		}
	}
}

func TestPreSignUpErrorLeavesNoUser(t *testing.T) {
	r := startRig(t, nil)
	r.fns.answer(preSignUp, failing("no"))
	if r.reach(t, preSignUp) == nil {
		t.Fatal("the sign-up went through")
	}
	r.fns.answer(preSignUp, nil)
	r.signUp(t, "ada@example.com")
}

// slowFunction answers its first calls late and counts concurrent calls.
type slowFunction struct {
	calls, running, most atomic.Int32
	slow                 int32
	release              chan struct{}
}

func (s *slowFunction) Invoke(_ context.Context, _ string, ev []byte) ([]byte, error) {
	n := s.calls.Add(1)
	s.most.Store(max(s.most.Load(), s.running.Add(1)))
	defer s.running.Add(-1)
	if n <= s.slow {
		<-s.release
	}
	return ev, nil
}

// TestTimeOutIsRetriedWhileTheOldAttemptRuns: two attempts of five seconds, and one
// that is answered at once, each with the same bytes.
func TestTimeOutIsRetriedWhileTheOldAttemptRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &slowFunction{slow: 2, release: make(chan struct{})}
		sent := make(chan string, maxAttempts)
		heard := InvokerFunc(func(ctx context.Context, arn string, ev []byte) ([]byte, error) {
			sent <- string(ev)
			return f.Invoke(ctx, arn, ev)
		})
		p := &Pool{call: new(timeline.Call), core: &core{invoker: heard, alive: t.Context(), attemptTimeout: attemptTimeout, maxAttempts: maxAttempts}}
		began := time.Now()
		reply, err := p.invoke("arn", []byte("{}"))
		if took := time.Since(began); err != nil || string(reply) != "{}" || took != 2*attemptTimeout {
			t.Errorf("got %s, %v after %v", reply, err, took)
		}
		close(sent)
		for bytes := range sent {
			if bytes != "{}" {
				t.Errorf("an attempt was sent %s", bytes)
			}
		}
		if n := f.most.Load(); n != 3 {
			t.Errorf("%d at the same time, want 3", n)
		}
		close(f.release)
	})
}

func TestThreeTimeOutsGiveUp(t *testing.T) {
	f := &slowFunction{slow: maxAttempts, release: make(chan struct{})}
	p, err := Start(baseConfig(), f, Options{AttemptTimeout: 30 * time.Millisecond, keys: testKeys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { close(f.release); p.Close() })
	r := &rig{Pool: p, api: newAPI(p.URL()), fns: &functions{}}
	wantRefusal(t, r.reach(t, preSignUp), "UnexpectedLambdaException", "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.")
	if n := f.calls.Load(); n != maxAttempts {
		t.Errorf("%d calls", n)
	}
}

// The test hangs if the store is locked during an invocation: the function asks the pool
// about its users.
func TestOtherCallsGoOnWhileATriggerRuns(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	r.fns.answer(postAuthentication, func(ev []byte) ([]byte, error) {
		r.status(t, "ada@example.com")
		return ev, nil
	})
	r.login(t, "ada@example.com", longPassword)
}

func TestManyPeopleAtOnce(t *testing.T) {
	r := startRig(t, nil)
	var group sync.WaitGroup
	var exists atomic.Int32
	for range 8 {
		group.Go(func() {
			if err := r.trySignUp(t, "ada@example.com"); err != nil {
				exists.Add(1)
			}
		})
	}
	group.Wait()
	if n := exists.Load(); n != 7 {
		t.Errorf("%d of 8 sign-ups with one address were refused, want 7", n)
	}
}

// A pool that closes waits for no answer, begins no invocation and waits for those that run, for
// a while.
func TestAPoolThatClosesInvokesNothingMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		alive, end := context.WithCancel(t.Context())
		p := &Pool{call: &timeline.Call{}, core: &core{alive: alive, attemptTimeout: attemptTimeout, maxAttempts: maxAttempts, invoker: InvokerFunc(func(context.Context, string, []byte) ([]byte, error) {
			time.Sleep(3 * time.Second) // it does not look at its context
			return []byte("{}"), nil
		})}}
		time.AfterFunc(time.Second, end)
		began := time.Now()
		reply, err := p.invoke("arn", nil)
		if refusal := invocationRefusal(preSignUp, err); reply != nil || refusal.Message != "PreSignUp invocation failed due to error the local user pool is closed." {
			t.Errorf("the invocation ends with %s, %v", reply, refusal)
		}
		if p.invocations.close(time.Second); time.Since(began) != 2*time.Second {
			t.Errorf("a grace of a second ends after %v", time.Since(began))
		}
		if p.invocations.close(time.Hour); time.Since(began) != 3*time.Second {
			t.Errorf("the invocation is waited for until %v", time.Since(began))
		}
		calls := 0
		p.alive, p.invoker = t.Context(), InvokerFunc(func(context.Context, string, []byte) ([]byte, error) { calls++; return nil, nil })
		if _, err := p.invoke("arn", nil); !errors.Is(err, errClosed) || calls != 0 {
			t.Errorf("after the end: %v, %d calls", err, calls)
		}
	})
}

func TestWhatAnInvokerReportsSaysWhatItIs(t *testing.T) {
	for want, err := range map[string]error{
		"errorString: not this domain":                    &FunctionError{"errorString", "not this domain"},
		"AccessDeniedException (HTTP 403): no permission": &ServiceError{"AccessDeniedException", "no permission", 403},
	} {
		if err.Error() != want {
			t.Errorf("got %s, want %s", err, want)
		}
	}
}

// Close and the deletion of a pool end the context of what runs, and wait for it.
func TestAPoolThatClosesWaitsForItsFunctions(t *testing.T) {
	for name, end := range map[string]func(*Pool){
		"closed":  func(p *Pool) { _ = p.Close() },
		"deleted": func(p *Pool) { p.service.remove(p.cfg().ID) },
	} {
		began, ended := make(chan struct{}), make(chan struct{})
		p, err := Start(baseConfig(), InvokerFunc(func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
			close(began)
			<-ctx.Done()
			time.Sleep(20 * time.Millisecond)
			close(ended)
			return nil, ctx.Err()
		}), Options{keys: testKeys})
		if err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = p.signUp(signUpInput{ClientID: webClient, Username: ada, Password: longPassword}) }()
		<-began
		end(p)
		select {
		case <-ended:
		default:
			t.Errorf("%s: the function still runs", name)
		}
		_ = p.Close()
	}
}
