package lambdahost

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestLinesBelongToTheirEvent(t *testing.T) {
	t.Parallel()
	var echo bytes.Buffer
	host, j := start(t, Function{}, Options{Stderr: &echo})
	const events = 50
	for i := range events {
		invokeSettled(t, host, fmt.Sprintf(`{"do":"print","message":"line %d"}`, i))
	}
	for i, in := range j.all(t, host) {
		if want := fmt.Sprintf("line %d|line %d on stderr", i, i); strings.Join(in.LogLines, "|") != want {
			t.Errorf("event %d has %q", i, in.LogLines)
		}
	}
	if err := host.Close(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(echo.String(), "\n"); got != 2*events {
		t.Errorf("%d lines were passed on", got)
	}
}

func TestLastWordsOfADyingProcessAreKept(t *testing.T) {
	t.Parallel()
	host, j := start(t, Function{}, Options{})
	failure(t, host, `{"do":"panic","message":"boom"}`)
	if log := strings.Join(j.all(t, host)[0].LogLines, "|"); !strings.Contains(log, `"errorMessage":"boom"`) || !strings.Contains(log, "the process should exit") {
		t.Errorf("log %q", log)
	}
}

func TestUnfinishedLineEndsWithItsEvent(t *testing.T) {
	t.Parallel()
	host, j := start(t, Function{}, Options{})
	invoke(t, host, `{"do":"half-line","message":"half"}`)
	invokeSettled(t, host, `{"do":"half-line","message":"other half"}`)
	seen := j.all(t, host)
	if strings.Join(seen[0].LogLines, "|") != "half" || strings.Join(seen[1].LogLines, "|") != "other half" {
		t.Errorf("logs %q, %q", seen[0].LogLines, seen[1].LogLines)
	}
}
