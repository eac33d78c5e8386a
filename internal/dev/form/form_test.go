package form

import (
	"flag"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"
)

func TestEachFormHasItsNumber(t *testing.T) {
	for _, c := range []struct {
		short, full bool
		want        int
	}{{false, false, 2}, {true, false, 1}, {false, true, 3}, {true, true, 3}} {
		if got := choose(c.short, c.full, 1, 2, 3); got != c.want {
			t.Errorf("short %v, full %v: got %d, want %d", c.short, c.full, got, c.want)
		}
	}
}

// skipped is a test that records why it is skipped.
type skipped struct {
	testing.TB
	reasons []any
}

func (s *skipped) Skip(reasons ...any) { s.reasons = reasons }

func TestATestWithoutANumberIsSkippedWithAReason(t *testing.T) {
	s := &skipped{TB: t}
	if got := Often(s, 0, 0, 0); got != 0 || len(s.reasons) == 0 {
		t.Errorf("got %d, skipped because of %v", got, s.reasons)
	}
}

// TestChecksBesideEachOtherEachHaveTheirNumber also shows, under the race detector,
// that rapid does not read the number while another Check writes it.
func TestChecksBesideEachOtherEachHaveTheirNumber(t *testing.T) {
	given := flag.Lookup("rapid.checks").Value.String() != "100"
	t.Run("all", func(t *testing.T) {
		for _, want := range []int{40, 70, 100, 130} {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				var ran atomic.Int64
				said := Check(t, want, want, want, func(t *rapid.T) {
					rapid.Int().Draw(t, "something")
					ran.Add(1)
				})
				if int(ran.Load()) != said || said != want && !given {
					t.Errorf("ran %d cases, said %d, want %d", ran.Load(), said, want)
				}
			})
		}
	})
	if got := flag.Lookup("rapid.checks").Value.String(); !given && got != "100" {
		t.Errorf("the number of checks stays at %s", got)
	}
}
