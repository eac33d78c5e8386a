package main

import (
	"io"
	"regexp"
	"strings"
	"testing"
)

// seconds are what differs from run to run.
var seconds = regexp.MustCompile(`\d+\.\d+s`)

// TestWhatWasSkippedIsSaidAndTheExitStatusIsThatOfGoTest runs the tests of a small
// module: some pass, some are skipped, some fail, and some cannot be built.
func TestWhatWasSkippedIsSaidAndTheExitStatusIsThatOfGoTest(t *testing.T) {
	t.Chdir("testdata/sample")
	for _, c := range []struct {
		pattern string
		code    int
		want    string
	}{
		{"./passes", 0, "ok  \tsample/passes\t1s\n"},
		{"./none", 0, "?   \tsample/none\t[no test files]\n"},
		{
			"./skips", 0,
			"SKIP\tsample/skips\tTestNeedsNode: skips_test.go:7: node is missing, install it\n" +
				"SKIP\tsample/skips\tTestOfMany/one: skips_test.go:10: only Linux can do that\n" +
				"SKIP\tsample/skips\tTestSilent: no reason is given\n" +
				"ok  \tsample/skips\t1s\n" +
				"3 skipped, as the SKIP lines say\n",
		},
		{
			"./fails", 1,
			"SKIP\tsample/fails\tTestSkips: fails_test.go:10: no Tuesday\n" +
				"    fails_test.go:6: 2 is not 3\n" +
				"--- FAIL: TestFails/here (1s)\n" +
				"--- FAIL: TestFails (1s)\n" +
				"FAIL\nFAIL\tsample/fails\t1s\n" +
				"1 skipped, as the SKIP lines say\n",
		},
		{
			"./broken", 1,
			"# sample/broken [sample/broken.test]\n" +
				"broken/broken_test.go:5:39: undefined: undefined\n" +
				"FAIL\tsample/broken [build failed]\n",
		},
	} {
		var out strings.Builder
		code, err := run([]string{"-count=1", c.pattern}, &out, io.Discard)
		if got := seconds.ReplaceAllString(out.String(), "1s"); err != nil || code != c.code || got != c.want {
			t.Errorf("%s: got %d, %v\n%s\nwant %d\n%s", c.pattern, code, err, got, c.code, c.want)
		}
	}
}

func TestWhatGoTestDoesNotTakeIsSaidByIt(t *testing.T) {
	var errout strings.Builder
	if code, err := run([]string{"-count=many"}, io.Discard, &errout); code != 2 || err != nil || !strings.Contains(errout.String(), "many") {
		t.Errorf("got %d, %v, %q", code, err, errout.String())
	}
}

func TestATestWithoutAnEndSaysWhatItSaid(t *testing.T) {
	for name, c := range map[string]struct{ events, want string }{
		"a panic": {
			`{"Action":"output","Package":"p","Test":"TestFine","Output":"    a: nobody needs this\n"}
{"Action":"pass","Package":"p","Test":"TestFine"}
{"Action":"output","Package":"p","Test":"TestPanics","Output":"=== RUN   TestPanics\n"}
{"Action":"output","Package":"p","Test":"TestPanics","Output":"panic: no\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p"}
`, "panic: no\nFAIL\tp\t0.1s\n",
		},
		"a killed go test": {
			`{"Action":"output","Package":"p","Test":"TestSkips","Output":"    a: no\n"}
{"Action":"skip","Package":"p","Test":"TestSkips"}
{"Action":"output","Package":"p","Test":"TestHangs","Output":"    a: waiting\n"}
`, "SKIP\tp\tTestSkips: a: no\n    a: waiting\n1 skipped, as the SKIP lines say\n",
		},
		"what is no event": {
			"go: downloading\n" + `{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t(cached)\n"}
{"Action":"pass","Package":"p"}
the end`, "go: downloading\nok  \tp\t(cached)\nthe end",
		},
	} {
		var out strings.Builder
		if err := tell(strings.NewReader(c.events), &out); err != nil || out.String() != c.want {
			t.Errorf("%s: got %v\n%s\nwant\n%s", name, err, out.String(), c.want)
		}
	}
}
