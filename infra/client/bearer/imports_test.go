package bearer_test

import (
	"go/build"
	"slices"
	"strings"
	"testing"
)

// An API that imports the package gets these modules and no others.
func TestTheMiddlewareImportsAVerifierAndNoSDK(t *testing.T) {
	p, err := build.ImportDir(".", 0)
	if err != nil {
		t.Fatal(err)
	}
	foreign := slices.DeleteFunc(p.Imports, func(path string) bool { return !strings.Contains(path, ".") })
	if want := []string{"github.com/MicahParks/jwkset", "github.com/MicahParks/keyfunc/v3", "github.com/golang-jwt/jwt/v5"}; !slices.Equal(foreign, want) {
		t.Errorf("%v", foreign)
	}
}
