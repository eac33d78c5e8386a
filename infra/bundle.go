package infra

import (
	"debug/buildinfo"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// bootstrapFile is the one name that Lambda starts (custom runtime, "Building a custom
// runtime").
const bootstrapFile = "bootstrap"

// machines are the processors by their ELF names.
var machines = map[Architecture]elf.Machine{
	ARM64: elf.EM_AARCH64,
	AMD64: elf.EM_X86_64,
}

// checkBundle checks a function's build: one executable file bootstrap for the wanted
// system and processor. The CDK would accept an empty folder, a forgotten file and the wrong
// processor, and its asset hash does not cover the mode. The error says what to do.
func checkBundle(folder string, p *Props) error {
	want := p.architecture()
	entries, err := os.ReadDir(folder)
	if err != nil {
		return bundleError(folder, "is not there", want)
	}
	for _, e := range entries {
		if e.Name() != bootstrapFile {
			return fmt.Errorf("%s: holds %s beside bootstrap; remove it", folder, e.Name())
		}
	}
	info, err := os.Stat(filepath.Join(folder, bootstrapFile))
	switch {
	case err != nil:
		return bundleError(folder, "holds no bootstrap", want)
	case !info.Mode().IsRegular() || info.Mode().Perm()&0o111 == 0:
		return bundleError(folder, "holds a bootstrap that is no executable file", want)
	}
	if p.foreign() {
		return checkForeign(folder, p)
	}
	return checkMachine(folder, want)
}

// checkForeign compares what Go has written into a program that is not for Linux.
func checkForeign(folder string, p *Props) error {
	info, err := buildinfo.ReadFile(filepath.Join(folder, bootstrapFile))
	if err != nil {
		return fmt.Errorf("%s: is no Go program: %w; run `make build-host`", folder, err)
	}
	built := map[string]string{}
	for _, setting := range info.Settings {
		built[setting.Key] = setting.Value
	}
	if built["GOOS"] != p.System || built["GOARCH"] != string(p.architecture()) {
		return fmt.Errorf("%s: is built for %s/%s, not for %s/%s; run `make build-host`", folder, built["GOOS"], built["GOARCH"], p.System, p.architecture())
	}
	return nil
}

// checkMachine compares the processor in the ELF header.
func checkMachine(folder string, want Architecture) error {
	f, err := os.Open(filepath.Join(folder, bootstrapFile))
	if err != nil {
		return fmt.Errorf("opening the bootstrap: %w", err)
	}
	defer f.Close()
	binary, err := elf.NewFile(f)
	if err != nil {
		return bundleError(folder, "holds a bootstrap that is no Linux program", want)
	}
	if binary.Machine != machines[want] {
		return bundleError(folder, fmt.Sprintf("is built for %s, not for %s", machineName(binary.Machine), want), want)
	}
	return nil
}

// machineName returns Go's name of the processor, if it is one of ours.
func machineName(machine elf.Machine) string {
	for architecture, known := range machines {
		if machine == known {
			return string(architecture)
		}
	}
	return machine.String()
}

// bundleError names the folder, the problem and the remedy.
func bundleError(folder, problem string, want Architecture) error {
	return fmt.Errorf("%s: %s; run `make build ARCH=%s`, or call infra.BuildBundles in an app of your own", folder, problem, want)
}

// stageBundle puts a function's bootstrap, its policy.json if it has one, and the names that wait
// if the policy asks for them, into a new temporary folder, which the caller removes. The policy
// has only the sections that the function reads, so a change of another section does not
// redeploy it. Names, content and modes depend on the build, the policy and these names only.
func stageBundle(name string, p *Props) (string, error) {
	source := filepath.Join(p.bundles(), name)
	if err := checkBundle(source, p); err != nil {
		return "", err
	}
	if err := checkRecorder(source, p); err != nil {
		return "", err
	}
	section, err := p.Shipped(name, p.given())
	if err != nil {
		return "", fmt.Errorf("staging %s: %w", name, err)
	}
	folder, err := os.MkdirTemp("", "cognito-trigger-*")
	if err != nil {
		return "", fmt.Errorf("staging %s: %w", name, err)
	}
	if err := errors.Join(fill(folder, source, section), p.addWaiting(folder, name)); err != nil {
		_ = os.RemoveAll(folder)
		return "", fmt.Errorf("staging %s: %w", name, err)
	}
	return folder, nil
}

// fill writes the files, with modes that no umask narrows: Lambda runs the program as
// another user than the one who built it.
func fill(folder, source string, section []byte) error {
	binary, err := os.ReadFile(filepath.Join(source, bootstrapFile))
	if err != nil {
		return err
	}
	if err := write(filepath.Join(folder, bootstrapFile), binary, 0o755); err != nil || section == nil {
		return err
	}
	return write(filepath.Join(folder, policy.FileName), section, 0o644)
}

// write makes a file with exactly this mode.
func write(path string, content []byte, mode os.FileMode) error {
	if err := os.WriteFile(path, content, mode); err != nil {
		return err
	}
	return os.Chmod(path, mode)
}
