//go:build unix && !linux

package process

import "syscall"

// Only Linux can end a child with its parent; elsewhere only Stop does.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
