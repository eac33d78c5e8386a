package export

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// layouts are how databases print a time. A time without a zone is UTC.
var layouts = []string{
	time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z07", "2006-01-02 15:04:05 Z0700 MST", "2006-01-02 15:04:05 MST",
	"2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly,
}

// Time reads a time as databases print it, also in seconds or milliseconds since 1970. The zero time
// is never: an empty cell, null, \N, 0, and the year 0 of MySQL. It reports whether the text is one
// of these.
func Time(text string) (time.Time, bool) {
	if none(text) || strings.HasPrefix(text, "0000-00-00") {
		return time.Time{}, true
	}
	if number, err := strconv.ParseFloat(text, 64); err == nil {
		switch {
		case number >= 1e8 && number < 1e11:
			return time.Unix(int64(number), 0), true
		case number >= 1e11 && number < 1e14:
			return time.UnixMilli(int64(number)), true
		}
		return time.Time{}, number == 0
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// none reports whether a cell says that there is nothing.
func none(text string) bool {
	return slices.Contains([]string{"", `\n`, "null", "none"}, strings.ToLower(text))
}

// Flag reads a flag as databases print it. A time is true: many apps note when an address was
// verified. It reports whether the text is one.
func Flag(text string) (set, is bool) {
	switch strings.ToLower(text) {
	case "true", "t", "yes", "y", "1":
		return true, true
	case "false", "f", "no", "n", "0":
		return false, true
	}
	at, is := Time(text)
	return !at.IsZero(), is
}
