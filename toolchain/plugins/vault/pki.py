"""A PKI engine's settings and its roles: what is issued, for how long, and where its CRL is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolchain.plugins.vault.api import Api
from toolchain.plugins.vault.client import Client
from toolchain.plugins.vault.kind import REFUSED, Kind

_CLUSTERS = "it is of Vault Enterprise"
_UNKNOWN = "OpenBao does not know it"
_NO = dict.fromkeys
_OFF_BY_DEFAULT = (
    *("allowAnyName", "allowBareDomains", "allowGlobDomains", "allowSubdomains", "allowedDomainsTemplate"),
    *("basicConstraintsValidForNonCa", "codeSigningFlag", "emailProtectionFlag", "generateLease", "noStore"),
    *("usePss", "allowedUriSansTemplate"),
)
_ON_BY_DEFAULT = (
    *("allowIpSans", "allowLocalhost", "allowWildcardCertificates", "clientFlag", "serverFlag"),
    *("enforceHostnames", "requireCn", "useCsrCommonName", "useCsrSans"),
)
_TIDY_OFF = (
    *("tidyAcme", "tidyCertStore", "tidyExpiredIssuers", "tidyMoveLegacyCaBundle", "tidyRevokedCerts"),
    *("tidyRevokedCertIssuerAssociations", "maintainStoredCertificateCounts"),
    "publishStoredCertificateCountMetrics",
)


class Issuers(Api):
    """Which issuer serves where none is named."""

    async def remove(self, vault: Client, known: Mapping[str, Any]) -> None:
        """Nothing: an engine with an issuer has a default one."""


PKI: dict[str, tuple[type[Api], Kind]] = {
    "vault:pkiSecret/secretBackendConfigUrls:SecretBackendConfigUrls": (
        Api,
        Kind(
            "URLs of the CA",
            "{backend}/config/urls",
            defaults={"enableTemplating": False},
            resets={"issuing_certificates": [], "crl_distribution_points": [], "ocsp_servers": []},
        ),
    ),
    "vault:pkiSecret/secretBackendCrlConfig:SecretBackendCrlConfig": (
        Api,
        Kind(
            "settings of the CRL",
            "{backend}/config/crl",
            durations=frozenset({"expiry", "ocspExpiry", "autoRebuildGracePeriod", "deltaRebuildInterval"}),
            defaults={
                "expiry": "72h",
                **_NO(("autoRebuild", "disable", "enableDelta", "ocspDisable"), False),
            },
            refused={
                **REFUSED,
                **_NO(("crossClusterRevocation", "unifiedCrl", "unifiedCrlOnExistingPaths"), _CLUSTERS),
                "maxCrlEntries": _UNKNOWN,
            },
            resets={"auto_rebuild": False, "enable_delta": False, "expiry": "72h", "ocsp_expiry": "12h"},
        ),
    ),
    "vault:pkiSecret/secretBackendConfigIssuers:SecretBackendConfigIssuers": (
        Issuers,
        Kind("default issuer", "{backend}/config/issuers", defaults={"defaultFollowsLatestIssuer": False}),
    ),
    "vault:pkiSecret/backendConfigAutoTidy:BackendConfigAutoTidy": (
        Api,
        Kind(
            "tidying of the CA",
            "{backend}/config/auto-tidy",
            durations=frozenset(
                {
                    *("acmeAccountSafetyBuffer", "intervalDuration", "issuerSafetyBuffer"),
                    *("pauseDuration", "safetyBuffer"),
                }
            ),
            defaults=_NO(_TIDY_OFF, False),
            refused={
                **REFUSED,
                **_NO(("tidyCrossClusterRevokedCerts", "tidyRevocationQueue"), _CLUSTERS),
                **_NO(("revocationQueueSafetyBuffer", "tidyCertMetadata", "tidyCmpv2NonceStore"), _CLUSTERS),
                **_NO(("maxStartupBackoffDuration", "minStartupBackoffDuration"), _UNKNOWN),
            },
            resets={"enabled": False},
        ),
    ),
    "vault:pkiSecret/secretBackendRole:SecretBackendRole": (
        Api,
        Kind(
            "PKI role",
            "{backend}/roles/{name}",
            durations=frozenset({"ttl", "maxTtl", "notBeforeDuration"}),
            fields={
                "countries": "country",
                "extKeyUsages": "ext_key_usage",
                "keyUsages": "key_usage",
                "localities": "locality",
                "organizations": "organization",
                "organizationUnit": "ou",
                "postalCodes": "postal_code",
                "provinces": "province",
                "streetAddresses": "street_address",
            },
            defaults={
                **_NO(_OFF_BY_DEFAULT, False),
                **_NO(_ON_BY_DEFAULT, True),
                "keyType": "rsa",
                "keyBits": 2048,
                "notAfter": "",
            },
            refused={
                **REFUSED,
                "policyIdentifier": "give policyIdentifiers",
                "noStoreMetadata": _CLUSTERS,
                **_NO(("parameterSet", "serialNumberSource"), _UNKNOWN),
            },
        ),
    ),
}
