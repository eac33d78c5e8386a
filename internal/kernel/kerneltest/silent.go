package kerneltest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// SilentStore answers no call before the call's context ends.
type SilentStore struct{}

// Access implements users.Reader.
func (SilentStore) Access(ctx context.Context, _ users.Key, _ string) (table.Access, error) {
	<-ctx.Done()
	return table.Access{}, ctx.Err()
}

// Upsert implements users.Recorder.
func (SilentStore) Upsert(ctx context.Context, _ users.Snapshot) (users.Write, error) {
	<-ctx.Done()
	return users.Failed, ctx.Err()
}

// Compare implements users.Mirrored.
func (SilentStore) Compare(ctx context.Context, _ users.Snapshot) (there, same bool, err error) {
	<-ctx.Done()
	return false, false, ctx.Err()
}

// SignIn implements users.Recorder.
func (SilentStore) SignIn(ctx context.Context, _ users.SignIn) (users.Write, error) {
	<-ctx.Done()
	return users.Failed, ctx.Err()
}

// AnswersInTime runs every event of a folder through a chain whose store is silent. Each
// answer must come within kernel.WorkBudget, by the clock of a bubble, which only waiting
// moves: the machine's load does not count.
func AnswersInTime(t *testing.T, folder string, newChain func(kernel.Environment) *kernel.Chain) {
	synctest.Test(t, func(t *testing.T) {
		env, _ := Environment()
		env.Now = time.Now
		chain := newChain(env)
		var slowest time.Duration
		for _, c := range Cases(t, folder) {
			began := time.Now()
			ctx, cancel := context.WithDeadline(t.Context(), began.Add(env.Timeout))
			_, _ = chain.Invoke(ctx, c.Event)
			cancel()
			took := time.Since(began)
			if slowest = max(slowest, took); took > kernel.WorkBudget {
				t.Errorf("%s took %v, want at most %v", c.Name, took, kernel.WorkBudget)
			}
		}
		if slowest == 0 {
			t.Error("no event waited for the store")
		}
	})
}
