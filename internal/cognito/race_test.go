//go:build race

package cognito_test

// slowdown is what the race detector costs on code like this.
const slowdown = 30
