package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	// wholeCPU is the memory size that comes with one full processor (Lambda
	// developer guide, "Configure Lambda function memory").
	wholeCPU = 1769
	// period is how often a share is filled up, in µs. Lambda's is 20 ms as far
	// as can be seen from inside; the kernel's own would be 100.
	period = 20_000
)

// Shares makes CPU shares, as cgroups of the kernel. It is for one goroutine.
type Shares struct {
	folder string
	// Version is the cgroups' version, 1 or 2.
	Version int
	made    int
}

// Share is the CPU share of one process: one that another has used would have
// less to give until the period is over, since even a process's end uses some.
type Share struct{ folder string }

// OpenShares finds out whether this machine lets a share be made. The error says
// why it does not; most often it needs root.
func OpenShares() (*Shares, error) {
	var reasons []error
	for version, parent := range map[int]string{1: "/sys/fs/cgroup/cpu", 2: "/sys/fs/cgroup"} {
		s := &Shares{
			folder:  filepath.Join(parent, "cognito-triggers-bench-"+strconv.Itoa(os.Getpid())),
			Version: version,
		}
		err := s.open(parent)
		if err == nil {
			return s, nil
		}
		reasons = append(reasons, fmt.Errorf("cgroup v%d: %w", version, err))
	}
	return nil, errors.Join(reasons...)
}

// open makes the parent of the shares and tries one.
func (s *Shares) open(parent string) error {
	file := "cpu.cfs_quota_us"
	if s.Version == 2 {
		file = "cgroup.controllers"
	}
	if _, err := os.Stat(filepath.Join(parent, file)); err != nil {
		return err
	}
	if err := os.Mkdir(s.folder, 0o755); err != nil {
		return err
	}
	if s.Version == 2 {
		for _, folder := range []string{parent, s.folder} {
			if err := write(folder, "cgroup.subtree_control", "+cpu"); err != nil {
				return errors.Join(err, s.Close())
			}
		}
	}
	share, err := s.Of(128)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	return share.close()
}

// Of makes a share of a memory size in MB. The sandbox that takes it removes it.
func (s *Shares) Of(memory int) (*Share, error) {
	s.made++
	share := &Share{folder: filepath.Join(s.folder, strconv.Itoa(s.made))}
	if err := os.Mkdir(share.folder, 0o755); err != nil {
		return nil, fmt.Errorf("making the share of %d MB: %w", memory, err)
	}
	if err := share.limit(s.Version, memory*period/wholeCPU); err != nil {
		return nil, errors.Join(fmt.Errorf("making the share of %d MB: %w", memory, err), share.close())
	}
	return share, nil
}

// limit sets the quota, and the weight as high as it goes: whatever else the
// machine does should not take from the little that is granted.
func (s *Share) limit(version, quota int) error {
	if version == 2 {
		return errors.Join(
			write(s.folder, "cpu.weight", "10000"),
			write(s.folder, "cpu.max", fmt.Sprintf("%d %d", quota, period)))
	}
	return errors.Join(
		write(s.folder, "cpu.shares", "262144"),
		write(s.folder, "cpu.cfs_period_us", strconv.Itoa(period)),
		write(s.folder, "cpu.cfs_quota_us", strconv.Itoa(quota)))
}

// take moves a process with all its threads into the share.
func (s *Share) take(pid int) error { return write(s.folder, "cgroup.procs", strconv.Itoa(pid)) }

// close removes the share. The kernel may need a moment to see that its process
// has ended.
func (s *Share) close() error { return remove(s.folder) }

// Close removes what the shares were made in.
func (s *Shares) Close() error { return remove(s.folder) }

func remove(folder string) (err error) {
	for range 50 {
		if err = os.Remove(folder); err == nil || os.IsNotExist(err) {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("removing a CPU share: %w", err)
}

func write(folder, file, text string) error {
	err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o644)
	if path := (*os.PathError)(nil); errors.As(err, &path) {
		return fmt.Errorf("writing %q to %s: %w", strings.TrimSpace(text), path.Path, path.Err)
	}
	return err
}
