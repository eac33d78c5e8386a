package policy

import (
	"strconv"
	"strings"
)

// Child returns the path of a key below path, in the form of Fault.Path: signUp.domains.
// It quotes a key that is not a plain name, so that a path stays on one line and can be
// parsed: clients["my app"].
func Child(path, key string) string {
	if strings.Trim(key, plain) != "" || key == "" {
		return path + "[" + strconv.QuoteToASCII(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// Item returns the path of entry i, counted from 0, of the list at path:
// signUp.domains.deny[1].
func Item(path string, i int) string {
	return path + "[" + strconv.Itoa(i) + "]"
}

// Below returns a path that begins at root as one that begins where root does.
func Below(root, path string) string {
	if root == "" || path == "" || path[0] == '[' {
		return root + path
	}
	return root + "." + path
}

// plain are the characters of keys that need no quotes in a path.
const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-:"
