//go:build !linux

package sandbox

import (
	"errors"
	"time"
)

func processorTime(int) (time.Duration, error) {
	return 0, errors.New("the functions are Linux programs: run this on Linux")
}
