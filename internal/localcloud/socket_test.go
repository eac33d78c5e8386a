package localcloud

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestR48_TheTableStartsWhereTheTemporaryFolderHasALongPath(t *testing.T) {
	needsDynalite(t)
	long := filepath.Join(t.TempDir(), strings.Repeat("long/", 20))
	if err := os.MkdirAll(long, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := privateFolder(long); err == nil || !strings.Contains(err.Error(), "set TMPDIR to a folder with a short path") {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(long); err != nil || len(left) != 0 {
		t.Errorf("left there: %v, %v", left, err)
	}
	dir := assembly(t, withTable(resources()))
	t.Setenv("TMPDIR", long)
	cloud, err := Start(t.Context(), Options{AssemblyDir: dir, InfraDir: infra})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cloud.Close() }()
	put(t, cloud, "USER#1")
	if !has(t, cloud, "USER#1") {
		t.Error("the row is gone")
	}
}

// A caller of a dead table loses its connection, as if nothing stood between.
func TestADeadTableAnswersNothing(t *testing.T) {
	needsDynalite(t)
	cloud, _ := start(t, withTable(resources()))
	if err := cloud.store.child.Stop(syscall.SIGKILL, 0); err != nil {
		t.Fatal(err)
	}
	if got, err := http.Get(cloud.Endpoints().DynamoDB); err == nil {
		_ = got.Body.Close()
		t.Errorf("status %d", got.StatusCode)
	}
}
