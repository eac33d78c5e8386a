package process

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// stopped reports whether every thread of a process is stopped (proc(5), state T).
func stopped(pid int) bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	for _, thread := range threads {
		stat, err := os.ReadFile(thread)
		if _, state, found := strings.Cut(string(stat), ") "); err == nil && found && !strings.HasPrefix(state, "T") {
			return false
		}
	}
	return len(threads) > 0
}
