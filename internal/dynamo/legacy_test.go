package dynamo_test

import (
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/migration/migrationtest"
)

func TestDynalitePassesTheSuiteOfWhoWaits(t *testing.T) {
	t.Parallel()
	s, _ := dynalite(t)
	migrationtest.Run(t, s)
}
