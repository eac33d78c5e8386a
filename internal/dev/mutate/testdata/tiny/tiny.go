// Package tiny has a mutant for every fate.
package tiny

// Adult is tested on both sides of the boundary.
func Adult(age int) bool { return age >= limit }

// limit is a constant of the language: nothing in it is a mutant.
const limit = 18

// Longest computes more than it needs: its test cannot tell < from <=.
func Longest(words []string) int {
	most := 0
	for _, word := range words {
		if most < len(word) {
			most = len(word)
		}
	}
	return most
}

// Forgotten is called by no test.
func Forgotten() string { return "here" }

// Countdown does not end if its decrement is left out.
func Countdown(n int) (steps int) {
	for n > limit {
		n--
		steps++
	}
	return steps
}
