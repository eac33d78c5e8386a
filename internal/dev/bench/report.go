package main

import (
	"slices"
	"time"
)

// Report is a run's result. Times are milliseconds, sizes megabytes (10^6).
type Report struct {
	Go       string    `json:"go"`
	Arch     string    `json:"arch"`
	CPUs     int       `json:"cpus"`
	Runs     int       `json:"runs"`
	Events   int       `json:"events"`
	Shares   []int     `json:"shares"` // memory sizes in MB, 0 is unthrottled
	Notes    []string  `json:"notes,omitempty"`
	Programs []Program `json:"programs"`
	Verdicts []Verdict `json:"verdicts"`
}

// Program has the figures of one program.
type Program struct {
	Form     string          `json:"form"` // suite, tutorial or echo
	Function string          `json:"function"`
	Init     float64         `json:"initMs"`
	InitCPU  float64         `json:"initCpuMs"`
	First    map[int]float64 `json:"firstMs"` // by memory size in MB, 0 is unthrottled
	FirstCPU float64         `json:"firstCpuMs"`
	CPU      float64         `json:"cpuMs"` // per warm event
	P50      float64         `json:"p50Ms"`
	P99      float64         `json:"p99Ms"`
	Peak     float64         `json:"peakRssMB"`
	File     float64         `json:"fileMB"`
}

// find returns a program of the report; nil if it was not measured.
func (r *Report) find(form, function string) *Program {
	for i := range r.Programs {
		if p := &r.Programs[i]; p.Form == form && (function == "" || p.Function == function) {
			return p
		}
	}
	return nil
}

// figures are the single measurements of one program.
type figures struct {
	init, initCPU []time.Duration
	first         map[int][]time.Duration // by memory size
	firstCPU      []time.Duration
	warm          []time.Duration
	cpu           []time.Duration // per event, one for each block
	peak          int64
}

func newFigures() *figures { return &figures{first: map[int][]time.Duration{}} }

// program reduces the figures to medians, but the CPU time to the blocks' mean: the
// garbage collector works in few blocks, which a median would miss.
func (f *figures) program(s *subject, shares []int) Program {
	p := Program{
		Form: s.form, Function: s.function, First: map[int]float64{},
		Init: ms(quantile(f.init, 0.5)), InitCPU: ms(quantile(f.initCPU, 0.5)),
		FirstCPU: ms(quantile(f.firstCPU, 0.5)), CPU: ms(mean(f.cpu)),
		P50: ms(quantile(f.warm, 0.5)), P99: ms(quantile(f.warm, 0.99)),
		Peak: float64(f.peak) / 1e6, File: float64(s.file) / 1e6,
	}
	for _, size := range shares {
		p.First[size] = ms(quantile(f.first[size], 0.5))
	}
	return p
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// quantile returns the value below which the share q of all values lies; 0 if there are
// none.
func quantile(values []time.Duration, q float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

func mean(values []time.Duration) time.Duration {
	if len(values) == 0 {
		return 0
	}
	var sum time.Duration
	for _, v := range values {
		sum += v
	}
	return sum / time.Duration(len(values))
}
