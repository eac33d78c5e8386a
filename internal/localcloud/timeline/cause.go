package timeline

import "context"

// Cause says why a function is invoked. Its zero value says nothing.
type Cause struct {
	// Call is the id of the API call that fires it, ReplayOf that of an invocation which is
	// repeated by hand.
	Call, ReplayOf string
	// Fault is the name of a fault that acts on the delivery.
	Fault string
}

type causeKey struct{}

// Because returns a context that carries the cause to whoever invokes the function.
func Because(ctx context.Context, c Cause) context.Context {
	return context.WithValue(ctx, causeKey{}, c)
}

// CauseOf returns the cause of a context, zero without one.
func CauseOf(ctx context.Context) Cause {
	c, _ := ctx.Value(causeKey{}).(Cause)
	return c
}

// Onlooker is the application id of an SDK whose administrator's calls the local cloud leaves
// out of its timeline: the page and ops look users up with it. What they ask would fill the
// timeline that they show, and each answer would be news that lets the page ask again. No web
// page may call as an administrator, so none can hide.
const Onlooker = "onlooker"
