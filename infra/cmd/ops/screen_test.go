package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestR66_NothingThatIsPrintedCommandsATerminal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.OneOf(
			rapid.String(), rapid.SampledFrom([]string{"\x1b[2J", "\x1b]0;x\a", "\u009b31m", "\x9b31m", "\u202e", "\u2066", "\r", "\b", "\x7f", "\u2028", "\xff", "\u200b", "é", "नि\u200d"}),
		)).Draw(t, "parts")
		text := strings.Join(parts, "")
		var out bytes.Buffer
		if _, err := (screen{to: &out}).Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); !utf8.ValidString(got) || strings.ContainsFunc(got, wild) {
			t.Fatalf("%q becomes %q", text, got)
		}
		out.Reset()
		if err := writeJSON(screen{to: &out}, map[string]string{"a": text}); err != nil {
			t.Fatal(err)
		}
		var back map[string]string
		if err := json.Unmarshal(out.Bytes(), &back); err != nil || back["a"] != strings.ToValidUTF8(text, "\ufffd") && utf8.ValidString(text) {
			t.Fatalf("%q comes back as %q, %v", text, back["a"], err)
		}
	})
}

func TestR66_NoColorAndADumbTerminalGetNone(t *testing.T) {
	t.Chdir("../../..")
	const red = "\x1b[31m"
	for _, env := range []struct {
		name, value string
		colours     bool
	}{{"NO_COLOR", "1", false}, {"TERM", "dumb", false}, {"NO_COLOR", "", true}, {"TERM", "xterm", true}} {
		for _, isTerminal := range []bool{true, false} {
			var out bytes.Buffer
			status := run(t.Context(), []string{"sign-up-preview", "--stage", "dev", "--email", "x@mailinator.com"}, terminal{
				out: &out, err: &out, now: func() time.Time { return noon }, colours: isTerminal,
				getenv: func(name string) string { return map[string]string{env.name: env.value}[name] },
			})
			if got := strings.Contains(out.String(), red); status != denied || got != (isTerminal && env.colours) || !strings.Contains(out.String(), "REFUSED") {
				t.Errorf("%+v, a terminal %v: status %d, red %v\n%s", env, isTerminal, status, got, out.String())
			}
		}
	}
}

func TestR66_ColoursAreForTerminalsThatWantThemAndSayNothingMore(t *testing.T) {
	for colours, want := range map[bool]string{true: "\x1b[31mNO\\u001b[2J\x1b[0m\n", false: "NO\\u001b[2J\n"} {
		var out bytes.Buffer
		s := screen{&out, colours}
		mark(s, bad, "NO\x1b[2J")
		fmt.Fprintln(s)
		if out.String() != want {
			t.Errorf("colours %v: %q", colours, out.String())
		}
	}
}
