"""What is known of each type of AppSync, beside what is derived."""

from offline_cloud.cloud.core.resource import Resource, Resources

RESOURCES: Resources = {
    "aws:appsync/graphQLApi:GraphQLApi": Resource(
        outputs={
            "uris": {
                "GRAPHQL": "https://{hex26_endpoint}.appsync-api.{region}.amazonaws.com/graphql",
                "REALTIME": "wss://{hex26_endpoint}.appsync-realtime-api.{region}.amazonaws.com/graphql",
            },
        },
    ),
}  # fmt: skip
