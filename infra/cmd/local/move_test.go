package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
)

// shopAssembly is written by `make synth-shop`.
const shopAssembly = "../../../dist/shop"

// shopStage skips the test where the stage was not synthesized.
func shopStage(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(shopAssembly + "/manifest.json"); err != nil {
		if os.Getenv("ASSEMBLY_REQUIRED") != "" {
			t.Fatalf("the shop's stage is missing: %v", err)
		}
		t.Skipf("the shop's stage is missing, make synth-shop writes it, and the R109 tests of sample/shop need none: %v", err)
	}
}

// studio builds the command that moves people.
var studio = sync.OnceValues(func() (string, error) {
	const program = "../../../dist/bin/migrate"
	if out, err := exec.Command("go", "build", "-o", program, "../migrate").CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the studio: %w: %s", err, out)
	}
	return program, nil
})

// movesUsers is the demo in this browser, whose other steps are TestR56's.
func (s session) movesUsers() {
	s.Helper()
	shopStage(s.T)
	var out bytes.Buffer
	if err := demonstrateMove(s.Context(), localcloud.Options{AssemblyDir: shopAssembly, InfraDir: "../.."}, &out, s.lines, must(studio())); err != nil {
		s.Fatalf("%v\n%s", err, out.String())
	}
	s.same("what axe finds in an order and in a sign-in", s.does("faulty", "who", "ada")["faults"]+s.does("faulty", "who", "eve")["faults"], "")
	s.does("closeShop")
}

func TestR109_WithoutABrowserTheCallsOfThePageMoveTheUsers(t *testing.T) {
	shopStage(t)
	t.Setenv("CHROMIUM", "/nonexistent")
	if err := run(t.Context(), []string{"move", "-assembly", shopAssembly, "-infra", "../..", "-migrate", must(studio())}); err != nil {
		t.Fatal(err)
	}
}

// The file that load would write is there before the demo is.
func TestR109_TheShopsStageKnowsWhoWaits(t *testing.T) {
	var want bytes.Buffer
	err := waiting.Write(&want, func(yield func(string) bool) {
		for _, c := range customers {
			_ = yield(email(c.name))
		}
	})
	if got := must(os.ReadFile("sample/shop/waiting.bin")); err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("waiting.bin has %x, and the customers make %x: %v", got, want.Bytes(), err)
	}
}
