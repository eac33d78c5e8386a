// Package forecast says how long a move will take: which share of the people will have signed in
// to the pool, and so have moved, so many days after the cutover.
//
// The forecast needs each person's last sign-in and nothing else. Where people come and go as they
// did before, the time since the last sign-in and the time until the next one are distributed
// alike: both are how far a moment, which the people did not choose, is from the ends of the
// interval around it (renewal theory: age and residual life have one law in equilibrium; Cox, "Renewal
// Theory", 1962, chapter 5). So the share of people whose last sign-in is at most t before the
// cutover is the forecast for t after it. People who have never signed in are not expected.
//
// The band is about what will be seen, not only about the law: ages and residuals are two samples of
// it, of the same people. By the inequality of Dvoretzky, Kiefer and Wolfowitz with Massart's
// constant (Annals of Probability, 1990) each strays from the law by more than e anywhere with
// probability 2·exp(-2ne²) at most. So both stay within 2e of each other, at all times at once, with
// the probability of the level or more, where e = sqrt(ln(4/(1-level))/2n). The band is that wide
// whatever the law is, and however a person's age and residual depend on each other.
//
// It is not about change: a season, a campaign, or people who leave for good after the cutover are not in the
// last sign-ins. [Judge] shows when what is seen leaves the band.
package forecast

import (
	"math"
	"time"
)

// Day is the unit of a forecast.
const Day = 24 * time.Hour

// maxDays is the most days that are told apart: a longer time counts as never. It
// bounds a Tally.
const maxDays = 20 * 365

// Tally counts people by a time, in days: by the time since their last sign-in, or from the cutover to the
// move. The zero value counts nobody. It grows by the longest time, not by the people.
type Tally struct {
	// Days[d] are the people whose time is more than d-1 and at most d days; Days[0] are those whose time
	// is zero or less.
	Days []int `json:"days"`
	// Never are the people without a time.
	Never int `json:"never"`
}

// Add counts somebody. A part of a day is a day.
func (t *Tally) Add(since time.Duration) {
	day := max(int(since/Day), 0)
	if since%Day > 0 {
		day++
	}
	if day > maxDays {
		t.Never++
		return
	}
	if day >= len(t.Days) {
		t.Days = append(t.Days, make([]int, day+1-len(t.Days))...)
	}
	t.Days[day]++
}

// People returns how many are counted.
func (t Tally) People() int { return t.Within(len(t.Days)) + t.Never }

// Within returns how many have a time of at most so many days.
func (t Tally) Within(days int) (n int) {
	for _, people := range t.Days[:min(max(days+1, 0), len(t.Days))] {
		n += people
	}
	return n
}

// Band is a share of the people, from 0 to 1, with the bounds of what will be seen.
type Band struct {
	Low   float64 `json:"low"`
	Share float64 `json:"share"`
	High  float64 `json:"high"`
}

// At returns which share will have moved so many days after the cutover. What is seen is within the
// band at all days at once with the probability level, such as 0.95, or more. The band of
// nobody is from 0 to 1.
func (t Tally) At(days int, level float64) Band {
	people := t.People()
	if people == 0 {
		return Band{High: 1}
	}
	share, margin := float64(t.Within(days))/float64(people), Margin(people, level)
	return Band{max(0, share-margin), share, min(1, share+margin)}
}

// Margin returns half the width of the band for so many people.
func Margin(people int, level float64) float64 {
	return 2 * math.Sqrt(math.Log(4/(1-level))/(2*float64(people)))
}

// Verdict is how a forecast stands to what was seen.
type Verdict struct {
	// Days are the whole days since the cutover, which were judged.
	Days int `json:"days"`
	// Seen is the share that had moved at the end of the last one, Forecast what was expected.
	Seen     float64 `json:"seen"`
	Forecast Band    `json:"forecast"`
	// Left is the first day at whose end what was seen had left the band; 0 is none. Fewer reports
	// whether fewer people than forecast had moved then.
	Left  int  `json:"left,omitempty"`
	Fewer bool `json:"fewer,omitempty"`
}

// Judge compares a forecast with how many people had moved at the end of each whole day since the
// cutover.
func Judge(forecast, moved Tally, days int, level float64) Verdict {
	people := forecast.People()
	if people == 0 {
		return Verdict{Days: days, Forecast: forecast.At(days, level)}
	}
	v := Verdict{Days: days, Seen: float64(moved.Within(days)) / float64(people), Forecast: forecast.At(days, level)}
	for day := 1; day <= days; day++ {
		switch band, seen := forecast.At(day, level), float64(moved.Within(day))/float64(people); {
		case seen < band.Low:
			v.Left, v.Fewer = day, true
			return v
		case seen > band.High:
			v.Left = day
			return v
		}
	}
	return v
}
