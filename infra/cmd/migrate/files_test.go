package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/importfile"
)

func TestR106_AFileIsNeverLargerThanCognitoTakes(t *testing.T) {
	if importfile.MaxRows != 500_000 || importfile.MaxBytes != 100_000_000 {
		t.Error("the limits are not those of the guide")
	}
	const header, line = "name,password_hash", "somebody,hash"
	whole := len(header) + 1 + 7*(len(line)+1)
	for _, c := range []struct{ rows, bytes, want int }{{7, 1e6, 7}, {1000, whole, 7}, {1000, whole + 1, 7}, {1000, whole - 1, 6}} {
		f := folder{book: &book{ID: "ABCDEFGH", folder: t.TempDir()}, header: header, mostRows: c.rows, mostBytes: c.bytes}
		for n := range c.want + 1 {
			for _, algorithm := range []string{"BCRYPT", "SCRYPT"} {
				if err := f.add(algorithm, line, n); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := f.end(); err != nil || len(f.files) != 4 {
			t.Fatalf("%d files, %v", len(f.files), err)
		}
		for i, of := range f.files {
			text, err := os.ReadFile(f.book.path(of.Name))
			people, last := c.want, c.want-1
			if i > 1 {
				people, last = 1, c.want
			}
			if err != nil || len(text) > c.bytes || bytes.Count(text, []byte("\n")) != people+1 || !bytes.HasPrefix(text, []byte(header+"\n")) || len(of.Rows) != people || of.Rows[people-1] != last || of.Name != fmt.Sprintf("import-%s-%d.csv", of.Algorithm, 1+i/2) {
				t.Errorf("at most %d rows and %d bytes: %s has %d people, %d bytes, %v", c.rows, c.bytes, of.Name, len(of.Rows), len(text), err)
			}
		}
	}
}

func TestAFolderSaysWhatFails(t *testing.T) {
	f := folder{book: &book{folder: filepath.Join(t.TempDir(), "absent")}, mostRows: 1, mostBytes: 1e6}
	if err := f.add("BCRYPT", "somebody", 0); err == nil || len(f.files) != 0 {
		t.Errorf("%v, %d files", err, len(f.files))
	}
	f.book.folder = t.TempDir()
	if err := f.add("BCRYPT", "somebody", 0); err != nil {
		t.Fatal(err)
	}
	if err := f.files[0].file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.end(); err == nil {
		t.Error("what was not written is not said")
	}
}
