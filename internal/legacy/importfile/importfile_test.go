package importfile_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/importfile"
)

// columns are those of the guide's sample.
var columns = strings.Split("cognito:username,name,given_name,email,email_verified,birthdate,phone_number,phone_number_verified,address,custom:plan,cognito:mfa_enabled", ",")

func header(t *testing.T, required []string, verify ...string) importfile.Header {
	t.Helper()
	h, err := importfile.NewHeader(columns, required, verify)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func ada(more map[string]string) importfile.Person {
	p := importfile.Person{Username: "ada", Attributes: map[string]string{"email": "ada@example.com", "email_verified": "true"}, Hash: "$2b$10$x"}
	maps.Copy(p.Attributes, more)
	return p
}

func TestR106_ALineIsAsTheGuideWritesIt(t *testing.T) {
	h := header(t, nil, "email")
	if want := strings.Join(columns, ",") + ",password_hash"; h.String() != want {
		t.Errorf("got  %s\nwant %s", h, want)
	}
	for want, p := range map[string]importfile.Person{
		`ada,,,ada@example.com,true,,,,,,,$2b$10$x`:                                 ada(nil),
		`ada,,,ada@example.com,true,02/01/1985,,,,,,$2b$10$x`:                       ada(map[string]string{"birthdate": "1985-02-01"}),
		`ada,,,ada@example.com,true,,,,123 Any Street\, Anytown,,,$2b$10$x`:         ada(map[string]string{"address": "  123 Any Street, Anytown "}),
		`ada,Ada Lovelace,,ada@example.com,true,,+491234,false,,gold,,$2b$10$x`:     ada(map[string]string{"name": "Ada Lovelace", "phone_number": "+491234", "phone_number_verified": "false", "custom:plan": "gold"}),
		`ada,,,ada@example.com,true,,,,,,,`:                                         {Username: "ada", Attributes: ada(nil).Attributes},
		`ada,,,ada@example.com,true,,,,,,,$argon2id$v=19$m=19456\,t=2\,p=1$c2E$aGE`: {Username: "ada", Attributes: ada(nil).Attributes, Hash: "$argon2id$v=19$m=19456,t=2,p=1$c2E$aGE"},
	} {
		if got, err := h.Line(p); err != nil || got != want {
			t.Errorf("got  %s, %v\nwant %s", got, err, want)
		}
	}
}

func TestTheHashColumnIsThereOnce(t *testing.T) {
	given := append(make([]string, 0, 3), "cognito:username", "email")
	if _, err := importfile.NewHeader(given, nil, []string{"email"}); err != nil || given[:3][2] != "" {
		t.Errorf("%v: the caller's list is changed to %q", err, given[:3])
	}
	h, err := importfile.NewHeader([]string{"cognito:username", "password_hash", "email", "email_verified"}, nil, []string{"email"})
	if got, unfit := h.Line(ada(nil)); err != nil || unfit != nil || got != "ada,$2b$10$x,ada@example.com,true" {
		t.Errorf("%s: %v, %v", got, err, unfit)
	}
}

func TestAPoolThatTakesNoImportIsSaid(t *testing.T) {
	for want, c := range map[string][2][]string{"no column cognito:username": {{"email"}, {"email"}}, "AutoVerifiedAttributes": {columns, nil}} {
		if _, err := importfile.NewHeader(c[0], nil, c[1]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestR106_WhoCannotBeInAFileIsSaidWithoutTheValue(t *testing.T) {
	secret := "s3cr3t"
	for _, c := range []struct {
		why      string
		person   importfile.Person
		required []string
		verify   []string
	}{
		{"a user name must be there", importfile.Person{Attributes: ada(nil).Attributes}, nil, nil},
		{"without blanks", importfile.Person{Username: "ada " + secret, Attributes: ada(nil).Attributes}, nil, nil},
		{"without blanks", importfile.Person{Username: "ada\t" + secret, Attributes: ada(nil).Attributes}, nil, nil},
		{"the pool requires name", ada(nil), []string{"email", "name"}, nil},
		{"the pool requires name", ada(map[string]string{"name": "  "}), []string{"name"}, nil},
		{"email is verified and not there", ada(map[string]string{"email": ""}), nil, nil},
		{"phone_number is verified and not there", ada(map[string]string{"phone_number_verified": "true"}), nil, nil},
		{"no verified email", ada(map[string]string{"email_verified": "false"}), nil, nil},
		{"no verified phone_number", ada(nil), nil, []string{"phone_number"}},
		{"no verified email or phone_number", ada(map[string]string{"email_verified": ""}), nil, []string{"email", "phone_number"}},
		{"the pool has no attribute custom:secret", ada(map[string]string{"custom:secret": secret}), nil, nil},
		{"the pool has no attribute cognito:mfa_enabled", ada(map[string]string{"cognito:mfa_enabled": "true"}), nil, nil},
		{"the pool has no attribute password_hash", ada(map[string]string{"password_hash": secret}), nil, nil},
		{"the pool has no attribute cognito:username", ada(map[string]string{"cognito:username": secret}), nil, nil},
		{"birthdate: it is no date", ada(map[string]string{"birthdate": "01/02/1985"}), nil, nil},
		{"name: it has a quotation mark", ada(map[string]string{"name": `The "` + secret}), nil, nil},
		{"name: it has a quotation mark or a backslash", ada(map[string]string{"name": secret + `\`}), nil, nil},
		{"address: it has a line break", ada(map[string]string{"address": secret + "\n1"}), nil, nil},
		{"address: it has a line break", ada(map[string]string{"address": secret + "\x7f1"}), nil, nil},
		{"name: it has a line break or another control character", ada(map[string]string{"name": secret + "\ufeff1"}), nil, nil},
		{"address: it has a line break", ada(map[string]string{"address": secret + "\u20281"}), nil, nil},
		{"address: it has a line break", ada(map[string]string{"address": secret + "\u20291"}), nil, nil},
		{"address: it is not UTF-8", ada(map[string]string{"address": secret + "\xff"}), nil, nil},
		{"password_hash: it has a quotation mark", importfile.Person{Username: "ada", Attributes: ada(nil).Attributes, Hash: `"` + secret}, nil, nil},
		{"longer than 16000 characters", ada(map[string]string{"name": strings.Repeat("ü", 16_000)}), nil, nil},
	} {
		if c.verify == nil {
			c.verify = []string{"email"}
		}
		line, err := header(t, c.required, c.verify...).Line(c.person)
		if unfit, is := errors.AsType[importfile.Unfit](err); !is || line != "" || !strings.Contains(string(unfit), c.why) || err.Error() != string(unfit) || strings.Contains(err.Error(), secret) {
			t.Errorf("got %q, %v, want %q", line, err, c.why)
		}
	}
	phone := ada(map[string]string{"email_verified": "false", "phone_number": "+49123", "phone_number_verified": "true"})
	if _, err := header(t, []string{"sub", "email"}, "email", "phone_number").Line(phone); err != nil {
		t.Errorf("of two addresses one is enough: %v", err)
	}
	long := ada(map[string]string{"name": strings.Repeat("ü", 16_000-len("ada,,,ada@example.com,true,,,,,,,$2b$10$x"))})
	if _, err := header(t, nil, "email").Line(long); err != nil {
		t.Errorf("characters are counted, not bytes: %v", err)
	}
}

// read reads a line as the guide describes it: the test's own reader.
func read(line string) (cells []string) {
	cell := ""
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && i+1 < len(line) && line[i+1] == ',':
			cell += ","
			i++
		case line[i] == ',':
			cells, cell = append(cells, strings.TrimSpace(cell)), ""
		default:
			cell += line[i : i+1]
		}
	}
	return append(cells, strings.TrimSpace(cell))
}

// Whatever a person's values are, a line that is written reads back as they are, in one line.
func TestR106_WhatIsWrittenReadsBack(t *testing.T) {
	h := header(t, nil, "email")
	form.Check(t, 200, 5000, 100_000, func(r *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`[ -~]{0,12}`), rapid.String())
		p := importfile.Person{Username: text.Draw(r, "username"), Attributes: map[string]string{"email": "a@b", "email_verified": "true"}, Hash: text.Draw(r, "hash")}
		for _, name := range []string{"name", "address", "custom:plan"} {
			p.Attributes[name] = text.Draw(r, name)
		}
		born := time.Unix(rapid.Int64Range(-2e9, 2e9).Draw(r, "born"), 0).UTC()
		p.Attributes["birthdate"] = born.Format(time.DateOnly)
		line, err := h.Line(p)
		if err != nil {
			return
		}
		want := []string{p.Username, p.Attributes["name"], "", "a@b", "true", born.Format("01/02/2006"), "", "", p.Attributes["address"], p.Attributes["custom:plan"], "", p.Hash}
		for i := range want {
			want[i] = strings.TrimSpace(want[i])
		}
		if got := read(line); strings.Join(got, "\x00") != strings.Join(want, "\x00") || strings.ContainsAny(line, "\r\n\"") {
			r.Fatalf("%q reads back as %q, want %q", line, got, want)
		}
	})
}
