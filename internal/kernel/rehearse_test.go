package kernel_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel/kerneltest"
)

// A rehearsal asks the decision once for each version, with an event that has what a view
// reads, and neither its line nor its failure is seen. The next event has its line.
func TestR78_ARehearsalIsNotSeen(t *testing.T) {
	env, log := kerneltest.Environment()
	var versions []string
	chain := kernel.Handle(kernel.Function[cognito.TokenGeneration]{
		Name: "pretokengeneration", Sources: cognito.TokenGenerationSources(), Versions: []string{"1", "2", "3"},
		View: (*cognito.Event).TokenGeneration,
		Decide: func(_ context.Context, e cognito.TokenGeneration, _ time.Time) (kernel.Decision, error) {
			versions = append(versions, e.Version)
			if e.Source != cognito.TokenGenerationSources()[0] || e.Attributes["sub"] == "" || e.UserPoolID == "" || e.ClientID == "" || e.UserName == "" {
				t.Errorf("the event lacks something: %+v", e)
			}
			switch e.Version {
			case "1":
				panic("a fault")
			case "2":
				return kernel.Decision{}, errors.New("a fault")
			}
			return kernel.Decision{Response: []byte("{}")}, nil
		},
	}, env)
	chain.Rehearse(t.Context())
	if !slices.Equal(versions, []string{"1", "2", "3"}) || log.Len() > 0 {
		t.Errorf("versions %v were rehearsed; the log is %q", versions, log)
	}
	_, _ = chain.Invoke(t.Context(), []byte("{}"))
	if bytes.Count(log.Bytes(), []byte("\n")) != 1 {
		t.Errorf("after a rehearsal an event logs %q", log)
	}
}
