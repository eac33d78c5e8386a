package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/cognito-triggers/cognito-triggers/internal/cost"
)

const costHelp = `
cost: what a stage costs a month, from its synthesized template

  make cost STAGE=NAME SIGNINS=N
  go run ./infra/cmd/ops cost --assembly FOLDER [flags]

The list has list prices of one Region, with their date and sources (internal/cost), and
figures that the benchmark recorded: DynamoDB's units and the log lines are exact, the
times are one machine's. Alarms, metrics and sizes are read from the template.

  --assembly FOLDER    where synth wrote, such as cdk.out; or a template file
  --sign-ins N         in a month; default 1,000,000
  --refreshes N        of tokens by refresh token; default 0
  --sign-ups N         default 0
  --users N            who are active in the month; default 0: without Cognito's own price
  --machine-tokens N   of the client credentials grant; default 0
  --json               write it as JSON

Example:
  go run ./infra/cmd/ops cost --assembly cdk.out --sign-ins 3000000 --users 100000
`

// costs is the answer.
type costs struct {
	Template string      `json:"template"`
	Region   string      `json:"region"`
	Prices   string      `json:"pricesOf"`
	Figures  string      `json:"figuresOf"`
	Machine  string      `json:"machine"`
	Usage    cost.Usage  `json:"usage"`
	Parts    []cost.Part `json:"parts"`
	Total    cost.Part   `json:"total"`
	Left     []string    `json:"leftOut"`
}

func showCosts(_ context.Context, args []string, t terminal) error {
	var assembly string
	var asJSON bool
	var u cost.Usage
	flags := newFlags("cost")
	flags.StringVar(&assembly, "assembly", "", "")
	flags.BoolVar(&asJSON, "json", false, "")
	flags.Float64Var(&u.SignIns, "sign-ins", 1e6, "")
	flags.Float64Var(&u.Refreshes, "refreshes", 0, "")
	flags.Float64Var(&u.SignUps, "sign-ups", 0, "")
	flags.Float64Var(&u.Users, "users", 0, "")
	flags.Float64Var(&u.MachineTokens, "machine-tokens", 0, "")
	if err := parseOnly(flags, args); err != nil {
		return err
	}
	if min(u.SignIns, u.Refreshes, u.SignUps, u.Users, u.MachineTokens) < 0 {
		return misused("a number is negative: use 0 or more")
	}
	file, err := templateIn(cmp.Or(assembly, "cdk.out"))
	if err != nil {
		return err
	}
	answer, err := costsOf(file, u)
	if err != nil {
		return err
	}
	return show(t, asJSON, answer, printCosts)
}

// templateIn returns the template file of an assembly, or the file itself.
func templateIn(assembly string) (string, error) {
	if isFile(assembly) {
		return assembly, nil
	}
	found, err := filepath.Glob(filepath.Join(assembly, "*.template.json"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("%s has %d templates, and one is needed: run `make synth STAGE=…` first, or pass a template file as --assembly", assembly, len(found))
	}
	return found[0], nil
}

func costsOf(file string, u cost.Usage) (costs, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return costs{}, fmt.Errorf("reading the template: %w", err)
	}
	stack, err := cost.Read(text)
	if err != nil {
		return costs{}, fmt.Errorf("%s: %w", file, err)
	}
	p, m, err := cost.Recorded()
	if err != nil {
		return costs{}, err
	}
	parts := cost.Bill(stack, p, m, u)
	return costs{
		Template: file, Region: p.Region, Prices: p.Date, Figures: m.Date, Machine: m.Machine,
		Usage: u, Parts: parts, Total: cost.Total(parts), Left: cost.Left,
	}, nil
}

func printCosts(out io.Writer, c costs) {
	fmt.Fprintf(out, "%s\n%s, list prices of %s in $; figures of %s (%s)\n\n", c.Template, c.Region, c.Prices, c.Figures, c.Machine)
	fmt.Fprintf(out, "%-32s%18s%12s\n", "", "million sign-ins", "month")
	for _, p := range append(c.Parts, c.Total) {
		fmt.Fprintf(out, "%-32s%18s%12s\n", p.Name, dollars(p.Million), dollars(p.Month))
	}
	fmt.Fprintf(out, "\nNot in it:\n")
	for _, left := range c.Left {
		fmt.Fprintf(out, "  %s\n", left)
	}
}

// dollars returns an amount with cents, and nothing for 0.
func dollars(amount float64) string {
	if amount == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", amount)
}
