package main

import (
	"slices"
	"time"
)

// published is a version of a function.
type published struct {
	Number int `json:"version"`
	// Policy is the hash in the version's log lines, from the version's description; ""
	// if there is none.
	Policy string    `json:"policy"`
	At     time.Time `json:"publishedAt"`
}

// function is a deployed trigger function.
type function struct {
	Trigger string `json:"trigger"` // PreSignUp …
	Name    string `json:"function"`
	// Live is the version that the pool's calls reach. Versions are all that are kept,
	// oldest first.
	Live     published   `json:"live"`
	Versions []published `json:"versions"`

	revision *string // of the alias: a change in between fails the next
}

// newest returns the version of the function's last deployment.
func (f function) newest() published { return f.Versions[len(f.Versions)-1] }

// before returns the newest version older than the live one.
func (f function) before() (published, bool) {
	for _, v := range slices.Backward(f.Versions) {
		if v.Number < f.Live.Number {
			return v, true
		}
	}
	return published{}, false
}

// version returns the version with a number.
func (f function) version(number int) (published, bool) {
	i := slices.IndexFunc(f.Versions, func(v published) bool { return v.Number == number })
	if i < 0 {
		return published{}, false
	}
	return f.Versions[i], true
}
