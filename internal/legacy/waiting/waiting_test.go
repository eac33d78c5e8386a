package waiting_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
)

func written(t testing.TB, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := waiting.Write(&b, slices.Values(names)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func saved(t testing.TB, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), waiting.FileName)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, content []byte) *waiting.File {
	t.Helper()
	f, err := waiting.Open(saved(t, content))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestANameWaitsInEverySpellingAndNoOtherDoes(t *testing.T) {
	for _, many := range []int{0, 1, 2, 3, 1000} {
		var names []string
		for i := range many {
			names = append(names, fmt.Sprintf("  Ada%d@Example.COM", i), fmt.Sprintf("ada%d@example.com", i))
		}
		content := written(t, append(names, "", " ")...)
		f := open(t, content)
		if got := len(content)/8 - 2; got != many {
			t.Fatalf("%d names wait, not %d", got, many)
		}
		for i := range many + 3 {
			has, err := f.Has(fmt.Sprintf("ADA%d@example.com ", i))
			if err != nil || has != (i < many) {
				t.Errorf("%d of %d: %t, %v", i, many, has, err)
			}
		}
		if has, err := f.Has(""); err != nil || has {
			t.Errorf("the empty name: %t, %v", has, err)
		}
	}
}

// Whichever way a pool takes capital letters for small ones, a name has no second owner.
func TestR104_ANameWaitsInEverySpellingOfAnyPool(t *testing.T) {
	f := open(t, written(t, "οδυσσεύς", "ışık", "sam", "kim", "µ"))
	for name, waits := range map[string]bool{
		"ΟΔΥΣΣΕΎΣ": true, "οδυσσεύσ": true, "IŞIK": true, "işik": true, "ſAM": true, "\u212aim": true, "μ": true, "tim": false, "ς": false,
	} {
		if has, err := f.Has(name); has != waits || err != nil {
			t.Errorf("%s waits: %v, %v", name, has, err)
		}
	}
}

// The order in which an export comes changes nothing, so that the same people make the same
// asset.
func TestTheSameNamesMakeTheSameBytes(t *testing.T) {
	form.Check(t, 50, 200, 2000, func(t *rapid.T) {
		names := rapid.SliceOf(rapid.StringMatching(`[a-cA-C]{0,3}@[x-z]`)).Draw(t, "names")
		var first, second bytes.Buffer
		_ = waiting.Write(&first, slices.Values(names))
		_ = waiting.Write(&second, slices.Values(rapid.Permutation(names).Draw(t, "shuffled")))
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("%x and %x", first.Bytes(), second.Bytes())
		}
	})
}

func TestAFileThatIsNotWholeIsRefused(t *testing.T) {
	good := written(t, "a", "b", "c")
	huge := binary.BigEndian.AppendUint64([]byte("WAITING1"), waiting.Most+1)
	for name, content := range map[string][]byte{
		"empty": nil, "cut off": good[:len(good)-1], "longer": append(slices.Clone(good), 0), "other magic": slices.Concat([]byte("w"), good[1:]),
		"too many": append(huge, make([]byte, 8*(waiting.Most+1))...), "count of 2^64-1": slices.Concat(good[:8], bytes.Repeat([]byte{255}, 8), good[16:]),
	} {
		path := saved(t, content)
		if _, err := waiting.Open(path); err == nil || !strings.Contains(err.Error(), path+" is no whole file") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, path := range []string{filepath.Join(t.TempDir(), "none"), t.TempDir()} {
		if _, err := waiting.Open(path); err == nil || !strings.HasPrefix(err.Error(), "opening the waiting names") || strings.Contains(err.Error(), "again") != errors.Is(os.Mkdir(path, 0o700), os.ErrExist) {
			t.Errorf("no file: %v", err)
		}
	}
}

func TestMoreThanTheMostIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	var b bytes.Buffer
	names := func(many int) func(func(string) bool) {
		return func(yield func(string) bool) {
			for i := 0; i < many && yield(fmt.Sprint(i)); i++ {
			}
		}
	}
	if err := waiting.Write(&b, names(waiting.Most+1)); !errors.Is(err, waiting.ErrTooMany) || !strings.Contains(err.Error(), "2000000 names") || b.Len() > 0 {
		t.Errorf("%v, %d bytes", err, b.Len())
	}
	if err := waiting.Write(&b, names(waiting.Most)); err != nil || b.Len() != 16+8*waiting.Most {
		t.Errorf("%v, %d bytes", err, b.Len())
	}
	few, many := allocated(t, written(t, "0")), allocated(t, b.Bytes())
	if few != many || few > 20 {
		t.Errorf("a function that looks into a file of one name allocates %v times, with the most %v times", few, many)
	}
}

// allocated returns how often opening a file and looking into it allocates: the least of
// several counts, since a collection of garbage allocates, too.
func allocated(t *testing.T, content []byte) float64 {
	path, least := saved(t, content), math.Inf(1)
	for range 10 {
		least = min(least, opened(t, path))
	}
	return least
}

func opened(t *testing.T, path string) float64 {
	return testing.AllocsPerRun(1, func() {
		f, err := waiting.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		for _, name := range []string{"0", "x"} {
			if has, err := f.Has(name); err != nil || has != (name == "0") {
				t.Errorf("%s: %t, %v", name, has, err)
			}
		}
	})
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestADiskThatIsFullIsAnError(t *testing.T) {
	if err := waiting.Write(broken{}, slices.Values([]string{"a"})); err == nil || err.Error() != "writing the waiting names: the disk is full" {
		t.Errorf("%v", err)
	}
	f := open(t, written(t, "a"))
	_ = f.Close()
	if has, err := f.Has("a"); has || !errors.Is(err, os.ErrClosed) || !strings.HasPrefix(err.Error(), "reading the waiting names") {
		t.Errorf("a file that is closed: %t, %v", has, err)
	}
	if has, err := f.HasAny([]string{"", "a"}); has || err == nil {
		t.Errorf("a file that is closed: %t, %v", has, err)
	}
	if has, err := f.HasAny([]string{"", ""}); has || err != nil {
		t.Errorf("without a name it is not read: %t, %v", has, err)
	}
}

func TestAnyOfTheNamesIsEnough(t *testing.T) {
	f := open(t, written(t, "a", "b"))
	for want, lists := range map[bool][][]string{true: {{"a"}, {"x", "B"}, {"b", "x"}, {"", "x", "a"}}, false: {nil, {}, {""}, {"x"}, {"x", "", "y"}}} {
		for _, names := range lists {
			if has, err := f.HasAny(names); has != want || err != nil {
				t.Errorf("%q: %t, %v", names, has, err)
			}
		}
	}
}

func BenchmarkHas(b *testing.B) {
	var file bytes.Buffer
	_ = waiting.Write(&file, func(yield func(string) bool) {
		for i := 0; i < waiting.Most && yield(fmt.Sprint(i)); i++ {
		}
	})
	f := open(b, file.Bytes())
	b.ReportAllocs()
	for b.Loop() {
		if has, _ := f.Has("ada@example.com"); has {
			b.Fatal("found")
		}
	}
}
