package username

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

func compile(t testing.TB, section policy.Username) *Rule {
	t.Helper()
	r, faults := Compile("signUp.username", section)
	if faults != nil {
		t.Fatal(faults)
	}
	return r
}

var fine = deny.Refusal{}

func TestNamesAsPeopleChooseThem(t *testing.T) {
	r := compile(t, policy.Username{MinLength: 2, MaxLength: 20, Reserved: []string{"admin", "root", "support", "STATISTICS", "администратор"}})
	for name, want := range map[string]deny.Refusal{
		"ada": fine, "Ada": fine, "ada.lovelace": fine, "ada_99": fine, "a-b": fine, "ada@home": fine, "o'neill": fine, "": fine,
		"müller": fine, "josé": fine, "Søren": fine, "lærke": fine, "kız": fine, "ßä": fine, "Владимир": fine, "Ελένη": fine, "محمد": fine, "محمد٣": fine, "محمد۳": fine, "தமிழ்": fine, "ქართული": fine, "col·lega": fine, strings.Repeat("𠀀", 20): fine, "דוד": fine,
		"田中": fine, "たなか": fine, "タナカー": fine, "田中さん": fine, "tanaka田中": fine, "김철수": fine, "kim김": fine, "สมชาย": fine, "नमस्ते": fine,
		"123e4567-e89b-42d3-a456-426614174000": fine, // Cognito's own

		"123E4567-E89B-42D3-A456-426614174000": Length, "123e4567-e89b-42d3-a456-42661417400g": Length, "a": Length, "é": Length,
		strings.Repeat("a", 21): Length, strings.Repeat("é", 20): fine, strings.Repeat("é", 21): Length, strings.Repeat("a", 1<<20): Length, strings.Repeat("日", 4000): Length, strings.Repeat("\xff", 600): Length,

		"ada lovelace": Unusable, " ada": Unusable, "ada\t": Unusable, "ada\x00": Unusable, "ada\x7f": Unusable, "a\u200bda": Unusable, "a\u202eda": Unusable, "ada\u00a0": Unusable,
		"ａｄａ": Unusable, "e\u0301va": Unusable, "ﬁona": Unusable, "ada™": Unusable, "😀😀": Unusable, "ad\u00ada": Unusable, "a\u0300\xffb": Unusable, "\xff\xfe": Unusable, "דודa": Unusable,
		"\ufeffada": Unusable, "a\u2028b": Unusable, "²²": Unusable, "①①": Unusable, "\u0301ab": Unusable, "ada٣": Unusable, "محمد٣۳": Unusable, "ää™a": Unusable, "é a": Unusable, "al·a": Unusable, "a·la": Unusable,

		"admin": Reserved, "ADMIN": Reserved, "Admin": Reserved, "adm1n": Reserved, "ADM1N": Reserved, "admln": Reserved, "adrnin": Reserved, "r00t": Reserved, "ROOT": Reserved,
		"аdmin": Reserved, "аdmіn": Reserved, "ѕupport": Reserved, "ѕuррогt": Reserved, "statistics": Reserved, "StatIstics": Reserved, "Администратор": Reserved, "root1": fine, "administrator": fine, "toor": fine,

		"раураl": LookAlike, "pаypal": LookAlike, "аррӏе": LookAlike, "сосо": LookAlike, "ΑΒΓa": LookAlike, "ada田д": LookAlike, "Ꭺda": LookAlike, "ο-ο": LookAlike, "たなかд": LookAlike, "ᎪᎠᎪ": LookAlike, "דم": LookAlike, "नก": LookAlike, "a田かカд": LookAlike,
	} {
		if got := r.Objection(name); got != want {
			t.Errorf("%.40q: got %q, want %q", name, got.Code, want.Code)
		}
	}
}

// A lone mark, and a capital I for the small l that it looks like.
func TestAReservedNameIsReservedInEveryLetterThatLooksLikeIt(t *testing.T) {
	longest := strings.Repeat("𠀀", MaxLength)
	r := compile(t, policy.Username{Reserved: []string{"admín", "i.t-7"}})
	for name, want := range map[string]deny.Refusal{"admín": Reserved, "admı\u0301n": Reserved, "admin": fine, "l.T-7": Reserved, "I.T-7": Reserved, "l.t-8": fine, longest: fine, longest + "a": Length} {
		if got := r.Objection(name); got != want {
			t.Errorf("%.20q: got %q, want %q", name, got.Code, want.Code)
		}
	}
	if compile(t, policy.Username{MinLength: MaxLength, MaxLength: MaxLength, Reserved: []string{longest}}).Objection(longest) != Reserved {
		t.Error("a name of the longest is not reserved")
	}
}

func TestWhatAPersonReadsIsOfTheseFour(t *testing.T) {
	for code, r := range map[string]deny.Refusal{"username-unusable": Unusable, "username-length": Length, "username-reserved": Reserved, "username-look-alike": LookAlike} {
		if r.Code != code || r.Sentence == "" || r.Meaning == "" {
			t.Errorf("%s: got %+v", code, r)
		}
	}
}

func TestScriptsAndLookAlikesCanBeLetThrough(t *testing.T) {
	for _, c := range []struct {
		section policy.Username
		name    string
		want    deny.Refusal
	}{
		{policy.Username{}, "adaд", LookAlike},
		{policy.Username{MixedScripts: true}, "adaд", fine},
		{policy.Username{MixedScripts: true}, "pаypal", LookAlike},
		{policy.Username{LookAlikes: true}, "pаypal", LookAlike},
		{policy.Username{LookAlikes: true}, "сосо", fine},
		{policy.Username{MixedScripts: true, LookAlikes: true}, "pаypal", fine},
		{policy.Username{MixedScripts: true, LookAlikes: true, Reserved: []string{"paypal"}}, "pаypal", Reserved},
	} {
		if got := compile(t, c.section).Objection(c.name); got != c.want {
			t.Errorf("%+v, %q: got %q, want %q", c.section, c.name, got.Code, c.want.Code)
		}
	}
	if got := (*Rule)(nil).Objection("\xff"); got != fine {
		t.Errorf("no rule: got %+v", got)
	}
}

// byPRECIS is caseMapped by the library.
func byPRECIS(name string) (mapped string, ok bool) {
	if kept, err := precis.UsernameCasePreserved.String(name); err != nil || kept != name || strings.ContainsAny(name, "\u200c\u200d") {
		return "", false
	}
	mapped, err := precis.UsernameCaseMapped.String(name)
	return mapped, err == nil
}

// The test compares all of Unicode with the library, each character alone and between
// others.
func TestEveryCharacterIsWhatPRECISSays(t *testing.T) {
	step := rune(form.Often(t, 17, 1, 1))
	for c := rune(0); c <= utf8.MaxRune; c += step {
		for _, name := range []string{string(c), "a" + string(c) + "b", "l" + string(c) + "l", "ב" + string(c) + "ג", "α" + string(c) + "β", "か" + string(c) + "ナ", "م" + string(c) + "۱"} {
			want, sound := byPRECIS(name)
			if got, ok := caseMapped(name); ok != sound || got != want {
				t.Fatalf("%U in %q: got %q, %v; PRECIS says %q, %v", c, name, got, ok, want, sound)
			}
			if c > 0x3ffff { // planes without characters: the first form is enough
				break
			}
		}
	}
}

func FuzzCaseMapped(f *testing.F) {
	for _, name := range []string{"Ada", "İx", "l·l", "e\u0301", "٣۳", "かナ・", "דוד״א", "\u0301a", "ßẞ", "ΑΣ", "1א", "\xff"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		want, sound := byPRECIS(name)
		if got, ok := caseMapped(name); ok != sound || got != want {
			t.Errorf("%q: got %q, %v; PRECIS says %q, %v", name, got, ok, want, sound)
		}
	})
}

// It guards prototype's shortcut.
func TestFewASCIICharactersLookLikeOthers(t *testing.T) {
	text, err := os.ReadFile("confusables.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for line := range strings.Lines(string(text)) {
		char, looks, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		known[char] = looks
	}
	if len(known) < 2000 {
		t.Fatalf("%d pairs", len(known))
	}
	for char, want := range known {
		if got, ok := prototype(char); !ok || got != want {
			t.Errorf("%q: got %q", char, got)
		}
	}
	for c := range rune(utf8.RuneSelf) {
		if _, ok := prototype(string(c)); ok != (known[string(c)] != "") {
			t.Errorf("%q: found is %v", c, ok)
		}
	}
}

func TestTheSourceIsWrittenDown(t *testing.T) {
	text, err := os.ReadFile("SOURCE.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"version of Unicode (confusables.txt): 16.", "for Unicode 15.", "licence: Unicode License V3", "pairs in confusables.txt: "} {
		if !strings.Contains(string(text), want) {
			t.Errorf("SOURCE.md does not say %q; run make confusables", want)
		}
	}
}

// Case does not change a shape either, except where a letter's capital looks like another
// letter.
func TestAShapeIsItsOwnShape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for range 50 {
			name := rapid.StringMatching(`[a-z0-9аеорсухіјѕджлαορéüßæ田あ._-]{1,12}`).Draw(t, "name")
			shape := new(looks).shapeOf(name)
			if again := new(looks).shapeOf(shape); again != shape {
				t.Fatalf("%q has the shape %q, and that the shape %q", name, shape, again)
			}
		}
	})
}

func TestEveryMistakeIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		section policy.Username
		want    string
	}{
		"negative":             {policy.Username{MinLength: -1, MaxLength: -2}, "u.minLength: -1 is out of range; use 1 to 128, or remove it\nu.maxLength: -2 is out of range; use 1 to 128, or remove it"},
		"too long":             {policy.Username{MinLength: 129, MaxLength: 200}, "u.minLength: 129 is out of range; use 1 to 128, or remove it\nu.maxLength: 200 is out of range; use 1 to 128, or remove it"},
		"one less":             {policy.Username{MaxLength: -1}, "u.maxLength: -1 is out of range; use 1 to 128, or remove it"},
		"none fits, the least": {policy.Username{MinLength: 2, MaxLength: 1}, "u.minLength: 2 is more than maxLength, so nobody can sign up; make it less"},
		"none fits, the most":  {policy.Username{MinLength: 128, MaxLength: 127}, "u.minLength: 128 is more than maxLength, so nobody can sign up; make it less"},
		"shown whole":          {policy.Username{Reserved: []string{strings.Repeat("x", 39) + " "}}, "u.reserved[0]: \"" + strings.Repeat("x", 39) + " \" cannot be a user name, so it needs no reserving; remove it, or write it as users would choose it"},
		"shown in part":        {policy.Username{Reserved: []string{strings.Repeat("x", 39) + " y"}}, "u.reserved[0]: \"" + strings.Repeat("x", 39) + " …\" cannot be a user name, so it needs no reserving; remove it, or write it as users would choose it"},
		"none fits":            {policy.Username{MinLength: 9, MaxLength: 8}, "u.minLength: 9 is more than maxLength, so nobody can sign up; make it less"},
		"no name":              {policy.Username{Reserved: []string{"", "a b", "ａ", "\xff"}}, "u.reserved[0]: \"\" cannot be a user name, so it needs no reserving; remove it, or write it as users would choose it\nu.reserved[1]: \"a b\" cannot be a user name, so it needs no reserving; remove it, or write it as users would choose it\nu.reserved[2]: \"ａ\" cannot be a user name, so it needs no reserving; remove it, or write it as users would choose it\nu.reserved[3]: \"\\xff\" cannot be a user name, so it needs no reserving; remove it, or write it as users would choose it"},
		"twice":                {policy.Username{Reserved: []string{"admin", "Admin", "adm1n"}}, "u.reserved[1]: \"Admin\" is reserved already, by an entry that reads the same; remove one of the two\nu.reserved[2]: \"adm1n\" is reserved already, by an entry that reads the same; remove one of the two"},
		"much more":            {policy.Username{Reserved: []string{strings.Repeat("a", 129)}}, "u.reserved[0]: \"" + strings.Repeat("a", 40) + "…\" cannot be a user name, so it needs no reserving; remove it, or write it as users would choose it"},
	} {
		r, faults := Compile("u", c.section)
		if r != nil || faults.Error() != c.want {
			t.Errorf("%s: got\n%v\nwant\n%s", name, faults, c.want)
		}
	}
}

func FuzzObjection(f *testing.F) {
	for _, name := range []string{"ada", "adm1n", "аdmin", "\xff", "e\u0301", "田中さん", "دمحم", strings.Repeat("a", 600)} {
		f.Add(name)
	}
	r := compile(f, policy.Username{MinLength: 1, Reserved: []string{"admin"}})
	f.Fuzz(func(t *testing.T, name string) {
		got := r.Objection(name)
		if got != r.Objection(name) {
			t.Error("two answers")
		}
		if got == fine && (!utf8.ValidString(name) || strings.ContainsAny(name, " \t\r\n\x00\u200b\u202e\ufeff")) {
			t.Errorf("%q passed", name)
		}
	})
}

func BenchmarkObjection(b *testing.B) {
	r := compile(b, policy.Username{MinLength: 3, MaxLength: 30, Reserved: []string{"admin", "root", "support"}})
	for _, name := range []string{"ada.lovelace", "Ada.Lovelace99", "müller", "Владимир"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.Objection(name)
			}
		})
	}
}
