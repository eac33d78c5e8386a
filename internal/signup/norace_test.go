//go:build !race

package signup_test

const raced = false
