package email

// Lower lower-cases the letters A to Z and leaves every other byte. It does not allocate
// when nothing changes.
func Lower(s string) string {
	for i := range len(s) {
		if upper(s[i]) {
			return lowerFrom(s, i)
		}
	}
	return s
}

// lowerFrom lowers s, whose first capital letter has the index i.
func lowerFrom(s string, i int) string {
	lowered := []byte(s)
	for ; i < len(lowered); i++ {
		if upper(lowered[i]) {
			lowered[i] += 'a' - 'A'
		}
	}
	return string(lowered)
}

// Upper upper-cases the letters a to z and leaves every other byte.
func Upper(s string) string {
	raised := []byte(s)
	for i, c := range raised {
		if 'a' <= c && c <= 'z' {
			raised[i] -= 'a' - 'A'
		}
	}
	return string(raised)
}

func upper(c byte) bool  { return 'A' <= c && c <= 'Z' }
func letter(c byte) bool { return upper(c) || 'a' <= c && c <= 'z' }
func digit(c byte) bool  { return '0' <= c && c <= '9' }
