package fails

import "testing"

func TestFails(t *testing.T) {
	t.Run("here", func(t *testing.T) { t.Error("2 is not 3") })
	t.Run("there", func(t *testing.T) { t.Log("nobody needs this") })
}

func TestSkips(t *testing.T) { t.Skip("no Tuesday") }
