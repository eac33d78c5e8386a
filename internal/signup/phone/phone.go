// Package phone reads phone numbers as far as a sign-up needs it: whether a number is
// possible, which country it belongs to, and whether it costs more than others.
//
// The number plans are libphonenumber's, reduced by `make phone` to three tables of 13 KB
// (SOURCE.md says of which version). Linking the library itself would cost every cold
// start 6.6 ms and 2.5 MB and the binary 5.7 MB. The tables answer as the library does
// for every number in use. A number that no plan knows counts as an ordinary one of its
// calling code: plans grow faster than functions are deployed, and a user with a new
// number is no fraud.
//
// Everything here is pure, allocates nothing and is safe for concurrent use. No error
// holds any part of the number.
package phone

import (
	_ "embed" // the tables
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/table"
)

// The tables: calling code to possible lengths and regions; prefixes of numbers of other
// regions than a calling code's main one; prefixes of numbers that cost more, with the
// lengths for which that is true.
var (
	//go:embed codes.txt
	codes string
	//go:embed regions.txt
	regions string
	//go:embed costs.txt
	costs string
)

// ErrNumber says that the text is not a phone number in E.164.
var ErrNumber = errors.New("the phone number is not in E.164, or of no known country or length")

// International is the Country of numbers that belong to no country, such as those of
// satellite networks (UN M.49: the world).
const International = "001"

// Cost is what a number costs its caller.
type Cost int

// The costs.
const (
	Ordinary Cost = iota
	Premium       // the called party earns a part of the price
	Shared        // more than an ordinary number, less than premium
)

// Number says what the tables know of a phone number.
type Number struct {
	// Country is an ISO 3166-1 code of two letters, or International.
	Country string
	Cost    Cost
}

// Parse reads a number in E.164: a plus and then at most 15 digits, which begin with a
// calling code and are as many as that code's numbers have. No blanks, no brackets, no
// digits of other scripts.
func Parse(s string) (Number, error) {
	digits := e164(s)
	code, plan, ok := table.Floor(codes, digits)
	if !ok || !strings.HasPrefix(digits, code) {
		return Number{}, ErrNumber
	}
	lengths, countries, _ := strings.Cut(plan, " ")
	bit := uint64(1) << (len(digits) - len(code))
	if mask(lengths)&bit == 0 {
		return Number{}, ErrNumber
	}
	country, ok := table.Prefix(regions, digits)
	if !ok {
		country, _, _ = strings.Cut(countries, " ")
	}
	return Number{Country: country, Cost: cost(digits, bit)}, nil
}

// Country reports whether the country has a calling code.
func Country(country string) bool {
	for line := range strings.Lines(codes) {
		if fields := strings.Fields(line); slices.Contains(fields[2:], country) {
			return true
		}
	}
	return false
}

// e164 returns the digits of a text in the form of E.164, and "" for any other text.
func e164(s string) (digits string) {
	digits, plus := strings.CutPrefix(s, "+")
	if !plus || len(digits) > 15 {
		return ""
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return ""
		}
	}
	return digits
}

// cost returns the cost of a number. bit stands for its length without the calling code.
func cost(digits string, bit uint64) Cost {
	masks, costly := table.Prefix(costs, digits)
	if !costly {
		return Ordinary
	}
	premium, shared, _ := strings.Cut(masks, " ")
	switch {
	case mask(premium)&bit != 0:
		return Premium
	case mask(shared)&bit != 0:
		return Shared
	}
	return Ordinary
}

// mask reads a set of lengths, a bit for each.
func mask(hex string) uint64 {
	set, _ := strconv.ParseUint(hex, 16, 16)
	return set
}
