package userpool

import (
	"maps"
	"slices"
)

// The functions in this file lock the store for one step on one of its maps.

func get[K comparable, V any](s *store, from map[K]V, key K) (V, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, known := from[key]
	return v, known
}

func set[K comparable, V any](s *store, in map[K]V, key K, v V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in[key] = v
}

// take returns a value once, also among concurrent calls.
func take[K comparable, V any](s *store, from map[K]V, key K) (V, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, known := from[key]
	delete(from, key)
	return v, known
}

// values returns all values, in no order.
func values[V any](s *store, of map[string]V) []V {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(of))
}

// edit returns the changed value, or missing if the map does not have the key. If f refuses,
// nothing changes.
func edit[V any](s *store, in map[string]V, key string, missing error, f func(*V) error) (V, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, known := in[key]
	if !known {
		return v, missing
	}
	if err := f(&v); err != nil {
		return v, err
	}
	in[key] = v
	return v, nil
}

// insert adds a value under a new key to a map that has at most so many; kind names them.
func insert[V any](s *store, into map[string]V, key string, v V, most int, kind string, taken error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := into[key]; known {
		return taken
	}
	if len(into) >= most {
		return refuse("LimitExceededException", "The user pool has %d %s, which is the limit", most, kind)
	}
	into[key] = v
	return nil
}
