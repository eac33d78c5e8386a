package migrationtest_test

import (
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/migration/migrationtest"
)

func TestTheModelPassesTheSuite(t *testing.T) {
	t.Parallel()
	migrationtest.Run(t, new(migrationtest.Memory))
}
