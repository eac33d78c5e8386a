package template

import (
	"debug/elf"
	"debug/macho"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
)

// header returns the start of a 64-bit little-endian ELF program.
func header(machine elf.Machine) []byte {
	head := make([]byte, 64)
	copy(head, "\x7fELF\x02\x01\x01")
	binary.LittleEndian.PutUint16(head[16:], uint16(elf.ET_EXEC))
	binary.LittleEndian.PutUint16(head[18:], uint16(machine))
	binary.LittleEndian.PutUint32(head[20:], 1)
	binary.LittleEndian.PutUint16(head[52:], 64)
	return head
}

// machO returns the start of a 64-bit macOS program without load commands.
func machO() []byte {
	head := make([]byte, 32)
	binary.LittleEndian.PutUint32(head, macho.Magic64)
	binary.LittleEndian.PutUint32(head[4:], uint32(macho.CpuArm64))
	binary.LittleEndian.PutUint32(head[12:], uint32(macho.TypeExec))
	return head
}

func TestAForeignMachineIsNamedAsGoDoes(t *testing.T) {
	for machine, want := range map[elf.Machine]string{elf.EM_X86_64: "amd64", elf.EM_AARCH64: "arm64", elf.EM_RISCV: "EM_RISCV"} {
		if got := architecture(machine); got != want {
			t.Errorf("%v is called %q", machine, got)
		}
	}
}

func TestBootstrapMustRunOnThisMachine(t *testing.T) {
	if runtime.GOOS != "linux" || (runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64") {
		t.Skipf("knows what Linux on amd64 and arm64 can run, this is %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	own, foreign, foreignName := elf.EM_X86_64, elf.EM_AARCH64, "arm64"
	if runtime.GOARCH == "arm64" {
		own, foreign, foreignName = foreign, own, "amd64"
	}
	for _, c := range []struct {
		name  string
		write func(path string) error
		want  string
	}{
		{"own machine", func(path string) error { return os.WriteFile(path, header(own), 0o755) }, ""},
		{"script", func(path string) error { return os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755) }, ""},
		{"another machine", func(path string) error { return os.WriteFile(path, header(foreign), 0o755) }, "is a Linux program for " + foreignName},
		{"macOS", func(path string) error { return os.WriteFile(path, machO(), 0o755) }, "is a macOS program"},
		{"not executable", func(path string) error { return os.WriteFile(path, header(own), 0o644) }, "is not executable"},
		{"missing", func(string) error { return nil }, "its asset has no bootstrap"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := c.write(filepath.Join(dir, "bootstrap")); err != nil {
				t.Fatal(err)
			}
			err := (&Stack{Functions: []Function{{LogicalID: "PreSignUp", Function: lambdahost.Function{Dir: dir}}}}).CheckHost()
			if c.want == "" && err != nil {
				t.Errorf("got %v", err)
			}
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "function PreSignUp cannot run on this machine")) {
				t.Errorf("got %v", err)
			}
		})
	}
}
