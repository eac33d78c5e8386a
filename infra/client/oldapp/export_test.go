package oldapp

import (
	"context"
	"time"
)

// FirstInMemory is the First that remembers so many ids.
func FirstInMemory(most int) func(context.Context, string, time.Time) (bool, error) {
	return newMemory(most).first
}
