package kernel

import (
	"context"
	"io"
)

// Rehearse answers an event of each version that nobody sent, in the init phase, in which
// Lambda does not throttle the CPU. The first real event then finds the code in memory and
// what is made once made. Only a chain over a store that keeps nothing may rehearse. It
// logs and counts nothing, and a decision that fails or panics changes nothing.
func (c *Chain) Rehearse(ctx context.Context) {
	silent := *c
	silent.env.Log = NewLog(io.Discard)
	for _, version := range c.versions {
		_, _ = silent.Invoke(ctx, []byte(`{"version":"`+version+`","triggerSource":"`+string(c.sources[0])+rehearsed))
	}
}

// rehearsed is the rest of an event, with what any trigger reads.
const rehearsed = `","region":"eu-west-1","userPoolId":"eu-west-1_Rehearsal","userName":"rehearsal",` +
	`"callerContext":{"awsSdkVersion":"none","clientId":"rehearsal"},"request":{"userAttributes":{"sub":"rehearsal",` +
	`"email_verified":"true","cognito:user_status":"CONFIRMED","name":"A","email":"a@example.com"},` +
	`"password":"rehearsal","groupConfiguration":{"groupsToOverride":["a"],"iamRolesToOverride":[],"preferredRole":null},"scopes":["a"]},"response":{}}`
