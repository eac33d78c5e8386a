//go:build !race

package cognito_test

const slowdown = 1
