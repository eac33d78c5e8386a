package dynamo_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain also shows that no test, and so no call, leaves a goroutine behind (R27).
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
