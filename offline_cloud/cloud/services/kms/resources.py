"""What is known of each type of KMS, beside what is derived."""

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Document, Resource, Resources
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.wordings import matches, when
from offline_cloud.cloud.services.kms import deletion, outputs, rules

RESOURCES: Resources = {
    "aws:kms/alias:Alias": Resource(
        id="{name}", outputs=outputs.alias, unique=once("name", "AlreadyExistsException"),
        checks=(matches("name", r"alias/(?!aws/)[a-zA-Z0-9/_-]+", "alias/ and a name that does not begin with aws/"),),
    ),
    facts.KEY: Resource(
        id=outputs.key_id,
        outputs={
            "arn": "arn:aws:kms:{region}:{account}:key/{id}", "keyId": "{id}", "keyUsage": "ENCRYPT_DECRYPT",
            "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
        },
        document=Document("policy", "resource", 32_768, "MalformedPolicyDocumentException", principals_exist=True),
        checks=(
            when("enableKeyRotation", True).takes("customerMasterKeySpec", "SYMMETRIC_DEFAULT"),
            when("customerMasterKeySpec", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521").takes(
                "keyUsage", "SIGN_VERIFY", "KEY_AGREEMENT",
            ),
            when("customerMasterKeySpec", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519").takes("keyUsage", "SIGN_VERIFY"),
            when("customerMasterKeySpec", "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512").takes(
                "keyUsage", "GENERATE_VERIFY_MAC",
            ),
            when("customerMasterKeySpec", "RSA_2048", "RSA_3072", "RSA_4096").takes(
                "keyUsage", "ENCRYPT_DECRYPT", "SIGN_VERIFY",
            ),
            when("customerMasterKeySpec", "SYMMETRIC_DEFAULT").takes("keyUsage", "ENCRYPT_DECRYPT"),
            rules.check_lockout,
        ),
        leaves=deletion.leaves,
    ),
    "aws:kms/keyPolicy:KeyPolicy": Resource(
        id="{keyId}",
        document=Document("policy", "resource", 32_768, "MalformedPolicyDocumentException", principals_exist=True),
        checks=(rules.check_lockout,),
    ),
    facts.REPLICA_KEY: Resource(
        id=outputs.replica_key_id,
        outputs={
            "arn": "arn:aws:kms:{region}:{account}:key/{id}", "keyId": "{id}", "keyUsage": "ENCRYPT_DECRYPT",
            "keySpec": "SYMMETRIC_DEFAULT", "keyRotationEnabled": True,
        },
        document=Document("policy", "resource", 32_768, "MalformedPolicyDocumentException", principals_exist=True),
        checks=(rules.check_lockout,), states=(rules.replica_of,), leaves=deletion.leaves,
    ),
}  # fmt: skip
