//go:build unix

package process

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ownerRole makes the test program start a child and wait.
const ownerRole = "PROCESS_TEST_OWNER"

func TestMain(m *testing.M) {
	if os.Getenv(ownerRole) != "" {
		owner()
	}
	os.Exit(m.Run())
}

func owner() {
	child, err := Start(exec.Command("sleep", "60"))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(child.PID())
	time.Sleep(time.Minute)
}

// gone waits for the end of a process. An orphan that is not yet reaped, as in
// containers, has ended.
func gone(pid int) bool {
	for range 3000 {
		stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if syscall.Kill(pid, 0) != nil || strings.Contains(string(stat), ") Z ") {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

// firstNumber starts cmd and reads the process id that it prints.
func firstNumber(t *testing.T, cmd *exec.Cmd, start func() error) int {
	t.Helper()
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	cmd.Stdout = in
	if err := start(); err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestGrandchildGoesWithTheGroup(t *testing.T) {
	for name, end := range map[string]func(*Child) error{
		"stopped": func(c *Child) error { return c.Stop(syscall.SIGTERM, time.Second) },
		"ended itself": func(c *Child) error {
			return errors.Join(syscall.Kill(c.PID(), syscall.SIGKILL), c.Stop(0, time.Second))
		},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command("sh", "-c", "sleep 60 & echo $!; wait")
			var child *Child
			grandchild := firstNumber(t, cmd, func() (err error) { child, err = Start(cmd); return err })
			if err := end(child); err != nil {
				t.Fatal(err)
			}
			if !gone(grandchild) || !gone(child.PID()) {
				t.Error("a process of the group is still there")
			}
		})
	}
}

func TestStopKillsWhoWillNotListen(t *testing.T) {
	cmd := exec.Command("sh", "-c", "trap '' TERM; echo $$; while :; do sleep 1; done")
	var child *Child
	firstNumber(t, cmd, func() (err error) { child, err = Start(cmd); return err })
	if err := child.Stop(syscall.SIGTERM, 100*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if exit, ok := errors.AsType[*exec.ExitError](child.Err()); !ok || !strings.Contains(exit.Error(), "killed") {
		t.Errorf("ended by %v", child.Err())
	}
	if err := child.Signal(syscall.SIGTERM); !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("signalling what has ended: %v", err)
	}
}

func TestChildDiesWithItsOwner(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skipf("only Linux can do that, this is %s", runtime.GOOS)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), ownerRole+"=1")
	child := firstNumber(t, cmd, cmd.Start)
	if syscall.Kill(child, 0) != nil {
		t.Fatal("the child did not start")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if !gone(child) {
		t.Error("the child outlived its owner")
	}
}

func TestMissingProgramIsAnError(t *testing.T) {
	if _, err := Start(exec.Command("/nowhere/program")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
