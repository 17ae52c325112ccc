"""What is known of each type of AWS Backup, beside what is derived."""

from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Dependents, Document, Missing, Resource, Resources, Role
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.wordings import matches, one_of, ordered, unique, within
from offline_cloud.cloud.services.backup import rules

_SCHEDULE: Final = r"cron\((\S+ ){5}\S+\)|rate\(\d+ (minute|hour|day)s?\)"
_VAULT: Final = {"backupVaultArn": "arn:aws:backup:{region}:{account}:backup-vault:{backupVaultName}"}

RESOURCES: Resources = {
    facts.BACKUP_PLAN: Resource(
        id="{uuid}", outputs={"arn": "arn:aws:backup:{region}:{account}:backup-plan:{id}", "version": "{hex32}"},
        names={"rules[].targetVaultName": facts.VAULT},
        checks=(
            unique("rules[].ruleName"), matches("rules[].schedule", _SCHEDULE, "cron(0 2 * * ? *) or rate(1 day)"),
            matches("name", r"[a-zA-Z0-9_.-]{1,50}", "up to 50 letters, digits and -_."),
            ordered("rules[0].startWindow", "rules[0].completionWindow"), rules.check_plan,
        ),
        states=(rules.kept_as_locked,),
        held_by=Dependents("InvalidRequestException", {facts.BACKUP_SELECTION: "planId"}),
    ),
    facts.BACKUP_SELECTION: Resource(
        id="{uuid}", ids={"planId": facts.BACKUP_PLAN},
        role=Role(
            "iamRoleArn", "backup.amazonaws.com", "InvalidParameterValueException",
            bare="The IAM role is not authorized to call tag:GetResources",
        ),
        checks=(one_of("selectionTags[].type", "STRINGEQUALS"),),
    ),
    facts.VAULT: Resource(
        id="{name}", missing=Missing("ResourceNotFoundException", "Default"),
        unique=once("name", "AlreadyExistsException"),
        held_by=Dependents("InvalidRequestException", {facts.VAULT_LOCK: "backupVaultName"}),
    ),
    facts.VAULT_LOCK: Resource(
        id="{backupVaultName}", outputs=_VAULT, names={"backupVaultName": facts.VAULT},
        checks=(within("changeableForDays", 3, 36_500), ordered("minRetentionDays", "maxRetentionDays")),
    ),
    "aws:backup/vaultNotifications:VaultNotifications": Resource(
        id="{backupVaultName}", outputs=_VAULT, names={"backupVaultName": facts.VAULT},
    ),
    "aws:backup/vaultPolicy:VaultPolicy": Resource(
        id="{backupVaultName}", outputs=_VAULT, names={"backupVaultName": facts.VAULT},
        document=Document("policy", "resource", 20_480, "InvalidParameterValueException"),
    ),
}  # fmt: skip
