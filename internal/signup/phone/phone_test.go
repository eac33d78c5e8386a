package phone_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/phone"
)

func TestNumbersAsPeopleHaveThem(t *testing.T) {
	for text, want := range map[string]phone.Number{
		"+4915112345678": {Country: "DE"},
		"+4930901820":    {Country: "DE"},
		"+12025550123":   {Country: "US"},
		"+14165550123":   {Country: "CA"},
		"+18765550123":   {Country: "JM"}, // common in SMS pumping, and not the US
		"+447400123456":  {Country: "GB"},
		"+447781123456":  {Country: "GG"},
		"+77012345678":   {Country: "KZ"},
		"+79123456789":   {Country: "RU"},
		"+390669812345":  {Country: "VA"},
		"+393123456789":  {Country: "IT"},
		"+870773111632":  {Country: phone.International},
		"+883510012345":  {Country: phone.International},
		"+19002345678":   {Country: "US", Cost: phone.Premium},
		"+499001234567":  {Country: "DE", Cost: phone.Premium},
		"+491371234567":  {Country: "DE", Cost: phone.Shared},
		"+4913712345678": {Country: "DE"}, // one digit more than a shared-cost number has
		"+4918012345":    {Country: "DE", Cost: phone.Shared},
		"+448700123456":  {Country: "GB", Cost: phone.Premium},
		"+979123456789":  {Country: phone.International, Cost: phone.Premium},
		"+33899123456":   {Country: "FR", Cost: phone.Premium},
		"+498001234567":  {Country: "DE"},
		"+390299999999":  {Country: "IT"},
		"+4915999999999": {Country: "DE"}, // no plan has it yet
		"+61145123456":   {Country: "AU"},
	} {
		if got, err := phone.Parse(text); err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", text, got, err, want)
		}
	}
}

func TestTheErrorSaysWhatANumberIs(t *testing.T) {
	if text := phone.ErrNumber.Error(); !strings.Contains(text, "E.164") {
		t.Errorf("got %q", text)
	}
}

func TestWhatIsNoNumber(t *testing.T) {
	for _, text := range []string{
		"", "+", "+1", "+49", "4915112345678", "004915112345678", "+04915112345678", "+49 151 12345678", "+49(0)15112345678", "+49-151-12345678",
		"+4915112345678 ", " +4915112345678", "+4915112345678\n", "+49151123456789012", "+4915112345678901", "+491", "+1202555012", "+120255501234", "+2101234567",
		"+9991234567890", "+٤٩١٥١١٢٣٤٥٦٧٨", "＋4915112345678", "+49151１2345678", "tel:+4915112345678", "+4915112345678;ext=1", "++4915112345678", "+\x0015112345678",
		strings.Repeat("1", 1<<16), "+" + strings.Repeat("1", 1<<16),
	} {
		if got, err := phone.Parse(text); !errors.Is(err, phone.ErrNumber) || got != (phone.Number{}) {
			t.Errorf("%.20q: got %+v, %v", text, got, err)
		}
	}
}

func TestReadingANumberAllocatesNothing(t *testing.T) {
	for _, text := range []string{"+4915112345678", "+19002345678", "+18765550123", "+0", "x"} {
		if n := testing.AllocsPerRun(100, func() { _, _ = phone.Parse(text) }); n != 0 {
			t.Errorf("%s: %v allocations", text, n)
		}
	}
}

// beginnings returns calling codes, and twice as many prefixes from the tables.
func beginnings(t *testing.T) []string {
	t.Helper()
	var all []string
	for code := range phonenumbers.GetSupportedCallingCodes() {
		all = append(all, strconv.Itoa(code))
	}
	for _, name := range []string{"regions.txt", "costs.txt"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			all = append(all, strings.Fields(line)[0])
		}
	}
	slices.Sort(all)
	return all
}

// The test compares numbers with the library from which the tables are made: some of
// every calling code, and more that begin like an entry of the tables.
func TestTheTablesAnswerAsTheLibrary(t *testing.T) {
	starts := beginnings(t)
	random := rand.New(rand.NewPCG(3, 7))
	compared, costly, elsewhere := 0, 0, 0
	for range 60_000 {
		text := "+" + starts[random.IntN(len(starts))]
		for want := 9 + random.IntN(6); len(text) < want; {
			text += strconv.Itoa(random.IntN(10))
		}
		known, err := phonenumbers.Parse(text, "")
		if err != nil || phonenumbers.Format(known, phonenumbers.E164) != text {
			continue
		}
		kind := phonenumbers.GetNumberType(known)
		if kind == phonenumbers.UNKNOWN {
			continue
		}
		want := phone.Number{Country: phonenumbers.GetRegionCodeForNumber(known)}
		switch kind {
		case phonenumbers.PREMIUM_RATE:
			want.Cost = phone.Premium
		case phonenumbers.SHARED_COST:
			want.Cost = phone.Shared
		}
		if got, err := phone.Parse(text); err != nil || got != want {
			t.Fatalf("%s: got %+v, %v; the library says %+v", text, got, err, want)
		}
		compared++
		if want.Cost != phone.Ordinary {
			costly++
		}
		if want.Country != phonenumbers.GetRegionCodeForCountryCode(int(known.GetCountryCode())) {
			elsewhere++
		}
	}
	t.Logf("%d numbers in use, %d of which cost more and %d are not of their code's main country", compared, costly, elsewhere)
	if compared < 10_000 || costly < 1000 || elsewhere < 500 {
		t.Error("too few of one kind to say anything")
	}
}

// It asks for each kind of number of each country.
func TestEveryCountrysExamplesAreRead(t *testing.T) {
	regions, costly := 0, 0
	for region := range phonenumbers.GetSupportedRegions() {
		regions++
		if !phone.Country(region) {
			t.Errorf("%s is no country", region)
		}
		for kind, want := range map[phonenumbers.PhoneNumberType]phone.Cost{
			phonenumbers.MOBILE: phone.Ordinary, phonenumbers.FIXED_LINE: phone.Ordinary,
			phonenumbers.PREMIUM_RATE: phone.Premium, phonenumbers.SHARED_COST: phone.Shared,
		} {
			example := phonenumbers.GetExampleNumberForType(region, kind)
			if example == nil {
				continue
			}
			text := phonenumbers.Format(example, phonenumbers.E164)
			got, err := phone.Parse(text)
			if country := phonenumbers.GetRegionCodeForNumber(example); err != nil || got.Country != country || got.Cost != want {
				t.Errorf("%s of %s: got %+v, %v", text, region, got, err)
			}
			if want != phone.Ordinary {
				costly++
			}
		}
	}
	if regions < 200 || costly < 100 {
		t.Errorf("%d countries and %d costly examples", regions, costly)
	}
	for _, none := range []string{"", "ZZ", "de", "D", "480"} {
		if phone.Country(none) {
			t.Errorf("%q is a country", none)
		}
	}
}

// The tables exist for this.
func TestTheFunctionDoesNotLinkTheLibrary(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if deps := string(out); strings.Contains(deps, "phonenumbers") || strings.Contains(deps, "protobuf") || !strings.Contains(deps, "signup/table") {
		t.Errorf("links\n%s", deps)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"+4915112345678", "+19002345678", "+", "1", "+٤"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := phone.Parse(text)
		if (err == nil) != (n.Country != "") || err == nil && (len(text) > 16 || text[0] != '+' || !phone.Country(n.Country)) {
			t.Errorf("%q: got %+v, %v", text, n, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := phone.Parse("+4915112345678"); err != nil {
			b.Fatal(err)
		}
	}
}
