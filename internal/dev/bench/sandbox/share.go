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
	// wholeCPU is the memory size, in MB, with one full processor (Lambda developer
	// guide, "Configure Lambda function memory").
	wholeCPU = 1769
	// period is the time between two refills of a share, in µs. Lambda's is 20 ms as far
	// as one can see from inside; the kernel's default is 100.
	period = 20_000
)

// Shares makes CPU shares as cgroups. It is for one goroutine.
type Shares struct {
	folder string
	// Version is the cgroups' version, 1 or 2.
	Version int
	made    int
}

// Share is the CPU share of one process. It cannot be reused at once: even a process's
// end uses some of the period's time.
type Share struct{ folder string }

// OpenShares returns an error with the reason if this machine lets no share be made; most
// often it needs root.
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

// Of makes the share of a memory size in MB. The sandbox that takes it removes it.
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

// limit sets the quota, and the highest weight, so that other load on the machine takes
// nothing from it.
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

// close removes the share. The kernel may need a moment to see that its process has
// ended.
func (s *Share) close() error { return remove(s.folder) }

// Close removes the parent of the shares.
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
