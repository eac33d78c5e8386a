package sandbox

import (
	"time"

	"golang.org/x/sys/unix"
)

// processorTime reads another process's CPU clock, whose id is made of the process id
// (clock_getcpuclockid(3)).
func processorTime(pid int) (time.Duration, error) {
	const sched = 2 // CPUCLOCK_SCHED
	var used unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|sched), &used); err != nil {
		return 0, err
	}
	return time.Duration(used.Nano()), nil
}
