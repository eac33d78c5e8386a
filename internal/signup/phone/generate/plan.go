package main

import (
	"fmt"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// maxDigits is the most digits of a number in E.164, calling code included.
const maxDigits = 15

// plan is the number plan of one calling code, for one region or several.
type plan struct {
	code     string
	names    []string // of the regions, the main one first
	regional []region
	memo     map[string]labels
}

// region is the plan of one region, as patterns for numbers without the calling
// code.
type region struct {
	leading, general, premium, free, shared *automaton // leading is nil if there is none
	others                                  []*automaton
	lengths                                 [maxDigits + 1]bool
}

func newPlan(code int, names []string, all []*phonenumbers.PhoneMetadata) (*plan, error) {
	p := &plan{code: fmt.Sprint(code), names: names, memo: map[string]labels{}}
	for _, name := range names {
		r, err := newRegion(metadata(code, name, all))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		p.regional = append(p.regional, r)
	}
	return p, nil
}

func metadata(code int, name string, all []*phonenumbers.PhoneMetadata) *phonenumbers.PhoneMetadata {
	for _, m := range all {
		if m.GetId() == name && int(m.GetCountryCode()) == code {
			return m
		}
	}
	return nil
}

func newRegion(m *phonenumbers.PhoneMetadata) (r region, err error) {
	make := func(pattern string) *automaton {
		if pattern == "" || err != nil {
			return nil
		}
		var a *automaton
		a, err = newAutomaton(pattern)
		return a
	}
	if digits := m.GetLeadingDigits(); digits != "" {
		r.leading = make("(?:" + digits + ")[0-9]*")
	}
	of := func(d *phonenumbers.PhoneNumberDesc) *automaton { return make(d.GetNationalNumberPattern()) }
	r.general, r.premium, r.free, r.shared = of(m.GetGeneralDesc()), of(m.GetPremiumRate()), of(m.GetTollFree()), of(m.GetSharedCost())
	for _, d := range []*phonenumbers.PhoneNumberDesc{
		m.GetVoip(), m.GetPersonalNumber(), m.GetPager(), m.GetUan(), m.GetVoicemail(), m.GetFixedLine(), m.GetMobile(),
	} {
		r.others = append(r.others, of(d))
	}
	for _, n := range m.GetGeneralDesc().GetPossibleLength() {
		if n > 0 && int(n) <= maxDigits {
			r.lengths[n] = true
		}
	}
	return r, err
}

// summary returns the line of codes.txt: a bit for each length that a number may have, in
// hexadecimal, and the regions.
func (p *plan) summary() string {
	mask := 0
	for _, r := range p.regional {
		for n, possible := range r.lengths {
			if possible {
				mask |= 1 << n
			}
		}
	}
	return fmt.Sprintf("%x %s", mask, strings.Join(p.names, " "))
}

// automata returns all patterns of the plan, always in the same order.
func (p *plan) automata() []*automaton {
	var all []*automaton
	for _, r := range p.regional {
		all = append(append(all, r.leading, r.general, r.premium, r.free, r.shared), r.others...)
	}
	return all
}
