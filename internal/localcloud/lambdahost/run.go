package lambdahost

import (
	"cmp"
	"time"
)

// run carries one event through one environment, answers its caller, and reports when the
// environment is free or gone.
func (f *function) run(c *call) {
	in := Invocation{Function: f.Name, InvokedARN: c.invokedARN, RequestID: c.requestID, Event: c.event, Cause: c.why}
	env, got := f.environmentFor(c, &in)
	if env != nil {
		in.PID = env.pid()
		got = env.serve(c)
	}
	in.Reply, in.FunctionError = got.reply, got.fail
	in.Duration = time.Since(in.Start)
	f.host.answering()
	c.answered <- got
	if env != nil {
		in.LogLines = append(in.LogLines, f.finish(env, c)...)
	}
	f.host.report(in)
	c.finished <- in
}

// environmentFor returns a warm environment or a fresh one, or nil with an answer if none
// could start. It sets the call's deadline.
//
// A failed init phase is repeated once as part of the invocation, within the function's
// own timeout (docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html,
// "Failures during the Init phase").
func (f *function) environmentFor(c *call, in *Invocation) (*environment, answer) {
	if env := f.takeIdle(); env != nil {
		f.host.requests.Store(env.key.AccessKeyID, c.requestID)
		f.startClock(c, in)
		return env, answer{}
	}
	in.Cold = true
	began := time.Now()
	env, _ := f.launch(c, cmp.Or(f.host.opts.InitLimit, 10*time.Second), in)
	in.InitDuration = time.Since(began)
	f.startClock(c, in)
	if env != nil {
		return env, answer{}
	}
	env, fail := f.launch(c, f.Timeout, in)
	return env, answer{fail: fail}
}

func (f *function) startClock(c *call, in *Invocation) {
	in.Start = time.Now()
	c.deadline = in.Start.Add(f.Timeout)
}

// launch starts a process and waits for its first request for an event.
func (f *function) launch(c *call, limit time.Duration, in *Invocation) (*environment, *FunctionError) {
	env, err := newEnvironment(f, c.requestID)
	if err != nil {
		return nil, noEntrypoint(c.requestID, err)
	}
	if !f.adopt(env) {
		f.discard(env)
		return nil, newFunctionError("Sandbox.Failure", "The local Lambda endpoint is closing.")
	}
	fail := env.awaitInit(c.requestID, limit, f.Timeout)
	if fail == nil {
		return env, nil
	}
	in.PID = env.pid()
	f.discard(env)
	in.LogLines = append(in.LogLines, env.logs.take()...)
	return nil, fail
}

// finish waits, at most until the deadline, for the process to ask for its next event:
// only then is the invocation over and its log complete (runtimes-api.html, "Next
// invocation"). A process that does not ask is killed.
func (f *function) finish(env *environment, c *call) []string {
	if env.asksAgain(c.deadline) {
		lines := env.logs.flush()
		f.host.requests.Delete(env.key.AccessKeyID)
		f.release(env)
		return lines
	}
	f.discard(env)
	return env.logs.take()
}
