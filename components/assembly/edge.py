"""What stands between the outside and a product."""

from dataclasses import dataclass, field

from pulumi import Output

from components.capabilities.collected import Collected
from components.foundation.foundation import Foundation
from components.ingress.distribution import MAIN_REGION, CrossOriginAnswers
from components.ingress.file_server import FileServer, FileServerArgs
from components.ingress.ingress import Ingress, IngressArgs
from components.ingress.main_region import MainRegion, MainRegionArgs
from components.ingress.static_site import StaticSite, StaticSiteArgs
from components.runtimes.contract import Runtime
from components.storage.bucket import CrossOrigin
from components.storage.served_files import ServedFiles
from settings.workload.delivery import SecurityHeaders


@dataclass(frozen=True, kw_only=True)
class Edge:
    """The load balancer with all that belongs to it, the product's static sites, and what else CloudFront serves."""

    ingress: Ingress | None
    static_sites: dict[str, StaticSite] = field(default_factory=dict[str, StaticSite])
    file_servers: dict[str, FileServer] = field(default_factory=dict[str, FileServer])


def build_edge(foundation: Foundation, runtime: Runtime, capabilities: Collected) -> Edge:
    """Build it; a product without routes is reached from inside alone, and has none."""
    if not foundation.settings.workload.ingress.routes:
        return Edge(ingress=None)
    main_region = _main_region(foundation, serving=bool(capabilities.served))
    ingress = _ingress(foundation, runtime, main_region)
    return Edge(
        ingress=ingress,
        static_sites=_static_sites(foundation, ingress, main_region),
        file_servers={
            name: _file_server(foundation, ingress, main_region, name, files)
            for name, files in capabilities.served.items()
        },
    )


def _main_region(foundation: Foundation, *, serving: bool) -> MainRegion | None:
    """CloudFront looks for certificates and firewalls in us-east-1, wherever the stack is."""
    settings = foundation.settings
    behind = settings.cdn or settings.workload.static_sites or serving
    if not behind or settings.stack.region == MAIN_REGION:
        return None
    given = MainRegionArgs(
        prefix=settings.prefix, tags=foundation.tags, protect=foundation.protect, retention=foundation.retention
    )
    return MainRegion("main-region", given, foundation.child)


def _ingress(foundation: Foundation, runtime: Runtime, main_region: MainRegion | None) -> Ingress:
    settings, network = foundation.settings, foundation.network
    stack, workload = settings.stack, settings.workload
    named = (*workload.ingress.routes, *workload.ingress.tcp_ports)
    return Ingress(
        "ingress",
        IngressArgs(
            prefix=settings.prefix,
            account_id=foundation.encryption.account_id,
            region=stack.region,
            domain=stack.domain,
            settings=stack.ingress,
            zone=stack.existing.zone,
            primary_zone_id=foundation.primary.zone_id if foundation.primary else None,
            validated_by=_validated_by(foundation),
            workload=workload,
            hostnames={each.host: settings.hostname(each.host) for each in named},
            second_names=settings.second_names(each.host for each in named),
            vpc_id=network.vpc_id,
            public_subnet_ids=network.public_subnet_ids,
            cluster_security_group_id=runtime.security_group_id,
            target_type=runtime.target_type,
            logs_key_arn=foundation.encryption.logs_key_arn,
            log_retention_days=stack.monitoring.log_retention_days,
            zonal_shift=stack.cluster.zonal_shift,
            protect=foundation.protect,
            retention=foundation.retention,
            origins=settings.origins,
            client_secret=foundation.client_secret,
            main_region_provider=main_region.provider if main_region else None,
            main_region_logs_key_arn=main_region.logs_key_arn if main_region else None,
        ),
        foundation.child,
    )


def _validated_by(foundation: Foundation) -> list[Output[str]]:
    """Name the primary's validation records, for hosts that both regions answer for.

    ACM gives one account the same record for a host everywhere, and whoever made it would take it away again.
    """
    settings, primary = foundation.settings, foundation.primary
    if primary is None or settings.stack.ingress.routing is None:
        return []
    hosts = {route.host for route in settings.workload.ingress.routes}
    return [primary.validation_name(position) for position in range(len(hosts))]


def _static_sites(foundation: Foundation, ingress: Ingress, main_region: MainRegion | None) -> dict[str, StaticSite]:
    settings = foundation.settings
    return {
        name: StaticSite(
            f"site-{name}",
            StaticSiteArgs(
                prefix=f"{settings.prefix}-{name}",
                account_id=foundation.encryption.account_id,
                region=settings.stack.region,
                host=settings.hostname(site.host),
                needs=site,
                zone_id=ingress.zone_id,
                main_region_provider=main_region.provider if main_region else None,
                protect=foundation.protect,
                retention=foundation.retention,
            ),
            foundation.child,
        )
        for name, site in settings.workload.static_sites.items()
    }


def _file_server(
    foundation: Foundation, ingress: Ingress, main_region: MainRegion | None, name: str, files: ServedFiles
) -> FileServer:
    settings = foundation.settings
    return FileServer(
        name,
        FileServerArgs(
            prefix=f"{settings.prefix}-{name}",
            region=settings.stack.region,
            host=files.host,
            bucket_name=files.bucket_name,
            zone_id=ingress.zone_id,
            main_region_provider=main_region.provider if main_region else None,
            headers=SecurityHeaders(content_security_policy=files.needs.content_security_policy),
            price_class=files.needs.price_class,
            cors=_answers(files.cors) if files.cors else None,
        ),
        foundation.child,
    )


def _answers(cors: CrossOrigin) -> CrossOriginAnswers:
    """Answer what a browser asks before it reads; nothing is written through CloudFront."""
    return CrossOriginAnswers(
        origins=cors.origins,
        methods=("GET", "HEAD"),
        headers=cors.headers,
        exposed_headers=cors.exposed_headers,
        max_age_seconds=cors.max_age_seconds,
        override=True,
    )
