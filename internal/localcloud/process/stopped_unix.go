//go:build unix && !linux

package process

// Only Linux tells; elsewhere SIGSTOP is taken at its word.
func stopped(int) bool { return true }
