package cost

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
)

// Price is what AWS asks for a number of units.
type Price struct {
	USD    float64 `json:"usd"`
	Per    float64 `json:"per"`
	Free   float64 `json:"free"` // units of each month that cost nothing
	Unit   string  `json:"unit"`
	Source string  `json:"source"`
	// Compared says what the price was compared with; empty for nothing.
	Compared string `json:"compared"`
}

// Of returns the price of so many units.
func (p Price) Of(units float64) float64 { return p.USD / p.Per * max(0, units-p.Free) }

// Prices are the list prices of one Region, without volume tiers, plans and taxes, and
// without a free tier except where Price.Free has one that never ends.
type Prices struct {
	Date         string `json:"date"`
	Region       string `json:"region"`
	ComparedWith string `json:"comparedWith"`
	List         struct {
		LambdaRequest  Price `json:"lambdaRequest"`
		LambdaARM      Price `json:"lambdaArm"`
		LambdaX86      Price `json:"lambdaX86"`
		DynamoWrite    Price `json:"dynamoWrite"`
		DynamoRead     Price `json:"dynamoRead"`
		DynamoStorage  Price `json:"dynamoStorage"`
		DynamoRecovery Price `json:"dynamoRecovery"`
		Logs           Price `json:"logs"`
		Metric         Price `json:"metric"`
		AlarmMetric    Price `json:"alarmMetric"`
		CompositeAlarm Price `json:"compositeAlarm"`
		Dashboard      Price `json:"dashboard"`
		Secret         Price `json:"secret"`
		Mail           Price `json:"mail"`
		UserLite       Price `json:"userLite"`
		UserEssentials Price `json:"userEssentials"`
		UserPlus       Price `json:"userPlus"`
		MachineToken   Price `json:"machineToken"`
	} `json:"prices"`
}

// Table returns what so many units of the table cost, in dollars.
func Table(reads, writes int) float64 {
	prices, _, err := Recorded()
	if err != nil {
		return 0
	}
	return prices.List.DynamoRead.Of(float64(reads)) + prices.List.DynamoWrite.Of(float64(writes))
}

// Figures are what the benchmark recorded of a function's most frequent event.
type Figures struct {
	CPUMillis  float64 `json:"cpuMs"`  // of a warm event, on one processor at full speed
	InitMillis float64 `json:"initMs"` // of a cold start, likewise
	LineBytes  int     `json:"lineBytes"`
	Metrics    int     `json:"metrics"` // in the line
	Reads      float64 `json:"reads"`   // DynamoDB's units
	Writes     float64 `json:"writes"`
}

// Measured is one run of the benchmark.
type Measured struct {
	Date      string             `json:"date"`
	Machine   string             `json:"machine"`
	Functions map[string]Figures `json:"functions"` // by folder
}

// String returns the content of measured.json.
func (m Measured) String() string {
	text, _ := json.MarshalIndent(m, "", "  ")
	return string(text) + "\n"
}

var (
	//go:embed prices.json
	prices []byte
	//go:embed measured.json
	measured []byte
)

// Recorded returns the prices and figures of this version. They are data of the program,
// so a fault in them is an error that a test finds.
func Recorded() (Prices, Measured, error) {
	var p Prices
	var m Measured
	for _, file := range []struct {
		name string
		text []byte
		into any
	}{{"prices.json", prices, &p}, {"measured.json", measured, &m}} {
		decoder := json.NewDecoder(bytes.NewReader(file.text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(file.into); err != nil {
			return p, m, fmt.Errorf("reading %s: %w", file.name, err)
		}
	}
	return p, m, nil
}
