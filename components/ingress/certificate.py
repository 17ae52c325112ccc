"""A TLS certificate for the product's hosts, issued and renewed by ACM."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pulumi import ComponentResource, CustomTimeouts, Input, Output, ResourceOptions
from pulumi_aws import acm, route53
from pulumi_aws.acm import outputs as acm_outputs


@dataclass(frozen=True, kw_only=True)
class CertificateArgs:
    """`hosts` are full names, at least one; the first is the certificate's subject.

    Records go to `zone_id`, and those of the hosts in `elsewhere` to the zones there. `validated_by` are the names of
    records that another region's certificate for the same hosts has made already: ACM gives one account the same
    record for a host everywhere.
    """

    hosts: Sequence[str]
    zone_id: Input[str]
    validated_by: Sequence[Input[str]] = ()
    elsewhere: Mapping[str, Input[str]] = field(default_factory=dict[str, Input[str]])


class Certificate(ComponentResource):
    """A certificate with DNS validation: ACM renews it for as long as the validation records stand (OB-83)."""

    arn: Output[str]
    """Known once the certificate is validated, so a listener that reads it waits for that."""
    validation_names: list[Input[str]]
    """Names of the records that validate it."""

    def __init__(self, name: str, args: CertificateArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Certificate", name, None, opts)
        subject, *others = args.hosts
        certificate = acm.Certificate(
            f"{name}-certificate",
            domain_name=subject,
            subject_alternative_names=others,
            validation_method="DNS",
            key_algorithm="EC_prime256v1",
            options=acm.CertificateOptionsArgs(certificate_transparency_logging_preference="ENABLED"),
            opts=ResourceOptions(parent=self),
        )
        self.validation_names = list(args.validated_by) or [
            self._validation_record(name, host, certificate, args.elsewhere.get(host, args.zone_id)).fqdn
            for host in args.hosts
        ]
        validation = acm.CertificateValidation(
            f"{name}-validation",
            certificate_arn=certificate.arn,
            validation_record_fqdns=self.validation_names,
            # ACM looks for the records every few minutes; an undelegated zone should fail the run, not hang it.
            opts=ResourceOptions(parent=self, custom_timeouts=CustomTimeouts(create="45m")),
        )
        self.arn = validation.certificate_arn
        self.register_outputs({"arn": self.arn})

    def _validation_record(
        self, name: str, host: str, certificate: acm.Certificate, zone_id: Input[str]
    ) -> route53.Record:
        option = certificate.domain_validation_options.apply(lambda options: _option_of(host, options))
        return route53.Record(
            f"{name}-validation-{host}",
            zone_id=zone_id,
            name=option.apply(lambda option: option.resource_record_name or ""),
            type=option.apply(lambda option: option.resource_record_type or ""),
            records=[option.apply(lambda option: option.resource_record_value or "")],
            ttl=300,
            # The same host validates with the same record in every region and at every re-issue of the certificate.
            allow_overwrite=True,
            opts=ResourceOptions(parent=self),
        )


def _option_of(
    host: str, options: Sequence[acm_outputs.CertificateDomainValidationOption]
) -> acm_outputs.CertificateDomainValidationOption:
    """Find a host's validation record: ACM does not give them in the order of the names."""
    return {option.domain_name: option for option in options}[host]
