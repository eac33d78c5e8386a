package infra

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
)

// waitingFile returns a file in which these names wait.
func waitingFile(t testing.TB, names ...string) string {
	t.Helper()
	var content bytes.Buffer
	if _, err := waiting.Write(&content, slices.Values(names)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "prod.waiting")
	if err := os.WriteFile(path, content.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
