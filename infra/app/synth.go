package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/cognito-triggers/cognito-triggers/infra"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// shipped is the folder of the stage files, relative to cdk.json.
const shipped = "infra/stages"

// synthesize makes the stack that the context asks for, or returns the faults as plain
// lines.
func synthesize(app awscdk.App) (err error) {
	stage, err := settings.FindStage(context(app, "stages", shipped), context(app, "stage", "dev"))
	if err == nil {
		err = stage.Beside()
	}
	if err != nil {
		return err
	}
	for _, line := range stage.Warnings() {
		fmt.Fprintln(os.Stderr, "warning:", line)
	}
	protected := context(app, "protected", "true")
	if protected != "true" && protected != "false" {
		return fmt.Errorf("-c protected=%s is neither true nor false", protected)
	}
	props := &infra.Props{
		Settings: stage.Settings, Architecture: infra.Architecture(context(app, "arch", string(infra.ARM64))),
		System: context(app, "os", "linux"), Unprotected: protected == "false",
	}
	if context(app, "pinned", "true") == "false" {
		props.Account, props.Region = "", ""
	}
	if err := props.Validate(); err != nil {
		return err
	}
	if err := props.CheckBundles(); err != nil {
		return err
	}
	// The CDK refuses by panicking.
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("making the stack: %v", caught)
		}
	}()
	stack, _ := infra.NewStack(app, stage.Name, props)
	for _, warning := range props.Warnings() { // printed above, with its line
		awscdk.Annotations_Of(stack).AcknowledgeWarning(new(infra.WarningID(warning.Path)), nil)
	}
	app.Synth(nil)
	return nil
}

// context returns a value of the CDK context as a string.
func context(app awscdk.App, key, fallback string) string {
	switch value := app.Node().TryGetContext(&key).(type) {
	case nil:
		return fallback
	default:
		return fmt.Sprint(value)
	}
}

// hush discards what is written to stderr from here on. jsii.Close ends its child and
// waits for it, as does a goroutine of jsii. About every other time, the second of them
// reports that the runtime "exited abnormally" though nothing is wrong (Process.Close in
// jsii-runtime-go 1.119.0). Without Close each run would leave 2 MB in the temporary
// folder.
func hush() {
	if nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = nowhere
	}
}
