package template

import (
	"debug/elf"
	"debug/macho"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// CheckHost returns an error, with what to do, if a function's bootstrap cannot run on
// this machine. It accepts a file that is neither an ELF nor a Mach-O binary.
func (s *Stack) CheckHost() error {
	for _, function := range s.Functions {
		if err := runsHere(filepath.Join(function.Dir, "bootstrap")); err != nil {
			return fmt.Errorf("function %s cannot run on this machine (%s/%s): %w; build the functions and synthesize the stack for this machine (make local does both)",
				function.LogicalID, runtime.GOOS, runtime.GOARCH, err)
		}
	}
	return nil
}

func runsHere(bootstrap string) error {
	info, err := os.Stat(bootstrap)
	if err != nil {
		return fmt.Errorf("its asset has no bootstrap: %w", err)
	}
	if info.Mode()&0o111 == 0 {
		return fmt.Errorf("%s is not executable", bootstrap)
	}
	if other, err := macho.Open(bootstrap); err == nil {
		defer func() { _ = other.Close() }()
		if runtime.GOOS != "darwin" {
			return fmt.Errorf("%s is a macOS program", bootstrap)
		}
		return nil
	}
	binary, err := elf.Open(bootstrap)
	if err != nil {
		return nil // a script, or another system's program: starting it will show
	}
	defer func() { _ = binary.Close() }()
	machines := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}
	if own, known := machines[runtime.GOARCH]; runtime.GOOS != "linux" || (known && binary.Machine != own) {
		return fmt.Errorf("%s is a Linux program for %s", bootstrap, architecture(binary.Machine))
	}
	return nil
}

func architecture(machine elf.Machine) string {
	switch machine {
	case elf.EM_X86_64:
		return "amd64"
	case elf.EM_AARCH64:
		return "arm64"
	}
	return machine.String()
}
