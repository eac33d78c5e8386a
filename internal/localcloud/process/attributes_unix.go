//go:build unix && !linux

package process

import "syscall"

// Only Linux can tie a child's life to its parent's; elsewhere Stop alone ends it.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
