package userpool

import (
	"slices"
	"time"
)

// listing is the pool as ListUsers shows it. A change shows when it is as old as the
// delay: "This operation is eventually consistent. You might experience a delay before
// results are up-to-date" (API reference, ListUsers). The order is that of creation; AWS
// promises none.
type listing struct {
	delay  time.Duration
	last   int64           // the last place in use
	places []int64         // of the users shown, ascending
	users  map[int64]*user // by place
	coming []change        // not shown yet, oldest first
}

// change is a change that does not show yet; without a user it is a deletion.
type change struct {
	at    time.Time
	place int64
	user  *user
}

func newListing(delay time.Duration) listing { return listing{delay: delay, users: map[int64]*user{}} }

func (l *listing) nextPlace() int64 {
	l.last++
	return l.last
}

func (l *listing) record(now time.Time, place int64, u *user) {
	l.coming = append(l.coming, change{now, place, u})
	l.catchUp(now)
}

// catchUp shows the changes that are old enough.
func (l *listing) catchUp(now time.Time) {
	shown := 0
	for _, c := range l.coming {
		if now.Sub(c.at) < l.delay {
			break
		}
		l.show(c)
		shown++
	}
	if l.coming = l.coming[shown:]; len(l.coming) == 0 {
		l.coming = nil // frees the array too
	}
}

func (l *listing) show(c change) {
	at, known := slices.BinarySearch(l.places, c.place)
	switch {
	case c.user == nil && known:
		l.places = slices.Delete(l.places, at, at+1)
		delete(l.users, c.place)
	case c.user != nil:
		l.users[c.place] = c.user
		if !known {
			l.places = slices.Insert(l.places, at, c.place)
		}
	}
}

// page returns at most limit users that match, from after a place, and the last one's
// place, zero if no more match.
func (s *store) page(after int64, limit int, matches func(*user) bool) (found []*user, last int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listing.catchUp(s.now())
	from, _ := slices.BinarySearch(s.listing.places, after+1)
	for _, place := range s.listing.places[from:] {
		u := s.listing.users[place]
		if !matches(u) {
			continue
		}
		if len(found) == limit {
			return found, found[limit-1].place
		}
		found = append(found, u)
	}
	return found, 0
}
