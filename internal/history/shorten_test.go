package history

import "slices"

// shortened removes from a history all that it does not need to fail.
func shortened(s story, fails func(story) bool) story {
	for changed := true; changed; {
		changed = false
		for _, candidate := range shorter(s) {
			if fails(candidate) {
				s, changed = candidate, true
				break
			}
		}
	}
	return s
}

// shorter returns every history with one thing less.
func shorter(s story) (all []story) {
	if s.skew != 0 {
		less := s
		less.skew = 0
		all = append(all, less)
	}
	for i := range s.steps {
		less := s
		less.steps = slices.Delete(slices.Clone(s.steps), i, i+1)
		all = append(all, less)
	}
	for i, step := range s.steps {
		for _, plainer := range plainerSteps(step) {
			less := s
			less.steps = slices.Clone(s.steps)
			less.steps[i] = plainer
			all = append(all, less)
		}
	}
	for _, p := range plainerPlans(&s.last) {
		less := s
		less.last = *p
		all = append(all, less)
	}
	return all
}

func plainerSteps(s step) (all []step) {
	if s.plan != nil {
		for _, p := range plainerPlans(s.plan) {
			less := s
			less.plan = p
			all = append(all, less)
		}
	}
	if s.fate.name != fates[0].name {
		less := s
		less.fate = fates[0]
		all = append(all, less)
	}
	if s.next.name != "dropped" {
		less := s
		less.next = fates[2]
		all = append(all, less)
	}
	return all
}

func plainerPlans(p *plan) (all []*plan) {
	for i := range p.meanwhile {
		less := *p
		less.meanwhile = slices.Delete(slices.Clone(p.meanwhile), i, i+1)
		all = append(all, &less)
	}
	for i := range p.ends {
		less := *p
		less.ends = slices.Delete(slices.Clone(p.ends), i, i+1)
		all = append(all, &less)
	}
	for i := range p.behind {
		less := *p
		less.behind = slices.Delete(slices.Clone(p.behind), i, i+1)
		all = append(all, &less)
		if len(p.behind) > 1 {
			same := *p
			same.behind = p.behind[i : i+1]
			all = append(all, &same)
		}
	}
	if p.blind > 0 {
		less := *p
		less.blind = 0
		all = append(all, &less)
	}
	if p.forgets {
		less := *p
		less.forgets = false
		all = append(all, &less)
	}
	return all
}
