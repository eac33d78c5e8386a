package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// print writes the report as tables.
func (r *Report) print(out io.Writer) {
	fmt.Fprintf(out, "%s %s, %d CPUs; cold: medians of %d starts per share; warm: %d events, unthrottled\n",
		r.Go, r.Arch, r.CPUs, r.Runs, r.Events)
	for _, note := range r.Notes {
		fmt.Fprintln(out, note)
	}
	fmt.Fprintln(out)
	r.printCold(out)
	fmt.Fprintln(out)
	r.printWarm(out)
	fmt.Fprintln(out)
	r.printVerdicts(out)
}

// printCold prints the first event's time, and how many times faster than the tutorial's
// it is.
func (r *Report) printCold(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "cold\tinit ms\t× echo\tinit CPU ms\tfirst CPU ms\t")
	for _, size := range r.Shares {
		fmt.Fprintf(w, "first, %s\t× faster\t", sizeName(size))
	}
	fmt.Fprintln(w)
	for _, p := range r.Programs {
		fmt.Fprintf(w, "%s %s\t%.2f\t%.2f\t%.2f\t%.2f\t", p.Form, p.Function, p.Init, p.Init/r.find(floor, "").Init, p.InitCPU, p.FirstCPU)
		for _, size := range r.Shares {
			fmt.Fprintf(w, "%.2f\t%s\t", p.First[size], r.faster(p, size))
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}

// faster compares a function of the suite with the tutorial's.
func (r *Report) faster(p Program, size int) string {
	other := r.find(tutorial, p.Function)
	if p.Form != ours || other == nil {
		return "-"
	}
	return fmt.Sprintf("%.0f", other.First[size]/p.First[size])
}

func (r *Report) printWarm(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "warm\tCPU ms per event\t× tutorial\t× echo\tp50 ms\tp99 ms\tpeak RSS MB\tfile MB ("+deployedArch+")\t")
	for _, p := range r.Programs {
		against := "-"
		if other := r.find(tutorial, p.Function); other != nil {
			against = fmt.Sprintf("%.2f", p.CPU/other.CPU)
		}
		fmt.Fprintf(w, "%s %s\t%.3f\t%s\t%.2f\t%.2f\t%.2f\t%.1f\t%.2f\t\n", p.Form, p.Function,
			p.CPU, against, p.CPU/r.find(floor, "").CPU, p.P50, p.P99, p.Peak, p.File)
	}
	w.Flush()
}

func (r *Report) printVerdicts(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, v := range r.Verdicts {
		word := "ok"
		if !v.OK {
			word = "MISSED"
		}
		sign := "≤"
		if v.AtLeast {
			sign = "≥"
		}
		fmt.Fprintf(w, "%s\t%s\t%.2f\t%s %g %s\n", word, v.Name, v.Got, sign, v.Limit, v.Unit)
	}
	w.Flush()
}

// sizeName is a share's heading.
func sizeName(size int) string {
	if size == full {
		return "full speed"
	}
	return fmt.Sprintf("%d MB", size)
}
