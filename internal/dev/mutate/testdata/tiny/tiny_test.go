package tiny

import "testing"

func TestAdult(t *testing.T) {
	if Adult(17) || !Adult(18) {
		t.Error("an adult is 18 years old")
	}
}

func TestLongest(t *testing.T) {
	if got := Longest([]string{"a", "abc", "ab"}); got != 3 {
		t.Errorf("got %d", got)
	}
	if got := Longest(nil); got != 0 {
		t.Errorf("no words: got %d", got)
	}
}

func TestCountdown(t *testing.T) {
	if got := Countdown(21); got != 3 {
		t.Errorf("got %d", got)
	}
}
