package sweeptest

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"strings"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Crowd is a pool of many users with its table. Both are made up anew for every call: what
// is kept is what a sweep has written. Users are in blocks by four digits of their sub.
//
// Of sixteen blocks (of a small crowd, of 1,024) one has users without a row, with a wrong
// one and with a wrong mark, and another one rows of users who are gone. A leaf of a large
// crowd is sixteen blocks.
type Crowd struct {
	// ListTakes and so on are the time of a call.
	ListTakes, GetTakes, ShardTakes, WriteTakes time.Duration

	mirror *users.Mirror
	healed bool
	size   int
	masked bool

	mu      sync.Mutex
	lists   int
	written map[string]bool // subs whose row is right or buried since
}

const (
	blocks = 1 << 16
	mask   = "?4?8?4?8"
)

// NewCrowd returns a crowd of about so many users. The subs of a masked one read ?4?8?4?8-, as
// those of new pools do.
func NewCrowd(mirror *users.Mirror, size int, masked bool) *Crowd {
	return &Crowd{mirror: mirror, size: size, masked: masked, written: map[string]bool{}}
}

// mix is splitmix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// in returns how many users a block has: about as many as chance would put there.
func (c *Crowd) in(block int) int {
	mean := float64(c.size) / blocks
	return max(0, int(mean+math.Sqrt(mean)/4*float64(bits.OnesCount64(mix(uint64(block)))-32)+0.5))
}

// Total returns the exact number of users.
func (c *Crowd) Total() (all int) {
	for b := range blocks {
		all += c.in(b)
	}
	return all
}

// sub returns the sub of a user of a block.
func (c *Crowd) sub(block, number int) string {
	const hex = "0123456789abcdef"
	var out [36]byte
	random := mix(uint64(block)<<32 | uint64(number))
	for i := range out {
		switch i {
		case 8, 13, 18, 23:
			out[i] = '-'
		default:
			out[i] = hex[random>>(i%16*4)&15]
		}
	}
	for i := range 4 {
		at := i
		if c.masked {
			at = 2 * i
			out[at+1] = mask[at+1]
		}
		out[at] = hex[block>>(12-4*i)&15]
	}
	for i := range 8 {
		out[35-i] = hex[number>>(4*i)&15]
	}
	return string(out[:])
}

// below returns the blocks in which subs may begin with a prefix.
func (c *Crowd) below(prefix string) (from, to int) {
	to = blocks
	width := blocks
	for i, r := range prefix {
		digit := strings.IndexRune("0123456789abcdef", r)
		switch {
		case i < 8 && (digit < 0 || c.masked && i%2 == 1 && byte(r) != mask[i]):
			return 0, 0
		case i < 8 && (c.masked && i%2 == 0 || !c.masked && i < 4):
			width /= 16
			from += digit * width
			to = from + width
		}
	}
	return from, to
}

// place is where a user is in a crowd; gone is one whose row is left.
type place struct {
	block, number int
	gone          bool
}

// walk calls f for the subs below a prefix, from a position on, until f returns false. It
// returns the position of that one, or "".
func (c *Crowd) walk(prefix, position string, f func(place, string) bool) string {
	from, to := c.below(prefix)
	number := 0
	if position != "" {
		_, _ = fmt.Sscanf(position, "%d %d", &from, &number)
	}
	for ; from < to; from, number = from+1, 0 {
		here := c.in(from)
		for ; number < here+c.gone(from); number++ {
			if sub := c.sub(from, number); strings.HasPrefix(sub, prefix) && !f(place{from, number, number >= here}, sub) {
				return fmt.Sprintf("%d %d", from, number)
			}
		}
	}
	return ""
}

// gone returns how many rows of a block are of users who are gone.
func (c *Crowd) gone(block int) int {
	if !c.healed && block%c.every() == 3 {
		return 2
	}
	return 0
}

// every returns that one of so many blocks has drift.
func (c *Crowd) every() int {
	if c.size < 1_000_000 {
		return 1024
	}
	return 16
}

// drift returns the drift of a user whose row no sweep has written.
func (c *Crowd) drift(p place) sweep.Kind {
	switch {
	case c.healed:
		return sweep.None
	case p.gone:
		return sweep.Deleted
	case p.block%c.every() == 5 && p.number < 4:
		return []sweep.Kind{sweep.Missing, sweep.Missing, sweep.Stale, sweep.Disabled}[p.number]
	}
	return sweep.None
}

// find returns the place of a sub.
func (c *Crowd) find(sub string) (p place) {
	step := 1
	if c.masked {
		step = 2
	}
	for i := range 4 {
		p.block = p.block<<4 | strings.IndexByte("0123456789abcdef", sub[i*step])
	}
	for i := range 8 {
		p.number = p.number<<4 | strings.IndexByte("0123456789abcdef", sub[28+i])
	}
	p.gone = p.number >= c.in(p.block)
	return p
}

var longAgo = time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC) // a bubble begins in 2000

func (c *Crowd) user(sub string) sweep.User {
	return sweep.User{
		Sub: sub, Username: sub, Status: "CONFIRMED", ModifiedAt: longAgo,
		Attributes: map[string]string{"sub": sub, "email": sub[:23] + "@example.com", "email_verified": "true", "name": sub[24:]},
	}
}

// List makes up a page.
func (c *Crowd) List(ctx context.Context, prefix, token string) (page sweep.Page, err error) {
	c.mu.Lock()
	c.lists++
	c.mu.Unlock()
	page.Users = make([]sweep.User, 0, 60)
	page.Next = c.walk(prefix, token, func(p place, sub string) bool {
		if !p.gone && len(page.Users) == 60 {
			return false
		}
		if !p.gone {
			page.Users = append(page.Users, c.user(sub))
		}
		return true
	})
	err = sweep.Sleep(ctx, c.ListTakes)
	page.At = time.Now()
	return page, err
}

// Get finds every user who is not gone.
func (c *Crowd) Get(ctx context.Context, username string) (sweep.Answer, error) {
	err := sweep.Sleep(ctx, c.GetTakes)
	return sweep.Answer{Found: !c.find(username).gone, User: c.user(username), At: time.Now()}, err
}

// Lists returns how many pages were listed.
func (c *Crowd) Lists() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lists
}

// Heal writes every row and buries those of users who are gone, at once.
func (c *Crowd) Heal() { c.healed = true }

// Estimate returns the number of users that was asked for.
func (c *Crowd) Estimate(context.Context) (int, error) { return c.size, nil }
