package email_test

import (
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
)

// row is one line of R7's table: an address and its normal form, or the error.
type row struct {
	address string
	normal  string
	err     error
}

func repeat(s string, n int) string { return strings.Repeat(s, n) }

// usable has every form that addresses in use have, with the normal form.
var usable = []row{
	{address: "a@b.co", normal: "a@b.co"},
	{address: "A@B.CO", normal: "a@b.co"},
	{address: "X@Mailinator.COM", normal: "x@mailinator.com"},
	{address: "first.last@example.com", normal: "first.last@example.com"},
	{address: "first.middle.last@example.com", normal: "first.middle.last@example.com"},
	{address: "a.b.c.d.e@example.com", normal: "a.b.c.d.e@example.com"},
	{address: "user+tag@example.com", normal: "user+tag@example.com"},
	{address: "User+Tag@Example.com", normal: "user+tag@example.com"},
	{address: "user-name@example.com", normal: "user-name@example.com"},
	{address: "user_name@example.com", normal: "user_name@example.com"},
	{address: "o'neill@example.ie", normal: "o'neill@example.ie"},
	{address: "1234567890@example.com", normal: "1234567890@example.com"},
	{address: "1@2.co", normal: "1@2.co"},
	{address: "_@example.com", normal: "_@example.com"},
	{address: "-@example.com", normal: "-@example.com"},
	{address: "+@example.com", normal: "+@example.com"},
	{address: "!@example.com", normal: "!@example.com"},
	{address: "#@example.com", normal: "#@example.com"},
	{address: "$@example.com", normal: "$@example.com"},
	{address: "%@example.com", normal: "%@example.com"},
	{address: "&@example.com", normal: "&@example.com"},
	{address: "*@example.com", normal: "*@example.com"},
	{address: "/@example.com", normal: "/@example.com"},
	{address: "=@example.com", normal: "=@example.com"},
	{address: "?@example.com", normal: "?@example.com"},
	{address: "^@example.com", normal: "^@example.com"},
	{address: "`@example.com", normal: "`@example.com"},
	{address: "{@example.com", normal: "{@example.com"},
	{address: "|@example.com", normal: "|@example.com"},
	{address: "}@example.com", normal: "}@example.com"},
	{address: "~@example.com", normal: "~@example.com"},
	{address: "!#$%&'*+-/=?^_`{|}~@example.com", normal: "!#$%&'*+-/=?^_`{|}~@example.com"},
	{address: "bounce=user=x@example.com", normal: "bounce=user=x@example.com"},
	{address: "a%b@example.com", normal: "a%b@example.com"},
	{address: "postmaster@example.com", normal: "postmaster@example.com"},
	{address: "a@mail.example.com", normal: "a@mail.example.com"},
	{address: "a@b.c.d.e.f.g", normal: "a@b.c.d.e.f.g"},
	{address: "a@xn--bcher-kva.example", normal: "a@xn--bcher-kva.example"},
	{address: "a@XN--BCHER-KVA.Example", normal: "a@xn--bcher-kva.example"},
	{address: "a@example.xn--p1ai", normal: "a@example.xn--p1ai"},
	{address: "a@3com.com", normal: "a@3com.com"},
	{address: "a@163.com", normal: "a@163.com"},
	{address: "a@1.2.3.4.com", normal: "a@1.2.3.4.com"},
	{address: "a@example.c1", normal: "a@example.c1"},
	{address: "a@example.1c", normal: "a@example.1c"},
	{address: "a@a-b.co", normal: "a@a-b.co"},
	{address: "a@a--b.co", normal: "a@a--b.co"},
	{address: "a@r3---sn.example.com", normal: "a@r3---sn.example.com"},
	{address: "a@example.museum", normal: "a@example.museum"},
	{address: "a@example.travelersinsurance", normal: "a@example.travelersinsurance"},
	{address: "a@evilamazon.com", normal: "a@evilamazon.com"},
	{address: "a@amazon.com.evil.example", normal: "a@amazon.com.evil.example"},
	{address: "__proto__@example.com", normal: "__proto__@example.com"},
	{address: "$set@example.com", normal: "$set@example.com"},
	{address: "Z@Z.ZZ", normal: "z@z.zz"},
	{address: "az@az.az", normal: "az@az.az"},
	{address: "AZ@AZ.AZ", normal: "az@az.az"},
	{address: repeat("a", 64) + "@example.com", normal: repeat("a", 64) + "@example.com"},
	{address: repeat("A", 64) + "@example.com", normal: repeat("a", 64) + "@example.com"},
	{address: "a@" + repeat("b", 63) + ".com", normal: "a@" + repeat("b", 63) + ".com"},
	{address: "a@b." + repeat("c", 63), normal: "a@b." + repeat("c", 63)},
	{address: "a@" + repeat("b.", 125) + "co", normal: "a@" + repeat("b.", 125) + "co"}, // 254 bytes
	{address: repeat("a", 64) + "@" + repeat("b", 63) + "." + repeat("c", 63) + "." + repeat("d", 61), normal: repeat("a", 64) + "@" + repeat("b", 63) + "." + repeat("c", 63) + "." + repeat("d", 61)}, // 254 bytes
}

// unusable has addresses that other parsers read differently.
var unusable = []row{
	{address: "", err: email.ErrNoAt},
	{address: "a", err: email.ErrNoAt},
	{address: "example.com", err: email.ErrNoAt},
	{address: "a.example.com", err: email.ErrNoAt},
	{address: "a＠example.com", err: email.ErrNoAt}, // full-width @
	{address: "a﹫example.com", err: email.ErrNoAt}, // small @
	{address: "a%40example.com", err: email.ErrNoAt},
	{address: "a at example dot com", err: email.ErrNoAt},
	{address: "@", err: email.ErrLocal},
	{address: "@example.com", err: email.ErrLocal},
	{address: "@@example.com", err: email.ErrLocal},
	{address: "a@@example.com", err: email.ErrLocal},
	{address: "a@b@example.com", err: email.ErrLocal},
	{address: "a@corp.com@evil.example", err: email.ErrLocal},
	{address: "a@evil.example@corp.com", err: email.ErrLocal},
	{address: "a@b@c@d.co", err: email.ErrLocal},
	{address: ".a@example.com", err: email.ErrLocal},
	{address: "a.@example.com", err: email.ErrLocal},
	{address: "a..b@example.com", err: email.ErrLocal},
	{address: "a...b@example.com", err: email.ErrLocal},
	{address: ".@example.com", err: email.ErrLocal},
	{address: "..@example.com", err: email.ErrLocal},
	{address: `"a"@example.com`, err: email.ErrLocal},
	{address: `"a b"@example.com`, err: email.ErrLocal},
	{address: `"a@b"@mailinator.com`, err: email.ErrLocal},
	{address: `"a@evil.com"@x.co`, err: email.ErrLocal},
	{address: `"@"@example.com`, err: email.ErrLocal},
	{address: `""@example.com`, err: email.ErrLocal},
	{address: `"a`, err: email.ErrNoAt},
	{address: `a"b@example.com`, err: email.ErrLocal},
	{address: `"a".b@example.com`, err: email.ErrLocal},
	{address: `a\@b@example.com`, err: email.ErrLocal},
	{address: `a\ b@example.com`, err: email.ErrLocal},
	{address: `a\b@example.com`, err: email.ErrLocal},
	{address: "Bob <a@b.co>", err: email.ErrLocal},
	{address: "<a@b.co>", err: email.ErrLocal},
	{address: `"Bob" <a@b.co>`, err: email.ErrLocal},
	{address: "a@b.co (Bob)", err: email.ErrDomain},
	{address: "a@b.co <x@y.co>", err: email.ErrLocal},
	{address: "mailto:a@b.co", err: email.ErrLocal},
	{address: "a@b.co?subject=x", err: email.ErrDomain},
	{address: "a@b.co,c@d.co", err: email.ErrLocal},
	{address: "a@b.co;c@d.co", err: email.ErrLocal},
	{address: "a@b.co c@d.co", err: email.ErrLocal},
	{address: "(x)a@b.co", err: email.ErrLocal},
	{address: "a(x)@b.co", err: email.ErrLocal},
	{address: "a@(x)b.co", err: email.ErrDomain},
	{address: "a@b(x).co", err: email.ErrDomain},
	{address: "a@b.co(x)", err: email.ErrDomain},
	{address: "a:b@c.co", err: email.ErrLocal},
	{address: "@x.co:a@b.co", err: email.ErrLocal},
	{address: "a;b@c.co", err: email.ErrLocal},
	{address: "a,b@c.co", err: email.ErrLocal},
	{address: "a[b@c.co", err: email.ErrLocal},
	{address: "a]b@c.co", err: email.ErrLocal},
	{address: "a b@c.co", err: email.ErrLocal},
	{address: " a@b.co", err: email.ErrLocal},
	{address: "a @b.co", err: email.ErrLocal},
	{address: "a@ b.co", err: email.ErrDomain},
	{address: "a@b.co ", err: email.ErrDomain},
	{address: "a@b .co", err: email.ErrDomain},
	{address: "\ta@b.co", err: email.ErrLocal},
	{address: "a@b.co\t", err: email.ErrDomain},
	{address: "a@b.co\n", err: email.ErrDomain},
	{address: "a@b.co\r\n", err: email.ErrDomain},
	{address: "a@b.co\r\nBcc: x@y.co", err: email.ErrLocal},
	{address: "a\r\n@b.co", err: email.ErrLocal},
	{address: "a\n@b.co", err: email.ErrLocal},
	{address: "a@b\n.co", err: email.ErrDomain},
	{address: "a\x00@b.co", err: email.ErrLocal},
	{address: "a@b.co\x00", err: email.ErrDomain},
	{address: "a@b\x00.co", err: email.ErrDomain},
	{address: "a\x7f@b.co", err: email.ErrLocal},
	{address: "a\x1b[2J@b.co", err: email.ErrLocal},
	{address: "a@", err: email.ErrDomain},
	{address: "a@.", err: email.ErrDomain},
	{address: "a@b", err: email.ErrDomain},
	{address: "a@localhost", err: email.ErrDomain},
	{address: "a@com", err: email.ErrDomain},
	{address: "a@b.", err: email.ErrDomain},
	{address: "a@example.com.", err: email.ErrDomain},
	{address: "a@example.com..", err: email.ErrDomain},
	{address: "a@.example.com", err: email.ErrDomain},
	{address: "a@example..com", err: email.ErrDomain},
	{address: "a@-example.com", err: email.ErrDomain},
	{address: "a@example-.com", err: email.ErrDomain},
	{address: "a@example.-com", err: email.ErrDomain},
	{address: "a@example.com-", err: email.ErrDomain},
	{address: "a@-.com", err: email.ErrDomain},
	{address: "a@ex_ample.com", err: email.ErrDomain},
	{address: "a@_dmarc.example.com", err: email.ErrDomain},
	{address: "a@exa mple.com", err: email.ErrDomain},
	{address: "a@example!.com", err: email.ErrDomain},
	{address: "a@example.com:25", err: email.ErrDomain},
	{address: "a@example.com/x", err: email.ErrDomain},
	{address: "a@example.com#x", err: email.ErrDomain},
	{address: "a@example%2ecom", err: email.ErrDomain},
	{address: "a@*.example.com", err: email.ErrDomain},
	{address: "a@+example.com", err: email.ErrDomain},
	{address: "a@127.0.0.1", err: email.ErrDomain},
	{address: "a@1.2", err: email.ErrDomain},
	{address: "a@example.123", err: email.ErrDomain},
	{address: "a@0x7f.1", err: email.ErrDomain},
	{address: "a@[127.0.0.1]", err: email.ErrDomain},
	{address: "a@[IPv6:::1]", err: email.ErrDomain},
	{address: "a@[IPv6:2001:db8::1]", err: email.ErrDomain},
	{address: "a@[example.com]", err: email.ErrDomain},
	{address: "a@::1", err: email.ErrDomain},
	{address: "a@exa\u212aple.com", err: email.ErrDomain},       // Kelvin sign, which strings.ToLower makes a k
	{address: "a@faceboo\u212a.com", err: email.ErrDomain},      // the same, in a known name
	{address: "\u212aate@example.com", err: email.ErrLocal},     // the same, in the local part
	{address: "\u0130@example.com", err: email.ErrLocal},        // İ, which strings.ToLower makes an i
	{address: "m\u0131ke@example.com", err: email.ErrLocal},     // ı, which strings.ToUpper makes an I
	{address: "a@g\u0131thub.com", err: email.ErrDomain},        // the same, as in GitHub's password reset
	{address: "a@\u017fun.com", err: email.ErrDomain},           // ſ, which strings.EqualFold takes for an s
	{address: "\u017fam@example.com", err: email.ErrLocal},      // the same, in the local part
	{address: "ａ@ｂ.ｃｏ", err: email.ErrLocal},                    // full-width, which NFKC makes a@b.co
	{address: "a@ｂ.co", err: email.ErrDomain},                   // full-width
	{address: "a@b.ｃｏ", err: email.ErrDomain},                   // full-width
	{address: "a@b。co", err: email.ErrDomain},                   // ideographic full stop, a dot to IDNA
	{address: "a@b．co", err: email.ErrDomain},                   // full-width full stop, the same
	{address: "a@b｡co", err: email.ErrDomain},                   // half-width ideographic full stop, the same
	{address: "a․b@c.co", err: email.ErrLocal},                  // one dot leader
	{address: "a@bücher.example", err: email.ErrDomain},         // the Unicode form
	{address: "a@пример.рф", err: email.ErrDomain},              // the Unicode form
	{address: "a@раураl.com", err: email.ErrDomain},             // Cyrillic look-alike
	{address: "аdmin@example.com", err: email.ErrLocal},         // Cyrillic look-alike
	{address: "jörg@example.com", err: email.ErrLocal},          // RFC 6531, not accepted
	{address: "用户@例子.广告", err: email.ErrLocal},                  // RFC 6531, not accepted
	{address: "jo\u0308rg@example.com", err: email.ErrLocal},    // combining
	{address: "a\u200b@example.com", err: email.ErrLocal},       // zero-width space
	{address: "a@exam\u200bple.com", err: email.ErrDomain},      // zero-width space
	{address: "a@exam\u00adple.com", err: email.ErrDomain},      // soft hyphen, which IDNA drops
	{address: "a@exam\u200dple.com", err: email.ErrDomain},      // zero-width joiner
	{address: "\u202emoc.elpmaxe@a.co", err: email.ErrLocal},    // right-to-left override
	{address: "\ufeffa@example.com", err: email.ErrLocal},       // byte order mark
	{address: "a@example.com\u2028", err: email.ErrDomain},      // line separator
	{address: "a\u00a0@example.com", err: email.ErrLocal},       // no-break space
	{address: "a@example\u2010x.com", err: email.ErrDomain},     // a hyphen that is not the ASCII one
	{address: "a\xff@example.com", err: email.ErrLocal},         // not UTF-8
	{address: "a@ex\xffample.com", err: email.ErrDomain},        // not UTF-8
	{address: "a\xed\xa0\x80@example.com", err: email.ErrLocal}, // lone surrogate
	{address: "\xc1\x81@example.com", err: email.ErrLocal},      // A in overlong UTF-8
	{address: "😀@example.com", err: email.ErrLocal},
	{address: "a@😀.example", err: email.ErrDomain},
	{address: repeat("a", 65) + "@example.com", err: email.ErrLength},
	{address: repeat("a", 64) + ".@example.com", err: email.ErrLength},
	{address: "a@" + repeat("b", 64) + ".com", err: email.ErrDomain},
	{address: "a@b." + repeat("c", 64), err: email.ErrDomain},
	{address: "a@" + repeat("b.", 125) + "com", err: email.ErrLength}, // 255 bytes
	{address: repeat("a", 64) + "@" + repeat("b", 63) + "." + repeat("c", 63) + "." + repeat("d", 62), err: email.ErrLength},
	{address: repeat("a", 255), err: email.ErrLength},
	{address: repeat("a", 2048) + "@example.com", err: email.ErrLength},
	{address: "a@" + repeat("b.", 100000) + "co", err: email.ErrLength},
	{address: repeat("@", 254), err: email.ErrLength},
	{address: repeat("@", 60), err: email.ErrLocal},
}
