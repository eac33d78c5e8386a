package userstest_test

import (
	"errors"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

func TestMemoryPassesTheSuite(t *testing.T) {
	userstest.Run(t, func(*testing.T) userstest.Store { return &userstest.Memory{} })
}

func TestMemoryThatIsDownAnswersWithTheErrorAndChangesNothing(t *testing.T) {
	m, down := &userstest.Memory{}, errors.New("down")
	m.Down(down)
	key := users.Key{PoolID: "p", Sub: "s"}
	if write, err := m.SignIn(t.Context(), users.SignIn{Key: key}); write != users.Failed || !errors.Is(err, down) {
		t.Errorf("sign-in was %q with error %v", write, err)
	}
	if _, err := m.Access(t.Context(), key, ""); !errors.Is(err, down) {
		t.Errorf("access gave error %v", err)
	}
	m.Down(nil)
	if m.Len() != 0 {
		t.Errorf("%d rows after a failed write", m.Len())
	}
}
