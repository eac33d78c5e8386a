package sweeptest_test

import (
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep/sweeptest"
)

func TestR86_TheBookInMemoryKeepsItsPromises(t *testing.T) { sweeptest.Run(t, &sweeptest.Book{}) }
