package email

// provider says how a provider of mailboxes reads its own addresses.
type provider struct {
	// tag begins the part that the owner may append; 0, which is in no address, is none.
	tag byte
	// ignored are letters that make no difference before the tag.
	ignored string
	// same says that all domains name the same mailboxes.
	same bool
	// hosts says that name@mailbox.DOMAIN is an address of mailbox@DOMAIN.
	hosts   bool
	domains []string
}

// providers are those whose rules are public. All others are left out: GMX, Tuta and QQ,
// for example, give addresses with + to different users.
//
//   - Gmail: "Dots don't matter in Gmail addresses"; "Send emails from a different
//     address or alias" (+); googlemail.com is the same mailbox.
//   - Outlook.com: "Plus addressing"; each domain has its own mailboxes, and dots count.
//   - iCloud Mail: me.com and mac.com name the mailbox at icloud.com, and addresses may
//     have a +.
//   - Fastmail: "Plus addressing and subdomain addressing"; each domain has its own
//     mailboxes.
//   - Proton: "+ aliases"; . - and _ make no difference; all domains name one mailbox.
//   - Yahoo: a disposable address is NAME-KEYWORD; no other address has a hyphen, and a +
//     is not a tag.
//
// The tables are arrays of constants: they cost nothing at start.
var providers = [...]provider{
	{tag: '+', ignored: ".", same: true, domains: []string{"gmail.com", "googlemail.com"}},
	{tag: '+', domains: []string{
		"outlook.com", "hotmail.com", "live.com", "msn.com", "windowslive.com", "passport.com",
		"outlook.at", "outlook.be", "outlook.cl", "outlook.co.id", "outlook.co.th", "outlook.com.ar", "outlook.com.au",
		"outlook.com.br", "outlook.com.gr", "outlook.com.tr", "outlook.com.vn", "outlook.cz", "outlook.de", "outlook.dk",
		"outlook.es", "outlook.fr", "outlook.hu", "outlook.ie", "outlook.in", "outlook.it", "outlook.jp", "outlook.kr",
		"outlook.lv", "outlook.my", "outlook.ph", "outlook.pt", "outlook.sa", "outlook.sg", "outlook.sk",
		"hotmail.at", "hotmail.be", "hotmail.ca", "hotmail.ch", "hotmail.co.jp", "hotmail.co.uk", "hotmail.co.za",
		"hotmail.com.ar", "hotmail.com.au", "hotmail.com.br", "hotmail.com.tr", "hotmail.de", "hotmail.dk", "hotmail.es",
		"hotmail.fi", "hotmail.fr", "hotmail.it", "hotmail.nl", "hotmail.no", "hotmail.se",
		"live.at", "live.be", "live.ca", "live.ch", "live.cl", "live.cn", "live.co.uk", "live.co.za", "live.com.ar",
		"live.com.au", "live.com.mx", "live.com.pt", "live.de", "live.dk", "live.fi", "live.fr", "live.ie", "live.in",
		"live.it", "live.jp", "live.nl", "live.no", "live.ru", "live.se",
	}},
	{tag: '+', same: true, domains: []string{"icloud.com", "me.com", "mac.com"}},
	{tag: '+', hosts: true, domains: []string{"fastmail.com", "fastmail.fm", "fastmail.co.uk", "fastmail.de", "fastmail.jp", "fastmail.net", "fastmail.org", "sent.com"}},
	{tag: '+', ignored: ".-_", same: true, domains: []string{"proton.me", "protonmail.com", "protonmail.ch", "pm.me"}},
	{tag: '-', domains: []string{
		"yahoo.com", "ymail.com", "rocketmail.com", "myyahoo.com", "yahoo.at", "yahoo.be", "yahoo.ca", "yahoo.ch", "yahoo.cl",
		"yahoo.co.id", "yahoo.co.in", "yahoo.co.nz", "yahoo.co.th", "yahoo.co.uk", "yahoo.co.za", "yahoo.com.ar",
		"yahoo.com.au", "yahoo.com.br", "yahoo.com.co", "yahoo.com.hk", "yahoo.com.mx", "yahoo.com.my", "yahoo.com.pe",
		"yahoo.com.ph", "yahoo.com.sg", "yahoo.com.tr", "yahoo.com.tw", "yahoo.com.vn", "yahoo.de", "yahoo.dk", "yahoo.es",
		"yahoo.fi", "yahoo.fr", "yahoo.gr", "yahoo.ie", "yahoo.in", "yahoo.it", "yahoo.nl", "yahoo.no", "yahoo.pl",
		"yahoo.pt", "yahoo.ro", "yahoo.se",
	}},
}
