package main

import "fmt"

// kind is the price class of a number.
type kind int

const (
	normal kind = iota
	premium
	shared
)

// label is the region and the price class of a number.
type label struct {
	region int
	cost   kind
}

// labels has, for each length of the numbers with some prefix, all labels that occur.
// Numbers that are not in use are left out: their labels do not matter.
type labels [maxDigits + 1]map[label]bool

// place is the state of each pattern of a plan.
type place []int

func (p *plan) start() place {
	var at place
	for _, a := range p.automata() {
		if a == nil {
			at = append(at, 0)
		} else {
			at = append(at, a.start)
		}
	}
	return at
}

func (p *plan) step(at place, digit byte) (next place, dead bool) {
	dead = true
	for i, a := range p.automata() {
		state := 0
		if a != nil {
			state = a.step(at[i], digit)
		}
		next, dead = append(next, state), dead && state == 0
	}
	return next, dead
}

// label returns the label of the number that ends here. As in libphonenumber, the number
// belongs to the first region that knows it.
func (p *plan) label(at place) (label, bool) {
	for i, r := range p.regional {
		own := at[i*12 : (i+1)*12]
		cost, known := r.cost(own)
		switch {
		case r.leading != nil && r.leading.accepts(own[0]):
			return label{i, cost}, true
		case r.leading == nil && known:
			return label{i, cost}, true
		}
	}
	return label{}, false
}

// cost returns the price class of a number in a region, and whether the region knows it.
func (r region) cost(at place) (kind, bool) {
	is := func(a *automaton, i int) bool { return a != nil && a.accepts(at[i]) }
	switch {
	case !is(r.general, 1):
		return normal, false
	case is(r.premium, 2):
		return premium, true
	case is(r.free, 3):
		return normal, true
	case is(r.shared, 4):
		return shared, true
	}
	for i, other := range r.others {
		if is(other, 5+i) {
			return normal, true
		}
	}
	return normal, false
}

// below returns the labels of all numbers that begin with the digits read so far.
func (p *plan) below(at place, read int) labels {
	key := fmt.Sprint(read, at)
	if found, ok := p.memo[key]; ok {
		return found
	}
	var all labels
	if l, ok := p.label(at); ok {
		all[read] = map[label]bool{l: true}
	}
	for digit := byte('0'); digit <= '9' && len(p.code)+read < maxDigits; digit++ {
		next, dead := p.step(at, digit)
		if dead {
			continue
		}
		for n, found := range p.below(next, read+1) {
			for l := range found {
				if all[n] == nil {
					all[n] = map[label]bool{}
				}
				all[n][l] = true
			}
		}
	}
	p.memo[key] = all
	return all
}

// regions writes the shortest prefixes of numbers that all belong to one region other
// than the main one.
func (p *plan) regions(to *lines) {
	if len(p.names) > 1 {
		p.walk(p.start(), 0, "", func(prefix string, found labels) bool {
			regions := map[int]bool{}
			for _, ls := range found {
				for l := range ls {
					regions[l.region] = true
				}
			}
			if len(regions) == 1 && !regions[0] {
				for i := range regions {
					to.add(p.code+prefix, p.names[i])
				}
			}
			return len(regions) > 1
		})
	}
}

// costs writes the shortest prefixes of numbers that cost more, with the lengths for
// which that is true.
func (p *plan) costs(to *lines) {
	p.walk(p.start(), 0, "", func(prefix string, found labels) bool {
		var masks [3]int
		for n, ls := range found {
			for l := range ls {
				masks[l.cost] |= 1 << n
			}
		}
		if masks[normal]&masks[premium]|masks[normal]&masks[shared]|masks[premium]&masks[shared] != 0 {
			return true
		}
		if masks[premium]|masks[shared] != 0 {
			to.add(p.code+prefix, fmt.Sprintf("%x %x", masks[premium], masks[shared]))
		}
		return false
	})
}

// walk visits a prefix, and longer ones while visit asks for them.
func (p *plan) walk(at place, read int, prefix string, visit func(string, labels) bool) {
	if !visit(prefix, p.below(at, read)) || len(p.code)+read >= maxDigits {
		return
	}
	for digit := byte('0'); digit <= '9'; digit++ {
		if next, dead := p.step(at, digit); !dead {
			p.walk(next, read+1, prefix+string(digit), visit)
		}
	}
}
