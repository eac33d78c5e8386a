package strict

import (
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// advice says which key was probably meant, or which there are.
func advice(key string, known []string) string {
	if near := policy.Nearest(key, known); near != "" {
		return "did you mean " + near + "?"
	}
	return "the keys here are " + strings.Join(known, ", ")
}
