package sentence_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/sentence"
)

var (
	missing = deny.Refusal{Code: "email-missing", Sentence: "Please give an e-mail address"}
	denied  = deny.Refusal{Code: "email-domain-denied", Sentence: "Please use another provider"}
	known   = []deny.Refusal{missing, denied, deny.SignUpUnavailable}
)

func compile(t *testing.T, section policy.Sentences, showCode bool) *sentence.Table {
	t.Helper()
	table, faults := sentence.Compile("signUp.sentences", section, known, showCode)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return table
}

var words = policy.Sentences{
	"en":    {"email-domain-denied": "Use your company's address"},
	"de":    {"email-missing": "Bitte gib eine E-Mail-Adresse an", "email-domain-denied": "Dieser Anbieter geht nicht"},
	"de_AT": {"email-missing": "Bitte eine E-Mail-Adresse angeben"},
	"PT-br": {"email-missing": "Informe um e-mail"},
	"fa":    {"email-missing": "نمی\u200cشود"},
}

func TestWhichSentenceAPersonReads(t *testing.T) {
	table := compile(t, words, false)
	for _, test := range []struct {
		name, locale string
		refusal      deny.Refusal
		want         string
	}{
		{"her language", "de", missing, "Bitte gib eine E-Mail-Adresse an"},
		{"her region", "de-AT", missing, "Bitte eine E-Mail-Adresse angeben"},
		{"her region, written otherwise", "DE_at", missing, "Bitte eine E-Mail-Adresse angeben"},
		{"her language where the region says nothing", "de-AT", denied, "Dieser Anbieter geht nicht"},
		{"her language where the region is unknown", "de-CH-1996", missing, "Bitte gib eine E-Mail-Adresse an"},
		{"the operator's English where the language says nothing", "pt-BR", denied, "Use your company's address"},
		{"the program's English where nobody else says it", "pt-BR", deny.SignUpUnavailable, deny.SignUpUnavailable.Sentence},
		{"English where the language alone is not there", "pt", missing, missing.Sentence},
		{"the operator's English for an unknown language", "xx", denied, "Use your company's address"},
		{"English without a locale", "", missing, missing.Sentence},
		{"English for a region of it", "en-GB", denied, "Use your company's address"},
		{"English for what is not a locale", "de;q=0.9", missing, missing.Sentence},
		{"English for a path", "../de", missing, missing.Sentence},
		{"English for half a name", "d", missing, missing.Sentence},
		{"English for hyphens", "--", missing, missing.Sentence},
		{"her language before a hyphen", "de-", missing, "Bitte gib eine E-Mail-Adresse an"},
		{"English for a long name", "de-" + strings.Repeat("a", 1<<20), missing, missing.Sentence},
		{"a joiner", "fa-IR", missing, "نمی\u200cشود"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := table.Say(test.refusal, test.locale); got.Sentence != test.want || got.Code != test.refusal.Code {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// Every name that a table may have is found; no other can be in it.
func TestTheNamesOfLocales(t *testing.T) {
	for name, good := range map[string]bool{
		"de": true, "gsw": true, "sr-Latn-RS": true, "es-419": true, "az-AZ09az90": true, "ZA_09": true, "de-12345678": true,
		"ab-34567890-12345678-12345678-12345": true, "ab-34567890-12345678-12345678-123456": false,
		"d": false, "abcd": false, "12": false, "d1": false, "de-123456789": false, "de-": false, "-de": false, "de--AT": false, "": false,
		"de.AT": false, "de AT": false, "dé": false, "de@x": false, "de[": false, "de\x60": false, "de{": false, "de/": false, "de:": false,
	} {
		table, faults := sentence.Compile("p", policy.Sentences{name: {"email-missing": "Hier"}}, known, false)
		if (len(faults) == 0) != good {
			t.Errorf("%q: %v", name, faults)
		}
		if got := table.Say(missing, name); good && got.Sentence != "Hier" {
			t.Errorf("%q is not found", name)
		}
	}
}

func TestNoRefusalIsMadeOrLost(t *testing.T) {
	foreign := deny.Refusal{Code: "other", Sentence: "Another sentence"}
	for name, table := range map[string]*sentence.Table{
		"nil": nil, "empty": compile(t, nil, false), "full": compile(t, words, false), "with codes": compile(t, words, true),
	} {
		if got := table.Say(deny.Refusal{}, "de"); got != (deny.Refusal{}) {
			t.Errorf("%s: out of nothing %+v", name, got)
		}
		if got := table.Say(foreign, "de"); got != foreign {
			t.Errorf("%s: an unknown one became %+v", name, got)
		}
	}
	for _, table := range []*sentence.Table{nil, compile(t, nil, false)} {
		for _, r := range known {
			if got := table.Say(r, "de"); got != r {
				t.Errorf("without sentences %+v became %+v", r, got)
			}
		}
	}
}

func TestTheCodeIsShownWhenTheOperatorWantsIt(t *testing.T) {
	table := compile(t, words, true)
	for locale, want := range map[string]string{
		"de": "Bitte gib eine E-Mail-Adresse an [email-missing]", "": "Please give an e-mail address [email-missing]",
	} {
		if got := table.Say(missing, locale); got.Sentence != want || got.Code != missing.Code {
			t.Errorf("%s: got %+v", locale, got)
		}
	}
}

// For any locale that a caller sends, the sentence is one of the operator's or the
// program's for that code, and the code stays.
func TestR9_ALocaleOnlyChoosesASentence(t *testing.T) {
	table := compile(t, words, false)
	allowed := map[string][]string{}
	for _, r := range known {
		allowed[r.Code] = []string{r.Sentence}
		for _, own := range words {
			allowed[r.Code] = append(allowed[r.Code], own[r.Code])
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		locale := rapid.OneOf(rapid.String(), rapid.StringMatching(`(de|pt|en|fa|xx)([-_][A-Za-z0-9]{0,4}){0,3}`)).Draw(t, "locale")
		r := rapid.SampledFrom(known).Draw(t, "refusal")
		if got := table.Say(r, locale); got.Code != r.Code || got.Sentence == "" || !slices.Contains(allowed[r.Code], got.Sentence) {
			t.Fatalf("%q: got %+v", locale, got)
		}
	})
}

func TestTheFormKnowsTheLanguageBetterThanTheProfile(t *testing.T) {
	for _, test := range [][3]string{{"de", "fr", "de"}, {"", "fr", "fr"}, {"de", "", "de"}, {"", "", ""}} {
		if got := sentence.Locale(test[0], test[1]); got != test[2] {
			t.Errorf("%v: got %q", test, got)
		}
	}
}

func TestEveryMistakeInTheSentencesIsFound(t *testing.T) {
	long := strings.Repeat("é", 121)
	for _, test := range []struct {
		name     string
		section  policy.Sentences
		showCode bool
		want     string
	}{
		{"an unknown code", policy.Sentences{"de": {"email-mising": "x"}}, false, `signUp.sentences.de.email-mising: there is no code "email-mising"; did you mean email-missing?`},
		{"a code of nothing like", policy.Sentences{"de": {"captcha": "x"}}, false, "signUp.sentences.de.captcha: there is no code \"captcha\"; `go run ./infra/cmd/ops explain` lists the codes"},
		{"a long code", policy.Sentences{"de": {strings.Repeat("x", 41): "x"}}, false, "signUp.sentences.de." + strings.Repeat("x", 41) + ": there is no code \"" + strings.Repeat("x", 40) + "…\"; `go run ./infra/cmd/ops explain` lists the codes"},
		{"a code of the longest that is shown", policy.Sentences{"de": {strings.Repeat("x", 40): "x"}}, false, "signUp.sentences.de." + strings.Repeat("x", 40) + ": there is no code \"" + strings.Repeat("x", 40) + "\"; `go run ./infra/cmd/ops explain` lists the codes"},
		{"too long", policy.Sentences{"de": {"email-missing": long}}, false, "signUp.sentences.de.email-missing: the sentence has 121 letters; use 120 at most"},
		{"too long with its code", policy.Sentences{"de": {"email-missing": long[:2*105]}}, true, "signUp.sentences.de.email-missing: the sentence has 105 letters; use 104 at most"},
		{"a dot at the end", policy.Sentences{"de": {"email-missing": "Nein."}}, false, "signUp.sentences.de.email-missing: the sentence ends with a dot; remove it: Cognito adds one"},
		{"three dots", policy.Sentences{"de": {"email-missing": "Nein..."}}, false, "signUp.sentences.de.email-missing: the sentence ends with a dot; remove it: Cognito adds one"},
		{"empty", policy.Sentences{"de": {"email-missing": ""}}, false, "signUp.sentences.de.email-missing: the sentence is empty; write one, or remove the key: English is said then"},
		{"blank", policy.Sentences{"de": {"email-missing": " \t"}}, false, "signUp.sentences.de.email-missing: the sentence is empty; write one, or remove the key: English is said then"},
		{"a blank at the end", policy.Sentences{"de": {"email-missing": "Nein "}}, false, "signUp.sentences.de.email-missing: the sentence has blanks at an end; remove them"},
		{"a line break", policy.Sentences{"de": {"email-missing": "Ja\nNein"}}, false, "signUp.sentences.de.email-missing: the sentence has a letter that cannot be seen; remove control and formatting characters and line breaks"},
		{"an escape", policy.Sentences{"de": {"email-missing": "a\x1b[31mb"}}, false, "signUp.sentences.de.email-missing: the sentence has a letter that cannot be seen; remove control and formatting characters and line breaks"},
		{"an override of the direction", policy.Sentences{"de": {"email-missing": "a\u202eb"}}, false, "signUp.sentences.de.email-missing: the sentence has a letter that cannot be seen; remove control and formatting characters and line breaks"},
		{"a separator of lines", policy.Sentences{"de": {"email-missing": "a\u2028b"}}, false, "signUp.sentences.de.email-missing: the sentence has a letter that cannot be seen; remove control and formatting characters and line breaks"},
		{"no UTF-8", policy.Sentences{"de": {"email-missing": "a\xff"}}, false, "signUp.sentences.de.email-missing: the sentence is not UTF-8; write it again"},
		{"a tag", policy.Sentences{"de": {"email-missing": "<b>Nein</b>"}}, false, "signUp.sentences.de.email-missing: the sentence has a bracket; leave out [ ] < and >: a code stands in brackets, and pages may take < for their own"},
		{"a code of its own", policy.Sentences{"de": {"email-missing": "Nein [E7]"}}, false, "signUp.sentences.de.email-missing: the sentence has a bracket; leave out [ ] < and >: a code stands in brackets, and pages may take < for their own"},
		{"no locale", policy.Sentences{"german!": {"email-missing": "x"}}, false, `signUp.sentences["german!"]: "german!" is not a locale; write a language such as de, or one with a region such as pt-BR`},
		{"a long language", policy.Sentences{"deutsch": {"email-missing": "x"}}, false, `signUp.sentences.deutsch: "deutsch" is not a locale; write a language such as de, or one with a region such as pt-BR`},
		{"a locale without a language", policy.Sentences{"-AT": {"email-missing": "x"}}, false, `signUp.sentences.-AT: "-AT" is not a locale; write a language such as de, or one with a region such as pt-BR`},
		{"a locale twice", policy.Sentences{"de-AT": {"email-missing": "x"}, "de_at": {"email-missing": "y"}}, false, "signUp.sentences.de_at: the locale de-at is listed twice; put the two together; case and _ do not count"},
		{"a locale that says nothing", policy.Sentences{"de": {}}, false, "signUp.sentences.de: the locale has no sentence; remove it, or write one"},
		{
			"all at once, in order",
			policy.Sentences{"fr": {"x": "", "a": "", "email-missing": "."}, "de": nil},
			false,
			"signUp.sentences.de: the locale has no sentence; remove it, or write one\n" +
				"signUp.sentences.fr.a: there is no code \"a\"; `go run ./infra/cmd/ops explain` lists the codes\n" +
				"signUp.sentences.fr.email-missing: the sentence ends with a dot; remove it: Cognito adds one\n" +
				"signUp.sentences.fr.x: there is no code \"x\"; `go run ./infra/cmd/ops explain` lists the codes",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, faults := sentence.Compile("signUp.sentences", test.section, known, test.showCode); faults.Error() != test.want {
				t.Errorf("got\n%v\nwant\n%s", faults, test.want)
			}
		})
	}
}

func TestSoundSentencesOfManyScripts(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("é", 120), "Sie haben „nein“ gesagt – schade!", "Merci\u00a0!", "請提供電子郵件地址。", "يرجى تقديم عنوان بريد إلكتروني", "कृपया", "a.b", "Nein…", "👍🏽",
	} {
		table, faults := sentence.Compile("p", policy.Sentences{"de": {"email-missing": text}}, known, false)
		if got := table.Say(missing, "de"); len(faults) > 0 || got.Sentence != text {
			t.Errorf("%q: %v", text, faults)
		}
	}
}

// A sentence that Compile accepts can be shown: one line, at most 120 letters, no final
// dot. For any other, English is said.
func FuzzCompile(f *testing.F) {
	f.Add("de", "email-missing", "Nein", false)
	f.Add("pt_BR", "email-missing", "a\u200db.", true)
	f.Fuzz(func(t *testing.T, locale, code, text string, showCode bool) {
		table, _ := sentence.Compile("p", policy.Sentences{locale: {code: text}}, known, showCode)
		for _, r := range known {
			got := table.Say(r, locale)
			if n := utf8.RuneCountInString(got.Sentence); n == 0 || n > sentence.MaxLetters || got.Code != r.Code {
				t.Errorf("%+v has %d letters", got, n)
			}
			if strings.ContainsAny(got.Sentence, "\n\r\x00\x1b\u2028\u202e<>") || strings.HasSuffix(got.Sentence, ".") || !utf8.ValidString(got.Sentence) {
				t.Errorf("%q", got.Sentence)
			}
		}
	})
}

func TestSayingDoesNotAllocate(t *testing.T) {
	table := compile(t, words, true)
	for _, locale := range []string{"", "de", "DE_AT", "xx-YY", strings.Repeat("x", 1000)} {
		if n := testing.AllocsPerRun(100, func() { table.Say(missing, locale) }); n > 0 {
			t.Errorf("%q: %.0f allocations", locale, n)
		}
	}
}

func TestTheTableSharesNothingWithTheSection(t *testing.T) {
	section := policy.Sentences{"de": maps.Clone(words["de"])}
	table := compile(t, section, false)
	section["de"]["email-missing"] = "changed"
	if got := table.Say(missing, "de"); got.Sentence != words["de"]["email-missing"] {
		t.Errorf("got %+v", got)
	}
}

func BenchmarkSay(b *testing.B) {
	table, _ := sentence.Compile("p", words, known, false)
	b.ReportAllocs()
	for b.Loop() {
		table.Say(missing, "de-AT")
	}
}
