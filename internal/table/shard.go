package table

import "strings"

// The index that lists a pool's live PROFILE rows by sub. Its partition key is Shard of the
// row, its sort key the row's own PK; a tombstone has no Shard and leaves the index.
const (
	ShardIndex = "byShard"
	ShardKey   = "shard"
)

// hexadecimal are the digits of a UUID.
const hexadecimal = "0123456789abcdef"

// UUID reports whether a sub has the form that Cognito uses for every user: a UUID in lower
// case (developer guide, "Working with user attributes"). Other subs are those of pools
// that are not on AWS.
func UUID(sub string) bool {
	const form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
	if len(sub) != len(form) {
		return false
	}
	for i := range len(form) {
		if (form[i] == '-') != (sub[i] == '-') || form[i] == 'x' && strings.IndexByte(hexadecimal, sub[i]) < 0 {
			return false
		}
	}
	return true
}

// Shard returns the partition of a user in ShardIndex: one of 256 by the first two digits
// of a UUID, and one for all other subs of the pool, so that a reader finds those without
// knowing how they begin.
func Shard(pool, sub string) string {
	if !UUID(sub) {
		return pool + "#other"
	}
	return pool + "#" + sub[:2]
}

// Shards returns the partitions in which users are whose sub begins with a prefix, the one
// of other subs last.
func Shards(pool, prefix string) []string {
	all := []string{}
	for _, a := range hexadecimal {
		for _, b := range hexadecimal {
			two := string(a) + string(b)
			if strings.HasPrefix(two, prefix) || strings.HasPrefix(prefix, two) {
				all = append(all, pool+"#"+two)
			}
		}
	}
	return append(all, pool+"#other")
}
