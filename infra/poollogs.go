package infra

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"
)

// newPoolLogs lets Cognito write its logs, each kind into a group of its own: events of
// sign-ins are personal data, which are kept as long as the stage says. Cognito adds itself
// to the account's resource policy of CloudWatch Logs when it is told the group (developer
// guide, "Exporting logs from Amazon Cognito user pools").
func newPoolLogs(scope constructs.Construct, pool awscognito.UserPool, p *Props) {
	var all []any
	add := func(id, source, level string, keep retention) {
		group := newLogGroup(scope, id, keep, p)
		all = append(all, &awscognito.CfnLogDeliveryConfiguration_LogConfigurationProperty{
			EventSource: new(source), LogLevel: new(level),
			CloudWatchLogsConfiguration: &awscognito.CfnLogDeliveryConfiguration_CloudWatchLogsConfigurationProperty{LogGroupArn: groupARN(group)},
		})
	}
	if p.PoolLogs.Notifications {
		add("PoolNotifications", "userNotification", "ERROR", p.logRetention())
	}
	if events := p.PoolLogs.AuthEvents; events.RetentionDays != 0 {
		add("PoolAuthEvents", "userAuthEvents", "INFO", retention{events.RetentionDays, events.KeyARN})
	}
	if all != nil {
		awscognito.NewCfnLogDeliveryConfiguration(scope, new("PoolLogs"), &awscognito.CfnLogDeliveryConfigurationProps{
			UserPoolId: pool.UserPoolId(), LogConfigurations: &all,
		})
	}
}

// groupARN returns the ARN as Cognito takes it: the one that CloudFormation returns ends with
// :*, which its pattern excludes (API reference, CloudWatchLogsConfigurationType).
func groupARN(group awslogs.LogGroup) *string {
	return awscdk.Stack_Of(group).FormatArn(&awscdk.ArnComponents{
		Service: new("logs"), Resource: new("log-group"), ResourceName: group.LogGroupName(), ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
}

// newWebACLAssociation puts the pool behind a web ACL. The stack takes one that is there: a
// new one is not at once everywhere, and the association then fails
// (WAFUnavailableEntityException).
func newWebACLAssociation(scope constructs.Construct, pool awscognito.UserPool, p *Props) {
	if p.WebACLARN != "" {
		awswafv2.NewCfnWebACLAssociation(scope, new("WebACL"), &awswafv2.CfnWebACLAssociationProps{
			ResourceArn: pool.UserPoolArn(), WebAclArn: new(p.WebACLARN),
		})
	}
}

// override sets properties of a resource past the keys, each after those that it is in.
func override(resource awscdk.CfnResource, properties map[string]any) {
	for _, path := range slices.Sorted(maps.Keys(properties)) {
		resource.AddPropertyOverride(new(path), properties[path])
	}
}
