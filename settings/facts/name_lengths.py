"""How many characters a name may have, each with its page: of docs.aws.amazon.com, where no other site is named."""

from typing import Final

ROLE: Final = 64  # and of instance profiles, named as their role: IAM/latest/UserGuide/reference_iam-quotas.html
FUNCTION: Final = 64  # lambda/latest/api/API_CreateFunction.html
RULE: Final = 64  # and of a target's id: eventbridge/latest/APIReference/API_PutRule.html
SCHEDULE: Final = 64  # scheduler/latest/APIReference/API_CreateSchedule.html
QUERY_LOG: Final = 64  # Route53/latest/APIReference/API_route53resolver_CreateResolverQueryLogConfig.html
ORIGIN_ACCESS: Final = 64  # cloudfront/latest/APIReference/API_OriginAccessControlConfig.html
BUCKET: Final = 63  # AmazonS3/latest/userguide/bucketnamingrules.html
QUEUE: Final = 80  # and less than of a topic: AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
LOAD_BALANCER: Final = 32  # and of target groups: elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
CACHE: Final = 40  # of groups and users: AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
TASK_FAMILY: Final = 255  # AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
POSTGRES_NAME: Final = 63  # of a role or database: https://www.postgresql.org/docs/current/limits.html
