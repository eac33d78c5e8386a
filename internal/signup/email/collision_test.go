package email_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
)

// collisions maps spellings to the form that all spellings of the mailbox share.
var collisions = map[string]string{
	// Gmail: dots and +tag, and one domain with two names.
	"Foo.Bar@gmail.com":               "foobar@gmail.com",
	"f.o.o.b.a.r+shop@googlemail.com": "foobar@gmail.com",
	"foobar+a+b@GMAIL.com":            "foobar@gmail.com",
	"foo.bar+x.y@gmail.com":           "foobar@gmail.com",
	"foo-bar@gmail.com":               "foo-bar@gmail.com",
	"+tag@gmail.com":                  "+tag@gmail.com", // nothing would be left
	"x@mail.gmail.com":                "x@mail.gmail.com",
	"f.o@gmail.com.example":           "f.o@gmail.com.example",
	// Outlook: +tag; dots count and each domain has its own mailboxes.
	"foo.bar+x@outlook.com":  "foo.bar@outlook.com",
	"foo.bar@hotmail.com":    "foo.bar@hotmail.com",
	"foo+x@hotmail.co.uk":    "foo@hotmail.co.uk",
	"foo+x@live.de":          "foo@live.de",
	"foo+x@msn.com":          "foo@msn.com",
	"foo+x@notoutlook.com":   "foo+x@notoutlook.com",
	"foo+x@mail.outlook.com": "foo+x@mail.outlook.com",
	// iCloud: +tag, one domain with three names, dots count.
	"foo.b+x@icloud.com": "foo.b@icloud.com",
	"Foo.b@ME.com":       "foo.b@icloud.com",
	"foo.b+@mac.com":     "foo.b@icloud.com",
	// Fastmail: +tag and subdomains.
	"foo+x@fastmail.com":        "foo@fastmail.com",
	"x@foo.fastmail.com":        "foo@fastmail.com",
	"X.y+z@Foo.Fastmail.FM":     "foo@fastmail.fm",
	"x@a.foo.fastmail.com":      "x@a.foo.fastmail.com",
	"foo.bar+x@sent.com":        "foo.bar@sent.com",
	"foo+x@notfastmail.com":     "foo+x@notfastmail.com",
	"x@foo.fastmail.com.evil.x": "x@foo.fastmail.com.evil.x",
	// Proton: +tag, three letters that make no difference, one domain.
	"First.Last-x_y+t@protonmail.com": "firstlastxy@proton.me",
	"firstlastxy@pm.me":               "firstlastxy@proton.me",
	"firstlastxy@proton.me":           "firstlastxy@proton.me",
	"-_-@proton.me":                   "-_-@proton.me",
	// Yahoo: a hyphen, and no plus.
	"nick-shop@yahoo.com":     "nick@yahoo.com",
	"nick-shop-b@yahoo.co.uk": "nick@yahoo.co.uk",
	"nick+shop@yahoo.com":     "nick+shop@yahoo.com",
	"n.ick@ymail.com":         "n.ick@ymail.com",
	// Domains where + is a letter, and unknown ones.
	"foo+x@gmx.de":       "foo+x@gmx.de",
	"foo+x@tuta.com":     "foo+x@tuta.com",
	"foo+x@qq.com":       "foo+x@qq.com",
	"f.o.o+x@corp.co":    "f.o.o+x@corp.co",
	"F.o-o_x@Example.Co": "f.o-o_x@example.co",
}

func TestTheCollisionFormOfEachProvider(t *testing.T) {
	for address, want := range collisions {
		parsed, err := email.Parse(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if got := parsed.Collision(); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

// The form of a form is the same, and it never has capitals.
func TestTheCollisionFormIsAnAddressOfItsOwn(t *testing.T) {
	domains := []string{"gmail.com", "googlemail.com", "outlook.com", "me.com", "x.fastmail.com", "fastmail.fm", "pm.me", "yahoo.de", "corp.example"}
	rapid.Check(t, func(t *rapid.T) {
		address := rapid.StringMatching(`[aA.+_-]{1,12}`).Draw(t, "local") + "@" + rapid.SampledFrom(domains).Draw(t, "domain")
		parsed, err := email.Parse(address)
		if err != nil {
			return
		}
		form := parsed.Collision()
		again, err := email.Parse(form) // a.+b@outlook.com becomes a.@outlook.com, which is not an address
		if err == nil && again.Collision() != form || email.Lower(form) != form {
			t.Fatalf("%s became %s and then %s", address, form, again.Collision())
		}
	})
}

// Collision joins all addresses that Normal joins.
func TestR7_EqualNormalFormsCollide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for range 100 {
			a := rapid.StringMatching(`[kKaA.+-]{1,6}@(gmail|GMAIL|yahoo|pm|corp)\.(com|me)`).Draw(t, "a")
			first, err := email.Parse(a)
			if err != nil {
				continue
			}
			second, err := email.Parse(first.Normal())
			if err != nil || second.Collision() != first.Collision() {
				t.Fatalf("%s: %s and %s, %v", a, first.Collision(), second.Collision(), err)
			}
		}
	})
}

func TestIDNDomainsAreRecognised(t *testing.T) {
	for domain, want := range map[string]bool{
		"xn--bcher-kva.example": true, "a.xn--p1ai": true, "a.xn--b.c": true, "xn--": true,
		"example.com": false, "axn--b.com": false, "xn-b.com": false, "r3---sn.example.com": false, "x": false, "": false,
	} {
		if got := email.IDN(domain); got != want {
			t.Errorf("%s: got %v", domain, got)
		}
	}
}

func FuzzForms(f *testing.F) {
	for address := range collisions {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := email.Parse(text)
		if err != nil {
			return
		}
		form := parsed.Collision()
		if email.Lower(form) != form || strings.Count(form, "@") != 1 || form[0] == '@' || len(form) > email.MaxAddress {
			t.Errorf("%q became %q", text, form)
		}
		same, err := email.Parse(strings.ToUpper(text))
		if err != nil || same.Normal() != parsed.Normal() || same.Collision() != form {
			t.Errorf("%q and its capitals differ: %q, %q, %v", text, form, same.Collision(), err)
		}
	})
}

func BenchmarkCollision(b *testing.B) {
	for _, text := range []string{"f.o.o+x@gmail.com", "x@foo.fastmail.com", "first.last@mail.corp.example"} {
		parsed, err := email.Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(parsed.Domain, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				parsed.Collision()
			}
		})
	}
}
