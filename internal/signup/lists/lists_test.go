package lists_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/lists"
)

// blob returns the embedded list of disposable services.
func blob(t testing.TB) string {
	t.Helper()
	return read(t, "disposable.txt")
}

func read(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEveryDisposableDomainIsFoundAndItsSubDomainsToo(t *testing.T) {
	domains := strings.Fields(blob(t))
	if len(domains) < 5000 {
		t.Fatalf("%d domains", len(domains))
	}
	for _, domain := range domains {
		if !lists.Disposable(domain) || !lists.Disposable("a.b."+domain) {
			t.Errorf("%s is not found", domain)
		}
		if lists.Disposable("x"+domain) && !slices.Contains(domains, "x"+domain) {
			t.Errorf("x%s is found", domain)
		}
	}
}

// No entry may be deeper than covers looks.
func TestADomainOfManyLabelsIsFoundByItsEnd(t *testing.T) {
	below := strings.Repeat("a.", 60)
	for _, domain := range append(strings.Fields(blob(t)), strings.Fields(read(t, "relays.txt"))...) {
		if !lists.Disposable(below+domain) && !lists.Relay(below+domain) {
			t.Errorf("%s is not found below %s", domain, below)
		}
	}
	if lists.Disposable(below+"example") || lists.Relay(below+"example") {
		t.Error("an ordinary domain is found")
	}
}

func TestOrdinaryDomainsAreNotDisposable(t *testing.T) {
	for _, domain := range []string{
		"gmail.com", "outlook.com", "icloud.com", "proton.me", "gmx.de", "example.com", "corp.example", "com", "", "a", "zzzz.zz", "notmailinator.example",
		"mailinator.com.example", "mailinator.co", "0", "0-mail.co", "privaterelay.appleid.com", "mozmail.com", "duck.com", "x.anonaddy.me", "fastmail.com",
	} {
		if lists.Disposable(domain) {
			t.Errorf("%q is disposable", domain)
		}
	}
	if !lists.Disposable("mailinator.com") || !lists.Disposable("x.guerrillamail.com") {
		t.Error("the best-known ones are missing")
	}
}

func TestRelayServicesAreAKindOfTheirOwn(t *testing.T) {
	for domain, want := range map[string]bool{
		"privaterelay.appleid.com": true, "appleid.com": false, "mozmail.com": true, "duck.com": true, "sub.anonaddy.me": true,
		"passmail.net": true, "notduck.com": false, "duck.com.example": false, "": false,
	} {
		if got := lists.Relay(domain); got != want {
			t.Errorf("%q: got %v", domain, got)
		}
	}
}

func TestOfficesAreNoPersons(t *testing.T) {
	for local, want := range map[string]bool{
		"admin": true, "admin+x": true, "noreply": true, "no-reply": true, "postmaster": true, "support": true, "root": true, "abuse": true,
		"ada": false, "admina": false, "theadmin": false, "ada+admin": false, "+admin": false, "": false, "supporter": false,
	} {
		if got := lists.Role(local); got != want {
			t.Errorf("%q: got %v", local, got)
		}
	}
}

func TestWhatStandsBehindAPlusDoesNotCount(t *testing.T) {
	for local, want := range map[string]string{"ada": "ada", "ada+x": "ada", "ada+x+y": "ada", "ada+": "ada", "a+x": "a", "+x": "+x", "+": "+", "": ""} {
		if got := lists.Untagged(local); got != want {
			t.Errorf("%q: got %q, want %q", local, got, want)
		}
	}
}

func TestTheListsAreSorted(t *testing.T) {
	text := blob(t)
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if !slices.IsSorted(lines) || len(slices.Compact(slices.Clone(lines))) != len(lines) {
		t.Error("disposable.txt is not sorted, or has a line twice")
	}
	for _, line := range lines {
		if domain, err := email.ParseDomain(line); err != nil || domain != line {
			t.Errorf("%q is not a domain", line)
		}
	}
	for _, name := range []string{"relays.txt", "roles.txt"} {
		list := strings.Split(strings.TrimSuffix(read(t, name), "\n"), "\n")
		if len(list) < 20 || !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Errorf("%s is too short, not sorted, or has an entry twice", name)
		}
	}
}

func TestTheSourceIsWrittenDown(t *testing.T) {
	text, err := os.ReadFile("SOURCE.md")
	if err != nil {
		t.Fatal(err)
	}
	list := blob(t)
	for _, want := range []string{
		fmt.Sprintf("sha256 of disposable.txt: %x\n", sha256.Sum256([]byte(list))),
		fmt.Sprintf("domains in disposable.txt: %d\n", strings.Count(list, "\n")),
		"licence: CC0-1.0, ", "package: disposable-email-domains-js (npm)\n", "version: ", "published: 20",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("SOURCE.md does not say %q; run make lists", want)
		}
	}
}

func TestALookUpAllocatesNothing(t *testing.T) {
	for _, domain := range []string{"mailinator.com", "mail.corp.example", "zzzz.zz", "0.0"} {
		if n := testing.AllocsPerRun(100, func() { lists.Disposable(domain); lists.Relay(domain); lists.Role(domain) }); n != 0 {
			t.Errorf("%s: %v allocations", domain, n)
		}
	}
}

func FuzzDisposable(f *testing.F) {
	list := "\n" + blob(f)
	f.Add("mailinator.com")
	f.Add("a.b.c")
	f.Add("\n")
	f.Fuzz(func(t *testing.T, text string) {
		domain, err := email.ParseDomain(text)
		if err != nil {
			lists.Disposable(text) // must not panic
			return
		}
		want := false
		for d, ok := domain, true; ok && !want; d, ok = email.Parent(d) {
			want = strings.Contains(list, "\n"+d+"\n")
		}
		if got := lists.Disposable(domain); got != want && !lists.Relay(domain) {
			t.Errorf("%q: got %v", domain, got)
		}
	})
}

func BenchmarkDisposable(b *testing.B) {
	for _, domain := range []string{"mailinator.com", "mail.corp.example"} {
		b.Run(domain, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				lists.Disposable(domain)
			}
		})
	}
}
