package skips

import "testing"

func TestPasses(t *testing.T) {}

func TestNeedsNode(t *testing.T) { t.Skip("node is missing,\ninstall it") }

func TestOfMany(t *testing.T) {
	t.Run("one", func(t *testing.T) { t.Skipf("only %s can do that", "Linux") })
	t.Run("two", func(t *testing.T) {})
}

func TestSilent(t *testing.T) { t.SkipNow() }
