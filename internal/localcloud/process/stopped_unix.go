//go:build unix && !linux

package process

// Only Linux can tell; elsewhere SIGSTOP is assumed to work.
func stopped(int) bool { return true }
