package table_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

func TestOnlyAUUIDInLowerCaseIsOne(t *testing.T) {
	for sub, want := range map[string]bool{
		"0f3a5b7c-1d2e-4f60-8a9b-c0d1e2f3a4b5": true, "14e854a8-a0c1-7055-9f6b-0123456789ab": true,
		"0F3A5B7C-1D2E-4F60-8A9B-C0D1E2F3A4B5": false, "0f3a5b7c-1d2e-4f60-8a9b-c0d1e2f3a4b": false, "0f3a5b7c-1d2e-4f60-8a9b-c0d1e2f3a4b56": false,
		"0f3a5b7c01d2e-4f60-8a9b-c0d1e2f3a4b5": false, "0f3a-b7c-1d2e-4f60-8a9b-c0d1e2f3a4b5": false, "gf3a5b7c-1d2e-4f60-8a9b-c0d1e2f3a4b5": false, "": false, "ada": false,
	} {
		if table.UUID(sub) != want {
			t.Errorf("%q is a UUID: %v", sub, !want)
		}
	}
}

// Whatever a sub is and whichever of its prefixes is asked for, its partition is among
// those that are read.
func TestR86_EverySubIsInOneOfThePartitionsOfItsPrefix(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		sub := rapid.OneOf(rapid.StringMatching("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), rapid.StringMatching("[0-9a-fA-F-]{0,40}"), rapid.String()).Draw(r, "sub")
		prefix := sub[:rapid.IntRange(0, len(sub)).Draw(r, "prefix")]
		if all := table.Shards("p", prefix); !slices.Contains(all, table.Shard("p", sub)) || len(prefix) > 1 && len(all) > 2 {
			r.Fatalf("%q is in %s; below %q are %v", sub, table.Shard("p", sub), prefix, all)
		}
	})
	if n := len(table.Shards("p", "")); n != 257 {
		t.Errorf("%d partitions in all", n)
	}
	if got := table.Shards("p", "g"); !slices.Equal(got, []string{"p#other"}) {
		t.Errorf("below g are %v", got)
	}
}
