package sandbox

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// CPU returns the processor time that the process has used, ended threads included, with
// the kernel's nanosecond count.
func (s *Sandbox) CPU() (time.Duration, error) {
	used, err := processorTime(s.PID())
	if err != nil {
		return 0, fmt.Errorf("reading the CPU time of %s: %w", s.name, err)
	}
	return used, nil
}

// Memory returns the process's resident memory in bytes, now and at its peak.
func (s *Sandbox) Memory() (now, peak int64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID()))
	if err != nil {
		return 0, 0, fmt.Errorf("reading the memory of %s: %w", s.name, err)
	}
	return kilobytes(status, "VmRSS:"), kilobytes(status, "VmHWM:"), nil
}

// kilobytes returns the bytes of a line such as "VmHWM: 14180 kB"; 0 if it is missing.
func kilobytes(status []byte, name string) int64 {
	_, rest, _ := bytes.Cut(status, []byte(name))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	n, _ := strconv.ParseInt(string(fields[0]), 10, 64)
	return n * 1024
}
