package localcloud

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The kernel lists the sockets that listen on TCP and, per process, those that it has.
func TestR48_TheTableIsBehindTheDoorAlone(t *testing.T) {
	needsDynalite(t)
	cloud, _ := start(t, withTable(resources()))
	listening := listeners(t)
	theirs := sockets(t, cloud.store.child.PID())
	if len(theirs) == 0 || len(listening) == 0 {
		t.Fatalf("dynalite has the sockets %v, %d listen on this machine", theirs, len(listening))
	}
	for inode := range theirs {
		if at, ok := listening[inode]; ok {
			t.Errorf("dynalite listens on TCP, at %s", at)
		}
	}
	// This process has the door, so the comparison can fail.
	found := false
	for inode := range sockets(t, os.Getpid()) {
		found = found || strings.HasSuffix(listening[inode], fmt.Sprintf(":%04X", cloud.store.port))
	}
	if !found {
		t.Error("the door of the table is not among this process's sockets")
	}
	info, err := os.Stat(cloud.store.folder)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o700 {
		t.Errorf("others may enter the folder of the socket: %v", info.Mode())
	}
}

// listeners returns the inodes of the sockets that listen on TCP, with their addresses
// (proc_net_tcp: state 0A is listening).
func listeners(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, file := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if fields := strings.Fields(line); len(fields) > 9 && fields[3] == "0A" {
				found[fields[9]] = fields[1]
			}
		}
	}
	return found
}

// sockets returns the inodes of a process's sockets.
func sockets(t *testing.T, pid int) map[string]bool {
	t.Helper()
	folder := fmt.Sprintf("/proc/%d/fd", pid)
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, file := range files {
		target, _ := os.Readlink(folder + "/" + file.Name())
		if inode, ok := strings.CutPrefix(target, "socket:["); ok {
			found[strings.TrimSuffix(inode, "]")] = true
		}
	}
	return found
}
