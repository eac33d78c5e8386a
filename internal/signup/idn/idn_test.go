package idn_test

import (
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/idn"
)

func TestR7_AnALabelHasOneForm(t *testing.T) {
	for domain, want := range map[string]bool{
		"example.com":                true,
		"xn--bcher-kva.example":      true,
		"mail.xn--bcher-kva.example": true,
		"xn--e1afmkfd.xn--p1ai":      true, // пример.рф
		"xn--fsqu00a.xn--55qx5d":     true, // 例子.公司
		"xn--strae-oqa.de":           true, // straße, which IDNA2003 mapped to strasse
		"xn--mgbh0fb.xn--kgbechtv":   true, // right to left
		"xn--pple-43d.com":           true, // apple with a Cyrillic а: the domain rules decide
		"xn--":                       false,
		"xn--.com":                   false,
		"xn--a.com":                  false, // decodes to U+0080
		"xn--abc-.com":               false, // decodes to plain ASCII
		"xn--99999999999.com":        false, // cannot be decoded
		"xn--zckzah-.example":        false,
		"xn--tiq49xqyj.xn--":         false,
		"xn--e28h.com":               false, // an emoji, which RFC 5892 does not allow
		"xn--xn--bcher-kva-.example": false,
		"xn--bb-eka.at.xn--ll":       false,
		"xn--BCHER-KVA.example":      false, // callers pass lower case
		"xn--1ch.com":                false, // ≠, a symbol
		"xn--ls8h.la":                false, // another emoji
		"xn--bcher-kva.xn--e28h":     false,
		"ab--cd.com":                 false, // reserved, and not an A-label
		"xn--hello-" + strings.Repeat("a", 60) + ".com": false,
	} {
		if got := idn.Strict(domain); got != want {
			t.Errorf("%s: got %v", domain, got)
		}
	}
}

// A strict name is a host name that the parser accepts without a change.
func FuzzStrict(f *testing.F) {
	for _, domain := range []string{"example.com", "xn--bcher-kva.example", "xn--a.com", "xn--99999.com", "\xff.com", "bücher.example"} {
		f.Add(domain)
	}
	f.Fuzz(func(t *testing.T, domain string) {
		if !idn.Strict(domain) {
			return
		}
		for i := range len(domain) {
			if domain[i] >= 0x80 {
				t.Fatalf("%+q is strict", domain)
			}
		}
		if read, err := email.ParseDomain(domain); err == nil && read != domain {
			t.Errorf("%q is strict and reads as %q", domain, read)
		}
	})
}
