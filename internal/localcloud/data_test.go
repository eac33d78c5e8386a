package localcloud

import (
	"path/filepath"
	"strings"
	"testing"
)

// restarted starts a cloud on a folder and ends it.
func restarted(t *testing.T, data string, declared object, use func(*Cloud)) error {
	t.Helper()
	cloud, err := Start(t.Context(), Options{AssemblyDir: assembly(t, declared), InfraDir: infra, Data: data})
	if err != nil {
		return err
	}
	use(cloud)
	return cloud.Close()
}

func TestR64_UsersAndRowsAreThereAtTheNextStart(t *testing.T) {
	needsDynalite(t)
	data := filepath.Join(t.TempDir(), "data")
	err := restarted(t, data, withTable(resources()), func(cloud *Cloud) {
		if err := signUp(t, cloud, "ada@example.com"); err != nil {
			t.Error(err)
		}
		put(t, cloud, "USER#1")
		second, err := Start(t.Context(), Options{AssemblyDir: assembly(t, resources()), Data: data})
		if err == nil {
			_ = second.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "is in use by another local cloud") {
			t.Errorf("a second one on the folder: %v", err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	changed := withTable(resources())
	delete(property(changed, "Table"), "GlobalSecondaryIndexes")
	if err := restarted(t, data, changed, func(*Cloud) {}); err == nil || !strings.Contains(err.Error(), "other keys or indexes than the kept table") {
		t.Errorf("another table: %v", err)
	}
	err = restarted(t, data, withTable(resources()), func(cloud *Cloud) {
		if _, sent := cloud.Pool.Code("ada@example.com"); !sent {
			t.Error("the code of the sign-up is gone")
		}
		if !has(t, cloud, "USER#1") {
			t.Error("the row is gone")
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
