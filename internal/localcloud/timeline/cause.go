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
