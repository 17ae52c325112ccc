"""A stack's choice of registry: whether it makes repositories, and whether its pods pull from ECR."""

from pulumi import Input, Output, ResourceOptions

from components.registry.images import Images, ImagesArgs, registry_address
from settings import PlatformSettings
from settings.workload.images import short_names


def product_images(
    settings: PlatformSettings, account_id: Input[str], data_key_arn: Input[str], opts: ResourceOptions
) -> Images | None:
    """Make the product's repositories in a stack that is to have them."""
    application = settings.stack.application
    if not application.repositories:
        return None
    return Images(
        "images",
        ImagesArgs(
            product=settings.workload.name,
            names=short_names(settings.workload),
            region=settings.stack.region,
            account_id=account_id,
            data_key_arn=data_key_arn,
            images_kept=application.images_kept,
            untagged_days=application.untagged_image_days,
            protect=settings.stack.protection.stateful,
            retention=settings.stack.retention,
            copies_in=application.replicate_images_to,
        ),
        opts,
    )


def product_registry(settings: PlatformSettings, account_id: Input[str]) -> Output[str] | None:
    """Return where the pods pull the product's images from, None when it is where the workload file says."""
    if settings.stack.application.registry == "upstream":
        return None
    return registry_address(account_id, settings.stack.region, settings.workload.name)
