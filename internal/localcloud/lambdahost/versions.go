package lambdahost

import (
	"slices"
	"strconv"
	"time"
)

// version is a published version: an immutable folder. It counts as a user of its first
// generation, so that the folder stays as long as an alias can point to it.
type version struct {
	number      int
	code        *generation
	description string
	published   time.Time
}

// maxVersions is how many a function keeps; the oldest is forgotten. AWS keeps all, within a
// quota of code storage.
const maxVersions = 10

// version returns the number of the version that the aliases point to.
func (f *function) version() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.live == nil {
		return "$LATEST"
	}
	return strconv.Itoa(f.live.number)
}

// RolledBack reports whether a function's aliases point to another version than the newest;
// false for an unknown name.
func (h *Host) RolledBack(name string) bool {
	f, ok := h.functions[name]
	if !ok {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.live != nil && f.live != f.versions[len(f.versions)-1]
}

// publish makes a version of the code and points the aliases to it, as a deployment does. A
// folder that has a version already is the way back from one that failed: the later ones are
// forgotten. A function without versions gets none. The mutex is held.
func (f *function) publish(describe func(dir string) string) {
	if f.Version == "" {
		return
	}
	f.revision = newRequestID()
	if at := slices.IndexFunc(f.versions, func(v *version) bool { return v.code.dir == f.code.dir }); at >= 0 {
		f.forget(at+1, len(f.versions))
		f.live = f.versions[at]
		return
	}
	v := &version{code: f.code, published: time.Now()}
	v.number, _ = strconv.Atoi(f.Version)
	if n := len(f.versions); n > 0 {
		v.number = f.versions[n-1].number + 1
	}
	if describe != nil {
		v.description = describe(f.code.dir)
	}
	f.code.live++
	f.versions, f.live = append(f.versions, v), v
	f.forget(0, len(f.versions)-maxVersions)
}

// forget ends versions. The mutex is held.
func (f *function) forget(from, to int) {
	if to <= from {
		return
	}
	for _, v := range f.versions[from:to] {
		f.left(v.code)
	}
	f.versions = slices.Delete(slices.Clone(f.versions), from, to)
}

// point lets the aliases point to a version; "" is that of now. Revision, if not "", must be
// that of the alias (API reference, UpdateAlias). It returns the environments that wait with
// the code of before.
func (f *function) point(number, revision string) (idle []*environment, before *generation, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if revision != "" && revision != f.revision {
		return nil, nil, &ServiceError{Code: "PreconditionFailedException", Status: 412, Message: "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id"}
	}
	to := f.live
	if number != "" {
		at := slices.IndexFunc(f.versions, func(v *version) bool { return strconv.Itoa(v.number) == number })
		if at < 0 {
			return nil, nil, notFound(f.ARN + ":" + number)
		}
		to = f.versions[at]
	}
	f.revision, f.live = newRequestID(), to
	before, idle = f.begin(to.code.dir)
	return idle, before, nil
}

// begin begins a generation, of which nothing runs yet, and returns the one of before with
// its idle environments. The caller is counted among those who use that one. The mutex is held.
func (f *function) begin(dir string) (before *generation, idle []*environment) {
	before, idle = f.code, f.idle
	before.live++
	f.code, f.idle = newGeneration(dir), nil
	return before, idle
}

// has reports whether there is such a version.
func (f *function) has(number string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.ContainsFunc(f.versions, func(v *version) bool { return strconv.Itoa(v.number) == number })
}
