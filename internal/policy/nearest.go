package policy

import "strings"

// Meant returns the fix for a word that is not one of known: it asks for the one that was
// probably meant, or says otherwise.
func Meant(word string, known []string, otherwise string) string {
	if near := Nearest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	return otherwise
}

// Choice is Meant for a set of words that is small enough to list.
func Choice[T ~string](word T, known ...T) string {
	words := make([]string, len(known))
	for i, k := range known {
		words[i] = string(k)
	}
	last := len(words) - 1
	return Meant(string(word), words, "use "+strings.Join(words[:last], ", ")+" or "+words[last])
}

// Nearest returns the word of known that was probably meant by word, or "" when none is
// near: at most a third of the letters differ, case does not count, and two swapped
// neighbours are one mistake. Of equally near words it returns the first.
func Nearest(word string, known []string) string {
	best, least := "", 1+max(1, len(word)/3)
	for _, candidate := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(candidate)); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// distance counts the letters to add, remove, change or swap with their neighbour
// (optimal string alignment).
func distance(a, b string) int {
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(row))
		next[0] = i + 1
		for j := range len(b) {
			change := row[j]
			if a[i] != b[j] {
				change++
			}
			next[j+1] = min(change, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(row)-1]
}
