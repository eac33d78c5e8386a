package live

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// sources are the files of this module that programs are built from.
type sources struct {
	// users are the programs by the folder of a package, or by a file outside of one.
	users map[string][]string
	// beside are files that are no Go files: go.mod, go.sum and what packages embed.
	beside []string
}

// listed asks go list for the sources of programs, which are given by their packages. project
// is the module's folder.
func listed(project string, programs []string) (sources, error) {
	cmd := exec.Command("go", append([]string{"list", "-deps", "-json=ImportPath,Dir,Module,Deps,EmbedFiles"}, programs...)...)
	cmd.Dir, cmd.Env = project, environ()
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && len(exit.Stderr) > 0 {
		err = errors.New(strings.TrimSpace(string(exit.Stderr)))
	}
	if err != nil {
		return sources{}, fmt.Errorf("asking go for the files of the functions: %w", err)
	}
	s := sources{users: map[string][]string{}}
	folders := map[string]string{} // of this module's packages
	for in := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath, Dir  string
			Module           *struct{ Main bool }
			Deps, EmbedFiles []string
		}
		if err := in.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return sources{}, fmt.Errorf("reading what go list says: %w", err)
		}
		if p.Module == nil || !p.Module.Main {
			continue
		}
		folders[p.ImportPath] = p.Dir
		for _, name := range p.EmbedFiles {
			s.beside = append(s.beside, filepath.Join(p.Dir, name))
		}
		if slices.Contains(programs, p.ImportPath) { // after all that it depends on
			for _, dep := range append(p.Deps, p.ImportPath) {
				if folder := folders[dep]; folder != "" {
					s.users[folder] = append(s.users[folder], p.ImportPath)
				}
			}
		}
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		path := filepath.Join(project, name)
		s.beside, s.users[path] = append(s.beside, path), programs
	}
	return s, nil
}

// of returns the programs that are built from a file.
func (s sources) of(path string) []string {
	for at := path; ; at = filepath.Dir(at) { // an embedded file may be in a folder below
		if users, ok := s.users[at]; ok || at == filepath.Dir(at) {
			return users
		}
	}
}

// stamp says what a file holds, and when that must be read again.
type stamp struct {
	size int64
	time time.Time
	sum  [sha256.Size]byte
}

// read returns the files as they are now, from those of before, and whether one of them
// has been written since.
func (s sources) read(before map[string]stamp) (now map[string]stamp, written bool) {
	paths := slices.Clone(s.beside)
	for folder := range s.users {
		entries, _ := os.ReadDir(folder) // none in what is a file, or is gone
		for _, e := range entries {
			if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
				paths = append(paths, filepath.Join(folder, name))
			}
		}
	}
	now = make(map[string]stamp, len(paths))
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		at := before[path]
		if at.size != info.Size() || !at.time.Equal(info.ModTime()) {
			text, _ := os.ReadFile(path)
			at, written = stamp{info.Size(), info.ModTime(), sha256.Sum256(text)}, true
		}
		now[path] = at
	}
	return now, written || len(now) != len(before)
}

// differing returns the files that hold something else now, or are new or gone.
func differing(before, now map[string]stamp) (paths []string) {
	for path, at := range now {
		if old, there := before[path]; !there || old.sum != at.sum {
			paths = append(paths, path)
		}
	}
	for path := range before {
		if _, there := now[path]; !there {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// environ is this process's environment without what a make above it says to its children,
// which is not meant for another make, and without flags for go that a build leaves out.
func environ() []string {
	return append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains([]string{"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "GOFLAGS", "GOOS", "GOARCH"}, name)
	}), "CGO_ENABLED=0")
}
