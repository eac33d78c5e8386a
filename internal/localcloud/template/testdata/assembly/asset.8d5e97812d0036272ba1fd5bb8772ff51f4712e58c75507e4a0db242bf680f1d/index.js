// the CDK's handler of Custom::AWS
