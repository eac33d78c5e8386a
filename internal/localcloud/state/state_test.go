package state

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func open(t *testing.T, path string) *Folder {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// begun makes a folder that has kept the text.
func begun(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data")
	f := open(t, path)
	if err := f.Keep(func() ([]byte, error) { return []byte(text), nil }, nil); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestR64_WhatWasKeptIsThereForItsUserAlone(t *testing.T) {
	path := begun(t, `{"a":1}`)
	f := open(t, path)
	defer func() { _ = f.Close() }()
	if string(f.Pools()) != `{"a":1}` {
		t.Errorf("got %q", f.Pools())
	}
	for name, want := range map[string]os.FileMode{poolFile: 0o600, lockFile: 0o600, tableDir: 0o700 | os.ModeDir, ".": 0o700 | os.ModeDir} {
		if info, err := os.Stat(filepath.Join(path, name)); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	entries, _ := os.ReadDir(path)
	if len(entries) != 3 {
		t.Errorf("the folder has %v", entries)
	}
}

func TestR64_AFolderThatDoesNotFitIsRefusedWithWhatToDo(t *testing.T) {
	for want, spoil := range map[string]func(path string) error{
		"has table and no pool.json, and they belong together: put it back, or remove the folder": func(p string) error { return os.Remove(filepath.Join(p, poolFile)) },
		"has pool.json and no table, and they belong together: put it back, or remove the folder": func(p string) error { return os.Remove(filepath.Join(p, tableDir)) },
		"has notes.txt in it and is no folder of the local cloud: name an empty one":              func(p string) error { return os.WriteFile(filepath.Join(p, "notes.txt"), nil, 0o600) },
		"all users may write to it: make it a folder of yours alone":                              func(p string) error { return os.Chmod(p, 0o777) },
		"has lock in it, which is a link":                                                         func(p string) error { return linked(p, lockFile) },
		"has pool.json in it, which is a link":                                                    func(p string) error { return linked(p, poolFile) },
		"has table in it, which is a link":                                                        func(p string) error { return linked(p, tableDir) },
		"has unfinished in it, which is a link or of another kind":                                func(p string) error { return syscall.Mkfifo(filepath.Join(p, unfinished), 0o600) },
		"cannot be written: make it a folder of yours, or name another one": func(p string) error {
			return errors.Join(os.RemoveAll(p), os.WriteFile(p, nil, 0o600))
		},
	} {
		path := begun(t, "{}")
		if err := spoil(path); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path)
		if err == nil {
			_ = f.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

// linked puts a link in the place of what is there, to something outside that must stay.
func linked(path, name string) error {
	target := path + "." + name
	return errors.Join(os.Rename(filepath.Join(path, name), target), os.Symlink(target, filepath.Join(path, name)))
}

func TestR64_ALockIsNoLink(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	if err := errors.Join(os.WriteFile(path+".of", []byte("precious"), 0o600), os.Symlink(path+".of", path)); err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(path); err == nil {
		t.Error("locked")
	}
	if text, err := os.ReadFile(path + ".of"); string(text) != "precious" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestR64_OnlyWhatAKilledProcessWroteIsRemoved(t *testing.T) {
	path := begun(t, "{}")
	for _, name := range []string{".bak", ".123"} {
		if err := os.WriteFile(filepath.Join(path, poolFile+name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open(t, path).Close()
	left, _ := filepath.Glob(filepath.Join(path, poolFile+".*"))
	if want := []string{filepath.Join(path, poolFile+".bak")}; !slices.Equal(left, want) {
		t.Errorf("left: %v", left)
	}
}

func TestR64_AReadOnlyFolderIsRefused(t *testing.T) {
	if os.Getuid() == 0 {
		t.Log("root writes everywhere: the folder below /proc stands for a read-only one")
		if _, err := Open("/proc/data"); err == nil || !strings.Contains(err.Error(), "cannot be written") {
			t.Errorf("got %v", err)
		}
		return
	}
	path := begun(t, "{}")
	if err := os.Chmod(path, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("got %v", err)
	}
}

func TestR64_ASecondOwnerIsRefused(t *testing.T) {
	path := begun(t, "{}")
	f := open(t, path)
	_, err := Open(path)
	if want := fmt.Sprintf("is in use by another local cloud (process %d): stop it", os.Getpid()); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, path).Close()
}

// A start that is killed before its first write leaves a folder that the next one takes.
func TestR64_AStartThatDidNotEndLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	f := open(t, path)
	if err := errors.Join(os.WriteFile(filepath.Join(f.Table(), "row"), nil, 0o600), os.WriteFile(filepath.Join(path, poolFile+".123"), nil, 0o600), f.lock.Close()); err != nil {
		t.Fatal(err)
	}
	f = open(t, path)
	defer func() { _ = f.Close() }()
	if _, err := os.Stat(filepath.Join(f.Table(), "row")); err == nil || f.Pools() != nil {
		t.Error("it goes on with half a start")
	}
}

// counted is what Keep writes, without a disk.
type counted struct {
	mu      sync.Mutex
	texts   [][]byte
	at      []time.Time
	refused error
}

func (c *counted) write(_ string, text []byte, _ fs.FileMode) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refused == nil {
		c.texts, c.at = append(c.texts, bytes.Clone(text)), append(c.at, time.Now())
	}
	return c.refused
}

func (c *counted) refuse(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused = err
}

// seen returns what was written, when, and the last of it.
func (c *counted) seen() (texts [][]byte, at []time.Time, last string) {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.texts), slices.Clone(c.at), string(c.texts[len(c.texts)-1])
}

// bubble runs f with a folder whose writes are counted and whose time is that of the bubble.
// now is what is kept; told has what the owner was told.
func bubble(t *testing.T, f func(folder *Folder, c *counted, now *atomic.Int64, told chan error)) {
	path := begun(t, "{}")
	synctest.Test(t, func(t *testing.T) {
		folder := open(t, path)
		c, now, told := &counted{}, &atomic.Int64{}, make(chan error, 100)
		folder.write = c.write
		save := func() ([]byte, error) { return fmt.Appendf(nil, "%d", now.Load()), nil }
		if err := folder.Keep(save, func(err error) { told <- err }); err != nil {
			t.Fatal(err)
		}
		f(folder, c, now, told)
	})
}

func TestR64_AChangeIsWrittenAtOnceAndThenAtMostEveryPause(t *testing.T) {
	bubble(t, func(folder *Folder, c *counted, now *atomic.Int64, _ chan error) {
		for range 1000 { // a change each millisecond
			now.Add(1)
			folder.Changed()
			time.Sleep(time.Millisecond)
		}
		texts, at, _ := c.seen()
		if n, most := len(texts), int(time.Second/Pause); n < most || n > most+2 {
			t.Errorf("%d writes in a second", n)
		}
		for i := range at[2:] {
			if pause := at[i+2].Sub(at[i+1]); pause < Pause {
				t.Errorf("a write after %v", pause)
			}
		}
		time.Sleep(Pause)
		texts, _, last := c.seen()
		if last != "1000" {
			t.Errorf("%v after the last change, %s is written", Pause, last)
		}
		folder.Changed() // nothing has
		time.Sleep(time.Hour)
		if again, _, _ := c.seen(); len(again) != len(texts) {
			t.Error("the same is written again")
		}
		now.Add(1)
		if err := folder.Close(); err != nil {
			t.Error(err)
		}
		if _, _, last := c.seen(); last != "1001" {
			t.Errorf("at the end %s", last)
		}
	})
}

// A full disk is told once, tried again without a further change, and told when it is over.
func TestR64_AFullDiskIsToldOnceAndTriedAgain(t *testing.T) {
	bubble(t, func(folder *Folder, c *counted, now *atomic.Int64, told chan error) {
		c.refuse(syscall.ENOSPC)
		for range 100 {
			now.Add(1)
			folder.Changed()
			time.Sleep(100 * time.Millisecond)
		}
		synctest.Wait()
		if err := <-told; len(told) != 0 || !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "a restart would lose what has changed") {
			t.Errorf("told %v and %d more", err, len(told))
		}
		c.refuse(nil)
		if err := <-told; err != nil {
			t.Errorf("told %v", err)
		}
		if _, _, last := c.seen(); last != "100" {
			t.Errorf("written %s", last)
		}
		c.refuse(syscall.ENOSPC)
		now.Add(1)
		if err := folder.Close(); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("the end is silent: %v", err)
		}
	})
}

// The file before stays, and nothing else does.
func TestR64_AWriteThatFailsLeavesTheFileBefore(t *testing.T) {
	path := begun(t, "before")
	if err := os.Mkdir(filepath.Join(path, "blocked"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Replace(filepath.Join(path, "blocked"), []byte("after"), 0o600); err == nil { // a folder is no file
		t.Error("a folder was replaced")
	}
	if text, err := os.ReadFile(filepath.Join(path, poolFile)); err != nil || string(text) != "before" {
		t.Errorf("%q, %v", text, err)
	}
	if left, _ := filepath.Glob(filepath.Join(path, poolFile+".*")); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
