package policy

import (
	"strconv"
	"strings"
)

// Child gives the path of a key below path, in the form that Fault.Path has:
// signUp.domains. A key that is not a plain name is quoted, so that a path stays
// one line and can be read back: clients["my app"].
func Child(path, key string) string {
	if strings.Trim(key, plain) != "" || key == "" {
		return path + "[" + strconv.QuoteToASCII(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// Item gives the path of the entry with the index i, counted from 0, of the
// list at path: signUp.domains.deny[1].
func Item(path string, i int) string {
	return path + "[" + strconv.Itoa(i) + "]"
}

// plain are the characters of keys that stand in a path without quotes.
const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-:"
