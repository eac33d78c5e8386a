package email_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
)

func TestR7_TheTableOfAddresses(t *testing.T) {
	rows := append(append([]row{}, usable...), unusable...)
	seen := make(map[string]bool)
	for _, r := range rows {
		if seen[r.address] {
			t.Errorf("%+q is there twice", r.address)
		}
		seen[r.address] = true
		got, err := email.Parse(r.address)
		if !errors.Is(err, r.err) || (err != nil) != (r.err != nil) {
			t.Errorf("%+q: got error %v, want %v", r.address, err, r.err)
			continue
		}
		if err != nil {
			if got != (email.Address{}) {
				t.Errorf("%+q: an error comes with %+v", r.address, got)
			}
			continue
		}
		if got.Normal() != r.normal {
			t.Errorf("%+q: got %q, want %q", r.address, got.Normal(), r.normal)
		}
		if local, _, _ := strings.Cut(r.address, "@"); got.Local != local || got.String() != local+"@"+got.Domain {
			t.Errorf("%+q: the local part became %q", r.address, got.Local)
		}
	}
	t.Logf("%d rows: %d usable, %d not", len(rows), len(usable), len(unusable))
}

// sameButForASCIICase is R7's definition, written independently of Lower.
func sameButForASCIICase(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		x, y := a[i], b[i]
		if x != y && (x^y != 0x20 || x|0x20 < 'a' || x|0x20 > 'z') {
			return false
		}
	}
	return true
}

// mutate changes an address into one that may be mistaken for it.
func mutate(t *rapid.T, s string) string {
	swaps := []string{
		"k", "\u212a", "i", "\u0130", "i", "\u0131", "s", "\u017f", "a", "ａ", ".", "。", ".", "..", "@", "＠", "@", "@@",
		"a", "а", "o", "0", "+", "", ".", "", "-", "\u2010", "m", "rn", "a", "a\u200b", "e", "E", "A", "a", "_", "-", "=", "{",
	}
	switch rapid.IntRange(0, 3).Draw(t, "way") {
	case 0:
		return s
	case 1: // change the case of some letters, other bytes too
		b := []byte(s)
		for range rapid.IntRange(1, 6).Draw(t, "flips") {
			if i := rapid.IntRange(0, len(b)-1).Draw(t, "at"); b[i] >= 0x40 {
				b[i] ^= 0x20
			}
		}
		return string(b)
	default:
		i := rapid.IntRange(0, len(swaps)/2-1).Draw(t, "swap") * 2
		return strings.Replace(s, swaps[i], swaps[i+1], 1)
	}
}

// addresses draws usable addresses with few different letters, so that two are often
// alike.
func addresses() *rapid.Generator[string] {
	return rapid.StringMatching(`[kKsSiIaA_=.+~^]{1,5}@[kKsSiIaA-]{1,3}\.(com|CO|sk)`)
}

// 100 draws of 1,000 pairs of an address and a look-alike.
func TestR7_EqualNormalFormMeansEqualUpToASCIICase(t *testing.T) {
	pairs, equal, different := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		for range 1000 {
			a := addresses().Draw(t, "a")
			b := mutate(t, a)
			pairs++
			first, errA := email.Parse(a)
			second, errB := email.Parse(b)
			if errA != nil || errB != nil {
				continue
			}
			same := first.Normal() == second.Normal()
			if same != sameButForASCIICase(a, b) {
				t.Fatalf("%+q and %+q: one identity is %v", a, b, same)
			}
			if same && a != b {
				equal++
			} else if !same {
				different++
			}
		}
	})
	t.Logf("%d pairs, of which %d differ in case only and %d are two people", pairs, equal, different)
	if equal < pairs/100 || different < pairs/100 {
		t.Error("too few pairs to say anything")
	}
}

func TestR7_TheNormalFormIsItsOwnNormalForm(t *testing.T) {
	for _, r := range usable {
		again, err := email.Parse(r.normal)
		if err != nil || again.Normal() != r.normal {
			t.Errorf("%q: got %q, %v", r.normal, again.Normal(), err)
		}
	}
}

func TestAnErrorHoldsNoPartOfTheAddress(t *testing.T) {
	for _, r := range unusable {
		_, err := email.Parse(r.address)
		known := errors.Is(err, email.ErrLength) || errors.Is(err, email.ErrNoAt) || errors.Is(err, email.ErrLocal) || errors.Is(err, email.ErrDomain)
		if !known || errors.Unwrap(err) != nil {
			t.Errorf("%+q: %v is not one of the four fixed errors", r.address, err)
		}
	}
}

func TestEachErrorSaysSomethingOfItsOwn(t *testing.T) {
	for err, want := range map[error]string{email.ErrLength: "too long", email.ErrNoAt: "no @", email.ErrLocal: "local part is not", email.ErrDomain: "domain is not"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

func TestDomainsAreReadAsInAnAddress(t *testing.T) {
	for _, r := range append(append([]row{}, usable...), unusable...) {
		at := strings.LastIndexByte(r.address, '@')
		if at < 0 {
			continue
		}
		domain, err := email.ParseDomain(r.address[at+1:])
		if r.err == nil && (err != nil || !strings.HasSuffix(r.normal, "@"+domain)) {
			t.Errorf("%+q: got %q, %v", r.address, domain, err)
		}
		if errors.Is(r.err, email.ErrDomain) && (err == nil || domain != "") {
			t.Errorf("%+q: got %q", r.address, domain)
		}
	}
}

func TestADomainHasAtMost253Bytes(t *testing.T) {
	longest := repeat("a.", 125) + "com"
	if domain, err := email.ParseDomain(longest); err != nil || domain != longest || len(longest) != 253 {
		t.Errorf("%d bytes: got %v", len(longest), err)
	}
	if domain, err := email.ParseDomain(longest + "m"); !errors.Is(err, email.ErrDomain) || domain != "" {
		t.Errorf("%d bytes: got %v", len(longest)+1, err)
	}
}

func TestParentsAreLabelsAndNeverSuffixes(t *testing.T) {
	var got []string
	for domain, ok := "mail.evilamazon.co.uk", true; ok; domain, ok = email.Parent(domain) {
		got = append(got, domain)
	}
	if want := "mail.evilamazon.co.uk evilamazon.co.uk co.uk uk"; strings.Join(got, " ") != want {
		t.Errorf("got %v", got)
	}
}

func TestTheLastLabelsOfADomain(t *testing.T) {
	for _, c := range []struct {
		domain string
		labels int
		want   string
	}{
		{"a.b.co.uk", 0, "uk"},
		{"a.b.co.uk", 1, "uk"},
		{"a.b.co.uk", 2, "co.uk"},
		{"a.b.co.uk", 3, "b.co.uk"},
		{"a.b.co.uk", 4, "a.b.co.uk"},
		{"a.b.co.uk", 5, "a.b.co.uk"},
		{".uk", 1, "uk"},
		{"uk.", 1, ""},
		{"uk", 1, "uk"},
		{"", 1, ""},
	} {
		if got := email.Last(c.domain, c.labels); got != c.want {
			t.Errorf("%s, %d: got %q, want %q", c.domain, c.labels, got, c.want)
		}
	}
	for domain, want := range map[string]int{"uk": 1, "co.uk": 2, "a.b.co.uk": 4} {
		if got := email.Labels(domain); got != want {
			t.Errorf("%s: got %d labels", domain, got)
		}
	}
}

func TestUpperTurnsASCIILettersAndNothingElse(t *testing.T) {
	if got := email.Upper("`az{AZ09-\u0131ß\xff"); got != "`AZ{AZ09-\u0131ß\xff" {
		t.Errorf("got %q", got)
	}
}

func TestLowerTurnsASCIILettersAndNothingElse(t *testing.T) {
	var all strings.Builder
	for r := range rune(0x2200) {
		all.WriteRune(r)
	}
	in := all.String() + "\xff\xc1\x81"
	out := email.Lower(in)
	for i := range len(in) {
		want := in[i]
		if strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZ", want) >= 0 {
			want += 32
		}
		if out[i] != want {
			t.Fatalf("byte %#x became %#x", in[i], out[i])
		}
	}
	if n := testing.AllocsPerRun(100, func() { email.Lower("nothing.to-turn@x") }); n != 0 {
		t.Errorf("%v allocations for a text without capitals", n)
	}
}

func FuzzParse(f *testing.F) {
	for _, r := range append(append([]row{}, usable...), unusable...) {
		f.Add(r.address)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := email.Parse(s)
		if err != nil {
			return
		}
		normal := a.Normal()
		if !sameButForASCIICase(normal, s) {
			t.Errorf("%+q has the normal form %+q", s, normal)
		}
		if len(s) > 254 || len(a.Local) > 64 || strings.Count(s, "@") != 1 || strings.ContainsAny(s, " \"()<>[]:;,\\\r\n\x00") || strings.Contains(s, "..") {
			t.Errorf("%+q is taken as usable", s)
		}
		for i := range len(s) {
			if s[i] <= ' ' || s[i] >= 0x7f {
				t.Errorf("%+q is taken as usable", s)
			}
		}
		if domain, err := email.ParseDomain(a.Domain); err != nil || domain != a.Domain {
			t.Errorf("the domain of %+q is %+q, %v", s, domain, err)
		}
	})
}
